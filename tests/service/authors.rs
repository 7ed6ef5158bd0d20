//! Authors are kept under pseudonyms, and what stands of their units is counted.

use super::*;
use postil::annotation::pseudonym::{AuthorKey, Pseudonym, identity, site};
use postil::exchange::jsonl;
use serde_json::json;

const HANDLE: &str = "@salt_and_tea";
const SHOWN: &str = "Salt & Tea @salt_and_tea";

/// A decision on a unit of an author; the text makes the unit.
fn by(author: &str, text: &str, number: u32, action: Action) -> Decision {
    let whole = Decision { text: text.into(), span: None, ..decision(number, action) };
    Decision { author: Some(author.into()), ..whole }
}

fn coded(author: &str, text: &str, number: u32, code: &str, stance: Option<&str>) -> Decision {
    let decision = by(author, text, number, Action::Assigned);
    Decision { code: Some(code.into()), stance: stance.map(str::to_owned), ..decision }
}

fn at(url: &str, decision: Decision) -> Decision {
    Decision { page: Page { url: url.into(), title: String::new() }, ..decision }
}

fn authors<S: Store>(service: &Service<S>, url: &str, names: &[&str]) -> Vec<AuthorCounts> {
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    match ask(service, Request::Authors { url: url.into(), names }) {
        Response::Authors { authors } => authors,
        other => panic!("{other:?}"),
    }
}

/// Coded units, units to which nothing applies, units by code, units by stance.
type Counted<'a> = (u32, u32, Vec<(&'a str, u32)>, Vec<(&'a str, u32)>);

fn counted(counts: &UnitCounts) -> Counted<'_> {
    let codes = counts.codes.iter().map(|it| (&*it.code, it.units)).collect();
    let stances = counts.stances.iter().map(|it| (&*it.stance, it.units)).collect();
    (counts.coded, counts.none, codes, stances)
}

/// Source of the digits: `openssl dgst -sha256 -mac HMAC -macopt hexkey:0707…07` over `example.org`, a zero byte and the handle.
#[test]
fn a_pseudonym_is_the_keyed_hash_of_site_and_handle() {
    let key = AuthorKey::new([7; 32]);
    let pseudonym = Pseudonym::new(&key, "https://www.example.org/feed", SHOWN);
    assert_eq!(pseudonym.to_string(), "4e426b34465eb588f8cd7ba1bb65f9113705868e82d5d92353b4e1619d96cf8f");
    assert_eq!(pseudonym.short(), pseudonym.to_string()[..12]);
    assert!(AuthorKey::from_hex(&"07".repeat(32)).is_some() && AuthorKey::from_hex("07").is_none());
    let other = Pseudonym::new(&AuthorKey::new([8; 32]), "https://www.example.org/feed", SHOWN);
    assert_ne!(pseudonym, other);
}

#[test]
fn one_author_is_one_however_the_page_writes_the_name() {
    for (shown, identified) in [
        (SHOWN, HANDLE),
        ("@Salt_and_Tea", HANDLE),
        ("Salt & Tea\n (\u{200e}@salt_and_tea\u{200f})", HANDLE),
        ("by ＠salt_and_tea,", HANDLE),
        ("Salt @salt_and_tea@bakers.example", "@salt_and_tea@bakers.example"),
        ("  Salt  &\u{a0}Tea ", "salt & tea"),
        ("ملح وشاي", "ملح وشاي"),
        ("name @ work", "name @ work"),
        ("@", "@"),
        ("José", "jos\u{e9}"),
        ("JOSE\u{301}", "jos\u{e9}"),
        ("\u{200f}", ""),
    ] {
        assert_eq!(identity(shown), identified, "{shown:?}");
    }
    for (url, host) in [
        ("https://www.example.org/feed#top", "example.org"),
        ("https://m.example.org:8080?x", "example.org"),
        ("http://user@Example.ORG", "example.org"),
        ("https://m.example", "m.example"),
        ("http://[::1]:80/", "[::1]"),
        ("file:///home/x", ""),
    ] {
        assert_eq!(site(url), host, "{url}");
    }
}

#[test]
fn no_name_is_stored_but_in_the_text_itself() {
    let store = Full::with_room();
    let service = service(store.clone());
    decide(&service, by(SHOWN, TEXT, 1, Action::Assigned));
    decide(&service, Decision { author: Some(SHOWN.into()), ..revision(2, Action::Edited, 1) });
    let writes = serde_json::to_string(&*store.0.writes.borrow()).unwrap();
    assert!(!writes.contains("salt_and_tea") && !writes.contains("Salt"), "{writes}");

    let author = Pseudonym::new(&AuthorKey::new([7; 32]), "https://example.org/", HANDLE);
    for record in records(&service, 10) {
        assert_eq!(record.log.unit.author, Some(author));
        let line: Value = serde_json::from_str(&jsonl::line(&record).unwrap()).unwrap();
        assert_eq!(line["log"]["unit"]["postil:author"], author.to_string());
        if let Some(annotation) = line.get("annotation").filter(|it| !it.is_null()) {
            assert_eq!(annotation["target"]["state"]["postil:author"], author.to_string());
        }
    }
}

#[test]
fn the_key_is_drawn_once_and_stored_with_the_first_author() {
    let store = Full::with_room();
    let draws = Rc::new(Cell::new(0));
    let drawing = |store: &Full| {
        let draws = Rc::clone(&draws);
        service(store.clone()).drawing(move || {
            draws.set(draws.get() + 1);
            Ok([draws.get(); 32])
        })
    };
    let first = drawing(&store);
    decide(&first, decision(1, Action::Rejected));
    assert_eq!((authors(&first, "https://example.org/", &[SHOWN])[0].pseudonym, draws.get()), (None, 0));
    decide(&first, by(SHOWN, "one", 2, Action::Assigned));
    let again = drawing(&store);
    decide(&again, by(HANDLE, "two", 3, Action::Assigned));
    assert_eq!(draws.get(), 1, "another key would make another author");
    assert_eq!(counted(&authors(&again, "https://example.org/", &[SHOWN])[0].all).0, 2);
    let keys: Vec<bool> = store.0.writes.borrow().iter().map(|write| write.contains_key("author-key")).collect();
    assert_eq!(keys, [false, true, false], "one `set` holds the key with the record");
}

#[test]
fn without_room_neither_key_nor_record_is_stored() {
    let store = Full::default();
    let service = service(store.clone());
    let request = Request::Decide { decision: by(SHOWN, TEXT, 1, Action::Assigned).into() };
    assert_eq!(refused(&service, request.clone()).kind, FailureKind::Quota);
    assert_eq!(authors(&service, "https://example.org/feed", &[SHOWN]), [AuthorCounts::default()]);
    store.0.room.set(true);
    ask(&service, request);
    assert_eq!(authors(&service, "https://example.org/feed", &[SHOWN])[0].here.coded, 1);
}

#[test]
fn what_stands_is_counted_by_unit() {
    let service = service(Memory::default());
    let other = "@other";
    decide(&service, coded(SHOWN, "one", 1, "takfir", Some("promotes")));
    // Another code on the same unit, and the same stance: the unit counts once for each.
    decide(&service, coded(SHOWN, "one", 2, "threats", Some("promotes")));
    decide(&service, coded(HANDLE, "two", 3, "takfir", Some("opposes")));
    decide(&service, by(SHOWN, "three", 4, Action::NoneApplies));
    decide(&service, Decision { code: Some("symbols".into()), ..by(SHOWN, "four", 5, Action::Rejected) });
    decide(&service, coded(other, "five", 6, "symbols", None));
    let url = "https://example.org/feed";
    let counts = authors(&service, url, &[other, SHOWN, "@nobody"]);
    assert_eq!(counted(&counts[0].here), (1, 0, vec![("symbols", 1)], vec![]));
    let both = vec![("opposes", 1), ("promotes", 1)];
    assert_eq!(counted(&counts[1].here), (2, 1, vec![("takfir", 2), ("threats", 1)], both));
    assert_eq!(counted(&counts[2].all), (0, 0, vec![], vec![]));

    // Taken back, edited, and spoken of anew.
    decide(&service, Decision { text: "two".into(), ..revision(7, Action::Withdrawn, 3) });
    decide(&service, Decision { text: "one".into(), code: Some("symbols".into()), ..revision(8, Action::Edited, 1) });
    decide(&service, coded(SHOWN, "three", 9, "symbols", None));
    let counts = authors(&service, url, &[SHOWN]);
    let edited = (2, 0, vec![("symbols", 2), ("threats", 1)], vec![("promotes", 1)]);
    assert_eq!(counted(&counts[0].here), edited);
}

#[test]
fn counts_are_of_the_page_and_of_all_pages_of_the_site() {
    let service = service(Memory::default());
    let (first, second, elsewhere) = ("https://example.org/1", "https://m.example.org/2", "https://example.com/3");
    decide(&service, at(first, coded(SHOWN, "one", 1, "takfir", None)));
    decide(&service, at(second, coded(SHOWN, "one", 2, "takfir", None)));
    decide(&service, at(elsewhere, coded(SHOWN, "two", 3, "symbols", None)));
    for (url, here, all) in [(first, 1, 2), ("https://example.org/4", 0, 2), (elsewhere, 1, 1)] {
        let counts = &authors(&service, url, &[SHOWN])[0];
        assert_eq!((counts.here.coded, counts.all.coded), (here, all), "{url}");
    }
}

#[test]
fn records_from_before_authors_were_kept_are_read() {
    let (store, old) = (Rc::new(Memory::default()), id(1));
    decide(&service(Shared(Rc::clone(&store))), decision(1, Action::Accepted));
    for key in [format!("log:{old}"), format!("annotation:{old}")] {
        let mut record = pollster::block_on(store.get(vec![key.clone()])).unwrap().remove(0).unwrap();
        let unit = if key.starts_with("log") { &mut record["unit"] } else { &mut record["target"]["state"] };
        assert_eq!(unit.as_object_mut().unwrap().remove("postil:author"), Some(Value::Null), "{key}");
        pollster::block_on(store.set([(key, record)].into())).unwrap();
    }
    let service = service(Shared(store));
    assert!(records(&service, 10).iter().all(|it| it.log.unit.author.is_none() && it.annotation.is_some()));
    decide(&service, by(SHOWN, TEXT, 2, Action::NoneApplies));
    assert_eq!(authors(&service, "https://example.org/feed", &[SHOWN])[0].here.none, 1);
}

#[test]
fn what_is_no_pseudonym_is_no_record() {
    let store = Rc::new(Memory::default());
    decide(&service(Shared(Rc::clone(&store))), by(SHOWN, TEXT, 1, Action::Accepted));
    let key = format!("log:{}", id(1));
    let mut record = pollster::block_on(store.get(vec![key.clone()])).unwrap().remove(0).unwrap();
    record["unit"]["postil:author"] = json!(HANDLE);
    pollster::block_on(store.set([(key, record)].into())).unwrap();
    let (records, damaged) = stored(&service(Shared(store)), 10);
    assert_eq!((records.len(), damaged.len()), (0, 1));
}

#[test]
fn what_is_too_much_or_damaged_is_refused() {
    let store = Rc::new(Memory::default());
    let service = service(Shared(Rc::clone(&store)));
    let long = "x".repeat(1001);
    let request = |names| Request::Authors { url: "https://example.org/".into(), names };
    let decided = |author: &str| Request::Decide { decision: by(author, TEXT, 1, Action::Accepted).into() };
    assert!(refused(&service, request(vec![String::new(); 257])).message.contains("256 authors"));
    assert!(refused(&service, decided(&long)).message.contains("1000 bytes"));
    pollster::block_on(store.set([("author-key".to_owned(), json!("07"))].into())).unwrap();
    assert!(refused(&service, decided(SHOWN)).message.contains("damaged"));
    assert_eq!(records(&service, 10).len(), 0);
}
