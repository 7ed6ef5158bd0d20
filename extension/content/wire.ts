/**
 * What the background and the scripts in web pages say to each other outside of requests.
 *
 * Must not touch: requests and their answers, which go over ports.
 */
import type { Event, UnitKind } from "protocol";
import type { Care, Day } from "../background/care";
import type { Scope } from "./pattern";

/** What our background and pages say to the script of a frame. One that leaves its page for it answers `true`. */
export type Notice = { event: Event } | { withdrawn: string[] } | { scope: Scope } | { badge: true } | { select: true } | { care: true };

/** A script of ours is there: a side panel may connect to it, the background looks whether it is the right one. */
export interface Hello {
  readonly hello: true;
  readonly quiet: boolean;
  /** Its page was put away and is shown again: what was said meanwhile was not heard. */
  readonly back: boolean;
}

/**
 * What a script cannot do by itself: have another script or a style in its frame, have the style taken out again, open the
 * side panel, know the rules of its site.
 */
export interface Need {
  readonly need: "overlay" | "mirror" | "region" | "care" | "style" | "strip" | "cover" | "panel" | "rules";
}

/** What a rule of a site finds. */
export type SitePart = Exclude<UnitKind, "account" | "block" | "caption" | "image"> | "author";

/** What a part of a site's units is found by. */
export type Rule = readonly [part: SitePart, selector: string];

/** Of a frame's site, what the coder taught, what the shipped adapters know, and what it writes into what its images say. */
export type Rules = readonly [taught: Rule[], adapted: Rule[], boilerplate: string[]];

/** The same, and what she wants covered and counted, if anything. */
export type Ways = readonly [...Rules, care: Care | null];

/** What came into view of a page. */
export interface Exposed {
  readonly exposed: Omit<Day, "day">;
}

/** What the coder taught about the site of a tab, in place of what was taught before; answered with `true` or what is wrong. */
export interface Lesson {
  readonly taught: Rule[];
}

/** To a need: whether it is met, or the keys by which the coder meets it, or what was asked for. */
export type Met = boolean | string | Ways;

/** Says something to the background; rejects also where the extension is gone. */
export async function tell(message: Hello | Need | Lesson | Exposed): Promise<Met> {
  return (await chrome.runtime.sendMessage(message)) as Met;
}
