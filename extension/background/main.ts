/**
 * The background: a service worker in Chromium, an event page in Firefox.
 *
 * Relays requests from pages and content scripts to the engine's service and says its events; keeps the registered
 * scripts in step with the permissions and settings; does for content scripts what they cannot do. Every listener is registered at once when the script starts, because the
 * browser starts it to hear them.
 *
 * Invariants: nothing lives only here; the order of writes is the service's own.
 * Must not touch: the meaning of a request.
 */
import type { Event, Request, Response } from "protocol";
import { pattern } from "../content/pattern";
import type { Exposed, Hello, Lesson, Met, Need } from "../content/wire";
import { count, forget, warn } from "./badge";
import { care, expose } from "./care";
import { addMenu, code, COMMAND } from "./coding";
import { onIdle, worked } from "./lock";
import { openPanel } from "./panel";
import { picture, type Shown } from "./picture";
import { onDue, remind } from "./rest";
import { engine } from "./service";
import { apply, bring, check, cover, hide, isCounting, reach, rules, strip, style, sync, tellTabs, withdraw } from "./sites";

/** A page of ours says which tab it speaks of. */
type Message = { id: number; request: Request; tab?: number } | { badge: number };

/** What a script in a web page may ask: its own page's readings and decisions, never what is stored of others. */
const FOR_TABS = new Set<Request["type"]>(["read", "codebooks", "pageDecisions", "decide"]);

chrome.runtime.onConnect.addListener((port) => {
  if (port.name !== "postil") return;
  const own = port.sender?.url?.startsWith(chrome.runtime.getURL("")) ?? false;
  port.onMessage.addListener((message: Message) => {
    if ("badge" in message) {
      if (port.sender) count(port.sender, message.badge);
      return;
    }
    const tab = message.request.type !== "decide" ? undefined : own ? message.tab : port.sender?.tab?.id;
    // As it is now: it may show another page by the time of the answer.
    const shown = tab === undefined ? null : chrome.tabs.get(tab).catch(() => null);
    void answer(message.request, own).then((response) => {
      if (response.type === "failed" && message.request.type === "read") warn(port.sender);
      if (response.type === "stored" && response.picture) void shown?.then((shown) => shown && depict(response.id, shown));
      try {
        port.postMessage({ id: message.id, response });
      } catch {
        // The asker is gone; if it comes back it asks again.
      }
    });
  });
  port.onDisconnect.addListener(() => {
    void chrome.runtime.lastError;
    forget(port.sender);
  });
});

async function answer(request: Request, own: boolean): Promise<Response> {
  if (!own && !FOR_TABS.has(request.type)) {
    return { type: "failed", failure: { kind: "invalid", message: "Only Postil's own pages may ask this." } };
  }
  try {
    const { response, event } = await (await engine()).handle(request);
    if (event) announce(event);
    void worked(request);
    return response;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: "failed", failure: { kind: "storage", message } };
  }
}

/** Keeps a picture of a tab with a decision. */
async function depict(decision: string, shown: Shown): Promise<void> {
  const kept = await picture(shown).then(
    (taken) => answer({ type: "keepPicture", decision, ...taken }, true),
    () => undefined,
  );
  if (kept?.type !== "stored") announce({ type: "noPicture" });
}

/** Events go as messages, not over the ports: a port that the browser closed would miss them. */
function announce(event: Event): void {
  chrome.runtime.sendMessage({ event }).catch(() => undefined);
  if (event.type === "changed") void apply(event);
  else if (event.type === "decided") void tellTabs({ event });
  else if (event.type === "vault") void (event.state === "locked" ? hide() : tellTabs({ event }).then(reach));
}

chrome.runtime.onMessage.addListener((message: Hello | Need | Lesson | Exposed | { care: true }, { tab, frameId = 0, url, origin }, respond: (met: Met) => void) => {
  if ("care" in message) {
    // A page of ours has kept what the coder wants covered.
    if (url?.startsWith(chrome.runtime.getURL(""))) void sync().then(() => tellTabs(message));
    return false;
  }
  if (tab?.id === undefined) return false;
  if ("exposed" in message) {
    void care().then(({ log }) => (log ? expose(message.exposed) : undefined)).catch(() => undefined);
    const units = message.exposed.units.reduce((sum, some) => sum + some, 0);
    void isCounting().then((counts) => (counts ? answer({ type: "seen", units }, true) : undefined));
    return false;
  }
  if ("need" in message) {
    // A frame that is at no address of its own is from where its origin is.
    const from = origin && origin !== "null" ? origin : (url ?? "");
    meet(message.need, tab.id, tab.windowId, frameId, from).then(respond, () => { respond(false); });
    return true;
  }
  if ("taught" in message) {
    void learn(message, url).then(respond);
    return true;
  }
  // The frame may be gone by now.
  if (message.hello) check(message, tab.id, frameId).catch(() => undefined);
  return false;
});

/** Does for a content script what it cannot do; rejects where the browser does not let us. */
async function meet(need: Need["need"], tabId: number, windowId: number, frameId: number, from: string): Promise<Met> {
  if (need === "rules") return rules(from);
  if (need === "overlay" || need === "mirror" || need === "region" || need === "care") await bring(`${need}.js`, tabId, frameId);
  else if (need === "style") await style(tabId, frameId);
  else if (need === "cover") await cover(tabId, frameId);
  else if (need === "strip") await strip(tabId, frameId);
  else if (chrome.sidePanel) await openPanel(windowId);
  else {
    // Firefox opens its sidebar for a gesture in its own pages and menus, not for one in a web page.
    const commands = await chrome.commands.getAll();
    return commands.find(({ name }) => name === "_execute_sidebar_action")?.shortcut ?? false;
  }
  return true;
}

/** Keeps what was taught about the site at an address, for those parts that it says something of; says what went wrong. */
async function learn({ taught }: Lesson, url: string | undefined): Promise<true | string> {
  const site = pattern(url);
  if (!site) return chrome.i18n.getMessage("teach_no_site");
  const kept = taughtInTurn.then(async () => {
    const stored = await answer({ type: "settings" }, true);
    if (stored.type !== "settings") return stored;
    const { settings } = stored;
    const others = settings.taught.filter((line) => !taught.some(([part]) => line.startsWith(`${site} ${part} `)));
    const all = [...others, ...taught.map(([part, selector]) => `${site} ${part} ${selector}`)];
    return answer({ type: "setSettings", settings: { ...settings, taught: all } }, true);
  });
  taughtInTurn = kept;
  const response = await kept;
  return response.type === "failed" ? response.failure.message : true;
}

/** What was taught is added to what is kept then. */
let taughtInTurn: Promise<unknown> = Promise.resolve();

chrome.permissions.onAdded.addListener(() => {
  void sync().then(reach);
});

chrome.permissions.onRemoved.addListener(({ origins = [] }) => {
  void sync().then(() => withdraw(origins));
});

onIdle(() => {
  void answer({ type: "vault", request: { do: "lock" } }, true);
});

onDue(() => {
  remind().catch(() => undefined);
});

// Registrations do not outlive an update, and the scripts in open tabs are orphans after it.
chrome.runtime.onInstalled.addListener(() => {
  void chrome.action.setBadgeBackgroundColor({ color: "#8a3b12" });
  void addMenu();
  void sync().then(reach);
});

chrome.runtime.onStartup.addListener(() => {
  void chrome.action.setBadgeBackgroundColor({ color: "#8a3b12" });
  void sync();
});

chrome.contextMenus.onClicked.addListener(({ frameId }, tab) => {
  if (tab) code(tab, frameId);
});

chrome.commands.onCommand.addListener((command, tab) => {
  if (!tab) return;
  if (command === COMMAND) code(tab);
  // Chromium alone: Firefox has a command of its own for its sidebar.
  else if (command === "open_panel") openPanel(tab.windowId).catch(() => undefined);
});
