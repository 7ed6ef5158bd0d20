//! The log as it is stored, and finding in it what was decided about a page.
//!
//! Shape: each entry under its own key; for each page the ids of its entries, oldest first, in shards of [`SHARD`], so that a
//! decision reads and writes a bounded amount however much was decided before. The first shard says how many follow.
//! Invariants: indexes hold ids alone, and follow from the log: one that is damaged is made again from it. A record that
//! cannot be read is named and given out as it is, is never mended by guess, and blocks no other.

use super::decisions::{check_schema, incomplete, value};
use super::protocol::{Damaged, Failure, Record, Response};
use super::store::Store;
use super::{Service, keys};
use crate::annotation::LogEntry;
use crate::order::Order;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::rc::Rc;

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

/// A key, and what is stored under it.
pub(super) type Kept = (String, Option<Value>);

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
        log.order_by(|one, other| one.at.cmp(&other.at).then_with(|| one.id.cmp(&other.id)));
        Ok(log.first().map(|first| PageIndex {
            address: first.page.url.clone(),
            decisions: log.iter().map(|entry| entry.id.clone()).collect(),
            more: 0,
        }))
    }

    /// Every entry that is wanted, of everything that is stored: for mending alone, it takes seconds where much is stored.
    pub(super) async fn whole_log(&self, wanted: impl Fn(&LogEntry) -> bool) -> Result<Vec<LogEntry>, Failure> {
        let mut entries = Vec::new();
        for keys in self.listed(None).await?.chunks(MAX_SLICE as usize) {
            let values = self.store.get(keys.to_vec()).await?.into_iter().flatten();
            entries.extend(values.filter_map(|value| serde_json::from_value(value).ok()).filter(&wanted));
        }
        Ok(entries)
    }

    /// A slice of all records, in the order of their keys. What is stored after the first slice was asked for is in none.
    pub(super) async fn records(&self, after: Option<String>, limit: u32) -> Result<Response, Failure> {
        let (slice, next) = self.slice(after, limit.clamp(1, MAX_SLICE) as usize).await?;
        let (mut records, mut damaged) = (Vec::new(), Vec::new());
        for [(key, entry), (annotation_key, annotation)] in slice {
            // A tombstone is no annotation, and whole.
            let annotation = annotation.filter(|value| value.get("type").is_none_or(|kind| kind != "Tombstone"));
            let annotation = annotation.and_then(|value| whole(annotation_key, value, &mut damaged));
            if let Some(log) = entry.and_then(|value| whole(key, value, &mut damaged)) {
                records.push(Record { log, annotation });
            }
        }
        Ok(Response::Records { project: self.project.id.clone(), records, damaged, next })
    }

    /// Some entries in the order of their keys, each with what stands under its annotation's key; and after which to go on.
    pub(super) async fn slice(
        &self,
        after: Option<String>,
        most: usize,
    ) -> Result<(Vec<[Kept; 2]>, Option<String>), Failure> {
        let listed = self.listed(after.as_ref()).await?;
        let from = after.map_or(0, |after| listed.partition_point(|key| *key <= after));
        let logs: Vec<String> = listed[from..].iter().take(most).cloned().collect();
        let next = (listed.len() > from + logs.len()).then(|| logs.last().cloned()).flatten();
        *self.listing.lock().await = next.is_some().then_some(listed);
        let annotations: Vec<String> =
            logs.iter().map(|key| keys::annotation(key.strip_prefix(keys::LOG).unwrap_or_default())).collect();
        let entries = self.store.get(logs.clone()).await?;
        let annotated = self.store.get(annotations.clone()).await?;
        if entries.len() != logs.len() || annotated.len() != annotations.len() {
            return Err(incomplete());
        }
        let entries = logs.into_iter().zip(entries);
        Ok((entries.zip(annotations.into_iter().zip(annotated)).map(|(one, other)| [one, other]).collect(), next))
    }

    /// The keys of all entries in their order; while slices are asked for, as they were at the first.
    async fn listed(&self, after: Option<&String>) -> Result<Rc<Vec<String>>, Failure> {
        if let Some(listed) = self.listing.lock().await.as_ref().filter(|_| after.is_some()) {
            return Ok(Rc::clone(listed));
        }
        let mut keys = self.store.keys().await?;
        keys.retain(|key| key.starts_with(keys::LOG));
        keys.order_by(|one, other| one.cmp(other));
        Ok(Rc::new(keys))
    }
}

/// A stored record, or its name among the damaged.
fn whole<T: serde::de::DeserializeOwned>(key: String, value: Value, damaged: &mut Vec<Damaged>) -> Option<T> {
    match T::deserialize(&value) {
        Ok(record) => Some(record),
        Err(why) => {
            damaged.push(Damaged { key, why: why.to_string(), value: value.to_string() });
            None
        }
    }
}
