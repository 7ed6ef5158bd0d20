/**
 * The background: a service worker in Chromium, an event page in Firefox.
 *
 * Relays requests from pages and content scripts to the engine's service and says its events; keeps the registered
 * scripts in step with the permissions. Every listener is registered at once when the script starts, because the
 * browser starts it to hear them.
 *
 * Invariants: nothing lives only here; the order of writes is the service's own.
 * Must not touch: the meaning of a request.
 */
import type { Event, Request, Response } from "protocol";
import { count, forget, warn } from "./badge";
import { engine } from "./service";
import { reach, sync, tellTabs, withdraw } from "./sites";

type Message = { id: number; request: Request } | { badge: number };

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
    void answer(message.request, own).then((response) => {
      if (response.type === "failed" && message.request.type === "read") warn(port.sender);
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
    return response;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { type: "failed", failure: { kind: "storage", message } };
  }
}

/** Events go as messages, not over the ports: a port that the browser closed would miss them. */
function announce(event: Event): void {
  chrome.runtime.sendMessage({ event }).catch(() => undefined);
  void tellTabs({ event });
}

chrome.permissions.onAdded.addListener(({ origins = [] }) => {
  void sync().then(() => reach(origins));
});

chrome.permissions.onRemoved.addListener(({ origins = [] }) => {
  void sync().then(() => withdraw(origins));
});

// Registrations do not outlive an update, and the scripts in open tabs are orphans after it.
chrome.runtime.onInstalled.addListener(() => {
  void chrome.action.setBadgeBackgroundColor({ color: "#8a3b12" });
  void sync().then(async () => reach((await chrome.permissions.getAll()).origins ?? []));
});

chrome.runtime.onStartup.addListener(() => {
  void chrome.action.setBadgeBackgroundColor({ color: "#8a3b12" });
  void sync();
});

// Chromium alone: Firefox has a command of its own for its sidebar.
chrome.commands.onCommand.addListener((command, tab) => {
  if (command === "open_panel" && tab) void chrome.sidePanel.open({ windowId: tab.windowId });
});
