//! What the side panel and the content script of a tab say to each other, without the background between them:
//! the findings shown on a page belong to its content script.
//!
//! Invariants: unit ids are unique within a tab for the life of the page; a unit keeps its id while its text changes.
//! Must not touch: how a message travels.

use super::protocol::{Page, UnitKind, UnitReading};
use serde::{Deserialize, Serialize};

/// From the panel to every frame of the tab.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TabRequest {
    /// Send all units now, and changes from now on.
    Watch,
    /// Scroll to a unit, and to a span of it if given, and mark it as current.
    Reveal {
        /// Unit id.
        unit: String,
        /// UTF-16 offsets into the unit's text.
        span: Option<[u32; 2]>,
    },
    /// Send the coder's selection, if there is one in a unit: `Selected`.
    Selection,
}

/// From a frame to the panel.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum TabEvent {
    /// What changed since the last event of this frame; the first event carries everything.
    Units {
        /// The page in this frame.
        page: Page,
        /// Key of the frame; the top frame's is empty.
        frame: String,
        /// Ids of all units of this frame in the order of the document.
        order: Vec<String>,
        /// Units that are new or changed.
        changed: Vec<ShownUnit>,
        /// Whether every unit of the page has been read, so that what was not found is not there.
        complete: bool,
    },
    /// The coder pointed at a unit on the page.
    Current {
        /// Unit id.
        unit: String,
    },
    /// The coder selected a stretch of a unit and wants to code it.
    Selected {
        /// Unit id.
        unit: String,
        /// UTF-16 offsets into the unit's text, not empty.
        span: [u32; 2],
    },
    /// No content script answers in this tab; the host says this itself.
    Absent,
}

/// A unit as it stands on the page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ShownUnit {
    /// Id within the tab.
    pub id: String,
    /// What it is.
    pub kind: UnitKind,
    /// Author as shown on the page, if found.
    pub author: Option<String>,
    /// Where its element stands, if that can be said: as in a decision.
    #[serde(default)]
    pub path: Option<String>,
    /// Whole visible text.
    pub text: String,
    /// Its reading; absent while it waits.
    pub reading: Option<UnitReading>,
}
