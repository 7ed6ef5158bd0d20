//! Import: a file, what it would bring, and bringing it in.
//!
//! Invariants: nothing is brought in before it was shown what that is; another choice shows it anew.

use super::Options;
use crate::files::{self, Ended};
use crate::secret;
use leptos::prelude::*;
use postil::exchange::import::{Remark, Source};
use postil::exchange::task::{Coming, Look, Outcome, Task};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

/// Remarks and conflicts that are listed.
const LISTED: usize = 20;

/// The message with the name of what wrote a file.
fn told(source: Source) -> &'static str {
    match source {
        Source::JsonLines => "options_export_jsonl",
        Source::JsonLd => "options_export_jsonld",
        Source::Doccano => "options_source_doccano",
        Source::LabelStudio => "options_source_label_studio",
        Source::Hypothesis => "options_source_hypothesis",
        Source::WebAnnotation => "options_source_web_annotation",
    }
}

/// What is known of a chosen file.
#[derive(Clone, PartialEq)]
enum Known {
    Nothing,
    /// It is encrypted; the passphrase is missing or wrong, as the message says.
    Locked(String),
    /// It cannot be read, for this reason.
    Refused(String),
    /// What wrote it, and what it would bring; without that, something is to be said of it first, as far as it is told.
    Looked(Source, Option<Look>, Option<String>),
}

/// An import; a handle, cheap to copy.
#[derive(Clone, Copy)]
struct Import {
    options: Options,
    file: RwSignal<Option<File>, LocalStorage>,
    coming: RwSignal<Coming>,
    known: RwSignal<Known>,
}

pub(super) fn import(options: Options) -> impl IntoView {
    let import = Import {
        options,
        file: RwSignal::new_local(None),
        coming: RwSignal::new(Coming::default()),
        known: RwSignal::new(Known::Nothing),
    };
    let chosen = move |event: leptos::ev::Event| {
        if let Some(file) = files::chosen(&event) {
            import.forget();
            import.file.set(Some(file));
            import.look();
        }
    };
    view! {
        <div class="add">
            <p class="hint" id="import-hint">{options.text("options_import_from")}</p>
            <label class="file">
                <input type="file" id="import-file" aria-describedby="import-hint" on:change=chosen />
                {options.text("options_import_choose")}
            </label>
        </div>
        <div class="outcome" id="import-outcome" aria-live="polite">{move || import.shown(import.known.get())}</div>
    }
}

impl Import {
    /// Looks into the file with the choices as they stand.
    fn look(self) {
        let Some(file) = self.file.get_untracked() else { return };
        let task = Task::Look { file: self.coming.get_untracked() };
        spawn_local(async move {
            let known = match self.options.exporter.files.carry_out(task, Some(file)).await {
                Some(Ok((Outcome::Looked { source, look }, _))) => Known::Looked(source, look, None),
                Some(Err(Ended::Failed(failure))) => match failure.kind.wants_passphrase() {
                    true => Known::Locked(failure.message),
                    false => match self.known.get_untracked() {
                        // What is missing may be what the file does not say.
                        Known::Looked(source, ..) if !source.is_own() => {
                            Known::Looked(source, None, Some(failure.message))
                        }
                        _ => Known::Refused(failure.message),
                    },
                },
                _ => return,
            };
            self.known.set(known);
        });
    }

    fn bring(self) {
        let Some(file) = self.file.get_untracked() else { return };
        let task = Task::Import { file: self.coming.get_untracked() };
        let browser = self.options.browser;
        spawn_local(async move {
            let notice = match self.options.exporter.files.carry_out(task, Some(file)).await {
                Some(Ok((Outcome::Imported { added, known, conflicts }, _))) => {
                    self.forget();
                    let [known, conflicts] = [known, conflicts].map(|number| number.to_string());
                    let added = browser.count("options_imported_one", "options_imported_other", added);
                    browser.fill("options_imported", &[&added, &known, &conflicts])
                }
                Some(Err(Ended::Failed(failure))) => browser.fill("options_not_imported", &[&failure.message]),
                Some(Err(Ended::Stopped)) => browser.text("options_import_stopped"),
                _ => return,
            };
            self.options.notice.set(notice);
        });
    }

    fn forget(self) {
        self.file.set(None);
        self.coming.set(Coming::default());
        self.known.set(Known::Nothing);
    }

    fn shown(self, known: Known) -> AnyView {
        let options = self.options;
        let name = self.file.with_untracked(|file| file.as_ref().map(File::name)).unwrap_or_default();
        match known {
            Known::Nothing => ().into_any(),
            Known::Refused(why) => view! {
                <p class="fault">{options.browser.fill("options_import_refused", &[&name])}</p>
                <p dir="auto">{why}</p>
            }
            .into_any(),
            Known::Locked(why) => {
                let given = move |passphrase| {
                    self.coming.update(|coming| coming.passphrase = Some(passphrase));
                    self.look();
                };
                view! {
                    <p><bdi>{name}</bdi> " · " {why}</p>
                    {secret::ask(options.browser, "import-secret", "options_secret_file", "options_open", Arc::new(given))}
                }
                .into_any()
            }
            Known::Looked(source, look, why) => self.looked(&name, source, look, why),
        }
    }

    fn looked(self, name: &str, source: Source, look: Option<Look>, why: Option<String>) -> AnyView {
        let options = self.options;
        let head = options.browser.fill("options_import_is", &[name, &options.text(told(source))]);
        let terms = (!source.is_own()).then(|| self.terms(look.as_ref()));
        let ready = look.as_ref().is_some_and(|look| look.report.records > 0);
        let what = look.map(|look| self.what(&look));
        view! {
            <p class="done" id="import-is">{head}</p>
            {terms}
            {why.map(|why| view! { <p class="fault" dir="auto">{why}</p> })}
            {what}
            <div class="actions">
                {ready.then(|| view! {
                    <button type="button" class="primary" id="import-bring" on:click=move |_| self.bring()>
                        {options.text("options_import_bring")}
                    </button>
                })}
                <button type="button" on:click=move |_| self.forget()>{options.text("options_import_not")}</button>
            </div>
        }
        .into_any()
    }

    /// What has to be said of the file of another tool: the codebook, the coder, and which code a label is.
    fn terms(self, look: Option<&Look>) -> AnyView {
        let options = self.options;
        let cards = options.codebooks.get_untracked().unwrap_or_default();
        let coming = self.coming.get_untracked();
        let chosen = coming.codebook.clone().unwrap_or_default();
        let books = cards.iter().map(|card| {
            let id = card.codebook.id.clone();
            let selected = id == chosen;
            view! { <option value=id selected=selected>{card.title.clone()}</option> }
        });
        let books = books.collect_view();
        let with_book = move |event| {
            let id = event_target_value(&event);
            self.coming.update(|coming| {
                coming.codebook = Some(id).filter(|id| !id.is_empty());
                coming.mapped.clear();
            });
            self.look();
        };
        let with_coder = move |event| {
            let coder = event_target_value(&event).trim().to_owned();
            self.coming.update(|coming| coming.coder = Some(coder).filter(|coder| !coder.is_empty()));
            self.look();
        };
        let codes: Vec<(String, String)> = cards
            .iter()
            .find(|card| card.codebook.id == chosen)
            .map(|card| card.codes.iter().map(|code| (code.id.clone(), code.label.clone())).collect())
            .unwrap_or_default();
        let mapped = coming.mapped.iter().map(|(label, _)| label.clone());
        let labels: Vec<String> =
            mapped.chain(look.iter().flat_map(|look| look.report.unknown.iter().cloned())).collect();
        let labels = labels.into_iter().map(|label| {
            let now = coming.mapped.iter().find(|(one, _)| *one == label).map(|(_, code)| code.clone());
            let codes = codes.iter().map(|(id, name)| {
                let selected = now.as_ref() == Some(id);
                view! { <option value=id.clone() selected=selected>{name.clone()}</option> }
            });
            let codes = codes.collect_view();
            let of = label.clone();
            let changed = move |event| {
                let code = event_target_value(&event);
                self.coming.update(|coming| {
                    coming.mapped.retain(|(label, _)| *label != of);
                    if !code.is_empty() {
                        coming.mapped.push((of.clone(), code));
                    }
                });
                self.look();
            };
            view! {
                <label class="named">
                    <span><bdi>{label}</bdi></span>
                    <select class="mapped" on:change=changed>
                        <option value="">{options.text("options_import_left_out")}</option>
                        {codes}
                    </select>
                </label>
            }
        });
        let labels = labels.collect_view();
        view! {
            <div class="details">
                <label class="named">
                    <span>{options.text("options_import_codebook")}</span>
                    <select id="import-codebook" on:change=with_book>
                        <option value="">{options.text("options_import_codebook_which")}</option>
                        {books}
                    </select>
                </label>
                <label class="named">
                    <span>{options.text("options_import_coder")}</span>
                    <input
                        type="text"
                        id="import-coder"
                        maxlength="60"
                        autocomplete="off"
                        prop:value=coming.coder.unwrap_or_default()
                        on:change=with_coder
                    />
                </label>
                {labels}
            </div>
        }
        .into_any()
    }

    /// What the file would bring.
    fn what(self, look: &Look) -> AnyView {
        let options = self.options;
        let browser = options.browser;
        let new = look.report.records - (look.known + look.conflicting).min(look.report.records);
        let count = |number: usize, key: &'static str| {
            view! { <div><dt>{options.text(key)}</dt><dd>{number}</dd></div> }
        };
        let coders: Vec<&str> = look.report.coders.iter().map(String::as_str).collect();
        let remark = |remark: &Remark| {
            let (class, word) =
                if remark.lost { ("grade fault", "options_import_lost") } else { ("grade", "options_import_doubt") };
            view! {
                <li>
                    <span class="message" dir="auto">{remark.reason.clone()}</span>
                    <span class="hint" dir="auto">{remark.mend.clone()}</span>
                    <span class=class>{browser.fill(word, &[&remark.count.to_string()])}</span>
                </li>
            }
        };
        let remarks = look.report.remarks.iter().take(LISTED).map(remark).collect_view();
        let conflicts = look.conflicts.iter().take(LISTED).map(|one| {
            view! { <li><code dir="ltr">{one.id.clone()}</code><span class="hint">{one.fields.join(", ")}</span></li> }
        });
        let conflicts = conflicts.collect_view();
        view! {
            <dl class="numbers" id="looked">
                {count(new, "options_look_new")}
                {count(look.known, "options_look_known")}
                {count(look.conflicting, "options_look_conflicts")}
                {count(look.report.units, "options_leaves_units")}
            </dl>
            <p>{browser.fill("options_look_coders", &[&coders.join(", ")])}</p>
            <ul class="faults" role="list">{remarks}</ul>
            {(look.conflicting > 0).then(|| view! {
                <p>{options.text("options_look_conflicts_means")}</p>
                <ul class="faults" role="list">{conflicts}</ul>
            })}
        }
        .into_any()
    }
}
