//! What Postil learned from the coder under each codebook: a picture of the words, a file to keep, the way to be rid of it.
//!
//! Invariants: what is shown is what the service answered last; which way a word leans and how much is told in words beside
//! the picture; what a file holds is what is shown, and nothing is asked again for it.

use super::{Options, confirm, switch};
use crate::codebooks::Codebooks;
use crate::export::file_name;
use crate::host::Host;
use crate::panel::why::bar;
use crate::panel::words::{signed, swatch};
use js_sys::Uint8Array;
use leptos::prelude::*;
use postil::service::protocol::{Learned, Lesson, Request, Response};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Lessons that are shown at first; the others unfold.
const FEW: usize = 20;
/// Of these, lessons of support, if there are so many.
const FEW_OF_SUPPORT: usize = 10;
/// What lessons of support are about; the others are about a code.
const SUPPORT: &str = "support";
/// What comes before the id of the code that a lesson is about.
const CODE: &str = "code ";

/// Of a button that saves: what stands on it, its name with the codebook's, its tooltip.
const SAVE_WORDS: [&str; 3] = ["options_learning_save", "options_learning_save_named", "options_learning_save_means"];
/// The same.
const SAVE_MODEL: [&str; 3] =
    ["options_learning_save_model", "options_learning_save_model_named", "options_learning_save_model_means"];

/// What was learned; a handle, cheap to copy.
#[derive(Clone, Copy)]
struct Learning {
    options: Options,
    /// Of the codebooks that units are read with, as far as it has come.
    learned: RwSignal<Vec<Arc<Told>>>,
}

/// What the service told.
#[derive(PartialEq)]
struct Told {
    learned: Learned,
    /// The model's file, in hexadecimal.
    file: String,
}

pub(super) fn learning(options: Options) -> impl IntoView {
    let learning = Learning { options, learned: RwSignal::new(Vec::new()) };
    // Whenever the codebooks or the settings have come anew.
    Effect::new(move |_| learning.load_all());
    // Decisions are made elsewhere, while this page is not looked at.
    window_event_listener(leptos::ev::focus, move |_| untrack(|| learning.load_all()));
    let shown = Memo::new(move |_| learning.shown());
    view! {
        <ul class="books" role="list">
            {move || shown.get().into_iter().map(|id| learning.book(id)).collect_view()}
        </ul>
    }
}

impl Learning {
    /// The codebooks that units are read with.
    fn active(self) -> Vec<String> {
        self.options.codebooks.with(|all| {
            let active = all.iter().flatten().filter(|card| card.active);
            active.map(|card| card.codebook.id.clone()).collect()
        })
    }

    /// Those of them that are shown: a list of words that proposes nothing has nothing to learn, until the coder taught it
    /// all the same.
    fn shown(self) -> Vec<String> {
        let mut ids = self.active();
        self.options.offers.with(|offers| {
            self.learned.with(|all| {
                let taught = |id: &String| all.iter().any(|it| it.learned.codebook.id == *id && it.learned.labels > 0);
                ids.retain(|id| taught(id) || offers.iter().all(|it| it.codebook.id != *id || it.reviewed));
            });
        });
        ids
    }

    fn load_all(self) {
        self.active().into_iter().for_each(|id| self.load(id));
    }

    fn load(self, codebook: String) {
        let host = self.options.browser.host();
        spawn_local(async move {
            match host.request(&Request::Learned { codebook }).await {
                Ok(Response::Learned { learned, file }) => {
                    if let Ok(learned) = learned.read() {
                        self.heard(Told { learned, file });
                    }
                }
                Ok(_) => {}
                Err(failure) => self.options.notice.set(failure.message),
            }
        });
    }

    fn heard(self, told: Told) {
        // What is shown stays as it is, and with it what has the focus, unless it is something else.
        if self.learned.with_untracked(|all| all.iter().any(|it| **it == told)) {
            return;
        }
        self.learned.update(|all| {
            all.retain(|it| it.learned.codebook.id != told.learned.codebook.id);
            all.push(told.into());
        });
    }

    /// What was learned under one codebook.
    fn book(self, id: String) -> AnyView {
        let (options, browser) = (self.options, self.options.browser);
        let codebooks = Codebooks(options.codebooks.get_untracked().unwrap_or_default());
        let title = codebooks.card(&id).map(|card| card.title.clone()).unwrap_or_default();
        let data = id.clone();
        let on = {
            let id = id.clone();
            options.set(move |settings| settings.learns(&id))
        };
        let toggled = {
            let (id, title) = (id.clone(), title.clone());
            Box::new(move |on: bool| {
                let said = if on { "options_learning_now_on" } else { "options_learning_now_off" };
                let (id, said) = (id.clone(), browser.fill(said, &[&title]));
                options.change(move |settings| settings.learn(&id, on), said);
            })
        };
        let switch = switch(options, switch_id(&id), title.clone(), on, toggled);
        let told = move || {
            let told = self.learned.with(|all| all.iter().find(|it| it.learned.codebook.id == id).cloned());
            told.map(|told| match told.learned.labels {
                0 => view! { <p class="hint">{options.text("options_learning_nothing")}</p> }.into_any(),
                _ => self.taught(&codebooks, &title, &told),
            })
        };
        view! { <li class="book learned" data-learned=data>{switch} {told}</li> }.into_any()
    }

    fn taught(self, codebooks: &Codebooks, title: &str, told: &Arc<Told>) -> AnyView {
        let (browser, learned) = (self.options.browser, &told.learned);
        let mut facts =
            vec![browser.count("options_learning_labels_one", "options_learning_labels_other", learned.labels)];
        facts.extend(learned.model.as_ref().map(|model| {
            let short: String = model.hash.chars().take(8).collect();
            browser.fill("options_learning_model", &[&model.id, &short])
        }));
        let facts = facts.into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view();
        let hash = learned.model.as_ref().map(|model| model.hash.clone()).unwrap_or_default();
        let (few, more) = few(&learned.lessons);
        let [right, asked] = [learned.right, learned.asked].map(|number| number.to_string());
        let foreseen = match learned.asked {
            0 => String::new(),
            _ => browser.fill("options_learning_foreseen", &[&right, &asked]),
        };
        let id = learned.codebook.id.clone();
        view! {
            <ul class="facts" role="list" title=hash>{facts}</ul>
            <p class="hint">{foreseen}</p>
            {self.picture(codebooks, learned, &few)}
            <details hidden=more.is_empty()>
                <summary>{browser.count("options_learning_more_one", "options_learning_more_other", more.len())}</summary>
                {self.picture(codebooks, learned, &more)}
            </details>
            <div class="actions">
                {self.saver("save-words", title, SAVE_WORDS, told, Self::save_words)}
                {self.saver("save-model", title, SAVE_MODEL, told, Self::save_model)}
                {confirm::confirm(
                    self.options,
                    "options_learning_forget",
                    browser.fill("options_learning_forget_named", &[title]),
                    browser.fill("options_learning_forget_question", &[title]),
                    Arc::new(move || self.forget(id.clone())),
                )}
            </div>
        }
        .into_any()
    }

    /// The words as a picture: under what they speak for, a bar for each, to the one side or the other of the middle.
    fn picture(self, codebooks: &Codebooks, learned: &Learned, lessons: &[&Lesson]) -> AnyView {
        let browser = self.options.browser;
        if learned.lessons.is_empty() {
            return view! { <p class="hint">{browser.text("options_learning_no_words")}</p> }.into_any();
        }
        let id = &learned.codebook.id;
        let longest = learned.lessons.iter().map(|lesson| lesson.weight.abs()).fold(f32::MIN_POSITIVE, f32::max);
        let parts = grouped(lessons).into_iter().map(|(about, lessons)| {
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
                    <p aria-hidden="true">
                        <span class="topic"><span class=slot>{code.map(|_| swatch())}</span> <bdi>{title}</bdi></span>
                        <span class="ends">
                            <span>{browser.text("options_learning_lowers")}</span>
                            <span>{browser.text("options_learning_raises")}</span>
                        </span>
                    </p>
                    <ul role="list" aria-label=label>{lines}</ul>
                </div>
            }
            .into_any()
        });
        parts.collect_view().into_any()
    }

    fn line(self, lesson: &Lesson, longest: f32) -> AnyView {
        let browser = self.options.browser;
        let way = browser.text(if lesson.weight > 0.0 { "options_learning_raises" } else { "options_learning_lowers" });
        let amount = signed(lesson.weight);
        let said = match lesson.texts {
            1 => browser.fill("options_learning_word_one", &[&way, &amount]),
            texts => browser.fill("options_learning_word_other", &[&way, &amount, &texts.to_string()]),
        };
        let bar = bar(lesson.weight, longest, said.clone());
        view! { <li title=said><bdi>{lesson.words.clone()}</bdi> {bar}</li> }.into_any()
    }

    /// A button that saves something of what was learned under a codebook.
    fn saver(
        self,
        class: &'static str,
        title: &str,
        [label, named, means]: [&'static str; 3],
        told: &Arc<Told>,
        save: fn(Self, &Told),
    ) -> AnyView {
        let (browser, told) = (self.options.browser, Arc::clone(told));
        view! {
            <button
                type="button"
                class=class
                title=browser.text(means)
                aria-label=browser.fill(named, &[title])
                on:click=move |_| save(self, &told)
            >
                {browser.text(label)}
            </button>
        }
        .into_any()
    }

    fn save_words(self, told: &Told) {
        let host = self.options.browser.host();
        match serde_json::to_string(&told.learned) {
            Ok(text) => host.save(&named(&host, &told.learned, "json"), "application/json", text.into()),
            Err(error) => self.options.notice.set(error.to_string()),
        }
    }

    fn save_model(self, told: &Told) {
        let host = self.options.browser.host();
        match hex::decode(&told.file) {
            Ok(bytes) => {
                let bytes = Uint8Array::from(bytes.as_slice());
                host.save_bytes(&named(&host, &told.learned, "bin"), "application/octet-stream", bytes);
            }
            Err(error) => self.options.notice.set(error.to_string()),
        }
    }

    fn forget(self, codebook: String) {
        let host = self.options.browser.host();
        spawn_local(async move {
            match host.request(&Request::Forget { codebook: codebook.clone() }).await {
                // What is left is asked for as soon as the settings are heard of.
                Ok(_) => {
                    self.options.notice.set(self.options.text("options_learning_forgotten"));
                    // The button that had the focus goes.
                    crate::panel::focus_by_id(&switch_id(&codebook));
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

/// The name of a file of what was learned.
fn named(host: &Host, learned: &Learned, ending: &str) -> String {
    file_name(host, &format!("postil-learned-{}", learned.codebook.id), ending)
}

/// The lessons that weigh most, of support and then of anything else, and the others.
fn few(lessons: &[Lesson]) -> (Vec<&Lesson>, Vec<&Lesson>) {
    let mut heaviest: Vec<&Lesson> = Vec::new();
    for lesson in lessons {
        let place = heaviest.partition_point(|it| it.weight.abs() >= lesson.weight.abs());
        heaviest.insert(place, lesson);
    }
    let (mut support, mut codes) = heaviest.into_iter().partition::<Vec<_>, _>(|lesson| lesson.about == SUPPORT);
    let mut more = support.split_off(FEW_OF_SUPPORT.max(FEW.saturating_sub(codes.len())).min(support.len()));
    let mut others = codes.split_off((FEW - support.len()).min(codes.len()));
    support.append(&mut codes);
    more.append(&mut others);
    (support, more)
}

/// Lessons by what they are about, in the order in which that comes; in each what raises most first and what lowers most
/// last.
fn grouped<'l>(lessons: &[&'l Lesson]) -> Vec<(&'l str, Vec<&'l Lesson>)> {
    let mut groups: Vec<(&str, Vec<&Lesson>)> = Vec::new();
    for lesson in lessons {
        match groups.iter_mut().find(|(about, _)| *about == lesson.about) {
            Some((_, group)) => {
                let place = group.partition_point(|it| it.weight >= lesson.weight);
                group.insert(place, lesson);
            }
            None => groups.push((&lesson.about, vec![lesson])),
        }
    }
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
        let (few, more) = few(&lessons);
        let told: Vec<(&str, Vec<&str>)> = grouped(&few)
            .into_iter()
            .map(|(about, group)| (about, group.into_iter().map(|lesson| &*lesson.words).collect()))
            .collect();
        assert_eq!(
            told,
            [
                ("support", vec!["falcon", "crimson", "bread"]),
                ("code symbols", vec!["banner", "bread"]),
                ("code takfir", vec!["apostate"]),
            ]
        );
        assert!(more.is_empty());
    }

    #[test]
    fn the_heaviest_come_first_and_leave_room_for_each_other() {
        // Numbers of lessons of support and of codes, and how many of each are among the first.
        for (support, codes, first) in
            [(0, 30, (0, 20)), (3, 30, (3, 17)), (30, 30, (10, 10)), (30, 4, (16, 4)), (5, 5, (5, 5))]
        {
            let weights = |about: &str, number: usize| {
                let about = about.to_owned();
                (1..=number).map(move |weight| lesson(&about, "word", weight as f32))
            };
            let lessons: Vec<Lesson> = weights(SUPPORT, support).chain(weights("code symbols", codes)).collect();
            let (few, more) = few(&lessons);
            let of_support = few.iter().filter(|lesson| lesson.about == SUPPORT).count();
            assert_eq!((of_support, few.len() - of_support), first);
            assert_eq!(few.len() + more.len(), lessons.len());
            for about in [SUPPORT, "code symbols"] {
                let weights = |lessons: &[&Lesson]| -> Vec<f32> {
                    lessons.iter().filter(|lesson| lesson.about == about).map(|lesson| lesson.weight).collect()
                };
                let least = weights(&few).into_iter().fold(f32::MAX, f32::min);
                assert!(weights(&more).into_iter().all(|weight| weight < least), "{about}: {least}");
            }
        }
    }
}
