/**
 * What the browser does for our own pages, which are Rust: the object they are started with.
 *
 * Invariants: what needs the coder's click asks for it before anything else, because a click is soon forgotten.
 * Must not touch: what the pages show.
 */
import type { Event, Request, Response, TabEvent, TabRequest } from "protocol";
import { adapters, type Adapter } from "../background/adapters";
import { care, days, forgetDays, setCare, type Care, type Day } from "../background/care";
import { openPanel } from "../background/panel";
import { begin, onDue, putOff, takeBreak, type Rest } from "../background/rest";
import { inject, release, scope, teach } from "../background/sites";
import { direction, isolated, language } from "../content/language";
import { covers, pattern, reads } from "../content/pattern";
import { Link } from "../content/port";
import { bench } from "./bench";
import { save } from "./save";
import { carryOut, stopTask, type Done } from "./task";
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
  /** Lets the coder teach the site on its page. */
  teach(): Promise<void>;
  /** What ships of sites. */
  adapters(): Adapter[];
  /** Match patterns of what the coder allowed. */
  sites(): Promise<string[]>;
  /** Asks the browser for the site of an address; `false` if it is refused or is no address. */
  grantSite(address: string): Promise<boolean>;
  revokeSite(pattern: string): Promise<boolean>;
  /** Calls back when what is allowed changed. */
  onSites(callback: () => void): void;
  /** What the coder wants for her own sake. */
  care(): Promise<Care>;
  setCare(care: Care): Promise<void>;
  /** Calls back when she wants something else. */
  onCare(callback: () => void): void;
  /** What she has been exposed to, the last day first. */
  exposure(): Promise<Day[]>;
  forgetExposure(): Promise<void>;
  /** Since when she has been at it, if she wants to be reminded of breaks after so many minutes. */
  session(minutes: number): Promise<Rest | null>;
  /** Reminds so many minutes later; 0: a break was taken, and the session begins anew for so many. */
  rested(later: number, minutes: number): Promise<Rest>;
  /** Calls back when a break is due. */
  onBreak(callback: () => void): void;
  openOptions(): void;
  openPanel(): void;
  /** Opens the editor of a codebook in a tab; of none: of a new one. */
  openEditor(codebook: string): void;
  /** Which codebook this page is to edit. */
  edited(): string;
  /** Says so, also for when the page is loaded again. */
  setEdited(codebook: string): void;
  /** Asks an engine that only this page has. */
  test(request: Request): Promise<Response>;
  /** Keeps a draft for as long as the tab lives; `false` where there is no room. */
  keepDraft(draft: string): boolean;
  draft(): string;
  /** Has the archive carry out a task, with a file that the coder chose; calls back with how far it is. */
  task(task: unknown, file: File | null, told: (done: number) => void): Promise<Done>;
  stopTask(): void;
  save(name: string, mime: string, content: BlobPart): void;
  uuid(): string;
  now(): string;
}

/** The page that a shell of ours says it is. */
export type Page = "panel" | "popup" | "options" | "editor";

/** The wasm that holds a page, with its name: its own, or that of the page it goes with. */
const HOLDERS: Record<Page, [name: string, load: () => Promise<typeof import("./pages.js")>]> = {
  panel: ["panel", () => import("./panel.js")],
  popup: ["panel", () => import("./panel.js")],
  options: ["options", () => import("./options.js")],
  editor: ["editor", () => import("./editor.js")],
};

export interface Site {
  origin: string | null;
  title: string;
  granted: boolean;
  /** Match patterns that are off in the open project and keep it from reading the site, which the coder allowed. */
  off: string[];
}

/** Where a draft lies: with the tab, and not beside what the coder may have encrypted. */
const DRAFT = "draft";

const link = new Link(() => undefined);
// The coder is about to do something.
for (const type of ["pointerover", "pointerdown", "keydown"]) addEventListener(type, () => { link.wake(); }, { capture: true, passive: true });
let watch: Watch | null = null;
let tab: chrome.tabs.Tab | null = null;

async function site(): Promise<Site> {
  tab = await currentTab();
  const wanted = pattern(tab?.url);
  const granted = wanted !== null && (await chrome.permissions.contains({ origins: [wanted] }));
  const now = await scope();
  return {
    origin: wanted === null || !tab?.url ? null : tab.url.startsWith("file:") ? "file://" : new URL(tab.url).origin,
    title: tab?.title ?? "",
    granted,
    off: granted && !reads(now, wanted) ? now.off.filter((each) => covers(each, wanted)) : [],
  };
}

const host: Host = {
  message: (key, args) => chrome.i18n.getMessage(key, isolated(args)),
  direction: () => direction(),
  request: (request) => link.request(request, watch?.tab ?? undefined),
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
    const wanted = pattern(tab?.url);
    return wanted !== null && chrome.permissions.request({ origins: [wanted] });
  },
  async revoke() {
    const wanted = pattern(tab?.url);
    return wanted !== null && release([wanted]);
  },
  async readOnce() {
    if (tab?.id !== undefined) await inject(tab.id);
  },
  async teach() {
    const it = await currentTab();
    if (it?.id === undefined) return;
    await teach(it.id);
    if (document.body.dataset["page"] === "popup" && !pinned) close();
  },
  adapters: () => adapters,
  async sites() {
    return (await chrome.permissions.getAll()).origins ?? [];
  },
  async grantSite(address) {
    const written = address.trim();
    // As people write addresses: browsers read those without a scheme the same way.
    const wanted = pattern(/^[a-z]+:\/\//i.test(written) ? written : `https://${written}`);
    return wanted !== null && chrome.permissions.request({ origins: [wanted] });
  },
  revokeSite: (site) => release([site]),
  onSites(callback) {
    for (const event of [chrome.permissions.onAdded, chrome.permissions.onRemoved]) event.addListener(() => { callback(); });
  },
  care,
  async setCare(wanted) {
    await setCare(wanted);
    chrome.runtime.sendMessage({ care: true }).catch(() => undefined);
  },
  onCare(callback) {
    chrome.runtime.onMessage.addListener((message: { care?: true }) => {
      if (message.care) callback();
    });
  },
  exposure: days,
  forgetExposure: forgetDays,
  session: begin,
  rested: (later, minutes) => (later > 0 ? putOff(later, minutes) : takeBreak(minutes)),
  onBreak: onDue,
  openOptions() {
    void chrome.runtime.openOptionsPage();
  },
  openPanel() {
    if (!tab) return;
    void openPanel(tab.windowId).then(() => {
      // A popup has done its work.
      if (document.body.dataset["page"] === "popup" && !pinned) close();
    });
  },
  openEditor(codebook) {
    void chrome.tabs.create({ url: chrome.runtime.getURL(`editor.html#${encodeURIComponent(codebook)}`) });
  },
  edited: () => decodeURIComponent(location.hash.slice(1)),
  setEdited(codebook) {
    history.replaceState(null, "", `#${encodeURIComponent(codebook)}`);
  },
  test: bench(() => undefined),
  keepDraft(draft) {
    try {
      sessionStorage.setItem(DRAFT, draft);
      return true;
    } catch {
      return false;
    }
  },
  draft: () => sessionStorage.getItem(DRAFT) ?? "",
  task: (task, file, told) => carryOut(task, file, (request) => link.request(request), told),
  stopTask,
  save,
  uuid: () => crypto.randomUUID(),
  now: () => new Date().toISOString(),
};

document.documentElement.lang = language();
document.documentElement.dir = host.direction();
const page = document.body.dataset["page"] as Page;
const [name, load] = HOLDERS[page];
const { default: init, start } = await load();
await Promise.all([init({ module_or_path: chrome.runtime.getURL(`${name}_bg.wasm`) }), site()]);
start(page, host);
