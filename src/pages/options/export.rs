//! Export: the format, what is left out, what would leave, and the file.
//!
//! Invariants: what would leave is of the choices as they stand: another choice takes it away.

use super::Options;
use crate::export::file_name;
use crate::files::Ended;
use crate::secret::Sealing;
use leptos::prelude::*;
use postil::exchange::preview::{Field, Leaves};
use postil::exchange::redaction::Redaction;
use postil::exchange::task::{Outcome, Task};
use postil::exchange::writer::Format;
use wasm_bindgen_futures::spawn_local;

/// The message with a format's name, and the one with what it is for.
fn told(format: Format) -> [&'static str; 2] {
    match format {
        Format::JsonLines => ["options_export_jsonl", "options_export_jsonl_means"],
        Format::JsonLd => ["options_export_jsonld", "options_export_jsonld_means"],
        Format::Csv => ["options_export_csv", "options_export_csv_means"],
        Format::Dataset => ["options_export_dataset", "options_export_dataset_means"],
        Format::Matrix => ["options_export_matrix", "options_export_matrix_means"],
        Format::Ratings => ["options_export_ratings", "options_export_ratings_means"],
        Format::Conll => ["options_export_conll", "options_export_conll_means"],
        Format::Qdc => ["options_export_qdc", "options_export_qdc_means"],
        Format::CodebookCsv => ["options_export_codebook", "options_export_codebook_means"],
        Format::Qdpx => ["options_export_qdpx", "options_export_qdpx_means"],
        Format::Evidence => ["options_export_evidence", "options_export_evidence_means"],
    }
}

/// The message with the name of a field that may tell who somebody is.
fn named(field: &str) -> &'static str {
    match field {
        "coder" => "options_field_coder",
        "address" => "options_field_address",
        "title" => "options_field_title",
        "text" => "options_field_text",
        "quote" => "options_field_quote",
        "author" => "options_field_author",
        "hash of the text" => "options_field_hash",
        "element path" => "options_field_path",
        "hash of the image" => "options_field_image",
        _ => "options_field_memo",
    }
}

/// The choices; a handle, cheap to copy.
#[derive(Clone, Copy)]
struct Export {
    options: Options,
    format: RwSignal<Format>,
    redaction: RwSignal<Redaction>,
    pictures: RwSignal<bool>,
    sealing: Sealing,
    /// What would leave, how many pictures there are, and how many records cannot be read.
    leaves: RwSignal<Option<(Leaves, usize, usize)>>,
}

pub(super) fn export(options: Options) -> impl IntoView {
    let export = Export {
        options,
        format: RwSignal::new(Format::JsonLines),
        redaction: RwSignal::new(Redaction::default()),
        pictures: RwSignal::new(true),
        sealing: Sealing::new(options.browser),
        leaves: RwSignal::new(None),
    };
    let files = options.exporter.files;
    let busy = Memo::new(move |_| files.busy());
    let save = move |_| {
        if let Ok(passphrase) = export.sealing.take() {
            let (format, redaction) = (export.format.get_untracked(), export.redaction.get_untracked());
            options.exporter.start(format, redaction, export.pictures.get_untracked(), passphrase);
        }
    };
    view! {
        {export.formats()}
        {export.left_out()}
        {move || (export.format.get() == Format::Evidence).then(|| export.with_pictures())}
        {export.sealing.view("export-secret", "options_seal")}
        <div class="actions">
            <button
                type="button"
                id="export-preview"
                aria-disabled=move || busy.get().to_string()
                on:click=move |_| export.preview()
            >
                {options.text("options_export_preview")}
            </button>
            <button type="button" class="primary" id="export-save" aria-disabled=move || busy.get().to_string() on:click=save>
                {options.text("options_save")}
            </button>
        </div>
        <div class="outcome" aria-live="polite">
            {move || export.leaves.get().map(|(leaves, pictures, damaged)| export.shown(&leaves, pictures, damaged))}
        </div>
    }
}

impl Export {
    fn formats(self) -> impl IntoView {
        let options = self.options;
        let all = Format::ALL.map(|format| {
            view! { <option value=format.name()>{options.text(told(format)[0])}</option> }
        });
        let chosen = move |event| {
            let name = event_target_value(&event);
            if let Some(format) = Format::ALL.into_iter().find(|format| format.name() == name) {
                self.format.set(format);
                self.leaves.set(None);
            }
        };
        view! {
            <label class="named format">
                <span>{options.text("options_export_format")}</span>
                <select id="export-format" aria-describedby="export-means" on:change=chosen>{all.collect_view()}</select>
            </label>
            <p class="hint" id="export-means">{move || options.text(told(self.format.get())[1])}</p>
        }
    }

    fn left_out(self) -> impl IntoView {
        let options = self.options;
        let choice =
            move |id: &'static str, label: &str, get: fn(&Redaction) -> bool, set: fn(&mut Redaction, bool)| {
                let changed = move |event| {
                    self.redaction.update(|redaction| set(redaction, event_target_checked(&event)));
                    self.leaves.set(None);
                };
                view! {
                    <label class="choice">
                        <input type="checkbox" id=id prop:checked=move || self.redaction.with(get) on:change=changed />
                        <span>{options.text(label)}</span>
                    </label>
                }
            };
        view! {
            <fieldset class="choices">
                <legend>{options.text("options_drop")}</legend>
                {choice("drop-handles", "options_drop_handles", |it| it.handles, |it, on| it.handles = on)}
                {choice("drop-urls", "options_drop_urls", |it| it.urls, |it, on| it.urls = on)}
                {choice("drop-memo", "options_drop_memo", |it| it.memo, |it, on| it.memo = on)}
            </fieldset>
        }
    }

    fn with_pictures(self) -> AnyView {
        let options = self.options;
        let changed = move |event| {
            self.pictures.set(event_target_checked(&event));
            self.leaves.set(None);
        };
        view! {
            <label class="choice">
                <input
                    type="checkbox"
                    id="export-pictures"
                    aria-describedby="export-pictures-hint"
                    prop:checked=move || self.pictures.get()
                    on:change=changed
                />
                <span>{options.text("options_export_pictures")}</span>
            </label>
            <p class="hint" id="export-pictures-hint">{options.text("options_export_pictures_hint")}</p>
        }
        .into_any()
    }

    fn preview(self) {
        let options = self.options;
        let (format, redaction) = (self.format.get_untracked(), self.redaction.get_untracked());
        spawn_local(async move {
            match options.exporter.files.carry_out(Task::Preview { format, redaction }, None).await {
                Some(Ok((Outcome::Preview { leaves, pictures, damaged }, _))) => {
                    let pictures = if self.pictures.get_untracked() { pictures } else { 0 };
                    self.leaves.set(Some((leaves, pictures, damaged)));
                }
                Some(Err(Ended::Failed(failure))) => {
                    options.notice.set(options.browser.fill("export_failed", &[&failure.message]));
                }
                _ => {}
            }
        });
    }

    fn shown(self, leaves: &Leaves, pictures: usize, damaged: usize) -> AnyView {
        let options = self.options;
        let count = |number: usize, key: &'static str| {
            view! { <div><dt>{options.text(key)}</dt><dd>{number}</dd></div> }
        };
        let line = |field: &Field| {
            view! {
                <tr>
                    <th scope="row">{options.text(named(&field.field))}</th>
                    <td class="amount">{field.records}</td>
                    <td><bdi>{field.example.clone()}</bdi></td>
                </tr>
            }
        };
        let fields = leaves.fields.iter().map(line).collect_view();
        view! {
            <dl class="numbers" id="leaves">
                {count(leaves.records, "options_leaves_records")}
                {count(leaves.annotations, "options_leaves_annotations")}
                {count(leaves.units, "options_leaves_units")}
                {count(leaves.pages, "options_leaves_pages")}
                {(pictures > 0).then(|| count(pictures, "options_leaves_pictures"))}
            </dl>
            {if leaves.fields.is_empty() {
                view! { <p>{options.text("options_leaves_nobody")}</p> }.into_any()
            } else {
                view! {
                    <table class="fields">
                        <caption>{options.text("options_leaves_fields")}</caption>
                        <thead>
                            <tr>
                                <th scope="col">{options.text("options_leaves_field")}</th>
                                <th scope="col" class="amount">{options.text("options_leaves_records")}</th>
                                <th scope="col">{options.text("options_leaves_example")}</th>
                            </tr>
                        </thead>
                        <tbody>{fields}</tbody>
                    </table>
                }
                .into_any()
            }}
            {(damaged > 0).then(|| self.damaged(damaged))}
        }
        .into_any()
    }

    /// What cannot be read, and the way to have it as it is.
    fn damaged(self, number: usize) -> AnyView {
        let options = self.options;
        let save = move |_| {
            spawn_local(async move {
                if let Some(Ok((Outcome::Written { .. }, file))) =
                    options.exporter.files.carry_out(Task::Damaged, None).await
                {
                    let host = options.browser.host();
                    host.save_blob(&file_name(&host, "postil-damaged", "jsonl"), "application/x-ndjson", &file);
                }
            });
        };
        view! {
            <p class="fault">{options.browser.count("export_damaged_one", "export_damaged_other", number)}</p>
            <button type="button" id="damaged-save" on:click=save>{options.text("options_damaged_save")}</button>
        }
        .into_any()
    }
}
