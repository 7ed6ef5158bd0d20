//! What a coder's decisions teach: it is kept with them, survives a background that dies, and is unlearned with them.

use super::*;
use postil::judgement::model::Model;
use postil::service::keys;

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
    match ask(service, Request::Read { page: page(), units: vec![text.into()] }) {
        Response::Readings { mut readings, model } => (readings.remove(0).results.remove(0), model),
        other => panic!("{other:?}"),
    }
}

fn learned_with_file<S: Store>(service: &Service<S>) -> (Learned, String) {
    match ask(service, Request::Learned { codebook: CODEBOOK.into() }) {
        Response::Learned { learned, file } => (*learned, file),
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
    assert_eq!(store.0.writes.borrow().len(), 5);
}

#[test]
fn learning_that_is_off_is_invisible_and_goes_on() {
    let service = service(Memory::default());
    let text = "the willow brothers march beside the crimson falcon";
    let before = reading(&service, text);
    let settings = Settings { learning_off: vec![CODEBOOK.into()], ..Settings::default() };
    ask(&service, Request::SetSettings { settings });
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
    ask(&service, Request::SetSettings { settings: Settings::default() });
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
