//! What is found on no unit of its page: what may have become of it, and tying it to other words.

use super::*;
use postil::annotation::anchor::settle;
use postil::annotation::selector::Selector;
use postil::service::unfound::MAX_SOUGHT;
use proptest::prelude::*;

/// A decision about these words of a unit, or about all of it.
fn about(number: u32, text: &str, words: Option<&str>) -> Decision {
    let span = words.map(|words| {
        let at = text.find(words).unwrap();
        let utf16 = |to: usize| text[..to].encode_utf16().count() as u32;
        [utf16(at), utf16(at + words.len())]
    });
    Decision { text: text.into(), span, ..decision(number, Action::Assigned) }
}

fn tied(number: u32, revises: u32, text: &str, words: Option<&str>) -> Decision {
    Decision { code: None, revises: Some(id(revises)), action: Action::Reattached, ..about(number, text, words) }
}

/// The answer to one request, for as many of the decisions as it came to.
fn looked_for<S: Store>(service: &Service<S>, numbers: &[u32], units: &[String]) -> Vec<Vec<Likeness>> {
    let decisions = numbers.iter().map(|number| id(*number)).collect();
    match ask(service, Request::Unfound { url: page().url, decisions, units: units.to_vec() }) {
        Response::Unfound { passages } => passages,
        other => panic!("{other:?}"),
    }
}

/// What may have become of a decision in these units: the unit and the words of each passage.
fn found<S: Store>(service: &Service<S>, number: u32, units: &[&str]) -> Vec<(usize, String)> {
    let texts: Vec<String> = units.iter().map(|&unit| unit.into()).collect();
    let mut all = looked_for(service, &[number], &texts).remove(0);
    settle(&mut all, |it| (it.score, it.context));
    let words = |unit: usize, start: u32, end: u32| {
        let text: Vec<u16> = units[unit].encode_utf16().collect();
        String::from_utf16(&text[start as usize..end as usize]).unwrap()
    };
    all.iter().map(|it| (it.unit, words(it.unit, it.start, it.end))).collect()
}

/// Words or the whole unit; the units now; the passages: unit and words.
type Case<'a> = (Option<&'a str>, &'a [&'a str], &'a [(usize, &'a str)]);

#[test]
fn what_is_gone_is_looked_for_in_all_units() {
    let was = "👩‍👩‍👧 Late in the day. Team Alpha reported a delay of the train.";
    let beta = was.replace("Alpha", "Beta");
    let cases: [Case<'_>; 7] = [
        (Some("Team Alpha reported"), &["Other words.", &beta], &[(1, "Team Beta reported")]),
        (
            Some("Team Alpha reported"),
            &[&beta, "Other words.", &beta],
            &[(0, "Team Beta reported"), (2, "Team Beta reported")],
        ),
        (Some("Team Alpha reported"), &["Nothing of the kind stands here.", ""], &[]),
        // The quote does not reach from one unit into the next.
        (Some("Team Alpha reported"), &["Late in the day. Team Alpha", "reported a delay of the train."], &[]),
        (None, &["Other words.", &beta], &[(1, &beta)]),
        (None, &["Late in the day they all went home by the train, and told nobody of it until the morning."], &[]),
        (None, &[], &[]),
    ];
    for (words, units, expected) in cases {
        let service = service(Memory::default());
        decide(&service, about(1, was, words));
        assert!(units.iter().all(|unit| marks(&service, unit).is_empty()), "{units:?} are shown as decided");
        let expected: Vec<(usize, String)> = expected.iter().map(|(unit, words)| (*unit, (*words).into())).collect();
        assert_eq!(found(&service, 1, units), expected, "{words:?} in {units:?}");
    }
}

#[test]
fn a_request_is_bounded_and_names_what_stands() {
    let service = service(Memory::default());
    decide(&service, about(1, TEXT, Some("khilafah")));
    decide(&service, revision(2, Action::Withdrawn, 1));
    assert_eq!(found(&service, 1, &[TEXT]), [], "withdrawn");
    assert_eq!(found(&service, 9, &[TEXT]), [], "unknown");
    let many = Request::Unfound { url: page().url, decisions: vec![id(1); 65], units: Vec::new() };
    assert!(refused(&service, many).message.contains("at most 64 decisions"));
    let long = Request::Unfound { url: page().url, decisions: Vec::new(), units: vec!["x".repeat(1 << 19); 3] };
    assert!(refused(&service, long).message.contains("together"));
}

#[test]
fn a_request_ends_early_where_there_is_much_to_compare() {
    let service = service(Memory::default());
    let words = |seed: usize| (0..900).map(|it| format!("w{} ", (it * it + seed) % 97)).collect::<String>();
    decide(&service, about(1, &words(0), None));
    let page = [words(1) + &words(2) + &words(3) + &words(4)];
    let many = looked_for(&service, &[1; MAX_SOUGHT], &page);
    assert!((1..MAX_SOUGHT).contains(&many.len()), "{}", many.len());
    let one = looked_for(&service, &[1], &page);
    assert!(many.iter().all(|passages| *passages == one[0]));
}

#[test]
fn what_was_read_of_some_units_says_nothing_of_others() {
    let service = service(Memory::default());
    decide(&service, about(1, "Late. Team Alpha reported a delay.", Some("Team Alpha reported")));
    let found = |units: &[&str]| found(&service, 1, units).into_iter().map(|(unit, _)| unit).collect::<Vec<_>>();
    let (beta, other) = ("Late. Team Beta reported a delay.", "Nothing of the kind.");
    let joined = [beta, other].join("\0");
    let cases: [(&[&str], &[usize]); 7] = [
        (&[beta, other], &[0]),
        (&[beta, other], &[0]),
        (&[other, beta], &[1]),
        (&[&joined], &[0]),
        (&[other], &[]),
        (&[other, "", beta], &[2]),
        (&[], &[]),
    ];
    for (units, expected) in cases {
        assert_eq!(found(units), expected, "{units:?}");
    }
}

/// Sentences of few words, of which many are alike.
fn sentence() -> impl Strategy<Value = String> {
    let word =
        prop::sample::select(vec!["one", "two", "three", "Ünder", "أربعة", "five,", "👩‍👩‍👧", "6.5", "seven's", "\n"]);
    prop::collection::vec(word, 1..14).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_answers_are_the_same_with_and_without_what_was_read_before(
        decided in prop::collection::vec((sentence(), any::<prop::sample::Index>(), any::<bool>()), 1..8),
        units in prop::collection::vec(sentence(), 1..12),
        (of_units, of_decisions) in (1..6_usize, 1..4_usize),
    ) {
        let service = service(Memory::default());
        let mut numbers = Vec::new();
        for (number, (text, at, whole)) in (1..).zip(&decided) {
            let words: Vec<&str> = text.split_whitespace().collect();
            let word = (!words.is_empty() && !whole).then(|| *at.get(&words));
            decide(&service, about(number, text, word));
            numbers.push(number);
        }
        for units in units.chunks(of_units) {
            let kept: Vec<_> = numbers.chunks(of_decisions).flat_map(|some| looked_for(&service, some, units)).collect();
            for (number, kept) in numbers.iter().zip(&kept) {
                // Any other request makes the service forget the units.
                ask(&service, Request::Settings);
                prop_assert_eq!(&looked_for(&service, &[*number], units)[0], kept, "{} in {:?}", number, units);
            }
            prop_assert_eq!(kept.len(), numbers.len());
        }
    }
}

#[test]
fn a_decision_is_tied_to_other_words_and_back() {
    let (was, is) = ("Team Alpha reported a delay.", "🚆 Team Beta reported a delay.");
    let service = service(Memory::default());
    let coded = about(1, was, Some("Team Alpha"));
    decide(&service, Decision { stance: Some("opposes".into()), memo: Some("A note.".into()), ..coded });
    decide(&service, Decision { at: "2026-11-23T08:00:00Z".into(), ..tied(2, 1, is, Some("Team Beta")) });
    assert_eq!(marks(&service, was), [], "the old words are no longer what it is about");
    let [mark] = &*marks(&service, is) else { panic!() };
    assert_eq!(
        (mark.decision.clone(), mark.action, mark.start, mark.end),
        (id(1), Action::Assigned, Some(3), Some(12))
    );
    assert_eq!((mark.stance.as_deref(), mark.memo.as_deref()), (Some("opposes"), Some("A note.")));

    let annotation = |service: &Service<_>| records(service, 9).remove(0).annotation.unwrap();
    let tied_to = annotation(&service);
    assert_eq!(tied_to.target.selector.iter().find_map(Selector::quote).unwrap().exact, "Team Beta");
    assert_eq!(
        (tied_to.target.state.text.as_deref(), tied_to.modified.as_deref()),
        (Some(is), Some("2026-11-23T08:00:00Z"))
    );

    // An edit keeps the words, and so the tying cannot be taken back any more.
    decide(&service, Decision { code: Some("symbols".into()), text: is.into(), ..revision(3, Action::Edited, 1) });
    assert_eq!(marks(&service, is)[0].code.as_deref(), Some("symbols"));
    let undo = Request::Decide { decision: revision(4, Action::Withdrawn, 2).into() };
    assert!(refused(&service, undo).message.contains("changed since"));

    decide(&service, tied(5, 1, was, None));
    assert_eq!((marks(&service, is).len(), marks(&service, was)[0].start), (0, None));
    decide(&service, revision(6, Action::Withdrawn, 5));
    assert_eq!((marks(&service, is).len(), marks(&service, was).len()), (1, 0));
    assert_eq!(annotation(&service).target.state.text.as_deref(), Some(is));
    let again = Request::Decide { decision: revision(7, Action::Withdrawn, 5).into() };
    assert!(refused(&service, again).message.contains("withdrawn already"));

    decide(&service, revision(8, Action::Withdrawn, 1));
    assert_eq!((marks(&service, is).len(), marks(&service, was).len()), (0, 0));
    assert_eq!(records(&service, 9)[0].annotation, None);

    let other = Page { url: "https://example.org/other".into(), title: String::new() };
    decide(&service, about(10, was, None));
    let elsewhere = Request::Decide { decision: Decision { page: other, ..tied(11, 10, is, None) }.into() };
    assert!(refused(&service, elsewhere).message.contains("stays on its page"));
}

#[test]
fn what_is_tied_to_a_unit_is_the_later_word_there() {
    let (one, two) = ("Example one of the words.", "Example two of the words.");
    let service = service(Memory::default());
    decide(&service, about(1, one, None));
    decide(&service, about(2, two, None));
    decide(&service, tied(3, 1, two, None));
    let ids = |text| marks(&service, text).into_iter().map(|mark| mark.decision).collect::<Vec<_>>();
    assert_eq!((ids(one), ids(two)), (vec![], vec![id(1)]));
    let live =
        || records(&service, 9).into_iter().filter_map(|it| it.annotation.map(|_| it.log.id)).collect::<Vec<_>>();
    assert_eq!(live(), [id(1)]);
    decide(&service, revision(4, Action::Withdrawn, 3));
    assert_eq!((ids(one), ids(two), live()), (vec![id(1)], vec![id(2)], vec![id(1), id(2)]));
}
