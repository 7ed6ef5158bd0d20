/**
 * Opens the side panel: the one place that knows how each browser does it.
 *
 * Invariants: called within the coder's own gesture and before anything is waited for, because a gesture is soon forgotten.
 */

export function openPanel(windowId: number): Promise<void> {
  return chrome.sidePanel ? chrome.sidePanel.open({ windowId }) : chrome.sidebarAction.open();
}
