/** What TypeScript's own libraries do not know of the platform. */

declare module "*.css" {
  const text: string;
  export default text;
}

/** Firefox alone; there it stands where Chromium has `sidePanel`. */
declare namespace chrome.sidebarAction {
  export function open(): Promise<void>;
}
