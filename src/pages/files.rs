//! Files that leave and come, one at a time, for whichever page asks.
//!
//! Invariants: a task runs in a worker, so that no page waits; it is stopped or comes to its end before another begins; the file
//! of a task that failed is offered to nobody.
//! Must not touch: what a task does (`postil::archive`).

use crate::host::{Browser, on_the_way};
use leptos::prelude::*;
use postil::exchange::task::{Outcome, Task};
use postil::service::protocol::Failure;
use wasm_bindgen::JsCast;
use web_sys::{Blob, Event, File, HtmlInputElement};

/// How far a task has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// None under way.
    Idle,
    /// Under way, with the number of records or entries so far.
    Running(usize),
    /// To end at once.
    Stopping,
}

/// The file that the coder chose in a field, which takes the same file again.
pub(crate) fn chosen(event: &Event) -> Option<File> {
    let input = event.target()?.dyn_into::<HtmlInputElement>().ok()?;
    let file = input.files().and_then(|files| files.item(0));
    input.set_value("");
    file
}

/// Why nothing came of a task.
pub(crate) enum Ended {
    /// The coder stopped it.
    Stopped,
    /// It failed.
    Failed(Failure),
}

/// The files of a page; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Files {
    browser: Browser,
    progress: RwSignal<Progress>,
}

impl Files {
    pub(crate) fn new(browser: Browser) -> Self {
        Self { browser, progress: RwSignal::new(Progress::Idle) }
    }

    /// Whether a task is under way.
    pub(crate) fn busy(self) -> bool {
        self.progress.get() != Progress::Idle
    }

    /// How far it has come, in words; empty while there is none.
    pub(crate) fn words(self) -> String {
        match self.progress.get() {
            Progress::Idle => String::new(),
            Progress::Running(0) => self.browser.text("export_starting"),
            Progress::Running(number) => self.browser.fill("export_running", &[&number.to_string()]),
            Progress::Stopping => self.browser.text("export_stopping"),
        }
    }

    /// Stops the task that is under way, if one is.
    pub(crate) fn stop(self) {
        if self.progress.get_untracked() != Progress::Idle {
            self.progress.set(Progress::Stopping);
            self.browser.host().stop_task();
        }
    }

    /// Carries out a task, with the file that it reads; gives what came of it, and the file that it wrote. None if another
    /// task is under way.
    pub(crate) async fn carry_out(self, task: Task, file: Option<File>) -> Option<Result<(Outcome, Blob), Ended>> {
        if self.progress.get_untracked() != Progress::Idle {
            return None;
        }
        self.progress.set(Progress::Running(0));
        let progress = self.progress;
        let told = move |done| {
            progress.update(|progress| {
                if let Progress::Running(number) = progress {
                    *number = done;
                }
            });
        };
        let done = self.browser.host().task(&task, file.as_ref(), told).await;
        self.progress.set(Progress::Idle);
        Some(match done {
            Ok(Some((Ok(outcome), file))) => Ok((outcome, file)),
            Ok(Some((Err(failure), _))) => Err(Ended::Failed(failure)),
            Ok(None) => Err(Ended::Stopped),
            Err(error) => Err(Ended::Failed(on_the_way(error))),
        })
    }
}
