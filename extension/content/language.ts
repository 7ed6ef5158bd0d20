/** The language of the words that the browser gives us: of the catalogue that it took, which need not be its own. */

const RIGHT_TO_LEFT = ["ar"];

export function language(): string {
  return chrome.i18n.getMessage("language");
}

export function direction(): "ltr" | "rtl" {
  return RIGHT_TO_LEFT.includes(language()) ? "rtl" : "ltr";
}
