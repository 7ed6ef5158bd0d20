/** The content script: findings are shown on the page and in the side panel. */
import { run } from "./session";
import { Surface } from "./surface";

run((session) => new Surface(session));
