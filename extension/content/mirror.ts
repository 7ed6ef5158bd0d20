/** What a side panel needs of a frame: loaded when one connects first. */
import { Panels } from "./panel";
import type {} from "./session";

globalThis.postil?.mirror.come(() => new Panels(globalThis.postil!));
