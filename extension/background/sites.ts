/**
 * On which sites Postil reads: those that the coder allowed, without those that the open project leaves alone, and no
 * other; and which of its scripts reads there.
 *
 * The browser's own permissions are the one record of what is allowed, the settings of the open project of what is off. A
 * script is registered for exactly what is left; what is read from now on is also reached in the tabs that are already
 * open, and where nothing is read any more the scripts there are told to clean up. In quiet mode it is the script that puts
 * nothing into its page.
 *
 * Invariants: changes happen one after the other; nothing is injected without a permission; the style sheet is never
 * registered, because no browser takes a registered one out of a page again.
 */
import type { Event, Settings } from "protocol";
import { covers, excluded, leavesAlone, origin, reads, type Scope } from "../content/pattern";
import type { Hello, Notice, Rule, SitePart, Ways } from "../content/wire";
import { adapters } from "./adapters";
import { care, NONE, type Care } from "./care";

/** What the service keeps of the open project for scripts that run without it. */
type Face = Partial<Pick<Settings, "counting" | "quiet" | "sitesOff" | "taught" | "adaptersOff">>;

const REGISTRATION = "postil";
const EARLY = "early";
const SCRIPT = "content.js";
const QUIET = "quiet.js";
const TEACH = "teach.js";
const STYLE = "content.css";

/**
 * Firefox's highlights reach into shadow roots only from the user's level of style; Chromium's do from the page's, and
 * at the user's it drops their backgrounds (seen in 156).
 */
const ORIGIN = "sidebarAction" in chrome ? "USER" : "AUTHOR";

/** Highlights and the overlay's boxes out of sight, for a picture of the page as everybody sees it. */
const UNMARKED = `html > div[popover=manual] { visibility: hidden !important }
${Array.from({ length: 15 }, (_, index) => `::highlight(h${index + 1})`).join()} {
  background-color: transparent !important; text-decoration: none !important }`;
/** Images and videos until they are asked for. The page's own word on them yields; an animation lifts it. */
const COVERS: Record<Exclude<Care["media"], "off">, string> = {
  blur: "img, video, image, input[type=image] { filter: blur(24px) }",
  grey: "img, video, image, input[type=image] { filter: grayscale(1) }",
};
/** Longest wait until a page is painted, in milliseconds. */
const PAINTED = 250;

let queue: Promise<unknown> = Promise.resolve();

function inTurn(work: () => Promise<void>): Promise<void> {
  const run = queue.then(work);
  queue = run.catch(() => undefined);
  return run;
}

/**
 * Read where the service keeps it, because a background that is woken to inject a script should not have to start the
 * engine for a word; written by the service alone.
 */
async function known(): Promise<Face> {
  const { face, settings } = await chrome.storage.local.get<{ face?: Face; settings?: Face }>(["face", "settings"]);
  // Before there were several projects, it stood in the settings.
  return face ?? settings ?? {};
}

/** Whether nothing at all is put into pages. */
async function quiet(): Promise<boolean> {
  return (await known()).quiet === true;
}

async function script(): Promise<string> {
  return (await quiet()) ? QUIET : SCRIPT;
}

/** Whether a session is open, in which units that are seen are counted. */
export async function isCounting(): Promise<boolean> {
  return (await known()).counting === true;
}

/** What the open project reads of what is allowed. */
export async function scope(): Promise<Scope> {
  const [{ origins = [] }, { sitesOff = [] }] = await Promise.all([chrome.permissions.getAll(), known()]);
  const isOff = (pattern: string): boolean => sitesOff.includes(pattern);
  return { on: origins.filter((pattern) => !isOff(pattern)), off: origins.filter(isOff) };
}

/** All frames of a tab, or one. */
function target(tabId: number, frameId?: number): chrome.scripting.InjectionTarget {
  return frameId === undefined ? { tabId, allFrames: true } : { tabId, frameIds: [frameId] };
}

/** Makes the registered scripts agree with the permissions and the settings. */
export function sync(): Promise<void> {
  return inTurn(register);
}

async function register(): Promise<void> {
  const isCovered = (await care()).media !== "off" && !(await quiet());
  await put(REGISTRATION, await script(), "document_idle");
  await put(EARLY, isCovered ? "early.js" : null, "document_start");
}

/** Makes one registration what it has to be. */
async function put(id: string, file: string | null, runAt: "document_idle" | "document_start"): Promise<void> {
  const now = await scope();
  const [matches, excludeMatches] = [file ? now.on : [], excluded(now)];
  let [registered] = await chrome.scripting.getRegisteredContentScripts({ ids: [id] });
  // What an update does not name stays as it was.
  if (registered && (matches.length === 0 || (registered.excludeMatches?.length && excludeMatches.length === 0))) {
    await chrome.scripting.unregisterContentScripts({ ids: [id] });
    registered = undefined;
  }
  if (matches.length === 0 || !file) return;
  const wanted: chrome.scripting.RegisteredContentScript = {
    id,
    js: [file],
    css: [],
    matches,
    ...(excludeMatches.length > 0 && { excludeMatches }),
    allFrames: true,
    matchOriginAsFallback: true,
    runAt,
    persistAcrossSessions: true,
  };
  if (registered) await chrome.scripting.updateContentScripts([wanted]);
  else await chrome.scripting.registerContentScripts([wanted]);
}

/** Injects into what is read in the open tabs, where a page of one site may also stand in a frame of another. */
export async function reach(): Promise<void> {
  if ((await scope()).on.length === 0) return;
  const tabs = await chrome.tabs.query({ discarded: false });
  const isRead = (now: Scope, from: string | null): boolean => from !== null && reads(now, from);
  await Promise.allSettled(tabs.map(({ id }) => (id === undefined ? undefined : enter(id, isRead))));
}

/** Injects into those frames of a tab that are meant. One that cannot say where it is from goes with its page. */
async function enter(tabId: number, meant: (now: Scope, from: string | null) => boolean): Promise<void> {
  const frames = await chrome.scripting.executeScript({ target: target(tabId), func: origin, injectImmediately: true });
  const page = frames.find(({ frameId }) => frameId === 0)?.result ?? null;
  // Not before: it may have changed while the frames answered.
  const now = await scope();
  const there = frames.filter(({ result }) => meant(now, result ?? page));
  await Promise.allSettled(there.map(({ frameId }) => inject(tabId, frameId)));
}

/**
 * Injects into a tab or one frame of it, as far as the permissions of the moment go. A script of the same kind that is
 * there already stays the only one, another kind makes way.
 */
export async function inject(tabId: number, frameId?: number): Promise<void> {
  await chrome.scripting.executeScript({ target: target(tabId, frameId), files: [await script()] });
}

/** Another of our scripts for a frame whose script asks for it. */
export async function bring(script: string, tabId: number, frameId: number): Promise<void> {
  await chrome.scripting.executeScript({ target: target(tabId, frameId), files: [script] });
}

/** The box in which the coder teaches the site of a tab, by what its page shows. */
export const teach = (tabId: number): Promise<void> => bring(TEACH, tabId, 0);

/** What is known of the site at an address: what the coder taught, and what the adapters say that are not switched off. */
export async function rules(address: string): Promise<Ways> {
  const [{ taught = [], adaptersOff = [], quiet = false, counting = false }, wanted] = await Promise.all([known(), care()]);
  const own = taught.flatMap((line): Rule[] => {
    const [site = "", part, ...selector] = line.split(" ");
    return covers(site, address) ? [[part as SitePart, selector.join(" ")]] : [];
  });
  const meant = adapters.filter(({ id, match }) => !adaptersOff.includes(id) && match.some((pattern) => covers(pattern, address)));
  const adapted = meant.flatMap((adapter) => adapter.rules.map(({ part, selector }): Rule => [part, selector]));
  const boilerplate = meant.flatMap(({ alternative }) => alternative);
  // Quiet mode puts no cover into a page; to count puts nothing there.
  const { media, tier, log } = quiet ? NONE : wanted;
  const count = log || counting;
  return [own, adapted, boilerplate, media !== "off" || tier !== null || count ? { ...wanted, media, tier, log: count } : null];
}

/** The style sheet for a frame whose script asks for it. */
export async function style(tabId: number, frameId: number): Promise<void> {
  await chrome.scripting.insertCSS({ target: target(tabId, frameId), files: [STYLE], origin: ORIGIN });
}

/** The cover that the coder wants for a frame's images and videos, and no other. */
export async function cover(tabId: number, frameId: number): Promise<void> {
  const { media } = await care();
  await uncover(tabId, frameId);
  if (media !== "off" && !(await quiet())) await chrome.scripting.insertCSS({ target: target(tabId, frameId), css: COVERS[media] });
}

async function uncover(tabId: number, frameId?: number): Promise<void> {
  const gone = Object.values(COVERS).map((css) => chrome.scripting.removeCSS({ target: target(tabId, frameId), css }));
  await Promise.allSettled(gone);
}

/** Takes the style sheets out again, where the browser still lets us. */
export async function strip(tabId: number, frameId?: number): Promise<void> {
  await uncover(tabId, frameId);
  await chrome.scripting.removeCSS({ target: target(tabId, frameId), files: [STYLE], origin: ORIGIN }).catch(() => undefined);
}

/** Does something while nothing of ours is to be seen on the pages of a tab. */
export async function unmarked<T>(tabId: number, work: () => Promise<T>): Promise<T> {
  // There nothing is to be seen at any time, and nothing is put into a page.
  if (await quiet()) return work();
  // What the overlay says of itself gives way to the user alone.
  const sheet: chrome.scripting.CSSInjection = { target: target(tabId), css: UNMARKED, origin: "USER" };
  await chrome.scripting.insertCSS(sheet);
  try {
    const paint = chrome.scripting.executeScript({ target: target(tabId, 0), func: painted, args: [PAINTED], injectImmediately: true });
    // A page that hangs must not keep the marks out of sight.
    await Promise.race([paint.catch(() => undefined), new Promise((resolve) => { setTimeout(resolve, 2 * PAINTED); })]);
    return await work();
  } finally {
    await chrome.scripting.removeCSS(sheet).catch(() => undefined);
  }
}

/** In a page: until it is painted, or was given the time for it. */
function painted(limit: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, limit);
    requestAnimationFrame(() => { requestAnimationFrame(() => { resolve(); }); });
  });
}

/**
 * A frame says which kind of script it has: one that was loaded or put away before a change has the other one. One that was
 * put away may be of a site that is not read any more.
 */
export async function check({ quiet: isQuiet, back }: Hello, tabId: number, frameId: number): Promise<void> {
  if (back) {
    const notice: Notice = { scope: await scope() };
    if ((await chrome.tabs.sendMessage<Notice, true | undefined>(tabId, notice, { frameId }).catch(() => undefined)) === true) return;
  }
  if (isQuiet === (await quiet())) return;
  await strip(tabId, frameId);
  await inject(tabId, frameId);
}

/**
 * Settings, codebooks or the open project changed: scripts that are there read again, make way for the other kind, or leave
 * a site that is off now; one that is on now is reached.
 */
export async function apply(event: Event): Promise<void> {
  await inTurn(async () => {
    await register();
    const now = await scope();
    if (now.off.length > 0) await tellTabs({ scope: now });
    const left = await tellTabs({ event });
    const stays = (now: Scope, from: string | null): boolean => !leavesAlone(now, from);
    await Promise.allSettled(left.map((tabId) => strip(tabId).then(() => enter(tabId, stays))));
  });
  // A page that never ends to load must not hold up the next change.
  await reach();
}

/** Tells the scripts of all tabs which origins were withdrawn; a script knows by itself whether it is meant. */
export async function withdraw(origins: string[]): Promise<void> {
  const covered = await Promise.all(origins.map((origin) => chrome.permissions.contains({ origins: [origin] })));
  const withdrawn = origins.filter((_, index) => !covered[index]);
  if (withdrawn.length > 0) await leave(withdrawn);
}

/**
 * Gives up permissions. The pages are cleaned before, while that is still allowed: where the browser's own settings are
 * quicker, rules for names that nothing has any more stay in a page until it is left.
 */
export async function release(origins: string[]): Promise<boolean> {
  await leave(origins);
  const removed = await chrome.permissions.remove({ origins });
  // The browser may have kept one, or another may cover the same pages.
  await reach();
  return removed;
}

/** What is stored was locked: nothing of it stays in any page. */
export const hide = (): Promise<void> => leave(["*://*/*", "file:///*"]);

async function leave(origins: string[]): Promise<void> {
  const left = await tellTabs({ withdrawn: origins });
  await Promise.all(left.map((tabId) => strip(tabId)));
}

/** Says something to the content scripts of all tabs; gives the tabs where one left its page for it. */
export async function tellTabs(notice: Notice): Promise<number[]> {
  const tabs = await chrome.tabs.query({ discarded: false });
  const ids = tabs.flatMap(({ id }) => id ?? []);
  // A tab without a script of ours cannot hear it.
  const said = await Promise.allSettled(ids.map((id) => chrome.tabs.sendMessage<Notice, true | undefined>(id, notice)));
  return ids.filter((_, index) => said[index]?.status === "fulfilled" && said[index].value === true);
}
