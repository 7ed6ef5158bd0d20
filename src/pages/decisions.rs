//! What the coder has decided: as the page shows it, as it is on its way, and as the log has it.
//!
//! Invariants: of several decisions about the same thing the last one stands; a decision that is on its way stands above
//! those found on the page, and says so; a decision is missing only if nothing found on the page stems from the same text.
//! Must not touch: signals, the document.

use postil::service::protocol::{Action, Decision, Mark, Outcome};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// How far a decision has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// Sent, not yet answered.
    Saving,
    /// Stored; the page has not shown it yet.
    Stored,
    /// Not stored; it may be sent again.
    Failed,
    /// Stored, and found on the page.
    Found(Outcome),
}

/// A decision made in this panel that the page does not show yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sent {
    /// The unit that it was made on.
    pub(crate) unit: String,
    /// The decision as sent, and as it is sent again.
    pub(crate) decision: Arc<Decision>,
    /// How far it has come.
    pub(crate) progress: Progress,
    /// Why it failed, if it did.
    pub(crate) failure: Option<String>,
}

/// What stands for a unit under one codebook.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Standing {
    /// No code applies.
    pub(crate) none: Option<Progress>,
    /// Codes accepted or rejected.
    pub(crate) codes: BTreeMap<String, (Action, Progress)>,
}

impl Standing {
    /// Whether it is settled that no code applies.
    pub(crate) fn says_none(&self) -> bool {
        self.none.is_some_and(Progress::counts)
    }

    /// Whether the coder has settled a code.
    pub(crate) fn settles(&self, code: &str) -> bool {
        self.codes.get(code).is_some_and(|(_, progress)| progress.counts())
    }
}

impl Progress {
    /// Whether a decision this far counts: one that could not be stored does not.
    pub(crate) fn counts(self) -> bool {
        self != Self::Failed
    }
}

/// What stands for a unit, by codebook id.
pub(crate) type Standings = BTreeMap<String, Standing>;

/// What stands for a unit by the marks on it, oldest first, and the decisions on their way.
pub(crate) fn standings<'a>(marks: &[Mark], sent: impl Iterator<Item = &'a Sent>) -> Standings {
    let mut standings = Standings::new();
    for mark in marks {
        settle(&mut standings, &mark.codebook, mark.action, mark.code.as_deref(), Progress::Found(mark.outcome));
    }
    for Sent { decision, progress, .. } in sent {
        settle(&mut standings, &decision.codebook.id, decision.action, decision.code.as_deref(), *progress);
    }
    standings
}

fn settle(standings: &mut Standings, codebook: &str, action: Action, code: Option<&str>, progress: Progress) {
    let standing = standings.entry(codebook.to_owned()).or_default();
    if !progress.counts() {
        // What could not be stored is shown where nothing else stands, and changes nothing.
        match code {
            Some(code) => drop(standing.codes.entry(code.to_owned()).or_insert((action, progress))),
            None => drop(standing.none.get_or_insert(progress)),
        }
        return;
    }
    match (action, code) {
        (Action::NoneApplies, _) => {
            // None applies takes back what was accepted; what was rejected stays rejected.
            standing.codes.retain(|_, (action, _)| *action == Action::Rejected);
            standing.none = Some(progress);
        }
        (action, Some(code)) => {
            if action == Action::Accepted {
                standing.none = None;
            }
            standing.codes.insert(code.to_owned(), (action, progress));
        }
        (_, None) => {}
    }
}

/// A decision of the log, as far as it is needed to tell whether the page still shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// Id of the log entry.
    pub(crate) id: String,
    /// When, RFC 3339.
    pub(crate) at: String,
    /// What was decided.
    pub(crate) action: Action,
    /// Codebook id.
    pub(crate) codebook: String,
    /// Code id.
    pub(crate) code: Option<String>,
    /// The words decided about, as they stood then.
    pub(crate) text: String,
}

/// The decisions of the log, oldest first, that the page does not show: neither they nor a later one about the same words
/// is among `found`. Of several about the same words and code, the last.
pub(crate) fn missing(log: &[Kept], found: &HashSet<&str>) -> Vec<Kept> {
    let here: HashSet<(&str, &str)> =
        log.iter().filter(|kept| found.contains(kept.id.as_str())).map(|kept| (&*kept.codebook, &*kept.text)).collect();
    let mut seen = HashSet::new();
    let mut missing: Vec<Kept> = log
        .iter()
        .rev()
        .filter(|kept| !here.contains(&(&*kept.codebook, &*kept.text)))
        .filter(|kept| seen.insert((&kept.codebook, &kept.code, &kept.text)))
        .cloned()
        .collect();
    missing.reverse();
    missing
}

/// Whether the log, oldest first, has a later word on what a stored decision of it was about.
pub(crate) fn overruled(log: &[Kept], decision: &Decision) -> bool {
    let later = log.iter().skip_while(|kept| kept.id != decision.id).skip(1);
    let mut same = later.filter(|kept| kept.codebook == decision.codebook.id && kept.text == decision.text);
    same.any(|kept| {
        kept.code == decision.code
            || matches!(
                (kept.action, decision.action),
                (Action::NoneApplies, Action::Accepted) | (Action::Accepted, Action::NoneApplies)
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use postil::service::protocol::{CodebookRef, Page, UnitKind};

    fn mark(action: Action, code: Option<&str>) -> Mark {
        Mark {
            decision: "d".to_owned(),
            action,
            codebook: "b".to_owned(),
            code: code.map(str::to_owned),
            outcome: Outcome::Exact,
            start: None,
            end: None,
        }
    }

    fn sent(action: Action, code: Option<&str>, progress: Progress) -> Sent {
        Sent {
            unit: "u".to_owned(),
            decision: Arc::new(Decision {
                id: "e".to_owned(),
                at: String::new(),
                page: Page { url: String::new(), title: String::new() },
                text: String::new(),
                kind: UnitKind::Post,
                action,
                codebook: CodebookRef { id: "b".to_owned(), version: String::new(), hash: String::new() },
                code: code.map(str::to_owned),
                span: None,
                proposed: None,
            }),
            progress,
            failure: None,
        }
    }

    fn standing(marks: &[Mark], sent: &[Sent]) -> Standing {
        standings(marks, sent.iter()).remove("b").unwrap_or_default()
    }

    const FOUND: Progress = Progress::Found(Outcome::Exact);

    #[test]
    fn the_last_decision_about_a_code_stands() {
        let marks = [mark(Action::Accepted, Some("x")), mark(Action::Rejected, Some("x"))];
        assert_eq!(standing(&marks, &[]).codes["x"], (Action::Rejected, FOUND));
    }

    #[test]
    fn none_applies_takes_back_what_was_accepted_and_the_other_way_round() {
        let marks =
            [mark(Action::Accepted, Some("x")), mark(Action::Rejected, Some("y")), mark(Action::NoneApplies, None)];
        let none = standing(&marks, &[]);
        assert_eq!(none.none, Some(FOUND));
        assert_eq!(none.codes.keys().collect::<Vec<_>>(), ["y"]);
        let back = standing(&marks, &[sent(Action::Accepted, Some("x"), Progress::Saving)]);
        assert_eq!(back.none, None);
        assert_eq!(back.codes["x"], (Action::Accepted, Progress::Saving));
    }

    #[test]
    fn rejecting_a_code_leaves_none_applies_standing() {
        let marks = [mark(Action::NoneApplies, None), mark(Action::Rejected, Some("x"))];
        assert_eq!(standing(&marks, &[]).none, Some(FOUND));
    }

    #[test]
    fn a_decision_on_its_way_stands_above_those_found() {
        let marks = [mark(Action::Accepted, Some("x"))];
        let standing = standing(&marks, &[sent(Action::Rejected, Some("x"), Progress::Saving)]);
        assert_eq!(standing.codes["x"], (Action::Rejected, Progress::Saving));
        assert!(standing.settles("x"));
    }

    #[test]
    fn a_decision_that_was_not_stored_settles_nothing() {
        let failed =
            [sent(Action::Accepted, Some("x"), Progress::Failed), sent(Action::NoneApplies, None, Progress::Failed)];
        let nothing = standing(&[], &failed);
        assert!(!nothing.settles("x") && !nothing.says_none());
        assert_eq!(nothing.codes["x"], (Action::Accepted, Progress::Failed));
        let before = standing(&[mark(Action::Rejected, Some("x"))], &failed);
        assert_eq!(before.codes["x"], (Action::Rejected, FOUND));
    }

    fn kept(id: &str, code: &str, text: &str) -> Kept {
        Kept {
            id: id.to_owned(),
            at: String::new(),
            action: Action::Accepted,
            codebook: "b".to_owned(),
            code: Some(code.to_owned()),
            text: text.to_owned(),
        }
    }

    fn ids(log: &[Kept], found: &[&str]) -> Vec<String> {
        missing(log, &found.iter().copied().collect()).into_iter().map(|kept| kept.id).collect()
    }

    #[test]
    fn a_later_word_in_the_log_overrules_a_stored_decision() {
        let stored = sent(Action::Accepted, Some("x"), Progress::Stored);
        let mine = Kept { id: stored.decision.id.clone(), text: String::new(), ..kept("", "x", "") };
        let later = |action, code: Option<&str>, text: &str| Kept {
            action,
            code: code.map(str::to_owned),
            ..kept("later", "", text)
        };
        let overrules = |log: &[Kept]| overruled(log, &stored.decision);
        assert!(overrules(&[mine.clone(), later(Action::Rejected, Some("x"), "")]));
        assert!(overrules(&[mine.clone(), later(Action::NoneApplies, None, "")]));
        assert!(!overrules(&[later(Action::Rejected, Some("x"), ""), mine.clone()]));
        assert!(!overrules(&[mine.clone(), later(Action::Rejected, Some("y"), "")]));
        assert!(!overrules(&[mine, later(Action::Rejected, Some("x"), "another text")]));
    }

    #[test]
    fn what_is_not_found_is_missing() {
        let log = [kept("1", "x", "one"), kept("2", "x", "two"), kept("3", "y", "three")];
        assert_eq!(ids(&log, &["2"]), ["1", "3"]);
        assert_eq!(ids(&log, &["1", "2", "3"]), [""; 0]);
    }

    #[test]
    fn an_overruled_decision_is_not_missing_while_its_text_is_there() {
        let log = [kept("1", "x", "one"), kept("2", "x", "one")];
        assert_eq!(ids(&log, &["2"]), [""; 0]);
    }

    #[test]
    fn of_missing_decisions_about_the_same_thing_the_last_is_named() {
        let log = [kept("1", "x", "one"), kept("2", "x", "one"), kept("3", "y", "one")];
        assert_eq!(ids(&log, &[]), ["2", "3"]);
    }
}
