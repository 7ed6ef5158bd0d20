//! The form in which the coder gives a code of their own: to a selection, to a whole unit, in place of a suggestion, or to
//! change an earlier decision.
//!
//! Invariants: the form stays, with all that was typed, until what it says is stored; what looks contradictory gets a hint
//! and is stored all the same; stance and tier are of the codebook of the chosen code.

use super::picker::picker;
use super::{focus_by_id, focus_on, image};
use crate::drafts::{Draft, Field, Values};
use crate::excerpt::{Piece, pieces};
use crate::store::Store;
use leptos::ev::KeyboardEvent;
use leptos::html;
use leptos::prelude::*;
use postil::service::protocol::{CodebookCard, Confidence, Region};
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;

/// Longest note, in UTF-16 units; none takes more than three of the service's bytes.
const MEMO: &str = "3300";
/// How sure, each with its value and message.
const SURE: [(Confidence, &str, &str); 3] = [
    (Confidence::Low, "low", "coding_sure_low"),
    (Confidence::Medium, "medium", "coding_sure_medium"),
    (Confidence::High, "high", "coding_sure_high"),
];

/// What the form holds while it is open.
#[derive(Clone)]
pub(super) struct Form {
    pub(super) store: Store,
    pub(super) draft: Arc<Draft>,
    pub(super) code: RwSignal<Option<(String, String)>>,
    stance: RwSignal<Option<String>>,
    tier: RwSignal<Option<u8>>,
    confidence: RwSignal<Option<Confidence>>,
    memo: RwSignal<String>,
    region: RwSignal<Option<Region>>,
    fault: RwSignal<Option<String>>,
    saving: RwSignal<bool>,
}

/// The form, which shows itself while there is something to code.
pub(super) fn coding(store: Store) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    let coded = StoredValue::new(None::<String>);
    Effect::new(move |_| {
        let Some(dialog) = dialog.get() else { return };
        if let Some(draft) = store.draft.get() {
            coded.set_value(Some(draft.unit.clone()));
        }
        let field = store.draft.with(|draft| draft.as_ref().map(|draft| draft.field));
        match (field, dialog.open()) {
            (Some(field), open) => {
                if !open {
                    // It fails only where the dialog is open already.
                    let _ = dialog.show_modal();
                }
                // The form is drawn by the next frame.
                request_animation_frame(move || {
                    focus_by_id(id(field));
                    if let Ok(Some(option)) = document().query_selector(".option.at") {
                        super::bring_into_view(&option);
                    }
                });
            }
            (None, true) => dialog.close(),
            (None, false) => {}
        }
    });
    let closed = move |_| {
        // Closing is told a little later: another form may be open by then.
        if dialog.get_untracked().is_some_and(|dialog| dialog.open()) {
            return;
        }
        store.draft.set(None);
        // The browser gives the focus back, unless what had it has been drawn anew since, or is of another unit.
        let lost = document().active_element().is_none_or(|element| element.tag_name().eq_ignore_ascii_case("body"));
        let other = |unit: &String| store.current().is_none_or(|current| current.id != *unit);
        if let Some(unit) = coded.get_value().filter(|unit| lost || other(unit)) {
            store.select(&unit);
            focus_on(&unit);
        }
    };
    view! {
        <dialog class="coding" node_ref=dialog aria-labelledby="coding-title" on:close=closed>
            {move || store.draft.get().map(|draft| form(store, draft))}
        </dialog>
    }
}

fn form(store: Store, draft: Arc<Draft>) -> impl IntoView {
    let Values { code, stance, tier, confidence, memo, region } = draft.begins.clone();
    let form = Form {
        store,
        draft: draft.clone(),
        code: RwSignal::new(code),
        stance: RwSignal::new(stance),
        tier: RwSignal::new(tier),
        confidence: RwSignal::new(confidence),
        memo: RwSignal::new(memo.clone()),
        region: RwSignal::new(region),
        fault: RwSignal::new(None),
        saving: RwSignal::new(false),
    };
    let title = if draft.revises.is_some() { "coding_title_change" } else { "coding_title" };
    let submitted = {
        let form = form.clone();
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            form.save();
        }
    };
    let pressed = {
        let form = form.clone();
        move |event: KeyboardEvent| {
            let chosen = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlSelectElement>().ok()).is_some();
            let done = chosen || event.ctrl_key() || event.meta_key();
            if event.key() == "Enter" && done && !event.repeat() && !event.is_composing() {
                event.prevent_default();
                form.save();
            }
        }
    };
    let typed = {
        let form = form.clone();
        move |event| {
            form.memo.set(event_target_value(&event));
            form.draft.touch();
        }
    };
    let saving = form.saving;
    let fault = form.fault;
    let remover = draft.revises.clone().map(|decision| {
        let (store, unit) = (store, draft.unit.clone());
        let remove = move |_| {
            if let Some(unit) = store.unit(&unit) {
                store.withdraw(&unit, &decision);
            }
            store.draft.set(None);
        };
        view! { <button type="button" class="remove" on:click=remove>{store.text("coding_remove")}</button> }
    });
    view! {
        <form on:submit=submitted on:keydown=pressed>
            <h2 id="coding-title">{store.text(title)}</h2>
            {quoted(store, &draft)}
            {image::part(store, &draft, form.region)}
            {tied(store, &draft)}
            {codes(&form)}
            {said_of_the_unit(&form)}
            {sure(&form)}
            <div class="field">
                <label for="coding-memo">{store.text("coding_memo")}</label>
                <textarea id="coding-memo" rows="2" maxlength=MEMO dir="auto" prop:value=memo on:input=typed></textarea>
            </div>
            <p class="fault" role="alert">{move || fault.get()}</p>
            <p class="clash" role="status">
                {move || store.interrupted.get().then(|| store.text("coding_unfinished"))}
            </p>
            <div class="actions">
                <button
                    type="submit"
                    class="primary"
                    id="coding-save"
                    title="Ctrl+Enter"
                    aria-disabled=move || saving.get().to_string()
                >
                    {move || store.text(if saving.get() { "coding_saving" } else { "coding_save" })}
                </button>
                <button type="button" id="coding-cancel" title="Escape" on:click=move |_| store.draft.set(None)>
                    {store.text("coding_cancel")}
                </button>
                {remover}
            </div>
        </form>
    }
}

/// The words that are coded, in their context.
fn quoted(store: Store, draft: &Draft) -> impl IntoView + use<> {
    let spans: Vec<(u32, u32)> = draft.span.iter().map(|[start, end]| (*start, *end)).collect();
    let shown = pieces(&draft.text, &spans, false).into_iter().map(|piece| match piece {
        Piece::Cut => view! { <span class="cut">{" … "}</span> }.into_any(),
        Piece::Text(text, places) if places.is_empty() => text.into_any(),
        Piece::Text(text, _) => view! { <mark class="chosen">{text}</mark> }.into_any(),
    });
    let what = match draft.span {
        _ if draft.is_of_account() => "coding_account",
        Some(_) => "coding_selection",
        None if draft.image.is_some() => "coding_image",
        None => "coding_whole",
    };
    view! {
        <figure class="quoted">
            <figcaption>{store.text(what)}</figcaption>
            <blockquote class="excerpt" dir="auto">{shown.collect_view()}</blockquote>
        </figure>
    }
}

/// Offers to tie the decision to these words that the coder wants to tie to others.
fn tied(store: Store, draft: &Arc<Draft>) -> Option<AnyView> {
    let kept = store.tying.get_untracked()?;
    let unit = store.unit(&draft.unit).filter(|unit| draft.may_take(crate::store::bare(&unit.page().url)))?;
    let span = draft.span;
    let said = store.decided(kept.action, &kept.codebook, kept.code.as_deref());
    let tie = move |_| {
        store.tie(&kept, &unit, span);
        store.draft.set(None);
    };
    Some(
        view! {
            <p class="tie">
                <span>{store.fill("coding_tie", &[&said])}</span>
                <button type="button" id="coding-tie" class="primary" on:click=tie>{store.text("coding_tie_here")}</button>
            </p>
        }
        .into_any(),
    )
}

fn codes(form: &Form) -> impl IntoView + use<> {
    let (store, code) = (form.store, form.code);
    let meaning = move || {
        let (codebook, code) = code.get()?;
        store.codebooks.with(|codebooks| {
            let card = codebooks.code(&codebook, &code)?;
            Some(view! { <b>{card.label.clone()}</b> " · " {card.definition.clone()} })
        })
    };
    view! {
        <div class="field">
            <label for="coding-code">{store.text("coding_code")}</label>
            {picker(form)}
            <p class="hint" id="coding-meaning" dir="auto">{meaning}</p>
        </div>
    }
}

/// Stance and tier, as far as the codebook of the chosen code has them.
fn said_of_the_unit(form: &Form) -> impl IntoView + use<> {
    let codebook = Memo::new({
        let code = form.code;
        move |_| code.with(|code| code.as_ref().map(|(codebook, _)| codebook.clone()))
    });
    let form = form.clone();
    move || {
        let id = codebook.get()?;
        let codebooks = form.store.codebooks.get();
        let card = codebooks.card(&id)?;
        let nothing = form.draft.is_of_account() || card.stances.is_empty() && card.tiers.is_empty();
        (!nothing).then(|| fields(&form, card))
    }
}

fn fields(form: &Form, card: &CodebookCard) -> AnyView {
    let (store, stance, tier) = (form.store, form.stance, form.tier);
    let said = |is_set: bool| view! { <option value="" selected=!is_set>{store.text("coding_not_said")}</option> };
    let stances = (!card.stances.is_empty()).then(|| {
        let now = stance.get_untracked();
        let options = card.stances.iter().map(|it| {
            view! {
                <option value=it.id.clone() selected={now.as_ref() == Some(&it.id)} title=it.definition.clone()>
                    {it.label.clone()}
                </option>
            }
        });
        let draft = form.draft.clone();
        let chosen = move |event| {
            stance.set(Some(event_target_value(&event)).filter(|value| !value.is_empty()));
            draft.touch();
        };
        view! {
            <div class="field">
                <label for="coding-stance">{store.text("coding_stance")}</label>
                <select id="coding-stance" aria-describedby="coding-clash" on:change=chosen>
                    {said(now.is_some())} {options.collect_view()}
                </select>
            </div>
        }
    });
    let tiers = (!card.tiers.is_empty()).then(|| {
        let now = tier.get_untracked();
        let options = card.tiers.iter().enumerate().map(|(step, label)| {
            let words = store.fill("coding_tier_step", &[&step.to_string(), label]);
            view! { <option value=step.to_string() selected={now.map(usize::from) == Some(step)}>{words}</option> }
        });
        let draft = form.draft.clone();
        let chosen = move |event| {
            tier.set(event_target_value(&event).parse().ok());
            draft.touch();
        };
        view! {
            <div class="field">
                <label for="coding-tier">{store.text("coding_tier")}</label>
                <select id="coding-tier" aria-describedby="coding-clash" on:change=chosen>
                    {said(now.is_some())} {options.collect_view()}
                </select>
            </div>
        }
    });
    let card = card.clone();
    let clash = move || clash(store, &card, stance.get().as_deref(), tier.get());
    view! {
        <fieldset>
            <legend>{store.text("coding_unit")}</legend>
            <div class="pair">{stances} {tiers}</div>
            <p class="clash" id="coding-clash" role="status">{clash}</p>
        </fieldset>
    }
    .into_any()
}

/// How sure the coder is.
fn sure(form: &Form) -> impl IntoView + use<> {
    let (store, confidence, draft) = (form.store, form.confidence, form.draft.clone());
    let now = confidence.get_untracked();
    let steps = SURE.map(|(step, value, label)| {
        view! { <option value=value selected={now == Some(step)}>{store.text(label)}</option> }
    });
    let chosen = move |event| {
        let value = event_target_value(&event);
        confidence.set(SURE.iter().find(|(_, name, _)| *name == value).map(|(step, ..)| *step));
        draft.touch();
    };
    view! {
        <div class="field sure">
            <label for="coding-confidence">{store.text("coding_sure")}</label>
            <select id="coding-confidence" on:change=chosen>
                <option value="" selected={now.is_none()}>{store.text("coding_not_said")}</option>
                {steps.collect_view()}
            </select>
        </div>
    }
}

/// The id of a field.
fn id(field: Field) -> &'static str {
    match field {
        Field::Code => "coding-code",
        Field::Stance => "coding-stance",
        Field::Tier => "coding-tier",
        Field::Confidence => "coding-confidence",
        Field::Memo => "coding-memo",
    }
}

/// What is unusual about a stance with a tier, in words.
fn clash(store: Store, card: &CodebookCard, stance: Option<&str>, tier: Option<u8>) -> Option<String> {
    let stance = card.stances.iter().find(|it| Some(&*it.id) == stance)?;
    let [low, high] = stance.tiers.filter(|[low, high]| tier.is_some_and(|tier| !(*low..=*high).contains(&tier)))?;
    let [low, high] = [low, high].map(|tier| tier.to_string());
    Some(store.fill("coding_clash", &[&stance.label, &low, &high]))
}

impl Form {
    /// Goes on from the code that was chosen: to the stance, where the codebook has one, else to the button.
    pub(super) fn after_code(&self) {
        request_animation_frame(|| {
            let stances = document().get_element_by_id(id(Field::Stance)).is_some();
            focus_by_id(if stances { id(Field::Stance) } else { "coding-save" });
        });
    }

    pub(super) fn choose(&self, code: Option<(String, String)>) {
        let book = |code: &Option<(String, String)>| code.as_ref().map(|(codebook, _)| codebook.clone());
        if self.code.with_untracked(book) != book(&code) {
            // Another codebook's stances and tiers are not these.
            self.stance.set(None);
            self.tier.set(None);
        }
        self.code.set(code);
        self.fault.set(None);
        self.draft.touch();
    }

    pub(super) fn save(&self) {
        if self.saving.get_untracked() {
            return;
        }
        let values = Values {
            code: self.code.get_untracked(),
            stance: self.stance.get_untracked(),
            tier: self.tier.get_untracked(),
            confidence: self.confidence.get_untracked(),
            memo: self.memo.get_untracked(),
            region: self.region.get_untracked(),
        };
        if values.code.is_none() {
            self.fault.set(Some(self.store.text("coding_no_code")));
            return;
        }
        self.saving.set(true);
        self.fault.set(None);
        let form = self.clone();
        spawn_local(async move {
            let kept = form.store.keep(&form.draft, values).await;
            // The form may have been closed meanwhile, and another one opened.
            let mine = form
                .store
                .draft
                .with_untracked(|draft| draft.as_ref().is_some_and(|draft| Arc::ptr_eq(draft, &form.draft)));
            match kept {
                Ok(()) if mine => form.store.draft.set(None),
                Ok(()) => {}
                Err(message) if mine => {
                    form.saving.set(false);
                    form.fault.set(Some(form.store.fill("coding_not_kept", &[&message])));
                }
                Err(message) => form.store.notice.set(form.store.fill("coding_not_kept", &[&message])),
            }
        });
    }
}
