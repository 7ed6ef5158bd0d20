//! What codebooks of the coder's own were, and decisions carried over to the codes that they have now.

use super::archive::Desktop;
use super::*;
use postil::codebook::{Codebook, fresh, write};
use postil::exchange::task::{Outcome, Task};
use postil::service::protocol::Json;
use serde_json::json;

/// A codebook of these codes.
fn fruit(version: &str, codes: &[&str]) -> Codebook {
    let mut codebook = fresh::codebook("fruit".into(), "Fruit".into());
    codebook.version = version.into();
    for code in codes {
        let mut code = fresh::code(&codebook, (*code).into(), None);
        code.definition = "For tests.".into();
        codebook.codes.push(code);
    }
    codebook
}

fn add(page: &Desktop, codebook: Codebook) {
    let response = page.said(Request::AddCodebook { codebook: Json::of(&codebook) });
    assert!(matches!(response, Response::Codebooks { .. }), "{response:?}");
}

fn versions(page: &Desktop, id: &str) -> Vec<String> {
    let Response::Codebook { codebook } = page.said(Request::Versions { id: id.into() }) else { panic!("no versions") };
    let all: Vec<Codebook> = serde_json::from_value(codebook).unwrap();
    all.into_iter().map(|codebook| codebook.version).collect()
}

#[test]
fn what_a_codebook_was_is_kept_until_it_is_removed() {
    let page = Desktop::new();
    assert_eq!(versions(&page, "fruit"), [""; 0]);
    add(&page, fruit("1", &["apple"]));
    add(&page, fruit("1", &["apple"]));
    assert_eq!(versions(&page, "fruit"), [""; 0], "kept again, it is no other version");
    for version in 2..=25 {
        add(&page, fruit(&version.to_string(), &["apple"]));
    }
    let kept: Vec<String> = (5..25).map(|version| version.to_string()).collect();
    assert_eq!(versions(&page, "fruit"), kept, "the oldest are let go");
    add(&page, fruit("7", &["apple"]));
    assert_eq!(versions(&page, "fruit").last().unwrap(), "25", "the one before, also where it was an earlier one");
    page.said(Request::RemoveCodebook { id: "fruit".into() });
    assert_eq!(versions(&page, "fruit"), [""; 0]);
}

#[test]
fn large_versions_are_let_go_sooner() {
    let page = Desktop::new();
    for version in 1..=6 {
        let mut large = fruit(&version.to_string(), &["apple"]);
        large.description = "x".repeat(1_500_000);
        add(&page, large);
    }
    assert_eq!(versions(&page, "fruit"), ["4", "5"]);
}

#[test]
fn versions_are_of_the_project_and_in_its_copies() {
    let page = Desktop::new();
    add(&page, fruit("1", &["apple"]));
    add(&page, fruit("2", &["apple"]));
    let (_, copy) = page.run(Task::Copy { projects: page.projects(), passphrase: None }, &[]).unwrap();
    let other = Desktop::new();
    assert_eq!(versions(&other, "fruit"), [""; 0]);
    other.run(Task::Restore { passphrase: None }, &copy).unwrap();
    assert_eq!(versions(&other, "fruit"), ["1"]);
}

#[test]
fn a_stored_history_that_cannot_be_read_is_none() {
    let store = Memory::default();
    pollster::block_on(store.set(BTreeMap::from([("versions:fruit".to_owned(), json!(7))]))).unwrap();
    let service = service(store);
    assert_eq!(ask(&service, Request::Versions { id: "fruit".into() }), Response::Codebook { codebook: json!([]) });
}

/// A decision under [`fruit`], on a text of its own.
fn coded(number: u32, code: &str) -> Decision {
    Decision {
        codebook: CodebookRef { id: "fruit".into(), version: "1".into(), hash: "00".into() },
        code: Some(code.into()),
        text: format!("{number} {TEXT}"),
        memo: Some("A note.".into()),
        tier: None,
        span: None,
        ..decision(number, Action::Assigned)
    }
}

/// Ids and codes of the decisions of the coder's page that stand, with the version that they are of.
fn standing(page: &Desktop) -> Vec<(String, String, String)> {
    let Response::Records { records, .. } = page.said(Request::Records { after: None, limit: 500 }) else {
        panic!("no records")
    };
    let notes = records.read().unwrap().into_iter().filter_map(|record| record.annotation);
    notes.map(|note| (note.id[42..].to_owned(), note.body.code, note.body.codebook.version)).collect()
}

/// Codes with how often they are in use; decisions with their codes and words; how many are another coder's.
type Looked = (Vec<(String, usize)>, Vec<(String, String, String)>, usize);

fn known(outcome: Outcome) -> Looked {
    let Outcome::Coded { codes, each, others } = outcome else { panic!("{outcome:?}") };
    let each = each.into_iter().map(|one| (one.decision[33..].to_owned(), one.code, one.words));
    (codes.into_iter().map(|it| (it.code, it.decisions)).collect(), each.collect(), others)
}

fn looked(page: &Desktop, each: &[&str]) -> Looked {
    let each = each.iter().map(|code| (*code).to_owned()).collect();
    known(page.run(Task::Coded { codebook: "fruit".into(), each }, &[]).unwrap().0)
}

fn migrated(page: &Desktop, codes: &[(&str, &str)], each: &[(u32, &str, &str)]) -> Result<usize, Failure> {
    let codes = codes.iter().map(|(from, to)| ((*from).to_owned(), (*to).to_owned())).collect();
    let each = each.iter().map(|(number, from, to)| (id(*number), [(*from).to_owned(), (*to).to_owned()])).collect();
    match page.run(Task::Migrate { codebook: "fruit".into(), codes, each }, &[])?.0 {
        Outcome::Migrated { changed } => Ok(changed),
        other => panic!("{other:?}"),
    }
}

#[test]
fn decisions_get_the_codes_that_the_coder_chose_and_nothing_else_changes() {
    let page = Desktop::new();
    add(&page, fruit("1", &["apple", "pear", "nut"]));
    for (number, code) in [(1, "apple"), (2, "apple"), (3, "pear"), (4, "nut"), (5, "nut"), (6, "nut"), (7, "apple")] {
        page.decide(coded(number, code));
    }
    page.decide(Decision { revises: Some(id(2)), ..Decision { action: Action::Edited, ..coded(12, "pear") } });
    page.decide(Decision {
        revises: Some(id(7)),
        code: None,
        ..Decision { action: Action::Withdrawn, ..coded(17, "") }
    });
    page.decide(Decision { action: Action::Rejected, ..coded(8, "apple") });
    page.decide(Decision { span: Some([2, 7]), ..coded(9, "nut") });
    page.decide(decision(10, Action::Assigned));
    let before = standing(&page);

    let (codes, each, others) = looked(&page, &["nut"]);
    assert_eq!(codes, [("apple".into(), 1), ("nut".into(), 4), ("pear".into(), 2)]);
    let words: Vec<(&str, &str)> = each.iter().map(|(id, _, words)| (id.as_str(), words.as_str())).collect();
    let whole = |number: u32| format!("{number} {TEXT}");
    assert_eq!(words, [("004", &*whole(4)), ("005", &whole(5)), ("006", &whole(6)), ("009", "First")]);
    assert_eq!(others, 0);
    assert_eq!(standing(&page), before, "looking changes nothing");

    // Renamed, merged, split; one of the split ones stays as it is.
    add(&page, fruit("2", &["fruit", "walnut", "almond"]));
    let each = [(4, "nut", "walnut"), (5, "nut", "almond"), (9, "pear", "almond")];
    assert_eq!(migrated(&page, &[("apple", "fruit"), ("pear", "fruit")], &each), Ok(5));
    let now: Vec<(String, String, String)> = standing(&page);
    let told: Vec<(&str, &str, &str)> = now.iter().map(|(id, code, version)| (&**id, &**code, &**version)).collect();
    assert_eq!(
        told,
        [
            ("001", "fruit", "2"),
            ("002", "fruit", "2"),
            ("003", "fruit", "2"),
            ("004", "walnut", "2"),
            ("005", "almond", "2"),
            ("006", "nut", "1"),
            ("009", "nut", "1"),
            ("010", "caliphate-advocacy", "1"),
        ]
    );
    assert_eq!(
        migrated(&page, &[("apple", "fruit"), ("pear", "fruit")], &each),
        Ok(0),
        "a second time there is nothing"
    );
    let Response::PageDecisions { decisions } = page.said(Request::PageDecisions { url: super::page().url }) else {
        panic!("no decisions")
    };
    let decisions = decisions.read().unwrap();
    let edit = decisions.iter().rfind(|entry| entry.revises == Some(id(1))).unwrap();
    let first = decisions.iter().find(|entry| entry.id == id(1)).unwrap();
    assert_eq!((edit.action, &edit.memo, &edit.unit), (Action::Edited, &first.memo, &first.unit));
    assert!(!edit.suggestion_visible && edit.coder == first.coder && edit.codebook.hash.len() == 64);
}

#[test]
fn a_code_that_is_not_kept_is_not_given() {
    let page = Desktop::new();
    add(&page, fruit("1", &["apple"]));
    page.decide(coded(1, "apple"));
    for failure in [migrated(&page, &[("apple", "pear")], &[]), migrated(&page, &[], &[(1, "apple", "pear")])] {
        assert!(failure.unwrap_err().message.contains("no code `pear`"));
    }
    assert_eq!(standing(&page)[0].1, "apple");
}

#[test]
fn another_coders_decisions_are_counted_and_left() {
    let page = Desktop::new();
    add(&page, fruit("2", &["pear"]));
    page.decide(coded(1, "apple"));
    let records = page.run(
        Task::Export {
            format: postil::exchange::writer::Format::JsonLines,
            redaction: Default::default(),
            pictures: false,
            passphrase: None,
        },
        &[],
    );
    let theirs = String::from_utf8(records.unwrap().1).unwrap().replace("coder-1", "anna").replace(&id(1), &id(2));
    page.run(Task::Import { file: Default::default() }, theirs.as_bytes()).unwrap();
    assert_eq!(looked(&page, &[]), (vec![("apple".into(), 1)], vec![], 1));
    assert_eq!(migrated(&page, &[("apple", "pear")], &[]), Ok(1));
    let codes: Vec<String> = standing(&page).into_iter().map(|(_, code, _)| code).collect();
    assert_eq!(codes, ["pear", "apple"]);
}

#[test]
fn files_of_either_form_become_codebooks() {
    let page = Desktop::new();
    let codebook = fruit("1", &["apple", "pear"]);
    for file in [write::toml(&codebook).into_bytes(), postil::exchange::qdc::file(&codebook).unwrap()] {
        let (outcome, _) = page.run(Task::Codebook, &file).unwrap();
        let Outcome::Codebook { codebook: Some(read), .. } = outcome else { panic!("{outcome:?}") };
        let read = read.read().unwrap();
        assert_eq!((&read.id, &read.codes), (&codebook.id, &codebook.codes));
    }
    let (outcome, _) = page.run(Task::Codebook, b"<CodeBook>").unwrap();
    assert!(matches!(outcome, Outcome::Codebook { codebook: None, faults } if faults[0].message.contains("cut short")));
}
