//! What stands beside the codes of a unit: that what is suggested is hidden, that the unit was passed over or flagged, what was
//! decided before about one that it nearly equals, and the buttons for these.

use super::card::Card;
use super::{own, words};
use crate::codebooks::Codebooks;
use crate::decisions::Stand;
use crate::store::Store;
use leptos::prelude::*;
use postil::service::protocol::{Action, Confidence, Earlier, Mark, RelationKind};

/// The buttons of a unit, beside that for a code.
pub(super) fn buttons(card: &Card) -> impl IntoView {
    let store = card.store;
    let pressed = |action: Action| {
        let standings = card.standings;
        move || standings.with(|standings| standings.beside(action).is_some()).to_string()
    };
    let (skip, flag) = (card.unit.clone(), card.unit.clone());
    view! {
        <button type="button" class="skip" title=store.text("panel_skip_hint") aria-pressed=pressed(Action::Skipped) on:click=move |_| store.skip(&skip)>
            {store.text("panel_skip")}
        </button>
        <button type="button" class="flag" title=store.text("panel_flag_hint") aria-pressed=pressed(Action::Flagged) on:click=move |_| store.flag(&flag)>
            {store.text("panel_flag")}
        </button>
    }
}

/// That the unit was passed over, or flagged.
pub(super) fn stands(card: &Card) -> impl IntoView + use<> {
    let store = card.store;
    let card = card.clone();
    move || {
        let line = |action: Action, class: &'static str, word: &'static str| {
            let stand = card.standings.with(|standings| standings.beside(action).cloned())?;
            // What was passed over and then coded is coded.
            let silent = action == Action::Flagged || !card.standings.with(|standings| standings.spoken());
            silent.then(|| {
                let codebooks = store.codebooks.get_untracked();
                view! {
                    <p class=format!("beside {class}")>
                        {own::state(store, word, stand.progress)}
                        {own::changers(&card, &codebooks, &stand)}
                    </p>
                }
            })
        };
        view! {
            {line(Action::Flagged, "flagged", "panel_flagged")}
            {line(Action::Skipped, "skipped", "panel_skipped")}
        }
    }
}

/// What is said in place of suggestions that are hidden, with the decision that needs none of them.
pub(super) fn hidden(card: &Card) -> AnyView {
    let store = card.store;
    let unit = card.unit.clone();
    view! {
        <section class="reading veiled">
            <p class="hint">{store.text("panel_hidden")}</p>
            <button type="button" class="none-applies" on:click=move |_| store.decide_none(&unit)>
                {store.text("panel_none_applies")}
            </button>
        </section>
    }
    .into_any()
}

/// The unit decided about before that this one nearly equals most; not while the coder has spoken of this one.
pub(super) fn before(card: &Card) -> impl IntoView + use<> {
    let (store, standings, earlier) = (card.store, card.standings, card.unit.earlier.clone());
    let unit = card.unit.clone();
    move || {
        let earlier = earlier.get();
        let first = earlier.first().filter(|_| !standings.with(|standings| standings.spoken()))?;
        let again = unit.clone();
        Some(view! {
            <section class="before" role="group" aria-label=store.text("panel_before")>
                <p>
                    <b>{store.text("panel_before")}</b> " "
                    <span class="detail">{origin(store, first)}</span>
                </p>
                <p class="said">{first.marks.iter().map(|mark| said(store, mark)).collect::<Vec<_>>().join("; ")}</p>
                <button type="button" class="same" on:click=move |_| store.same_again(&again)>{store.text("panel_same")}</button>
            </section>
        })
    }
}

/// How much it is alike, when it was decided about, and where.
fn origin(store: Store, earlier: &Earlier) -> String {
    let likeness = words::percent(store.browser, earlier.likeness as f32);
    let day = earlier.at.get(..10).unwrap_or(&earlier.at);
    store.fill("panel_before_origin", &[&likeness, day, &earlier.url])
}

/// What was said, in a few words.
fn said(store: Store, mark: &Mark) -> String {
    let codebooks = store.codebooks.get_untracked();
    let what = store.decided(mark.action, &mark.codebook, mark.code.as_deref());
    let details = details(store, &codebooks, mark);
    let memo = mark.memo.as_ref().map(|memo| format!(": {memo}")).unwrap_or_default();
    if details.is_empty() { format!("{what}{memo}") } else { format!("{what} ({details}){memo}") }
}

/// Stance, tier and how sure, as decided.
pub(super) fn details(store: Store, codebooks: &Codebooks, mark: &Mark) -> String {
    let stance = mark.stance.as_ref().map(|stance| codebooks.stance_label(&mark.codebook, stance));
    let tier = mark
        .tier
        .map(|tier| store.fill("panel_said_tier", &[&tier.to_string(), &codebooks.tier_label(&mark.codebook, tier)]));
    let sure = mark.confidence.map(|sure| {
        store.text(match sure {
            Confidence::Low => "panel_sure_low",
            Confidence::Medium => "panel_sure_medium",
            Confidence::High => "panel_sure_high",
        })
    });
    [stance, tier, sure].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// What a decision is related to.
pub(super) fn relations(card: &Card, decision: &str) -> impl IntoView + use<> {
    let related: Vec<Stand> = card.standings.with(|standings| standings.relations(decision).cloned().collect());
    let store = card.store;
    let lines = related.into_iter().filter_map(|stand| {
        let relation = stand.mark.relation.clone()?;
        // What stands on the page may be told later than the relation.
        let what = move || {
            store.log.track();
            let to = store.relatives("").into_iter().find(|it| it.decision == relation.to);
            to.map_or_else(
                || store.text("panel_related_elsewhere"),
                |to| store.fill("panel_related_to", &[&store.code_name(&to.code.0, &to.code.1), &to.text]),
            )
        };
        let named = kind(stand.mark.relation.as_ref()?.kind);
        let codebooks = store.codebooks.get_untracked();
        Some(view! {
            <p class="related">
                <span><b>{store.text(named)}</b> " " <bdi>{what}</bdi></span>
                {own::changers(card, &codebooks, &stand)}
            </p>
        })
    });
    lines.collect_view()
}

/// The words for what one has to do with another.
pub(super) fn kind(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::RepliesTo => "panel_relation_replies",
        RelationKind::Quotes => "panel_relation_quotes",
        RelationKind::SameAuthor => "panel_relation_author",
        RelationKind::SameCampaign => "panel_relation_campaign",
    }
}
