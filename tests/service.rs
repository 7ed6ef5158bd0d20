//! What a coder decides is kept, found again on the right words, and given back.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::codebook::{CompiledSet, builtin};
use postil::engine::Engine;
use postil::exchange::jsonl;
use postil::service::Service;
use postil::service::protocol::*;
use postil::service::store::{Memory, Store, StoreError};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

static CODEBOOKS: LazyLock<Vec<u8>> = LazyLock::new(|| builtin::compiled().unwrap());
const TEXT: &str = "First words 👩‍👩‍👧, then the khilafah, then more words to the end of it.";

fn service<S: Store>(store: S) -> Service<S> {
    Service::new(Engine::new(CompiledSet::from_bytes(&CODEBOOKS).unwrap()), store)
}

fn ask<S: Store>(service: &Service<S>, request: Request) -> Response {
    pollster::block_on(service.handle(request)).response
}

fn page() -> Page {
    Page { url: "https://example.org/feed#top".into(), title: "Feed".into() }
}

/// A decision on "khilafah" in [`TEXT`]; the number makes its id.
fn decision(number: u32, action: Action) -> Decision {
    let start = TEXT.encode_utf16().count() - "khilafah, then more words to the end of it.".len();
    let start = start as u32;
    let whole = action == Action::NoneApplies;
    Decision {
        id: format!("00000000-0000-4000-8000-{number:012}"),
        at: "2026-11-22T10:00:00.000Z".into(),
        page: page(),
        text: TEXT.into(),
        kind: UnitKind::Post,
        action,
        codebook: CodebookRef { id: "militant-jihad".into(), version: "1".into(), hash: "00".into() },
        code: (!whole).then(|| "caliphate-advocacy".into()),
        span: (!whole).then_some([start, start + 8]),
        proposed: Some(Proposal {
            probability: Some(0.3),
            stance: Some("none".into()),
            tier: Some(0),
            support: Some(0.1),
        }),
    }
}

fn marks<S: Store>(service: &Service<S>, text: &str) -> Vec<Mark> {
    match ask(service, Request::Read { page: page(), units: vec![text.into()] }) {
        Response::Readings { mut readings, .. } => readings.remove(0).marks,
        other => panic!("{other:?}"),
    }
}

fn records<S: Store>(service: &Service<S>, limit: u32) -> Vec<Record> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        match ask(service, Request::Records { after, limit }) {
            Response::Records { records, next } => {
                all.extend(records);
                if next.is_none() {
                    return all;
                }
                after = next;
            }
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn an_accepted_suggestion_is_an_annotation_and_a_log_entry() {
    let service = service(Memory::default());
    let answer = pollster::block_on(service.handle(Request::Decide { decision: decision(1, Action::Accepted).into() }));
    assert_eq!(answer.response, Response::Stored { id: decision(1, Action::Accepted).id });
    assert_eq!(answer.event, Some(Event::Decided { url: "https://example.org/feed".into() }));

    let records = records(&service, 10);
    assert_eq!(records.len(), 1);
    let line: Value = serde_json::from_str(&jsonl::line(&records[0]).unwrap()).unwrap();
    let annotation = &line["annotation"];
    assert_eq!(annotation["@context"], "http://www.w3.org/ns/anno.jsonld");
    assert_eq!(annotation["type"], "Annotation");
    assert_eq!(annotation["target"]["source"], "https://example.org/feed");
    let [quote, position] = annotation["target"]["selector"].as_array().unwrap().as_slice() else { panic!() };
    assert_eq!(quote["type"], "TextQuoteSelector");
    assert_eq!(quote["exact"], "khilafah");
    assert!(TEXT.contains(&format!(
        "{}khilafah{}",
        quote["prefix"].as_str().unwrap(),
        quote["suffix"].as_str().unwrap()
    )));
    let (start, end) = (position["start"].as_u64().unwrap() as usize, position["end"].as_u64().unwrap() as usize);
    let points: String = TEXT.chars().skip(start).take(end - start).collect();
    assert_eq!(points, "khilafah", "positions count code points");
    assert_eq!(annotation["target"]["state"]["postil:text"], TEXT);
    assert_eq!(line["log"]["action"], "accepted");
    assert_eq!(line["log"]["annotation"], annotation["id"]);
    assert_eq!(line["log"]["suggestionVisible"], true);
}

#[test]
fn rejecting_and_none_applies_make_log_entries_alone() {
    let service = service(Memory::default());
    ask(&service, Request::Decide { decision: decision(1, Action::Rejected).into() });
    ask(&service, Request::Decide { decision: decision(2, Action::NoneApplies).into() });
    let actions: Vec<_> = records(&service, 10).into_iter().map(|r| (r.log.action, r.annotation.is_some())).collect();
    assert_eq!(actions, [(Action::Rejected, false), (Action::NoneApplies, false)]);
    let shown: Vec<_> = marks(&service, TEXT).into_iter().map(|mark| (mark.action, mark.start.is_some())).collect();
    assert_eq!(shown, [(Action::Rejected, true), (Action::NoneApplies, false)]);
}

#[test]
fn the_same_decision_sent_again_is_stored_once() {
    let service = service(Memory::default());
    for _ in 0..3 {
        assert!(matches!(
            ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() }),
            Response::Stored { .. }
        ));
    }
    assert_eq!(records(&service, 10).len(), 1);
}

#[test]
fn the_last_word_on_a_code_is_shown_and_the_log_keeps_both() {
    let service = service(Memory::default());
    ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() });
    ask(&service, Request::Decide { decision: decision(2, Action::Rejected).into() });
    assert_eq!(marks(&service, TEXT).iter().map(|mark| mark.action).collect::<Vec<_>>(), [Action::Rejected]);
    assert_eq!(records(&service, 10).len(), 2);
}

#[test]
fn a_code_and_none_applies_exclude_each_other() {
    let service = service(Memory::default());
    let mut shown = Vec::new();
    for (number, action) in
        [Action::NoneApplies, Action::Accepted, Action::Rejected, Action::NoneApplies].into_iter().enumerate()
    {
        ask(&service, Request::Decide { decision: decision(number as u32, action).into() });
        shown.push(marks(&service, TEXT).iter().map(|mark| mark.action).collect::<Vec<_>>());
    }
    use Action::{Accepted, NoneApplies, Rejected};
    assert_eq!(shown, [vec![NoneApplies], vec![Accepted], vec![Rejected], vec![Rejected, NoneApplies]]);
}

#[test]
fn found_again_exactly_moved_or_not_at_all() {
    let service = service(Memory::default());
    ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() });
    let found = |text: &str| {
        marks(&service, text).into_iter().next().map(|mark| {
            let units: Vec<u16> = text.encode_utf16().collect();
            let span = mark.start.unwrap() as usize..mark.end.unwrap() as usize;
            (mark.outcome, String::from_utf16(&units[span]).unwrap())
        })
    };
    assert_eq!(found(TEXT), Some((Outcome::Exact, "khilafah".into())));
    let moved = format!("EDIT 🏴: {TEXT}");
    // The context reached the beginning of the unit: words put there are a change, not a move.
    assert_eq!(found(&moved), None);
    assert_eq!(found(&format!("{TEXT} And a postscript.")), Some((Outcome::Exact, "khilafah".into())));
    assert_eq!(found(&TEXT.replace("then the khilafah", "then a khilafah")), None, "its context changed");
    assert_eq!(found("khilafah"), None, "the word alone is not the decision");
    assert_eq!(found("Something else entirely."), None);
}

#[test]
fn a_quote_that_moved_within_its_unit_is_found_once_or_not() {
    let service = service(Memory::default());
    let padding = "Sentence of padding that goes on for a while. ";
    let text = format!("{padding}The word khilafah stands here. {padding}");
    let start = text.find("khilafah").unwrap() as u32;
    let made = Decision { text: text.clone(), span: Some([start, start + 8]), ..decision(1, Action::Accepted) };
    ask(&service, Request::Decide { decision: made.into() });
    let moved = format!("New first line. {text}");
    assert_eq!(marks(&service, &moved).iter().map(|mark| mark.outcome).collect::<Vec<_>>(), [Outcome::Moved]);
    assert_eq!(marks(&service, &format!("New first line. {text}{text}")), [], "two equal places: none is guessed");
}

#[test]
fn another_page_has_no_marks() {
    let service = service(Memory::default());
    ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() });
    let other = Request::PageDecisions { url: "https://example.org/other".into() };
    assert_eq!(ask(&service, other), Response::PageDecisions { decisions: vec![] });
}

#[test]
fn a_new_service_on_the_same_store_knows_everything() {
    let store = Rc::new(Memory::default());
    ask(&service(Shared(Rc::clone(&store))), Request::Decide { decision: decision(1, Action::Accepted).into() });
    assert_eq!(marks(&service(Shared(store)), TEXT).len(), 1);
}

#[test]
fn records_come_in_slices_without_loss() {
    let service = service(Memory::default());
    for number in 0..23 {
        ask(&service, Request::Decide { decision: decision(number, Action::Accepted).into() });
    }
    let ids: Vec<String> = records(&service, 5).into_iter().map(|record| record.log.id).collect();
    assert_eq!(ids, (0..23).map(|number| decision(number, Action::Accepted).id).collect::<Vec<_>>());
}

#[test]
fn bad_requests_are_refused_with_a_reason_and_change_nothing() {
    let service = service(Memory::default());
    let base = decision(1, Action::Accepted);
    let bad = [
        Decision { id: "no uuid".into(), ..base.clone() },
        Decision { span: Some([5, 5]), ..base.clone() },
        Decision { span: Some([9_000, 9_001]), ..base.clone() },
        Decision { code: None, ..base.clone() },
        Decision { action: Action::NoneApplies, ..base.clone() },
        Decision { text: "x".repeat(2 << 20), ..base.clone() },
        Decision { page: Page { url: String::new(), title: String::new() }, ..base },
    ];
    for decision in bad {
        let response = ask(&service, Request::Decide { decision: decision.into() });
        assert!(
            matches!(&response, Response::Failed { failure } if failure.kind == FailureKind::Invalid),
            "{response:?}"
        );
    }
    let many = Request::Read { page: page(), units: vec![String::new(); 10_000] };
    assert!(matches!(ask(&service, many), Response::Failed { .. }));
    assert_eq!(records(&service, 10), []);
}

#[test]
fn a_full_store_says_so_and_nothing_is_half_written() {
    let full = Full::default();
    let service = service(full.clone());
    let response = ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() });
    assert!(matches!(response, Response::Failed { failure } if failure.kind == FailureKind::Quota));
    assert_eq!(records(&service, 10), []);
    full.0.room.set(true);
    ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() });
    assert_eq!(full.0.writes.borrow().len(), 1, "one operation is one write");
    assert_eq!(full.0.writes.borrow()[0].len(), 4, "log entry, annotation, page index and what storage this is");
}

#[test]
fn storage_of_a_newer_version_is_left_alone() {
    let store = Memory::default();
    pollster::block_on(store.set(BTreeMap::from([("meta".to_owned(), json!({ "schema": 999 }))]))).unwrap();
    let service = service(store);
    let response = ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() });
    assert!(matches!(response, Response::Failed { failure } if failure.kind == FailureKind::Newer));
}

/// Many at once, as several windows do: none is lost from the page's index.
#[test]
fn decisions_at_the_same_time_keep_each_other() {
    let service = service(Shared(Rc::new(Memory::default())));
    let all =
        (0..20).map(|number| service.handle(Request::Decide { decision: decision(number, Action::Accepted).into() }));
    let mut all: Vec<_> = all.map(Box::pin).collect();
    pollster::block_on(std::future::poll_fn(|context| {
        all.retain_mut(|future| Future::poll(future.as_mut(), context).is_pending());
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    }));
    match ask(&service, Request::PageDecisions { url: page().url }) {
        Response::PageDecisions { decisions } => assert_eq!(decisions.len(), 20),
        other => panic!("{other:?}"),
    }
}

struct Shared(Rc<Memory>);

impl Store for Shared {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        // Gives way as a browser's storage does, so that requests interleave.
        give_way().await;
        self.0.get(keys).await
    }
    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        give_way().await;
        self.0.set(entries).await
    }
    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.0.keys().await
    }
}

async fn give_way() {
    let mut yielded = false;
    std::future::poll_fn(|context| {
        if yielded {
            return std::task::Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        std::task::Poll::Pending
    })
    .await;
}

/// A store without room until told.
#[derive(Clone, Default)]
struct Full(Rc<State>);

#[derive(Default)]
struct State {
    room: Cell<bool>,
    inner: Memory,
    writes: RefCell<Vec<BTreeMap<String, Value>>>,
}

impl Store for Full {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        self.0.inner.get(keys).await
    }
    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        if !self.0.room.get() {
            return Err(StoreError::Quota("no room".into()));
        }
        self.0.writes.borrow_mut().push(entries.clone());
        self.0.inner.set(entries).await
    }
    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.0.inner.keys().await
    }
}
