//! What a coder decides and sets is kept, found again on the right words, and given back.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

mod archive;
mod authors;
mod before;
mod codebooks;
mod decisions;
mod export;
mod images;
mod imports;
mod learning;
mod pictures;
mod projects;
mod sessions;
mod settings;
mod standing;
mod storage;
mod unfound;
mod vault;
#[path = "../support/web_annotation.rs"]
mod web_annotation;

use postil::codebook::{CompiledSet, builtin, format};
use postil::engine::Engine;
use postil::service::protocol::*;
use postil::service::shelf::Shelf;
use postil::service::store::{Memory, Store, StoreError};
use postil::service::{Answer, Service};
use serde_json::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::LazyLock;

/// One of those that ship stands for them all.
static CODEBOOKS: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let shipped = format::parse(builtin::SOURCES[0].1).unwrap().codebook;
    CompiledSet::compile(vec![shipped]).unwrap().to_bytes().unwrap()
});
const TEXT: &str = "First words 👩‍👩‍👧, then the khilafah, then more words to the end of it.";

fn service<S: Store>(store: S) -> Service<S> {
    Service::new(Engine::new(CompiledSet::from_bytes(&CODEBOOKS).unwrap()), store).drawing(|| Ok([7; 32]))
}

fn answer<S: Store>(service: &Service<S>, request: Request) -> Answer {
    pollster::block_on(service.handle(request))
}

fn ask<S: Store>(service: &Service<S>, request: Request) -> Response {
    answer(service, request).response
}

/// What a request is refused with.
fn refused<S: Store>(service: &Service<S>, request: Request) -> Failure {
    match answer(service, request) {
        Answer { response: Response::Failed { failure }, event: None } => failure,
        other => panic!("{other:?}"),
    }
}

fn page() -> Page {
    Page { url: "https://example.org/feed#top".into(), title: "Feed".into() }
}

/// A decision on "khilafah" in [`TEXT`]; the number makes its id.
fn decision(number: u32, action: Action) -> Decision {
    let start = TEXT.encode_utf16().count() - "khilafah, then more words to the end of it.".len();
    let start = start as u32;
    let whole = matches!(action, Action::NoneApplies | Action::Withdrawn);
    Decision {
        id: id(number),
        at: "2026-11-22T10:00:00.000Z".into(),
        page: page(),
        text: TEXT.into(),
        kind: UnitKind::Post,
        author: None,
        path: None,
        image: None,
        action,
        codebook: CodebookRef { id: "militant-jihad".into(), version: "1".into(), hash: "00".into() },
        code: (!whole).then(|| "caliphate-advocacy".into()),
        stance: None,
        tier: None,
        confidence: None,
        memo: None,
        relation: None,
        hidden: false,
        span: (!whole).then_some([start, start + 8]),
        revises: None,
        proposed: Some(Proposal {
            code: None,
            probability: Some(0.3),
            stance: Some("none".into()),
            tier: Some(0),
            support: Some(0.1),
        }),
    }
}

/// An edit or a withdrawal of an earlier [`decision`].
fn revision(number: u32, action: Action, revises: u32) -> Decision {
    Decision { revises: Some(id(revises)), ..decision(number, action) }
}

fn id(number: u32) -> String {
    format!("00000000-0000-4000-8000-{number:012}")
}

fn decide<S: Store>(service: &Service<S>, decision: Decision) {
    let response = ask(service, Request::Decide { decision: decision.into() });
    assert!(matches!(response, Response::Stored { .. }), "{response:?}");
}

fn marks<S: Store>(service: &Service<S>, text: &str) -> Vec<Mark> {
    match ask(service, Request::Read { images: vec![], page: page(), units: vec![text.into()] }) {
        Response::Readings { mut readings, .. } => readings.remove(0).marks,
        other => panic!("{other:?}"),
    }
}

fn records<S: Store>(service: &Service<S>, limit: u32) -> Vec<Record> {
    let (records, damaged) = stored(service, limit);
    assert_eq!(damaged, []);
    records
}

/// All records, and what stands among them and cannot be read.
fn stored<S: Store>(service: &Service<S>, limit: u32) -> (Vec<Record>, Vec<Damaged>) {
    let (mut all, mut broken, mut after) = (Vec::new(), Vec::new(), None);
    loop {
        match ask(service, Request::Records { after, limit }) {
            Response::Records { records, damaged, next, .. } => {
                all.extend(records.read().unwrap());
                broken.extend(damaged.read().unwrap());
                if next.is_none() {
                    return (all, broken);
                }
                after = next;
            }
            other => panic!("{other:?}"),
        }
    }
}

/// Runs requests at the same time until all are answered.
fn together<F: Future<Output = Answer>>(requests: impl Iterator<Item = F>) {
    let mut all: Vec<_> = requests.map(Box::pin).collect();
    pollster::block_on(std::future::poll_fn(|context| {
        all.retain_mut(|future| Future::poll(future.as_mut(), context).is_pending());
        if all.is_empty() { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    }));
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
    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        give_way().await;
        self.0.remove(keys).await
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

impl Full {
    fn with_room() -> Self {
        let store = Self::default();
        store.0.room.set(true);
        store
    }
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
    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        self.0.inner.remove(keys).await
    }
    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.0.inner.keys().await
    }
}

/// A store that ends after a number of writes, as a killed browser does.
#[derive(Clone)]
struct Mortal(Rc<Memory>, Rc<Cell<u32>>);

impl Mortal {
    fn spend(&self) -> Result<(), StoreError> {
        let left = self.1.get().checked_sub(1).ok_or_else(|| StoreError::Other("killed".into()))?;
        self.1.set(left);
        Ok(())
    }
}

impl Store for Mortal {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        self.0.get(keys).await
    }
    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        self.spend()?;
        self.0.set(entries).await
    }
    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        self.spend()?;
        self.0.remove(keys).await
    }
    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.0.keys().await
    }
}
