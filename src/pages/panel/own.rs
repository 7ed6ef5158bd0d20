//! What the coder said of a unit in their own words: code, quote, stance, tier and note, with the ways to change it.

use super::card::Card;
use super::{beside, image, words};
use crate::codebooks::Codebooks;
use crate::decisions::{Progress, Stand};
use crate::drafts::Field;
use crate::store::Store;
use leptos::prelude::*;
use postil::service::protocol::{Action, Outcome};

/// Longest quote in a line, in characters.
const QUOTE: usize = 160;

/// A code of the coder's own.
pub(super) fn own(card: &Card, codebooks: &Codebooks, stand: &Stand) -> AnyView {
    let mark = &stand.mark;
    let code = mark.code.clone().unwrap_or_default();
    let definition = codebooks.code(&mark.codebook, &code).map(|code| code.definition.clone());
    view! {
        <li
            class=format!("mine {}", codebooks.slot(&mark.codebook, &code))
            data-decision=mark.decision.clone()
            data-assigned=code.clone()
        >
            <p class="what">
                {words::swatch()}
                <span class="label" title=definition>{codebooks.code_label(&mark.codebook, &code)}</span>
                {changers(card, codebooks, stand)}
            </p>
            {quote(card, stand)}
            {details(card.store, codebooks, stand)}
            {beside::relations(card, &mark.decision)}
            <p class="standing">{state(card.store, word(stand), stand.progress)}</p>
        </li>
    }
    .into_any()
}

/// The buttons that change a code of the coder's, or take it back.
pub(super) fn changers(card: &Card, codebooks: &Codebooks, stand: &Stand) -> AnyView {
    let store = card.store;
    let mark = &stand.mark;
    let label = codebooks.code_label(&mark.codebook, mark.code.as_deref().unwrap_or_default());
    let edit = stand.is_coded().then(|| {
        let (card, decision) = (card.clone(), mark.decision.clone());
        let (from, of) = (card.clone(), decision.clone());
        view! {
            <button
                type="button"
                class="link edit"
                aria-label=store.fill("panel_edit_named", &[&label])
                on:click=move |_| card.store.edit(&card.unit, &decision, Field::Code)
            >
                {store.text("panel_edit")}
            </button>
            <button
                type="button"
                class="link relate"
                aria-label=store.fill("panel_relate_named", &[&label])
                on:click=move |_| from.store.relate(&from.unit, Some(&of))
            >
                {store.text("panel_relate")}
            </button>
        }
    });
    let untie = {
        let (card, decision) = (card.clone(), mark.decision.clone());
        let name = store.fill("panel_untie_named", &[&label]);
        move || {
            let (card, decision, name) = (card.clone(), decision.clone(), name.clone());
            store.is_tied(&decision).then(|| {
                view! {
                    <button
                        type="button"
                        class="link untie"
                        aria-label=name
                        on:click=move |_| store.untie(&card.unit, &decision)
                    >
                        {store.text("panel_untie")}
                    </button>
                }
            })
        }
    };
    let (card, decision) = (card.clone(), mark.decision.clone());
    let name = match mark.action {
        Action::NoneApplies | Action::Skipped | Action::Flagged | Action::Related => {
            store.decided(mark.action, &mark.codebook, None)
        }
        _ => label,
    };
    view! {
        <span class="changers">
            {edit}
            {untie}
            <button
                type="button"
                class="link withdraw"
                aria-label=store.fill("panel_withdraw_named", &[&name])
                on:click=move |_| card.store.withdraw(&card.unit, &decision)
            >
                {store.text("panel_withdraw")}
            </button>
        </span>
    }
    .into_any()
}

/// Stance and tier as decided, and the note.
pub(super) fn details(store: Store, codebooks: &Codebooks, stand: &Stand) -> AnyView {
    let mark = &stand.mark;
    let said = beside::details(store, codebooks, mark);
    view! {
        {(!said.is_empty()).then(|| view! { <p class="said">{said.clone()}</p> })}
        {mark.memo.clone().map(|memo| view! { <p class="memo" dir="auto">{memo}</p> })}
    }
    .into_any()
}

fn quote(card: &Card, stand: &Stand) -> AnyView {
    let store = card.store;
    let image = card.unit.content.with_untracked(|content| content.image.clone());
    if let Some((region, image)) = stand.mark.region.zip(image) {
        return image::outline(store, &image.shown, region);
    }
    let Some(span) = stand.span() else {
        return view! { <p class="whole">{store.text("coding_whole")}</p> }.into_any();
    };
    let text = card.unit.content.with_untracked(|content| slice(&content.text, span));
    let cut: String = text.chars().take(QUOTE).collect();
    let shown = if cut.len() < text.len() { format!("{cut}…") } else { cut };
    let card = card.clone();
    view! {
        <p class="quote">
            <button
                type="button"
                class="matched"
                title=store.text("panel_reveal")
                on:click=move |_| card.store.reveal(&card.unit.id, Some(span))
            >
                <bdi>{shown}</bdi>
            </button>
        </p>
    }
    .into_any()
}

/// A stretch of a text by its UTF-16 units.
fn slice(text: &str, [start, end]: [u32; 2]) -> String {
    let units = text.encode_utf16().skip(start as usize).take(end.saturating_sub(start) as usize);
    String::from_utf16_lossy(&units.collect::<Vec<_>>())
}

/// What was decided, as a word beside the thing itself.
pub(super) fn word(stand: &Stand) -> &'static str {
    match stand.mark.action {
        Action::Accepted => "panel_accepted",
        Action::Rejected => "panel_rejected",
        Action::NoneApplies => "panel_none_stands",
        Action::Skipped => "panel_skipped",
        Action::Flagged => "panel_flagged",
        Action::Assigned | Action::Edited | Action::Reattached | Action::Withdrawn | Action::Related => {
            "panel_assigned"
        }
    }
}

/// How far a decision has come, in words.
pub(super) fn state(store: Store, decided: &'static str, progress: Progress) -> AnyView {
    match progress {
        Progress::Saving => view! { <span class="saving">{store.text("panel_saving")}</span> }.into_any(),
        Progress::Failed => view! {
            <span class="failed">{store.text("panel_failed")}</span>
            " "
            <button type="button" class="link" on:click=move |_| store.retry()>{store.text("panel_retry")}</button>
        }
        .into_any(),
        Progress::Stored | Progress::Found(Outcome::Exact) => {
            view! { <span class="word-on">{store.text(decided)}</span> }.into_any()
        }
        Progress::Found(Outcome::Moved) => view! {
            <span class="word-on">{store.text(decided)}</span>
            " "
            <span class="badge" title=store.text("panel_moved_means")>{store.text("panel_moved")}</span>
        }
        .into_any(),
    }
}

#[cfg(test)]
mod tests {
    use super::slice;

    #[test]
    fn a_quote_counts_utf16_units() {
        assert_eq!(slice("🕌 أذان now", [3, 7]), "أذان");
        assert_eq!(slice("abc", [2, 99]), "c");
    }
}
