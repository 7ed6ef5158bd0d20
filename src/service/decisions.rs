//! Keeping decisions, and giving them back.
//!
//! Shape: one `set` writes the log entry, the annotations that it makes, changes or ends, the page's and the author's index,
//! and, the first time, what storage this is. Indexes hold ids alone; a record that cannot be read is passed over, never repaired by guess.

use super::annotations::changes;
use super::authors::Beside;
use super::before::first_words;
use super::images;
use super::protocol::{
    Action, Decision, Event, Failure, FailureKind, FoundVia, Json, ModelRef, Page, Response, UnitKind,
};
use super::purge::kept;
use super::standing::{around, assigns, words};
use super::store::{Store, StoreError};
use super::{Answer, Service, address, check, invalid, keys, limit, read};
use crate::annotation::pseudonym::{Pseudonym, identity};
use crate::annotation::record::{Captured, LogEntry, sha256, urn};
use crate::annotation::selector::{PROJECTION, Selector, describe};
use crate::text::offsets::{Unit, to_byte};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::rc::Rc;

/// Version of everything under every key. A newer one is not touched; all earlier ones are read as they are:
/// 1: a page's index is one value. 2: it goes on in shards; a unit's text may be absent.
const SCHEMA: u32 = 2;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Meta {
    schema: u32,
}

impl<S: Store> Service<S> {
    pub(super) async fn decide(&self, decision: Json<Decision>) -> Result<Answer, Failure> {
        let mut decision = read(decision)?;
        check::decision(&decision)?;
        let _turn = self.writing.lock().await;
        let log_key = keys::log(&decision.id);
        let first_key = keys::log(decision.revises.as_ref().unwrap_or(&decision.id));
        let found = self.store.get(vec![keys::META.into(), log_key.clone(), first_key]).await?;
        let [meta, already, first] = found.as_slice() else {
            return Err(incomplete());
        };
        check_schema(meta.as_ref())?;
        if already.is_some() {
            return Ok(stored(decision.id, address(&decision.page.url)?, false));
        }
        let model = self.active().await?.engine().model_with(&self.personal().await?.0);
        let mut beside = Beside::new();
        let said = decision.text.clone();
        let entry = match &decision.revises {
            None => {
                let mut author = None;
                if let Some(shown) = decision.author.take().filter(|shown| !identity(shown).is_empty()) {
                    let (pseudonym, more) = self.named(&address(&decision.page.url)?, &shown).await?;
                    (author, beside) = (Some(pseudonym), more);
                }
                if decision.kind == UnitKind::Account {
                    let account = author.ok_or_else(|| invalid("an account has a name".into()))?;
                    decision.text = account.to_string();
                }
                self.original(decision, author, model).await?
            }
            Some(id) => {
                let first = first.clone().ok_or_else(|| invalid(format!("there is no decision `{id}` to change")))?;
                let first: LogEntry = parse(first)?;
                let log = self.decisions(&first.page.url).await?;
                self.revision(first, &log, decision, model)?
            }
        };
        let session = self.open_session().await?;
        let named = session.as_ref().map(|session| session.id.clone());
        let entry = LogEntry { session: named, ..kept(entry, self.project.evidence) };
        let url = entry.page.url.clone();
        let log = self.decisions(&url).await?;
        let withdrawn = |it: &LogEntry| it.action == Action::Withdrawn && it.revises == entry.revises;
        limit(entry.revises.is_none() || !log.iter().any(withdrawn), || {
            "this decision was withdrawn already; decide anew".into()
        })?;
        let near = |it: &LogEntry| it.codebook.id == entry.codebook.id && it.coder == entry.coder;
        let unit = around(&log, &[&entry], &near);
        let said_now: Vec<LogEntry> = unit.iter().chain([&entry]).cloned().collect();
        let mut entries = changes(&unit, &said_now, |_| Some(&entry))?;
        entries.extend(beside);
        let counted = |it: &LogEntry| it.session == entry.session && it.unit.identity() == entry.unit.identity();
        if let Some(mut session) = session.filter(|_| !log.iter().any(counted)) {
            session.coded = session.coded.saturating_add(1);
            entries.insert(keys::session(&session.id), value(&session)?);
        }
        entries.extend(self.marked(&first_words(&log, std::iter::once(&entry))).await?);
        entries.insert(log_key, value(&entry)?);
        entries.extend(self.indexed(&url, &entry.id).await?);
        if meta.is_none() {
            entries.insert(keys::META.into(), meta_now()?);
        }
        let lesson = self.lesson(&unit, &entry, &said, &mut entries).await?;
        self.store.set(entries).await?;
        self.learned(&entry.codebook.id, lesson).await;
        let answer = stored(entry.id.clone(), url.clone(), self.wants_picture(&entry));
        self.remember(&url, entry).await;
        Ok(answer)
    }

    /// Adds what was stored to the log that is kept, if it is this page's.
    async fn remember(&self, url: &str, entry: LogEntry) {
        if let Some((known, log)) = self.recent.lock().await.as_mut()
            && known == url
            && log.iter().all(|it| it.id != entry.id)
        {
            Rc::make_mut(log).push(entry);
        }
    }

    /// The entry of a decision about something on a page.
    async fn original(
        &self,
        decision: Decision,
        author: Option<Pseudonym>,
        model: ModelRef,
    ) -> Result<LogEntry, Failure> {
        let page = Page { url: address(&decision.page.url)?, title: decision.page.title.clone() };
        let found_via = self.via(&page.url).await?;
        let (selector, unit) = place(&decision, author, found_via)?;
        Ok(LogEntry {
            annotation: assigns(decision.action).then(|| urn(&decision.id)),
            id: decision.id,
            at: decision.at,
            coder: self.project.coder.clone(),
            action: decision.action,
            page,
            codebook: decision.codebook,
            model,
            code: decision.code,
            stance: decision.stance,
            tier: decision.tier,
            confidence: decision.confidence,
            memo: decision.memo,
            relation: decision.relation,
            revises: None,
            selector,
            unit,
            suggestion_visible: decision.proposed.is_some() && !decision.hidden,
            proposed: decision.proposed,
            session: None,
        })
    }

    /// How a page was come upon goes with what is decided about it from now on.
    pub(super) async fn set_found_via(&self, url: &str, found_via: Option<FoundVia>) -> Result<Response, Failure> {
        let _turn = self.writing.lock().await;
        self.store.set([(keys::via(&address(url)?), value(&found_via)?)].into()).await?;
        Ok(Response::FoundVia { found_via })
    }

    /// How a page was come upon.
    pub(super) async fn found_via(&self, url: &str) -> Result<Response, Failure> {
        Ok(Response::FoundVia { found_via: self.via(&address(url)?).await? })
    }

    async fn via(&self, address: &str) -> Result<Option<FoundVia>, Failure> {
        let said = self.store.get(vec![keys::via(address)]).await?.into_iter().next().flatten();
        Ok(said.and_then(|value| parse(value).ok()))
    }

    /// The entry of a decision that changes another, `first`. Where it stands and on what text is said by what stands of that,
    /// unless it is tied to other words.
    fn revision(
        &self,
        first: LogEntry,
        log: &[LogEntry],
        decision: Decision,
        model: ModelRef,
    ) -> Result<LogEntry, Failure> {
        let undone = first.action == Action::Reattached && decision.action == Action::Withdrawn;
        limit(first.revises.is_none() || undone, || {
            format!("`{}` is itself a change; name the decision that was made first", first.id)
        })?;
        if undone {
            let later = log.iter().rfind(|it| it.revises == first.revises);
            limit(later.is_some_and(|later| later.id == first.id), || {
                "this decision was changed since it was tied to these words; tie it to others instead".into()
            })?;
        }
        let now = words(log).into_iter().rfind(|word| word.first.id == first.id).map(|word| word.last.clone());
        let mut now = now.unwrap_or_else(|| first.clone());
        let tied = decision.action == Action::Reattached;
        if tied {
            limit(address(&decision.page.url)? == first.page.url, || {
                "a decision stays on its page; decide anew on this one".into()
            })?;
            (now.selector, now.unit) = place(&decision, now.unit.author, now.unit.found_via)?;
        }
        let edited = decision.action == Action::Edited;
        limit(!edited || assigns(first.action), || {
            "only a code that was accepted or assigned can be edited; withdraw this decision and decide anew".into()
        })?;
        limit(!edited || first.codebook.id == decision.codebook.id, || {
            format!("the decision is under the codebook `{}`; an edit stays there", first.codebook.id)
        })?;
        Ok(LogEntry {
            id: decision.id,
            at: decision.at,
            coder: self.project.coder.clone(),
            action: decision.action,
            codebook: if edited { decision.codebook } else { now.codebook },
            model,
            code: if tied { now.code } else { decision.code },
            stance: if tied { now.stance } else { decision.stance },
            tier: if tied { now.tier } else { decision.tier },
            confidence: if tied { now.confidence } else { decision.confidence },
            memo: if tied { now.memo } else { decision.memo },
            // What is related is said by the first entry alone.
            relation: None,
            revises: Some(first.id),
            suggestion_visible: decision.proposed.is_some() && !decision.hidden,
            proposed: decision.proposed,
            ..now
        })
    }

    /// The log of a page, oldest first. A page is read in many batches: the last page's log is kept.
    pub(super) async fn decisions(&self, address: &str) -> Result<Rc<Vec<LogEntry>>, Failure> {
        let mut recent = self.recent.lock().await;
        if let Some((known, log)) = recent.as_ref()
            && known == address
        {
            return Ok(Rc::clone(log));
        }
        let log = Rc::new(self.stored_decisions(address).await?);
        *recent = Some((address.to_owned(), Rc::clone(&log)));
        Ok(log)
    }

    async fn stored_decisions(&self, address: &str) -> Result<Vec<LogEntry>, Failure> {
        self.log_of_page(&keys::page(address)).await
    }
}

/// The selectors of what a decision is about, and its unit as it is now.
fn place(
    decision: &Decision,
    author: Option<Pseudonym>,
    found_via: Option<FoundVia>,
) -> Result<(Vec<Selector>, Captured), Failure> {
    let text = &decision.text;
    let span = decision.span.map(|[start, end]| to_byte(text, Unit::Utf16, start)..to_byte(text, Unit::Utf16, end));
    limit(span.as_ref().is_none_or(|span| span.start < span.end), || {
        let [start, end] = decision.span.unwrap_or_default();
        format!("the span {start}..{end} holds no text of the unit")
    })?;
    let mut selector = describe(text, span, decision.path.as_deref());
    let image = decision.image.as_ref();
    selector.extend(image.and_then(|image| image.region).map(Selector::from));
    let image = image.map(|image| images::identity(&image.source)).transpose()?;
    let unit = Captured {
        kind: "TimeState".into(),
        source_date: decision.at.clone(),
        projection: PROJECTION.into(),
        sha256: sha256(text),
        text: Some(text.clone()),
        unit: decision.kind,
        image,
        author,
        title: decision.page.title.clone(),
        found_via,
    };
    Ok((selector, unit))
}

fn stored(id: String, url: String, picture: bool) -> Answer {
    Answer { response: Response::Stored { id, picture }, event: Some(Event::Decided { url }) }
}

/// What storage this is, as it is written the first time.
pub(super) fn meta_now() -> Result<Value, Failure> {
    value(&Meta { schema: SCHEMA })
}

pub(super) fn value(record: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(record).map_err(|error| invalid(error.to_string()))
}

pub(super) fn parse<T: DeserializeOwned>(value: Value) -> Result<T, Failure> {
    serde_json::from_value(value).map_err(|error| Failure {
        kind: FailureKind::Storage,
        message: format!("a stored record is damaged: {error}"),
    })
}

pub(super) fn incomplete() -> Failure {
    Failure { kind: FailureKind::Storage, message: "the storage gave an incomplete answer".into() }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let kind = match error {
            StoreError::Quota(_) => FailureKind::Quota,
            StoreError::Locked => FailureKind::Locked,
            StoreError::Damaged(_) => FailureKind::Damaged,
            StoreError::Other(_) => FailureKind::Storage,
        };
        Self { kind, message: error.to_string() }
    }
}

/// Whether this is storage of this version or an earlier one.
pub(super) fn check_schema(meta: Option<&Value>) -> Result<(), Failure> {
    let Some(meta) = meta else { return Ok(()) };
    // What does not say what it is was written by none that came after this one.
    let Ok(meta) = parse::<Meta>(meta.clone()) else { return Ok(()) };
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

/// Whether a face minted it as an id.
pub(super) fn is_uuid(id: &str) -> bool {
    id.len() == 36 && id.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}
