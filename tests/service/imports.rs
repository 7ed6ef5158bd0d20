//! What was coded elsewhere comes in whole or not at all, and in whatever order it comes, the same is here.

use super::*;
use postil::annotation::LogEntry;
use postil::annotation::record::sha256;
use postil::exchange::merge::Merge;
use postil::service::keys;
use postil::service::projects::Projects;
use postil::service::protocol::Json;
use proptest::prelude::*;
use serde_json::json;

const URL: &str = "https://example.org/feed";

/// An entry about a text on a page, as a file has it.
fn entry(number: u32, action: &str, change: Value) -> LogEntry {
    let text = "a unit's words";
    let coded = !matches!(action, "noneApplies" | "withdrawn");
    let mut entry = json!({
        "id": id(number), "at": "2026-01-02T03:04:05Z", "coder": "ben", "action": action,
        "page": {"url": URL, "title": "T"}, "codebook": {"id": "book", "version": "1", "hash": "00"},
        "model": {"id": "m", "hash": "00"}, "code": coded.then_some("one"), "stance": null, "tier": null, "memo": null,
        "revises": null, "selector": [], "suggestionVisible": false, "proposed": null, "annotation": null,
        "unit": {
            "type": "TimeState", "sourceDate": "2026-01-02T03:04:05Z", "postil:projection": "postil-unit-text-1",
            "postil:sha256": sha256(text), "postil:text": text, "postil:unit": "post", "postil:author": null,
            "postil:title": "T",
        },
    });
    for (path, value) in change.as_object().unwrap() {
        *entry.pointer_mut(path).unwrap() = value.clone();
    }
    serde_json::from_value(entry).unwrap()
}

fn record(log: LogEntry) -> Record {
    Record { log, annotation: None, conflicts: Vec::new() }
}

/// Hands records over in slices of a size, and imports them.
fn try_import<S: Store>(
    service: &Service<S>,
    import: u32,
    records: &[Record],
    size: usize,
) -> Result<[u32; 3], Failure> {
    let slices: Vec<&[Record]> = records.chunks(size).collect();
    let import = id(import);
    for (number, slice) in (0..).zip(&slices) {
        match ask(service, Request::Stage { import: import.clone(), number, records: Json::of(&slice.to_vec()) }) {
            Response::Staged => {}
            Response::Failed { failure } => return Err(failure),
            other => panic!("{other:?}"),
        }
    }
    let mut expected = slices.len() as u32;
    loop {
        let Answer { response, event } =
            answer(service, Request::Import { import: import.clone(), slices: slices.len() as u32 });
        match response {
            Response::Imported { added, known, conflicts, left } => {
                expected -= 1;
                assert_eq!(left, expected);
                assert_eq!(matches!(event, Some(Event::Changed { .. })), left == 0);
                if left == 0 {
                    return Ok([added, known, conflicts]);
                }
            }
            Response::Failed { failure } => return Err(failure),
            other => panic!("{other:?}"),
        }
    }
}

fn import<S: Store>(service: &Service<S>, number: u32, records: &[Record]) -> [u32; 3] {
    try_import(service, number, records, 3).unwrap()
}

fn raw(store: &Memory) -> BTreeMap<String, Value> {
    let keys = pollster::block_on(store.keys()).unwrap();
    let values = pollster::block_on(store.get(keys.clone())).unwrap();
    keys.into_iter().zip(values.into_iter().flatten()).collect()
}

/// What one coder's records come to: codes, an edit, a withdrawal, a rejection, on two pages, by an author.
fn coded() -> Rc<Memory> {
    let store = Rc::new(Memory::default());
    let service = service(Shared(Rc::clone(&store)));
    let by = |number, action| Decision { author: Some("@salt_and_tea".into()), ..decision(number, action) };
    decide(&service, by(1, Action::Accepted));
    decide(&service, Decision { code: Some("takfir".into()), ..revision(2, Action::Edited, 1) });
    decide(&service, Decision { text: format!("{TEXT} again"), ..by(3, Action::Assigned) });
    decide(&service, revision(4, Action::Withdrawn, 3));
    let elsewhere = Page { url: "https://example.org/other".into(), title: "Other".into() };
    decide(&service, Decision { page: elsewhere.clone(), ..by(5, Action::Assigned) });
    decide(&service, Decision { page: elsewhere, text: "none of it".into(), ..by(6, Action::NoneApplies) });
    decide(&service, decision(7, Action::Rejected));
    store
}

#[test]
fn what_is_imported_is_as_it_was_and_twice_is_once() {
    let from = service(Shared(coded()));
    let told = records(&from, 500);
    for size in [1, 2, 7] {
        let store = Rc::new(Memory::default());
        let to = service(Shared(Rc::clone(&store)));
        assert_eq!(try_import(&to, 90, &told, size).unwrap(), [7, 0, 0]);
        assert_eq!(records(&to, 500), told);
        // It is found again on its page, and by its author.
        assert_eq!(marks(&to, TEXT), marks(&from, TEXT));
        let kinds = |kind: &str| raw(&store).into_keys().filter(|key| key.starts_with(kind)).count();
        assert_eq!([kinds("page:"), kinds("author:"), kinds("import"), kinds("label:")], [2, 1, 0, 0]);
        let before = raw(&store);
        assert_eq!(try_import(&to, 91, &told, size).unwrap(), [0, 7, 0]);
        assert_eq!(raw(&store), before);
        // It goes on from there.
        decide(&to, revision(8, Action::Withdrawn, 5));
        assert!(records(&service(Shared(store)), 500).iter().all(|it| it.log.id != id(5) || it.annotation.is_none()));
    }
}

/// Each slice reads what comes, and the page once; of the page's index it writes what changed.
#[test]
fn many_entries_of_one_page_cost_each_slice_alike() {
    let (all, slice) = (1_300, 100);
    let told: Vec<Record> = (0..all)
        .map(|number| {
            let text = format!("words {number}");
            let at = format!("2026-01-02T03:{:02}:{:02}Z", number / 60, number % 60);
            let change = json!({"/at": at, "/unit/postil:text": text, "/unit/postil:sha256": sha256(&text)});
            record(entry(number, "assigned", change))
        })
        .collect();
    let counted = storage::Counted::default();
    assert_eq!(try_import(&service(counted.clone()), 90, &told, slice).unwrap(), [all, 0, 0]);
    let logs = counted.0.1.borrow().iter().filter(|key| key.starts_with(keys::LOG)).count();
    assert_eq!(logs as u32, all);
    let full = Full::with_room();
    try_import(&service(full.clone()), 90, &told, slice).unwrap();
    let writes = full.0.writes.borrow();
    let shards = writes.iter().map(|write| write.keys().filter(|key| key.starts_with("page:")).count());
    assert!(shards.max() <= Some(2), "the last of three shards, and the first, which says how many follow");
    assert_eq!(records(&service(full.clone()), 500), records(&service(counted), 500));
}

/// A clock went back between two decisions; what is brought in puts the page in the order of times.
#[test]
fn what_stands_otherwise_in_the_order_of_times_has_its_annotation() {
    let to = service(Memory::default());
    decide(&to, decision(1, Action::Accepted));
    decide(&to, Decision { at: "2026-11-22T09:00:00.000Z".into(), ..decision(2, Action::NoneApplies) });
    let annotated = || records(&to, 5).iter().filter(|it| it.annotation.is_some()).count();
    assert_eq!(annotated(), 0);
    import(&to, 90, &[record(entry(3, "noneApplies", json!({})))]);
    assert_eq!((annotated(), marks(&to, TEXT)[0].action), (1, Action::Accepted));
}

#[test]
fn a_withdrawal_from_elsewhere_ends_what_it_withdraws_and_says_so() {
    let store = coded();
    let to = service(Shared(Rc::clone(&store)));
    let before = marks(&to, TEXT).len();
    let withdrawn = entry(50, "withdrawn", json!({"/revises": id(1), "/at": "2026-12-01T00:00:00Z"}));
    assert_eq!(import(&to, 90, &[record(withdrawn)]), [1, 0, 0]);
    assert_eq!(marks(&to, TEXT).len() + 1, before, "what was read before is out of date");
    let ended = &raw(&store)[&keys::annotation(&id(1))];
    assert_eq!((&ended["type"], &ended["postil:by"]), (&json!("Tombstone"), &json!(id(50))));
}

#[test]
fn a_conflict_keeps_both_and_may_move_a_decision_to_another_page() {
    let store = Rc::new(Memory::default());
    let to = service(Shared(Rc::clone(&store)));
    let late = entry(1, "assigned", json!({"/page/url": "https://example.org/z", "/memo": "z"}));
    let early = entry(1, "assigned", json!({"/memo": "a"}));
    assert_eq!(import(&to, 90, &[record(late.clone())]), [1, 0, 0]);
    assert_eq!(import(&to, 91, &[record(early.clone()), record(late.clone())]), [0, 1, 1]);
    let [only] = records(&to, 5).try_into().unwrap();
    assert_eq!((only.log, only.conflicts), (early, vec![late]));
    assert_eq!(only.annotation.unwrap().body.memo.as_deref(), Some("a"));
    let on = |url: &str| match ask(&to, Request::PageDecisions { url: url.into() }) {
        Response::PageDecisions { decisions } => decisions.read().unwrap().len(),
        other => panic!("{other:?}"),
    };
    assert_eq!((on(URL), on("https://example.org/z")), (1, 0));
}

/// After a death at any write either nothing of the import is here or all of it, and nothing waits.
#[test]
fn a_death_at_any_write_leaves_all_or_nothing() {
    let told = records(&service(Shared(coded())), 500);
    let here = entry(60, "assigned", json!({}));
    let conflict = entry(60, "assigned", json!({"/memo": "another"}));
    let told = [told, vec![record(conflict)]].concat();
    let (mut writes, mut lived, mut marked) = (0, false, false);
    let all = {
        let whole = service(Memory::default());
        import(&whole, 90, &[record(here.clone())]);
        import(&whole, 91, &told);
        records(&whole, 500)
    };
    let mut seen = [0, 0];
    while !lived {
        let store = Rc::new(Memory::default());
        import(&service(Shared(Rc::clone(&store))), 90, &[record(here.clone())]);
        let before = raw(&store);
        let mortal = Mortal(Rc::clone(&store), Rc::new(Cell::new(writes)));
        lived = try_import(&service(mortal), 91, &told, 3).is_ok();
        let begun = raw(&store).get(keys::IMPORT).is_some_and(|marker| !marker["done"].is_null());
        let after = service(Shared(Rc::clone(&store)));
        let found = records(&after, 500);
        if begun || lived || found.len() > 1 {
            assert_eq!(found, all, "after {writes} writes");
            seen[1] += 1;
        } else {
            assert!(!marked, "after {writes} writes");
            assert_eq!(raw(&store), before, "after {writes} writes");
            seen[0] += 1;
        }
        marked |= begun;
        assert!(raw(&store).into_keys().all(|key| !key.starts_with(keys::IMPORT)), "after {writes} writes");
        if begun {
            // Who asked goes on asking.
            let Response::Imported { added, left, .. } = ask(&after, Request::Import { import: id(91), slices: 3 })
            else {
                panic!("after {writes} writes")
            };
            assert_eq!((added, left), (7, 0));
        }
        writes += 1;
    }
    assert_eq!(seen, [4, 5], "three slices, the marker, each slice brought in, and the end");
}

#[test]
fn no_more_is_kept_of_a_text_than_the_project_says() {
    let told = records(&service(Shared(coded())), 500);
    let store = Rc::new(Memory::default());
    let desk = Projects::of(service(Shared(Rc::clone(&store))));
    let said = |request| pollster::block_on(desk.handle(request)).response;
    said(Request::SaveProject { project: Project { evidence: Evidence::None, ..Project::default() }.into() });
    let mut told = told;
    told[0].conflicts = vec![LogEntry { memo: Some("another".into()), ..told[0].log.clone() }];
    assert_eq!(said(Request::Stage { import: id(90), number: 0, records: Json::of(&told) }), Response::Staged);
    assert!(!format!("{:?}", raw(&store)).contains("khilafah"));
    // Nothing of what waits is in a copy, and a copy brings nothing that waits.
    let Response::Dump { entries, .. } = said(Request::Dump { project: "first".into(), after: None, limit: 500 })
    else {
        panic!()
    };
    assert!(entries.clone().read().unwrap().iter().all(|it| !it.key.starts_with(keys::IMPORT)), "{entries:?}");
    let waiting = Stored { key: keys::IMPORT.into(), value: json!({}) };
    assert!(matches!(
        said(Request::Restore { project: id(80), entries: vec![waiting].into() }),
        Response::Failed { .. }
    ));
    let done = said(Request::Import { import: id(90), slices: 1 });
    assert_eq!(done, Response::Imported { added: 7, known: 0, conflicts: 0, left: 0 });
    assert!(!format!("{:?}", raw(&store)).contains("khilafah"));
}

#[test]
fn a_copy_that_is_made_after_the_marker_holds_all_of_the_import() {
    let store = Rc::new(Memory::default());
    let mortal = Mortal(Rc::clone(&store), Rc::new(Cell::new(4)));
    let two = [1, 2].map(|number| record(entry(number, "assigned", json!({}))));
    assert!(try_import(&service(mortal), 90, &two, 1).is_err());
    assert!(raw(&store)[keys::IMPORT]["done"] == 1, "two slices, the marker, and one brought in");
    let desk = Projects::of(service(Shared(Rc::clone(&store))));
    let said = |request| pollster::block_on(desk.handle(request)).response;
    let Response::Dump { entries, .. } = said(Request::Dump { project: "first".into(), after: None, limit: 500 })
    else {
        panic!()
    };
    assert_eq!(entries.read().unwrap().iter().filter(|it| it.key.starts_with(keys::LOG)).count(), 2);
}

#[test]
fn a_purge_takes_the_words_of_every_version() {
    let store = Rc::new(Memory::default());
    let to = service(Shared(Rc::clone(&store)));
    let all = [("a", "2026-01-02T03:04:05Z"), ("b", "2026-01-02T03:04:05Z"), ("c", "2026-09-02T03:04:05Z")];
    let [log, old, new] = all.map(|(memo, at)| entry(1, "assigned", json!({"/memo": memo, "/unit/sourceDate": at})));
    import(&to, 90, &[Record { log, annotation: None, conflicts: vec![old, new] }]);
    let texts = || {
        let [only] = records(&to, 5).try_into().unwrap();
        only.conflicts.iter().chain([&only.log]).filter(|it| it.unit.text.is_some()).count()
    };
    assert_eq!(texts(), 3);
    let purge = |before: Option<&str>| Request::Purge { after: None, before: before.map(str::to_owned) };
    assert_eq!(ask(&to, purge(Some("2026-06"))), Response::Purged { changed: 1, next: None });
    assert_eq!(texts(), 1);
    assert_eq!(ask(&to, purge(None)), Response::Purged { changed: 1, next: None });
    assert!(!format!("{:?}", raw(&store)).contains("unit's words"));
    assert_eq!(ask(&to, purge(None)), Response::Purged { changed: 0, next: None });
}

/// What was purged comes back with no file, whoever has it; what was captured since is kept.
#[test]
fn what_was_purged_stays_so_whatever_is_imported() {
    let on = |number: u32, day: &str| {
        let at = format!("2026-01-{day}T03:04:05Z");
        record(entry(number, "assigned", json!({"/at": at, "/unit/sourceDate": at})))
    };
    let told = [on(1, "02"), on(2, "05"), Record { conflicts: vec![on(3, "09").log], ..on(3, "04") }];
    for (before, later) in [(None, "10"), (Some("2026-01-10"), "11")] {
        let store = Rc::new(Memory::default());
        let to = service(Shared(Rc::clone(&store)));
        assert_eq!(import(&to, 90, &told), [3, 0, 0]);
        let asked = Request::Purge { after: None, before: before.map(str::to_owned) };
        assert_eq!(ask(&to, asked), Response::Purged { changed: 3, next: None });
        // Purging once more what is older takes nothing back of that.
        ask(&to, Request::Purge { after: None, before: Some("2025".into()) });
        let before = records(&to, 5);
        let again = service(Shared(Rc::clone(&store)));
        assert_eq!(import(&again, 91, &told), [0, 3, 0]);
        assert_eq!(records(&again, 5), before);
        // Others of that time come without words too, also while they wait.
        let staged = Request::Stage { import: id(92), number: 0, records: Json::of(&vec![on(4, "08"), on(5, "09")]) };
        assert_eq!(ask(&again, staged), Response::Staged);
        assert!(!format!("{:?}", raw(&store)).contains("unit's words"));
        import(&again, 93, &[on(4, "08"), on(5, "09"), on(6, later)]);
        let texts: Vec<bool> = records(&again, 10).iter().map(|it| it.log.unit.text.is_some()).collect();
        assert_eq!(texts, [false, false, false, false, false, true]);
        // It goes with a copy of the project.
        let desk = Projects::of(service(Shared(store)));
        let dumped =
            pollster::block_on(desk.handle(Request::Dump { project: "first".into(), after: None, limit: 500 }));
        let Response::Dump { entries, .. } = dumped.response else { panic!() };
        assert!(entries.clone().read().unwrap().iter().any(|it| it.key == keys::PURGED), "{entries:?}");
    }
}

#[test]
fn a_damaged_import_blocks_nothing() {
    for (key, value) in [(keys::IMPORT.to_owned(), json!(null)), (keys::import_slice(1), json!({"torn": true}))] {
        let store = Rc::new(Memory::default());
        let to = service(Shared(Rc::clone(&store)));
        let stage = |number| {
            let records = vec![record(entry(number, "assigned", json!({})))];
            ask(&to, Request::Stage { import: id(90), number, records: Json::of(&records) })
        };
        assert_eq!([stage(0), stage(1)], [Response::Staged, Response::Staged]);
        pollster::block_on(store.set([(key, value)].into())).unwrap();
        assert!(refused(&to, Request::Import { import: id(90), slices: 2 }).message.contains("read the file again"));
        let after = service(Shared(Rc::clone(&store)));
        assert_eq!(records(&after, 5), []);
        assert!(raw(&store).is_empty(), "{:?}", raw(&store));
    }
}

#[test]
fn hostile_entries_are_refused_by_their_id_and_with_a_mend() {
    let long = "x".repeat(1 << 21);
    let quote = json!([{"type": "TextQuoteSelector", "exact": long, "prefix": "", "suffix": ""}]);
    let backwards = json!([{"type": "TextPositionSelector", "start": 2, "end": 1}]);
    let many = json!(vec![json!({"type": "TextPositionSelector", "start": 1, "end": 2}); 9]);
    let path = json!({"type": "XPathSelector", "value": long, "refinedBy": {"type": "TextPositionSelector", "start": 0, "end": 0}});
    let range = json!([{"type": "RangeSelector", "startSelector": path, "endSelector": path}]);
    let cases = [
        ("/id", json!("no id"), "UUID"),
        ("/at", json!("yesterday"), "RFC 3339"),
        ("/at", json!("2026-01-02T03:04:05+01:00"), "RFC 3339"),
        ("/at", json!(format!("2026-01-02T03:04:05.{}Z", "0".repeat(30))), "RFC 3339"),
        ("/coder", json!(" "), "coder"),
        ("/coder", json!(long), "coder"),
        ("/page/url", json!(""), "address"),
        ("/page/url", json!(long), "address"),
        ("/page/url", json!("https://example.org/#top"), "fragment"),
        ("/page/title", json!(long), "title"),
        ("/codebook/id", json!(long), "codebook"),
        ("/codebook/hash", json!(long), "codebook"),
        ("/model/id", json!(long), "model"),
        ("/code", json!(long), "code"),
        ("/code", json!(null), "code"),
        ("/code", json!(""), "code"),
        ("/stance", json!(long), "stance"),
        ("/memo", json!(long), "memo"),
        (
            "/proposed",
            json!({"code": long, "probability": null, "stance": null, "tier": null, "support": null}),
            "proposed",
        ),
        ("/revises", json!(id(2)), "revise none"),
        ("/selector", quote, "selectors"),
        ("/selector", backwards, "selectors"),
        ("/selector", many, "selectors"),
        ("/selector", range, "selectors"),
        ("/annotation", json!("urn:uuid:x"), "annotation"),
        ("/unit/postil:text", json!(long), "unit"),
        ("/unit/postil:text", json!("other words"), "SHA-256"),
        ("/unit/postil:sha256", json!("00"), "SHA-256"),
        ("/unit/postil:projection", json!(long), "projection"),
        ("/unit/postil:title", json!(long), "title"),
        ("/unit/sourceDate", json!("soon"), "capture"),
    ];
    let store = Rc::new(Memory::default());
    let to = service(Shared(Rc::clone(&store)));
    let stage = |record| refused(&to, Request::Stage { import: id(90), number: 0, records: Json::of(&vec![record]) });
    let good = entry(1, "assigned", json!({}));
    for (field, value, says) in cases {
        let hostile = entry(1, "assigned", json!({ field: value }));
        // As an entry, and as another version of one.
        let beside = Record { conflicts: vec![hostile.clone()], ..record(good.clone()) };
        for record in [record(hostile.clone()), beside] {
            let failure = stage(record);
            assert_eq!(failure.kind, FailureKind::Invalid, "{field}");
            assert!(failure.message.contains(says) && failure.message.len() < 400, "{field}: {}", failure.message);
            assert!(failure.message.contains(&hostile.id) && failure.message.contains("leave it out"), "{field}");
        }
    }
    for action in ["edited", "withdrawn", "reattached"] {
        assert!(stage(record(entry(1, action, json!({"/code": null})))).message.contains(&id(1)), "{action}");
        let of_itself = entry(1, action, json!({"/revises": id(1)}));
        assert!(stage(record(of_itself)).message.contains(&id(1)), "{action}");
    }
    let other = Record { conflicts: vec![entry(2, "assigned", json!({}))], ..record(good.clone()) };
    assert!(stage(other).message.contains("another id"));
    let crowd = Record { conflicts: vec![good.clone(); 101], ..record(good.clone()) };
    assert!(stage(crowd).message.contains("100 conflicts"));
    let stage = |import: String, number, records| {
        refused(&to, Request::Stage { import, number, records: Json::of(&records) }).message
    };
    assert!(stage(id(90), 0, vec![record(good.clone()); 201]).contains("200 records"));
    assert!(stage(id(90), 0, Vec::new()).contains("200 records"));
    assert!(stage(id(90), 1, vec![record(good.clone())]).contains("begin again"));
    assert!(stage("here".into(), 0, vec![record(good.clone())]).contains("UUID"));
    assert!(raw(&store).is_empty());
    assert_eq!(
        ask(&to, Request::Stage { import: id(90), number: 0, records: Json::of(&vec![record(good)]) }),
        Response::Staged
    );
    assert!(refused(&to, Request::Import { import: id(90), slices: 2 }).message.contains("1 of 2"));
    assert!(refused(&to, Request::Import { import: id(91), slices: 1 }).message.contains("read the file again"));
    // A face that decides is held to the same.
    let wrong = Decision { at: "yesterday".into(), ..decision(1, Action::Accepted) };
    assert!(refused(&to, Request::Decide { decision: wrong.into() }).message.contains("RFC 3339"));
}

fn any_entry() -> impl Strategy<Value = LogEntry> {
    let action = prop_oneof![
        Just(("assigned", json!("one"))),
        Just(("assigned", json!("two"))),
        Just(("accepted", json!("one"))),
        Just(("rejected", json!("one"))),
        Just(("noneApplies", json!(null))),
        Just(("edited", json!("two"))),
        Just(("reattached", json!("one"))),
        Just(("withdrawn", json!(null))),
    ];
    let second = prop_oneof![Just("07Z"), Just("07.5Z"), Just("07.50Z"), Just("07.0Z"), Just("08Z")];
    let text = prop_oneof![Just("a unit's words"), Just("another's"), Just("a third's")];
    (1..9u32, action, second, 1..9u32, prop::bool::weighted(0.2), text).prop_map(
        |(number, (action, code), second, of, noted, text)| {
            let revises = matches!(action, "edited" | "reattached" | "withdrawn");
            let of = if of == number { 9 } else { of };
            let change = json!({
                "/at": format!("2026-01-02T03:04:{second}"), "/code": code, "/memo": noted.then_some("why"),
                "/coder": if number % 2 == 0 { "ben" } else { "anna" }, "/revises": revises.then(|| id(of)),
                "/unit/postil:text": text, "/unit/postil:sha256": sha256(text),
            });
            entry(number, action, change)
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 200, ..ProptestConfig::default() })]

    /// The oracle of the union is the merge of files.
    #[test]
    fn the_order_of_files_and_slices_changes_nothing(
        one in prop::collection::vec(any_entry(), 1..10),
        two in prop::collection::vec(any_entry(), 1..10),
        size in 1..5usize,
    ) {
        let [one, two] = [one, two].map(|file| file.into_iter().map(record).collect::<Vec<_>>());
        let mut merge = Merge::default();
        one.iter().for_each(|it| merge.push(0, it.clone()).unwrap());
        two.iter().for_each(|it| merge.push(1, it.clone()).unwrap());
        let (union, _) = merge.finish().unwrap();
        for files in [[&one, &two], [&two, &one]] {
            let store = Rc::new(Memory::default());
            let to = service(Shared(Rc::clone(&store)));
            for (number, file) in (90..).zip(files) {
                try_import(&to, number, file, size).unwrap();
            }
            prop_assert_eq!(&records(&to, 3), &union);
            let before = raw(&store);
            let again = try_import(&to, 92, &union, size).unwrap();
            prop_assert_eq!(again, [0, union.len() as u32, 0]);
            prop_assert_eq!(raw(&store), before);
        }
    }
}
