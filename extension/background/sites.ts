/**
 * On which sites Postil reads: those that the coder allowed, and no other.
 *
 * The browser's own permissions are the one record of it. Scripts are registered for exactly the granted origins; a
 * grant also reaches the tabs that are already open, a withdrawal tells the scripts there to clean up.
 *
 * Invariants: registrations change one after the other; nothing is injected without a permission.
 */

const REGISTRATION = "postil";
const SCRIPT = "content.js";
const STYLE = "content.css";

/**
 * Firefox's highlights reach into shadow roots only from the user's level of style; Chromium's do from the page's, and
 * at the user's it drops their backgrounds (seen in 156).
 */
const USER_STYLE = "sidebarAction" in chrome;

let queue: Promise<unknown> = Promise.resolve();

/** Makes the registered scripts agree with the permissions. */
export function sync(): Promise<void> {
  const run = queue.then(register);
  queue = run.catch(() => undefined);
  return run;
}

async function register(): Promise<void> {
  const { origins: matches = [] } = await chrome.permissions.getAll();
  const [registered] = await chrome.scripting.getRegisteredContentScripts({ ids: [REGISTRATION] });
  if (matches.length === 0) {
    if (registered) await chrome.scripting.unregisterContentScripts({ ids: [REGISTRATION] });
    return;
  }
  const script: chrome.scripting.RegisteredContentScript = {
    id: REGISTRATION,
    js: [SCRIPT],
    css: [STYLE],
    matches,
    allFrames: true,
    matchOriginAsFallback: true,
    runAt: "document_idle",
    persistAcrossSessions: true,
    ...(USER_STYLE && { cssOrigin: "user" }),
  };
  if (registered) await chrome.scripting.updateContentScripts([script]);
  else await chrome.scripting.registerContentScripts([script]);
}

/** Injects into the open tabs of some origins. */
export async function reach(origins: string[]): Promise<void> {
  if (origins.length === 0) return;
  const tabs = await chrome.tabs.query({ url: origins, discarded: false });
  await Promise.allSettled(tabs.map(({ id }) => (id === undefined ? undefined : inject(id))));
}

/** Injects into one tab, as far as the permissions of the moment go. A script that is there already stays the only one. */
export async function inject(tabId: number): Promise<void> {
  const target = { tabId, allFrames: true };
  await chrome.scripting.insertCSS({ target, files: [STYLE], origin: USER_STYLE ? "USER" : "AUTHOR" });
  await chrome.scripting.executeScript({ target, files: [SCRIPT] });
}

/** Tells the scripts of all tabs which origins were withdrawn; a script knows by itself whether it is meant. */
export async function withdraw(origins: string[]): Promise<void> {
  const covered = await Promise.all(origins.map((origin) => chrome.permissions.contains({ origins: [origin] })));
  const withdrawn = origins.filter((_, index) => !covered[index]);
  if (withdrawn.length > 0) await tellTabs({ withdrawn });
}

/** Says something to the content scripts of all tabs. */
export async function tellTabs(message: object): Promise<void> {
  const tabs = await chrome.tabs.query({ discarded: false });
  // A tab without a script of ours cannot hear it.
  await Promise.allSettled(tabs.map(({ id }) => (id === undefined ? undefined : chrome.tabs.sendMessage(id, message))));
}
