//! Decisions are kept once, found again on the right words, changed, taken back and given back.

use super::*;
use postil::annotation::record::Tombstone;
use postil::exchange::jsonl;
use postil::service::protocol::Json;
use serde_json::json;

#[test]
fn an_accepted_suggestion_is_an_annotation_and_a_log_entry() {
    let service = service(Memory::default());
    let answer = pollster::block_on(service.handle(Request::Decide { decision: decision(1, Action::Accepted).into() }));
    assert_eq!(answer.response, Response::Stored { id: decision(1, Action::Accepted).id, picture: false });
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
fn of_two_equal_places_the_one_decided_about_is_found_in_the_unchanged_unit_alone() {
    let service = service(Memory::default());
    let padding = "Sentence of padding that goes on for a while. ";
    let text = format!("{padding}The word khilafah stands here. {padding}");
    let twice = text.repeat(2);
    let start = twice.rfind("khilafah").unwrap() as u32;
    let made = Decision { text: twice.clone(), span: Some([start, start + 8]), ..decision(1, Action::Accepted) };
    ask(&service, Request::Decide { decision: made.into() });
    let found = |text: &str| marks(&service, text).iter().map(|mark| (mark.outcome, mark.start)).collect::<Vec<_>>();
    assert_eq!(found(&twice), [(Outcome::Exact, Some(start))]);
    assert_eq!(found(&format!("{twice}More.")), [], "the old position may hold the other one by now");
    assert_eq!(found(&text), [], "the one that is left may be the other one");
}

#[test]
fn another_page_has_no_marks() {
    let service = service(Memory::default());
    ask(&service, Request::Decide { decision: decision(1, Action::Accepted).into() });
    let other = Request::PageDecisions { url: "https://example.org/other".into() };
    assert_eq!(ask(&service, other), Response::PageDecisions { decisions: Json::of(&vec![]) });
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
    let many = Request::Read { images: vec![], page: page(), units: vec![String::new(); 10_000] };
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
    let written: Vec<String> = full.0.writes.borrow()[0].keys().cloned().collect();
    let mut parts: Vec<&str> = written.iter().map(|key| key.split(':').next().unwrap()).collect();
    parts.dedup();
    assert_eq!(parts, ["annotation", "label", "log", "meta", "near", "page"]);
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
    together(all);
    match ask(&service, Request::PageDecisions { url: page().url }) {
        Response::PageDecisions { decisions } => assert_eq!(decisions.read().unwrap().len(), 20),
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_edit_rewrites_the_annotation_in_one_write() {
    let store = Full::with_room();
    let service = service(store.clone());
    decide(&service, Decision { memo: Some("first".into()), ..decision(1, Action::Assigned) });
    let before = records(&service, 10).remove(0).annotation.unwrap();
    assert_eq!((before.body.memo.as_deref(), before.modified.as_deref()), (Some("first"), None));
    let edit = Decision {
        at: "2026-11-23T10:00:00.000Z".into(),
        code: Some("threats".into()),
        stance: Some("promotes".into()),
        tier: Some(5),
        memo: Some("second 👍".into()),
        text: "the unit reads otherwise now".into(),
        span: None,
        codebook: CodebookRef { version: "2".into(), ..before.body.codebook.clone() },
        ..revision(2, Action::Edited, 1)
    };
    for _ in 0..2 {
        let edited = answer(&service, Request::Decide { decision: edit.clone().into() });
        assert_eq!(edited.response, Response::Stored { id: id(2), picture: false });
        assert_eq!(edited.event, Some(Event::Decided { url: "https://example.org/feed".into() }));
    }
    let written: Vec<String> = store.0.writes.borrow().last().unwrap().keys().cloned().collect();
    let [annotation, labels @ .., log, index] = written.as_slice() else { panic!("{written:?}") };
    let labelled = |key: &String| key == "label:militant-jihad" || key.starts_with("label:militant-jihad:");
    assert!(labels.iter().all(labelled), "{written:?}");
    // The old label and the new one, each with its number, and how many there are.
    assert_eq!(labels.len(), 5, "{written:?}");
    assert_eq!((annotation, log), (&format!("annotation:{}", id(1)), &format!("log:{}", id(2))));
    assert!(index.starts_with("page:"));
    assert_eq!(store.0.writes.borrow().len(), 2, "the same edit again writes nothing");

    let all = records(&service, 10);
    let after = all[0].annotation.clone().unwrap();
    assert_eq!(after.body.code, "threats");
    assert_eq!(after.body.source, "urn:postil:codebook:militant-jihad:2#threats");
    assert_eq!((after.body.stance.as_deref(), after.body.tier), (Some("promotes"), Some(5)));
    assert_eq!(after.body.memo.as_deref(), Some("second 👍"));
    assert_eq!(after.modified.as_deref(), Some("2026-11-23T10:00:00.000Z"));
    assert_eq!((&after.id, &after.created, &after.target), (&before.id, &before.created, &before.target));
    assert_eq!((all[1].annotation.as_ref(), all[1].log.revises.as_ref()), (None, Some(&id(1))));
    assert_eq!(all[1].log.unit, all[0].log.unit, "an edit keeps text and span");

    let mark = marks(&service, TEXT).remove(0);
    assert_eq!((mark.decision, mark.memo.as_deref(), mark.tier), (id(1), Some("second 👍"), Some(5)));
    assert!(mark.start.is_some());
}

#[test]
fn a_withdrawal_leaves_a_tombstone_and_the_log() {
    let store = Full::with_room();
    let service = service(store.clone());
    decide(&service, decision(1, Action::Accepted));
    let withdrawal = Decision {
        at: "2026-11-23T10:00:00.000Z".into(),
        page: Page { url: "https://example.org/elsewhere".into(), title: String::new() },
        ..revision(2, Action::Withdrawn, 1)
    };
    let withdrawn = answer(&service, Request::Decide { decision: withdrawal.clone().into() });
    assert_eq!(withdrawn.event, Some(Event::Decided { url: "https://example.org/feed".into() }));
    decide(&service, withdrawal);
    let stored = pollster::block_on(store.get(vec![format!("annotation:{}", id(1))])).unwrap().remove(0).unwrap();
    let tombstone: Tombstone = serde_json::from_value(stored.clone()).unwrap();
    assert_eq!((tombstone.by, tombstone.deleted.as_str()), (id(2), "2026-11-23T10:00:00.000Z"));
    assert_eq!(stored["type"], "Tombstone");
    let all: Vec<_> = records(&service, 10).into_iter().map(|it| (it.log.action, it.annotation)).collect();
    assert_eq!(all, [(Action::Accepted, None), (Action::Withdrawn, None)]);
    assert_eq!(store.0.writes.borrow().len(), 2);
    assert_eq!(marks(&service, TEXT), []);
}

#[test]
fn what_cannot_be_changed_is_refused_with_a_reason() {
    let service = service(Memory::default());
    decide(&service, decision(1, Action::Assigned));
    decide(&service, decision(2, Action::NoneApplies));
    decide(&service, Decision { code: Some("other".into()), ..decision(3, Action::Rejected) });
    decide(&service, revision(4, Action::Edited, 1));
    decide(&service, decision(5, Action::Assigned));
    decide(&service, revision(6, Action::Withdrawn, 5));
    let before = records(&service, 20);
    let edit = |of| revision(10, Action::Edited, of);
    let other = CodebookRef { id: "other".into(), version: "1".into(), hash: "00".into() };
    let refusals = [
        (edit(99), "there is no decision"),
        (revision(10, Action::Withdrawn, 99), "there is no decision"),
        (edit(5), "withdrawn already"),
        (revision(10, Action::Withdrawn, 5), "withdrawn already"),
        (edit(4), "made first"),
        (revision(10, Action::Withdrawn, 6), "made first"),
        (edit(2), "can be edited"),
        (edit(3), "can be edited"),
        (Decision { codebook: other, ..edit(1) }, "stays there"),
        (Decision { revises: None, ..edit(1) }, "revise"),
        (Decision { revises: Some(id(1)), ..decision(10, Action::Accepted) }, "revise"),
        (Decision { revises: Some("1".into()), ..edit(1) }, "revise"),
        (Decision { code: None, ..edit(1) }, "name a code"),
        (Decision { code: Some(String::new()), ..decision(10, Action::Assigned) }, "name a code"),
        (Decision { code: Some("x".repeat(81)), ..decision(10, Action::Assigned) }, "name a code"),
        (Decision { code: Some("x".into()), ..revision(10, Action::Withdrawn, 1) }, "name none"),
        (Decision { memo: Some("x".repeat(10_001)), ..decision(10, Action::Assigned) }, "10000 bytes"),
        (Decision { stance: Some("x".repeat(81)), ..decision(10, Action::Assigned) }, "80 bytes"),
        (Decision { span: Some([7, 7]), ..decision(10, Action::Assigned) }, "no text"),
    ];
    for (decision, why) in refusals {
        let failure = refused(&service, Request::Decide { decision: decision.into() });
        assert!(failure.kind == FailureKind::Invalid && failure.message.contains(why), "{why}: {failure:?}");
    }
    assert_eq!(records(&service, 20), before);
    decide(&service, Decision { memo: Some("x".repeat(10_000)), ..decision(10, Action::Assigned) });
}

#[test]
fn a_full_store_changes_nothing_of_what_stands() {
    let store = Full::with_room();
    let service = service(store.clone());
    decide(&service, decision(1, Action::Accepted));
    let (before, shown) = (records(&service, 10), marks(&service, TEXT));
    store.0.room.set(false);
    for change in [revision(2, Action::Edited, 1), revision(3, Action::Withdrawn, 1), decision(4, Action::Rejected)] {
        assert_eq!(refused(&service, Request::Decide { decision: change.into() }).kind, FailureKind::Quota);
        assert_eq!((records(&service, 10), marks(&service, TEXT)), (before.clone(), shown.clone()));
    }
}

#[test]
fn a_page_whose_address_is_too_long_is_read_without_marks() {
    let service = service(Memory::default());
    decide(&service, decision(1, Action::Accepted));
    let url = format!("https://example.org/feed?{}", "x".repeat(64 << 10));
    let page = Page { url, title: String::new() };
    match ask(&service, Request::Read { images: vec![], page: page.clone(), units: vec![TEXT.into()] }) {
        Response::Readings { readings, .. } => {
            assert!(readings[0].marks.is_empty() && !readings[0].results[0].findings.is_empty());
        }
        other => panic!("{other:?}"),
    }
    let kept = Decision { page, ..decision(2, Action::Accepted) };
    assert_eq!(refused(&service, Request::Decide { decision: kept.into() }).kind, FailureKind::Invalid);
}

/// The ends of a range, each with its element and its place in code points.
fn ends(selector: &Value) -> Value {
    let end = |name: &str| {
        let (end, place) = (&selector[name], &selector[name]["refinedBy"]);
        assert_eq!((&end["type"], &place["type"]), (&json!("XPathSelector"), &json!("TextPositionSelector")));
        assert_eq!(place["start"], place["end"]);
        json!([end["value"], place["start"]])
    };
    json!([end("startSelector"), end("endSelector")])
}

#[test]
fn a_decision_says_where_its_unit_stands_in_the_page() {
    let service = service(Memory::default());
    let path = "/html[1]/body[1]/x-feed[2]/p[10]";
    let at = |path: &str, decision| Decision { path: Some(path.into()), ..decision };
    decide(&service, at(path, decision(1, Action::Accepted)));
    decide(&service, at(path, Decision { span: None, ..decision(2, Action::Assigned) }));
    decide(&service, at("/html[1]", Decision { code: Some("takfir".into()), ..revision(3, Action::Edited, 1) }));
    let tied =
        Decision { text: format!("👍 {TEXT}"), span: Some([3, 8]), code: None, ..revision(4, Action::Reattached, 2) };
    decide(&service, at("/html[1]/body[1]/p[1]", tied));
    let records = records(&service, 10);
    let ranges: Vec<Value> = records
        .iter()
        .map(|record| {
            let selector = serde_json::to_value(&record.log.selector).unwrap();
            ends(selector.as_array().unwrap().iter().find(|one| one["type"] == "RangeSelector").unwrap())
        })
        .collect();
    let place = records[0].log.selector.iter().find_map(|one| one.position()).unwrap();
    let whole = TEXT.chars().count();
    let words = json!([[path, place.start], [path, place.end]]);
    assert_eq!(place.end - place.start, 8);
    let tied = json!([["/html[1]/body[1]/p[1]", 2], ["/html[1]/body[1]/p[1]", 7]]);
    assert_eq!(ranges, [words.clone(), json!([[path, 0], [path, whole]]), words, tied]);
    assert_eq!(records[1].log.selector.len(), 1, "the whole unit has no quote and no position");
    // What is decided about is known by its words, wherever the page says that it stands.
    assert_eq!([TEXT, &format!("👍 {TEXT}")].map(|text| marks(&service, text).len()), [1, 1]);
}

#[test]
fn what_is_no_path_of_an_element_is_left_aside() {
    let service = service(Memory::default());
    let long = format!("/html[1]{}", "/div[1]".repeat(400));
    for (path, number) in
        ["", "/", "//p", "/html[1]/", "/html", "/p[0]", "/p[-1]", "/p[@id='a']", "/p[1]|/q[1]", "/ä[1]", "p[1]", &long]
            .into_iter()
            .zip(1..)
    {
        decide(&service, Decision { path: Some(path.into()), ..decision(number, Action::Accepted) });
        assert_eq!(records(&service, 100).last().unwrap().log.selector.len(), 2, "{path}");
    }
}
