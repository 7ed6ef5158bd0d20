//! Which decisions stand, case by case: the log, the marks and the annotations say the same.

use super::*;
use postil::service::standing::{assigns, doubtful, say, standing};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use std::collections::BTreeSet;

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    steps: Vec<String>,
    stands: Vec<String>,
}

/// The text of a unit by its name. Offsets in UTF-16 are not those in code points.
fn text(unit: &str) -> String {
    format!("👩‍👩‍👧 words of the unit {unit}, and some more")
}

fn step(line: &str) -> Decision {
    let mut words = line.split(' ').peekable();
    let number = words.next().unwrap().parse().unwrap();
    let action: Result<_, serde::de::value::Error> = Action::deserialize(words.next().unwrap().into_deserializer());
    let mut step = Decision {
        code: None,
        span: None,
        text: text("a"),
        codebook: CodebookRef { id: "book".into(), version: "1".into(), hash: "00".into() },
        ..decision(number, action.unwrap())
    };
    while let Some(word) = words.next() {
        match (word, word.strip_prefix('@')) {
            (_, Some(span)) => {
                let (start, end) = span.split_once('-').unwrap();
                step.span = Some([start.parse().unwrap(), end.parse().unwrap()]);
            }
            ("of", _) => step.revises = Some(id(words.next().unwrap().parse().unwrap())),
            ("in", _) => step.text = text(words.next().unwrap()),
            ("under", _) => step.codebook.id = words.next().unwrap().into(),
            (code, _) => step.code = Some(code.into()),
        }
    }
    step
}

/// A decision as its line says it.
type Said = (String, Action, String, Option<String>, Option<[u32; 2]>);

fn said(mark: &Mark) -> Said {
    let span = mark.start.zip(mark.end).map(|(start, end)| [start, end]);
    (mark.decision.clone(), mark.action, mark.codebook.clone(), mark.code.clone(), span)
}

#[test]
fn which_decisions_stand() {
    let cases: Cases = toml::from_str(include_str!("../data/standing.toml")).unwrap();
    for Case { name, steps, stands } in cases.case {
        let service = service(Memory::default());
        let mut shown: BTreeMap<String, Vec<Mark>> = BTreeMap::new();
        for decision in steps.iter().map(|line| step(line)) {
            let unit = match &decision.revises {
                Some(_) => text("a"),
                None => decision.text.clone(),
            };
            let before = shown.entry(unit.clone()).or_default();
            // What stands no more is not on the face that revises it, nor is what a withdrawal brings back.
            let seen = decision.action != Action::Withdrawn
                && decision.revises.iter().all(|id| before.iter().any(|mark| mark.decision == *id));
            say(before, &decision);
            let expected: Vec<Said> = before.iter().map(said).collect();
            decide(&service, decision);
            *before = marks(&service, &unit);
            let codes = |all: &[Said]| all.iter().map(|it| (it.0.clone(), it.3.clone(), it.4)).collect::<Vec<_>>();
            let got: Vec<Said> = before.iter().map(said).collect();
            assert!(!seen || codes(&got) == codes(&expected), "{name}: a face foresaw {expected:?}, got {got:?}");
        }
        let wanted: Vec<(String, Said)> = stands
            .iter()
            .map(|line| {
                let it = step(line);
                (it.text, (it.id, it.action, it.codebook.id, it.code, it.span))
            })
            .collect();

        let Response::PageDecisions { decisions } = ask(&service, Request::PageDecisions { url: page().url }) else {
            panic!()
        };
        let by_log: Vec<(String, Said)> = standing(&decisions.read().unwrap())
            .iter()
            .map(|word| {
                let claim = word.claim();
                let code = claim.code.map(str::to_owned);
                let text = word.last.unit.text.clone().unwrap();
                // The log counts in code points, the face in UTF-16.
                let utf16 = |at: u32| text.chars().take(at as usize).map(char::len_utf16).sum::<usize>() as u32;
                let span = claim.span.map(|span| span.map(utf16));
                (text, (claim.decision.into(), claim.action, claim.codebook.into(), code, span))
            })
            .collect();
        assert_eq!(by_log, wanted, "{name}: by the log");

        for unit in [text("a"), text("b")] {
            let on_unit: Vec<Said> =
                wanted.iter().filter(|(text, _)| *text == unit).map(|(_, said)| said.clone()).collect();
            assert_eq!(marks(&service, &unit).iter().map(said).collect::<Vec<_>>(), on_unit, "{name}: by the marks");
        }

        let annotated: BTreeSet<(String, Option<String>)> = records(&service, 3)
            .into_iter()
            .filter_map(|record| Some((record.log.id, Some(record.annotation?.body.code))))
            .collect();
        let assigned = wanted.iter().filter(|(_, said)| assigns(said.1));
        assert_eq!(
            annotated,
            assigned.map(|(_, said)| (said.0.clone(), said.3.clone())).collect(),
            "{name}: the annotations"
        );
    }
}

#[test]
fn words_that_stand_again_are_marked_where_that_is_one_place() {
    // The decisions that units are marked with: where as they were, and where again; and which are not to be shown there.
    let cases: [(&[&str], &[&str]); 6] = [
        (&["=1"], &[]),
        (&["~1"], &[]),
        (&["~1", "", "~2"], &[]),
        (&["=1", "~1"], &["1"]),
        (&["~1 =2", "~1 =2"], &["1"]),
        (&["=1", "=1"], &[]),
    ];
    let template = marks_of_one();
    for (units, expected) in cases {
        let units: Vec<Vec<Mark>> = units
            .iter()
            .map(|unit| {
                let mark = |mark: &str| Mark {
                    decision: mark[1..].to_owned(),
                    same_unit: mark.starts_with('='),
                    ..template.clone()
                };
                unit.split_whitespace().map(mark).collect()
            })
            .collect();
        let told: BTreeSet<String> = doubtful(units.iter().map(Vec::as_slice)).into_iter().collect();
        assert_eq!(told.iter().map(String::as_str).collect::<Vec<_>>(), expected, "{units:?}");
    }
}

/// The mark of a decision that stands.
fn marks_of_one() -> Mark {
    let service = service(Memory::default());
    decide(&service, decision(1, Action::Accepted));
    marks(&service, TEXT).remove(0)
}
