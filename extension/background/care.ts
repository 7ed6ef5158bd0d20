/**
 * Care for the coder: what is covered until she asks for it, when she is reminded of a break, and what she has been exposed to.
 *
 * It is hers and not a project's: it holds in all of them, and stands in a database of its own that no export, no copy and no
 * file of a project reads. Nothing of it leaves this browser.
 *
 * Invariants: what is counted is added within one transaction; of what was seen only numbers are kept, by the day.
 * Must not touch: what is stored of projects.
 */

/** What she wants. */
export interface Care {
  /** How images and videos look until they are asked for. */
  readonly media: "off" | "blur" | "grey";
  /** From which suggested tier on units are covered until they are asked for; null: none. */
  readonly tier: number | null;
  /** After how many minutes she is reminded of a break; 0: never. */
  readonly minutes: number;
  /** Whether it is counted what she is exposed to. */
  readonly log: boolean;
}

export const NONE: Care = { media: "off", tier: null, minutes: 0, log: false };

/** What she has been exposed to on a day. */
export interface Day {
  /** `YYYY-MM-DD`, as her clock has it. */
  readonly day: string;
  /** Units that came into view, by their highest suggested tier; the last are those of none. */
  readonly units: number[];
  /** Images, videos and units that she had uncovered. */
  readonly lifted: number;
  readonly seconds: number;
}

/** Tiers that are told apart. */
export const TIERS = 6;

const WANTED = "wanted";
const DAYS = "days";

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("care", 1);
    opening.onupgradeneeded = () => {
      opening.result.createObjectStore(WANTED);
      opening.result.createObjectStore(DAYS, { keyPath: "day" });
    };
    opening.onsuccess = () => { resolve(opening.result); };
    opening.onerror = () => { reject(opening.error ?? new Error()); };
  });
}

/** Does something in one transaction; resolves once it is kept. */
async function within<T>(name: string, mode: IDBTransactionMode, work: (store: IDBObjectStore, done: (value: T) => void) => void): Promise<T> {
  const database = await open();
  try {
    return await new Promise<T>((resolve, reject) => {
      const transaction = database.transaction(name, mode);
      let result: T;
      work(transaction.objectStore(name), (value) => { result = value; });
      transaction.oncomplete = () => { resolve(result); };
      transaction.onerror = transaction.onabort = () => { reject(transaction.error ?? new Error()); };
    });
  } finally {
    database.close();
  }
}

export async function care(): Promise<Care> {
  const kept = await within<Partial<Care> | undefined>(WANTED, "readonly", (store, done) => {
    const asked: IDBRequest<Partial<Care> | undefined> = store.get("care");
    asked.onsuccess = () => { done(asked.result); };
  }).catch(() => undefined);
  return { ...NONE, ...kept };
}

export function setCare(wanted: Care): Promise<void> {
  return within(WANTED, "readwrite", (store) => { store.put(wanted, "care"); });
}

/** The days of which something was counted, the last first. */
export async function days(): Promise<Day[]> {
  const all = await within<Day[]>(DAYS, "readonly", (store, done) => {
    const asked: IDBRequest<Day[]> = store.getAll();
    asked.onsuccess = () => { done(asked.result); };
  });
  return all.reverse();
}

/** Adds to what was counted today. */
export function expose({ units, lifted, seconds }: Omit<Day, "day">): Promise<void> {
  const now = new Date();
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  return within(DAYS, "readwrite", (store) => {
    const asked: IDBRequest<Day | undefined> = store.get(day);
    asked.onsuccess = () => {
      const before = asked.result;
      const sums = Array.from({ length: TIERS + 1 }, (_, tier) => (before?.units[tier] ?? 0) + (units[tier] ?? 0));
      store.put({ day, units: sums, lifted: (before?.lifted ?? 0) + lifted, seconds: (before?.seconds ?? 0) + seconds } satisfies Day);
    };
  });
}

export function forgetDays(): Promise<void> {
  return within(DAYS, "readwrite", (store) => { store.clear(); });
}
