/**
 * A script of ours that comes to a frame when it is needed first: it finds the session by the isolated world's own global
 * and says what it makes.
 *
 * Must not touch: what the script does.
 */
import { tell, type Need } from "./wire";

export class Later<T> {
  /** What the script made; nothing before it has come. */
  made: T | null = null;
  readonly #need: Need["need"];
  #waiting: Promise<T> | null = null;
  #come: ((made: T) => void) | undefined;

  constructor(need: Need["need"]) {
    this.#need = need;
  }

  /** The script has come. */
  come(make: () => T): void {
    this.made ??= make();
    this.#come?.(this.made);
  }

  /** What the script makes; rejects where it is not to be had. */
  load(): Promise<T> {
    this.#waiting ??= new Promise<T>((resolve, reject) => {
      this.#come = resolve;
      tell({ need: this.#need }).then((met) => {
        if (met !== true) reject(new Error());
      }, reject);
    }).catch((error: unknown) => {
      this.#waiting = null;
      throw error;
    });
    return this.#waiting;
  }
}
