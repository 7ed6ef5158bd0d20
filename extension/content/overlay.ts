/**
 * The overlay of a frame: the card over a highlighted word, the toolbar by a selection. Loaded when it is needed first.
 *
 * Invariants: one of the two is shown at a time; talks to the content script through the isolated world's own global.
 */
import { Card } from "./card";
import type {} from "./session";
import { Toolbar } from "./toolbar";

globalThis.postil?.surface?.furnish((desk) => {
  const card = new Card(desk);
  const toolbar = new Toolbar(desk);
  return {
    rested(spot) {
      if (!toolbar.shown) card.rested(spot);
    },
    select(selected) {
      card.hide();
      toolbar.show(selected);
    },
    deselect() {
      toolbar.hide();
    },
    refresh() {
      card.refresh();
    },
    stop() {
      card.hide();
      toolbar.hide();
    },
  };
});
