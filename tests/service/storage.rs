//! What lies in the store: how it grows, what becomes of damage, and storage of every earlier version.

use super::*;
use postil::service::keys;
use serde_json::json;

/// Every value that is read, by key, and how often the keys were listed.
#[derive(Clone, Default)]
pub(super) struct Counted(pub(super) Rc<(Memory, RefCell<Vec<String>>, Cell<usize>)>);

impl Store for Counted {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        self.0.1.borrow_mut().extend(keys.iter().cloned());
        self.0.0.get(keys).await
    }
    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        self.0.0.set(entries).await
    }
    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        self.0.0.remove(keys).await
    }
    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        self.0.2.set(self.0.2.get() + 1);
        self.0.0.keys().await
    }
}

fn put(store: &impl Store, key: &str, value: Value) {
    pollster::block_on(store.set(BTreeMap::from([(key.to_owned(), value)]))).unwrap();
}

fn at(store: &impl Store, key: &str) -> Option<Value> {
    pollster::block_on(store.get(vec![key.to_owned()])).unwrap().remove(0)
}

fn page_log<S: Store>(service: &Service<S>) -> Vec<String> {
    match ask(service, Request::PageDecisions { url: page().url }) {
        Response::PageDecisions { decisions } => decisions.read().unwrap().into_iter().map(|entry| entry.id).collect(),
        other => panic!("{other:?}"),
    }
}

/// A decision on a text of its own, under a codebook that is not at hand: nothing is learned from it.
fn nth(number: u32) -> Decision {
    let codebook = CodebookRef { id: "elsewhere".into(), version: "1".into(), hash: "00".into() };
    Decision { text: format!("text {number}"), codebook, ..decision(number, Action::NoneApplies) }
}

#[test]
fn a_page_with_many_decisions_keeps_them_in_order_and_rewrites_few() {
    let store = Counted::default();
    let one = service(store.clone());
    let many = 1_203;
    for number in 0..many {
        decide(&one, nth(number));
    }
    let all: Vec<String> = (0..many).map(id).collect();
    assert_eq!(page_log(&service(store.clone())), all);
    let largest = pollster::block_on(store.keys())
        .unwrap()
        .into_iter()
        .filter(|key| key.starts_with("page:"))
        .filter_map(|key| Some(at(&store, &key)?.to_string().len()))
        .max();
    assert!(largest.is_some_and(|bytes| bytes < 25_000), "a shard of {largest:?} bytes");

    // A service that has read the page before looks at no more than the shards that a decision changes.
    store.0.1.borrow_mut().clear();
    decide(&one, nth(many));
    let read = store.0.1.borrow();
    assert!(!read.iter().any(|key| key.starts_with(keys::LOG) && *key != keys::log(&id(many))), "{read:?}");
    assert!(read.iter().filter(|key| key.starts_with("page:")).count() <= 2, "{read:?}");
}

#[test]
fn an_index_that_is_damaged_is_made_again_from_the_log() {
    for shard in [0, 1, 2] {
        let store = Counted::default();
        let before = service(store.clone());
        (0..1_010).for_each(|number| decide(&before, nth(number)));
        let page = keys::page(&page().url);
        let key = if shard == 0 { page } else { keys::shard(&page, shard) };
        put(&store, &key, json!("no index"));
        let after = service(store.clone());
        let all = || (0..1_010).map(id).collect::<Vec<_>>();
        assert_eq!(page_log(&after), all(), "shard {shard}");
        decide(&after, nth(1_010));
        assert_eq!(page_log(&service(store)), [all(), vec![id(1_010)]].concat(), "shard {shard}");
    }
}

#[test]
fn slices_of_records_list_the_keys_once() {
    let store = Counted::default();
    let service = service(store.clone());
    (0..50).for_each(|number| decide(&service, nth(number)));
    store.0.2.set(0);
    assert_eq!(records(&service, 7).len(), 50);
    assert_eq!(store.0.2.get(), 1);

    // What is decided meanwhile is in the next export.
    let Response::Records { next, .. } = ask(&service, Request::Records { after: None, limit: 49 }) else { panic!() };
    decide(&service, nth(99));
    let Response::Records { records: rest, next, .. } = ask(&service, Request::Records { after: next, limit: 49 })
    else {
        panic!()
    };
    assert_eq!((rest.read().unwrap().len(), next), (1, None));
    assert_eq!(records(&service, 49).len(), 51);
}

#[test]
fn a_damaged_record_is_named_whole_and_blocks_nothing() {
    let store = Counted::default();
    let before = service(store.clone());
    (0..4).for_each(|number| {
        decide(&before, Decision { memo: Some("kept".into()), ..decision(number, Action::Assigned) })
    });
    put(&store, &keys::log(&id(1)), json!({ "id": id(1), "half": true }));
    put(&store, &keys::annotation(&id(3)), json!(["torn"]));
    let after = service(store.clone());
    let (records, damaged) = stored(&after, 2);
    assert_eq!(records.iter().map(|record| &*record.log.id).collect::<Vec<_>>(), [id(0), id(2), id(3)]);
    let named: Vec<(&str, Value)> =
        damaged.iter().map(|one| (&*one.key, serde_json::from_str(&one.value).unwrap())).collect();
    assert_eq!(
        named,
        [(&*keys::log(&id(1)), json!({ "id": id(1), "half": true })), (&*keys::annotation(&id(3)), json!(["torn"]))]
    );
    assert!(damaged.iter().all(|one| !one.why.is_empty()));
    assert_eq!(page_log(&after), [id(0), id(2), id(3)]);
    decide(&after, nth(9));
    // It stays as it was found.
    assert_eq!(at(&store, &keys::log(&id(1))), Some(json!({ "id": id(1), "half": true })));
}

#[test]
fn an_authors_index_that_is_damaged_is_made_again() {
    let store = Counted::default();
    let before = service(store.clone());
    let by = |number| Decision { author: Some("@salt_and_tea".into()), ..decision(number, Action::Assigned) };
    decide(&before, by(1));
    let key = pollster::block_on(store.keys()).unwrap().into_iter().find(|key| key.starts_with("author:")).unwrap();
    put(&store, &key, json!(3));
    let after = service(store);
    let request = || Request::Authors { url: page().url, names: vec!["@salt_and_tea".into()] };
    let Response::Authors { authors } = ask(&after, request()) else { panic!() };
    assert_eq!(authors[0].all.coded, 1);
    decide(&after, Decision { text: "another text of theirs, with a khilafah in it, and more".into(), ..by(2) });
    let Response::Authors { authors } = ask(&after, request()) else { panic!() };
    assert_eq!(authors[0].all.coded, 2);
}

/// Storage as every version of it was written: what it held is there, and it goes on.
#[test]
fn storage_of_every_earlier_version_is_read_and_goes_on() {
    for (schema, sample) in [(1, include_str!("../data/storage/schema-1.json"))] {
        let store = Counted::default();
        let stored: BTreeMap<String, Value> = serde_json::from_str(sample).unwrap();
        assert_eq!(stored[keys::META]["schema"], schema);
        pollster::block_on(store.set(stored.clone())).unwrap();
        let after = service(store.clone());
        let held = records(&after, 10);
        let logs = stored.keys().filter(|key| key.starts_with(keys::LOG)).count();
        assert_eq!(held.len(), logs, "schema {schema}");
        for record in &held {
            // Every word of it.
            let was = &stored[&keys::log(&record.log.id)];
            let is = serde_json::to_value(&record.log).unwrap();
            for (name, value) in was.as_object().unwrap() {
                assert_eq!(is[name], *value, "schema {schema}: {name}");
            }
        }
        let shown = marks(&after, TEXT);
        assert!(shown.iter().any(|mark| mark.action == Action::Assigned && mark.memo.is_some()), "{shown:?}");
        decide(&after, nth(500));
        decide(&after, revision(501, Action::Withdrawn, 1));
        assert_eq!(records(&service(store), 10).len(), logs + 2);
    }
}
