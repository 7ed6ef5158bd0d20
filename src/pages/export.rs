//! Everything stored as a file; for whichever page asks.
//!
//! Invariants: the whole file is offered or none, and what is not in it is said.
//! Must not touch: what a record looks like in a file (`postil::exchange`).

use crate::files::{Ended, Files};
use crate::host::{Browser, Host};
use leptos::prelude::*;
use postil::exchange::redaction::Redaction;
use postil::exchange::task::{Outcome, Passphrase, Task};
use postil::exchange::writer::Format;
use wasm_bindgen_futures::spawn_local;

/// The export of a page; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Exporter {
    browser: Browser,
    notice: RwSignal<String>,
    pub(crate) files: Files,
}

impl Exporter {
    /// An export that says in `notice` how it ended.
    pub(crate) fn new(browser: Browser, notice: RwSignal<String>) -> Self {
        Self { browser, notice, files: Files::new(browser) }
    }

    /// Exports the records of the open project, unless a file is under way already; with the pictures of its pages, where the
    /// format has room for them.
    pub(crate) fn start(self, format: Format, redaction: Redaction, pictures: bool, passphrase: Option<Passphrase>) {
        let browser = self.browser;
        let sealed = passphrase.is_some();
        self.notice.set(String::new());
        spawn_local(async move {
            let task = Task::Export { format, redaction, pictures, passphrase };
            let notice = match self.files.carry_out(task, None).await {
                None => return,
                Some(Ok((Outcome::Written { records: 0, damaged: 0, .. }, _))) => browser.text("export_empty"),
                Some(Ok((Outcome::Written { records, pictures, damaged }, file))) => {
                    let host = browser.host();
                    let zipped = pictures > 0;
                    let ending = if zipped { "zip" } else { format.ending() };
                    let ending = if sealed { format!("{ending}.age") } else { ending.to_owned() };
                    host.save_blob(&file_name(&host, "postil", &ending), mime(format, zipped, sealed), &file);
                    let mut notice = browser.count("export_done_one", "export_done_other", records);
                    if damaged > 0 {
                        notice += " ";
                        notice += &browser.count("export_damaged_one", "export_damaged_other", damaged);
                    }
                    notice
                }
                Some(Ok(_)) => return,
                Some(Err(Ended::Stopped)) => browser.text("export_stopped"),
                Some(Err(Ended::Failed(failure))) => browser.fill("export_failed", &[&failure.message]),
            };
            self.notice.set(notice);
        });
    }
}

fn mime(format: Format, zipped: bool, sealed: bool) -> &'static str {
    match format {
        _ if sealed => "application/age-encryption",
        _ if zipped => "application/zip",
        Format::JsonLines | Format::Dataset => "application/x-ndjson",
        Format::JsonLd => "application/ld+json",
        Format::Csv | Format::Matrix | Format::Ratings | Format::CodebookCsv | Format::Evidence => "text/csv",
        Format::Conll => "text/plain",
        Format::Qdc => "application/xml",
        Format::Qdpx => "application/zip",
    }
}

/// The name of a file that is saved today.
pub(crate) fn file_name(host: &Host, what: &str, ending: &str) -> String {
    let today: String = host.now().chars().take(10).collect();
    format!("{what}-{today}.{ending}")
}
