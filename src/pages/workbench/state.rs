//! The state of the workbench, in one place, and what happens to it.
//!
//! Invariants: units are read in batches, in order, and one run at a time: a new one ends the last; a unit keeps the
//! reading it got; what was read before a run was stopped or failed stays, and the run can go on from there.
//! Must not touch: how anything looks.

use super::cut::{Cut, Unit};
use super::tally::{self, Tallies};
use crate::codebooks::Codebooks;
use crate::grouping::{Facts, Filter, Item, items};
use crate::host::{Browser, Host};
use leptos::prelude::*;
use postil::exchange::classified::Bad;
use postil::service::protocol::{CodebookOffer, ModelRef, Page, Request, Response, Settings, UnitReading};
use std::collections::HashSet;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Most units in a batch.
const BATCH_UNITS: usize = 128;
/// A batch takes no further unit once it has this many bytes.
const BATCH_BYTES: usize = 128 << 10;
/// Lines of the list that are shown at once.
pub(crate) const SLICE: usize = 50;
/// What the service is told that the units stand on; nothing is stored about it.
const PAGE: &str = "workbench:";

/// A unit and what was read in it.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// The unit.
    pub(crate) unit: Arc<Unit>,
    /// Its reading; absent while it waits.
    pub(crate) reading: Option<Arc<UnitReading>>,
    /// Its place, as the list knows it.
    pub(crate) key: String,
    /// By place, the codebooks under which something was found.
    found: u64,
}

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Phase {
    /// Nothing was asked yet.
    Idle,
    /// Under way.
    Reading,
    /// Every unit is read.
    Done,
    /// Ended by the coder.
    Stopped,
    /// Ended by a failure.
    Failed(String),
}

/// What the rows are, apart from how far they are read.
#[derive(Default)]
struct Sheet {
    rows: Vec<Row>,
    bad: Vec<Bad>,
    read: usize,
    tallies: Tallies,
    model: Option<ModelRef>,
    /// The reading of the last unit in which nothing was found: the next one's is mostly the same, and is then shared.
    quiet: Option<Arc<UnitReading>>,
    /// Raised with every run, so that one knows when it is over.
    run: u32,
}

/// The state of the workbench; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Bench {
    /// The browser.
    pub(crate) browser: Browser,
    sheet: StoredValue<Sheet>,
    /// Raised whenever something was read.
    revision: RwSignal<u32>,
    /// How far the run has come.
    pub(crate) phase: RwSignal<Phase>,
    /// Raised whenever there are other units, or the same with other readings.
    pub(crate) text: RwSignal<u32>,
    /// What the units come from, in words.
    pub(crate) source: RwSignal<String>,
    /// The codebooks.
    pub(crate) codebooks: RwSignal<Arc<Codebooks>>,
    /// Codebooks that ship switched off.
    pub(crate) offers: RwSignal<Vec<CodebookOffer>>,
    /// What the service was last told.
    settings: StoredValue<Settings>,
    /// Why the codebooks could not be had.
    pub(crate) codebooks_failure: RwSignal<Option<String>>,
    /// Ids of the codebooks whose findings are not shown.
    pub(crate) off: RwSignal<HashSet<String>>,
    /// Which units to show.
    pub(crate) filter: RwSignal<Filter>,
    /// Runs of quiet units that are shown unit by unit, by the id of their first.
    pub(crate) unfolded: RwSignal<HashSet<String>>,
    /// How many lines of the list are shown.
    pub(crate) limit: RwSignal<usize>,
    /// Why a text could not be taken; empty if nothing is wrong.
    pub(crate) trouble: RwSignal<String>,
    /// The last thing that happened, in words.
    pub(crate) notice: RwSignal<String>,
    /// Whether the results are being written out.
    pub(crate) writing: RwSignal<bool>,
}

/// Numbers for the summary.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Numbers {
    /// Units.
    pub(crate) units: usize,
    /// Units whose reading has come.
    pub(crate) read: usize,
    /// Units with findings under a codebook that is shown.
    pub(crate) found: usize,
    /// By codebook.
    pub(crate) tallies: Tallies,
}

impl Bench {
    /// Asks for the codebooks.
    pub(crate) fn start(host: Host) -> Self {
        let bench = Self {
            browser: Browser::new(host),
            sheet: StoredValue::new(Sheet::default()),
            revision: RwSignal::new(0),
            phase: RwSignal::new(Phase::Idle),
            text: RwSignal::new(0),
            source: RwSignal::new(String::new()),
            codebooks: RwSignal::new(Arc::default()),
            offers: RwSignal::new(Vec::new()),
            settings: StoredValue::new(Settings::default()),
            codebooks_failure: RwSignal::new(None),
            off: RwSignal::new(HashSet::new()),
            filter: RwSignal::new(Filter::All),
            unfolded: RwSignal::new(HashSet::new()),
            limit: RwSignal::new(SLICE),
            trouble: RwSignal::new(String::new()),
            notice: RwSignal::new(String::new()),
            writing: RwSignal::new(false),
        };
        bench.load_codebooks();
        bench
    }

    /// The browser.
    pub(crate) fn host(&self) -> Host {
        self.browser.host()
    }

    /// A message of the catalogue.
    pub(crate) fn words(&self, key: &str) -> String {
        self.browser.text(key)
    }

    /// A message of the catalogue, with its placeholders filled.
    pub(crate) fn fill(&self, key: &str, args: &[&str]) -> String {
        self.browser.fill(key, args)
    }

    /// Asks for the codebooks, again if need be.
    pub(crate) fn load_codebooks(self) {
        self.codebooks_failure.set(None);
        spawn_local(self.hear_codebooks());
    }

    async fn hear_codebooks(self) {
        match self.host().request(&Request::Codebooks).await {
            Ok(Response::Codebooks { codebooks, offers, .. }) => {
                self.offers.set(offers.read().unwrap_or_default());
                self.codebooks.set(Arc::new(Codebooks(codebooks)));
            }
            Ok(_) => {}
            Err(failure) => self.codebooks_failure.set(Some(failure.message)),
        }
    }

    /// Switches a codebook on that ships switched off, and reads all units again.
    pub(crate) fn switch_on(self, id: &str) {
        let mut settings = self.settings.get_value();
        settings.switch(id, true, true);
        self.codebooks_failure.set(None);
        spawn_local(async move {
            match self.host().request(&Request::SetSettings { settings: settings.into() }).await {
                Ok(Response::Settings { settings }) => {
                    self.settings.set_value(settings);
                    self.hear_codebooks().await;
                    self.read_again();
                }
                Ok(_) => {}
                Err(failure) => self.codebooks_failure.set(Some(failure.message)),
            }
        });
    }

    // Runs.

    /// Reads the units of another text.
    pub(crate) fn read(self, source: String, cut: Cut) {
        self.trouble.set(String::new());
        self.notice.set(String::new());
        self.source.set(source);
        self.limit.set(SLICE);
        self.unfolded.update(HashSet::clear);
        self.sheet.update_value(|sheet| {
            let rows = cut.units.into_iter().enumerate().map(|(place, unit)| Row {
                unit: Arc::new(unit),
                reading: None,
                key: place.to_string(),
                found: 0,
            });
            *sheet = Sheet { rows: rows.collect(), bad: cut.bad, run: sheet.run, ..Sheet::default() };
        });
        self.text.update(|text| *text = text.wrapping_add(1));
        self.changed();
        self.go_on();
    }

    /// Forgets what was read, and reads the same units with the codebooks that there are now.
    fn read_again(self) {
        if self.phase.get_untracked() == Phase::Idle {
            return;
        }
        self.sheet.update_value(|sheet| {
            for row in &mut sheet.rows {
                (row.reading, row.found) = (None, 0);
            }
            (sheet.read, sheet.tallies, sheet.quiet) = (0, Tallies::default(), None);
        });
        self.text.update(|text| *text = text.wrapping_add(1));
        self.changed();
        self.go_on();
    }

    /// Reads the units that are not read yet.
    pub(crate) fn go_on(self) {
        self.phase.set(Phase::Reading);
        let mut run = 0;
        self.sheet.update_value(|sheet| {
            sheet.run = sheet.run.wrapping_add(1);
            run = sheet.run;
        });
        spawn_local(async move {
            let phase = self.run(run).await;
            if self.runs(run) {
                self.phase.set(phase);
                self.tell();
            }
        });
    }

    /// Ends the run; what is read stays.
    pub(crate) fn stop(self) {
        self.sheet.update_value(|sheet| sheet.run = sheet.run.wrapping_add(1));
        self.phase.set(Phase::Stopped);
        self.tell();
    }

    fn runs(self, run: u32) -> bool {
        self.sheet.with_value(|sheet| sheet.run == run)
    }

    async fn run(self, run: u32) -> Phase {
        let host = self.host();
        loop {
            let units = self.sheet.with_value(|sheet| batch(&sheet.rows[sheet.read..]));
            if units.is_empty() {
                return Phase::Done;
            }
            let page = Page { url: PAGE.to_owned(), title: String::new() };
            match host.request(&Request::Read { images: vec![], page, units }).await {
                // A text that was replaced meanwhile has other units.
                _ if !self.runs(run) => return Phase::Stopped,
                Ok(Response::Readings { readings, model }) if !readings.is_empty() => self.take(readings, model),
                Ok(_) => return Phase::Failed(self.words("workbench_no_answer")),
                Err(failure) => return Phase::Failed(failure.message),
            }
        }
    }

    fn take(self, readings: Vec<UnitReading>, model: ModelRef) {
        self.sheet.update_value(|sheet| {
            sheet.model = Some(model);
            for reading in readings {
                let Some(row) = sheet.rows.get_mut(sheet.read) else { break };
                tally::add(&mut sheet.tallies, &reading);
                row.found = found(&reading);
                row.reading = Some(shared(reading, row.found, &mut sheet.quiet));
                sheet.read += 1;
            }
        });
        self.changed();
    }

    fn changed(self) {
        self.revision.update(|revision| *revision = revision.wrapping_add(1));
    }

    /// Says where the run ended.
    fn tell(self) {
        let Numbers { units, read, found, .. } = untrack(|| self.numbers());
        let [units, read, found] = [units, read, found].map(|number| number.to_string());
        self.notice.set(match self.phase.get_untracked() {
            Phase::Done => self.fill("workbench_done", &[&units, &found]),
            Phase::Stopped => self.fill("workbench_stopped", &[&read, &units]),
            Phase::Failed(_) | Phase::Idle | Phase::Reading => return,
        });
    }

    // What was read.

    /// A unit by its place.
    pub(crate) fn row(&self, key: &str) -> Option<Row> {
        let place: usize = key.parse().ok()?;
        self.sheet.with_value(|sheet| sheet.rows.get(place).cloned())
    }

    /// Some rows that are read, from a place on.
    pub(crate) fn rows(&self, from: usize, number: usize) -> Vec<Row> {
        self.sheet.with_value(|sheet| sheet.rows[..sheet.read].iter().skip(from).take(number).cloned().collect())
    }

    /// Lines that are no unit.
    pub(crate) fn bad(&self) -> Vec<Bad> {
        self.text.track();
        self.sheet.with_value(|sheet| sheet.bad.clone())
    }

    /// The model that read.
    pub(crate) fn model(&self) -> Option<ModelRef> {
        self.sheet.with_value(|sheet| sheet.model.clone())
    }

    /// Whether a codebook's findings are shown.
    pub(crate) fn shows(&self, codebook: &str) -> bool {
        self.off.with(|off| !off.contains(codebook))
    }

    /// By place, the codebooks whose findings are shown.
    fn mask(&self) -> u64 {
        self.off.with(|off| {
            if off.is_empty() {
                return u64::MAX;
            }
            self.codebooks.with(|codebooks| {
                let active = codebooks.0.iter().filter(|card| card.active).enumerate();
                let shown = active.filter(|(_, card)| !off.contains(&card.codebook.id));
                shown.fold(0, |mask, (place, _)| mask | bit(place))
            })
        })
    }

    /// Numbers for the summary.
    pub(crate) fn numbers(&self) -> Numbers {
        self.revision.track();
        let mask = self.mask();
        self.sheet.with_value(|sheet| Numbers {
            units: sheet.rows.len(),
            read: sheet.read,
            found: sheet.rows.iter().filter(|row| row.found & mask != 0).count(),
            tallies: sheet.tallies.clone(),
        })
    }

    /// The lines of the list.
    pub(crate) fn items(&self) -> Vec<Item> {
        self.revision.track();
        let mask = self.mask();
        let filter = self.filter.get();
        self.unfolded.with(|unfolded| {
            self.sheet.with_value(|sheet| {
                let facts = |row: &Row| Facts { read: true, found: row.found & mask != 0, ..Facts::default() };
                let units = sheet.rows[..sheet.read].iter().map(|row| (row.key.as_str(), facts(row)));
                items(units, filter, unfolded, None)
            })
        })
    }
}

/// The next units to read; always one, if there is one.
fn batch(rows: &[Row]) -> Vec<String> {
    let mut bytes = 0;
    let mut units = Vec::new();
    for row in rows.iter().take(BATCH_UNITS) {
        bytes += row.unit.text.len();
        units.push(row.unit.text.clone());
        if bytes >= BATCH_BYTES {
            break;
        }
    }
    units
}

/// By place, the codebooks under which something was found.
fn found(reading: &UnitReading) -> u64 {
    let found = reading.results.iter().enumerate().filter(|(_, result)| !result.findings.is_empty());
    found.fold(0, |mask, (place, _)| mask | bit(place))
}

/// The bit of a codebook; those beyond the last share it.
fn bit(place: usize) -> u64 {
    1 << place.min(63)
}

/// The reading, or an earlier one that says the same.
fn shared(reading: UnitReading, found: u64, quiet: &mut Option<Arc<UnitReading>>) -> Arc<UnitReading> {
    match quiet {
        Some(quiet) if found == 0 && **quiet == reading => quiet.clone(),
        _ => {
            let reading = Arc::new(reading);
            if found == 0 {
                *quiet = Some(reading.clone());
            }
            reading
        }
    }
}
