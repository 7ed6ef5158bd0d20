//! What one codebook suggests about a unit: stance, tier, targets, codes; and the coder's word on it.
//!
//! The elements carry the suggestion in `data-` attributes as well, by ids and numbers, for whoever reads the panel by script.

use super::card::Card;
use super::{why, words};
use crate::codebooks::Codebooks;
use crate::decisions::{Progress, Standing};
use crate::texts::Texts;
use leptos::prelude::*;
use postil::service::protocol::{Action, CodebookReading, Outcome};
use std::sync::Arc;

pub(super) fn reading(card: &Card, codebooks: &Arc<Codebooks>, result: &Arc<CodebookReading>) -> AnyView {
    let store = card.store;
    let id = result.codebook.id.clone();
    let title = codebooks.card(&id).map_or_else(|| id.clone(), |card| card.title.clone());
    let several = codebooks.0.len() > 1;
    let found = !result.findings.is_empty() || !result.codes.is_empty();
    view! {
        <section
            class="reading"
            class:nothing=!found
            aria-label=title.clone()
            data-codebook=result.codebook.id.clone()
            data-stance=result.stance.clone()
            data-tier=result.tier.map(|tier| tier.to_string())
            data-support=result.support.map(|support| format!("{support:.2}"))
        >
            {several.then(|| view! { <h4><bdi>{title.clone()}</bdi></h4> })}
            {if found { suggestion(store.texts(), codebooks, result) } else {
                view! { <p class="suggestion"><span class="word">{store.text("panel_nothing_found")}</span></p> }.into_any()
            }}
            <ul class="codes" role="list">
                {result.codes.iter().map(|code| row(card, codebooks, &id, &code.code, Some(code.probability))).collect_view()}
                {others(card, codebooks, result)}
            </ul>
            <div class="foot">{why::disclosure(card, result)} {none(card, id.clone())}</div>
            {why::why(card, codebooks, result)}
        </section>
    }
    .into_any()
}

/// Stance and tier in words, the scale as a picture, and the stance towards each target.
pub(crate) fn suggestion(texts: Texts, codebooks: &Codebooks, result: &CodebookReading) -> AnyView {
    let id = &result.codebook.id;
    let stance = result.stance.as_ref().map(|stance| codebooks.stance_label(id, stance));
    let last = result.tier_probability.len().saturating_sub(1).to_string();
    // At tier 0 the tier is the word, else the stance.
    let preface = if result.tier == Some(0) { "panel_suggestion" } else { "panel_suggestion_stance" };
    let (word, detail) = match (result.tier, stance) {
        (None, stance) => (stance, None),
        // Where nothing relevant is suggested, that comes first and plainly.
        (Some(0), stance) => (
            Some(codebooks.tier_label(id, 0)),
            Some(match stance {
                Some(stance) => texts.fill("panel_tier_stance", &["0", &last, &stance]),
                None => texts.fill("panel_tier_bare", &["0", &last]),
            }),
        ),
        (Some(tier), stance) => {
            let label = codebooks.tier_label(id, tier);
            (stance, Some(texts.fill("panel_tier", &[&tier.to_string(), &last, &label])))
        }
    };
    let targets = result.targets.iter().map(|towards| {
        let target = codebooks.target_label(id, &towards.target);
        let stance = codebooks.stance_label(id, &towards.stance);
        view! { <li>{texts.fill("panel_towards", &[&target, &stance])}</li> }
    });
    view! {
        <div class="suggestion">
            <div>
                {word.map(|word| view! {
                    <p><span class="preface">{texts.text(preface)}</span> " " <span class="word">{word}</span></p>
                })}
                {detail.map(|detail| view! { <p class="detail">{detail}</p> })}
                {(!result.targets.is_empty()).then(|| view! {
                    <ul class="targets" role="list">{targets.collect_view()}</ul>
                })}
            </div>
            {scale(texts, codebooks, result)}
        </div>
    }
    .into_any()
}

/// The scale as a small picture: a column for each tier, as high as it is probable.
fn scale(texts: Texts, codebooks: &Codebooks, result: &CodebookReading) -> Option<AnyView> {
    let id = &result.codebook.id;
    let chosen = usize::from(result.tier?);
    let support_from = codebooks.card(id).and_then(|card| card.support_from).map(usize::from);
    let named = |(tier, probability): (usize, &f32)| {
        let label = u8::try_from(tier).map(|tier| codebooks.tier_label(id, tier)).unwrap_or_default();
        texts.fill("panel_scale_step", &[&tier.to_string(), &label, &words::percent(texts, *probability)])
    };
    let names: Vec<String> = result.tier_probability.iter().enumerate().map(named).collect();
    let steps = result.tier_probability.iter().zip(&names).enumerate().map(|(tier, (probability, name))| {
        let height = format!("{:.0}%", probability.clamp(0.0, 1.0) * 100.0);
        view! {
            <span
                class="step"
                class:chosen={tier == chosen}
                class:support={support_from == Some(tier)}
                title=name.clone()
            >
                <span class="column"><span class="level" style:block-size=height></span></span>
                <span class="number">{tier}</span>
            </span>
        }
    });
    let all = texts.fill("panel_scale", &[&names.join("; ")]);
    Some(view! { <div class="scale" role="img" aria-label=all>{steps.collect_view()}</div> }.into_any())
}

/// Codes that the coder assigned earlier and that nothing suggests now.
fn others(card: &Card, codebooks: &Arc<Codebooks>, result: &CodebookReading) -> impl IntoView {
    let id = result.codebook.id.clone();
    let suggested: Vec<String> = result.codes.iter().map(|code| code.code.clone()).collect();
    let others = Memo::new({
        let (standings, id) = (card.standings, id.clone());
        move |_| {
            standings.with(|standings| {
                let codes = standings.get(&id).into_iter().flat_map(|standing| standing.codes.keys());
                codes.filter(|code| !suggested.contains(code)).cloned().collect::<Vec<_>>()
            })
        }
    });
    let (card, codebooks) = (card.clone(), codebooks.clone());
    move || others.get().iter().map(|code| row(&card, &codebooks, &id, code, None)).collect_view()
}

/// A code with its probability and the coder's choice.
fn row(card: &Card, codebooks: &Codebooks, codebook: &str, code: &str, probability: Option<f32>) -> AnyView {
    let store = card.store;
    let label = codebooks.code_label(codebook, code);
    let definition = codebooks.code(codebook, code).map(|code| code.definition.clone());
    let stands = Memo::new({
        let (standings, codebook, code) = (card.standings, codebook.to_owned(), code.to_owned());
        move |_| standings.with(|standings| standings.get(&codebook)?.codes.get(&code).copied())
    });
    let is = move |action: Action| stands.get().is_some_and(|(stands, progress)| stands == action && progress.counts());
    let button = |action: Action, class: &'static str, sign: &'static str, key: &'static str, named: &'static str| {
        let (card, codebook, code) = (card.clone(), codebook.to_owned(), code.to_owned());
        view! {
            <button
                type="button"
                class=class
                aria-label=store.fill(named, &[&label])
                title=store.text(key)
                aria-pressed=move || is(action).to_string()
                on:click=move |_| card.decide(&codebook, action, Some(&code))
            >
                <span aria-hidden="true">{sign}</span>
                <span class="name">{store.text(key)}</span>
            </button>
        }
    };
    let state = move || {
        stands.get().map(|(action, progress)| {
            let word = match action {
                Action::Accepted => "panel_accepted",
                _ => "panel_rejected",
            };
            state(store, word, progress)
        })
    };
    let share = probability.map(|probability| {
        let width = format!("{:.0}%", probability.clamp(0.0, 1.0) * 100.0);
        view! {
            <span class="probability">{words::percent(store.texts(), probability)}</span>
            <span class="meter" aria-hidden="true"><span class="level" style:inline-size=width></span></span>
        }
    });
    view! {
        <li
            data-code=code.to_owned()
            class=format!("code {}", codebooks.slot(codebook, code))
            class:accepted=move || is(Action::Accepted)
            class:rejected=move || is(Action::Rejected)
        >
            {words::swatch()}
            <span class="label" title=definition>{label.clone()}</span>
            <span class="share">{share}</span>
            <span class="choice">
                {button(Action::Accepted, "accept", "✓", "panel_accept", "panel_accept_named")}
                {button(Action::Rejected, "reject", "✗", "panel_reject", "panel_reject_named")}
            </span>
            <span class="standing">{state}</span>
        </li>
    }
    .into_any()
}

/// “None applies”: a decision of its own.
fn none(card: &Card, codebook: String) -> impl IntoView {
    let store = card.store;
    let stands = Memo::new({
        let (standings, codebook) = (card.standings, codebook.clone());
        move |_| standings.with(|standings: &_| none_of(standings, &codebook))
    });
    let card = card.clone();
    view! {
        <p class="none">
            <button
                type="button"
                class="none-applies"
                aria-pressed=move || stands.get().is_some_and(Progress::counts).to_string()
                on:click=move |_| card.decide(&codebook, Action::NoneApplies, None)
            >
                {store.text("panel_none_applies")}
            </button>
            <span class="standing">
                {move || stands.get().map(|progress| state(store, "panel_none_stands", progress))}
            </span>
        </p>
    }
}

fn none_of(standings: &std::collections::BTreeMap<String, Standing>, codebook: &str) -> Option<Progress> {
    standings.get(codebook)?.none
}

/// How far a decision has come, in words.
fn state(store: crate::store::Store, decided: &'static str, progress: Progress) -> AnyView {
    match progress {
        Progress::Saving => view! { <span class="saving">{store.text("panel_saving")}</span> }.into_any(),
        Progress::Failed => view! {
            <span class="failed">{store.text("panel_failed")}</span>
            " "
            <button type="button" class="link" on:click=move |_| store.retry()>{store.text("panel_retry")}</button>
        }
        .into_any(),
        Progress::Stored | Progress::Found(Outcome::Exact) => store.text(decided).into_any(),
        Progress::Found(Outcome::Moved) => view! {
            {store.text(decided)}
            " "
            <span class="badge" title=store.text("panel_moved_means")>{store.text("panel_moved")}</span>
        }
        .into_any(),
    }
}
