/**
 * Pictures of pages: what the browser shows of a tab.
 *
 * Browsers permit it where the coder called Postil in the tab (`activeTab`), and few times in a second: whoever asks for
 * one of a tab while another waits gets the same.
 *
 * Invariants: it shows the page without anything of ours; a picture is of the tab that was asked for and of the address that it
 * had then, or there is none.
 * Must not touch: for what decision it is, and what is kept of it.
 */
import { unmarked } from "./sites";

/** Chromium takes two in a second; in milliseconds. */
const APART = 600;

const ATTEMPTS = 5;

export interface Taken {
  at: string;
  /** A JPEG as a data URL. */
  image: string;
}

let turn: Promise<unknown> = Promise.resolve();
const waiting = new Map<string, Promise<Taken>>();

/** A tab as it was when somebody decided about its page. */
export type Shown = Pick<chrome.tabs.Tab, "id" | "url">;

export function picture(shown: Shown): Promise<Taken> {
  const key = `${shown.id} ${shown.url}`;
  const other = waiting.get(key);
  if (other) return other;
  const taken = turn.then(() => {
    waiting.delete(key);
    return attempt(shown, ATTEMPTS);
  });
  waiting.set(key, taken);
  turn = taken.catch(() => undefined).then(pause);
  return taken;
}

const pause = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, APART); });

/** A busy browser fails to read back what it shows, now and then. */
async function attempt(shown: Shown, left: number): Promise<Taken> {
  try {
    return await take(shown);
  } catch (error) {
    if (left <= 1) throw error;
    await pause();
    return attempt(shown, left - 1);
  }
}

async function take({ id = chrome.tabs.TAB_ID_NONE, url }: Shown): Promise<Taken> {
  const turned = new Set<number>();
  const heard = ({ windowId }: { windowId: number }): void => { turned.add(windowId); };
  chrome.tabs.onActivated.addListener(heard);
  try {
    const { windowId } = await still(id, url);
    const at = new Date().toISOString();
    const image = await unmarked(id, () => chrome.tabs.captureVisibleTab(windowId, { format: "jpeg", quality: 85 }));
    if (turned.has(windowId) || (await still(id, url)).windowId !== windowId) throw new Error("Another page is shown.");
    return { at, image };
  } finally {
    chrome.tabs.onActivated.removeListener(heard);
  }
}

/** The tab, if it is shown and where it was. */
async function still(id: number, url: string | undefined): Promise<chrome.tabs.Tab> {
  const tab = await chrome.tabs.get(id);
  if (!tab.active || tab.url !== url) throw new Error("Another page is shown.");
  return tab;
}
