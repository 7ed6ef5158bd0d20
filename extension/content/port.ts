/**
 * The way to the background, shared by the content script and our own pages.
 *
 * A port is opened when there is something to say and stays until either side is gone; the browser may stop the
 * background at any time, and it is not kept alive. What was asked and not answered is then asked once more, which is
 * safe because every request is idempotent.
 *
 * Must not touch: what is asked.
 */
import type { Request, Response } from "protocol";

interface Waiting {
  readonly request: Request;
  readonly tab: number | undefined;
  readonly resolve: (response: Response) => void;
  readonly reject: (error: Error) => void;
  again: boolean;
}

export class Link {
  #port: chrome.runtime.Port | null = null;
  #last = 0;
  readonly #waiting = new Map<number, Waiting>();
  readonly #orphaned: () => void;

  /** `orphaned` is called when the extension that this script belongs to is gone. */
  constructor(orphaned: () => void) {
    this.#orphaned = orphaned;
  }

  /** A page of ours names the tab that it speaks of; of a script in a tab it is known. */
  request(request: Request, tab?: number): Promise<Response> {
    return new Promise((resolve, reject) => {
      const id = ++this.#last;
      this.#waiting.set(id, { request, tab, resolve, reject, again: true });
      this.#say({ id, request, tab });
    });
  }

  /** Starts the background if it was stopped: what is asked of one that is still starting is lost if the asker closes. */
  wake(): void {
    try {
      this.#port ??= this.#open();
    } catch {
      // Whoever asks something next is told.
    }
  }

  /** Tells the number that the toolbar shows for this page. */
  badge(badge: number): void {
    this.#say({ badge });
  }

  close(): void {
    this.#port?.disconnect();
    this.#port = null;
    for (const { reject } of this.#waiting.values()) reject(new Error("The connection was closed."));
    this.#waiting.clear();
  }

  #say(message: object): void {
    try {
      (this.#port ??= this.#open()).postMessage(message);
    } catch {
      // Only a script whose extension was removed or replaced cannot reach it.
      this.close();
      this.#orphaned();
    }
  }

  #open(): chrome.runtime.Port {
    const port = chrome.runtime.connect({ name: "postil" });
    port.onMessage.addListener(({ id, response }: { id: number; response: Response }) => {
      this.#waiting.get(id)?.resolve(response);
      this.#waiting.delete(id);
    });
    port.onDisconnect.addListener(() => {
      void chrome.runtime.lastError;
      if (this.#port !== port) return;
      this.#port = null;
      for (const [id, waiting] of [...this.#waiting]) {
        if (waiting.again) {
          waiting.again = false;
          this.#say({ id, request: waiting.request, tab: waiting.tab });
        } else {
          this.#waiting.delete(id);
          waiting.reject(new Error("The background did not answer."));
        }
      }
      if (!chrome.runtime?.id) this.#orphaned();
    });
    return port;
  }
}
