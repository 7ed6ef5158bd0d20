/**
 * The coder's selection on the page as a stretch of a unit.
 *
 * A selection belongs to the unit that it begins in, or else the first after it that it holds text of, and is clipped to
 * that. White space at its ends does not count. One that holds nothing but what is not read (fields, buttons, names, times, what is not shown) is none.
 *
 * Invariants: reads only; the selection and the focus stay as they are.
 */
import { its, type Point } from "./text";
import type { Owner, Unit, Watcher } from "./watch";

/** A stretch of a unit. */
export interface Selected {
  readonly unit: Unit;
  /** The unit's text at that time. */
  readonly text: string;
  /** UTF-16 offsets into the unit's text, not empty. */
  readonly span: [number, number];
  readonly ranges: StaticRange[];
}

export function selected(watcher: Watcher): Selected | null {
  const range = current();
  if (!range) return null;
  const { startContainer: node, startOffset } = range;
  const first = node.childNodes[startOffset] ?? node;
  for (const owner of watcher.from(first instanceof Element ? first : first.parentElement)) {
    if (!meets(range, owner.root)) break;
    const found = within(watcher, owner, range);
    if (found) return found;
  }
  return null;
}

/** The selection, also in open shadow roots, all of it in one tree; nothing while another frame has the focus. */
function current(): Range | null {
  const selection = getSelection();
  if (!selection || selection.rangeCount === 0 || /^i?frame$/i.test(document.activeElement?.localName ?? "")) return null;
  let found: AbstractRange = selection.getRangeAt(0);
  if ("getComposedRanges" in selection) {
    // A shadow root is named to the browser before it tells what is selected in it.
    const shadowRoots: ShadowRoot[] = [];
    for (let known = -1; known < shadowRoots.length; ) {
      known = shadowRoots.length;
      const [composed] = selection.getComposedRanges({ shadowRoots });
      if (!composed) break;
      // One that leads from one tree to another stands for the hosts that it touches.
      if (composed.startContainer.getRootNode() === composed.endContainer.getRootNode()) found = composed;
      const { startContainer, startOffset, endContainer, endOffset } = composed;
      for (const host of [startContainer.childNodes[startOffset], endContainer.childNodes[endOffset - 1]]) {
        const root = host instanceof Element ? its(host, "shadowRoot") : null;
        if (root && !shadowRoots.includes(root)) shadowRoots.push(root);
      }
    }
  }
  if (found.collapsed) return null;
  const range = document.createRange();
  range.setStart(found.startContainer, found.startOffset);
  range.setEnd(found.endContainer, found.endOffset);
  return range;
}

/** Whether a range holds anything of an element, or stands in a shadow tree under it. */
function meets(range: Range, root: Element): boolean {
  const inner = lifted(root, range.startContainer);
  if (inner) return range.intersectsNode(inner);
  return holds(root, range.startContainer);
}

/** Whether a node stands in an element, or in a shadow tree under it. */
function holds(root: Element, node: Node): boolean {
  const outer = lifted(node, root);
  return outer !== null && its(root, "contains").call(root, outer);
}

/** What stands for a node in the tree of another: the node, or the host of the shadow tree that it is in. */
function lifted(node: Node, other: Node): Node | null {
  const tree = other.getRootNode();
  for (let at: Node | null = node; at; ) {
    const root: Node = at.getRootNode();
    if (root === tree) return at;
    at = root instanceof ShadowRoot ? root.host : null;
  }
  return null;
}

function within(watcher: Watcher, owner: Owner, range: Range): Selected | null {
  const points: Point[] = [
    { node: range.startContainer, offset: range.startOffset },
    { node: range.endContainer, offset: range.endOffset },
  ];
  const projection = watcher.project(owner, points);
  // An end outside of the owner is clipped; one inside that no text stands at leads nowhere.
  const [start, end] = projection.places.map((place, i) => {
    if (place !== null || holds(owner.root, points[i]?.node ?? owner.root)) return place;
    return i === 0 ? 0 : projection.text.length;
  });
  if (typeof start !== "number" || typeof end !== "number") return null;
  const words = projection.text.slice(start, end);
  const from = start + words.length - words.trimStart().length;
  const unit = owner.units.find(({ at, text }) => from >= at && from < at + text.length);
  if (words.trim() === "" || !unit || !projection.text.startsWith(unit.text, unit.at)) return null;
  const to = Math.min(start + words.trimEnd().length, unit.at + unit.text.length);
  return { unit, text: unit.text, span: [from - unit.at, to - unit.at], ranges: projection.ranges(from, to) };
}
