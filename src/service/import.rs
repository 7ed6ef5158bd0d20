//! Entries that were read from a file elsewhere become entries of the open project: all of them or none.
//!
//! Shape: slices are put under keys of their own ([`Service::stage`]); then a marker says that they will be brought in,
//! and each is, in one write with how far the marker is ([`Service::import`]). A service that finds the marker at its
//! start goes on before it answers anything; slices without a marker are swept away.
//! Invariants: the union: entries of one id that differ are all kept, and the first by its bytes counts, so that the
//! order of files and how often one is brought in change nothing; annotations follow from the log, and those of a file
//! are not looked at; a page to which something came is in the order of its entries' times; no more of a text is kept
//! than the project says, and no words of units that were purged. An entry takes the place of what is stored under its id and cannot be read.
//! Must not touch: files; the personal model. What is brought in teaches nothing, until the coder of that name decides
//! about the same unit.

use super::annotations::changes;
use super::before::first_words;
use super::decisions::{check_schema, incomplete, is_uuid, meta_now, parse, value};
use super::log::said_first;
use super::protocol::{Action, Failure, Json, Record, Response};
use super::purge::kept_since;
use super::standing::{Word, around, words};
use super::store::Store;
use super::{Answer, Service, check, invalid, keys, limit};
use crate::annotation::LogEntry;
use crate::order::Order;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Most records in a slice.
const MAX_RECORDS: usize = 200;
/// Most other entries with the id of one, in one record.
const MAX_OTHERS: usize = 100;
/// Most slices.
const MAX_SLICES: u32 = 10_000;
/// Largest slice, in bytes of its JSON.
const MAX_SLICE: usize = 32 << 20;

/// What an import has come to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Import {
    id: String,
    /// Slices that are here.
    staged: u32,
    /// Slices that were brought in; absent until all are here.
    done: Option<u32>,
    tally: Tally,
}

/// Numbers of records.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub(super) struct Tally {
    added: u32,
    known: u32,
    conflicts: u32,
}

/// A record: all entries of one id that it has.
type Versions = Vec<LogEntry>;

/// What is known under an id.
#[derive(Default)]
struct Known {
    /// What counted.
    before: Option<LogEntry>,
    /// By their bytes.
    versions: BTreeMap<String, LogEntry>,
    grown: bool,
}

impl<S: Store> Service<S> {
    /// Once in the life of a service: finishes an import whose marker is there, and sweeps away one without.
    pub(super) async fn begin(&self) -> Result<(), Failure> {
        let mut begun = self.begun.lock().await;
        if !*begun {
            let _turn = self.writing.lock().await;
            if let Some(import) = self.import_now().await? {
                match import.done {
                    Some(_) => self.roll(import).await?,
                    None => self.sweep_import(&import).await?,
                }
            }
            *begun = true;
        }
        Ok(())
    }

    /// Finishes an import whose marker is there.
    pub(super) async fn settle(&self) -> Result<(), Failure> {
        let _turn = self.writing.lock().await;
        match self.import_now().await?.filter(|import| import.done.is_some()) {
            Some(import) => self.roll(import).await,
            None => Ok(()),
        }
    }

    /// Puts a slice where it waits for the others.
    pub(super) async fn stage(&self, id: String, number: u32, records: Json<Vec<Record>>) -> Result<Response, Failure> {
        let records = super::read(records)?;
        limit(is_uuid(&id), || "an import's id is a new UUID".into())?;
        limit(number < MAX_SLICES, || format!("at most {MAX_SLICES} slices in one import; divide the file"))?;
        limit((1..=MAX_RECORDS).contains(&records.len()), || format!("a slice has 1 to {MAX_RECORDS} records"))?;
        let mut slice: Vec<Versions> = Vec::with_capacity(records.len());
        let purged = self.purged().await?;
        for Record { log, conflicts, .. } in records {
            check::entry(&log)?;
            limit(conflicts.len() <= MAX_OTHERS, || {
                format!("the entry `{}` has more than {MAX_OTHERS} conflicts; resolve them in the file", log.id)
            })?;
            for other in &conflicts {
                check::entry(other)?;
                limit(other.id == log.id, || {
                    format!(
                        "among the conflicts of the entry `{}` is one with another id; take it out of the file",
                        log.id
                    )
                })?;
            }
            let entries = std::iter::once(log).chain(conflicts);
            slice.push(entries.map(|entry| kept_since(entry, self.project.evidence, purged.as_ref())).collect());
        }
        let slice = value(&slice)?;
        limit(slice.to_string().len() <= MAX_SLICE, || {
            format!("a slice is at most {MAX_SLICE} bytes; send fewer records in each")
        })?;
        let _turn = self.writing.lock().await;
        let mut import = match self.import_now().await? {
            Some(import) if import.done.is_none() && import.id == id && number <= import.staged => import,
            other => {
                limit(number == 0, || {
                    "the slices before this one are not here, because the browser was closed or another import was begun; \
                     begin again"
                        .into()
                })?;
                match other {
                    Some(other) if other.done.is_some() => self.roll(other).await?,
                    Some(other) => self.sweep_import(&other).await?,
                    None => {}
                }
                Import { id, staged: 0, done: None, tally: Tally::default() }
            }
        };
        import.staged = import.staged.max(number + 1);
        let entries = [(keys::IMPORT.to_owned(), value(&import)?), (keys::import_slice(number), slice)];
        self.store.set(entries.into()).await?;
        Ok(Response::Staged)
    }

    /// Brings in one slice of what is staged; the first time, it says before that all will be.
    pub(super) async fn import(&self, id: &str, slices: u32) -> Result<Answer, Failure> {
        let _turn = self.writing.lock().await;
        let Some(mut import) = self.import_now().await?.filter(|import| import.id == id) else {
            // It may have been finished since, when the project was opened.
            let ended = self.ended.borrow().as_ref().filter(|ended| ended.id == id).cloned();
            let ended = ended.ok_or_else(|| {
                invalid(
                    "nothing is staged under this id; read the file again: what is here already is not doubled".into(),
                )
            })?;
            return self.imported(&ended).await;
        };
        limit(import.staged == slices, || {
            format!("{} of {slices} slices are staged; send the others, or begin again", import.staged)
        })?;
        if import.done.is_none() {
            for number in 0..slices {
                limit(self.staged(number).await?.is_some(), || {
                    "what was staged is damaged; read the file again".into()
                })?;
            }
            import.done = Some(0);
            self.store.set([(keys::IMPORT.to_owned(), value(&import)?)].into()).await?;
        }
        self.bring_in(&mut import).await?;
        if import.left() == 0 {
            self.end(import.clone()).await?;
        }
        self.imported(&import).await
    }

    async fn imported(&self, import: &Import) -> Result<Answer, Failure> {
        let (Tally { added, known, conflicts }, left) = (import.tally, import.left());
        let response = Response::Imported { added, known, conflicts, left };
        if left > 0 {
            return Ok(response.into());
        }
        Ok(self.active().await?.changed(response))
    }

    /// The import that is here. One of which it cannot be read what it has come to is none; its slices go.
    async fn import_now(&self) -> Result<Option<Import>, Failure> {
        let found = self.store.get(vec![keys::IMPORT.into(), keys::META.into()]).await?;
        let [import, meta] = found.as_slice() else { return Err(incomplete()) };
        let Some(import) = import else { return Ok(None) };
        check_schema(meta.as_ref())?;
        if let Ok(import) = parse(import.clone()) {
            return Ok(Some(import));
        }
        let mut keys = self.store.keys().await?;
        keys.retain(|key| key.starts_with(keys::IMPORT));
        self.store.remove(keys).await?;
        Ok(None)
    }

    async fn roll(&self, mut import: Import) -> Result<(), Failure> {
        while import.left() > 0 {
            self.bring_in(&mut import).await?;
        }
        self.end(import).await
    }

    async fn end(&self, import: Import) -> Result<(), Failure> {
        self.sweep_import(&import).await?;
        *self.ended.borrow_mut() = Some(import);
        Ok(())
    }

    async fn sweep_import(&self, import: &Import) -> Result<(), Failure> {
        let slices = (0..import.staged).map(keys::import_slice);
        Ok(self.store.remove(std::iter::once(keys::IMPORT.into()).chain(slices).collect()).await?)
    }

    /// A slice, if it is here and can be read.
    async fn staged(&self, number: u32) -> Result<Option<Vec<Versions>>, Failure> {
        let found = self.store.get(vec![keys::import_slice(number)]).await?;
        Ok(found.into_iter().next().flatten().and_then(|slice| parse(slice).ok()))
    }

    /// The next slice, in one write with all that follows from it. One that was damaged since it was looked at is
    /// passed over: the project is not lost for it.
    async fn bring_in(&self, import: &mut Import) -> Result<(), Failure> {
        let Some(number) = import.done.filter(|done| *done < import.staged) else { return Ok(()) };
        let slice = self.staged(number).await?.unwrap_or_default();
        let mut known = self.known(&slice).await?;
        let purged = self.purged().await?;
        for entry in slice.into_iter().filter_map(|record| Some((record.first()?.id.clone(), record))) {
            let Some(known) = known.get_mut(&entry.0) else { return Err(incomplete()) };
            let were = known.versions.len();
            for entry in entry.1 {
                let entry = kept_since(entry, self.project.evidence, purged.as_ref());
                known.versions.entry(bytes(&entry)?).or_insert(entry);
            }
            let grown = known.versions.len() > were;
            known.grown |= grown;
            let counted = match (were, grown) {
                (0, _) => &mut import.tally.added,
                (_, false) => &mut import.tally.known,
                (_, true) => &mut import.tally.conflicts,
            };
            *counted += 1;
        }
        let (mut entries, counts) = self.united(known).await?;
        import.done = Some(number + 1);
        entries.insert(keys::IMPORT.into(), value(import)?);
        self.store.set(entries).await?;
        self.listing.forget().await;
        // The page of the next slice is this one, often.
        if let Some((url, log)) = self.recent.lock().await.as_mut() {
            let log = Rc::make_mut(log);
            let were = log.len();
            log.retain(|entry| !counts.contains_key(&entry.id));
            let stay = log.len();
            log.extend(counts.into_values().filter(|entry| entry.page.url == *url));
            if (were, stay) != (stay, log.len()) {
                log.order_by(said_first);
            }
        }
        Ok(())
    }

    /// What is stored under the ids of a slice.
    async fn known(&self, slice: &[Versions]) -> Result<BTreeMap<String, Known>, Failure> {
        let mut all: BTreeMap<String, Known> =
            slice.iter().flatten().map(|entry| (entry.id.clone(), Known::default())).collect();
        let logs = self.store.get(all.keys().map(|id| keys::log(id)).collect()).await?;
        let others = self.store.get(all.keys().map(|id| keys::conflict(id)).collect()).await?;
        for ((known, log), others) in all.values_mut().zip(logs).zip(others) {
            known.before = log.and_then(|log| parse(log).ok());
            let others: Versions = others.and_then(|others| parse(others).ok()).unwrap_or_default();
            for entry in known.before.iter().cloned().chain(others) {
                known.versions.insert(bytes(&entry)?, entry);
            }
        }
        Ok(all)
    }

    /// What to write so that everything known is stored, with all that follows from it; and the entries that count now.
    async fn united(
        &self,
        known: BTreeMap<String, Known>,
    ) -> Result<(BTreeMap<String, Value>, BTreeMap<String, LogEntry>), Failure> {
        let mut entries = BTreeMap::new();
        let mut counts: BTreeMap<String, LogEntry> = BTreeMap::new();
        let mut pages: BTreeSet<String> = BTreeSet::new();
        for (id, Known { before, versions, .. }) in known.into_iter().filter(|(_, known)| known.grown) {
            let mut versions = versions.into_values();
            let Some(first) = versions.next() else { continue };
            let others: Versions = versions.collect();
            if !others.is_empty() {
                entries.insert(keys::conflict(&id), value(&others)?);
            }
            if before.as_ref() != Some(&first) {
                entries.insert(keys::log(&id), value(&first)?);
                pages.extend(before.into_iter().map(|before| before.page.url));
                pages.insert(first.page.url.clone());
                counts.insert(id, first);
            }
        }
        let mut first = Vec::new();
        for url in &pages {
            let log = self.decisions(url).await?;
            let comes = || counts.values().filter(|entry| entry.page.url == *url);
            // Where order changes, anything may stand that did not.
            let in_order = log.is_sorted_by(|one, next| said_first(one, next).is_le());
            let before = around(&log, &counts.values().collect::<Vec<_>>(), &|_| true);
            let before = if in_order { &before } else { &*log };
            let stays = before.iter().filter(|entry| !counts.contains_key(&entry.id));
            let mut after: Vec<LogEntry> = stays.chain(comes()).cloned().collect();
            after.order_by(said_first);
            for (key, made) in changes(before, &after, |gone| ended_by(&after, gone))? {
                // What ends on one page may stand on another.
                let ends = made.get("type").is_some_and(|kind| kind == "Tombstone");
                if !ends || !entries.contains_key(&key) {
                    entries.insert(key, made);
                }
            }
            first.extend(first_words(&log, comes()));
            let stays = log.iter().filter(|entry| !counts.contains_key(&entry.id));
            let mut all: Vec<&LogEntry> = stays.chain(comes()).collect();
            all.order_by(|one, other| said_first(one, other));
            let ids: Vec<String> = all.into_iter().map(|entry| entry.id.clone()).collect();
            let index = Self::index_of(url, &ids)?;
            let stored = self.store.get(index.keys().cloned().collect()).await?;
            let changed = index.into_iter().zip(stored).filter(|((_, now), was)| was.as_ref() != Some(now));
            entries.extend(changed.map(|(shard, _)| shard));
        }
        entries.extend(self.marked(&first).await?);
        entries.extend(self.seen(counts.values()).await?);
        let meta = self.store.get(vec![keys::META.into()]).await?;
        if meta.first().is_some_and(Option::is_none) {
            entries.insert(keys::META.into(), meta_now()?);
        }
        Ok((entries, counts))
    }
}

impl Import {
    /// Slices that are not brought in.
    fn left(&self) -> u32 {
        self.staged - self.done.unwrap_or_default().min(self.staged)
    }
}

/// The entry of a page's log that leaves nothing of a word: it withdraws it, or takes it back.
fn ended_by<'l>(log: &'l [LogEntry], gone: &Word<'_>) -> Option<&'l LogEntry> {
    let of_it = |it: &&LogEntry| it.action == Action::Withdrawn && it.revises.as_ref() == Some(&gone.first.id);
    log.iter().find(of_it).or_else(|| {
        let words = words(log);
        let place = words.iter().rposition(|word| word.first.id == gone.first.id)?;
        let (word, later) = words[place..].split_first()?;
        let same =
            |it: &&Word<'_>| it.first.coder == word.first.coder && it.last.unit.identity() == word.last.unit.identity();
        later.iter().filter(same).find(|it| it.claim().takes_back(&word.claim())).map(|it| it.last)
    })
}

/// Different entries, in the order of their bytes.
pub(super) fn versions(entries: impl Iterator<Item = LogEntry>) -> Result<Vec<LogEntry>, Failure> {
    let by_bytes = entries.map(|entry| Ok((bytes(&entry)?, entry)));
    Ok(by_bytes.collect::<Result<BTreeMap<_, _>, Failure>>()?.into_values().collect())
}

/// An entry as a line has it.
fn bytes(entry: &LogEntry) -> Result<String, Failure> {
    serde_json::to_string(entry).map_err(|error| invalid(error.to_string()))
}
