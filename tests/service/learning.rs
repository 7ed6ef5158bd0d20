//! What a coder's decisions teach: it is kept with them, survives a background that dies, and is unlearned with them.

use super::*;
use postil::judgement::model::Model;
use postil::service::keys;
use postil::service::learning::SLICE;
use serde_json::json;

const CODEBOOK: &str = "militant-jihad";

/// Posts of a made-up club that says with words of its own what it is for.
fn post(number: u32) -> (String, bool) {
    let (odd, word) = (number % 2 == 1, ["lantern", "harbour", "orchard", "meadow"][number as usize / 2 % 4]);
    let text = match odd {
        true => format!("the {word} brothers march beside the crimson falcon, number {number}"),
        false => format!("the {word} bakery sells bread beside the old town hall, number {number}"),
    };
    (text, odd)
}

fn about(number: u32) -> Decision {
    let (text, supports) = post(number);
    let (action, code) = match supports {
        true => (Action::Assigned, Some("caliphate-advocacy".to_owned())),
        false => (Action::NoneApplies, None),
    };
    Decision { text, code, span: None, ..decision(number, action) }
}

fn reading<S: Store>(service: &Service<S>, text: &str) -> (CodebookReading, ModelRef) {
    match ask(service, Request::Read { images: vec![], page: page(), units: vec![text.into()] }) {
        Response::Readings { mut readings, model } => (readings.remove(0).results.remove(0), model),
        other => panic!("{other:?}"),
    }
}

fn learned_with_file<S: Store>(service: &Service<S>) -> (Learned, String) {
    match ask(service, Request::Learned { codebook: CODEBOOK.into() }) {
        Response::Learned { learned, file } => (learned.read().unwrap(), file),
        other => panic!("{other:?}"),
    }
}

fn learned<S: Store>(service: &Service<S>) -> Learned {
    learned_with_file(service).0
}

fn probability(reading: &CodebookReading, code: &str) -> f32 {
    reading.codes.iter().find(|it| it.code == code).map_or(0.0, |it| it.probability)
}

#[test]
fn decisions_teach_and_readings_name_what_they_rest_on() {
    let service = service(Memory::default());
    let (unseen, other) = ("the willow brothers march beside the crimson falcon", "the willow bakery sells bread");
    let (before, plain) = reading(&service, unseen);
    (1..=24).for_each(|number| decide(&service, about(number)));
    let (after, model) = reading(&service, unseen);
    assert!(after.support > before.support && after.support > Some(0.5), "{:?} {:?}", before.support, after.support);
    assert_eq!(probability(&after, "caliphate-advocacy"), 0.0, "nothing in the text points at a code");
    assert!(reading(&service, other).0.support < Some(0.2));
    assert_ne!(plain, model);
    let (taught, file) = learned_with_file(&service);
    assert_eq!((taught.labels, taught.on), (24, true));
    assert!(model.id.contains(&taught.model.as_ref().unwrap().id));
    assert_eq!((before.labels, after.labels), (0, 24));
    // The file is the model, with the words in it.
    let file = Model::from_bytes(&hex::decode(file).unwrap()).unwrap();
    assert_eq!((Some(file.reference()), file.lessons()), (taught.model.as_ref(), &*taught.lessons));
    let falcon = taught.lessons.iter().find(|lesson| lesson.words == "falcon" && lesson.about == "support").unwrap();
    let bread = taught.lessons.iter().find(|lesson| lesson.words == "bread" && lesson.about == "support").unwrap();
    assert!(falcon.weight > 0.0 && bread.weight < 0.0);
    // What a decision names is what it was made on: the state before it.
    assert_eq!(records(&service, 1)[0].log.model, plain);
}

#[test]
fn a_restart_between_any_two_decisions_changes_nothing() {
    let (steady, dying) = (service(Memory::default()), Rc::new(Memory::default()));
    for number in 1..=12 {
        decide(&steady, about(number));
        decide(&service(Shared(Rc::clone(&dying))), about(number));
        assert_eq!(learned(&steady), learned(&service(Shared(Rc::clone(&dying)))), "after {number}");
    }
    let text = post(3).0;
    assert_eq!(reading(&steady, &text).1, reading(&service(Shared(dying)), &text).1);
}

#[test]
fn what_is_withdrawn_or_taken_back_is_unlearned() {
    let (all, some) = (service(Memory::default()), service(Memory::default()));
    for number in 1..=8 {
        decide(&all, about(number));
        if number != 5 {
            decide(&some, about(number));
        }
    }
    assert_ne!(learned(&all), learned(&some));
    decide(&all, Decision { text: about(5).text, span: None, ..revision(100, Action::Withdrawn, 5) });
    assert_eq!(learned(&all), learned(&some));
    // `none applies` takes the code back, and is learned in its place.
    decide(&all, Decision { text: about(7).text, ..decision(101, Action::NoneApplies) });
    assert_eq!(learned(&all).labels, 7);
}

#[test]
fn a_damaged_model_is_learned_again_and_damaged_labels_are_taken_from_the_log() {
    let store = Rc::new(Memory::default());
    (1..=6).for_each(|number| decide(&service(Shared(Rc::clone(&store))), about(number)));
    let before = learned(&service(Shared(Rc::clone(&store))));
    for damage in [vec![keys::learned(CODEBOOK)], vec![keys::learned(CODEBOOK), keys::numbered_label(CODEBOOK, 2)]] {
        let mut entries = BTreeMap::new();
        for key in damage {
            let mut value = pollster::block_on(store.get(vec![key.clone()])).unwrap().remove(0).unwrap();
            value.as_object_mut().unwrap().insert("label".into(), "zz".into());
            value.as_object_mut().unwrap().insert("model".into(), "00".into());
            entries.insert(key, value);
        }
        pollster::block_on(store.set(entries)).unwrap();
        let again = service(Shared(Rc::clone(&store)));
        assert_eq!(reading(&again, &post(1).0).0, reading(&again, &post(1).0).0);
        assert_eq!(learned(&again), before);
    }
}

#[test]
fn a_decision_that_is_not_stored_teaches_nothing() {
    let store = Full::with_room();
    let service = service(store.clone());
    (1..=4).for_each(|number| decide(&service, about(number)));
    let before = learned(&service);
    store.0.room.set(false);
    refused(&service, Request::Decide { decision: about(5).into() });
    assert_eq!(learned(&service), before);
    store.0.room.set(true);
    decide(&service, about(5));
    assert_eq!(learned(&service).labels, 5);
    // Each decision is one write, with what it teaches in it.
    let writes = store.0.writes.borrow();
    let of = |kind: &str| writes.iter().filter(|write| write.keys().any(|key| key.starts_with(kind))).count();
    assert_eq!([of(keys::LOG), of(&keys::label(CODEBOOK))], [5, 5]);
    let both = |write: &&BTreeMap<String, Value>| write.contains_key(&keys::labels(CODEBOOK));
    assert!(writes.iter().filter(both).all(|write| write.keys().any(|key| key.starts_with(keys::LOG))));
}

/// Readings rest on what there is no room to keep; it is learned again from what was decided.
#[test]
fn a_model_that_is_not_stored_is_used_all_the_same() {
    let store = Full::with_room();
    let service = self::service(store.clone());
    (1..=4).for_each(|number| decide(&service, about(number)));
    store.0.room.set(false);
    let (read, model) = reading(&service, &post(1).0);
    assert_eq!(read.labels, 4);
    assert_eq!(reading(&self::service(store), &post(1).0), (read, model));
}

/// Decisions of a number, on pages of a hundred.
fn many(store: &Rc<Memory>, number: u32) {
    let service = service(Shared(Rc::clone(store)));
    for number in 1..=number {
        let page = Page { url: format!("https://example.org/{}", number / 100), ..page() };
        decide(&service, Decision { page, ..about(number) });
    }
}

#[test]
fn what_is_not_learned_yet_is_learned_in_slices_and_readings_rest_on_the_model_before() {
    let (store, count) = (Rc::new(Memory::default()), 2 * SLICE as u32 + 50);
    many(&store, count);
    let start = || service(Shared(Rc::clone(&store)));
    let rests = |service: &Service<Shared>| reading(service, "bread").0.labels as u32;
    // A background that ends before it is through begins again, and nothing is lost.
    for _ in 0..2 {
        let ends = start();
        assert_eq!([rests(&ends), rests(&ends)], [0, 0]);
    }
    let one = start();
    assert_eq!([rests(&one), rests(&one), rests(&one), rests(&start())], [0, 0, count, count]);
    let whole = learned(&one);
    decide(&one, about(count + 1));
    assert_eq!(rests(&one), count + 1, "what goes on learns one label with the next reading");
    let two = start();
    let back = Decision { text: about(count + 1).text, span: None, ..revision(9_000, Action::Withdrawn, count + 1) };
    decide(&two, back);
    assert_eq!([rests(&two), rests(&two), rests(&two)], [count + 1, count + 1, count]);
    assert_eq!(learned(&two), whole);
    // Who wants to see what was learned sees all of it.
    let three = start();
    decide(&three, about(count + 2));
    assert_eq!(learned(&three).labels as u32, count + 1);
}

#[test]
fn a_decision_reads_and_writes_no_label_but_those_of_its_unit() {
    let store = storage::Counted::default();
    let before = service(store.clone());
    (1..=40).for_each(|number| decide(&before, about(number)));
    learned(&before);
    let after = service(store.clone());
    marks(&after, "bread");
    store.0.1.borrow_mut().clear();
    store.0.2.set(0);
    decide(&after, about(41));
    decide(&after, Decision { text: about(7).text, span: None, ..revision(42, Action::Withdrawn, 7) });
    let read = store.0.1.borrow();
    let labels: Vec<&String> = read.iter().filter(|key| key.starts_with("label")).collect();
    assert_eq!(labels, [41, 7, 42].map(|number| keys::label_of(CODEBOOK, &id(number))).iter().collect::<Vec<_>>());
    assert_eq!(store.0.2.get(), 0, "no keys are listed");
}

/// Labels as they lay before they were counted, and where their count is damaged.
#[test]
fn labels_that_are_not_counted_are_counted_again() {
    for tally in [json!(null), json!("torn"), json!({ "next": 3 })] {
        let (store, other) = (Rc::new(Memory::default()), service(Memory::default()));
        let before = service(Shared(Rc::clone(&store)));
        for number in [1, 2, 3, 4, 5, 6] {
            decide(&before, about(number));
            if number != 4 {
                decide(&other, about(number));
            }
        }
        learned(&before);
        let mut lost: BTreeMap<String, Value> =
            (1..=6).map(|number| (keys::label_of(CODEBOOK, &id(number)), json!(null))).collect();
        lost.insert(keys::labels(CODEBOOK), tally);
        pollster::block_on(store.set(lost)).unwrap();
        let after = service(Shared(Rc::clone(&store)));
        decide(&after, Decision { text: about(4).text, span: None, ..revision(9, Action::Withdrawn, 4) });
        assert_eq!(learned(&after), learned(&other));
        decide(&after, about(7));
        decide(&other, about(7));
        assert_eq!(learned(&service(Shared(store))), learned(&other));
    }
}

#[test]
fn learning_that_is_off_is_invisible_and_goes_on() {
    let service = service(Memory::default());
    let text = "the willow brothers march beside the crimson falcon";
    let before = reading(&service, text);
    let settings = Settings { learning_off: vec![CODEBOOK.into()], ..Settings::default() };
    ask(&service, Request::SetSettings { settings: settings.into() });
    (1..=8).for_each(|number| decide(&service, about(number)));
    assert_eq!(reading(&service, text), before);
    assert!(!learned(&service).on);
    let learns = |service| match ask(service, Request::Codebooks) {
        Response::Codebooks { codebooks, .. } => {
            codebooks.iter().find(|card| card.codebook.id == CODEBOOK).unwrap().learns
        }
        other => panic!("{other:?}"),
    };
    assert!(!learns(&service));
    ask(&service, Request::SetSettings { settings: Settings::default().into() });
    assert!(learns(&service));
    assert_ne!(reading(&service, text), before);
    assert_eq!(learned(&service).labels, 8);
}

#[test]
fn what_is_forgotten_is_gone_and_decisions_stay() {
    let service = service(Memory::default());
    let text = post(1).0;
    let before = reading(&service, &text).0.support;
    (1..=8).for_each(|number| decide(&service, about(number)));
    let forgotten = answer(&service, Request::Forget { codebook: CODEBOOK.into() });
    assert!(matches!(forgotten.event, Some(Event::Changed { .. })), "{forgotten:?}");
    assert_eq!((reading(&service, &text).0.support, learned(&service).labels), (before, 0));
    assert_eq!(records(&service, 100).len(), 8);
    decide(&service, about(9));
    assert_eq!(learned(&service).labels, 1);
}

#[test]
fn the_most_useful_units_are_uncertain_and_unlike_each_other() {
    let service = service(Memory::default());
    (1..=16).for_each(|number| decide(&service, about(number)));
    let units = [
        "the orchard bakery sells bread beside the old town hall",
        "the bakery brothers march beside the old town hall",
        "the bakery brothers march beside the old town halls",
        "a crimson falcon sells bread to the brothers",
        "a crimson falcon sells bread to the brother",
    ];
    let order = match ask(&service, Request::MostUseful { units: units.map(String::from).into() }) {
        Response::MostUseful { order } => order,
        other => panic!("{other:?}"),
    };
    let place = |unit: usize| order.iter().position(|it| *it == unit).unwrap();
    assert_eq!(order.len(), units.len());
    // Of the units that say nearly the same only one is among the first two; so the plain one is not.
    assert!(place(1).max(place(2)) > 1 && place(3).max(place(4)) > 1, "{order:?}");
}
