//! Images, parts of them and what is written in them are coded as texts are; accounts are, without any scale.

use super::*;
use postil::annotation::selector::Region;

const SOURCE: &str = "https://cdn.example/1234.jpg";
const CORNER: Region = Region { x: 0, y: 125, width: 500, height: 1 };

/// A code on an image that says this, or on a part of it.
fn on_image(number: u32, source: &str, text: &str, region: Option<Region>) -> Decision {
    Decision {
        text: text.into(),
        kind: UnitKind::Image,
        span: None,
        image: Some(Pictured { source: source.into(), region }),
        ..decision(number, Action::Assigned)
    }
}

/// Ids of the decisions that are found again on an image that says this, each with its part and whether it is the very unit.
fn found<S: Store>(service: &Service<S>, source: Option<&str>, text: &str) -> Vec<(String, Option<Region>, bool)> {
    let images = vec![source.map(str::to_owned)];
    match ask(service, Request::Read { page: page(), units: vec![text.into()], images }) {
        Response::Readings { mut readings, .. } => {
            let marks = readings.remove(0).marks.into_iter();
            marks.map(|mark| (mark.decision, mark.region, mark.same_unit)).collect()
        }
        other => panic!("{other:?}"),
    }
}

fn transcripts<S: Store>(service: &Service<S>, images: &[&str]) -> Vec<Option<String>> {
    let images = images.iter().map(|image| (*image).to_owned()).collect();
    match ask(service, Request::Transcripts { images }) {
        Response::Transcripts { texts } => texts,
        other => panic!("{other:?}"),
    }
}

fn transcribe<S: Store>(service: &Service<S>, image: &str, text: &str, at: &str) -> Option<String> {
    match ask(service, Request::Transcribe { image: image.into(), text: text.into(), at: at.into() }) {
        Response::Transcripts { mut texts } => texts.remove(0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_on_an_image_is_found_on_that_image_whatever_is_written_of_it() {
    let service = service(Memory::default());
    decide(&service, on_image(1, SOURCE, "", None));
    decide(&service, on_image(2, SOURCE, "", Some(CORNER)));
    let both = [(id(1), None, true), (id(2), Some(CORNER), true)];
    for text in ["", "two loaves", "two loaves and more"] {
        assert_eq!(found(&service, Some(SOURCE), text), both, "{text:?}");
    }
    // Two images without words are not one, and neither is a unit without any.
    assert_eq!(found(&service, Some("https://cdn.example/other.jpg"), ""), []);
    assert_eq!(found(&service, Some("https://cdn.example/other.jpg"), "two loaves"), []);
    // The same code on the same part, said again, is one word.
    decide(&service, on_image(3, SOURCE, "two loaves", Some(CORNER)));
    assert_eq!(found(&service, Some(SOURCE), ""), [(id(1), None, true), (id(3), Some(CORNER), true)]);
}

#[test]
fn words_of_an_image_are_found_where_they_stand() {
    let service = service(Memory::default());
    let words = Decision { span: Some([4, 10]), ..on_image(1, SOURCE, "two loaves", None) };
    decide(&service, words);
    assert_eq!(found(&service, Some(SOURCE), "two loaves"), [(id(1), None, true)]);
    assert_eq!(found(&service, Some(SOURCE), ""), []);
    // A page's script knows the text alone.
    assert_eq!(found(&service, None, "two loaves").len(), 1);
}

#[test]
fn a_part_of_an_image_is_a_media_fragment() {
    let service = service(Memory::default());
    decide(&service, on_image(1, SOURCE, "", Some(CORNER)));
    let record = records(&service, 1).remove(0);
    let annotation = serde_json::to_value(record.annotation.unwrap()).unwrap();
    assert_eq!(
        annotation["target"]["selector"][0],
        serde_json::json!({
            "type": "FragmentSelector", "conformsTo": "http://www.w3.org/TR/media-frags/", "value": "xywh=percent:0,12.5,50,0.1",
        })
    );
    // Source of the digits: `printf %s https://cdn.example/1234.jpg | sha256sum`.
    assert_eq!(
        record.log.unit.image.as_deref(),
        Some("60db46f4b72398e30322d6053757d32de149e492e739c20e40161cec6c1540c2")
    );
    for (fragment, region) in [
        ("xywh=percent:0,12.5,50,0.1", Some(CORNER)),
        ("xywh=percent:0,0,100,100", Some(Region { x: 0, y: 0, width: 1000, height: 1000 })),
        ("xywh=percent:50,0,50.1,100", None),
        ("xywh=percent:0,0,0,100", None),
        ("xywh=percent:0,0,100", None),
        ("xywh=percent:0,0,100,100,1", None),
        ("xywh=percent:-1,0,50,50", None),
        ("xywh=percent:NaN,0,50,50", None),
        ("xywh=0,0,50,50", None),
    ] {
        assert_eq!(Region::of(fragment), region, "{fragment}");
    }
}

#[test]
fn what_is_no_part_of_an_image_is_refused() {
    let service = service(Memory::default());
    for (region, span) in [
        (Region { x: 900, width: 101, ..CORNER }, None),
        (Region { width: 0, ..CORNER }, None),
        (Region { x: u16::MAX, width: u16::MAX, ..CORNER }, None),
        (CORNER, Some([0, 3])),
    ] {
        let wrong = Decision { span, ..on_image(1, SOURCE, "two loaves", Some(region)) };
        assert_eq!(refused(&service, Request::Decide { decision: wrong.into() }).kind, FailureKind::Invalid);
    }
    let nameless = on_image(1, "", "", None);
    assert_eq!(refused(&service, Request::Decide { decision: nameless.into() }).kind, FailureKind::Invalid);
}

#[test]
fn what_is_written_of_an_image_is_kept_until_it_is_purged() {
    let service = service(Memory::default());
    assert_eq!(transcribe(&service, SOURCE, "two loaves", "2026-01-01T00:00:00Z").as_deref(), Some("two loaves"));
    transcribe(&service, "another", "one loaf", "2026-03-01T00:00:00Z");
    transcribe(&service, "third", "no loaf", "2026-03-01T00:00:00Z");
    assert_eq!(transcribe(&service, "third", "", "2026-03-01T00:00:00Z"), None);
    let kept = || transcripts(&service, &[SOURCE, "another", "third"]);
    assert_eq!(kept(), [Some("two loaves".into()), Some("one loaf".into()), None]);
    ask(&service, Request::Purge { after: None, before: Some("2026-02-01T00:00:00Z".into()) });
    assert_eq!(kept(), [None, Some("one loaf".into()), None]);
    ask(&service, Request::Purge { after: None, before: None });
    assert_eq!(kept(), [None, None, None]);
}

#[test]
fn an_image_without_words_teaches_nothing_and_is_like_no_other() {
    let service = service(Memory::default());
    decide(&service, on_image(1, SOURCE, "", None));
    let Response::Learned { learned, .. } = ask(&service, Request::Learned { codebook: "militant-jihad".into() })
    else {
        panic!()
    };
    assert_eq!(learned.read().unwrap().labels, 0);
    let other = Page { url: "https://example.org/other".into(), title: String::new() };
    let asked = Request::Before { page: other, units: vec![String::new()] };
    assert_eq!(ask(&service, asked), Response::Before { earlier: vec![vec![]] });
}

/// A code on the account of an author.
fn on_account(number: u32, url: &str, author: &str) -> Decision {
    Decision {
        page: Page { url: url.into(), title: String::new() },
        text: author.into(),
        kind: UnitKind::Account,
        author: Some(author.into()),
        span: None,
        ..decision(number, Action::Assigned)
    }
}

fn account<S: Store>(service: &Service<S>, url: &str, name: &str) -> AuthorCounts {
    match ask(service, Request::Authors { url: url.into(), names: vec![name.into()] }) {
        Response::Authors { mut authors } => authors.remove(0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_code_on_an_account_stands_wherever_the_account_is_shown_and_counts_as_no_unit() {
    let service = service(Memory::default());
    decide(&service, on_account(1, "https://example.org/a", "Salt @salt"));
    for url in ["https://example.org/a", "https://example.org/b"] {
        let AuthorCounts { account, all, .. } = account(&service, url, "@salt");
        assert_eq!(account.iter().map(|mark| &*mark.decision).collect::<Vec<_>>(), [id(1)]);
        assert_eq!(all, UnitCounts::default());
    }
    assert_eq!(account(&service, "https://example.org/a", "@pepper").account, []);
    // No name is kept, and the account is no unit of the page.
    let record = records(&service, 1).remove(0);
    let pseudonym = record.log.unit.author.unwrap().to_string();
    assert_eq!(record.log.unit.text.as_deref(), Some(&*pseudonym));
    assert!(!serde_json::to_string(&record).unwrap().contains("salt"));
    assert_eq!(marks(&service, &pseudonym), []);
    // Taken back, from another page too.
    let back = Decision { revises: Some(id(1)), ..on_account(2, "https://example.org/b", "@salt") };
    decide(&service, Decision { action: Action::Withdrawn, code: None, ..back });
    assert_eq!(account(&service, "https://example.org/a", "@salt").account, []);
}

#[test]
fn no_scale_is_applied_to_people() {
    let service = service(Memory::default());
    let account = on_account(1, "https://example.org/a", "@salt");
    for wrong in [
        Decision { tier: Some(0), ..account.clone() },
        Decision { stance: Some("none".into()), ..account.clone() },
        Decision { span: Some([0, 2]), ..account.clone() },
        Decision { author: None, ..account.clone() },
        Decision { image: Some(Pictured { source: SOURCE.into(), region: None }), ..account.clone() },
    ] {
        assert_eq!(refused(&service, Request::Decide { decision: wrong.into() }).kind, FailureKind::Invalid);
    }
    decide(&service, account);
}
