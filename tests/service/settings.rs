//! What the coder sets, and codebooks of the coder's own.

use super::*;
use postil::codebook::format::parse;
use postil::codebook::{Codebook, Compiled, Shipped};
use postil::service::protocol::Json;
use serde_json::json;

/// A codebook of one code that one word points at.
fn own(id: &str, word: &str) -> Codebook {
    let source = format!(
        r##"
        format = 1
        id = "{id}"
        version = "1"
        title = "Fruit"
        description = "For tests."
        languages = [{{ tag = "en", reviewed = true }}, {{ tag = "fr", reviewed = false }}]
        [[code]]
        id = "fruit"
        label = "Fruit"
        definition = "Fruit is named."
        colour = "#aa0000"
        [[code.indicator]]
        id = "names"
        weight = 1.2
        terms = [{{ text = "{word}", lang = "en" }}, {{ text = "poire", lang = "fr" }}, {{ text = "\u200B", lang = "en" }}]
        patterns = [{{ lang = "en", regex = "two {word}s", anchors = ["two"] }}, {{ lang = "en", regex = "(", anchors = ["two"] }}]
        "##
    );
    parse(&source).unwrap().codebook
}

fn add<S: Store>(service: &Service<S>, codebook: Codebook) -> Answer {
    answer(service, Request::AddCodebook { codebook: Json::of(&codebook) })
}

/// Ids of all codebooks, with whether they are active and one's own, and what cannot be used.
fn shelf(response: Response) -> (Vec<(String, bool, bool)>, Vec<String>) {
    let Response::Codebooks { codebooks, unusable, .. } = response else { panic!("{response:?}") };
    let cards = codebooks.into_iter().map(|card| (card.codebook.id, card.active, card.own)).collect();
    (cards, unusable.read().unwrap().into_iter().map(|it| it.id).collect())
}

fn book(id: &str, active: bool, own: bool) -> (String, bool, bool) {
    (id.into(), active, own)
}

fn results<S: Store>(service: &Service<S>, text: &str) -> Vec<CodebookReading> {
    match ask(service, Request::Read { images: vec![], page: page(), units: vec![text.into()] }) {
        Response::Readings { mut readings, .. } => readings.remove(0).results,
        other => panic!("{other:?}"),
    }
}

/// Codebooks that a text is read with, each with the words that it finds.
fn found<S: Store>(service: &Service<S>, text: &str) -> Vec<(String, Vec<String>)> {
    let words = |result: CodebookReading| result.findings.into_iter().map(|finding| finding.matched).collect();
    results(service, text).into_iter().map(|result| (result.codebook.id.clone(), words(result))).collect()
}

fn reads(id: &str, words: &[&str]) -> (String, Vec<String>) {
    (id.into(), words.iter().map(|&word| word.into()).collect())
}

fn settings<S: Store>(service: &Service<S>) -> Settings {
    match ask(service, Request::Settings) {
        Response::Settings { settings } => settings,
        other => panic!("{other:?}"),
    }
}

fn off(ids: &[&str]) -> Settings {
    Settings { codebooks_off: ids.iter().map(|&id| id.into()).collect(), ..Settings::default() }
}

/// With so many sites off, by patterns of so many bytes.
fn alone(sites: usize, length: usize) -> Settings {
    Settings { sites_off: vec!["x".repeat(length); sites], ..Settings::default() }
}

/// What is a post on a site.
fn rule(site: &str, selector: &str) -> String {
    format!("{site} post {selector}")
}

fn set<S: Store>(service: &Service<S>, settings: Settings) {
    let answered = answer(service, Request::SetSettings { settings: settings.clone().into() });
    let event = Some(Event::Changed { settings: settings.clone() });
    assert_eq!(answered, Answer { response: Response::Settings { settings }, event });
}

const SAID: &str = "An apple, two apples and a khilafah.";

#[test]
fn settings_outlive_the_service() {
    let store = Rc::new(Memory::default());
    let first = service(Shared(Rc::clone(&store)));
    assert_eq!(settings(&first), Settings::default());
    let sites_off = vec!["https://example.org/*".into()];
    let taught = vec![rule("https://example.org/*", "div.post")];
    let adapters_off = vec!["reddit".into()];
    let wanted = Settings { quiet: true, sites_off, taught, adapters_off, ..off(&["militant-jihad", "none of these"]) };
    for _ in 0..2 {
        set(&first, wanted.clone());
    }
    assert_eq!(settings(&first), wanted);
    assert_eq!(settings(&service(Shared(store))), wanted);
}

#[test]
fn a_codebook_that_is_off_reads_nothing_and_is_still_shown() {
    let service = service(Memory::default());
    let before = results(&service, SAID);
    set(&service, off(&["militant-jihad"]));
    assert_eq!(found(&service, SAID), []);
    assert_eq!(shelf(ask(&service, Request::Codebooks)), (vec![book("militant-jihad", false, false)], vec![]));
    decide(&service, decision(1, Action::Accepted));
    assert_eq!(marks(&service, TEXT).len(), 1, "what was decided is still marked");
    set(&service, off(&[]));
    assert_eq!(results(&service, SAID), before);
}

#[test]
fn a_codebook_of_ones_own_reads_after_those_that_ship() {
    let store = Rc::new(Memory::default());
    let first = service(Shared(Rc::clone(&store)));
    let shipped = results(&first, SAID);
    assert_eq!(add(&first, own("pears", "pear")).event, Some(Event::Changed { settings: off(&[]) }));
    let added = add(&first, own("apples", "apple"));
    let all = [book("militant-jihad", true, false), book("apples", true, true), book("pears", true, true)];
    assert_eq!(shelf(added.response.clone()), (all.to_vec(), vec![]));
    assert_eq!(add(&first, own("apples", "apple")), added, "the same again");

    let wanted =
        [reads("militant-jihad", &["khilafah"]), reads("apples", &["apple", "two apples"]), reads("pears", &[])];
    assert_eq!(found(&first, SAID), wanted);
    assert_eq!(results(&first, SAID)[0], shipped[0], "others change nothing in a reading");
    let restarted = service(Shared(store));
    assert_eq!(results(&restarted, SAID), results(&first, SAID), "with the same hashes");
    assert_eq!(
        found(&restarted, "une poire"),
        [reads("militant-jihad", &[]), reads("apples", &["poire"]), reads("pears", &["poire"])],
        "without a scale, words that nobody has reviewed are found"
    );

    set(&restarted, off(&["militant-jihad", "pears"]));
    assert_eq!(found(&restarted, SAID), [reads("apples", &["apple", "two apples"])]);
    set(&restarted, off(&["apples", "pears"]));
    assert_eq!(results(&restarted, SAID), shipped);
    let all = [book("militant-jihad", true, false), book("apples", false, true), book("pears", false, true)];
    assert_eq!(shelf(ask(&restarted, Request::Codebooks)).0, all);
}

#[test]
fn a_codebook_for_coding_by_hand_alone_needs_no_terms() {
    let service = service(Memory::default());
    let mut codebook = own("by-hand", "apple");
    codebook.codes[0].indicators.clear();
    add(&service, codebook);
    set(&service, off(&["militant-jihad"]));
    assert_eq!(found(&service, SAID), [reads("by-hand", &[])]);
}

#[test]
fn a_codebook_is_replaced_and_removed_for_good() {
    let store = Rc::new(Memory::default());
    let first = service(Shared(Rc::clone(&store)));
    add(&first, own("fruit", "apple"));
    let hash = results(&first, SAID)[1].codebook.hash.clone();
    add(&first, own("fruit", "khilafah"));
    assert_eq!(found(&first, SAID)[1], reads("fruit", &["khilafah"]));
    assert_ne!(results(&first, SAID)[1].codebook.hash, hash);

    set(&first, off(&["fruit", "militant-jihad"]));
    for _ in 0..2 {
        let removed = answer(&first, Request::RemoveCodebook { id: "fruit".into() });
        assert_eq!(removed.event, Some(Event::Changed { settings: off(&["militant-jihad"]) }));
        assert_eq!(shelf(removed.response), (vec![book("militant-jihad", false, false)], vec![]));
    }
    let restarted = service(Shared(Rc::clone(&store)));
    assert_eq!(found(&restarted, SAID), []);
    let left = pollster::block_on(store.get(vec!["codebook:fruit".into()])).unwrap();
    assert_eq!(left, [Some(Value::Null)], "its room is given back");
    add(&restarted, own("fruit", "apple"));
    assert_eq!(found(&restarted, SAID), [reads("fruit", &["apple", "two apples"])]);
}

#[test]
fn what_cannot_be_kept_is_refused_with_field_and_mend() {
    let store = Full::with_room();
    let service = service(store.clone());
    add(&service, own("apples", "apple"));
    let before = (ask(&service, Request::Codebooks), ask(&service, Request::Settings));
    let writes = store.0.writes.borrow().len();
    let mut faulty = own("apples", "pear");
    faulty.codes[0].indicators[0].weight = 0.0;
    faulty.codes[0].colour = "red".into();
    let mut large = own("large", "pear");
    large.description = "x".repeat(2_000_000);
    let refusals = [
        (faulty, ["code[0].indicator[0].weight: a weight is above 0", "code[0].colour: write the colour as #rrggbb"]),
        (large, ["2000000 bytes", "divide"]),
        (own("militant-jihad", "pear"), ["ships", "another id"]),
        (Codebook { id: "Not an id".into(), ..own("pears", "pear") }, ["id: `Not an id`", "lower-case"]),
    ];
    for (codebook, why) in refusals {
        let failure = refused(&service, Request::AddCodebook { codebook: Json::of(&codebook) });
        assert!(
            failure.kind == FailureKind::Invalid && why.iter().all(|it| failure.message.contains(it)),
            "{failure:?}"
        );
    }
    refused(&service, Request::RemoveCodebook { id: "militant-jihad".into() });
    refused(&service, Request::SetSettings { settings: off(&["x"; 101]).into() });
    refused(&service, Request::SetSettings { settings: off(&[&"x".repeat(81)]).into() });
    for (sites, length) in [(501, 1), (1, 301)] {
        let failure = refused(&service, Request::SetSettings { settings: alone(sites, length).into() });
        assert!(failure.message.contains("at most 500 sites"), "{failure:?}");
    }
    let long = "x".repeat(401);
    let taught = |rules: Vec<String>| Settings { taught: rules, ..Settings::default() };
    for (selector, site) in
        [(&*long, "https://long.example/*"), ("", "https://empty.example/*"), ("a\nb", "https://two.example/*")]
    {
        let failure = refused(&service, Request::SetSettings { settings: taught(vec![rule(site, selector)]).into() });
        assert!(failure.kind == FailureKind::Invalid && failure.message.contains(site), "{failure:?}");
    }
    for rules in [vec![rule("x", "p"); 501], vec![rule(&long, "p")], vec![rule("", "p")]] {
        refused(&service, Request::SetSettings { settings: taught(rules).into() });
    }
    let adapters_off = vec!["x".into(); 101];
    refused(&service, Request::SetSettings { settings: Settings { adapters_off, ..Settings::default() }.into() });
    assert_eq!((ask(&service, Request::Codebooks), ask(&service, Request::Settings)), before);
    assert_eq!(store.0.writes.borrow().len(), writes);
    set(&service, taught(vec![rule(&long[..300], &long[..400]); 500]));
    set(&service, off(&[&*"x".repeat(80); 100]));
    set(&service, alone(500, 300));
}

#[test]
fn at_most_twenty_of_ones_own() {
    let service = service(Memory::default());
    for number in 0..20 {
        add(&service, own(&format!("book-{number}"), "apple"));
    }
    let failure = refused(&service, Request::AddCodebook { codebook: Json::of(&own("one-more", "apple")) });
    assert!(failure.message.contains("remove one"), "{failure:?}");
    add(&service, own("book-3", "pear"));
    ask(&service, Request::RemoveCodebook { id: "book-3".into() });
    add(&service, own("one-more", "apple"));
    assert_eq!(results(&service, SAID).len(), 21);
}

#[test]
fn a_damaged_codebook_is_named_and_blocks_nothing() {
    let store = Rc::new(Memory::default());
    let first = service(Shared(Rc::clone(&store)));
    let ids = ["book-a", "book-b", "book-c", "book-d", "book-e"];
    for id in ids {
        add(&first, own(id, "apple"));
    }
    let mut invalid = serde_json::to_value(own("book-b", "apple")).unwrap();
    invalid["code"][0]["indicator"][0]["weight"] = json!(-1);
    let damage = [
        ("codebook:book-a", json!("no codebook")),
        ("codebook:book-b", invalid),
        ("codebook:book-c", serde_json::to_value(own("book-x", "apple")).unwrap()),
        ("codebook:book-d", Value::Null),
    ];
    pollster::block_on(store.set(damage.map(|(key, value)| (key.to_owned(), value)).into())).unwrap();
    let damaged = service(Shared(Rc::clone(&store)));
    assert_eq!(found(&damaged, SAID)[1..], [reads("book-e", &["apple", "two apples"])]);
    let Response::Codebooks { unusable, .. } = ask(&damaged, Request::Codebooks) else { panic!() };
    let unusable = unusable.read().unwrap();
    let named: Vec<_> = unusable.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(named, ids[..4]);
    assert!(unusable[0].message.contains("add it again"), "{unusable:?}");
    assert!(unusable[1].message.contains("code[0].indicator[0].weight"), "{unusable:?}");

    add(&damaged, own("book-a", "apple"));
    ask(&damaged, Request::RemoveCodebook { id: "book-b".into() });
    let (cards, unusable) = shelf(ask(&service(Shared(Rc::clone(&store))), Request::Codebooks));
    assert_eq!(cards[1..], [book("book-a", true, true), book("book-e", true, true)]);
    assert_eq!(unusable, ["book-c", "book-d"]);

    // Without an index they are found by their keys.
    let nonsense = BTreeMap::from([("codebooks".to_owned(), json!(7)), ("settings".to_owned(), json!([]))]);
    pollster::block_on(store.set(nonsense)).unwrap();
    let (cards, unusable) = shelf(ask(&service(Shared(store)), Request::Codebooks));
    assert_eq!(cards[1..], [book("book-a", true, true), book("book-e", true, true)]);
    assert_eq!(unusable, ["book-c"]);
}

#[test]
fn a_codebook_that_ships_now_goes_before_ones_own_of_that_id() {
    let store = Memory::default();
    let stored = BTreeMap::from([
        ("codebooks".to_owned(), json!(["militant-jihad"])),
        ("codebook:militant-jihad".to_owned(), serde_json::to_value(own("militant-jihad", "apple")).unwrap()),
    ]);
    pollster::block_on(store.set(stored)).unwrap();
    let service = service(store);
    let (cards, unusable) = shelf(ask(&service, Request::Codebooks));
    assert_eq!((cards, unusable), (vec![book("militant-jihad", true, false)], vec!["militant-jihad".to_owned()]));
    let removed = ask(&service, Request::RemoveCodebook { id: "militant-jihad".into() });
    assert_eq!(shelf(removed), (vec![book("militant-jihad", true, false)], vec![]));
}

#[test]
fn a_full_or_newer_store_keeps_what_was_set() {
    let store = Full::with_room();
    let first = service(store.clone());
    add(&first, own("apples", "apple"));
    let writes = store.0.writes.borrow().clone();
    let keys: Vec<&str> = writes[0].keys().map(String::as_str).collect();
    assert_eq!(keys, ["codebook:apples", "codebooks", "meta", "settings"], "one change is one write");
    store.0.room.set(false);
    let changes = [
        Request::SetSettings { settings: off(&["apples"]).into() },
        Request::AddCodebook { codebook: Json::of(&own("pears", "pear")) },
        Request::AddCodebook { codebook: Json::of(&own("apples", "pear")) },
        Request::RemoveCodebook { id: "apples".into() },
    ];
    let before = found(&first, SAID);
    for change in &changes {
        assert_eq!(refused(&first, change.clone()).kind, FailureKind::Quota);
        assert_eq!(found(&first, SAID), before);
    }
    store.0.room.set(true);
    pollster::block_on(store.set(BTreeMap::from([("meta".to_owned(), json!({ "schema": 999 }))]))).unwrap();
    for change in changes {
        assert_eq!(refused(&first, change).kind, FailureKind::Newer);
    }
    assert_eq!(refused(&service(store), Request::Settings).kind, FailureKind::Newer);
}

/// Codebooks added at the same time, as two windows do: none is lost from the index.
#[test]
fn changes_at_the_same_time_keep_each_other() {
    let store = Rc::new(Memory::default());
    let first = service(Shared(Rc::clone(&store)));
    let ids: Vec<String> = (0..8).map(|number| format!("book-{number}")).collect();
    let requests = ids.iter().map(|id| Request::AddCodebook { codebook: Json::of(&own(id, "apple")) });
    together(requests.chain([Request::SetSettings { settings: off(&["book-0"]).into() }]).map(|it| first.handle(it)));
    let (cards, _) = shelf(ask(&service(Shared(store)), Request::Codebooks));
    assert_eq!(cards[1..].iter().map(|card| card.0.clone()).collect::<Vec<_>>(), ids);
    assert!(!cards[1].1 && cards[2].1);
}

/// A service that offers two codebooks beside the default set; the ids of those that were opened are noted. What `lost`
/// names cannot be opened.
fn offering<S: Store>(store: S, lost: &'static [&'static str]) -> (Service<S>, Rc<RefCell<Vec<String>>>) {
    let further = [own("offered-apples", "apple"), own("offered-pears", "pear")].map(|one| Compiled::new(one).unwrap());
    let Shipped { offers, .. } = Shipped::new(CompiledSet::from_bytes(&CODEBOOKS).unwrap(), &further);
    let files: BTreeMap<String, Vec<u8>> =
        further.iter().map(|one| (one.reference.id.clone(), one.to_bytes().unwrap())).collect();
    let opened = Rc::new(RefCell::new(Vec::new()));
    let noted = Rc::clone(&opened);
    let shelf = Shelf::new(offers, move |id| {
        noted.borrow_mut().push(id.to_owned());
        let file = files.get(id).filter(|_| !lost.contains(&id)).cloned();
        Box::pin(async {
            give_way().await;
            file.ok_or_else(|| "it is lost".to_owned())
        })
    });
    (service(store).offering(shelf), opened)
}

fn on(ids: &[&str]) -> Settings {
    Settings { codebooks_on: ids.iter().map(|&id| id.into()).collect(), ..Settings::default() }
}

fn offers<S: Store>(service: &Service<S>) -> Vec<String> {
    match ask(service, Request::Codebooks) {
        Response::Codebooks { offers, .. } => {
            offers.read().unwrap().into_iter().map(|offer| offer.codebook.id).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_ships_switched_off_is_opened_when_it_is_switched_on() {
    let store = Rc::new(Memory::default());
    let (first, opened) = offering(Shared(Rc::clone(&store)), &[]);
    let shipped = found(&first, SAID);
    assert_eq!(shelf(ask(&first, Request::Codebooks)).0, [book("militant-jihad", true, false)]);
    assert_eq!(offers(&first), ["offered-apples", "offered-pears"]);
    assert!(opened.borrow().is_empty(), "what is off is not opened");

    add(&first, own("mine", "two"));
    set(&first, on(&["offered-pears", "none of these", "offered-apples"]));
    let apples = reads("offered-apples", &["apple", "two apples"]);
    let all = [shipped[0].clone(), apples, reads("offered-pears", &[]), reads("mine", &["two"])];
    assert_eq!(found(&first, SAID), all, "in the order of the offers, before one's own");
    assert_eq!(*opened.borrow(), ["offered-apples", "offered-pears"]);

    let mut settings = settings(&first);
    settings.switch("offered-apples", true, false);
    set(&first, settings);
    let (again, opened_again) = offering(Shared(store), &[]);
    for service in [&first, &again] {
        assert_eq!(found(service, SAID), [all[0].clone(), all[2].clone(), all[3].clone()]);
        let (cards, _) = shelf(ask(service, Request::Codebooks));
        assert!(cards.contains(&book("offered-apples", false, false)), "its names stay known: {cards:?}");
        assert_eq!(offers(service), ["offered-apples", "offered-pears"]);
    }
    assert_eq!(opened.borrow().len(), 2, "nothing is opened twice in one life");
    assert_eq!(opened_again.borrow().len(), 2);
}

#[test]
fn what_cannot_be_opened_is_not_switched_on_and_blocks_nothing() {
    let store = Rc::new(Memory::default());
    let (first, _) = offering(Shared(Rc::clone(&store)), &[]);
    set(&first, on(&["offered-pears"]));

    let (broken, _) = offering(Shared(Rc::clone(&store)), &["offered-apples", "offered-pears"]);
    let before = found(&broken, SAID);
    assert_eq!(before.len(), 1);
    assert_eq!(shelf(ask(&broken, Request::Codebooks)).1, ["offered-pears"]);
    let failure = refused(&broken, Request::SetSettings { settings: on(&["offered-pears", "offered-apples"]).into() });
    assert!(failure.message.contains("offered-apples") && failure.message.contains("lost"), "{failure:?}");
    assert_eq!((found(&broken, SAID), settings(&broken)), (before, on(&["offered-pears"])));
    set(&broken, Settings { quiet: true, ..on(&["offered-pears"]) });

    assert!(refused(&broken, Request::RemoveCodebook { id: "offered-pears".into() }).message.contains("switch it off"));
    let taken = refused(&broken, Request::AddCodebook { codebook: Json::of(&own("offered-pears", "pear")) });
    assert!(taken.message.contains("another id"), "{taken:?}");
    refused(&broken, Request::SetSettings { settings: on(&["x"; 101]).into() });
    let (mended, _) = offering(Shared(store), &[]);
    assert_eq!(found(&mended, SAID)[1], reads("offered-pears", &[]));
}

/// Written before codebooks shipped switched off, and before a project left sites alone.
#[test]
fn settings_of_an_earlier_version_are_kept() {
    let store = Memory::default();
    let stored = json!({ "codebooksOff": ["militant-jihad"], "quiet": true });
    pollster::block_on(store.set(BTreeMap::from([("settings".to_owned(), stored)]))).unwrap();
    let (service, _) = offering(store, &[]);
    assert_eq!(settings(&service), Settings { quiet: true, ..off(&["militant-jihad"]) });
    assert_eq!(found(&service, SAID), []);
}

/// What the pages show as on is what the service reads with.
#[test]
fn a_switch_is_a_matter_of_where_a_codebook_comes_from() {
    let mut settings = Settings::default();
    assert!(settings.reads_with("fruit", false) && !settings.reads_with("fruit", true));
    for offered in [false, true] {
        settings.switch("fruit", offered, true);
        assert!(settings.reads_with("fruit", offered));
        settings.switch("fruit", offered, false);
        assert!(!settings.reads_with("fruit", offered));
    }
    assert_eq!(settings, Settings { codebooks_on: vec!["fruit".into()], ..off(&["fruit"]) }, "each is named once");
}

#[test]
fn a_site_is_read_until_it_is_switched_off() {
    let [one, other] = ["https://example.org/*", "*://*.example.org/*"];
    let mut settings = Settings::default();
    for on in [false, false, true, true, false] {
        settings.read_site(one, on);
        assert_eq!((settings.reads_site(one), settings.reads_site(other)), (on, true));
    }
    assert_eq!(settings.sites_off, [one], "it is named once");
}

#[test]
fn a_file_that_is_not_what_was_offered_is_refused() {
    let compiled = |word: &str| Compiled::new(own("offered-apples", word)).unwrap();
    let other = compiled("pear").to_bytes().unwrap();
    let Shipped { offers, .. } = Shipped::new(CompiledSet::from_bytes(&CODEBOOKS).unwrap(), [&compiled("apple")]);
    for bytes in [other, b"POSTIL".to_vec()] {
        let shelf = Shelf::new(offers.clone(), move |_| {
            let bytes = bytes.clone();
            Box::pin(async { Ok(bytes) })
        });
        let service = service(Memory::default()).offering(shelf);
        let failure = refused(&service, Request::SetSettings { settings: on(&["offered-apples"]).into() });
        assert!(failure.message.contains("offered-apples"), "{failure:?}");
        assert_eq!(settings(&service), Settings::default());
    }
}
