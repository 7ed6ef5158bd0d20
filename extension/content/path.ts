/**
 * Where a unit's element stands in its document, as an XPath, for tools that read the document.
 *
 * Invariants: reads only; a path leads from the root by names and places among siblings of one name. What is in a shadow
 * tree, stands under a name that such a path cannot say, or lies too deep has none.
 */
import { its } from "./text";
import type { Unit } from "./watch";

const NAME = /^[\w.-]+$/;
/** Longest path that goes on, in characters. */
const MOST = 1900;

/** Says the paths of units for as long as the document stands still: siblings are counted once for all of them. */
export function paths(): (unit: Unit) => string | null {
  const known = new Map<Node, string>([[document, ""]]);
  return ({ owner, at }) => {
    // Positions count from the start of the element's text.
    if (at > 0) return null;
    const way: Element[] = [];
    for (let node: ParentNode | null = owner.root; node instanceof Element && !known.has(node); node = its(node, "parentNode")) way.unshift(node);
    for (const node of way) {
      const above = its(node, "parentNode");
      const base = above ? known.get(above) : undefined;
      if (!above || base === undefined || base.length > MOST) break;
      const counts = new Map<string, number>();
      for (const child of its(above, "children")) {
        const name = its(child, "localName");
        const count = (counts.get(name) ?? 0) + 1;
        counts.set(name, count);
        if (NAME.test(name)) known.set(child, `${base}/${name}[${count}]`);
      }
    }
    return known.get(owner.root) ?? null;
  };
}
