//! Files for other tools hold what stands.

use super::*;
use postil::exchange::jsonl;
use postil::exchange::jsonld;
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::Writer;
use postil::service::projects::Projects;
use serde_json::json;

/// Accepted, assigned, edited, withdrawn, taken back and rejected, with quotation marks and a whole unit among them.
fn said() -> [Decision; 9] {
    let assigned = |number, code: &str| Decision { code: Some(code.into()), ..decision(number, Action::Assigned) };
    [
        decision(1, Action::Accepted),
        Decision { memo: Some("say \"why\"\n".into()), tier: Some(3), ..assigned(2, "threats") },
        Decision { span: None, ..assigned(3, "symbols") },
        assigned(4, "fundraising"),
        Decision { code: Some("takfir".into()), ..revision(5, Action::Edited, 2) },
        revision(6, Action::Withdrawn, 4),
        assigned(7, "symbols"),
        assigned(8, "symbols"),
        Decision { code: Some("other".into()), ..decision(9, Action::Rejected) },
    ]
}

fn coded() -> Service<Memory> {
    let service = service(Memory::default());
    said().into_iter().for_each(|decision| decide(&service, decision));
    service
}

fn annotations(records: &[Record]) -> Vec<Value> {
    let lines = records.iter().map(|record| jsonl::line(record).unwrap());
    let lines = lines.map(|line| serde_json::from_str::<Value>(&line).unwrap()["annotation"].clone());
    lines.filter(|annotation| !annotation.is_null()).collect()
}

fn collection(slices: &[Vec<Record>]) -> Value {
    let mut writer = Box::new(jsonld::Writer::new(Redaction::default()));
    let mut bytes = writer.begin().unwrap();
    for slice in slices {
        bytes.extend(writer.push(slice).unwrap());
    }
    bytes.extend(writer.finish().unwrap());
    serde_json::from_slice(&bytes).unwrap()
}

/// The annotations in a collection, without the log that each carries.
fn items(collection: &Value) -> Vec<Value> {
    let mut items = collection["first"]["items"].as_array().unwrap().clone();
    items.iter_mut().for_each(|item| drop(item.as_object_mut().unwrap().remove("postil:log").unwrap()));
    items
}

#[test]
fn both_files_hold_the_same_annotations_however_they_are_sliced() {
    let all = records(&coded(), 100);
    let lines = annotations(&all);
    let ids: Vec<&Value> = lines.iter().map(|it| &it["id"]).collect();
    assert_eq!(ids, [1, 2, 3, 8].map(|number| json!(format!("urn:uuid:{}", id(number)))).iter().collect::<Vec<_>>());
    for size in [1, 2, 100] {
        let slices: Vec<Vec<Record>> = all.chunks(size).map(<[Record]>::to_vec).collect();
        let collection = collection(&slices);
        assert_eq!(items(&collection), lines);
        assert_eq!(collection["total"], json!(4));
    }
}

/// Whatever the kind of a record: of words and of a whole unit, edited, tied to other words, withdrawn, with its text, with its
/// words alone and with none.
#[test]
fn the_collection_is_what_the_standard_says() {
    for evidence in [Evidence::Full, Evidence::Quote, Evidence::None] {
        let desk = Projects::of(service(Memory::default()));
        let ask = |request| pollster::block_on(desk.handle(request)).response;
        ask(Request::SaveProject { project: Project { evidence, ..Project::default() }.into() });
        let tied = Decision { text: format!("More. {TEXT}"), code: None, ..revision(10, Action::Reattached, 1) };
        for decision in said().into_iter().chain([tied]) {
            let response = ask(Request::Decide { decision: decision.into() });
            assert!(matches!(response, Response::Stored { .. }), "{response:?}");
        }
        let Response::Records { records, .. } = ask(Request::Records { after: None, limit: 100 }) else { panic!() };
        let collection = collection(&[records.read().unwrap()]);
        let found = web_annotation::collection(&collection);
        assert!(found.values().all(Vec::is_empty), "{evidence:?}: {found:?}");
        let items = collection["first"]["items"].as_array().unwrap();
        let kept = items.iter().filter(|item| item["target"]["state"]["postil:text"].is_string()).count();
        assert_eq!((items.len(), kept), (4, if evidence == Evidence::Full { 4 } else { 0 }), "{evidence:?}");
        assert_eq!((&items[1]["body"]["postil:code"], items[1]["modified"].is_string()), (&json!("takfir"), true));
        assert!(items[2].get("modified").is_none());
    }
}

#[test]
fn a_collection_of_nothing_is_one_too() {
    for slices in [vec![], vec![vec![]]] {
        let collection = collection(&slices);
        let found = web_annotation::collection(&collection);
        assert!(found.values().all(Vec::is_empty), "{found:?}");
        assert_eq!((collection.get("first"), &collection["total"]), (None, &json!(0)));
    }
}

#[test]
fn a_time_in_another_form_is_refused() {
    let service = service(Memory::default());
    for at in
        ["2026-11-22T10:00:00+00:00", "2026-11-22 10:00:00Z", "2026-11-22T10:00:00.Z", "today", "é026-11-22T10:00:00Z"]
    {
        let decision = Decision { at: at.into(), ..decision(1, Action::Accepted) };
        assert!(refused(&service, Request::Decide { decision: decision.into() }).message.contains("RFC 3339"), "{at}");
    }
}
