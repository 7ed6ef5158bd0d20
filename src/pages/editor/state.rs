//! The state of the editor: the draft, what may be undone, and what the engine says of it.
//!
//! Invariants: nothing of a draft reaches the background before it is saved; every edit can be undone; a draft is kept with its
//! tab shortly after each edit, so that a page that is loaded again or dies goes on with it; the engine is asked one thing
//! after the other, and the last state of the draft is always asked about.
//! Must not touch: what makes a codebook valid, and how texts are read.

use super::examples::{self, Example, Verdict};
use super::order;
use super::place::{self, Place};
use crate::files::Files;
use crate::host::{Browser, Host};
use leptos::prelude::*;
use postil::codebook::format::Fault;
use postil::codebook::model::Codebook;
use postil::codebook::validate::Grade;
use postil::service::protocol::{CodebookFault, CodebookReading, Event, Json, Page, Request, Response, Settings};
use postil::service::{MAX_TEXT, MAX_UNITS};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

/// Edits that can be undone.
const MAX_PAST: usize = 100;
/// How long after an edit the engine is asked.
const PAUSE: Duration = Duration::from_millis(250);
/// The id under which the draft is read: its own may be that of a codebook that ships, or no id yet.
const TESTED: &str = "draft-in-the-editor";

/// What becomes of the decisions under a code that is no more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Fate {
    /// They stay as they are.
    Stay,
    /// They get this code.
    Become(String),
    /// The coder says it of each.
    Each,
}

/// What is kept of a draft with its tab.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    codebook: Codebook,
    fates: BTreeMap<String, Fate>,
}

/// What the page shows beside the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sheet {
    /// Nothing.
    None,
    /// What changed, and saving it.
    Save,
    /// What the codebook was before.
    History,
    /// What becomes of decisions.
    Migrate,
    /// What a file that was read is like.
    Imported,
}

/// How the page has come to a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// It is fetched.
    Waiting,
    /// It is named first: a new one, or the copy of this one.
    Naming(Option<Box<str>>),
    /// It is there.
    Editing,
    /// It cannot be had.
    Failed(String),
}

/// The state of the page; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Editor {
    pub(super) browser: Browser,
    pub(super) files: Files,
    pub(super) phase: RwSignal<Phase>,
    pub(super) draft: RwSignal<Codebook>,
    /// As it is kept; absent while it never was.
    pub(super) stored: RwSignal<Option<Codebook>>,
    /// Raised where the forms have to be drawn anew.
    pub(super) shape: RwSignal<u32>,
    pub(super) place: RwSignal<Place>,
    /// Place of the indicator that is unfolded.
    pub(super) unfolded: RwSignal<Option<usize>>,
    pub(super) fates: RwSignal<BTreeMap<String, Fate>>,
    pub(super) faults: RwSignal<Vec<CodebookFault>>,
    pub(super) sheet: RwSignal<Sheet>,
    /// The text to try the draft on.
    pub(super) tried: RwSignal<String>,
    /// What was read in it, or why nothing was.
    pub(super) reading: RwSignal<Option<(String, Result<CodebookReading, String>)>>,
    /// Whether the examples are held against the draft.
    pub(super) checking: RwSignal<bool>,
    pub(super) checked: RwSignal<Option<Vec<(Example, Verdict)>>>,
    /// What is to be said of the file that was read last.
    pub(super) read_faults: RwSignal<Vec<Fault>>,
    pub(super) notice: RwSignal<String>,
    past: RwSignal<Vec<Codebook>>,
    future: RwSignal<Vec<Codebook>>,
    /// The field of the edit that is under way: what is typed in one go is undone in one.
    last: StoredValue<String>,
    /// Whether the engine is asked, and whether it is to be asked again.
    asking: StoredValue<(bool, bool)>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Editor {
    pub(super) fn start(host: Host) -> Self {
        let browser = Browser::new(host);
        let empty = postil::codebook::fresh::codebook(String::new(), String::new());
        let editor = Self {
            browser,
            files: Files::new(browser),
            phase: RwSignal::new(Phase::Waiting),
            draft: RwSignal::new(empty),
            stored: RwSignal::new(None),
            shape: RwSignal::new(0),
            place: RwSignal::new(Place::Book),
            unfolded: RwSignal::new(None),
            fates: RwSignal::new(BTreeMap::new()),
            faults: RwSignal::new(Vec::new()),
            sheet: RwSignal::new(Sheet::None),
            tried: RwSignal::new(String::new()),
            reading: RwSignal::new(None),
            checking: RwSignal::new(false),
            checked: RwSignal::new(None),
            read_faults: RwSignal::new(Vec::new()),
            notice: RwSignal::new(String::new()),
            past: RwSignal::new(Vec::new()),
            future: RwSignal::new(Vec::new()),
            last: StoredValue::new(String::new()),
            asking: StoredValue::new((false, false)),
            timer: StoredValue::new(None),
        };
        browser.host().on_event(move |event| match (event, editor.phase.get_untracked()) {
            (Event::Changed { .. }, Phase::Editing) => editor.compare(),
            // What could not be had may be there now.
            (Event::Changed { .. } | Event::Vault { .. }, Phase::Failed(_)) => editor.look(),
            _ => {}
        });
        editor.look();
        editor
    }

    fn look(self) {
        spawn_local(async move {
            if let Err(message) = self.load().await {
                self.phase.set(Phase::Failed(message));
            }
        });
    }

    /// Takes note of what is kept now: another window may have kept something else, or have opened another project.
    fn compare(self) {
        let id = self.draft.with_untracked(|draft| draft.id.clone());
        spawn_local(async move {
            // Where it cannot be had, it is not there.
            let stored = self.fetched(&id).await.ok();
            if self.stored.get_untracked() != stored {
                self.stored.set(stored);
            }
        });
    }

    /// Goes on with the draft of this tab, or takes the codebook that the address names.
    async fn load(self) -> Result<(), String> {
        let host = self.browser.host();
        let id = host.edited();
        let kept = serde_json::from_str::<Kept>(&host.draft()).ok().filter(|kept| kept.codebook.id == id);
        let answer = host.request(&Request::Codebooks).await.map_err(|failure| failure.message)?;
        let Response::Codebooks { codebooks, offers, .. } = answer else { return Ok(()) };
        let offers = offers.read().unwrap_or_default();
        let card = codebooks.iter().find(|card| card.codebook.id == id);
        let own = card.is_some_and(|card| card.own);
        let ships = card.is_some() && !own || offers.iter().any(|offer| offer.codebook.id == id);
        if own {
            self.stored.set(Some(self.fetched(&id).await?));
        }
        match (kept, self.stored.get_untracked()) {
            (Some(kept), stored) => {
                let restored = stored.as_ref() != Some(&kept.codebook);
                self.fates.set(kept.fates);
                self.begin(kept.codebook);
                if restored {
                    self.notice.set(self.text("editor_restored"));
                }
            }
            (None, Some(stored)) => self.begin(stored),
            (None, None) if ships => self.phase.set(Phase::Naming(Some(id.into()))),
            (None, None) if id.is_empty() => self.phase.set(Phase::Naming(None)),
            (None, None) => return Err(self.browser.fill("editor_unknown", &[&id])),
        }
        Ok(())
    }

    /// A codebook at hand.
    pub(super) async fn fetched(self, id: &str) -> Result<Codebook, String> {
        let request = Request::Codebook { id: id.to_owned() };
        match self.browser.host().request(&request).await.map_err(|failure| failure.message)? {
            Response::Codebook { codebook } => serde_json::from_value(codebook).map_err(|error| error.to_string()),
            _ => Err(String::new()),
        }
    }

    /// Goes on with a draft.
    pub(super) fn begin(self, codebook: Codebook) {
        self.browser.host().set_edited(&codebook.id);
        self.draft.set(codebook);
        self.phase.set(Phase::Editing);
        self.shape.update(|shape| *shape += 1);
        self.touched();
    }

    pub(super) fn text(self, key: &str) -> String {
        self.browser.text(key)
    }

    /// Whether the draft says something else than what is kept.
    pub(super) fn changed(self) -> bool {
        self.stored.with(|stored| self.draft.with(|draft| stored.as_ref() != Some(draft)))
    }

    /// Changes a field in place. What follows in the same field is undone with it.
    pub(super) fn edit(self, path: &str, change: impl FnOnce(&mut Codebook)) {
        if self.last.with_value(|last| last != path) {
            self.remember();
            self.last.set_value(path.to_owned());
        }
        self.draft.update(change);
        self.touched();
    }

    /// Changes what the forms consist of.
    pub(super) fn reshape(self, change: impl FnOnce(&mut Codebook)) {
        self.remember();
        self.last.set_value(String::new());
        self.draft.update(change);
        self.redraw();
    }

    fn remember(self) {
        let now = self.draft.get_untracked();
        self.past.update(|past| {
            if past.len() == MAX_PAST {
                past.remove(0);
            }
            past.push(now);
        });
        self.future.update(Vec::clear);
    }

    fn redraw(self) {
        let codes = self.draft.with_untracked(|draft| draft.codes.len());
        if matches!(self.place.get_untracked(), Place::Code(code) if code >= codes) {
            self.place.set(Place::Book);
        }
        self.shape.update(|shape| *shape += 1);
        self.touched();
    }

    /// Whether something can be undone, or done again.
    pub(super) fn can(self, again: bool) -> bool {
        if again { self.future.with(|all| !all.is_empty()) } else { self.past.with(|all| !all.is_empty()) }
    }

    /// Takes the last edit back, or does it again.
    pub(super) fn turn(self, again: bool) {
        let (from, to) = if again { (self.future, self.past) } else { (self.past, self.future) };
        let mut there = None;
        from.update(|all| there = all.pop());
        let Some(there) = there else { return };
        to.update(|all| all.push(self.draft.get_untracked()));
        self.last.set_value(String::new());
        self.draft.set(there);
        self.redraw();
    }

    /// Shows another part of the codebook.
    pub(super) fn go(self, place: Place) {
        if self.place.get_untracked() != place {
            self.unfolded.set(None);
            self.place.set(place);
        }
    }

    /// Shows a field and puts the focus into it, or into the nearest thing around it.
    pub(super) fn jump(self, path: &str) {
        self.go(Place::of(path));
        if let Some(indicator) = place::index(path, "indicator") {
            self.unfolded.set(Some(indicator));
        }
        let ids: Vec<String> = place::outwards(path).map(place::id).collect();
        // Once the form is there.
        request_animation_frame(move || focus_first(&ids));
    }

    /// Gives a code another id; decisions under the one that is kept are to follow.
    pub(super) fn rename(self, from: &str, to: &str) {
        let known = self.stored.with_untracked(|stored| {
            stored.as_ref().is_some_and(|stored| stored.codes.iter().any(|code| code.id == from))
        });
        self.fates.update(|fates| {
            for fate in fates.values_mut().filter(|fate| **fate == Fate::Become(from.to_owned())) {
                *fate = Fate::Become(to.to_owned());
            }
            if known {
                fates.insert(from.to_owned(), Fate::Become(to.to_owned()));
            }
            fates.remove(to);
        });
        self.reshape(|draft| order::rename(draft, from, to));
    }

    /// Sees to the draft once the coder pauses.
    pub(super) fn touched(self) {
        if let Some(timer) = self.timer.get_value() {
            timer.clear();
        }
        let timer = set_timeout_with_handle(move || self.settle(), PAUSE);
        self.timer.set_value(timer.ok());
    }

    fn settle(self) {
        self.keep();
        // What is typed after a pause is undone by itself.
        self.last.set_value(String::new());
        let (busy, _) = self.asking.get_value();
        self.asking.set_value((true, busy));
        if busy {
            return;
        }
        spawn_local(async move {
            loop {
                let done = self.ask().await;
                if let Err(message) = done {
                    self.notice.set(message);
                }
                if !self.asking.get_value().1 {
                    return self.asking.set_value((false, false));
                }
                self.asking.set_value((true, false));
            }
        });
    }

    /// Keeps the draft with its tab; none where there is nothing that is not kept otherwise.
    pub(super) fn keep(self) {
        if self.phase.get_untracked() != Phase::Editing {
            return;
        }
        let kept = Kept { codebook: self.draft.get_untracked(), fates: self.fates.get_untracked() };
        let kept = serde_json::to_string(&kept).unwrap_or_default();
        if !self.browser.host().keep_draft(&kept) {
            self.notice.set(self.text("editor_not_kept"));
        }
    }

    /// What is wrong with the draft, and if it can be used, what it finds.
    async fn ask(self) -> Result<(), String> {
        let host = self.browser.host();
        let draft = self.draft.get_untracked();
        let codebook = Json::of(&draft);
        let answer = host.test(&Request::CheckCodebook { codebook }).await.map_err(|failure| failure.message)?;
        let Response::Checked { faults } = answer else { return Ok(()) };
        let usable = faults.iter().all(|fault| fault.grade != Grade::Problem || fault.field == "id");
        self.faults.set(faults);
        if !usable {
            let why = self.text("editor_try_mend");
            self.reading.set(Some((self.tried.get_untracked(), Err(why))));
            self.checked.set(None);
            return Ok(());
        }
        let tested = Codebook { id: TESTED.into(), ..draft.clone() };
        let codebook = Json::of(&tested);
        let added = host.test(&Request::AddCodebook { codebook }).await;
        let Response::Codebooks { codebooks, .. } = added.map_err(|failure| failure.message)? else { return Ok(()) };
        // The draft alone is tried.
        let others = codebooks.into_iter().filter(|card| card.active && card.codebook.id != TESTED);
        let others: Vec<String> = others.map(|card| card.codebook.id).collect();
        if !others.is_empty() {
            let settings = Settings { codebooks_off: others, ..Settings::default() };
            host.test(&Request::SetSettings { settings: settings.into() }).await.map_err(|failure| failure.message)?;
        }
        let text = self.tried.get_untracked();
        let read = self.read(vec![text.clone()]).await?.pop();
        self.reading.set(read.map(|reading| (text, Ok(reading))));
        if self.checking.get_untracked() {
            self.check(&draft).await?;
        }
        Ok(())
    }

    async fn check(self, draft: &Codebook) -> Result<(), String> {
        let all = examples::examples(draft);
        let mut checked = Vec::with_capacity(all.len());
        for slice in all.chunks(MAX_UNITS) {
            let texts = slice.iter().map(|example| example.text.clone()).collect();
            let readings = self.read(texts).await?;
            let verdicts = slice
                .iter()
                .zip(&readings)
                .filter_map(|(example, reading)| Some((example.clone(), examples::verdict(draft, example, reading)?)));
            checked.extend(verdicts);
        }
        self.checked.set(Some(checked));
        Ok(())
    }

    /// What the draft finds in texts.
    async fn read(self, units: Vec<String>) -> Result<Vec<CodebookReading>, String> {
        if units.iter().any(|unit| unit.len() > MAX_TEXT) {
            return Err(self.text("editor_try_long"));
        }
        let page = Page { url: "about:blank".into(), title: String::new() };
        let answer = self.browser.host().test(&Request::Read { images: vec![], page, units }).await;
        let Response::Readings { readings, .. } = answer.map_err(|failure| failure.message)? else {
            return Ok(Vec::new());
        };
        let of_draft = |results: Vec<CodebookReading>| results.into_iter().find(|it| it.codebook.id == TESTED);
        Ok(readings.into_iter().filter_map(|reading| of_draft(reading.results)).collect())
    }
}

/// Puts the focus on the first of these elements that is there, and into view.
fn focus_first(ids: &[String]) {
    use wasm_bindgen::JsCast;
    let found = ids.iter().find_map(|id| document().get_element_by_id(id));
    if let Some(element) = found.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
        // An element that has gone since is no loss.
        let _ = element.focus();
    }
}
