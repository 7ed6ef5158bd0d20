//! Words for what is suggested and decided.
//!
//! Invariants: a suggestion is worded as one.

use crate::host::Browser;
use crate::store::Store;
use leptos::prelude::*;
use postil::codebook::model::Evasion;
use postil::service::protocol::{Context, UnitKind};

/// What a unit is.
pub(super) fn kind(store: Store, kind: UnitKind) -> String {
    store.text(match kind {
        UnitKind::Post => "panel_kind_post",
        UnitKind::Comment => "panel_kind_comment",
        UnitKind::Bio => "panel_kind_bio",
        UnitKind::Caption => "panel_kind_caption",
        UnitKind::Message => "panel_kind_message",
        UnitKind::Block => "panel_kind_block",
        UnitKind::Image => "panel_kind_image",
        UnitKind::Account => "panel_kind_account",
    })
}

/// The outline of a unit's icon, on a square of 16.
pub(super) fn outline(kind: UnitKind) -> &'static str {
    match kind {
        UnitKind::Post => "M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
        UnitKind::Comment => "M2.5 3h11v7.5h-6l-3 3v-3h-2z",
        UnitKind::Bio | UnitKind::Account => {
            "M8 2.5a2.75 2.75 0 1 1 0 5.5a2.75 2.75 0 0 1 0-5.5M2.75 13.5c.5-3 2.5-4 5.25-4s4.75 1 5.25 4"
        }
        UnitKind::Caption => "M2.5 3h11v7h-11zM4.5 12.75h7",
        UnitKind::Image => "M2.5 3h11v10h-11zM3 11l3-3.5L9 11l2-2.5l2.5 2.5M10.5 5.75h1",
        UnitKind::Message => "M2.5 4h11v8.5h-11zM2.5 4.5L8 8.75l5.5-4.25",
        UnitKind::Block => "M2.5 4h11M2.5 8h11M2.5 12h7",
    }
}

/// A patch of a code's colour. (A class that is no literal keeps Leptos from making the element through `innerHTML`.)
pub(crate) fn swatch() -> impl IntoView {
    const CLASS: &str = "swatch";
    view! { <span class=CLASS aria-hidden="true"></span> }
}

/// A probability.
pub(crate) fn percent(browser: Browser, probability: f32) -> String {
    browser.fill("panel_percent", &[&format!("{:.0}", probability * 100.0)])
}

/// A contribution, with its sign, kept together where the text runs from right to left.
pub(crate) fn signed(number: f32) -> String {
    let sign = if number < 0.0 { "−" } else { "+" };
    format!("\u{2066}{sign}{:.1}\u{2069}", number.abs())
}

/// What weakened a finding, and what that means.
pub(super) fn context(browser: Browser, context: Context) -> (String, String) {
    let (word, meaning) = match context {
        Context::Negated => ("panel_context_negated", "panel_context_negated_means"),
        Context::Quoted => ("panel_context_quoted", "panel_context_quoted_means"),
        Context::Countered => ("panel_context_countered", "panel_context_countered_means"),
    };
    (browser.text(word), browser.text(meaning))
}

/// How a word is written so that a filter misses it.
pub(super) fn evasion(browser: Browser, evasion: Evasion) -> String {
    browser.text(match evasion {
        Evasion::ZeroWidth => "panel_evasion_zero_width",
        Evasion::Homoglyph => "panel_evasion_homoglyph",
        Evasion::Leet => "panel_evasion_leet",
        Evasion::Split => "panel_evasion_split",
        Evasion::Repeated => "panel_evasion_repeated",
        Evasion::Tatweel => "panel_evasion_tatweel",
        Evasion::Harakat => "panel_evasion_harakat",
        Evasion::Arabizi => "panel_evasion_arabizi",
        Evasion::MixedScript => "panel_evasion_mixed_script",
        Evasion::Emoji => "panel_evasion_emoji",
    })
}

/// What something with a form of its own is; a kind begins with the name of its class.
pub(super) fn entity(browser: Browser, kind: &str) -> String {
    const CLASSES: [(&str, &str); 11] = [
        ("bitcoin", "panel_entity_bitcoin"),
        ("ethereum", "panel_entity_ethereum"),
        ("monero", "panel_entity_monero"),
        ("tron", "panel_entity_tron"),
        ("payment-link", "panel_entity_payment_link"),
        ("messaging-link", "panel_entity_messaging_link"),
        ("paste-link", "panel_entity_paste_link"),
        ("mail", "panel_entity_mail"),
        ("handle", "panel_entity_handle"),
        ("hashtag", "panel_entity_hashtag"),
        ("money", "panel_entity_money"),
    ];
    let class = CLASSES.iter().find(|(class, _)| kind.starts_with(class));
    class.map_or_else(|| kind.to_owned(), |(_, key)| browser.text(key))
}
