//! Everything stored as a file, in one of two formats; for whichever page asks.
//!
//! Invariants: records are asked for a slice at a time and leave wasm memory, which never shrinks, as they come; either the
//! whole file is offered or none.
//! Must not touch: what a record looks like in a file (`postil::exchange`).

use crate::host::{Browser, Host};
use js_sys::{Array, JsString};
use leptos::prelude::*;
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::{Failed, Writer};
use postil::exchange::{jsonl, jsonld};
use postil::service::protocol::{Record, Request, Response};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::spawn_local;

/// Records a request.
const SLICE: u32 = 200;

/// What kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    /// Every decision, a line each, with the annotation it made.
    JsonLines,
    /// The annotations that stand, as a W3C collection.
    JsonLd,
}

/// How far an export has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// None under way.
    Idle,
    /// Under way, with the number of records so far.
    Running(usize),
    /// To end before the next slice.
    Stopping,
}

/// The export of a page; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Exporter {
    browser: Browser,
    notice: RwSignal<String>,
    /// How far it has come.
    pub(crate) progress: RwSignal<Progress>,
}

/// Why there is no file.
enum Ended {
    Stopped,
    Failed(String),
}

impl Exporter {
    /// An export that says in `notice` how it ended.
    pub(crate) fn new(browser: Browser, notice: RwSignal<String>) -> Self {
        Self { browser, notice, progress: RwSignal::new(Progress::Idle) }
    }

    /// Whether one is under way.
    pub(crate) fn busy(self) -> bool {
        self.progress.get() != Progress::Idle
    }

    /// How far it has come, in words; empty while there is none.
    pub(crate) fn words(self) -> String {
        match self.progress.get() {
            Progress::Idle => String::new(),
            Progress::Running(number) => self.browser.fill("export_running", &[&number.to_string()]),
            Progress::Stopping => self.browser.text("export_stopping"),
        }
    }

    /// Exports everything, unless an export is under way already.
    pub(crate) fn start(self, format: Format) {
        if self.progress.get_untracked() != Progress::Idle {
            return;
        }
        self.progress.set(Progress::Running(0));
        self.notice.set(String::new());
        spawn_local(async move {
            let notice = match self.collect(format).await {
                Ok((_, 0)) => self.browser.text("export_empty"),
                Ok((text, number)) => {
                    self.offer(format, text);
                    match format {
                        Format::JsonLines => self.browser.count("export_done_one", "export_done_other", number),
                        Format::JsonLd => self.browser.count("export_codes_one", "export_codes_other", number),
                    }
                }
                Err(Ended::Stopped) => self.browser.text("export_stopped"),
                Err(Ended::Failed(message)) => self.browser.fill("export_failed", &[&message]),
            };
            self.progress.set(Progress::Idle);
            self.notice.set(notice);
        });
    }

    /// Stops the export that is under way, if one is.
    pub(crate) fn stop(self) {
        if self.progress.get_untracked() != Progress::Idle {
            self.progress.set(Progress::Stopping);
        }
    }

    fn offer(self, format: Format, text: JsString) {
        let host = self.browser.host();
        let (ending, mime) = match format {
            Format::JsonLines => ("jsonl", "application/x-ndjson"),
            Format::JsonLd => ("jsonld", "application/ld+json"),
        };
        host.save(&file_name(&host, "postil", ending), mime, text);
    }

    /// The text of the file, and how many records it holds.
    async fn collect(self, format: Format) -> Result<(JsString, usize), Ended> {
        let host = self.browser.host();
        let pieces = Array::new();
        let mut file = File::new(format);
        pieces.push(&piece(file.writer.begin())?);
        let mut after = None;
        loop {
            let answer = host.request(&Request::Records { after, limit: SLICE }).await;
            let answer = answer.map_err(|failure| Ended::Failed(failure.message))?;
            let Response::Records { records, next, .. } = answer else { break };
            if self.progress.get_untracked() == Progress::Stopping {
                return Err(Ended::Stopped);
            }
            pieces.push(&piece(file.write(&records))?);
            self.progress.set(Progress::Running(file.number));
            after = next;
            if after.is_none() {
                break;
            }
        }
        pieces.push(&piece(file.writer.finish())?);
        Ok((pieces.join(""), file.number))
    }
}

/// The name of a file that is saved today.
pub(crate) fn file_name(host: &Host, what: &str, ending: &str) -> String {
    let today: String = host.now().chars().take(10).collect();
    format!("{what}-{today}.{ending}")
}

/// A file as it grows.
struct File {
    format: Format,
    writer: Box<dyn Writer>,
    number: usize,
}

impl File {
    fn new(format: Format) -> Self {
        let whole = Redaction::default();
        let writer: Box<dyn Writer> = match format {
            Format::JsonLines => Box::new(jsonl::Writer::new(whole)),
            Format::JsonLd => Box::new(jsonld::Writer::new(whole)),
        };
        Self { format, writer, number: 0 }
    }

    fn write(&mut self, records: &[Record]) -> Result<Vec<u8>, Failed> {
        self.number += match self.format {
            Format::JsonLines => records.len(),
            Format::JsonLd => records.iter().filter(|record| record.annotation.is_some()).count(),
        };
        self.writer.push(records)
    }
}

/// A piece of a file as the browser keeps it.
fn piece(bytes: Result<Vec<u8>, Failed>) -> Result<JsValue, Ended> {
    let text = String::from_utf8(bytes.map_err(|error| Ended::Failed(error.to_string()))?);
    text.map(Into::into).map_err(|error| Ended::Failed(error.to_string()))
}
