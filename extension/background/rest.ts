/**
 * How long the coder has been at it, and the reminder of a break.
 *
 * A session begins when a panel is opened for the first time since the browser was started, or when a break was taken.
 *
 * Invariants: one alarm, and none where she wants no reminder; nothing is counted while nobody asks.
 */
const KEY = "rest";
const ALARM = "rest";
const MINUTE = 60_000;
/** What the toolbar shows where a break is due. */
const SIGN = "⏸";

/** Times in milliseconds of the clock. */
export interface Rest {
  readonly began: number;
  readonly due: number;
  /** After how many minutes a break is due, as it was wanted then. */
  readonly minutes: number;
}

export async function resting(): Promise<Rest | null> {
  const { [KEY]: rest } = await chrome.storage.session.get<{ [KEY]?: Rest }>(KEY);
  return rest ?? null;
}

async function keep(rest: Rest): Promise<Rest> {
  await chrome.storage.session.set({ [KEY]: rest });
  await chrome.alarms.create(ALARM, { when: rest.due });
  await sign("");
  return rest;
}

/** The session, which begins now if none has begun; none where no reminder is wanted. */
export async function begin(minutes: number): Promise<Rest | null> {
  if (minutes > 0) {
    const rest = await resting();
    if (!rest) return takeBreak(minutes);
    return rest.minutes === minutes ? rest : keep({ began: rest.began, due: rest.began + minutes * MINUTE, minutes });
  }
  await chrome.storage.session.remove(KEY);
  await chrome.alarms.clear(ALARM);
  return null;
}

/** A break was taken: the session begins anew. */
export const takeBreak = (minutes: number): Promise<Rest> => keep({ began: Date.now(), due: Date.now() + minutes * MINUTE, minutes });

/** Reminds of the break that much later. */
export async function putOff(later: number, minutes: number): Promise<Rest> {
  const { began } = (await resting()) ?? { began: Date.now() };
  return keep({ began, due: Date.now() + later * MINUTE, minutes });
}

/** Calls back when a break is due. */
export function onDue(due: () => void): void {
  chrome.alarms.onAlarm.addListener(({ name }) => {
    if (name === ALARM) due();
  });
}

/** Shows on the toolbar that a break is due; a tab's own number gives way to it, and comes back when it is read again. */
export const remind = (): Promise<void> => sign(SIGN);

async function sign(text: string): Promise<void> {
  const tabs = await chrome.tabs.query({ active: true });
  for (const { id: tabId } of tabs) {
    if (tabId === undefined) continue;
    if (text === "" && (await chrome.action.getBadgeText({ tabId })) !== SIGN) continue;
    await chrome.action.setBadgeText({ tabId, text }).catch(() => undefined);
    if (text === "") chrome.tabs.sendMessage(tabId, { badge: true }).catch(() => undefined);
  }
}
