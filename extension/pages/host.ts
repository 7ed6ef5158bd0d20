/**
 * What the browser does for our own pages, which are Rust: the object they are started with.
 *
 * Invariants: what needs the coder's click asks for it before anything else, because a click is soon forgotten.
 * Must not touch: what the pages show.
 */
import type { Event, Request, Response, TabEvent, TabRequest } from "protocol";
import { inject } from "../background/sites";
import { Link } from "../content/port";
import init, { start } from "./pages.js";
import { currentTab, pinned, Watch } from "./tab";

export interface Host {
  message(key: string, args: string[]): string;
  direction(): string;
  request(request: Request): Promise<Response>;
  onEvent(callback: (event: Event) => void): void;
  watchTab(callback: (event: TabEvent) => void): void;
  tab(request: TabRequest): void;
  site(): Promise<Site>;
  grant(): Promise<boolean>;
  revoke(): Promise<boolean>;
  readOnce(): Promise<void>;
  openPanel(): void;
  save(name: string, mime: string, text: string): void;
  uuid(): string;
  now(): string;
}

export interface Site {
  origin: string | null;
  title: string;
  granted: boolean;
}

const link = new Link(() => undefined);
// The coder is about to do something.
for (const type of ["pointerover", "pointerdown", "keydown"]) addEventListener(type, () => { link.wake(); }, { capture: true, passive: true });
let watch: Watch | null = null;
let tab: chrome.tabs.Tab | null = null;

/** The match pattern of a site. Firefox's have no ports, so neither have ours. */
function pattern(): string | null {
  if (!tab?.url || !URL.canParse(tab.url)) return null;
  const { protocol, hostname } = new URL(tab.url);
  if (protocol === "file:") return "file:///*";
  return protocol === "https:" || protocol === "http:" ? `${protocol}//${hostname}/*` : null;
}

async function site(): Promise<Site> {
  tab = await currentTab();
  const wanted = pattern();
  return {
    origin: wanted === null || !tab?.url ? null : tab.url.startsWith("file:") ? "file://" : new URL(tab.url).origin,
    title: tab?.title ?? "",
    granted: wanted !== null && (await chrome.permissions.contains({ origins: [wanted] })),
  };
}

const host: Host = {
  message: (key, args) => chrome.i18n.getMessage(key, args),
  direction: () => chrome.i18n.getMessage("@@bidi_dir"),
  request: (request) => link.request(request),
  onEvent(callback) {
    chrome.runtime.onMessage.addListener((message: { event?: Event }) => {
      if (message.event) callback(message.event);
    });
  },
  watchTab(callback) {
    watch ??= new Watch(callback);
    void watch.follow();
  },
  tab(request) {
    watch?.say(request);
  },
  site,
  async grant() {
    const wanted = pattern();
    return wanted !== null && chrome.permissions.request({ origins: [wanted] });
  },
  async revoke() {
    const wanted = pattern();
    return wanted !== null && chrome.permissions.remove({ origins: [wanted] });
  },
  async readOnce() {
    if (tab?.id !== undefined) await inject(tab.id);
  },
  openPanel() {
    if (!tab) return;
    const opened = chrome.sidePanel ? chrome.sidePanel.open({ windowId: tab.windowId }) : chrome.sidebarAction.open();
    void opened.then(() => {
      // A popup has done its work.
      if (document.body.dataset["page"] === "popup" && !pinned) close();
    });
  },
  save(name, mime, text) {
    const url = URL.createObjectURL(new Blob([text], { type: mime }));
    const anchor = document.createElement("a");
    anchor.href = url;
    anchor.download = name;
    anchor.click();
    // The download has its own hold on the data by the next task.
    setTimeout(() => { URL.revokeObjectURL(url); }, 0);
  },
  uuid: () => crypto.randomUUID(),
  now: () => new Date().toISOString(),
};

document.documentElement.lang = chrome.i18n.getUILanguage();
document.documentElement.dir = host.direction();
await Promise.all([init({ module_or_path: chrome.runtime.getURL("pages_bg.wasm") }), site()]);
start(document.body.dataset["page"] === "popup" ? "popup" : "panel", host);
