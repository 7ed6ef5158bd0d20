/**
 * The engine in a worker: it hears requests and answers them, as the extension's background does.
 *
 * Invariants: asks for nothing but its own files; what it stores is told to the page, which hands it to the next worker.
 * Must not touch: the meaning of a request.
 */
import init, { Background } from "../extension/background/engine.js";
import type { Asked, Said } from "../extension/pages/bench";

/** What the service uses of extension storage. */
function memory(before: object, tell: (items: object) => void): chrome.storage.StorageArea {
  const held = new Map<string, unknown>(Object.entries(before));
  const area = {
    get: (keys: string[]) => Promise.resolve(Object.fromEntries(keys.filter((key) => held.has(key)).map((key) => [key, held.get(key)]))),
    set(items: object) {
      for (const [key, value] of Object.entries(items)) held.set(key, value);
      tell(items);
      return Promise.resolve();
    },
    remove(keys: string[]) {
      for (const key of keys) held.delete(key);
      return Promise.resolve();
    },
    getKeys: () => Promise.resolve([...held.keys()]),
  };
  return area as unknown as chrome.storage.StorageArea;
}

async function open(path: string): Promise<Uint8Array> {
  const file = await fetch(new URL(path, location.href));
  if (!file.ok) throw new Error(`${path}: ${file.status}`);
  return new Uint8Array(await file.arrayBuffer());
}

async function begin(before: object): Promise<Background> {
  const [shipped, model] = await Promise.all([
    open("codebooks.bin"),
    open("model.bin"),
    init({ module_or_path: new URL("engine_bg.wasm", location.href).href }),
  ]);
  const storage = memory(before, (items) => { say({ kept: items }); });
  const session = memory({}, () => undefined);
  return Background.start(shipped, model, { open: (id) => open(`codebooks/${id}.bin`) }, storage, session);
}

const say = (said: Said): void => { postMessage(said); };
const reason = (error: unknown): string => (error instanceof Error ? error.message : String(error));

let engine: Promise<Background> | null = null;

addEventListener("message", ({ data: { id, request, before } }: MessageEvent<Asked>) => {
  engine ??= begin(before);
  void engine
    .then((background) => background.handle(request))
    .then(({ response, event }) => {
      say({ id, response });
      if (event) say({ event });
    })
    .catch((error: unknown) => { say({ broken: reason(error) }); });
});
