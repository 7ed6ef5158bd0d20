/**
 * Pictures of pages: what the browser shows of a tab.
 *
 * Browsers permit it where the coder called Postil in the tab (`activeTab`), and few times in a second: whoever asks for
 * one of a tab while another waits gets the same.
 *
 * Invariants: it shows the page without anything of ours; a picture is of the tab that was asked for, or there is none.
 * Must not touch: for what decision it is, and what is kept of it.
 */
import { unmarked } from "./sites";

/** Chromium takes two in a second; in milliseconds. */
const APART = 600;

export interface Taken {
  at: string;
  /** A JPEG as a data URL. */
  image: string;
}

let turn: Promise<unknown> = Promise.resolve();
const waiting = new Map<number, Promise<Taken>>();

export function picture(tabId: number): Promise<Taken> {
  const other = waiting.get(tabId);
  if (other) return other;
  const taken = turn.then(() => {
    waiting.delete(tabId);
    return take(tabId);
  });
  waiting.set(tabId, taken);
  turn = taken.catch(() => undefined).then(() => new Promise((resolve) => { setTimeout(resolve, APART); }));
  return taken;
}

async function take(tabId: number): Promise<Taken> {
  const tab = await chrome.tabs.get(tabId);
  const at = new Date().toISOString();
  const image = await unmarked(tabId, () => chrome.tabs.captureVisibleTab(tab.windowId, { format: "jpeg", quality: 85 }));
  // What is shown may have changed on the way.
  const now = await chrome.tabs.get(tabId);
  if (!tab.active || !now.active || now.windowId !== tab.windowId || now.url !== tab.url) throw new Error("Another page is shown.");
  return { at, image };
}
