/** Has what the coder wants covered covered as soon as a page begins: registered only while she wants it. */
import { tell } from "./wire";

tell({ need: "cover" }).catch(() => undefined);
