/**
 * From one element that the coder points at to selectors that find all that are like it.
 *
 * What a page says of an element for good goes first: what it is called by name, its role, what its makers test it by. Class
 * names that look generated, and ids with numbers, are never used; where nothing else is left, the way down to the element by
 * the names of elements is. Several selectors are offered, since only the coder knows how many are meant.
 *
 * Invariants: reads only; every selector that is given matches the element itself.
 * Must not touch: which of them is taken.
 */
import type { SitePart } from "./wire";

/** A selector with what it matches on this page, in the order of the document. */
export interface Choice {
  readonly selector: string;
  readonly found: Element[];
}

/** A selector for an element by itself; the dearer, the sooner it says something else on another day. */
type Simple = readonly [selector: string, cost: number];

/** How far up is looked for something to go by. */
const UP = 5;
/** Most matches that are looked at. */
const MOST = 2000;
const OFFERED = 6;
/** What a selector of ours is at most long, in characters; the service keeps no longer one. */
const LONGEST = 300;

const NAMED = ["data-testid", "data-test-id", "data-test", "data-qa", "data-e2e", "role", "itemprop", "itemtype", "aria-roledescription", "rel", "slot"];
/** Classes for how a thing is at the moment. */
const STATE = /^(is|has|js)-|active|select|focus|hover|open|closed|visited|unread|hidden|visible|first|last|even|odd|new$/i;
const FRAMEWORK = /^(css|sc|jsx|emotion|styled|svelte|tw)-/;

/** Whether a name is made of words, as people give them. */
function worded(name: string): boolean {
  if (/\d/.test(name) || name.length > 40 || FRAMEWORK.test(name)) return false;
  const words = name.match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? [];
  return words.length > 0 && words.every((word) => word.length > 1 && (word.length < 4 || /[aeiouy]/i.test(word)));
}

const quoted = (value: string): string => `"${CSS.escape(value)}"`;

function simples(element: Element): Simple[] {
  const tag = element.localName;
  const made: Simple[] = [];
  for (const name of NAMED) {
    const value = element.getAttribute(name);
    if (value && !/\d/.test(value) && value.length < 60) made.push([`${tag}[${name}=${quoted(value)}]`, 1]);
  }
  if (tag.includes("-")) made.push([tag, 1]);
  const [, first] = /^\/([a-z]+)\/./.exec(element.getAttribute("href") ?? "") ?? [];
  if (first) made.push([`${tag}[href^=${quoted(`/${first}/`)}]`, 2]);
  for (const name of element.classList) if (worded(name) && !STATE.test(name)) made.push([`${tag}.${CSS.escape(name)}`, 3]);
  if (worded(element.id)) made.push([`#${CSS.escape(element.id)}`, 3]);
  made.push([tag, /^(div|span)$/.test(tag) ? 8 : 4]);
  return made.sort((a, b) => a[1] - b[1]);
}

/** The open shadow roots of the page, and the page. */
function roots(): ParentNode[] {
  const all: ParentNode[] = [document];
  for (const root of all) for (const { shadowRoot } of root.querySelectorAll("*")) if (shadowRoot) all.push(shadowRoot);
  return all;
}

/** Says what selectors match that has text, on the page as it is now. */
export function finder(): (selector: string) => Element[] {
  const where = roots();
  return (selector) =>
    where.flatMap((root) => [...root.querySelectorAll(selector)].slice(0, MOST)).filter(({ textContent }) => /\S/.test(textContent ?? ""));
}

/** What an element is among what stands beside it. */
function place(at: Element): string {
  const beside = [...(at.parentElement?.children ?? [])];
  return beside.length > 1 ? `${at.localName}:nth-child(${beside.indexOf(at) + 1})` : at.localName;
}

/** The ways down to an element from what is around it, nearest first; `until` is the last that is gone up to. */
function ways(element: Element, step: (at: Element) => string, until: Element | null): Simple[] {
  const made: Simple[] = [];
  let path = step(element);
  /** The same, in this one of the places beside each other. */
  let placed = path;
  let up = 0;
  for (let at = element.parentElement; at && at !== until && up < 2 * UP; at = at.parentElement) {
    up++;
    const anchor = simples(at)[0];
    if (anchor && anchor[1] < 4 && up <= UP) {
      made.push([`${anchor[0]} > ${path}`, anchor[1] + 3 + 2 * up]);
      for (const [selector, cost] of simples(element).slice(0, 3)) made.push([`${anchor[0]} ${selector}`, anchor[1] + cost + 1]);
    }
    if (anchor && anchor[1] < 4 && up > 1 && up <= UP) made.push([`${anchor[0]} > ${placed}`, anchor[1] + 5 + 2 * up]);
    if (at === document.body) made.push([`body > ${path}`, 8 + 2 * up], [`body > ${placed}`, 10 + 2 * up]);
    placed = `${up === 1 ? place(at) : step(at)} > ${placed}`;
    path = `${step(at)} > ${path}`;
  }
  return made;
}

/** What finds the most like an element, best first. */
export function alike(element: Element, part: SitePart, find: (selector: string) => Element[]): Choice[] {
  const peers = new Set(peersOf(element));
  return best([...simples(element).slice(0, 5), ...ways(element, ({ localName }) => localName, null)], find, (found) => {
    if (!found.includes(element)) return null;
    const missed = [...peers].filter((peer) => !found.includes(peer)).length / peers.size;
    const others = found.filter((one) => !peers.has(one)).length / found.length;
    // Comments stand in comments; other units do not stand in their like.
    const nested = part !== "comment" && found.some((one, i) => i > 0 && found[i - 1]?.contains(one));
    return 20 * missed + 12 * others + (nested ? 40 : 0);
  });
}

/** What stands beside an element, or beside what it alone is in, in the same place. */
function peersOf(element: Element): Element[] {
  let path = "";
  for (let at: Element = element, up = 0; at.parentElement && up < UP; at = at.parentElement, up++) {
    const parent = at.parentElement;
    const same = [...parent.children].filter(({ localName }) => localName === at.localName);
    const found = path === "" ? same : same.flatMap((one) => [...one.querySelectorAll(`:scope${path}`)]);
    if (found.length > 1) return found.filter(({ textContent }) => /\S/.test(textContent ?? ""));
    path = ` > ${at.localName}${path}`;
  }
  return [element];
}

/** What finds, in each of the units that a selector matches, what an element is in its own: once and no more, if possible. */
export function within(element: Element, unit: Element, units: Choice): Choice[] {
  let path = place(element);
  for (let at = element.parentElement; at && at !== unit; at = at.parentElement) path = `${place(at)} > ${path}`;
  const named = simples(element).slice(0, 5);
  const around = ways(element, place, unit);
  const all = [...named, ...around, [`${units.selector} > ${path}`, 9] as const];
  return best(all, (selector) => units.found.flatMap((one) => [...one.querySelectorAll(selector)]), (found, selector) => {
    // The first is the author's name.
    if (unit.querySelector(selector) !== element) return null;
    const without = units.found.filter((one) => !one.querySelector(selector)).length / units.found.length;
    return 25 * without + 3 * Math.max(0, found.length / units.found.length - 1);
  });
}

/** Selectors by what they find, those of one finding by the cheapest. */
function best(
  candidates: Simple[],
  find: (selector: string) => Element[],
  score: (found: Element[], selector: string) => number | null,
): Choice[] {
  const made: (Choice & { score: number })[] = [];
  for (const [selector, cost] of candidates) {
    if (selector.length > LONGEST || made.some((one) => one.selector === selector)) continue;
    const found = find(selector);
    const worse = score(found, selector);
    if (worse !== null && found.length > 0) made.push({ selector, found, score: cost + worse });
  }
  made.sort((a, b) => a.score - b.score);
  const same = (a: Choice, b: Choice): boolean => a.found.length === b.found.length && a.found.every((one, i) => one === b.found[i]);
  return made.filter((one, i) => !made.slice(0, i).some((other) => same(one, other))).slice(0, OFFERED);
}
