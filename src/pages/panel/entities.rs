//! Things with a form of their own in a unit, such as addresses and links: kind in words, value as text that can be copied.
//!
//! Invariants: never a link, so that nothing is opened by mistake.

use super::card::selecting;
use super::words;
use crate::host::Browser;
use leptos::prelude::*;
use postil::service::protocol::EntityFinding;

/// A ring with a cross: where it stands. A constant, because Leptos writes a drawing that is all literals as HTML.
const LOCATE: &str = "M8 1.5v3M8 11.5v3M1.5 8h3M11.5 8h3M8 4.5a3.5 3.5 0 1 1 0 7a3.5 3.5 0 0 1 0-7";

/// Values shown at first.
const FEW: usize = 12;

/// The list, if there is anything to list; `reveal` shows a span of the unit.
pub(crate) fn entities(
    browser: Browser,
    found: &[EntityFinding],
    all: RwSignal<bool>,
    reveal: impl Fn([u32; 2]) + Clone + Send + Sync + 'static,
) -> Option<AnyView> {
    if found.is_empty() {
        return None;
    }
    let found = found.to_vec();
    let more = found.len().saturating_sub(FEW);
    let shown = move || {
        let shown = if all.get() { &found[..] } else { &found[..found.len().min(FEW)] };
        // Those of a kind stand together, in the order in which the kinds come.
        let mut kinds: Vec<(&str, Vec<&EntityFinding>)> = Vec::new();
        for entity in shown {
            match kinds.iter_mut().find(|(kind, _)| *kind == entity.kind) {
                Some((_, values)) => values.push(entity),
                None => kinds.push((&entity.kind, vec![entity])),
            }
        }
        let lines = kinds.into_iter().map(|(kind, values)| {
            let values = values.into_iter().map(|entity| value(browser, entity, reveal.clone())).collect_view();
            view! { <div data-entity=kind.to_owned()><dt>{words::entity(browser, kind)}</dt> {values}</div> }
        });
        lines.collect_view()
    };
    let key = move || if all.get() { "panel_excerpt_less" } else { "panel_entities_more" };
    Some(
        view! {
            <dl class="entities" aria-label=browser.text("panel_entities")>{shown}</dl>
            {(more > 0).then(|| view! {
                <button
                    type="button"
                    class="link"
                    aria-expanded=move || all.get().to_string()
                    on:click=move |_| all.update(|all| *all = !*all)
                >
                    {move || browser.fill(key(), &[&more.to_string()])}
                </button>
            })}
        }
        .into_any(),
    )
}

fn value(
    browser: Browser,
    entity: &EntityFinding,
    reveal: impl Fn([u32; 2]) + Clone + Send + Sync + 'static,
) -> AnyView {
    let span = [entity.start, entity.end];
    let reveal = move || reveal(span);
    let pointed = {
        let reveal = reveal.clone();
        move |event: leptos::ev::MouseEvent| {
            event.stop_propagation();
            if !selecting() {
                reveal();
            }
        }
    };
    view! {
        <dd>
            <code dir="ltr" on:click=pointed>{entity.value.clone()}</code>
            <button
                type="button"
                class="locate"
                title=browser.text("panel_reveal")
                aria-label=browser.fill("panel_reveal_named", &[&entity.value])
                on:click=move |_| reveal()
            >
                <svg viewBox="0 0 16 16" aria-hidden="true">
                    <path d=LOCATE></path>
                </svg>
            </button>
        </dd>
    }
    .into_any()
}
