//! What the side panel and the content script of a tab say to each other, without the background between them:
//! the findings shown on a page belong to its content script.
//!
//! Invariants: unit ids are unique within a tab for the life of the page; a unit keeps its id while its text changes.
//! Must not touch: how a message travels.

use super::protocol::{Page, Region, UnitKind, UnitReading};
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
    /// Let the coder draw a part of an image on the page: `Drawn`. Asked again, it begins anew.
    Draw {
        /// Unit id.
        unit: String,
        /// The part that it begins with.
        region: Option<Region>,
    },
    /// Send these keys while the page has the focus and the coder types nowhere: `Key`. None: send no key.
    Keys {
        /// As `KeyboardEvent.key` has them.
        keys: Vec<String>,
    },
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
    /// The coder drew a part of an image.
    Drawn {
        /// Unit id.
        unit: String,
        /// The part; absent: all of it.
        region: Option<Region>,
    },
    /// A key that was asked for was pressed on the page.
    Key {
        /// As `KeyboardEvent.key` has it.
        key: String,
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
    /// The image that it is, if it is one: its text is its alternative text then, and nothing has read it.
    #[serde(default)]
    pub image: Option<ShownImage>,
    /// Whole visible text.
    pub text: String,
    /// Its reading; absent while it waits.
    pub reading: Option<UnitReading>,
}

/// An image as it stands on the page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ShownImage {
    /// What it is known by whenever the page is read: its address without a query, or where it stands.
    pub source: String,
    /// Width on the page, in CSS pixels.
    pub width: u32,
    /// Height on the page, in CSS pixels.
    pub height: u32,
}
