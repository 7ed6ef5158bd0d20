//! What is stored about a page, looked at from outside: in the browser's storage itself, and as the service gives it.
//!
//! Invariants: nothing here writes; the current window shows a page of the extension.

use anyhow::{Context as _, Result, ensure};
use postil::annotation::LogEntry;
use postil::annotation::record::{Annotation, sha256};
use postil::service::keys;
use postil::service::standing::{assigns, standing};
use postil_browser::visit::Visit;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Numbers of xorshift64: the seed says all.
pub(super) struct Draw(u64);

impl Draw {
    /// From `POSTIL_SEED`, else from the clock; says which.
    pub(super) fn new() -> Result<Self> {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_millis() as u64;
        let seed = number("POSTIL_SEED").unwrap_or(now).max(1);
        println!("seed {seed} (POSTIL_SEED)");
        Ok(Self(seed))
    }

    /// From 0 up to `end`, without it.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// A number that whoever runs the cases may choose.
pub(super) fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// The log of the open project about a page, oldest first. Every entry is there once and untorn, the page's index names each
/// once, the annotations are those that stand, and the service gives the same.
pub(super) async fn log_of(visit: &Visit, address: &str) -> Result<Vec<LogEntry>> {
    let stored = visit.ask("return await api.storage.local.get(null);", "").await?;
    let stored: BTreeMap<String, Value> = serde_json::from_value(stored)?;
    let mut found = BTreeMap::new();
    for (key, value) in stored.iter().filter(|(key, _)| key.starts_with(keys::LOG)) {
        let entry: LogEntry = serde_json::from_value(value.clone()).with_context(|| format!("torn: {value}"))?;
        if entry.page.url != address {
            continue;
        }
        ensure!(*key == keys::log(&entry.id), "under another's key: {key}: {value}");
        ensure!(entry.unit.text.as_deref().map(sha256).as_ref() == Some(&entry.unit.sha256), "torn: {value}");
        found.insert(entry.id.clone(), entry);
    }
    let index = index_of(&stored, address)?;
    let named: BTreeSet<&String> = index.iter().collect();
    ensure!(named.len() == index.len(), "the page's index names a decision twice: {index:?}");
    let differing: Vec<_> = named.symmetric_difference(&found.keys().collect()).copied().collect();
    ensure!(differing.is_empty(), "in the page's index or in the log alone: {differing:?}");

    let read = "const port = api.runtime.connect({ name: 'postil' });
        return new Promise(resolve => {
            port.onMessage.addListener(({ response }) => { port.disconnect(); resolve(response.decisions); });
            port.postMessage({ id: 1, request: { type: 'pageDecisions', url: given } });
        });";
    let log: Vec<LogEntry> = serde_json::from_value(visit.ask(read, address).await?)?;
    ensure!(log.iter().map(|entry| &entry.id).eq(&index), "the service lists {log:#?}, the index {index:?}");

    let standing: BTreeMap<_, _> = standing(&log).into_iter().map(|word| (word.first.id.as_str(), word)).collect();
    for entry in log.iter().filter(|entry| entry.revises.is_none() && assigns(entry.action)) {
        let value = stored.get(&keys::annotation(&entry.id)).context("a decision without its annotation")?;
        match standing.get(entry.id.as_str()) {
            None => ensure!(value["type"] == "Tombstone", "an annotation outlived its decision: {value}"),
            Some(word) => {
                let annotation: Annotation = serde_json::from_value(value.clone())?;
                ensure!(Some(&annotation.id) == entry.annotation.as_ref(), "another's annotation: {value}");
                ensure!(annotation.target.state == word.last.unit, "the annotation is of another text: {value}");
            }
        }
    }
    Ok(log)
}

/// The ids in a page's index, in its order.
fn index_of(stored: &BTreeMap<String, Value>, address: &str) -> Result<Vec<String>> {
    let page = keys::page(address);
    let Some(first) = stored.get(&page) else { return Ok(Vec::new()) };
    ensure!(first["address"] == address, "the index is of another page: {first}");
    let mut ids: Vec<String> = serde_json::from_value(first["decisions"].clone())?;
    for number in 1..=first["more"].as_u64().unwrap_or(0) {
        let shard = stored.get(&keys::shard(&page, number as u32)).context("a shard of the index is gone")?;
        ids.extend(serde_json::from_value::<Vec<String>>(shard.clone())?);
    }
    Ok(ids)
}
