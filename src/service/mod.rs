//! Requests in, responses and events out, over a store.
//!
//! Purpose: the one door for every face. It reads units with the engine, keeps decisions in order, and finds them again.
//! Invariants: writes happen one at a time; each is one `set` that holds everything the operation changes; `Stored` is
//! answered only after the store has confirmed; a request that failed changed nothing; the same decision sent twice is
//! stored once. Nothing lives only here: everything in memory can be read from the store again.
//! Must not touch: the browser, the clock (faces send the time), how messages travel.

mod cards;
mod decisions;
pub mod keys;
pub mod protocol;
pub mod store;
pub mod tab;

use crate::annotation::LogEntry;
use crate::annotation::anchor::anchor;
use crate::engine::Engine;
use crate::text::offsets::{FromBytes, Unit};
use async_lock::Mutex;
use protocol::{Action, Event, Failure, FailureKind, Mark, Page, Request, Response, UnitReading};
use std::rc::Rc;
use store::Store;

/// Most units in one request.
pub const MAX_UNITS: usize = 256;
/// Longest unit, in bytes.
pub const MAX_TEXT: usize = 1 << 20;
/// Longest address, in bytes.
pub const MAX_URL: usize = 64 << 10;

/// The service over an engine and a store.
#[derive(Debug)]
pub struct Service<S> {
    engine: Engine,
    store: S,
    /// Held over read-modify-write.
    writing: Mutex<()>,
    /// The log of the page asked for last.
    recent: Mutex<Option<(String, Rc<[LogEntry]>)>>,
}

/// An answer, and what everybody else should hear.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// To the face that asked.
    pub response: Response,
    /// To every face.
    pub event: Option<Event>,
}

impl<S: Store> Service<S> {
    /// A service; touches the store on the first request.
    pub fn new(engine: Engine, store: S) -> Self {
        Self { engine, store, writing: Mutex::new(()), recent: Mutex::new(None) }
    }

    /// Carries out one request.
    pub async fn handle(&self, request: Request) -> Answer {
        let answer = match request {
            Request::Read { page, units } => self.read(&page, &units).await.map(Into::into),
            Request::Codebooks => Ok(Response::Codebooks { codebooks: cards::cards(self.engine.codebooks()) }.into()),
            Request::PageDecisions { url } => self.page_decisions(&url).await.map(Into::into),
            Request::Decide { decision } => self.decide(*decision).await,
            Request::Settings
            | Request::SetSettings { .. }
            | Request::AddCodebook { .. }
            | Request::RemoveCodebook { .. } => limit(false, || "not yet".into()).map(|()| unreachable!()),
            Request::Records { after, limit } => self.records(after, limit).await.map(Into::into),
        };
        answer.unwrap_or_else(|failure| Response::Failed { failure }.into())
    }

    async fn read(&self, page: &Page, units: &[String]) -> Result<Response, Failure> {
        limit(units.len() <= MAX_UNITS, || {
            format!("at most {MAX_UNITS} units in one request; send the rest in another")
        })?;
        limit(units.iter().all(|unit| unit.len() <= MAX_TEXT), || {
            format!("a unit is at most {MAX_TEXT} bytes; cut it")
        })?;
        let decisions = self.decisions(&address(&page.url)?).await?;
        let readings = units
            .iter()
            .map(|text| UnitReading { marks: marks(text, &decisions), ..self.engine.read(text, Unit::Utf16) })
            .collect();
        Ok(Response::Readings { readings, model: self.engine.model().clone() })
    }

    async fn page_decisions(&self, url: &str) -> Result<Response, Failure> {
        Ok(Response::PageDecisions { decisions: self.decisions(&address(url)?).await?.to_vec() })
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { response, event: None }
    }
}

/// The decisions that stand again in a unit. The last word on the same thing counts.
fn marks(text: &str, decisions: &[LogEntry]) -> Vec<Mark> {
    let mut marks: Vec<Mark> = Vec::new();
    for entry in decisions {
        let Some(found) = anchor(text, &entry.selector, &entry.unit) else {
            continue;
        };
        let span = found.span.map(|span| {
            let mut units = FromBytes::new(text, Unit::Utf16);
            (units.at(span.start), units.at(span.end))
        });
        marks.retain(|mark| !(mark.codebook == entry.codebook.id && takes_back(entry, mark)));
        marks.push(Mark {
            decision: entry.id.clone(),
            action: entry.action,
            codebook: entry.codebook.id.clone(),
            code: entry.code.clone(),
            stance: entry.stance.clone(),
            tier: entry.tier,
            memo: entry.memo.clone(),
            proposed: entry.proposed.as_ref().and_then(|proposal| proposal.code.clone()),
            outcome: found.outcome,
            start: span.map(|(start, _)| start),
            end: span.map(|(_, end)| end),
        });
    }
    marks
}

/// Whether a later decision under the same codebook leaves nothing of an earlier one: one about the same code, and a code
/// and `none applies` exclude each other.
fn takes_back(later: &LogEntry, earlier: &Mark) -> bool {
    let exclusive = (Action::Accepted, Action::NoneApplies);
    later.code == earlier.code
        || (later.action, earlier.action) == exclusive
        || (earlier.action, later.action) == exclusive
}

/// An address as records keep it: without the fragment.
fn address(url: &str) -> Result<String, Failure> {
    limit(!url.is_empty() && url.len() <= MAX_URL, || format!("an address has 1 to {MAX_URL} bytes"))?;
    Ok(url.split('#').next().unwrap_or_default().to_owned())
}

fn limit(holds: bool, message: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(Failure { kind: FailureKind::Invalid, message: message() }) }
}
