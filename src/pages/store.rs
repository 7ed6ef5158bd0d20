//! The state of the panel, in one place, and what happens to it.
//!
//! Invariants: units are mirrored from the content script and never changed here; each unit has signals of its own, so that
//! news about one redraws one; a decision keeps its id from the first attempt to the last, and stays until it is stored.
//! Must not touch: how anything looks.

use crate::acts::{Coded, Relating};
use crate::authors::{Author, Authors, Who, authors};
use crate::codebooks::Codebooks;
use crate::decisions::{Missing, Progress, Sent, Standings, caught_up, missing, overruled, overrules, tying};
use crate::drafts::{Draft, Field, Values};
use crate::export::Exporter;
use crate::grouping::{Counts, Facts, Filter, Item, counts, items, run_of};
use crate::host::{Browser, Host};
use crate::images::{Image, Images};
use crate::keys::Keys;
use crate::undo::Steps;
use crate::unfound::{Candidate, Search, Slice};
use crate::useful::Way;
use crate::vault::Vault;
use leptos::prelude::*;
use postil::annotation::LogEntry;
use postil::service::authors::MAX_AUTHORS;
use postil::service::protocol::{
    Action, CodeProbability, CodebookReading, CodebookRef, Decision, Earlier, EntityFinding, Event, Mark, Page,
    Proposal, Region, Request, Response, Settings, UnitKind,
};
use postil::service::standing::doubtful;
use postil::service::tab::{ShownUnit, TabEvent, TabRequest};
use postil::service::{MAX_TEXT, MAX_UNITS};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// From this probability on, a code is suggested in earnest.
const LIKELY: f32 = 0.5;

/// What a unit shows, apart from the decisions on it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Content {
    /// What it is.
    pub(crate) kind: UnitKind,
    /// Author as shown on the page.
    pub(crate) author: Option<String>,
    /// Where its element stands.
    pub(crate) path: Option<String>,
    /// Whole text.
    pub(crate) text: String,
    /// The image that it is, if it is one.
    pub(crate) image: Option<Image>,
    /// Readings, one per codebook; absent while it waits.
    pub(crate) results: Option<Vec<Arc<CodebookReading>>>,
    /// Things with a form of their own, in the order of the text.
    pub(crate) entities: Vec<EntityFinding>,
    /// Whether the coder is to decide before what is suggested is shown.
    pub(crate) hidden: bool,
}

impl Content {
    /// Readings of one codebook, or of all.
    pub(crate) fn readings(&self, only: Option<&str>) -> impl Iterator<Item = &Arc<CodebookReading>> {
        self.results.iter().flatten().filter(move |result| only.is_none_or(|only| result.codebook.id == only))
    }
}

/// Whether a codebook says anything about a unit: by its evidence, or by a tier that a model's words alone suggest.
pub(crate) fn found(result: &CodebookReading) -> bool {
    !result.findings.is_empty() || !result.codes.is_empty() || result.tier.is_some_and(|tier| tier > 0)
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
    /// Those of `read` that are not doubtful.
    marks: ArcRwSignal<Vec<Mark>>,
    /// Units decided about before that it nearly equals.
    pub(crate) earlier: ArcRwSignal<Arc<Vec<Earlier>>>,
    /// As they came.
    pub(crate) read: ArcStoredValue<Vec<Mark>>,
    sent: ArcRwSignal<Vec<Sent>>,
    /// Shared with the cards: the address may change under a unit that stays.
    page: ArcRwSignal<Arc<Page>>,
}

impl Unit {
    /// What stands for the unit.
    pub(crate) fn standings(&self) -> Standings {
        self.sent.with(|sent| self.marks.with(|marks| Standings::new(marks, sent)))
    }

    /// The page that it stands on.
    pub(crate) fn page(&self) -> Arc<Page> {
        self.page.get_untracked()
    }

    /// Whether what is suggested is hidden, because the coder has not spoken of its codes.
    pub(crate) fn is_hidden(&self) -> bool {
        self.content.with(|content| content.hidden) && !self.standings().spoken()
    }

    /// Whether a code that is suggested in earnest waits for the coder's word.
    pub(crate) fn waits(&self, only: Option<&str>) -> bool {
        let (content, standings) = (self.content.get_untracked(), untrack(|| self.standings()));
        let mut readings = content.readings(only);
        readings.any(|result| {
            let id = &result.codebook.id;
            let fresh = !standings.settled(id);
            let counts = |code: &&CodeProbability| fresh || code.probability >= LIKELY;
            result.codes.iter().filter(counts).any(|code| standings.waits(id, &code.code))
        })
    }

    pub(crate) fn is_by(&self, who: &Who) -> bool {
        self.content.get_untracked().author.as_ref() == Some(&who.shown)
            && bare(&self.page.get_untracked().url) == who.url
    }

    /// Of the decisions on their way, those about it as it is now.
    fn own(&self, outbox: &[Sent]) -> Vec<Sent> {
        let content = self.content.get_untracked();
        let page = self.page.get_untracked();
        let same = |decision: &Decision| match (&content.image, &decision.image) {
            // It is the same image whatever is written of it.
            (Some(image), Some(of)) => image.shown.source == of.source,
            (_, of) => of.is_none() && decision.kind != UnitKind::Account && decision.text == content.text,
        };
        let own = outbox.iter().filter(|sent| sent.unit == self.id);
        own.filter(|Sent { decision, .. }| decision.page.url == page.url && same(decision)).cloned().collect()
    }

    pub(crate) fn facts(&self, only: Option<&str>) -> Facts {
        let content = self.content.get_untracked();
        if content.results.is_none() {
            return Facts::default();
        }
        let standings = untrack(|| self.standings());
        let readings = || content.readings(only);
        if content.hidden && !standings.spoken() {
            // Which list it is in must not tell what is suggested.
            let skipped = standings.beside(Action::Skipped).is_some();
            return Facts { read: true, found: true, open: !skipped, decided: skipped };
        }
        // What was said under a codebook settles it for the lists, whatever is learned and suggested afterwards.
        let open = readings().any(|result| !result.codes.is_empty() && !standings.settled(&result.codebook.id));
        let coded = readings().any(|result| standings.coded(&result.codebook.id).next().is_some());
        let spoken = readings().any(|result| standings.settled(&result.codebook.id));
        Facts { read: true, found: coded || readings().any(|result| found(result)), open, decided: spoken && !open }
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
    /// The way to the unit whose decision would teach most.
    way: Way,
}

impl Mirror {
    /// Marks every unit with the decisions that are certain to be about it.
    fn settle(&self) {
        let read: Vec<Vec<Mark>> = self.units.values().map(|unit| unit.read.get_value()).collect();
        let doubtful = doubtful(read.iter().map(Vec::as_slice));
        for (unit, mut marks) in self.units.values().zip(read) {
            marks.retain(|mark| mark.same_unit || !doubtful.contains(&mark.decision));
            if unit.marks.with_untracked(|before| *before != marks) {
                unit.marks.set(marks);
            }
        }
    }

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

/// The state of the panel; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Store {
    /// The browser, as parts that know nothing of the panel use it.
    pub(crate) browser: Browser,
    mirror: StoredValue<Mirror>,
    /// Raised whenever the list of units, or a fact about one, changes.
    revision: RwSignal<u32>,
    /// Raised whenever the page is forgotten: the next one may use the same ids for other units.
    pub(crate) page: RwSignal<u32>,
    outbox: RwSignal<Vec<Sent>>,
    /// What can be taken back.
    pub(crate) steps: StoredValue<Steps>,
    /// Which key does what.
    pub(crate) keys: RwSignal<Arc<Keys>>,
    /// What was coded in this panel, to which others can be related; the last one first.
    pub(crate) coded: RwSignal<Vec<Coded>>,
    /// The decision that is being related to another.
    pub(crate) relating: RwSignal<Option<Relating>>,
    /// What the project says is to be done about what is urgent; absent until it is to be shown.
    pub(crate) escalation: RwSignal<Option<String>>,
    /// Units that were looked back for, by id, as they were then.
    pub(crate) looked_back: StoredValue<HashMap<String, Arc<Content>>>,
    /// Images: what was written of them, and which are to be read.
    pub(crate) images: StoredValue<Images>,
    /// Whether all images of the page were read.
    pub(crate) images_read: RwSignal<bool>,
    /// The part of an image that was drawn on the page last, with the image's unit.
    pub(crate) drawn: RwSignal<Option<(String, Option<Region>)>>,
    /// The key that was pressed on the page last, with the number of those before it.
    pub(crate) page_key: RwSignal<(u32, String)>,
    /// Whether nothing may be put into pages.
    pub(crate) quiet: RwSignal<bool>,
    /// Whether keys act while the page has the focus.
    page_keys: RwSignal<bool>,
    /// Whether units are being looked back for.
    pub(crate) looking_back: StoredValue<bool>,
    pub(crate) log: RwSignal<Arc<Vec<LogEntry>>>,
    /// Whether the log may be another since it was asked for.
    log_due: StoredValue<bool>,
    /// Whether it was asked for and has not come.
    log_awaited: StoredValue<bool>,
    current: RwSignal<Option<String>>,
    /// The search for decisions that are not found, by address.
    searches: StoredValue<HashMap<String, Search>>,
    /// Whether one is under way.
    busy: StoredValue<bool>,
    /// Whether the page is being looked through for decisions that are not found on it.
    pub(crate) searching: RwSignal<bool>,
    /// What these may be about now, by decision: the passages between which the coder has to choose.
    pub(crate) likely: RwSignal<Arc<HashMap<String, Vec<Candidate>>>>,
    /// Decisions of which the coder said that their words are gone.
    pub(crate) gone: RwSignal<HashSet<String>>,
    /// The decision that the coder ties to other words by hand, next.
    pub(crate) tying: RwSignal<Option<Missing>>,
    /// What is being coded in the form.
    pub(crate) draft: RwSignal<Option<Arc<Draft>>>,
    /// What was to be coded before the codebooks were there: a panel that opens for a selection may hear of it first.
    early: StoredValue<Option<Draft>>,
    /// Whether something else was to be coded while the form was being filled in.
    pub(crate) interrupted: RwSignal<bool>,
    /// The codebooks.
    pub(crate) codebooks: RwSignal<Arc<Codebooks>>,
    /// Why the codebooks could not be had.
    pub(crate) codebooks_failure: RwSignal<Option<String>>,
    /// Whether there is a page to show.
    pub(crate) presence: RwSignal<Presence>,
    /// Whether every unit of the page has been read.
    pub(crate) complete: RwSignal<bool>,
    /// Which units to show.
    pub(crate) filter: RwSignal<Filter>,
    /// The one codebook whose readings are shown; absent: all.
    pub(crate) only: RwSignal<Option<String>>,
    /// The authors of the page.
    pub(crate) authors: Authors,
    /// Runs of quiet units that are shown unit by unit, by the id of their first.
    pub(crate) unfolded: RwSignal<HashSet<String>>,
    /// The last thing that happened, in words; until the coder acts again.
    pub(crate) notice: RwSignal<String>,
    /// The export.
    pub(crate) exporter: Exporter,
    /// Encryption of what is stored.
    pub(crate) vault: Vault,
}

impl Store {
    /// Begins to follow the active tab and the service.
    pub(crate) fn start(host: Host) -> Self {
        let browser = Browser::new(host.clone());
        let notice = RwSignal::new(String::new());
        let exporter = Exporter::new(browser, notice);
        let store = Self {
            browser,
            mirror: StoredValue::new(Mirror::default()),
            revision: RwSignal::new(0),
            page: RwSignal::new(0),
            outbox: RwSignal::new(Vec::new()),
            steps: StoredValue::new(Steps::default()),
            keys: RwSignal::new(Arc::default()),
            coded: RwSignal::new(Vec::new()),
            relating: RwSignal::new(None),
            escalation: RwSignal::new(None),
            looked_back: StoredValue::new(HashMap::new()),
            looking_back: StoredValue::new(false),
            images: StoredValue::new(Images::default()),
            images_read: RwSignal::new(true),
            drawn: RwSignal::new(None),
            page_key: RwSignal::new((0, String::new())),
            quiet: RwSignal::new(false),
            page_keys: RwSignal::new(false),
            log: RwSignal::new(Arc::default()),
            log_due: StoredValue::new(false),
            log_awaited: StoredValue::new(false),
            current: RwSignal::new(None),
            searches: StoredValue::new(HashMap::new()),
            busy: StoredValue::new(false),
            searching: RwSignal::new(false),
            likely: RwSignal::new(Arc::default()),
            gone: RwSignal::new(HashSet::new()),
            tying: RwSignal::new(None),
            draft: RwSignal::new(None),
            early: StoredValue::new(None),
            interrupted: RwSignal::new(false),
            codebooks: RwSignal::new(Arc::default()),
            codebooks_failure: RwSignal::new(None),
            presence: RwSignal::new(Presence::Unknown),
            complete: RwSignal::new(false),
            filter: RwSignal::new(Filter::All),
            only: RwSignal::new(None),
            authors: Authors::new(),
            unfolded: RwSignal::new(HashSet::new()),
            notice,
            exporter,
            vault: Vault::new(browser, exporter.files),
        };
        host.on_event(move |event| match event {
            Event::Decided { url } => store.heard_decided(&url),
            Event::Changed { settings } => {
                store.heard_settings(&settings);
                store.load_codebooks();
                store.forget_images();
            }
            Event::Vault { .. } => {
                store.load_keys();
                store.load_codebooks();
            }
            Event::NoPicture => store.notice.set(store.text("panel_no_picture")),
        });
        host.watch_tab(move |event| store.heard(event));
        store.load_keys();
        store.load_codebooks();
        store
    }

    /// Asks which key does what. Without an answer it is what ships.
    fn load_keys(self) {
        let host = self.host();
        spawn_local(async move {
            if let Ok(Response::Settings { settings }) = host.request(&Request::Settings).await {
                self.heard_settings(&settings);
            }
        });
    }

    fn heard_settings(self, settings: &Settings) {
        self.keys.set(Arc::new(Keys::new(settings)));
        self.quiet.set(settings.quiet);
        self.page_keys.set(settings.page_keys);
        self.offer_keys();
    }

    /// Tells the page which keys act while it has the focus.
    fn offer_keys(self) {
        let keys = match self.page_keys.get_untracked() {
            true => self.keys.with_untracked(|keys| self.codebooks.with_untracked(|books| keys.on_page(books))),
            false => Vec::new(),
        };
        self.host().tab(&TabRequest::Keys { keys });
    }

    /// The browser.
    pub(crate) fn browser(&self) -> Browser {
        self.browser
    }

    pub(crate) fn host(&self) -> Host {
        self.browser.host()
    }

    /// A message of the catalogue.
    pub(crate) fn text(&self, key: &str) -> String {
        self.browser.text(key)
    }

    /// A message of the catalogue, with its placeholders filled.
    pub(crate) fn fill(&self, key: &str, args: &[&str]) -> String {
        self.browser.fill(key, args)
    }

    /// A message about a number of things.
    pub(crate) fn count(&self, one: &str, other: &str, number: usize) -> String {
        self.browser.count(one, other, number)
    }

    /// Asks for the codebooks, again if need be.
    pub(crate) fn load_codebooks(self) {
        let host = self.host();
        self.codebooks_failure.set(None);
        spawn_local(async move {
            match host.request(&Request::Codebooks).await {
                Ok(Response::Codebooks { codebooks, .. }) => self.heard_codebooks(Codebooks(codebooks)),
                Ok(_) => {}
                Err(failure) => self.codebooks_failure.set(Some(failure.message)),
            }
        });
    }

    fn heard_codebooks(self, codebooks: Codebooks) {
        let is_active = |only: &String| codebooks.active().any(|card| card.codebook.id == *only);
        if self.only.with_untracked(|only| only.as_ref().is_some_and(|only| !is_active(only))) {
            self.only.set(None);
        }
        self.codebooks.set(Arc::new(codebooks));
        self.offer_keys();
        if let Some(draft) = self.early.try_update_value(Option::take).flatten() {
            self.open(draft);
        }
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
            TabEvent::Selected { unit, span } => self.heard_selected(&unit, span),
            TabEvent::Drawn { unit, region } => self.heard_drawn(unit, region),
            TabEvent::Key { key } => {
                self.page_key.update(|(number, last)| (*number, *last) = (number.wrapping_add(1), key))
            }
            TabEvent::Units { page, frame, order, changed, complete } => {
                self.heard_units(page, frame, order, changed, complete);
            }
        }
    }

    /// Forgets the page; decisions on their way stay.
    fn forget(self) {
        self.page.update(|page| *page = page.wrapping_add(1));
        self.notice.set(String::new());
        self.early.set_value(None);
        self.mirror.set_value(Mirror::default());
        self.log.set(Arc::default());
        self.searches.update_value(HashMap::clear);
        self.likely.set(Arc::default());
        self.looked_back.update_value(HashMap::clear);
        self.images.update_value(Images::outdate);
        self.images_read.set(true);
        self.gone.update(HashSet::clear);
        self.tying.set(None);
        self.current.set(None);
        self.unfolded.update(HashSet::clear);
        self.complete.set(false);
        self.authors.only.set(None);
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
        let came = self.mirror.with_value(|mirror| mirror.frames.iter().all(|frame| frame.key != key));
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
                let id = shown.id.clone();
                match mirror.units.get(&id) {
                    Some(unit) => renew(unit, shown, &page),
                    None => {
                        mirror.units.insert(id, new(shown, &page));
                    }
                }
            }
            mirror.settle();
        });
        if self.presence.get_untracked() != Presence::Present {
            // What was said while nothing was read holds no longer.
            self.notice.set(String::new());
            self.presence.set(Presence::Present);
        }
        self.complete.set(self.mirror.with_value(|mirror| mirror.frames.iter().all(|frame| frame.complete)));
        self.catch_up();
        self.deliver();
        self.changed();
        if moved {
            self.load_log();
        }
        if came && self.page_keys.get_untracked() {
            self.offer_keys();
        }
        self.read_images();
        self.look_back();
    }

    /// Shows what was read of some images, each with the decisions that are found on it.
    pub(crate) fn read_of_images(self, readings: Vec<(Unit, Content, Vec<Mark>)>) {
        self.mirror.with_value(|mirror| {
            for (unit, content, marks) in readings {
                if unit.content.with_untracked(|before| **before != content) {
                    unit.content.set(Arc::new(content));
                }
                unit.read.set_value(marks);
            }
            mirror.settle();
        });
        self.catch_up();
        self.deliver();
        self.changed();
    }

    /// Lets what was derived from the mirror be derived again.
    fn changed(self) {
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Lets go of stored decisions that the page shows by now.
    fn catch_up(self) {
        let outbox = self.outbox.get_untracked();
        let units: HashSet<&str> = outbox.iter().map(|sent| sent.unit.as_str()).collect();
        let done: HashSet<String> = self.mirror.with_value(|mirror| {
            let units = units.into_iter().filter_map(|id| mirror.units.get(id));
            units.flat_map(|unit| unit.marks.with_untracked(|marks| caught_up(marks, &unit.own(&outbox)))).collect()
        });
        if !done.is_empty() {
            self.outbox.update(|outbox| outbox.retain(|sent| !done.contains(&sent.decision.id)));
        }
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
                let mine = unit.own(&outbox);
                if unit.sent.with_untracked(|sent| *sent != mine) {
                    unit.sent.set(mine);
                }
            }
        });
    }

    /// All units, in the order of the page.
    pub(crate) fn units(&self) -> Vec<Unit> {
        self.mirror.with_value(|mirror| mirror.in_order().cloned().collect())
    }

    /// A unit by its id.
    pub(crate) fn unit(&self, id: &str) -> Option<Unit> {
        self.mirror.with_value(|mirror| mirror.units.get(id).cloned())
    }

    /// The lines of the list.
    pub(crate) fn items(&self) -> Vec<Item> {
        self.revision.track();
        let filter = self.filter.get();
        let only = self.only.get();
        let author = self.authors.only.get();
        let keep = if filter == Filter::All { None } else { self.current.get() };
        self.unfolded.with(|unfolded| {
            self.mirror.with_value(|mirror| {
                let units =
                    mirror.in_order().filter(|unit| author.as_ref().is_none_or(|author| unit.is_by(&author.who)));
                let units = units.map(|unit| (unit.id.as_str(), unit.facts(only.as_deref())));
                items(units, filter, unfolded, keep.as_deref())
            })
        })
    }

    /// Numbers for the header.
    pub(crate) fn counts(&self) -> Counts {
        self.revision.track();
        let only = self.only.get();
        self.mirror.with_value(|mirror| counts(mirror.in_order().map(|unit| unit.facts(only.as_deref()))))
    }

    /// Whether nothing of the page is known to be more than a text: nobody says what its units are.
    pub(crate) fn unknown(&self) -> bool {
        self.revision.track();
        self.mirror.with_value(|mirror| {
            let mut units = mirror.in_order().peekable();
            let text = |kind| matches!(kind, UnitKind::Block | UnitKind::Caption | UnitKind::Image);
            units.peek().is_some() && units.all(|unit| text(unit.content.with_untracked(|content| content.kind)))
        })
    }

    /// The addresses of the page and of its frames, each once, the page's own first.
    pub(crate) fn addresses(&self) -> Vec<String> {
        self.revision.track();
        self.mirror.with_value(|mirror| {
            let mut frames: Vec<&Frame> = mirror.frames.iter().collect();
            frames.sort_by_key(|frame| !frame.key.is_empty());
            let mut all: Vec<String> = frames.iter().map(|frame| bare(&frame.page.url).to_owned()).collect();
            all.dedup();
            all
        })
    }

    /// The authors of the page.
    pub(crate) fn page_authors(&self) -> Vec<Author> {
        self.revision.track();
        self.mirror.with_value(|mirror| {
            let units: Vec<_> =
                mirror.in_order().map(|unit| (unit.page.get_untracked(), unit.content.get_untracked())).collect();
            authors(units.iter().filter_map(|(page, content)| Some((&*page.url, content.author.as_deref()?))))
        })
    }

    /// Asks what stands of units of these authors.
    pub(crate) fn load_authors(self, authors: &[Author]) {
        let mut pages: HashMap<String, Vec<Who>> = HashMap::new();
        for Author { who, .. } in authors {
            pages.entry(who.url.clone()).or_default().push(who.clone());
        }
        let host = self.host();
        spawn_local(async move {
            for (url, people) in pages {
                for people in people.chunks(MAX_AUTHORS) {
                    let names = people.iter().map(|who| who.shown.clone()).collect();
                    match host.request(&Request::Authors { url: url.clone(), names }).await {
                        Ok(Response::Authors { authors }) => {
                            let told = people.iter().cloned().zip(authors);
                            self.authors.counts.update(|counts| counts.extend(told));
                        }
                        Ok(_) => {}
                        Err(failure) => self.notice.set(failure.message),
                    }
                }
            }
        });
    }

    /// Decisions about this page that are not found on it; none while there is more to read.
    pub(crate) fn missing(&self) -> Vec<Missing> {
        self.revision.track();
        if !self.complete.get() || !self.images_read.get() {
            return Vec::new();
        }
        self.log.with(|log| {
            self.mirror.with_value(|mirror| {
                let marks: Vec<Vec<Mark>> = mirror.in_order().map(|unit| unit.marks.get_untracked()).collect();
                let sent: Vec<Vec<Sent>> = mirror.in_order().map(|unit| unit.sent.get_untracked()).collect();
                let found = marks.iter().flatten().map(|mark| &*mark.decision);
                let own = |sent: &'_ Sent| sent.decision.revises.as_deref().unwrap_or(&sent.decision.id).to_owned();
                let sent: Vec<String> = sent.iter().flatten().map(own).collect();
                missing(log, &found.chain(sent.iter().map(String::as_str)).collect())
            })
        })
    }

    /// Looks through the page for the decisions that are not found on it, slice by slice, as far as that was not done.
    pub(crate) fn search(self) {
        if self.busy.get_value() {
            return;
        }
        self.busy.set_value(true);
        let host = self.host();
        spawn_local(async move {
            while let Some((url, slice)) = self.next_slice() {
                self.searching.set(true);
                let (decisions, units) = (slice.sought.clone(), slice.texts.clone());
                match host.request(&Request::Unfound { url: url.clone(), decisions, units }).await {
                    Ok(Response::Unfound { passages }) => {
                        let told = |searches: &mut HashMap<String, Search>| {
                            searches.entry(url).or_default().told(&slice, passages);
                        };
                        self.searches.update_value(told);
                    }
                    Ok(_) => {}
                    Err(failure) => {
                        self.notice.set(failure.message);
                        break;
                    }
                }
            }
            let likely: HashMap<_, _> =
                self.searches.with_value(|searches| searches.values().flat_map(Search::likely).collect());
            if self.likely.with_untracked(|before| **before != likely) {
                self.likely.set(Arc::new(likely));
            }
            self.searching.set(false);
            self.busy.set_value(false);
        });
    }

    /// What to look through next: a decision is looked for on its own page, of which every frame may have another.
    fn next_slice(self) -> Option<(String, Slice)> {
        let missing = untrack(|| self.missing());
        self.urls().into_iter().find_map(|url| {
            let sought: Vec<String> = missing.iter().filter(|it| it.url == url).map(|it| it.id.clone()).collect();
            let units: Vec<(String, String)> = self.mirror.with_value(|mirror| {
                let units = mirror.in_order().filter(|unit| bare(&unit.page().url) == url);
                let texts = units.map(|unit| (unit.id.clone(), unit.content.get_untracked().text.clone()));
                texts.filter(|(_, text)| (1..=MAX_TEXT).contains(&text.len())).collect()
            });
            let next =
                |searches: &mut HashMap<String, Search>| searches.entry(url.clone()).or_default().next(sought, &units);
            let slice = self.searches.try_update_value(next).flatten()?;
            Some((url, slice))
        })
    }

    /// Says that a decision is about these words of a unit, or about all of it.
    pub(crate) fn tie(self, kept: &Missing, unit: &Unit, span: Option<[u32; 2]>) {
        let reference = self
            .log
            .with_untracked(|log| log.iter().find(|entry| entry.id == kept.id).map(|entry| entry.codebook.clone()));
        let Some(reference) = reference else { return };
        let content = unit.content.get_untracked();
        let blank = self.blank(unit, &content, reference);
        let decision = Decision { action: Action::Reattached, span, revises: Some(kept.id.clone()), ..blank };
        self.tying.set(None);
        self.made(&unit.id, decision, None);
    }

    // The unit that keys act on.

    pub(crate) fn visible(&self) -> Vec<String> {
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

    /// Shows the units of one author alone, or of all.
    pub(crate) fn show_author(self, author: Option<Author>) {
        self.show(self.filter.get_untracked());
        self.authors.only.set(author);
    }

    /// Sees to it that a unit that has been read stands in the list.
    fn bring_in(self, id: &str) {
        if self.unfold(id) {
            return;
        }
        self.only.set(None);
        self.authors.only.set(None);
        self.show(Filter::All);
        self.unfold(id);
    }

    /// Unfolds the run in which a unit is folded, if it is in one; says whether the unit stands in the list then.
    fn unfold(self, id: &str) -> bool {
        let stands = || self.visible().iter().any(|visible| visible == id);
        if stands() {
            return true;
        }
        let run = self.listed(|units, only| {
            run_of(units.map(|unit| (unit.id.as_str(), unit.facts(only))), id).map(str::to_owned)
        });
        if let Some(first) = run {
            self.unfolded.update(|unfolded| unfolded.extend([first]));
        }
        stands()
    }

    /// The units of the author and the codebook that are shown, in order.
    fn listed<T>(self, ask: impl FnOnce(&mut dyn Iterator<Item = &Unit>, Option<&str>) -> T) -> T {
        let (only, author) = (self.only.get_untracked(), self.authors.only.get_untracked());
        self.mirror.with_value(|mirror| {
            let mut units =
                mirror.in_order().filter(|unit| author.as_ref().is_none_or(|author| unit.is_by(&author.who)));
            ask(&mut units, only.as_deref())
        })
    }

    /// Whether suggestions rest on what the coder teaches, under any codebook.
    pub(crate) fn learns(&self) -> bool {
        self.codebooks.with(|codebooks| codebooks.active().any(|card| card.learns))
    }

    /// Units of the list that wait for the coder's word, those with findings first.
    fn open_units(self) -> Vec<String> {
        let filter = self.filter.get_untracked();
        let (mut open, mut quiet) = (Vec::new(), Vec::new());
        self.listed(|units, only| {
            for unit in units {
                let facts = unit.facts(only);
                if facts.read && !facts.decided && filter.shows(facts) {
                    let list = if facts.found { &mut open } else { &mut quiet };
                    list.push(unit.id.clone());
                }
            }
        });
        open.append(&mut quiet);
        open
    }

    /// Goes to the open unit whose decision would teach most; pressed again, to the next.
    pub(crate) fn most_useful(self) {
        if !untrack(|| self.learns()) {
            return self.notice.set(self.text("panel_useful_off"));
        }
        let open = self.open_units();
        if let Some(id) = self.mirror.try_update_value(|mirror| mirror.way.go(&open)).flatten() {
            return self.go_to(&id);
        }
        let fits = |text: &str| (1..=MAX_TEXT).contains(&text.len());
        let fits = |id: &String| self.unit(id).is_some_and(|unit| fits(&unit.content.get_untracked().text));
        let open: Vec<String> = open.into_iter().filter(fits).collect();
        let asked = self.mirror.try_update_value(|mirror| mirror.way.ask(&open, MAX_UNITS)).unwrap_or_default();
        if asked.is_empty() {
            return self.notice.set(self.text("panel_useful_none"));
        }
        let units = asked.iter().filter_map(|id| self.unit(id));
        let units = units.map(|unit| unit.content.get_untracked().text.clone()).collect();
        let (host, page) = (self.host(), self.page.get_untracked());
        spawn_local(async move {
            match host.request(&Request::MostUseful { units }).await {
                // The tab may have moved on meanwhile.
                Ok(_) if self.page.get_untracked() != page => {}
                Ok(Response::MostUseful { order }) => {
                    let next = self.mirror.try_update_value(|mirror| {
                        mirror.way.told(&asked, &order);
                        mirror.way.go(&asked)
                    });
                    if let Some(id) = next.flatten() {
                        self.go_to(&id);
                    }
                }
                Ok(_) => {}
                Err(failure) => self.notice.set(failure.message),
            }
        });
    }

    /// Makes a unit the one that keys act on, and goes to its card.
    pub(crate) fn go_to(self, id: &str) {
        self.bring_in(id);
        self.select(id);
        crate::panel::go_to(id.to_owned());
    }

    /// Shows a unit, or a span of it, on its page.
    pub(crate) fn reveal(self, unit: &str, span: Option<[u32; 2]>) {
        self.host().tab(&TabRequest::Reveal { unit: unit.to_owned(), span });
    }

    // Decisions.

    /// Decides about what is suggested. What stands already is not decided twice.
    pub(crate) fn decide(self, unit: &Unit, codebook: &str, action: Action, code: Option<&str>) {
        let content = unit.content.get_untracked();
        let Some(result) = content.readings(Some(codebook)).next() else { return };
        let standings = untrack(|| unit.standings());
        let same = |was: Action, about: Option<&str>| was == action && about == code;
        if standings.under(codebook).any(|stand| same(stand.mark.action, stand.mark.code.as_deref())) {
            return;
        }
        if standings.failed(|failed| same(failed.action, failed.code.as_deref())).is_some() {
            return self.retry();
        }
        let decision = self.word(unit, &content, result, action, code);
        self.made(&unit.id, decision, None);
    }

    /// A word on what is suggested, with what was suggested beside it.
    pub(crate) fn word(
        self,
        unit: &Unit,
        content: &Content,
        result: &CodebookReading,
        action: Action,
        code: Option<&str>,
    ) -> Decision {
        let accepted = action == Action::Accepted;
        // What was proposed first is what `none applies` is compared with.
        let proposed = code.or_else(|| result.codes.first().map(|code| &*code.code));
        Decision {
            action,
            code: code.map(str::to_owned),
            stance: result.stance.clone().filter(|_| accepted),
            tier: result.tier.filter(|_| accepted),
            span: code.and_then(|code| passage(result, code)),
            proposed: Some(proposal(result, proposed)),
            hidden: unit.is_hidden(),
            ..self.blank(unit, content, result.codebook.clone())
        }
    }

    /// Says of a unit in which nothing was found that no code of any codebook shown applies.
    pub(crate) fn decide_none(self, unit: &Unit) {
        let content = unit.content.get_untracked();
        self.at_once(|| {
            for result in content.readings(self.only.get_untracked().as_deref()) {
                self.decide(unit, &result.codebook.id, Action::NoneApplies, None);
            }
        });
    }

    /// Takes a decision back.
    pub(crate) fn withdraw(self, unit: &Unit, decision: &str) {
        let standings = untrack(|| unit.standings());
        let Some(stand) = standings.stand(decision) else { return };
        let codebook = self
            .codebooks
            .with_untracked(|codebooks| codebooks.card(&stand.mark.codebook).map(|card| card.codebook.clone()));
        if let Some(codebook) = codebook {
            self.take_back(unit, decision, codebook, stand.span());
        }
    }

    /// Whether a decision stands on these words because the coder tied it to them, and said nothing of it since.
    pub(crate) fn is_tied(self, decision: &str) -> bool {
        self.log.with(|log| tying(log, decision).is_some())
    }

    /// Takes back that a decision was tied to other words: it is looked for anew.
    pub(crate) fn untie(self, unit: &Unit, decision: &str) {
        let log = self.log.get_untracked();
        if let Some(tying) = tying(&log, decision) {
            self.take_back(unit, &tying.id, tying.codebook.clone(), None);
        }
    }

    fn take_back(self, unit: &Unit, entry: &str, codebook: CodebookRef, span: Option<[u32; 2]>) {
        let content = unit.content.get_untracked();
        let blank = self.blank(unit, &content, codebook);
        let decision = Decision { action: Action::Withdrawn, span, revises: Some(entry.to_owned()), ..blank };
        let before = untrack(|| unit.standings()).stand(entry).map(|stand| stand.mark.clone());
        self.made(&unit.id, decision, before);
    }

    /// Sends a decision, which can be taken back from now on; `before` is what stood of the one that it changes.
    pub(crate) fn made(self, unit: &str, decision: Decision, before: Option<Mark>) {
        let decision = Arc::new(decision);
        self.note_step(unit, &decision, before);
        self.put(Sent { unit: unit.to_owned(), decision, progress: Progress::Saving, failure: None });
    }

    /// Keeps what was said in the form; the form stays until it is.
    pub(crate) async fn keep(self, draft: &Draft, values: Values) -> Result<(), String> {
        let host = self.host();
        let Some(decision) =
            self.codebooks.with_untracked(|codebooks| draft.decision(codebooks, values, host.uuid(), host.now()))
        else {
            return Err(self.text("coding_codebook_gone"));
        };
        let before = self.unit(&draft.unit).and_then(|unit| {
            let stand = untrack(|| unit.standings()).stand(decision.revises.as_ref()?)?.mark.clone();
            Some(stand)
        });
        let request = Request::Decide { decision: decision.clone().into() };
        host.request(&request).await.map_err(|failure| failure.message)?;
        let said = self.decided(decision.action, &decision.codebook.id, decision.code.as_deref());
        self.notice.set(self.fill("panel_stored", &[&said]));
        let decision = Arc::new(decision);
        self.note_step(&draft.unit, &decision, before);
        if decision.kind == UnitKind::Account {
            return Ok(());
        }
        self.outbox.update(|outbox| {
            outbox.push(Sent { unit: draft.unit.clone(), decision, progress: Progress::Stored, failure: None });
        });
        // The page may have been faster.
        self.catch_up();
        self.deliver();
        self.changed();
        Ok(())
    }

    /// A decision with nothing decided.
    pub(crate) fn blank(self, unit: &Unit, content: &Content, codebook: CodebookRef) -> Decision {
        let host = self.host();
        Decision {
            hidden: false,
            relation: None,
            id: host.uuid(),
            at: host.now(),
            page: (*unit.page()).clone(),
            text: content.text.clone(),
            kind: content.kind,
            author: content.author.clone(),
            path: content.path.clone(),
            image: content.image.as_ref().map(|image| image.part(None)),
            action: Action::NoneApplies,
            codebook,
            code: None,
            stance: None,
            tier: None,
            confidence: None,
            memo: None,
            span: None,
            revises: None,
            proposed: None,
        }
    }

    fn put(self, sent: Sent) {
        self.put_saying(sent, None);
    }

    /// Sends a decision; once it is stored, these words say so, or else what was decided.
    pub(crate) fn put_saying(self, sent: Sent, said: Option<String>) {
        self.outbox.update(|outbox| {
            // A later word on the same thing makes an earlier one that was never stored pointless.
            outbox.retain(|earlier| {
                earlier.progress != Progress::Failed || !overrules(&sent.decision, &earlier.decision)
            });
            outbox.push(sent.clone());
        });
        self.send(sent.decision, said);
    }

    /// Decides about the first thing on the current unit that waits for the coder's word.
    pub(crate) fn decide_first(self, action: Action) {
        let Some(unit) = self.current() else { return };
        if untrack(|| unit.is_hidden()) && action != Action::NoneApplies {
            return self.notice.set(self.text("panel_hidden_first"));
        }
        let content = unit.content.get_untracked();
        let standings = untrack(|| unit.standings());
        let only = self.only.get_untracked();
        let readings = || content.readings(only.as_deref());
        let unspoken = |result: &&Arc<CodebookReading>| standings.none(&result.codebook.id).is_none();
        let waiting = |result: &Arc<CodebookReading>| {
            let id = &result.codebook.id;
            let code = result.codes.iter().find(|code| standings.waits(id, &code.code))?;
            Some((id.clone(), code.code.clone()))
        };
        let first = readings().filter(unspoken).find_map(waiting);
        match (action, first) {
            (Action::NoneApplies, _) if untrack(|| unit.is_hidden()) => self.decide_none(&unit),
            (Action::NoneApplies, first) => {
                let found = readings().filter(unspoken).find(|result| found(result)).map(|it| it.codebook.id.clone());
                match first.map(|(codebook, _)| codebook).or(found) {
                    Some(codebook) => self.decide(&unit, &codebook, action, None),
                    None if readings().any(|result| unspoken(&result)) => self.decide_none(&unit),
                    None => self.notice.set(self.text("panel_nothing_open")),
                }
            }
            (_, Some((codebook, code))) => self.decide(&unit, &codebook, action, Some(&code)),
            (_, None) => self.notice.set(self.text("panel_nothing_open")),
        }
    }

    /// What was decided, in a few words.
    pub(crate) fn decided(&self, action: Action, codebook: &str, code: Option<&str>) -> String {
        let label = code.map(|code| self.code_name(codebook, code)).unwrap_or_default();
        match action {
            Action::Accepted => self.fill("panel_did_accept", &[&label]),
            Action::Rejected => self.fill("panel_did_reject", &[&label]),
            Action::NoneApplies => self.text("panel_did_none"),
            Action::Assigned => self.fill("panel_did_assign", &[&label]),
            Action::Edited => self.fill("panel_did_edit", &[&label]),
            Action::Reattached => self.text("panel_did_reattach"),
            Action::Withdrawn => self.text("panel_did_withdraw"),
            Action::Skipped => self.text("panel_did_skip"),
            Action::Flagged => self.text("panel_did_flag"),
            Action::Related => self.text("panel_did_relate"),
        }
    }

    /// The name of a code, with its codebook's where there are several.
    pub(crate) fn code_name(&self, codebook: &str, code: &str) -> String {
        self.codebooks.with_untracked(|codebooks| {
            let label = codebooks.code_label(codebook, code);
            match codebooks.card(codebook) {
                Some(card) if codebooks.several() => self.fill("panel_code_of", &[&label, &card.title]),
                _ => label,
            }
        })
    }

    // The form.

    fn heard_selected(self, unit: &str, span: [u32; 2]) {
        self.bring_in(unit);
        self.select(unit);
        crate::panel::scroll_to(unit);
        if let Some(unit) = self.unit(unit) {
            self.open(Draft::of_span(&unit, Some(span)));
        }
    }

    /// Codes what is selected on the page, or else the current unit.
    pub(crate) fn code_selection(self) {
        if let Some(unit) = self.current() {
            self.code_unit(&unit);
        }
    }

    /// Codes what is selected on the page, or else this unit.
    pub(crate) fn code_unit(self, unit: &Unit) {
        self.select(&unit.id);
        // The selection, if there is one, takes the unit's place as soon as the page says so.
        self.open(Draft::of_span(unit, None));
        self.host().tab(&TabRequest::Selection);
    }

    /// Gives another code than the one that is suggested.
    pub(crate) fn code_instead(self, unit: &Unit, codebook: &str, code: &str) {
        self.select(&unit.id);
        let content = unit.content.get_untracked();
        if let Some(result) = content.readings(Some(codebook)).next() {
            self.open(Draft::instead(unit, result, code, passage(result, code)));
        }
    }

    /// Changes an earlier decision.
    pub(crate) fn edit(self, unit: &Unit, decision: &str, field: Field) {
        self.select(&unit.id);
        let standings = untrack(|| unit.standings());
        if let Some(stand) = standings.stand(decision).filter(|stand| stand.is_coded()) {
            self.open(Draft::revising(unit, stand).at(field));
        }
    }

    /// Changes the last code that the coder gave the current unit. For a field other than the code, where none was given, the
    /// form begins with the first suggestion that waits.
    pub(crate) fn edit_last(self, field: Field) {
        let Some(unit) = self.current() else { return };
        let content = unit.content.get_untracked();
        let standings = untrack(|| unit.standings());
        let only = self.only.get_untracked();
        let last =
            content.readings(only.as_deref()).filter_map(|it| standings.coded(&it.codebook.id).next_back()).last();
        match last {
            Some(stand) => self.edit(&unit, &stand.mark.decision, field),
            None if field != Field::Code && !untrack(|| unit.is_hidden()) => {
                let waiting = |result: &&Arc<CodebookReading>| {
                    result.codes.first().filter(|code| standings.waits(&result.codebook.id, &code.code)).is_some()
                };
                let first = content.readings(only.as_deref()).find(waiting);
                match first.and_then(|result| Some((result, &*result.codes.first()?.code))) {
                    Some((result, code)) => {
                        self.open(Draft::instead(&unit, result, code, passage(result, code)).at(field))
                    }
                    None => self.open(Draft::of_span(&unit, None).at(field)),
                }
            }
            None => self.notice.set(self.text("panel_nothing_coded")),
        }
    }

    pub(crate) fn open(self, draft: Draft) {
        // The built-in ones are always there, also where they are off.
        if self.codebooks.with_untracked(|codebooks| codebooks.0.is_empty()) {
            return self.early.set_value(Some(draft));
        }
        if self.codebooks.with_untracked(|codebooks| codebooks.active().next().is_none()) {
            return self.notice.set(self.text("panel_no_codebook"));
        }
        if self.draft.with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.is_touched())) {
            return self.interrupted.set(true);
        }
        self.interrupted.set(false);
        self.draft.set(Some(Arc::new(draft)));
    }

    /// Sends again whatever could not be stored.
    pub(crate) fn retry(self) {
        let failed: Vec<Arc<Decision>> = self.outbox.with_untracked(|outbox| {
            let failed = outbox.iter().filter(|sent| sent.progress == Progress::Failed);
            failed.map(|sent| sent.decision.clone()).collect()
        });
        for decision in failed {
            self.progress(&decision.id, Progress::Saving, None);
            self.send(decision, None);
        }
    }

    /// Decisions that could not be stored, on this page or another.
    pub(crate) fn failed(&self) -> Vec<Sent> {
        self.outbox.with(|outbox| outbox.iter().filter(|sent| sent.progress == Progress::Failed).cloned().collect())
    }

    fn send(self, decision: Arc<Decision>, said: Option<String>) {
        self.deliver();
        self.changed();
        let host = self.host();
        spawn_local(async move {
            let id = decision.id.clone();
            let request = Request::Decide { decision: (*decision).clone().into() };
            let decided = self.decided(decision.action, &decision.codebook.id, decision.code.as_deref());
            match host.request(&request).await {
                Ok(_) => {
                    self.notice.set(said.unwrap_or_else(|| self.fill("panel_stored", &[&decided])));
                    match decision.kind {
                        // No unit of the page shows it.
                        UnitKind::Account => self.outbox.update(|outbox| outbox.retain(|sent| sent.decision.id != id)),
                        _ => self.progress(&id, Progress::Stored, None),
                    }
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

    fn heard_drawn(self, unit: String, region: Option<Region>) {
        let open = self.draft.with_untracked(|draft| draft.as_ref().is_some_and(|draft| draft.unit == unit));
        self.drawn.set(Some((unit.clone(), region)));
        if let Some(unit) = self.unit(&unit).filter(|_| !open) {
            self.bring_in(&unit.id);
            self.select(&unit.id);
            self.open(Draft::of_region(&unit, region));
        }
    }

    fn heard_decided(self, url: &str) {
        self.authors.decided.update(|decided| *decided = decided.wrapping_add(1));
        self.mirror.update_value(|mirror| mirror.way.learned());
        let ours = self.mirror.with_value(|mirror| mirror.frames.iter().any(|frame| bare(&frame.page.url) == url));
        if ours {
            self.load_log();
            self.images.update_value(Images::outdate);
            self.read_images();
        }
    }

    /// Asks for every decision about the pages in this tab. While an answer is waited for, all reasons to ask again are one:
    /// the log is as long as what was decided, and several windows may decide at once.
    fn load_log(self) {
        self.log_due.set_value(true);
        if self.log_awaited.get_value() {
            return;
        }
        self.log_awaited.set_value(true);
        let host = self.host();
        spawn_local(async move {
            while self.log_due.get_value() {
                self.log_due.set_value(false);
                let urls = self.urls();
                let mut log = Vec::new();
                for url in &urls {
                    match host.request(&Request::PageDecisions { url: url.clone() }).await {
                        Ok(Response::PageDecisions { decisions }) => log.extend(decisions.read().unwrap_or_default()),
                        Ok(_) => {}
                        Err(failure) => self.notice.set(failure.message),
                    }
                }
                // The tab may have moved on meanwhile.
                if self.urls() == urls {
                    self.release(&log);
                    self.log.set(Arc::new(log));
                }
            }
            self.log_awaited.set_value(false);
        });
    }

    /// Lets go of stored decisions that another face has overruled since: the page shows the later word.
    fn release(self, log: &[LogEntry]) {
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
pub(crate) fn bare(url: &str) -> &str {
    url.split_once('#').map_or(url, |(bare, _)| bare)
}

/// What was proposed when a code was decided about, as the coder saw it.
pub(crate) fn proposal(result: &CodebookReading, code: Option<&str>) -> Proposal {
    Proposal {
        code: code.map(str::to_owned),
        probability: result.codes.iter().find(|it| Some(&*it.code) == code).map(|it| it.probability),
        stance: result.stance.clone(),
        tier: result.tier,
        support: result.support,
    }
}

/// The passage that speaks for a code: from its first finding to its last.
pub(crate) fn passage(result: &CodebookReading, code: &str) -> Option<[u32; 2]> {
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
        marks: ArcRwSignal::new(Vec::new()),
        earlier: ArcRwSignal::new(Arc::default()),
        read: ArcStoredValue::new(marks),
        sent: ArcRwSignal::new(Vec::new()),
        page: ArcRwSignal::new(page.clone()),
    }
}

fn renew(unit: &Unit, shown: ShownUnit, page: &Arc<Page>) {
    let (_, content, marks) = split(shown);
    unit.page.set(page.clone());
    if let Some(kept) = unit.content.with_untracked(|before| content.kept_of(before)) {
        unit.content.set(Arc::new(kept));
        return;
    }
    if unit.content.with_untracked(|before| **before != content) {
        unit.content.set(Arc::new(content));
    }
    unit.read.set_value(marks);
}

fn split(shown: ShownUnit) -> (String, Content, Vec<Mark>) {
    let ShownUnit { id, kind, author, path, image, text, reading } = shown;
    // The panel reads images itself: what was written of them is known here.
    let reading = reading.filter(|_| image.is_none());
    let image = image.map(|shown| Image::new(shown, &text));
    let hidden = reading.as_ref().is_some_and(|reading| reading.hidden);
    let (results, marks, entities) = match reading {
        Some(reading) => (Some(reading.results.into_iter().map(Arc::new).collect()), reading.marks, reading.entities),
        None => (None, Vec::new(), Vec::new()),
    };
    (id, Content { kind, author, path, text, image, results, entities, hidden }, marks)
}
