//! Files for other tools hold what stands.

use super::*;
use postil::exchange::jsonl;
use postil::exchange::jsonld;
use postil::exchange::redaction::Redaction;
use postil::exchange::writer::Writer;
use serde_json::json;

/// Accepted, assigned, edited, withdrawn, taken back and rejected, with quotation marks and a whole unit among them.
fn coded() -> Service<Memory> {
    let service = service(Memory::default());
    let assigned = |number, code: &str| Decision { code: Some(code.into()), ..decision(number, Action::Assigned) };
    decide(&service, decision(1, Action::Accepted));
    decide(&service, Decision { memo: Some("say \"why\"\n".into()), tier: Some(3), ..assigned(2, "threats") });
    decide(&service, Decision { span: None, ..assigned(3, "symbols") });
    decide(&service, assigned(4, "fundraising"));
    decide(&service, Decision { code: Some("takfir".into()), ..revision(5, Action::Edited, 2) });
    decide(&service, revision(6, Action::Withdrawn, 4));
    decide(&service, assigned(7, "symbols"));
    decide(&service, assigned(8, "symbols"));
    decide(&service, Decision { code: Some("other".into()), ..decision(9, Action::Rejected) });
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

/// Source: W3C Web Annotation Data Model, 2017, §3 (Annotation), §4 (Specific Resources), §5 (Collections).
#[test]
fn the_collection_is_of_the_standards_model() {
    let collection = collection(&[records(&coded(), 100)]);
    let [standard, ours] = collection["@context"].as_array().unwrap().as_slice() else { panic!() };
    assert_eq!(
        (standard, &ours["postil"]["@id"]),
        (&json!("http://www.w3.org/ns/anno.jsonld"), &json!("urn:postil:ns:"))
    );
    assert!(collection["id"].as_str().unwrap().starts_with("urn:uuid:"));
    assert_eq!(collection["type"], json!("AnnotationCollection"));
    let page = &collection["first"];
    assert_eq!((&page["type"], &page["startIndex"]), (&json!("AnnotationPage"), &json!(0)));
    assert!(page["id"].as_str().unwrap().starts_with("urn:uuid:") && page["id"] == collection["last"]);
    for item in page["items"].as_array().unwrap() {
        model(item);
    }
    let edited = &page["items"][1];
    assert_eq!((&edited["body"]["postil:code"], edited["modified"].is_string()), (&json!("takfir"), true));
    assert!(page["items"][0].get("modified").is_none());
}

/// What the standard says of an annotation that has one body and one target with selectors and a state.
fn model(item: &Value) {
    let text = |value: &Value| value.as_str().is_some_and(|text| !text.is_empty());
    assert!(item["@context"] == "http://www.w3.org/ns/anno.jsonld" && item["type"] == "Annotation", "{item}");
    assert!(item["id"].as_str().unwrap().starts_with("urn:uuid:"));
    assert_eq!(item["motivation"], "classifying");
    for time in [Some(&item["created"]), item.get("modified")].into_iter().flatten() {
        assert!(time.as_str().unwrap().ends_with('Z'), "times are in UTC: {time}");
    }
    assert!(item["creator"]["type"] == "Person" && text(&item["creator"]["nickname"]));
    let body = &item["body"];
    assert!(body["type"] == "SpecificResource" && body["purpose"] == "classifying");
    assert!(body["source"].as_str().unwrap().ends_with(&format!("#{}", body["postil:code"].as_str().unwrap())));
    let target = &item["target"];
    assert!(text(&target["source"]) && !target["source"].as_str().unwrap().contains('#'));
    let state = &target["state"];
    assert!(state["type"] == "TimeState" && text(&state["sourceDate"]));
    let whole = state["postil:text"].as_str().unwrap();
    for selector in target["selector"].as_array().unwrap() {
        match selector["type"].as_str().unwrap() {
            "TextQuoteSelector" => {
                let part = |name: &str| selector[name].as_str().unwrap();
                assert!(whole.contains(&[part("prefix"), part("exact"), part("suffix")].concat()));
                assert!(!part("exact").is_empty());
            }
            "TextPositionSelector" => {
                let (start, end) = (selector["start"].as_u64().unwrap(), selector["end"].as_u64().unwrap());
                assert!(start < end && end <= whole.chars().count() as u64);
            }
            other => panic!("{other} is no selector of text"),
        }
    }
}

#[test]
fn a_collection_of_nothing_is_one_too() {
    for slices in [vec![], vec![vec![]]] {
        let collection = collection(&slices);
        assert_eq!((&collection["first"]["items"], &collection["total"]), (&json!([]), &json!(0)));
    }
}
