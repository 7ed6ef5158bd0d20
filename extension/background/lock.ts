/**
 * Locks what is stored once nobody has worked with it for a while.
 *
 * Invariants: nothing runs while nothing is encrypted or all is locked; what pages ask by themselves is no work.
 * Must not touch: the key.
 */
import type { Request } from "protocol";

const ALARM = "lock";
const MINUTES = 15;
/** Where the service keeps the key of this session. */
const KEY = "vault-key";

/** What coders do, and pages do not by themselves. */
const WORK = new Set<Request["type"]>(["decide", "import", "openProject", "records", "setSettings", "vault"]);

export async function worked(request: Request): Promise<void> {
  if (!WORK.has(request.type)) return;
  const { [KEY]: key } = await chrome.storage.session.get(KEY);
  if (key) await chrome.alarms.create(ALARM, { delayInMinutes: MINUTES });
  else await chrome.alarms.clear(ALARM);
}

export function onIdle(lock: () => void): void {
  chrome.alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) lock();
  });
}
