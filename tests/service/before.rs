//! What was decided before about units that nearly equal another.

use super::*;
use postil::service::protocol::Json;

const POST: &str = "Today the community kitchen on Mill Street opens again at noon; bring a friend and a chair, and please \
                    bring your own cup. 12 places are left for the walk on Sunday.";

fn at(url: &str) -> Page {
    Page { url: url.into(), title: String::new() }
}

fn said(number: u32, url: &str, text: &str, action: Action) -> Decision {
    Decision { page: at(url), text: text.into(), span: None, ..decision(number, action) }
}

fn before<S: Store>(service: &Service<S>, url: &str, text: &str) -> Vec<Earlier> {
    match ask(service, Request::Before { page: at(url), units: vec![text.into()] }) {
        Response::Before { mut earlier } => earlier.remove(0),
        other => panic!("{other:?}"),
    }
}

fn found(earlier: &[Earlier]) -> Vec<(&str, Option<&str>)> {
    earlier.iter().map(|it| (&*it.url, it.marks[0].code.as_deref())).collect()
}

#[test]
fn a_unit_that_is_posted_again_with_small_changes_is_known() {
    let service = service(Memory::default());
    decide(&service, said(1, "https://a.example/", POST, Action::Assigned));
    let again = format!("🔥 {} https://t.example/x", POST.replace("12", "9"));
    let earlier = before(&service, "https://b.example/", &again);
    assert_eq!(found(&earlier), [("https://a.example/", Some("caliphate-advocacy"))]);
    assert!((0.7..1.0).contains(&earlier[0].likeness), "{}", earlier[0].likeness);
    assert_eq!(earlier[0].text.as_deref(), Some(POST));
    assert_eq!(before(&service, "https://b.example/", POST)[0].likeness, 1.0);
    assert_eq!(before(&service, "https://b.example/", "Something else, long enough to be looked for at all."), []);
    assert_eq!(before(&service, "https://a.example/#again", POST), [], "the unit itself");
}

#[test]
fn what_does_not_stand_is_not_shown_and_what_changed_is_shown_as_it_is() {
    let service = service(Memory::default());
    decide(&service, said(1, "https://a.example/", POST, Action::Assigned));
    let edit = Decision { code: Some("takfir".into()), ..said(2, "https://a.example/", POST, Action::Edited) };
    decide(&service, Decision { revises: Some(id(1)), ..edit });
    assert_eq!(found(&before(&service, "https://b.example/", POST)), [("https://a.example/", Some("takfir"))]);
    decide(
        &service,
        Decision { revises: Some(id(1)), code: None, ..said(3, "https://a.example/", POST, Action::Withdrawn) },
    );
    assert_eq!(before(&service, "https://b.example/", POST), []);
    decide(&service, said(4, "https://a.example/", POST, Action::NoneApplies));
    assert_eq!(found(&before(&service, "https://b.example/", POST)), [("https://a.example/", None)]);
}

#[test]
fn passing_over_and_flagging_say_nothing_of_codes() {
    let service = service(Memory::default());
    for (number, action) in [Action::Skipped, Action::Flagged].into_iter().enumerate() {
        decide(&service, Decision { code: None, ..said(number as u32, "https://a.example/", POST, action) });
    }
    assert_eq!(before(&service, "https://b.example/", POST), []);
    decide(&service, said(3, "https://a.example/", POST, Action::Assigned));
    assert_eq!(before(&service, "https://b.example/", POST).len(), 1);
}

#[test]
fn without_kept_words_the_same_text_alone_is_known() {
    let service = service(Memory::default());
    let project = Project { evidence: Evidence::None, ..Project::default() };
    let projects = postil::service::projects::Projects::of(service);
    let ask = |request| pollster::block_on(projects.handle(request)).response;
    ask(Request::SaveProject { project: project.into() });
    ask(Request::Decide { decision: said(1, "https://a.example/", POST, Action::Assigned).into() });
    let before = |text: &str| match ask(Request::Before { page: at("https://b.example/"), units: vec![text.into()] }) {
        Response::Before { mut earlier } => earlier.remove(0),
        other => panic!("{other:?}"),
    };
    let earlier = before(POST);
    assert_eq!((earlier.len(), earlier[0].text.as_ref()), (1, None));
    assert_eq!(before(&POST.replace("12", "9")), []);
}

#[test]
fn imported_units_are_known_too() {
    let (from, to) = (service(Memory::default()), service(Memory::default()));
    decide(&from, said(1, "https://a.example/", POST, Action::Assigned));
    decide(&from, said(2, "https://c.example/", &POST.replace("12", "7"), Action::Assigned));
    let import = id(9);
    let staged = Request::Stage { import: import.clone(), number: 0, records: Json::of(&records(&from, 10)) };
    assert_eq!(ask(&to, staged), Response::Staged);
    ask(&to, Request::Import { import, slices: 1 });
    assert_eq!(before(&to, "https://b.example/", POST).len(), 2);
}

#[test]
fn more_units_than_one_request_takes_are_refused() {
    let service = service(Memory::default());
    let units = vec![String::new(); postil::service::before::MAX_BEFORE + 1];
    assert_eq!(refused(&service, Request::Before { page: page(), units }).kind, FailureKind::Invalid);
}
