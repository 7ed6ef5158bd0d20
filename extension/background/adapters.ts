/**
 * What is known of some sites: the adapters that ship, from `adapters.json`, whose form `docs/adapters.md` describes.
 *
 * Must not touch: what the coder taught.
 */
import file from "../adapters.json";
import type { SitePart } from "../content/wire";

/** A site as a file has it: the adapters that ship, and what coders exchange. */
export interface Adapter {
  readonly id: string;
  readonly name: string;
  /** Match patterns of whole sites. */
  readonly match: string[];
  /** Nobody has seen it work on the site since the date. */
  readonly unverified: boolean;
  readonly date: string;
  readonly note: string;
  /** Regular expressions for what the site writes into the alternative text of images. */
  readonly alternative: string[];
  readonly rules: { readonly part: SitePart; readonly selector: string }[];
}

export const adapters = file.sites as Adapter[];
