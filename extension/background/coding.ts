/**
 * How a selection on a page comes to the side panel by the browser's own ways: its context menu and a command.
 *
 * Both are the coder's word to read the page: where no script of ours is yet, one is injected for this once.
 *
 * Must not touch: what is selected.
 */
import type { Notice } from "../content/wire";
import { openPanel } from "./panel";
import { inject } from "./sites";

const ITEM = "code";
export const COMMAND = "code_selection";

/** The menu outlives the background, and an update of the extension keeps the one before. */
export async function addMenu(): Promise<void> {
  await chrome.contextMenus.removeAll();
  chrome.contextMenus.create({ id: ITEM, title: chrome.i18n.getMessage("menu_code"), contexts: ["selection"] });
}

/** Opens the panel, and has the frame tell it what is selected; of several frames, the one that the keyboard is in. */
export function code(tab: chrome.tabs.Tab, frameId?: number): void {
  const { id, windowId } = tab;
  if (id === undefined) return;
  // A browser that does not open it now shows it when the coder does.
  openPanel(windowId).catch(() => undefined);
  const ask = (): Promise<unknown> => chrome.tabs.sendMessage(id, { select: true } satisfies Notice, frameId === undefined ? {} : { frameId });
  // What the browser keeps from every extension stays closed here too: the panel says so.
  ask().catch(() => inject(id).then(ask)).catch(() => undefined);
}
