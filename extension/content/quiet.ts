/** The content script of quiet mode: findings are shown in the side panel alone, and the page is left as it is. */
import { run } from "./session";

run(null);
