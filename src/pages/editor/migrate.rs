//! What becomes of decisions whose codes were renamed, merged or split: the coder says it, and only then it is done.
//!
//! Invariants: what is offered are the codes that the coder's decisions have, as they stand now; nothing is given that the kept
//! codebook does not have.
//! Must not touch: which decisions stand, and how they are changed.

use super::state::{Editor, Fate, Sheet};
use crate::files::Ended;
use leptos::prelude::*;
use postil::codebook::model::Codebook;
use postil::exchange::task::{CodedAs, Coding, Outcome, Task};
use std::collections::BTreeMap;
use wasm_bindgen_futures::spawn_local;

/// What is known of the decisions.
#[derive(Clone)]
struct Known {
    codes: Vec<CodedAs>,
    each: Vec<Coding>,
    others: usize,
}

/// The state of the sheet; a handle, cheap to copy.
#[derive(Clone, Copy)]
struct Carrying {
    editor: Editor,
    known: RwSignal<Option<Known>>,
    /// What the coder chose for single decisions: the code that each has, and the one that it gets.
    chosen: RwSignal<BTreeMap<String, [String; 2]>>,
    trouble: RwSignal<String>,
}

/// The sheet.
pub(super) fn migrate(editor: Editor) -> AnyView {
    let carrying = Carrying {
        editor,
        known: RwSignal::new(None),
        chosen: RwSignal::new(BTreeMap::new()),
        trouble: RwSignal::new(String::new()),
    };
    carrying.look();
    let shown = move || match (editor.stored.get(), carrying.known.get()) {
        (Some(stored), Some(known)) => table(carrying, &stored, &known),
        (None, _) => view! { <p class="hint">{editor.text("editor_migrate_save_first")}</p> }.into_any(),
        (_, None) => ().into_any(),
    };
    view! {
        <section class="editor-sheet" id="editor-sheet-migrate" aria-labelledby="editor-migrate-title">
            <h2 id="editor-migrate-title">{editor.text("editor_migrate")}</h2>
            <p class="hint">{editor.text("editor_migrate_hint")}</p>
            {move || editor.changed().then(|| view! { <p class="fault">{editor.text("editor_migrate_unsaved")}</p> })}
            {shown}
            <p class="hint" role="status">{move || editor.files.words()}</p>
            <p class="fault" role="alert">{move || carrying.trouble.get()}</p>
            <div class="actions">
                <button type="button" class="primary" id="editor-migrate-now" on:click=move |_| carrying.apply()>
                    {editor.text("editor_migrate_now")}
                </button>
                <button type="button" class="close" on:click=move |_| editor.sheet.set(Sheet::None)>
                    {editor.text("editor_close")}
                </button>
            </div>
        </section>
    }
    .into_any()
}

impl Carrying {
    /// What of the codes that are told becomes something.
    fn fates(self) -> BTreeMap<String, Fate> {
        self.editor.fates.get_untracked()
    }

    /// Asks which codes the decisions have, and for those of which the coder says it of each, the decisions.
    fn look(self) {
        let codebook = self.editor.draft.with_untracked(|draft| draft.id.clone());
        let asked = self.single();
        spawn_local(async move {
            let each = asked.clone();
            if let Some(Outcome::Coded { codes, each, others }) = self.carried_out(Task::Coded { codebook, each }).await
            {
                self.known.set(Some(Known { codes, each, others }));
                // What was chosen meanwhile was not asked: one task is carried out at a time.
                if self.single() != asked {
                    self.look();
                }
            }
        });
    }

    /// Codes of which the coder says it of each decision.
    fn single(self) -> Vec<String> {
        self.fates().into_iter().filter(|(_, fate)| *fate == Fate::Each).map(|(code, _)| code).collect()
    }

    async fn carried_out(self, task: Task) -> Option<Outcome> {
        match self.editor.files.carry_out(task, None).await? {
            Ok((outcome, _)) => Some(outcome),
            Err(Ended::Failed(failure)) => {
                self.trouble.set(failure.message);
                None
            }
            Err(Ended::Stopped) => None,
        }
    }

    fn apply(self) {
        let Some(known) = self.known.get_untracked() else { return };
        let used = |code: &String| known.codes.iter().any(|it| it.code == *code);
        let codes = self.fates().into_iter().filter_map(|(code, fate)| match fate {
            Fate::Become(to) if used(&code) => Some((code, to)),
            _ => None,
        });
        let codebook = self.editor.draft.with_untracked(|draft| draft.id.clone());
        let task = Task::Migrate { codebook, codes: codes.collect(), each: self.chosen.get_untracked() };
        self.trouble.set(String::new());
        spawn_local(async move {
            if let Some(Outcome::Migrated { changed }) = self.carried_out(task).await {
                let browser = self.editor.browser;
                self.editor.notice.set(browser.count("editor_migrated_one", "editor_migrated_other", changed));
                // What was said is done; what is left is asked about again.
                self.editor.fates.update(|fates| fates.retain(|_, fate| *fate == Fate::Each));
                self.editor.keep();
                self.chosen.set(BTreeMap::new());
                self.look();
            }
        });
    }
}

fn table(carrying: Carrying, stored: &Codebook, known: &Known) -> AnyView {
    let editor = carrying.editor;
    if known.codes.is_empty() {
        return view! { <p class="hint" id="editor-migrate-none">{editor.text("editor_migrate_none")}</p> }.into_any();
    }
    let (gone, there): (Vec<&CodedAs>, Vec<&CodedAs>) =
        known.codes.iter().partition(|it| !stored.codes.iter().any(|code| code.id == it.code));
    let row = |it: &CodedAs| {
        let label = stored.codes.iter().find(|code| code.id == it.code).map(|code| code.label.clone());
        let counted = editor.browser.count("editor_decisions_one", "editor_decisions_other", it.decisions);
        let shown = known.each.iter().filter(|one| one.code == it.code).collect::<Vec<_>>();
        let more = it.decisions.saturating_sub(shown.len());
        let asked = !shown.is_empty();
        let shown = shown.into_iter().map(|one| single(carrying, stored, one)).collect_view();
        view! {
            <li data-code=it.code.clone()>
                <div class="line">
                    <label for=format!("editor-fate-{}", it.code)><bdi>{label.unwrap_or_else(|| it.code.clone())}</bdi></label>
                    <span class="hint">{counted}</span>
                    {fate(carrying, stored, &it.code)}
                </div>
                {asked.then(|| view! { <ul role="list">{shown}</ul> })}
                {(asked && more > 0).then(|| view! {
                    <p class="hint">{editor.browser.fill("editor_migrate_more", &[&more.to_string()])}</p>
                })}
            </li>
        }
    };
    let gone = gone.into_iter().map(row).collect_view();
    let there = there.into_iter().map(row).collect_view();
    let others = (known.others > 0).then(|| {
        let said = editor.browser.count("editor_migrate_others_one", "editor_migrate_others_other", known.others);
        view! { <p class="hint">{said}</p> }
    });
    view! {
        <h3>{editor.text("editor_migrate_gone")}</h3>
        <ul class="editor-fates" id="editor-fates-gone" role="list">{gone}</ul>
        <details>
            <summary>{editor.text("editor_migrate_there")}</summary>
            <ul class="editor-fates" role="list">{there}</ul>
        </details>
        {others}
    }
    .into_any()
}

/// What becomes of all decisions with a code.
fn fate(carrying: Carrying, stored: &Codebook, code: &str) -> AnyView {
    let editor = carrying.editor;
    let now = match editor.fates.with_untracked(|fates| fates.get(code).cloned()) {
        Some(Fate::Become(to)) => to,
        Some(Fate::Each) => "*".to_owned(),
        Some(Fate::Stay) | None => String::new(),
    };
    let of = code.to_owned();
    let chosen = move |event: leptos::ev::Event| {
        let fate = match event_target_value(&event) {
            stay if stay.is_empty() => Fate::Stay,
            each if each == "*" => Fate::Each,
            to => Fate::Become(to),
        };
        editor.fates.update(|fates| drop(fates.insert(of.clone(), fate)));
        editor.keep();
        carrying.look();
    };
    let others = stored.codes.iter().filter(|it| it.id != code);
    let mut all = vec![(String::new(), editor.text("editor_fate_stay")), ("*".into(), editor.text("editor_fate_each"))];
    all.extend(others.map(|it| (it.id.clone(), editor.browser.fill("editor_fate_become", &[&it.label]))));
    select(format!("editor-fate-{code}"), None, all, &now, chosen)
}

/// A decision, and what becomes of it.
fn single(carrying: Carrying, stored: &Codebook, one: &Coding) -> impl IntoView + use<> {
    let editor = carrying.editor;
    let (decision, code) = (one.decision.clone(), one.code.clone());
    let chosen = move |event: leptos::ev::Event| {
        let to = event_target_value(&event);
        carrying.chosen.update(|chosen| {
            if to.is_empty() {
                chosen.remove(&decision);
            } else {
                chosen.insert(decision.clone(), [code.clone(), to]);
            }
        });
    };
    let mut all = vec![(String::new(), editor.text("editor_fate_stay"))];
    all.extend(stored.codes.iter().map(|it| (it.id.clone(), it.label.clone())));
    let words = if one.words.is_empty() { editor.text("editor_no_words") } else { one.words.clone() };
    let now = carrying.chosen.with_untracked(|chosen| chosen.get(&one.decision).map(|[_, to]| to.clone()));
    view! {
        <li>
            <blockquote dir="auto">{words.clone()}</blockquote>
            <span class="hint" dir="ltr">{one.url.clone()}</span>
            {select(format!("editor-each-{}", one.decision), Some(words), all, &now.unwrap_or_default(), chosen)}
        </li>
    }
}

fn select(
    id: String,
    label: Option<String>,
    options: Vec<(String, String)>,
    now: &str,
    chosen: impl Fn(leptos::ev::Event) + 'static,
) -> AnyView {
    let options = options.into_iter().map(|(id, name)| {
        let selected = id == now;
        view! { <option value=id selected=selected>{name}</option> }
    });
    view! { <select id=id aria-label=label on:change=chosen>{options.collect_view()}</select> }.into_any()
}
