//! What Postil learned from the coder under each codebook: a picture of the words, a file to keep, the way to be rid of it.
//!
//! Invariants: what is shown is what the service answered last; which way a word leans and how much is told in words beside
//! the picture; what a file holds is what is shown, and nothing is asked again for it.

use super::{Options, confirm, switch};
use crate::codebooks::Codebooks;
use crate::export::file_name;
use crate::panel::words::{signed, swatch};
use js_sys::Uint8Array;
use leptos::prelude::*;
use postil::service::protocol::{CodebookCard, Learned, Lesson, Request, Response};
use std::collections::BTreeMap;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Lessons that are shown at first.
const FEW: usize = 20;
/// What lessons of support are about; the others are about a code.
const SUPPORT: &str = "support";
/// What comes before the id of the code that a lesson is about.
const CODE: &str = "code ";

/// What was learned; a handle, cheap to copy.
#[derive(Clone, Copy)]
struct Learning {
    options: Options,
    /// By codebook, as far as it has come.
    learned: RwSignal<BTreeMap<String, Arc<Learned>>>,
}

pub(super) fn learning(options: Options) -> impl IntoView {
    let learning = Learning { options, learned: RwSignal::new(BTreeMap::new()) };
    let active = Memo::new(move |_| options.codebooks.with(|all| active(all.as_deref().unwrap_or_default())));
    Effect::new(move |_| {
        // Whenever the codebooks or the settings have come anew.
        options.codebooks.track();
        active.with_untracked(|ids| ids.iter().for_each(|id| learning.load(id)));
    });
    // Decisions are made elsewhere, while this page is not looked at.
    window_event_listener(leptos::ev::focus, move |_| {
        active.with_untracked(|ids| ids.iter().for_each(|id| learning.load(id)))
    });
    let shown = Memo::new(move |_| {
        let taught = |id: &String| learning.learned.with(|all| all.get(id).is_some_and(|it| it.labels > 0));
        // A list of words that proposes nothing has nothing to learn, until the coder taught it all the same.
        let proposes =
            |id: &String| options.offers.with(|all| all.iter().all(|it| it.codebook.id != *id || it.reviewed));
        active.get().into_iter().filter(|id| proposes(id) || taught(id)).collect::<Vec<_>>()
    });
    view! {
        <ul class="books" role="list">
            <For each=move || shown.get() key=String::clone children=move |id| learning.book(id) />
        </ul>
        {move || (options.codebooks.with(Option::is_some) && shown.with(Vec::is_empty)).then(|| view! {
            <p class="empty">{options.text("options_learning_no_codebook")}</p>
        })}
    }
}

/// The codebooks that units are read with.
fn active(cards: &[CodebookCard]) -> Vec<String> {
    cards.iter().filter(|card| card.active).map(|card| card.codebook.id.clone()).collect()
}

impl Learning {
    fn load(self, id: &str) {
        let (host, codebook) = (self.options.browser.host(), id.to_owned());
        spawn_local(async move {
            match host.request(&Request::Learned { codebook }).await {
                Ok(Response::Learned { learned }) => {
                    self.learned.update(|all| {
                        all.insert(learned.codebook.id.clone(), Arc::from(learned));
                    });
                }
                Ok(_) => {}
                Err(failure) => self.options.notice.set(failure.message),
            }
        });
    }

    /// What was learned under one codebook.
    fn book(self, id: String) -> impl IntoView {
        let (options, browser) = (self.options, self.options.browser);
        let codebooks = Codebooks(options.codebooks.get_untracked().unwrap_or_default());
        let title = codebooks.card(&id).map(|card| card.title.clone()).unwrap_or_default();
        let learned = Memo::new({
            let id = id.clone();
            move |_| self.learned.with(|all| all.get(&id).cloned())
        });
        let all = RwSignal::new(false);
        let id = StoredValue::new(id);
        let toggled = {
            let title = title.clone();
            move |on: bool| {
                let said = if on { "options_learning_now_on" } else { "options_learning_now_off" };
                let said = browser.fill(said, &[&title]);
                options.change(move |settings| settings.learn(&id.get_value(), on), said);
            }
        };
        view! {
            <li class="book learned" data-learned=id.get_value()>
                {switch(
                    options,
                    switch_id(&id.get_value()),
                    view! { <bdi>{title.clone()}</bdi> },
                    move |settings| id.with_value(|id| settings.learns(id)),
                    toggled,
                )}
                {move || learned.get().map(|learned| match learned.labels {
                    0 => view! { <p class="hint">{options.text("options_learning_nothing")}</p> }.into_any(),
                    _ => self.taught(&codebooks, &title, &learned, all),
                })}
            </li>
        }
    }

    fn taught(self, codebooks: &Codebooks, title: &str, learned: &Arc<Learned>, all: RwSignal<bool>) -> AnyView {
        let browser = self.options.browser;
        let model = learned.model.as_ref().map(|model| {
            let short: String = model.hash.chars().take(8).collect();
            view! { <li title=model.hash.clone()>{browser.fill("options_learning_model", &[&model.id, &short])}</li> }
        });
        let foreseen = (learned.asked > 0).then(|| {
            let [right, asked] = [learned.right, learned.asked].map(|number| number.to_string());
            view! { <p class="hint">{browser.fill("options_learning_foreseen", &[&right, &asked])}</p> }
        });
        let picture = {
            let (codebooks, learned) = (Codebooks(codebooks.0.clone()), Arc::clone(learned));
            move || {
                let shown = if all.get() { learned.lessons.len() } else { FEW.min(learned.lessons.len()) };
                self.picture(&codebooks, &learned, shown)
            }
        };
        let more = (learned.lessons.len() > FEW).then(|| {
            let number = learned.lessons.len().to_string();
            let words = move || match all.get() {
                true => browser.fill("options_learning_few", &[&FEW.to_string()]),
                false => browser.fill("options_learning_all", &[&number]),
            };
            let toggle = move |_| all.update(|all| *all = !*all);
            view! { <button type="button" class="link" aria-expanded=move || all.get().to_string() on:click=toggle>{words}</button> }
        });
        let id = StoredValue::new(learned.codebook.id.clone());
        view! {
            <ul class="facts" role="list">
                <li>{browser.count("options_learning_labels_one", "options_learning_labels_other", learned.labels)}</li>
                {model}
            </ul>
            {foreseen}
            {picture}
            {more}
            <div class="actions">
                {self.savers(title, learned)}
                {confirm::confirm(
                    self.options,
                    "options_learning_forget",
                    browser.fill("options_learning_forget_named", &[title]),
                    browser.fill("options_learning_forget_question", &[title]),
                    move || self.forget(id.get_value()),
                )}
            </div>
        }
        .into_any()
    }

    /// The words as a picture: under what they speak for, a bar for each, to the one side or the other of the middle.
    fn picture(self, codebooks: &Codebooks, learned: &Learned, shown: usize) -> AnyView {
        let browser = self.options.browser;
        if learned.lessons.is_empty() {
            return view! { <p class="hint">{browser.text("options_learning_no_words")}</p> }.into_any();
        }
        let id = &learned.codebook.id;
        let longest = learned.lessons.iter().map(|lesson| lesson.weight.abs()).fold(f32::MIN_POSITIVE, f32::max);
        let parts = grouped(&learned.lessons[..shown]).into_iter().map(|(about, lessons)| {
            let code = about.strip_prefix(CODE);
            let slot = code.map(|code| codebooks.slot(id, code));
            let label = match code {
                None => browser.text("options_learning_support"),
                Some(code) => codebooks.code_label(id, code),
            };
            let lines = lessons.into_iter().map(|lesson| self.line(lesson, longest)).collect_view();
            let title = label.clone();
            view! {
                <div class="lessons">
                    <p class="axis" aria-hidden="true">
                        <b class=slot>{code.map(|_| swatch())} <bdi>{title}</bdi></b>
                        <span>{browser.text("options_learning_lowers")}</span>
                        <span>{browser.text("options_learning_raises")}</span>
                    </p>
                    <ul role="list" aria-label=label>{lines}</ul>
                </div>
            }
        });
        parts.collect_view().into_any()
    }

    fn line(self, lesson: &Lesson, longest: f32) -> impl IntoView + use<> {
        let browser = self.options.browser;
        let raises = lesson.weight > 0.0;
        let way = browser.text(if raises { "options_learning_raises" } else { "options_learning_lowers" });
        let amount = signed(lesson.weight);
        let said = match lesson.texts {
            1 => browser.fill("options_learning_word_one", &[&way, &amount]),
            texts => browser.fill("options_learning_word_other", &[&way, &amount, &texts.to_string()]),
        };
        let title = said.clone();
        let width = format!("{:.1}%", lesson.weight.abs() / longest * 50.0);
        view! {
            <li title=title>
                <bdi class="lesson">{lesson.words.clone()}</bdi>
                <span class="bar" class:raises=raises class:lowers=!raises role="img" aria-label=said>
                    <span class="level" style:inline-size=width></span>
                </span>
            </li>
        }
    }

    /// The buttons that save what was learned, for reading and for use elsewhere.
    fn savers(self, title: &str, learned: &Arc<Learned>) -> impl IntoView + use<> {
        let browser = self.options.browser;
        let words = {
            let learned = Arc::clone(learned);
            move |_| self.save_words(&learned)
        };
        let model = learned.file.as_ref().map(|_| {
            let learned = Arc::clone(learned);
            view! {
                <button
                    type="button"
                    class="save-model"
                    title=browser.text("options_learning_save_model_means")
                    aria-label=browser.fill("options_learning_save_model_named", &[title])
                    on:click=move |_| self.save_model(&learned)
                >
                    {browser.text("options_learning_save_model")}
                </button>
            }
        });
        view! {
            <button
                type="button"
                class="save-words"
                title=browser.text("options_learning_save_means")
                aria-label=browser.fill("options_learning_save_named", &[title])
                on:click=words
            >
                {browser.text("options_learning_save")}
            </button>
            {model}
        }
    }

    fn save_words(self, learned: &Learned) {
        let host = self.options.browser.host();
        let what = format!("postil-learned-{}", learned.codebook.id);
        match serde_json::to_string_pretty(&Learned { file: None, ..learned.clone() }) {
            Ok(text) => host.save(&file_name(&host, &what, "json"), "application/json", text.into()),
            Err(error) => self.options.notice.set(error.to_string()),
        }
    }

    fn save_model(self, learned: &Learned) {
        let host = self.options.browser.host();
        let what = format!("postil-learned-{}", learned.codebook.id);
        match hex::decode(learned.file.as_deref().unwrap_or_default()) {
            Ok(bytes) => {
                let name = file_name(&host, &what, "bin");
                host.save_bytes(&name, "application/octet-stream", Uint8Array::from(bytes.as_slice()));
            }
            Err(error) => self.options.notice.set(error.to_string()),
        }
    }

    fn forget(self, codebook: String) {
        let host = self.options.browser.host();
        spawn_local(async move {
            match host.request(&Request::Forget { codebook: codebook.clone() }).await {
                Ok(_) => {
                    self.options.notice.set(self.options.text("options_learning_forgotten"));
                    // The button that had the focus goes.
                    crate::panel::focus_by_id(&switch_id(&codebook));
                    self.load(&codebook);
                }
                Err(failure) => {
                    self.options
                        .notice
                        .set(self.options.browser.fill("options_learning_not_forgotten", &[&failure.message]));
                }
            }
        });
    }
}

/// The id of the switch of a codebook.
fn switch_id(codebook: &str) -> String {
    format!("learn-{codebook}")
}

/// Lessons by what they are about, support first and codes in the order in which they come; in each what raises most first
/// and what lowers most last.
fn grouped(lessons: &[Lesson]) -> Vec<(&str, Vec<&Lesson>)> {
    let mut groups: Vec<(&str, Vec<&Lesson>)> = Vec::new();
    for lesson in lessons {
        match groups.iter_mut().find(|(about, _)| *about == lesson.about) {
            Some((_, group)) => group.push(lesson),
            None => groups.push((&lesson.about, vec![lesson])),
        }
    }
    groups.sort_by_key(|(about, _)| *about != SUPPORT);
    groups.iter_mut().for_each(|(_, group)| group.sort_by(|a, b| b.weight.total_cmp(&a.weight)));
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lesson(about: &str, words: &str, weight: f32) -> Lesson {
        Lesson { about: about.to_owned(), words: words.to_owned(), weight, texts: 1 }
    }

    #[test]
    fn lessons_stand_under_what_they_speak_for_from_what_raises_to_what_lowers() {
        let lessons = [
            lesson("code symbols", "banner", 2.0),
            lesson("support", "bread", -1.5),
            lesson("code takfir", "apostate", 1.0),
            lesson("support", "falcon", 1.0),
            lesson("code symbols", "bread", -0.5),
            lesson("support", "crimson", 0.5),
        ];
        let groups = grouped(&lessons);
        let told: Vec<(&str, Vec<&str>)> =
            groups.iter().map(|(about, group)| (*about, group.iter().map(|lesson| &*lesson.words).collect())).collect();
        assert_eq!(
            told,
            [
                ("support", vec!["falcon", "crimson", "bread"]),
                ("code symbols", vec!["banner", "bread"]),
                ("code takfir", vec!["apostate"]),
            ]
        );
    }
}
