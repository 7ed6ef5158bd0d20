//! The dialog that relates one decision to another, and the one that says what is to be done about what is urgent.

use super::beside::kind;
use super::focus_on;
use crate::acts::Relating;
use crate::store::Store;
use leptos::html;
use leptos::prelude::*;
use postil::service::protocol::RelationKind;

/// The kinds, in the order in which they are shown.
const KINDS: [RelationKind; 4] =
    [RelationKind::RepliesTo, RelationKind::Quotes, RelationKind::SameAuthor, RelationKind::SameCampaign];

/// A dialog that shows itself while there is something to show.
fn dialog<T: Clone + Send + Sync + 'static>(
    shown: RwSignal<Option<T>>,
    class: &'static str,
    title: &'static str,
    body: impl Fn(T) -> AnyView + Send + Sync + 'static,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        match (shown.with(Option::is_some), dialog.open()) {
            // It fails only where the dialog is open already.
            (true, false) => drop(dialog.show_modal()),
            (false, true) => dialog.close(),
            _ => {}
        }
    });
    view! {
        <dialog class=class node_ref=dialog aria-labelledby=title on:close=move |_| shown.set(None)>
            {move || shown.get().map(&body)}
        </dialog>
    }
}

/// Relates a decision to another.
pub(super) fn relating(store: Store) -> impl IntoView {
    dialog(store.relating, "coding relating", "relating-title", move |relating| form(store, relating))
}

fn form(store: Store, relating: Relating) -> AnyView {
    let chosen = RwSignal::new(0_usize);
    let to = RwSignal::new(None::<String>);
    let relatives = store.relatives(&relating.decision);
    let nothing = relatives.is_empty();
    let kinds = KINDS.iter().enumerate().map(|(place, it)| {
        view! {
            <label class="choice">
                <input type="radio" name="relation" prop:checked={place == 0} on:change=move |_| chosen.set(place) />
                <span>{store.text(kind(*it))}</span>
            </label>
        }
    });
    let options = relatives.into_iter().map(|it| {
        let words = store.fill("panel_related_to", &[&store.code_name(&it.code.0, &it.code.1), &it.text]);
        view! { <option value=it.decision>{words}</option> }
    });
    let options = options.collect_view();
    let unit = relating.unit.clone();
    let submitted = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if let Some(to) = to.get_untracked() {
            store.relate_to(&relating, KINDS[chosen.get_untracked()], to);
            focus_on(&unit);
        }
    };
    view! {
        <form on:submit=submitted>
            <h2 id="relating-title">{store.text("panel_relating")}</h2>
            <fieldset class="kinds">
                <legend>{store.text("panel_relating_kind")}</legend>
                {kinds.collect_view()}
            </fieldset>
            <div class="field">
                <label for="relating-to">{store.text("panel_relating_to")}</label>
                {nothing.then(|| view! { <p class="hint">{store.text("panel_relating_none")}</p> })}
                <select
                    id="relating-to"
                    size="6"
                    required
                    hidden=nothing
                    on:change=move |event| to.set(Some(event_target_value(&event)).filter(|it| !it.is_empty()))
                >
                    {options}
                </select>
            </div>
            <div class="actions">
                <button type="submit" class="primary" id="relating-save" disabled=move || to.with(Option::is_none)>
                    {store.text("coding_save")}
                </button>
                <button type="button" on:click=move |_| store.relating.set(None)>{store.text("coding_cancel")}</button>
            </div>
        </form>
    }
    .into_any()
}

/// What the project says is to be done about what was flagged.
pub(super) fn escalation(store: Store) -> impl IntoView {
    dialog(store.escalation, "coding escalation", "escalation-title", move |text: String| {
        view! {
            <h2 id="escalation-title">{store.text("panel_escalation")}</h2>
            <p class="words" dir="auto">{text}</p>
            <div class="actions">
                <button type="button" class="primary" id="escalation-close" on:click=move |_| store.escalation.set(None)>
                    {store.text("panel_close")}
                </button>
            </div>
        }
        .into_any()
    })
}
