//! The log as it is stored, and finding in it what was decided about a page.
//!
//! Shape: each entry under its own key; for each page the ids of its entries, oldest first, in shards of [`SHARD`], so that a
//! decision reads and writes a bounded amount however much was decided before. The first shard says how many follow.
//! Invariants: indexes hold ids alone, and follow from the log: one that is damaged is made again from it. A record that
//! cannot be read is named and given out as it is, is never mended by guess, and blocks no other.

use super::decisions::{check_schema, incomplete, value};
use super::protocol::{Damaged, Failure, Json, Record, Response};
use super::store::Store;
use super::{Service, keys};
use crate::annotation::LogEntry;
use crate::order::Order;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Most ids in a shard.
const SHARD: usize = 500;
/// Most records in one slice.
const MAX_SLICE: u32 = 500;

/// The first ids of the decisions about a page.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct PageIndex {
    address: String,
    decisions: Vec<String>,
    /// How many shards follow.
    #[serde(default)]
    more: u32,
}

/// What is stored of a decision.
pub(super) struct Row {
    pub(super) id: String,
    pub(super) entry: Option<Value>,
    pub(super) annotation: Option<Value>,
    pub(super) conflicts: Option<Value>,
}

impl<S: Store> Service<S> {
    /// What to write so that a page's index has one more decision.
    pub(super) async fn indexed(&self, url: &str, id: &str) -> Result<BTreeMap<String, Value>, Failure> {
        let page = keys::page(url);
        let mut index = match self.index(&page).await? {
            Some(index) => index,
            None => PageIndex { address: url.to_owned(), ..PageIndex::default() },
        };
        let mut entries = BTreeMap::new();
        let mut last = None;
        if index.more > 0 {
            last = self.shards(&page, index.more..=index.more).await?;
            if last.is_none() {
                index = self.index_by_log(&page).await?.unwrap_or_default();
            }
        }
        let last = last.unwrap_or_else(|| index.decisions.clone());
        let full = last.len() >= SHARD;
        if index.more == 0 && !full {
            index.decisions.push(id.to_owned());
        } else {
            index.more += u32::from(full);
            let mut shard = if full { Vec::new() } else { last };
            shard.push(id.to_owned());
            entries.insert(keys::shard(&page, index.more), value(&shard)?);
        }
        entries.insert(page, value(&index)?);
        Ok(entries)
    }

    /// The index of a page, from all its decisions in their order.
    pub(super) fn index_of(url: &str, ids: &[String]) -> Result<BTreeMap<String, Value>, Failure> {
        let page = keys::page(url);
        let mut shards = ids.chunks(SHARD);
        let decisions = shards.next().unwrap_or_default().to_vec();
        let mut entries = BTreeMap::new();
        let mut more = 0;
        for shard in shards {
            more += 1;
            entries.insert(keys::shard(&page, more), value(&shard)?);
        }
        entries.insert(page, value(&PageIndex { address: url.to_owned(), decisions, more })?);
        Ok(entries)
    }

    /// The log of the page whose index has this key.
    pub(super) async fn log_of_page(&self, page: &str) -> Result<Vec<LogEntry>, Failure> {
        let meta = self.store.get(vec![keys::META.into()]).await?;
        check_schema(meta.first().and_then(Option::as_ref))?;
        let Some(mut index) = self.index(page).await? else { return Ok(Vec::new()) };
        match self.shards(page, 1..=index.more).await? {
            Some(further) => index.decisions.extend(further),
            None => index = self.index_by_log(page).await?.unwrap_or_default(),
        }
        let values = self.store.get(index.decisions.iter().map(|id| keys::log(id)).collect()).await?;
        Ok(values.into_iter().flatten().filter_map(|value| serde_json::from_value(value).ok()).collect())
    }

    /// The ids in some shards after the first; none, if one of them cannot be read.
    async fn shards(&self, page: &str, which: RangeInclusive<u32>) -> Result<Option<Vec<String>>, Failure> {
        if which.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let values = self.store.get(which.map(|number| keys::shard(page, number)).collect()).await?;
        let shards = values.into_iter().map(|value| serde_json::from_value::<Vec<String>>(value?).ok());
        Ok(shards.collect::<Option<Vec<_>>>().map(|shards| shards.concat()))
    }

    /// A page's index, of which the first shard is whole.
    async fn index(&self, page: &str) -> Result<Option<PageIndex>, Failure> {
        let found = self.store.get(vec![page.to_owned()]).await?;
        let Some(stored) = found.into_iter().next().flatten() else { return Ok(None) };
        match serde_json::from_value(stored) {
            Ok(index) => Ok(Some(index)),
            Err(_) => self.index_by_log(page).await,
        }
    }

    async fn index_by_log(&self, page: &str) -> Result<Option<PageIndex>, Failure> {
        let mut log = self.whole_log(|entry| keys::page(&entry.page.url) == page).await?;
        log.order_by(said_first);
        Ok(log.first().map(|first| PageIndex {
            address: first.page.url.clone(),
            decisions: log.iter().map(|entry| entry.id.clone()).collect(),
            more: 0,
        }))
    }

    /// Every entry that is wanted, of everything that is stored: for mending alone, it takes seconds where much is stored.
    pub(super) async fn whole_log(&self, wanted: impl Fn(&LogEntry) -> bool) -> Result<Vec<LogEntry>, Failure> {
        let mut entries = Vec::new();
        let keys = self.listing.all(keys::LOG, false, &self.store, |key| key.starts_with(keys::LOG)).await?;
        for keys in keys.chunks(MAX_SLICE as usize) {
            let values = self.store.get(keys.to_vec()).await?.into_iter().flatten();
            entries.extend(values.filter_map(|value| serde_json::from_value(value).ok()).filter(&wanted));
        }
        Ok(entries)
    }

    /// A slice of all records, in the order of their keys. What is stored after the first slice was asked for is in none.
    pub(super) async fn records(&self, after: Option<String>, limit: u32) -> Result<Response, Failure> {
        let (slice, next) = self.slice(after, limit.clamp(1, MAX_SLICE) as usize).await?;
        let (mut records, mut damaged) = (Vec::new(), Vec::new());
        for Row { id, entry, annotation, conflicts } in slice {
            // A tombstone is no annotation, and whole.
            let annotation = annotation.filter(|value| value.get("type").is_none_or(|kind| kind != "Tombstone"));
            let annotation = annotation.and_then(|value| whole(keys::annotation(&id), value, &mut damaged));
            let conflicts = conflicts.and_then(|value| whole(keys::conflict(&id), value, &mut damaged));
            if let Some(log) = entry.and_then(|value| whole(keys::log(&id), value, &mut damaged)) {
                records.push(Record { log, annotation, conflicts: conflicts.unwrap_or_default() });
            }
        }
        let (project, purged) = (self.project.id.clone(), self.purged().await?);
        let (records, damaged) = (Json::of(&records), Json::of(&damaged));
        Ok(Response::Records { project, records, damaged, purged, next })
    }

    /// Some decisions in the order of their keys; and after which to go on.
    pub(super) async fn slice(
        &self,
        after: Option<String>,
        most: usize,
    ) -> Result<(Vec<Row>, Option<String>), Failure> {
        let logs = |key: &str| key.starts_with(keys::LOG);
        let (slice, next, _) = self.listing.slice(keys::LOG, after, most, &self.store, logs).await?;
        let ids = || slice.iter().filter_map(|key| key.strip_prefix(keys::LOG));
        let values = async |key: fn(&str) -> String| self.store.get(ids().map(key).collect()).await;
        let [entries, annotations, conflicts] =
            [values(keys::log).await?, values(keys::annotation).await?, values(keys::conflict).await?];
        if [&entries, &annotations, &conflicts].iter().any(|values| values.len() != slice.len()) {
            return Err(incomplete());
        }
        let rows = ids().zip(entries).zip(annotations).zip(conflicts);
        let rows =
            rows.map(|(((id, entry), annotation), conflicts)| Row { id: id.into(), entry, annotation, conflicts });
        Ok((rows.collect(), next))
    }
}

/// Which of two entries was said first; of the same moment, the one with the smaller id.
pub(crate) fn said_first(one: &LogEntry, other: &LogEntry) -> Ordering {
    moment(&one.at).cmp(moment(&other.at)).then_with(|| one.id.cmp(&other.id))
}

/// A time in UTC of any precision, so that times are in the order of such texts.
fn moment(at: &str) -> &str {
    let at = at.strip_suffix('Z').unwrap_or(at);
    if at.contains('.') { at.trim_end_matches('0').trim_end_matches('.') } else { at }
}

/// A stored record, or its name among the damaged.
fn whole<T: serde::de::DeserializeOwned>(key: String, value: Value, damaged: &mut Vec<Damaged>) -> Option<T> {
    // Read from a copy: to read by reference would be all of reading a second time in the engine.
    match serde_json::from_value(value.clone()) {
        Ok(record) => Some(record),
        Err(why) => {
            damaged.push(Damaged { key, why: why.to_string(), value: value.to_string() });
            None
        }
    }
}
