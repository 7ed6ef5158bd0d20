//! What the coder wants for her own sake, as our pages know it.
//!
//! Invariants: it is hers and not a project's; the host keeps it, and no request to the service holds any of it.
//! Must not touch: web pages; what is covered there is the content scripts' business.

use crate::host::Browser;
use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;

/// What is covered until she asks for it, when she is reminded of a break, and whether it is counted what she sees.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Care {
    /// How images and videos look on pages.
    pub(crate) media: Media,
    /// From which suggested tier on units are covered.
    pub(crate) tier: Option<u8>,
    /// Minutes until a break; 0: no reminder.
    pub(crate) minutes: u32,
    /// Whether it is counted.
    pub(crate) log: bool,
}

/// How images and videos look until they are asked for.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Media {
    /// As they are.
    #[default]
    Off,
    /// Blurred.
    Blur,
    /// Without colours.
    Grey,
}

/// What she has been exposed to on a day.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Day {
    /// `YYYY-MM-DD`.
    pub(crate) day: String,
    /// Units that came into view, by their highest suggested tier; the last are those of none.
    pub(crate) units: Vec<u32>,
    /// Images, videos and units that she had uncovered.
    pub(crate) lifted: u32,
    /// How long pages that are read were shown.
    pub(crate) seconds: u32,
}

/// A session, in milliseconds of the clock.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
pub(crate) struct Rest {
    /// When it began.
    pub(crate) began: f64,
    /// When a break is due.
    pub(crate) due: f64,
}

/// What she wants, now and whenever it changes elsewhere; absent until it has come.
pub(crate) fn heard(browser: Browser) -> RwSignal<Option<Care>> {
    let care = RwSignal::new(None);
    let load = move || {
        let host = browser.host();
        spawn_local(async move {
            // Without an answer nothing is covered, as without her word.
            if let Ok(wanted) = host.care().await {
                care.set(Some(wanted));
            }
        });
    };
    load();
    browser.host().on_care(load);
    care
}
