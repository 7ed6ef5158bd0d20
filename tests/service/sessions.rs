//! Coding sessions, and what is hidden from a coder who is to decide first.

use super::*;
use postil::service::protocol::Json;

fn session(number: u32, began: &str, ended: Option<&str>) -> Session {
    Session {
        id: id(number),
        began: began.into(),
        ended: ended.map(str::to_owned),
        found_via: Some(FoundVia::Hashtag),
        seed: "#example".into(),
        seen: 7,
        coded: 7,
    }
}

fn save<S: Store>(service: &Service<S>, session: Session) -> (Vec<Session>, Option<String>) {
    match ask(service, Request::SaveSession { session: session.into() }) {
        Response::Sessions { sessions, open } => (sessions, open),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_decided_while_a_session_is_open_names_it() {
    let service = service(Memory::default());
    decide(&service, decision(1, Action::Accepted));
    save(&service, session(100, "2026-11-22T09:00:00Z", None));
    decide(&service, decision(2, Action::Rejected));
    for units in [3, 2] {
        assert_eq!(ask(&service, Request::Seen { units }), Response::Seen);
    }
    save(&service, session(100, "2026-11-22T09:00:00Z", Some("2026-11-22T11:00:00Z")));
    decide(&service, decision(3, Action::NoneApplies));
    ask(&service, Request::Seen { units: 100 });
    let named: Vec<Option<String>> = records(&service, 10).into_iter().map(|record| record.log.session).collect();
    assert_eq!(named, [None, Some(id(100)), None]);
    let Response::Sessions { sessions, .. } = ask(&service, Request::Sessions) else { panic!() };
    assert_eq!((sessions[0].seen, sessions[0].coded), (5, 1), "what a face says of numbers is not believed");
}

#[test]
fn one_session_is_open_at_the_most() {
    let service = service(Memory::default());
    save(&service, session(100, "2026-11-22T09:00:00Z", None));
    let (sessions, open) = save(&service, session(101, "2026-11-22T10:00:00Z", None));
    assert_eq!(sessions[0].ended.as_deref(), Some("2026-11-22T10:00:00Z"));
    assert_eq!((sessions.len(), open), (2, Some(id(101))));
    // One that is over is corrected, and the open one goes on.
    let mended = Session { seed: "#other".into(), ..sessions[0].clone() };
    let (sessions, open) = save(&service, mended);
    assert_eq!((&*sessions[0].seed, open), ("#other", Some(id(101))));
}

#[test]
fn a_session_without_a_time_or_with_an_endless_seed_is_refused() {
    let service = service(Memory::default());
    for wrong in [
        Session { id: "1".into(), ..session(1, "2026-11-22T09:00:00Z", None) },
        session(1, "yesterday", None),
        session(1, "2026-11-22T09:00:00Z", Some("later")),
        Session { seed: "x".repeat(201), ..session(1, "2026-11-22T09:00:00Z", None) },
    ] {
        assert_eq!(refused(&service, Request::SaveSession { session: wrong.into() }).kind, FailureKind::Invalid);
    }
}

#[test]
fn scripts_are_told_whether_units_are_counted_and_no_face_says_so() {
    let service = service(Memory::default());
    let changed = |event: Option<Event>| match event {
        Some(Event::Changed { settings }) => Some(settings.counting),
        _ => None,
    };
    let save = |session: Session| changed(answer(&service, Request::SaveSession { session: session.into() }).event);
    assert_eq!(save(session(100, "2026-11-22T09:00:00Z", None)), Some(true));
    assert_eq!(save(session(101, "2026-11-22T10:00:00Z", None)), None, "one is open as before");
    let settings = Settings { counting: false, ..Settings::default() };
    assert_eq!(changed(answer(&service, Request::SetSettings { settings: settings.into() }).event), Some(true));
    assert_eq!(save(session(101, "2026-11-22T10:00:00Z", Some("2026-11-22T11:00:00Z"))), Some(false));
}

fn hide<S: Store>(service: &Service<S>, share: u8) -> Response {
    ask(service, Request::SetSettings { settings: Settings { hidden_share: share, ..Settings::default() }.into() })
}

fn hidden<S: Store>(service: &Service<S>, texts: &[String]) -> Vec<bool> {
    match ask(service, Request::Read { images: vec![], page: page(), units: texts.to_vec() }) {
        Response::Readings { readings, .. } => readings.into_iter().map(|reading| reading.hidden).collect(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_share_of_the_units_is_hidden_and_always_the_same_ones() {
    let service = service(Memory::default());
    let texts: Vec<String> = (0..200).map(|number| format!("The unit with the number {number}.")).collect();
    assert!(!hidden(&service, &texts).contains(&true));
    hide(&service, 100);
    assert!(!hidden(&service, &texts).contains(&false));
    hide(&service, 30);
    let lots = hidden(&service, &texts);
    let share = lots.iter().filter(|hidden| **hidden).count();
    // Of a binomial distribution of 200 at .3 all but one in 100,000.
    assert!((32..=90).contains(&share), "{share} of 200");
    assert_eq!(hidden(&service, &texts), lots);
    hide(&service, 60);
    let more = hidden(&service, &texts);
    assert!(lots.iter().zip(&more).all(|(before, now)| !before || *now), "what was hidden stays so at a larger share");
    let Response::Failed { failure } = hide(&service, 101) else { panic!() };
    assert_eq!(failure.kind, FailureKind::Invalid);
}

#[test]
fn a_word_on_codes_reveals_for_good_and_passing_over_does_not() {
    let service = service(Memory::default());
    hide(&service, 100);
    let texts = [TEXT.to_owned()];
    decide(&service, Decision { code: None, span: None, ..decision(1, Action::Skipped) });
    assert_eq!(hidden(&service, &texts), [true]);
    let blind = Decision { hidden: true, ..decision(2, Action::Assigned) };
    decide(&service, blind);
    assert_eq!(hidden(&service, &texts), [false]);
    decide(&service, revision(3, Action::Withdrawn, 2));
    assert_eq!(hidden(&service, &texts), [false], "it was seen");
    let log = records(&service, 10);
    let seen: Vec<(bool, bool)> =
        log.iter().map(|record| (record.log.suggestion_visible, record.log.proposed.is_some())).collect();
    assert_eq!(seen[1], (false, true), "what was proposed is kept, and that it was not shown");
}

#[test]
fn what_was_not_seen_is_replaced_by_nothing() {
    let service = service(Memory::default());
    let proposed = Proposal { code: Some("takfir".into()), ..decision(1, Action::Assigned).proposed.unwrap() };
    decide(&service, Decision { hidden: true, proposed: Some(proposed), ..decision(1, Action::Assigned) });
    assert_eq!(marks(&service, TEXT)[0].proposed, None);
}

#[test]
fn confidence_and_relations_are_kept() {
    let service = service(Memory::default());
    decide(&service, Decision { confidence: Some(Confidence::Low), ..decision(1, Action::Assigned) });
    let other = "Other words of another unit altogether, said by somebody else.";
    decide(&service, Decision { text: other.into(), span: None, ..decision(2, Action::Assigned) });
    let relation = Relation { kind: RelationKind::Quotes, from: id(2), to: id(1) };
    let related = Decision { code: None, span: None, relation: Some(relation.clone()), ..decision(3, Action::Related) };
    decide(&service, Decision { text: other.into(), ..related.clone() });
    assert_eq!(marks(&service, TEXT)[0].confidence, Some(Confidence::Low));
    assert_eq!(records(&service, 10)[0].annotation.as_ref().unwrap().body.confidence, Some(Confidence::Low));
    let shown: Vec<_> = marks(&service, other).into_iter().map(|mark| (mark.action, mark.relation)).collect();
    assert_eq!(shown, [(Action::Assigned, None), (Action::Related, Some(relation.clone()))]);
    // Taken back, it is imported like all else.
    decide(&service, Decision { text: other.into(), ..revision(4, Action::Withdrawn, 3) });
    assert_eq!(marks(&service, other).len(), 1);
    let to = super::service(Memory::default());
    let stage = Request::Stage { import: id(9), number: 0, records: Json::of(&records(&service, 10)) };
    assert_eq!(ask(&to, stage), Response::Staged);
    assert!(matches!(ask(&to, Request::Import { import: id(9), slices: 1 }), Response::Imported { added: 4, .. }));
    for wrong in [
        Decision { relation: None, ..related.clone() },
        Decision { relation: Some(Relation { to: id(2), ..relation.clone() }), ..related.clone() },
        Decision { relation: Some(relation), ..decision(4, Action::Assigned) },
    ] {
        let wrong = Decision { id: id(5), ..wrong };
        assert_eq!(refused(&service, Request::Decide { decision: wrong.into() }).kind, FailureKind::Invalid);
    }
}
