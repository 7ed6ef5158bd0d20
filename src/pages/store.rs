//! The state of the panel, in one place, and what happens to it.
//!
//! Invariants: units are mirrored from the content script and never changed here; each unit has signals of its own, so that
//! news about one redraws one; a decision keeps its id from the first attempt to the last, and stays until it is stored.
//! Must not touch: how anything looks.

use crate::codebooks::Codebooks;
use crate::decisions::{Kept, Progress, Sent, Standing, Standings, missing, overruled, standings};
use crate::grouping::{Counts, Facts, Filter, Item, counts, items};
use crate::host::Host;
use crate::texts::Texts;
use leptos::prelude::*;
use postil::annotation::LogEntry;
use postil::service::protocol::{
    Action, CodebookReading, Decision, Event, Mark, Page, Proposal, Request, Response, UnitKind,
};
use postil::service::tab::{ShownUnit, TabEvent, TabRequest};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// What a unit shows, apart from the decisions on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    /// What it is.
    pub(crate) kind: UnitKind,
    /// Author as shown on the page.
    pub(crate) author: Option<String>,
    /// Whole text.
    pub(crate) text: String,
    /// Readings, one per codebook; absent while it waits.
    pub(crate) results: Option<Vec<Arc<CodebookReading>>>,
}

/// A unit of the page.
#[derive(Clone)]
pub(crate) struct Unit {
    /// Id within the tab.
    pub(crate) id: String,
    /// What it shows.
    pub(crate) content: ArcRwSignal<Arc<Content>>,
    /// Whether it is the one that keys act on.
    pub(crate) current: ArcRwSignal<bool>,
    marks: ArcRwSignal<Vec<Mark>>,
    sent: ArcRwSignal<Vec<Sent>>,
    /// Shared with the cards: the address may change under a unit that stays.
    page: ArcRwSignal<Arc<Page>>,
}

impl Unit {
    /// What stands for the unit.
    pub(crate) fn standings(&self) -> Standings {
        self.sent.with(|sent| self.marks.with(|marks| standings(marks, sent.iter())))
    }

    fn facts(&self) -> Facts {
        let content = self.content.get_untracked();
        let Some(results) = &content.results else { return Facts::default() };
        let standings = untrack(|| self.standings());
        let open = results.iter().any(|result| {
            let standing = standings.get(&result.codebook.id);
            standing.is_none_or(|standing| !standing.says_none())
                && result.codes.iter().any(|code| standing.is_none_or(|it| !it.settles(&code.code)))
        });
        let coded = standings.values().any(|standing| standing.codes.keys().any(|code| standing.settles(code)));
        let suggested = results.iter().any(|result| !result.findings.is_empty() || !result.codes.is_empty());
        let spoken = coded || standings.values().any(Standing::says_none);
        Facts { read: true, found: suggested || coded, open, decided: spoken && !open }
    }
}

/// One frame of the tab.
struct Frame {
    key: String,
    page: Arc<Page>,
    order: Vec<String>,
    complete: bool,
}

/// The tab as the content script shows it.
#[derive(Default)]
struct Mirror {
    frames: Vec<Frame>,
    units: HashMap<String, Unit>,
}

impl Mirror {
    /// Whether what is mirrored is not the page at the top of the tab.
    fn is_of_another(&self, page: &Page) -> bool {
        let mut top = self.frames.iter().filter(|frame| frame.key.is_empty());
        top.any(|frame| bare(&frame.page.url) != bare(&page.url))
    }

    fn in_order(&self) -> impl Iterator<Item = &Unit> {
        self.frames.iter().flat_map(|frame| &frame.order).filter_map(|id| self.units.get(id))
    }
}

/// Whether there is a page to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Presence {
    /// Nothing heard yet.
    Unknown,
    /// No content script answers.
    Absent,
    /// Units have come.
    Present,
}

/// How far an export has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Export {
    /// None under way.
    Idle,
    /// Under way, with the number of records so far.
    Running(usize),
}

/// The state of the panel; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    host: StoredValue<Host, LocalStorage>,
    mirror: StoredValue<Mirror>,
    /// Raised whenever the list of units, or a fact about one, changes.
    revision: RwSignal<u32>,
    /// Raised whenever the page is forgotten: the next one may use the same ids for other units.
    pub(crate) page: RwSignal<u32>,
    outbox: RwSignal<Vec<Sent>>,
    log: RwSignal<Vec<Kept>>,
    current: RwSignal<Option<String>>,
    /// The active codebooks.
    pub(crate) codebooks: RwSignal<Arc<Codebooks>>,
    /// Why the codebooks could not be had.
    pub(crate) codebooks_failure: RwSignal<Option<String>>,
    /// Whether there is a page to show.
    pub(crate) presence: RwSignal<Presence>,
    /// Whether every unit of the page has been read.
    pub(crate) complete: RwSignal<bool>,
    /// Which units to show.
    pub(crate) filter: RwSignal<Filter>,
    /// Runs of quiet units that are shown unit by unit, by the id of their first.
    pub(crate) unfolded: RwSignal<HashSet<String>>,
    /// The last thing that happened, in words.
    pub(crate) notice: RwSignal<String>,
    /// The export.
    pub(crate) export: RwSignal<Export>,
}

impl Store {
    /// Begins to follow the active tab and the service.
    pub(crate) fn start(host: Host) -> Self {
        let store = Self {
            host: StoredValue::new_local(host.clone()),
            mirror: StoredValue::new(Mirror::default()),
            revision: RwSignal::new(0),
            page: RwSignal::new(0),
            outbox: RwSignal::new(Vec::new()),
            log: RwSignal::new(Vec::new()),
            current: RwSignal::new(None),
            codebooks: RwSignal::new(Arc::default()),
            codebooks_failure: RwSignal::new(None),
            presence: RwSignal::new(Presence::Unknown),
            complete: RwSignal::new(false),
            filter: RwSignal::new(Filter::All),
            unfolded: RwSignal::new(HashSet::new()),
            notice: RwSignal::new(String::new()),
            export: RwSignal::new(Export::Idle),
        };
        host.on_event(move |event| match event {
            Event::Decided { url } => store.heard_decided(&url),
            Event::Changed { .. } => store.load_codebooks(),
        });
        host.watch_tab(move |event| store.heard(event));
        store.load_codebooks();
        store
    }

    /// The browser.
    pub(crate) fn host(&self) -> Host {
        self.host.get_value()
    }

    /// The words of the catalogue.
    pub(crate) fn texts(&self) -> Texts {
        Texts(self.host)
    }

    /// A message of the catalogue.
    pub(crate) fn text(&self, key: &str) -> String {
        self.host.with_value(|host| host.text(key))
    }

    /// A message of the catalogue, with its placeholders filled.
    pub(crate) fn fill(&self, key: &str, args: &[&str]) -> String {
        self.host.with_value(|host| host.fill(key, args))
    }

    /// A message about a number of things.
    pub(crate) fn count(&self, one: &str, other: &str, number: usize) -> String {
        self.host.with_value(|host| host.count(one, other, number))
    }

    /// Asks for the codebooks, again if need be.
    pub(crate) fn load_codebooks(self) {
        let host = self.host();
        self.codebooks_failure.set(None);
        spawn_local(async move {
            match host.request(&Request::Codebooks).await {
                Ok(Response::Codebooks { codebooks, .. }) => self.codebooks.set(Arc::new(Codebooks(codebooks))),
                Ok(_) => {}
                Err(failure) => self.codebooks_failure.set(Some(failure.message)),
            }
        });
    }

    // The tab.

    fn heard(self, event: TabEvent) {
        match event {
            TabEvent::Absent => {
                self.forget();
                self.presence.set(Presence::Absent);
                self.changed();
            }
            TabEvent::Current { unit } => {
                if self.visible().contains(&unit) {
                    self.select(&unit);
                    crate::panel::scroll_to(&unit);
                }
            }
            TabEvent::Selected { unit, .. } => self.select(&unit),
            TabEvent::Units { page, frame, order, changed, complete } => {
                self.heard_units(page, frame, order, changed, complete);
            }
        }
    }

    /// Forgets the page; decisions on their way stay.
    fn forget(self) {
        self.page.update(|page| *page = page.wrapping_add(1));
        self.notice.set(String::new());
        self.mirror.set_value(Mirror::default());
        self.log.set(Vec::new());
        self.current.set(None);
        self.unfolded.update(HashSet::clear);
        self.complete.set(false);
        crate::panel::scroll_to_top();
    }

    fn heard_units(self, page: Page, key: String, order: Vec<String>, changed: Vec<ShownUnit>, complete: bool) {
        // Another page: another tab, or one that changed its address and kept some of its units. What is kept comes again.
        let elsewhere = key.is_empty() && self.mirror.with_value(|mirror| mirror.is_of_another(&page));
        if elsewhere {
            self.forget();
            self.host().tab(&TabRequest::Watch);
        }
        let mut moved = elsewhere;
        let mut found = Vec::new();
        self.mirror.update_value(|mirror| {
            let page = Arc::new(page);
            let place = mirror.frames.iter().position(|frame| frame.key == key).unwrap_or_else(|| {
                let frame = Frame { key: key.clone(), page: page.clone(), order: Vec::new(), complete: false };
                // The top frame's units come first.
                let place = if key.is_empty() { 0 } else { mirror.frames.len() };
                mirror.frames.insert(place, frame);
                place
            });
            let frame = &mut mirror.frames[place];
            if frame.page.url != page.url || frame.order.is_empty() {
                moved = true;
            }
            let gone = std::mem::replace(&mut frame.order, order);
            let renamed = frame.page != page;
            frame.page = page.clone();
            moved |= complete && !frame.complete;
            frame.complete = complete;
            let staying: HashSet<&String> = frame.order.iter().collect();
            for id in gone.iter().filter(|id| !staying.contains(id)) {
                mirror.units.remove(id);
            }
            if renamed {
                let staying = frame.order.iter().filter_map(|id| mirror.units.get(id));
                staying.for_each(|unit| unit.page.set(page.clone()));
            }
            for shown in changed {
                found.extend(shown.reading.iter().flat_map(|reading| &reading.marks).map(|mark| mark.decision.clone()));
                let id = shown.id.clone();
                match mirror.units.get(&id) {
                    Some(unit) => renew(unit, shown, &page),
                    None => {
                        mirror.units.insert(id, new(shown, &page));
                    }
                }
            }
        });
        if self.presence.get_untracked() != Presence::Present {
            // What was said while nothing was read holds no longer.
            self.notice.set(String::new());
            self.presence.set(Presence::Present);
        }
        self.complete.set(self.mirror.with_value(|mirror| mirror.frames.iter().all(|frame| frame.complete)));
        let done = |sent: &Sent| sent.progress == Progress::Stored && found.contains(&sent.decision.id);
        if self.outbox.with_untracked(|outbox| outbox.iter().any(done)) {
            self.outbox.update(|outbox| outbox.retain(|sent| !done(sent)));
        }
        self.deliver();
        self.changed();
        if moved {
            self.load_log();
        }
    }

    /// Lets what was derived from the mirror be derived again.
    fn changed(self) {
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Gives every unit its decisions on their way.
    fn deliver(self) {
        let outbox = self.outbox.get_untracked();
        self.mirror.with_value(|mirror| {
            for unit in mirror.units.values() {
                let idle = unit.sent.with_untracked(Vec::is_empty);
                if outbox.is_empty() && idle {
                    continue;
                }
                let mine: Vec<Sent> = outbox
                    .iter()
                    .filter(|sent| sent.unit == unit.id)
                    .filter(|sent| unit.page.with_untracked(|page| sent.decision.page.url == page.url))
                    .filter(|sent| unit.content.with_untracked(|content| content.text == sent.decision.text))
                    .cloned()
                    .collect();
                if unit.sent.with_untracked(|sent| *sent != mine) {
                    unit.sent.set(mine);
                }
            }
        });
    }

    /// A unit by its id.
    pub(crate) fn unit(&self, id: &str) -> Option<Unit> {
        self.mirror.with_value(|mirror| mirror.units.get(id).cloned())
    }

    /// The lines of the list.
    pub(crate) fn items(&self) -> Vec<Item> {
        self.revision.track();
        let filter = self.filter.get();
        let keep = if filter == Filter::All { None } else { self.current.get() };
        self.unfolded.with(|unfolded| {
            self.mirror.with_value(|mirror| {
                let units = mirror.in_order().map(|unit| (unit.id.as_str(), unit.facts()));
                items(units, filter, unfolded, keep.as_deref())
            })
        })
    }

    /// Numbers for the header.
    pub(crate) fn counts(&self) -> Counts {
        self.revision.track();
        self.mirror.with_value(|mirror| counts(mirror.in_order().map(Unit::facts)))
    }

    /// Decisions about this page that are not found on it; none while there is more to read.
    pub(crate) fn missing(&self) -> Vec<Kept> {
        self.revision.track();
        if !self.complete.get() {
            return Vec::new();
        }
        self.log.with(|log| {
            self.mirror.with_value(|mirror| {
                let marks: Vec<Vec<Mark>> = mirror.in_order().map(|unit| unit.marks.get_untracked()).collect();
                let sent: Vec<Vec<Sent>> = mirror.in_order().map(|unit| unit.sent.get_untracked()).collect();
                let found = marks.iter().flatten().map(|mark| mark.decision.as_str());
                let found = found.chain(sent.iter().flatten().map(|sent| sent.decision.id.as_str())).collect();
                missing(log, &found)
            })
        })
    }

    // The unit that keys act on.

    fn visible(&self) -> Vec<String> {
        untrack(|| self.items())
            .into_iter()
            .filter_map(|item| match item {
                Item::Unit(id) => Some(id),
                Item::Quiet { .. } => None,
            })
            .collect()
    }

    /// The unit that keys act on.
    pub(crate) fn current(&self) -> Option<Unit> {
        self.unit(&self.current.get_untracked()?)
    }

    /// Makes a unit the one that keys act on.
    pub(crate) fn select(self, id: &str) {
        if self.current.with_untracked(|current| current.as_deref() == Some(id)) {
            return;
        }
        if let Some(unit) = self.current() {
            unit.current.set(false);
        }
        if let Some(unit) = self.unit(id) {
            unit.current.set(true);
            self.current.set(Some(id.to_owned()));
        }
    }

    /// Sees to it that one unit of the list can be reached with the keyboard.
    pub(crate) fn select_something(self, items: &[Item]) {
        let mut units = items.iter().filter_map(|item| match item {
            Item::Unit(id) => Some(id),
            Item::Quiet { .. } => None,
        });
        let current = self.current.get_untracked();
        let Some(first) = units.clone().next() else { return };
        if !current.is_some_and(|current| units.any(|id| *id == current)) {
            self.select(first);
        }
    }

    /// Selects the next or previous unit of the list, and says which it is.
    pub(crate) fn step(self, forward: bool) -> Option<String> {
        let visible = self.visible();
        let place = self.current.with_untracked(|current| {
            let current = current.as_deref()?;
            visible.iter().position(|id| id == current)
        });
        let next = match (place, forward) {
            (None, _) => 0,
            (Some(place), true) => (place + 1).min(visible.len().saturating_sub(1)),
            (Some(place), false) => place.saturating_sub(1),
        };
        let id = visible.into_iter().nth(next)?;
        self.select(&id);
        Some(id)
    }

    /// Chooses which units to show, and begins with the first of them.
    pub(crate) fn show(self, filter: Filter) {
        if let Some(unit) = self.current() {
            unit.current.set(false);
        }
        self.current.set(None);
        self.filter.set(filter);
    }

    /// Shows a unit, or a span of it, on its page.
    pub(crate) fn reveal(self, unit: &str, span: Option<[u32; 2]>) {
        self.host().tab(&TabRequest::Reveal { unit: unit.to_owned(), span });
    }

    // Decisions.

    /// Decides about a unit. What stands already is not decided twice.
    pub(crate) fn decide(self, unit: &Unit, codebook: &str, action: Action, code: Option<&str>) {
        let content = unit.content.get_untracked();
        let results = content.results.as_deref().unwrap_or_default();
        let Some(result) = results.iter().find(|result| result.codebook.id == codebook) else { return };
        let standings = untrack(|| unit.standings());
        let standing = standings.get(codebook);
        let stands = match code {
            None => standing.and_then(|standing| standing.none),
            Some(code) => standing
                .and_then(|standing| standing.codes.get(code))
                .and_then(|(stands, progress)| (*stands == action).then_some(*progress)),
        };
        match stands {
            Some(Progress::Failed) => return self.retry(),
            Some(_) => return,
            None => {}
        }
        let host = self.host();
        let decision = Decision {
            id: host.uuid(),
            at: host.now(),
            page: (*unit.page.get_untracked()).clone(),
            text: content.text.clone(),
            kind: content.kind,
            action,
            codebook: result.codebook.clone(),
            code: code.map(str::to_owned),
            span: code.and_then(|code| passage(result, code)),
            stance: None,
            tier: None,
            memo: None,
            revises: None,
            proposed: Some(Proposal {
                code: code.map(str::to_owned),
                probability: result.codes.iter().find(|it| Some(&*it.code) == code).map(|it| it.probability),
                stance: result.stance.clone(),
                tier: result.tier,
                support: result.support,
            }),
        };
        let sent =
            Sent { unit: unit.id.clone(), decision: Arc::new(decision), progress: Progress::Saving, failure: None };
        self.outbox.update(|outbox| {
            // A later word on the same thing makes an earlier one that was never stored pointless.
            outbox.retain(|earlier| earlier.progress != Progress::Failed || !overrules(&sent, earlier));
            outbox.push(sent.clone());
        });
        self.send(sent.decision);
    }

    /// Decides about the first thing on the current unit that waits for the coder's word.
    pub(crate) fn decide_first(self, action: Action) {
        let Some(unit) = self.current() else { return };
        let content = unit.content.get_untracked();
        let standings = untrack(|| unit.standings());
        let results = content.results.as_deref().unwrap_or_default();
        let standing = |result: &CodebookReading| standings.get(&result.codebook.id);
        let unspoken = |result: &&Arc<CodebookReading>| standing(result).is_none_or(|it| !it.says_none());
        let waiting = |result: &CodebookReading| {
            let mut codes = result.codes.iter().map(|code| &code.code);
            codes.find(|code| standing(result).is_none_or(|it| !it.settles(code))).cloned()
        };
        let mut open = results.iter().filter(unspoken).filter_map(|result| Some((result, waiting(result)?)));
        match (action, open.next()) {
            (Action::NoneApplies, first) => {
                let result = first.map(|(result, _)| result).or_else(|| results.iter().find(unspoken));
                match result {
                    Some(result) => self.decide(&unit, &result.codebook.id, action, None),
                    None => self.notice.set(self.text("panel_nothing_open")),
                }
            }
            (_, Some((result, code))) => self.decide(&unit, &result.codebook.id, action, Some(&code)),
            (_, None) => self.notice.set(self.text("panel_nothing_open")),
        }
    }

    /// What was decided, in a few words.
    pub(crate) fn decided(&self, action: Action, codebook: &str, code: Option<&str>) -> String {
        let label = code.map(|code| self.codebooks.with_untracked(|codebooks| codebooks.code_label(codebook, code)));
        let label = label.unwrap_or_default();
        match action {
            Action::Accepted => self.fill("panel_did_accept", &[&label]),
            Action::Rejected => self.fill("panel_did_reject", &[&label]),
            Action::NoneApplies => self.text("panel_none_applies"),
            Action::Assigned => self.fill("panel_did_assign", &[&label]),
            Action::Edited => self.fill("panel_did_edit", &[&label]),
            Action::Withdrawn => self.text("panel_did_withdraw"),
        }
    }

    /// Sends again whatever could not be stored.
    pub(crate) fn retry(self) {
        let failed: Vec<Arc<Decision>> = self.outbox.with_untracked(|outbox| {
            let failed = outbox.iter().filter(|sent| sent.progress == Progress::Failed);
            failed.map(|sent| sent.decision.clone()).collect()
        });
        for decision in failed {
            self.progress(&decision.id, Progress::Saving, None);
            self.send(decision);
        }
    }

    /// Decisions that could not be stored, on this page or another.
    pub(crate) fn failed(&self) -> Vec<Sent> {
        self.outbox.with(|outbox| outbox.iter().filter(|sent| sent.progress == Progress::Failed).cloned().collect())
    }

    fn send(self, decision: Arc<Decision>) {
        self.deliver();
        self.changed();
        let host = self.host();
        spawn_local(async move {
            let id = decision.id.clone();
            let request = Request::Decide { decision: Box::new((*decision).clone()) };
            let decided = self.decided(decision.action, &decision.codebook.id, decision.code.as_deref());
            match host.request(&request).await {
                Ok(_) => {
                    self.notice.set(self.fill("panel_stored", &[&decided]));
                    self.progress(&id, Progress::Stored, None);
                }
                Err(failure) => {
                    self.notice.set(self.fill("panel_not_stored", &[&decided, &failure.message]));
                    self.progress(&id, Progress::Failed, Some(failure.message));
                }
            }
        });
    }

    fn progress(self, id: &str, progress: Progress, failure: Option<String>) {
        self.outbox.update(|outbox| {
            if let Some(sent) = outbox.iter_mut().find(|sent| sent.decision.id == id) {
                sent.progress = progress;
                sent.failure = failure;
            }
        });
        self.deliver();
        self.changed();
    }

    fn heard_decided(self, url: &str) {
        let ours = self.mirror.with_value(|mirror| mirror.frames.iter().any(|frame| bare(&frame.page.url) == url));
        if ours {
            self.load_log();
        }
    }

    /// Asks for every decision about the pages in this tab.
    fn load_log(self) {
        let host = self.host();
        let urls = self.urls();
        spawn_local(async move {
            let mut log = Vec::new();
            for url in &urls {
                match host.request(&Request::PageDecisions { url: url.clone() }).await {
                    Ok(Response::PageDecisions { decisions }) => log.extend(decisions.into_iter().map(kept)),
                    Ok(_) => {}
                    Err(failure) => self.notice.set(failure.message),
                }
            }
            // The tab may have moved on meanwhile.
            if self.urls() == urls {
                self.release(&log);
                self.log.set(log);
            }
        });
    }

    /// Lets go of stored decisions that another face has overruled since: the page shows the later word.
    fn release(self, log: &[Kept]) {
        let gone = |sent: &Sent| sent.progress == Progress::Stored && overruled(log, &sent.decision);
        if self.outbox.with_untracked(|outbox| outbox.iter().any(gone)) {
            self.outbox.update(|outbox| outbox.retain(|sent| !gone(sent)));
            self.deliver();
            self.changed();
        }
    }

    fn urls(&self) -> Vec<String> {
        self.mirror.with_value(|mirror| {
            let mut urls: Vec<String> = mirror.frames.iter().map(|frame| bare(&frame.page.url).to_owned()).collect();
            urls.sort_unstable();
            urls.dedup();
            urls
        })
    }
}

/// An address without its fragment.
fn bare(url: &str) -> &str {
    url.split_once('#').map_or(url, |(bare, _)| bare)
}

/// Whether `later` leaves nothing of `earlier`: a second word on a code, or none applies against an accepted code.
fn overrules(later: &Sent, earlier: &Sent) -> bool {
    let (unit, later, earlier) = (later.unit == earlier.unit, &*later.decision, &*earlier.decision);
    let actions = (later.action, earlier.action);
    unit && later.page == earlier.page
        && later.codebook.id == earlier.codebook.id
        && (later.code == earlier.code
            || matches!(actions, (Action::NoneApplies, Action::Accepted) | (Action::Accepted, Action::NoneApplies)))
}

/// The passage that speaks for a code: from its first finding to its last.
fn passage(result: &CodebookReading, code: &str) -> Option<[u32; 2]> {
    let findings = || result.findings.iter().filter(|finding| finding.code == code);
    let start = findings().map(|finding| finding.start).min()?;
    let end = findings().map(|finding| finding.end).max()?;
    Some([start, end])
}

fn new(shown: ShownUnit, page: &Arc<Page>) -> Unit {
    let (id, content, marks) = split(shown);
    Unit {
        id,
        content: ArcRwSignal::new(Arc::new(content)),
        current: ArcRwSignal::new(false),
        marks: ArcRwSignal::new(marks),
        sent: ArcRwSignal::new(Vec::new()),
        page: ArcRwSignal::new(page.clone()),
    }
}

fn renew(unit: &Unit, shown: ShownUnit, page: &Arc<Page>) {
    let (_, content, marks) = split(shown);
    unit.page.set(page.clone());
    if unit.content.with_untracked(|before| **before != content) {
        unit.content.set(Arc::new(content));
    }
    if unit.marks.with_untracked(|before| *before != marks) {
        unit.marks.set(marks);
    }
}

fn split(shown: ShownUnit) -> (String, Content, Vec<Mark>) {
    let ShownUnit { id, kind, author, text, reading } = shown;
    let (results, marks) = match reading {
        Some(reading) => (Some(reading.results.into_iter().map(Arc::new).collect()), reading.marks),
        None => (None, Vec::new()),
    };
    (id, Content { kind, author, text, results }, marks)
}

fn kept(entry: LogEntry) -> Kept {
    Kept {
        id: entry.id,
        at: entry.at,
        action: entry.action,
        codebook: entry.codebook.id,
        code: entry.code,
        text: entry.unit.text,
    }
}
