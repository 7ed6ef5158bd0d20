/**
 * The number on the toolbar button: how many units of a tab show evidence of support, over all its frames.
 *
 * Invariants: the content scripts own the numbers; a background that was stopped asks the tab's frames for them again.
 */

const counts = new Map<number, Map<number, number>>();

export function count(sender: chrome.runtime.MessageSender, number: number): void {
  const tabId = sender.tab?.id;
  if (tabId === undefined) return;
  let frames = counts.get(tabId);
  if (!frames) {
    frames = new Map();
    counts.set(tabId, frames);
    chrome.tabs.sendMessage(tabId, { badge: true }).catch(() => undefined);
  }
  frames.set(sender.frameId ?? 0, number);
  show(tabId, frames);
}

/** A page could not be read: its own panel and popup say why. */
export function warn(sender: chrome.runtime.MessageSender | undefined): void {
  if (sender?.tab?.id !== undefined) chrome.action.setBadgeText({ tabId: sender.tab.id, text: "!" }).catch(() => undefined);
}

/** A frame went away. */
export function forget(sender: chrome.runtime.MessageSender | undefined): void {
  const tabId = sender?.tab?.id;
  const frames = tabId === undefined ? undefined : counts.get(tabId);
  if (tabId === undefined || !frames?.delete(sender?.frameId ?? 0)) return;
  if (frames.size === 0) counts.delete(tabId);
  show(tabId, frames);
}

function show(tabId: number, frames: Map<number, number>): void {
  const sum = [...frames.values()].reduce((total, number) => total + number, 0);
  const text = sum === 0 ? "" : sum > 999 ? "999+" : String(sum);
  // The tab may be closed by now.
  chrome.action.setBadgeText({ tabId, text }).catch(() => undefined);
}
