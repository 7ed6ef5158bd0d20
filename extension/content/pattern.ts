/**
 * Match patterns of permissions, as far as scheme and host go: Postil asks for whole sites and for nothing smaller.
 *
 * Of two permissions that cover a page the wider one may be off and the narrower one on, or the other way round: what is
 * off is kept from a wider one that is on, and keeps nothing from a narrower one.
 *
 * Must not touch: where permissions and settings are kept.
 */

/** The sites that the coder allowed: those that the open project reads, and those that it leaves alone. */
export interface Scope {
  readonly on: string[];
  readonly off: string[];
}

/** Scheme and host of a pattern or an address. */
function parts(address: string): [scheme: string, host: string] {
  const [, scheme = "", host = ""] = /^([^:]+):\/\/([^/]*)/.exec(address) ?? [];
  return [scheme, host.replace(/:\d+$/, "")];
}

/** The match pattern of the site at an address. Firefox's have no ports, so neither have ours. */
export function pattern(address: string | undefined): string | null {
  if (!address || !URL.canParse(address)) return null;
  const { protocol, hostname } = new URL(address);
  if (protocol === "file:") return "file:///*";
  return protocol === "https:" || protocol === "http:" ? `${protocol}//${hostname}/*` : null;
}

/** Whether a pattern covers an address, or all that another pattern covers. */
export function covers(pattern: string, address: string): boolean {
  if (pattern === "<all_urls>") return true;
  const [scheme, host] = parts(pattern);
  const [itsScheme, itsHost] = parts(address);
  if (scheme === "*" ? !/^(https?|\*)$/.test(itsScheme) : scheme !== itsScheme) return false;
  return host === "*" || host === itsHost || (host.startsWith("*.") && `.${itsHost}`.endsWith(host.slice(1)));
}

/** Of what is off, that which a wider permission would let in again. */
export function excluded({ on, off }: Scope): string[] {
  return off.filter((pattern) => on.some((wider) => covers(wider, pattern)));
}

/** Whether the open project reads what is at an address, or all that a pattern covers. */
export function reads(scope: Scope, address: string): boolean {
  const held = (patterns: string[]): boolean => patterns.some((pattern) => covers(pattern, address));
  return held(scope.on) && !held(excluded(scope));
}

/**
 * Whether the open project leaves a frame alone that the coder allowed: not one that is read once, on her word. One that
 * cannot say where it is from is left alone where anything is.
 */
export function leavesAlone(scope: Scope, address: string | null): boolean {
  if (address === null) return scope.off.length > 0;
  return scope.off.some((pattern) => covers(pattern, address)) && !reads(scope, address);
}

/**
 * Where this frame is from: its own origin, else its address, else the nearest origin around it; nothing where the browser
 * does not say. Put into frames by itself, and so it stands alone.
 */
export function origin(): string | null {
  if (self.origin !== "null") return self.origin;
  if (/^(https?|file):$/.test(location.protocol)) return location.href;
  // Not every browser has it.
  const around = (location as { ancestorOrigins?: DOMStringList }).ancestorOrigins ?? [];
  return [...around].find((each) => each !== "null") ?? null;
}
