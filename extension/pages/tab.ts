/**
 * The tab that a page of ours looks at: the active one of its window, or the one that `?tab=` pins it to, which is how
 * the panel is opened in a window of its own. There the browser may hide the tab's address: `&site=` hands it along.
 *
 * Speaks to the content scripts of that tab's frames directly. Frames that come later say hello, and are connected to.
 *
 * Invariants: no polling; ports of a tab that is left are closed.
 * Must not touch: what the panel makes of it.
 */
import type { TabEvent, TabRequest } from "protocol";

const parameters = new URLSearchParams(location.search);

/** Whether the page stands in a window of its own. */
export const pinned = parameters.has("tab");

export async function currentTab(): Promise<chrome.tabs.Tab | null> {
  if (pinned) {
    const tab = await chrome.tabs.get(Number(parameters.get("tab"))).catch(() => null);
    const url = tab?.url ?? parameters.get("site");
    return tab && url ? { ...tab, url } : tab;
  }
  const [tab] = await chrome.tabs.query({ active: true, currentWindow: true });
  return tab ?? null;
}

export class Watch {
  readonly #hear: (event: TabEvent) => void;
  readonly #ports = new Set<chrome.runtime.Port>();
  #tab: number | null = null;

  constructor(hear: (event: TabEvent) => void) {
    this.#hear = hear;
    chrome.runtime.onMessage.addListener((message: { hello?: true }, sender) => {
      if (message.hello && sender.tab?.id !== undefined && sender.tab.id === this.#tab) this.#connect({ frameId: sender.frameId ?? 0 });
    });
    chrome.tabs.onUpdated.addListener((tabId, { status }) => {
      // A page without a script of ours: it may be another site now.
      if (tabId === this.#tab && status === "complete" && this.#ports.size === 0) this.#hear({ type: "absent" });
    });
    if (!pinned) {
      chrome.tabs.onActivated.addListener(() => {
        void this.follow();
      });
    }
  }

  async follow(): Promise<void> {
    const tab = (await currentTab())?.id ?? null;
    if (tab === this.#tab && this.#ports.size > 0) return;
    for (const port of this.#ports) port.disconnect();
    this.#ports.clear();
    this.#tab = tab;
    // At once: what the panel shows of the tab that was left must not take decisions for this one.
    this.#hear({ type: "absent" });
    this.#connect({});
  }

  /** The tab that it follows. */
  get tab(): number | null {
    return this.#tab;
  }

  say(request: TabRequest): void {
    for (const port of this.#ports) port.postMessage(request);
  }

  /** To one frame, or to all that there are. */
  #connect(frame: { frameId?: number }): void {
    if (this.#tab === null) return;
    const port = chrome.tabs.connect(this.#tab, { name: "panel", ...frame });
    this.#ports.add(port);
    port.onMessage.addListener((event: TabEvent) => {
      this.#hear(event);
    });
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError;
      if (this.#ports.delete(port) && this.#ports.size === 0) this.#hear({ type: "absent" });
    });
    port.postMessage({ type: "watch" } satisfies TabRequest);
  }
}
