//! What one codebook suggests about a unit: stance, tier, targets, codes; and the coder's word on it.
//!
//! The elements carry the suggestion in `data-` attributes as well, by ids and numbers, for whoever reads the panel by script.

use super::card::Card;
use super::{beside, own, why, words};
use crate::codebooks::Codebooks;
use crate::decisions::{Progress, Stand};
use crate::host::Browser;
use crate::store::{Content, found};
use leptos::prelude::*;
use postil::service::protocol::{Action, CodebookReading, Decision};
use std::sync::Arc;

/// A constant, because Leptos writes an element that is all literals as HTML.
const MORE: &str = "…";

/// The readings of the codebooks shown: of several, those that found something or that the coder spoke under.
pub(super) fn readings(card: &Card, codebooks: &Arc<Codebooks>, content: &Arc<Content>) -> impl IntoView {
    let (card, codebooks, content) = (card.clone(), codebooks.clone(), content.clone());
    let shown = Memo::new({
        let (standings, content, only) = (card.standings, content.clone(), card.store.only);
        move |_| {
            standings.with(|standings| {
                only.with(|only| {
                    let told = |result: &CodebookReading| {
                        found(result)
                            || standings
                                .under(&result.codebook.id)
                                .any(|it| it.is_coded() || it.mark.action == Action::Rejected)
                    };
                    let all: Vec<&Arc<CodebookReading>> = content.readings(only.as_deref()).collect();
                    let some: Vec<String> = all.iter().filter(|it| told(it)).map(|it| it.codebook.id.clone()).collect();
                    // One codebook says that it found nothing; of several, those that did not say nothing.
                    if all.len() == 1 { all.iter().map(|it| it.codebook.id.clone()).collect() } else { some }
                })
            })
        }
    });
    move || {
        let shown = shown.get();
        let results = shown.iter().filter_map(|id| content.readings(Some(id)).next());
        let blocks = results.map(|result| reading(&card, &codebooks, result)).collect_view();
        let several = content.results.as_ref().is_some_and(|results| results.len() > 1);
        view! {
            <div class="readings">{blocks}</div>
            {(shown.is_empty() && several).then(|| nothing(&card, &content))}
        }
    }
}

/// What several codebooks together say where none found anything.
fn nothing(card: &Card, content: &Arc<Content>) -> AnyView {
    let store = card.store;
    let progress = Memo::new({
        let (standings, content) = (card.standings, content.clone());
        move |_| {
            standings.with(|standings| {
                let ids =
                    content.readings(None).map(|result| standings.none(&result.codebook.id).map(|it| it.progress));
                ids.collect::<Option<Vec<Progress>>>().and_then(|all| all.first().copied())
            })
        }
    });
    let pressed = {
        let card = card.clone();
        move |_| card.store.decide_none(&card.unit)
    };
    view! {
        <section class="reading nothing">
            <p class="suggestion"><span class="word">{store.text("panel_nothing_found")}</span></p>
            <div class="foot">
                <p class="none">
                    <button
                        type="button"
                        class="none-applies"
                        aria-pressed=move || progress.get().is_some().to_string()
                        on:click=pressed
                    >
                        {store.text("panel_none_applies")}
                    </button>
                    <span class="standing">
                        {move || progress.get().map(|progress| own::state(store, "panel_none_stands", progress))}
                    </span>
                </p>
            </div>
        </section>
    }
    .into_any()
}

fn reading(card: &Card, codebooks: &Arc<Codebooks>, result: &Arc<CodebookReading>) -> AnyView {
    let store = card.store;
    let id = result.codebook.id.clone();
    let title = codebooks.card(&id).map_or_else(|| id.clone(), |card| card.title.clone());
    let several = codebooks.several();
    let found = found(result);
    view! {
        <section
            class="reading"
            class:nothing=!found
            role="group"
            aria-label=title.clone()
            data-codebook=result.codebook.id.clone()
            data-stance=result.stance.clone()
            data-tier=result.tier.map(|tier| tier.to_string())
            data-support=result.support.map(|support| format!("{support:.2}"))
        >
            {several.then(|| view! { <h4><bdi>{title.clone()}</bdi></h4> })}
            {if found { suggestion(store.browser, codebooks, result) } else {
                view! { <p class="suggestion"><span class="word">{store.text("panel_nothing_found")}</span></p> }.into_any()
            }}
            {(found && result.labels > 0).then(|| view! {
                <p class="detail taught">{store.count("panel_taught_one", "panel_taught_other", result.labels)}</p>
            })}
            <ul class="codes" role="list">
                {result.codes.iter().map(|code| row(card, codebooks, &id, &code.code, Some(code.probability))).collect_view()}
                {rejected(card, codebooks, result)}
            </ul>
            {given(card, codebooks, result)}
            <div class="foot">{why::disclosure(card, result)} {none(card, id.clone())}</div>
            {why::why(card, codebooks, result)}
        </section>
    }
    .into_any()
}

/// Stance and tier in words, the scale as a picture, and the stance towards each target.
pub(crate) fn suggestion(browser: Browser, codebooks: &Codebooks, result: &CodebookReading) -> AnyView {
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
                Some(stance) => browser.fill("panel_tier_stance", &["0", &last, &stance]),
                None => browser.fill("panel_tier_bare", &["0", &last]),
            }),
        ),
        (Some(tier), stance) => {
            let label = codebooks.tier_label(id, tier);
            (stance, Some(browser.fill("panel_tier", &[&tier.to_string(), &last, &label])))
        }
    };
    let targets = result.targets.iter().map(|towards| {
        let target = codebooks.target_label(id, &towards.target);
        let stance = codebooks.stance_label(id, &towards.stance);
        view! { <li>{browser.fill("panel_towards", &[&target, &stance])}</li> }
    });
    if word.is_none() && detail.is_none() && result.targets.is_empty() && result.tier.is_none() {
        return ().into_any();
    }
    view! {
        <div class="suggestion">
            <div>
                {word.map(|word| view! {
                    <p><span class="preface">{browser.text(preface)}</span> " " <span class="word">{word}</span></p>
                })}
                {detail.map(|detail| view! { <p class="detail">{detail}</p> })}
                {(!result.targets.is_empty()).then(|| view! {
                    <ul class="targets" role="list">{targets.collect_view()}</ul>
                })}
            </div>
            {scale(browser, codebooks, result)}
        </div>
    }
    .into_any()
}

/// The scale as a small picture: a column for each tier, as high as it is probable.
fn scale(browser: Browser, codebooks: &Codebooks, result: &CodebookReading) -> Option<AnyView> {
    let id = &result.codebook.id;
    let chosen = usize::from(result.tier?);
    let support_from = codebooks.card(id).and_then(|card| card.support_from).map(usize::from);
    let named = |(tier, probability): (usize, &f32)| {
        let label = u8::try_from(tier).map(|tier| codebooks.tier_label(id, tier)).unwrap_or_default();
        browser.fill("panel_scale_step", &[&tier.to_string(), &label, &words::percent(browser, *probability)])
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
    let all = browser.fill("panel_scale", &[&names.join("; ")]);
    Some(view! { <div class="scale" role="img" aria-label=all>{steps.collect_view()}</div> }.into_any())
}

/// Codes that the coder rejected earlier and that nothing suggests now.
fn rejected(card: &Card, codebooks: &Arc<Codebooks>, result: &CodebookReading) -> impl IntoView {
    let id = result.codebook.id.clone();
    let suggested = suggested(result);
    let others = Memo::new({
        let (standings, id) = (card.standings, id.clone());
        move |_| {
            standings.with(|standings| {
                let rejected = standings.under(&id).filter(|stand| stand.mark.action == Action::Rejected);
                let codes = rejected.filter_map(|stand| stand.mark.code.clone());
                codes.filter(|code| !suggested.contains(code)).collect::<Vec<_>>()
            })
        }
    });
    let (card, codebooks) = (card.clone(), codebooks.clone());
    move || others.get().iter().map(|code| row(&card, &codebooks, &id, code, None)).collect_view()
}

/// Codes that the coder gave, apart from suggestions accepted: those stand where they are suggested.
fn given(card: &Card, codebooks: &Arc<Codebooks>, result: &CodebookReading) -> impl IntoView {
    let id = result.codebook.id.clone();
    let suggested = suggested(result);
    let given = Memo::new({
        let standings = card.standings;
        move |_| {
            standings.with(|standings| {
                let in_row = |stand: &&Stand| {
                    let code = stand.mark.code.as_ref();
                    stand.mark.action == Action::Accepted && code.is_some_and(|code| suggested.contains(code))
                };
                standings.coded(&id).filter(|stand| !in_row(stand)).cloned().collect::<Vec<_>>()
            })
        }
    });
    let (card, codebooks) = (card.clone(), codebooks.clone());
    move || {
        let given = given.get();
        (!given.is_empty()).then(|| {
            let items = given.iter().map(|stand| own::own(&card, &codebooks, stand)).collect_view();
            view! { <ul class="given" role="list" aria-label=card.store.text("panel_given")>{items}</ul> }
        })
    }
}

fn suggested(result: &CodebookReading) -> Vec<String> {
    result.codes.iter().map(|code| code.code.clone()).collect()
}

/// A code with its probability and the coder's choice.
fn row(card: &Card, codebooks: &Arc<Codebooks>, codebook: &str, code: &str, probability: Option<f32>) -> AnyView {
    let store = card.store;
    let label = codebooks.code_label(codebook, code);
    let definition = codebooks.code(codebook, code).map(|code| code.definition.clone());
    let stands = Memo::new({
        let (standings, codebook, code) = (card.standings, codebook.to_owned(), code.to_owned());
        move |_| standings.with(|standings| standings.word_on(&codebook, &code).cloned())
    });
    let failed = Memo::new({
        let (standings, codebook, code) = (card.standings, codebook.to_owned(), code.to_owned());
        move |_| {
            standings.with(|standings| {
                let wanted =
                    |decision: &Decision| decision.codebook.id == codebook && decision.code.as_ref() == Some(&code);
                standings.failed(wanted).is_some()
            })
        }
    });
    let is = move |action: Action| stands.with(|stands| stands.as_ref().is_some_and(|it| it.mark.action == action));
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
    let change = {
        let (card, codebook, code) = (card.clone(), codebook.to_owned(), code.to_owned());
        view! {
            <button
                type="button"
                class="change"
                aria-label=store.fill("panel_change_named", &[&label])
                title=store.text("panel_change")
                on:click=move |_| card.store.code_instead(&card.unit, &codebook, &code)
            >
                <span aria-hidden="true">{MORE}</span>
                <span class="name">{store.text("panel_change")}</span>
            </button>
        }
    };
    let standing = {
        let (card, codebooks, code) = (card.clone(), codebooks.clone(), code.to_owned());
        move || match stands.get() {
            None if failed.get() => own::state(store, "panel_failed", Progress::Failed),
            None => ().into_any(),
            Some(stand) => standing(&card, &codebooks, &stand, &code),
        }
    };
    let share = probability.map(|probability| {
        let width = format!("{:.0}%", probability.clamp(0.0, 1.0) * 100.0);
        view! {
            <span class="probability">{words::percent(store.browser, probability)}</span>
            <span class="meter" aria-hidden="true"><span class="level" style:inline-size=width></span></span>
        }
    });
    let decision =
        move || stands.with(|stands| stands.as_ref().filter(|it| it.is_coded()).map(|it| it.mark.decision.clone()));
    view! {
        <li
            data-code=code.to_owned()
            data-decision=decision
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
                {change}
            </span>
            <div class="standing">{standing}</div>
        </li>
    }
    .into_any()
}

/// The coder's word on a suggested code.
fn standing(card: &Card, codebooks: &Codebooks, stand: &Stand, code: &str) -> AnyView {
    let store = card.store;
    let given = stand.mark.code.as_deref().unwrap_or_default();
    if stand.is_coded() && given != code {
        let words = store.fill("panel_changed_to", &[&codebooks.code_label(&stand.mark.codebook, given)]);
        return view! { <span class="word-on">{words}</span> }.into_any();
    }
    let state = own::state(store, own::word(stand), stand.progress);
    if stand.mark.action == Action::Assigned {
        return state;
    }
    view! {
        {state}
        {own::changers(card, codebooks, stand)}
        {own::details(store, codebooks, stand)}
        {beside::relations(card, &stand.mark.decision)}
    }
    .into_any()
}

/// “None applies”: a decision of its own.
fn none(card: &Card, codebook: String) -> impl IntoView {
    let store = card.store;
    let stands = Memo::new({
        let (standings, codebook) = (card.standings, codebook.clone());
        move |_| standings.with(|standings| standings.none(&codebook).cloned())
    });
    let failed = Memo::new({
        let (standings, codebook) = (card.standings, codebook.clone());
        move |_| {
            let wanted =
                |decision: &Decision| decision.codebook.id == codebook && decision.action == Action::NoneApplies;
            standings.with(|standings| standings.failed(wanted).is_some())
        }
    });
    let codebooks = card.store.codebooks;
    let standing = {
        let card = card.clone();
        move || match stands.get() {
            None if failed.get() => own::state(store, "panel_failed", Progress::Failed),
            None => ().into_any(),
            Some(stand) => view! {
                {own::state(store, "panel_none_stands", stand.progress)}
                {own::changers(&card, &codebooks.get_untracked(), &stand)}
            }
            .into_any(),
        }
    };
    let card = card.clone();
    view! {
        <div class="none">
            <button
                type="button"
                class="none-applies"
                aria-pressed=move || stands.with(Option::is_some).to_string()
                on:click=move |_| card.decide(&codebook, Action::NoneApplies, None)
            >
                {store.text("panel_none_applies")}
            </button>
            <div class="standing">{standing}</div>
        </div>
    }
}
