//! Keeping decisions, and giving them back.
//!
//! Shape: one `set` writes the log entry, the annotation if one is made, the page's index of decisions, and, the first time,
//! what storage this is. Indexes hold ids alone; a record that cannot be read is passed over, never repaired by guess.

use super::protocol::{Action, Decision, Event, Failure, FailureKind, Record, Response};
use super::store::{Store, StoreError};
use super::{Answer, MAX_TEXT, Service, address, keys, limit};
use crate::annotation::record::{Annotation, AnnotationType, Body, CONTEXT, Captured, Creator, LogEntry, Target};
use crate::annotation::selector::{PROJECTION, describe};
use crate::text::offsets::{Unit, to_byte};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Version of everything under every key. A newer one is not touched.
pub(super) const SCHEMA: u32 = 1;
/// Pseudonym of the coder, until projects give them names.
const CODER: &str = "coder-1";
/// Most records in one slice.
const MAX_SLICE: u32 = 500;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    schema: u32,
}

/// Ids of the decisions about a page, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct PageIndex {
    address: String,
    decisions: Vec<String>,
}

impl<S: Store> Service<S> {
    pub(super) async fn decide(&self, decision: Decision) -> Result<Answer, Failure> {
        check(&decision)?;
        let page = super::protocol::Page { url: address(&decision.page.url)?, title: decision.page.title.clone() };
        let stored = Answer {
            response: Response::Stored { id: decision.id.clone() },
            event: Some(Event::Decided { url: page.url.clone() }),
        };
        let _turn = self.writing.lock().await;
        let log_key = keys::log(&decision.id);
        let page_key = keys::page(&page.url);
        let found = self.store.get(vec![keys::META.into(), log_key.clone(), page_key.clone()]).await?;
        let [meta, already, index] = found.as_slice() else {
            return Err(incomplete());
        };
        self.check_schema(meta.as_ref())?;
        if already.is_some() {
            return Ok(stored);
        }
        let mut index: PageIndex = match index {
            Some(value) => parse(value.clone())?,
            None => PageIndex { address: page.url.clone(), decisions: Vec::new() },
        };
        index.decisions.push(decision.id.clone());
        let (entry, annotation) = self.record(decision, page)?;
        let mut entries = BTreeMap::from([(log_key, value(&entry)?), (page_key, value(&index)?)]);
        if meta.is_none() {
            entries.insert(keys::META.into(), value(&Meta { schema: SCHEMA })?);
        }
        if let Some(annotation) = annotation {
            entries.insert(keys::annotation(&entry.id), value(&annotation)?);
        }
        self.store.set(entries).await?;
        *self.recent.lock().await = None;
        Ok(stored)
    }

    /// Builds the records of a decision.
    fn record(
        &self,
        decision: Decision,
        page: super::protocol::Page,
    ) -> Result<(LogEntry, Option<Annotation>), Failure> {
        let text = decision.text;
        let selector = match decision.span {
            None => Vec::new(),
            Some([start, end]) => {
                let span = to_byte(&text, Unit::Utf16, start)..to_byte(&text, Unit::Utf16, end);
                limit(span.start < span.end, || format!("the span {start}..{end} holds no text of the unit"))?;
                describe(&text, span)
            }
        };
        let unit = Captured {
            kind: "TimeState".into(),
            source_date: decision.at.clone(),
            projection: PROJECTION.into(),
            sha256: hex::encode(Sha256::digest(&text)),
            text,
            unit: decision.kind,
            title: page.title.clone(),
        };
        let annotation = match (decision.action, &decision.code) {
            (Action::Accepted | Action::Assigned, Some(code)) => {
                let codebook = &decision.codebook;
                Some(Annotation {
                    context: CONTEXT.into(),
                    id: format!("urn:uuid:{}", decision.id),
                    kind: AnnotationType::Annotation,
                    motivation: "classifying".into(),
                    creator: Creator { kind: "Person".into(), nickname: CODER.into() },
                    created: decision.at.clone(),
                    modified: None,
                    body: Body {
                        kind: "SpecificResource".into(),
                        purpose: "classifying".into(),
                        source: format!("urn:postil:codebook:{}:{}#{code}", codebook.id, codebook.version),
                        code: code.clone(),
                        codebook: codebook.clone(),
                        stance: decision.stance.clone(),
                        tier: decision.tier,
                        memo: decision.memo.clone(),
                    },
                    target: Target { source: page.url.clone(), selector: selector.clone(), state: unit.clone() },
                })
            }
            _ => None,
        };
        let entry = LogEntry {
            annotation: annotation.as_ref().map(|annotation| annotation.id.clone()),
            id: decision.id,
            at: decision.at,
            coder: CODER.into(),
            action: decision.action,
            page,
            codebook: decision.codebook,
            model: self.engine.model().clone(),
            code: decision.code,
            stance: decision.stance,
            tier: decision.tier,
            memo: decision.memo,
            revises: decision.revises,
            selector,
            unit,
            suggestion_visible: decision.proposed.is_some(),
            proposed: decision.proposed,
        };
        Ok((entry, annotation))
    }

    /// The log of a page, oldest first. A page is read in many batches: the last page's log is kept until something is
    /// decided.
    pub(super) async fn decisions(&self, address: &str) -> Result<Rc<[LogEntry]>, Failure> {
        let mut recent = self.recent.lock().await;
        if let Some((known, log)) = recent.as_ref()
            && known == address
        {
            return Ok(Rc::clone(log));
        }
        let log: Rc<[LogEntry]> = self.stored_decisions(address).await?.into();
        *recent = Some((address.to_owned(), Rc::clone(&log)));
        Ok(log)
    }

    async fn stored_decisions(&self, address: &str) -> Result<Vec<LogEntry>, Failure> {
        let found = self.store.get(vec![keys::META.into(), keys::page(address)]).await?;
        let [meta, index] = found.as_slice() else { return Err(incomplete()) };
        self.check_schema(meta.as_ref())?;
        let Some(index) = index else { return Ok(Vec::new()) };
        let index: PageIndex = parse(index.clone())?;
        let values = self.store.get(index.decisions.iter().map(|id| keys::log(id)).collect()).await?;
        Ok(values.into_iter().flatten().filter_map(|value| parse(value).ok()).collect())
    }

    /// A slice of all records, in the order of their keys.
    pub(super) async fn records(&self, after: Option<String>, limit: u32) -> Result<Response, Failure> {
        let mut logs = self.store.keys().await?;
        logs.retain(|key| key.starts_with(keys::LOG) && after.as_ref().is_none_or(|after| key > after));
        logs.sort_unstable();
        let more = logs.len() > limit.clamp(1, MAX_SLICE) as usize;
        logs.truncate(limit.clamp(1, MAX_SLICE) as usize);
        let next = more.then(|| logs.last().cloned()).flatten();
        let annotations: Vec<String> =
            logs.iter().map(|key| keys::annotation(key.strip_prefix(keys::LOG).unwrap_or_default())).collect();
        let logs = self.store.get(logs).await?;
        let annotations = self.store.get(annotations).await?;
        let records = logs
            .into_iter()
            .zip(annotations)
            .filter_map(|(log, annotation)| {
                Some(Record { log: parse(log?).ok()?, annotation: annotation.and_then(|value| parse(value).ok()) })
            })
            .collect();
        Ok(Response::Records { records, next })
    }

    fn check_schema(&self, meta: Option<&Value>) -> Result<(), Failure> {
        let Some(meta) = meta else { return Ok(()) };
        let meta: Meta = parse(meta.clone())?;
        if meta.schema > SCHEMA {
            return Err(Failure {
                kind: FailureKind::Newer,
                message: format!(
                    "these annotations were written by a newer Postil (schema {} against {SCHEMA}); update the extension to go on",
                    meta.schema
                ),
            });
        }
        Ok(())
    }
}

/// What the types do not say of a decision.
fn check(decision: &Decision) -> Result<(), Failure> {
    let id = &decision.id;
    let uuid = id.len() == 36 && id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    limit(uuid, || "a decision's id is a UUID".into())?;
    limit(decision.text.len() <= MAX_TEXT, || format!("a unit is at most {MAX_TEXT} bytes"))?;
    limit(decision.code.as_ref().is_none_or(|code| code.len() <= 80), || "a code's id is at most 80 bytes".into())?;
    limit(decision.at.len() <= 40, || "the time is RFC 3339 in UTC".into())?;
    limit((decision.action == Action::NoneApplies) == decision.code.is_none(), || {
        "accepting and rejecting name a code; `none applies` names none".into()
    })
}

fn value(record: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(record).map_err(|error| Failure { kind: FailureKind::Invalid, message: error.to_string() })
}

fn parse<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure {
        kind: FailureKind::Storage,
        message: format!("a stored record is damaged: {error}"),
    })
}

fn incomplete() -> Failure {
    Failure { kind: FailureKind::Storage, message: "the storage gave an incomplete answer".into() }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::Quota(_) => FailureKind::Quota,
            StoreError::Other(_) => FailureKind::Storage,
        };
        Self { kind, message: error.to_string() }
    }
}
