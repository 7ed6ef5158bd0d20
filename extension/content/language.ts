/** The language of the words that the browser gives us: of the catalogue that it took, which need not be its own. */

const RIGHT_TO_LEFT = ["ar"];

export function language(): string {
  return chrome.i18n.getMessage("language");
}

/** Words of any language in a sentence that runs from the right: they keep their own direction, and pull no sign to their side. */
export function isolated(values: string[], way = direction()): string[] {
  return way === "rtl" ? values.map((value) => `\u2068${value}\u2069`) : values;
}

export function direction(of = language()): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.includes(of) ? "rtl" : "ltr";
}
