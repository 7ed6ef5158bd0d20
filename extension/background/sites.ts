/**
 * On which sites Postil reads: those that the coder allowed, and no other; and which of its scripts reads there.
 *
 * The browser's own permissions are the one record of it. A script is registered for exactly the granted origins; a grant
 * also reaches the tabs that are already open, a withdrawal tells the scripts there to clean up. In quiet mode it is the
 * script that puts nothing into its page.
 *
 * Invariants: changes happen one after the other; nothing is injected without a permission; the style sheet is never
 * registered, because no browser takes a registered one out of a page again.
 */
import type { Event, Settings } from "protocol";
import type { Notice } from "../content/wire";

/** What the service keeps of the open project for scripts that run without it. */
type Face = Pick<Settings, "quiet">;

const REGISTRATION = "postil";
const SCRIPT = "content.js";
const QUIET = "quiet.js";
const OVERLAY = "overlay.js";
const STYLE = "content.css";

/**
 * Firefox's highlights reach into shadow roots only from the user's level of style; Chromium's do from the page's, and
 * at the user's it drops their backgrounds (seen in 156).
 */
const ORIGIN = "sidebarAction" in chrome ? "USER" : "AUTHOR";

let queue: Promise<unknown> = Promise.resolve();

function inTurn(work: () => Promise<void>): Promise<void> {
  const run = queue.then(work);
  queue = run.catch(() => undefined);
  return run;
}

/**
 * Whether pages are to be left alone. Read where the service keeps it, because a background that is woken to inject a
 * script should not have to start the engine for one word; written by the service alone.
 */
export async function quiet(): Promise<boolean> {
  const { face, settings } = await chrome.storage.local.get<{ face?: Face; settings?: Face }>(["face", "settings"]);
  // Before there were several projects, it stood in the settings.
  return (face ?? settings)?.quiet === true;
}

async function script(): Promise<string> {
  return (await quiet()) ? QUIET : SCRIPT;
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
  const { origins: matches = [] } = await chrome.permissions.getAll();
  const [registered] = await chrome.scripting.getRegisteredContentScripts({ ids: [REGISTRATION] });
  if (matches.length === 0) {
    if (registered) await chrome.scripting.unregisterContentScripts({ ids: [REGISTRATION] });
    return;
  }
  const wanted: chrome.scripting.RegisteredContentScript = {
    id: REGISTRATION,
    js: [await script()],
    css: [],
    matches,
    allFrames: true,
    matchOriginAsFallback: true,
    runAt: "document_idle",
    persistAcrossSessions: true,
  };
  if (registered) await chrome.scripting.updateContentScripts([wanted]);
  else await chrome.scripting.registerContentScripts([wanted]);
}

/** Injects into the open tabs, where a page of some origins may also stand in a frame of another. */
export async function reach(origins: string[]): Promise<void> {
  if (origins.length === 0) return;
  const tabs = await chrome.tabs.query({ discarded: false });
  await Promise.allSettled(tabs.map(({ id }) => (id === undefined ? undefined : inject(id))));
}

/**
 * Injects into a tab or one frame of it, as far as the permissions of the moment go. A script of the same kind that is
 * there already stays the only one, another kind makes way.
 */
export async function inject(tabId: number, frameId?: number): Promise<void> {
  await chrome.scripting.executeScript({ target: target(tabId, frameId), files: [await script()] });
}

/** The overlay for a frame whose script asks for it. */
export async function overlay(tabId: number, frameId: number): Promise<void> {
  await chrome.scripting.executeScript({ target: target(tabId, frameId), files: [OVERLAY] });
}

/** The style sheet for a frame whose script asks for it. */
export async function style(tabId: number, frameId: number): Promise<void> {
  await chrome.scripting.insertCSS({ target: target(tabId, frameId), files: [STYLE], origin: ORIGIN });
}

/** Takes the style sheet out again, where the browser still lets us. */
async function strip(tabId: number, frameId?: number): Promise<void> {
  await chrome.scripting.removeCSS({ target: target(tabId, frameId), files: [STYLE], origin: ORIGIN }).catch(() => undefined);
}

/** A frame says which kind of script it has: one that was loaded or put away before a change has the other one. */
export async function check(isQuiet: boolean, tabId: number, frameId: number): Promise<void> {
  if (isQuiet === (await quiet())) return;
  await strip(tabId, frameId);
  await inject(tabId, frameId);
}

/** Settings or codebooks changed: scripts that are there read again, or make way for the other kind. */
export function apply(event: Event): Promise<void> {
  return inTurn(async () => {
    await register();
    const left = await tellTabs({ event });
    await Promise.allSettled(left.map((tabId) => strip(tabId).then(() => inject(tabId))));
  });
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
  await reach(origins);
  return removed;
}

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
