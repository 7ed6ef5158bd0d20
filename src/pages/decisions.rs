//! What the coder has decided: as the page shows it, as it is on its way, and as the log has it.
//!
//! Invariants: which later decision takes back which earlier one is the service's rule, used and not repeated here; a
//! decision that is on its way stands above those found on the page, and says so; one that could not be stored changes
//! nothing.
//! Must not touch: signals, the document.

use postil::annotation::LogEntry;
use postil::annotation::selector::Selector;
use postil::service::protocol::{Action, Decision, Mark, Outcome, UnitKind};
use postil::service::standing::{Claim, Word, say, says, standing};
use std::collections::HashSet;
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

/// A decision that stands for a unit.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stand {
    /// The decision, with what edits made of it.
    pub(crate) mark: Mark,
    /// How far it, or the last edit of it, has come.
    pub(crate) progress: Progress,
}

impl Stand {
    /// Whether it is a code that the coder gave.
    pub(crate) fn is_coded(&self) -> bool {
        matches!(self.mark.action, Action::Accepted | Action::Assigned)
    }

    /// Where in the unit; absent: all of it.
    pub(crate) fn span(&self) -> Option<[u32; 2]> {
        self.mark.start.zip(self.mark.end).map(|(start, end)| [start, end])
    }
}

/// What stands for a unit, in the order it was said, and what could not be stored.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Standings {
    stands: Vec<Stand>,
    failed: Vec<Sent>,
}

impl Standings {
    /// By the marks on a unit, oldest first, and the decisions on their way.
    pub(crate) fn new(marks: &[Mark], sent: &[Sent]) -> Self {
        let counted = || sent.iter().filter(|sent| sent.progress != Progress::Failed);
        let stands = after(marks, counted()).into_iter().map(|mark| {
            let about = |sent: &&Sent| sent.decision.revises.as_deref().unwrap_or(&sent.decision.id) == mark.decision;
            let progress = counted().rfind(about).map(|sent| sent.progress);
            Stand { progress: progress.unwrap_or(Progress::Found(mark.outcome)), mark }
        });
        let failed = sent.iter().filter(|sent| sent.progress == Progress::Failed).cloned();
        Self { stands: stands.collect(), failed: failed.collect() }
    }

    /// What stands under a codebook.
    pub(crate) fn under(&self, codebook: &str) -> impl DoubleEndedIterator<Item = &Stand> {
        self.stands.iter().filter(move |stand| stand.mark.codebook == codebook)
    }

    /// The codes that the coder gave under a codebook.
    pub(crate) fn coded(&self, codebook: &str) -> impl DoubleEndedIterator<Item = &Stand> {
        self.under(codebook).filter(|stand| stand.is_coded())
    }

    /// What stands of the unit itself, whatever its codes: that it was passed over, or flagged; the last one.
    pub(crate) fn beside(&self, action: Action) -> Option<&Stand> {
        self.stands.iter().rfind(|stand| stand.mark.action == action)
    }

    /// Whether anything was said of codes.
    pub(crate) fn spoken(&self) -> bool {
        self.stands.iter().any(|stand| says(stand.mark.action))
    }

    /// Whether the coder has spoken of a codebook's codes, or passed the unit over. A flag or a relation is no word on them.
    pub(crate) fn settled(&self, codebook: &str) -> bool {
        self.under(codebook).any(|stand| says(stand.mark.action) || stand.mark.action == Action::Skipped)
    }

    /// Relations from a decision to others.
    pub(crate) fn relations(&self, from: &str) -> impl Iterator<Item = &Stand> {
        self.stands.iter().filter(move |stand| stand.mark.relation.as_ref().is_some_and(|it| it.from == from))
    }

    /// A decision by its id.
    pub(crate) fn stand(&self, decision: &str) -> Option<&Stand> {
        self.stands.iter().find(|stand| stand.mark.decision == decision)
    }

    /// What settles that no code of a codebook applies.
    pub(crate) fn none(&self, codebook: &str) -> Option<&Stand> {
        self.under(codebook).find(|stand| stand.mark.action == Action::NoneApplies)
    }

    /// The coder's word on a suggested code: accepted or rejected, given by the coder's own hand, or given another code for.
    pub(crate) fn word_on(&self, codebook: &str, code: &str) -> Option<&Stand> {
        let about = |stand: &&Stand| stand.mark.code.as_deref() == Some(code);
        let spoken = |stand: &&Stand| matches!(stand.mark.action, Action::Accepted | Action::Rejected);
        let instead = |stand: &&Stand| stand.is_coded() && stand.mark.proposed.as_deref() == Some(code);
        let last = || self.under(codebook).rev();
        last().filter(spoken).find(about).or_else(|| last().find(about)).or_else(|| last().find(instead))
    }

    /// Whether a unit's suggested code waits for the coder's word. Not while the unit is passed over.
    pub(crate) fn waits(&self, codebook: &str, code: &str) -> bool {
        self.none(codebook).is_none()
            && self.beside(Action::Skipped).is_none()
            && self.word_on(codebook, code).is_none()
    }

    /// What could not be stored of a wanted decision: a word of this kind about this code, or a revision of that decision.
    pub(crate) fn failed(&self, wanted: impl Fn(&Decision) -> bool) -> Option<&Sent> {
        self.failed.iter().rev().find(|sent| wanted(&sent.decision))
    }
}

/// Marks after decisions.
fn after<'s>(marks: &[Mark], sent: impl Iterator<Item = &'s Sent>) -> Vec<Mark> {
    let mut marks = marks.to_vec();
    sent.for_each(|sent| say(&mut marks, &sent.decision));
    marks
}

/// The ids of the stored decisions without which the unit would show the same: the page has caught up with them.
pub(crate) fn caught_up(marks: &[Mark], sent: &[Sent]) -> Vec<String> {
    let shown = |left: &[&Sent]| after(marks, left.iter().copied());
    // Each decision has one mark, in whatever order.
    let same = |one: &[Mark], other: &[Mark]| one.len() == other.len() && one.iter().all(|mark| other.contains(mark));
    let mut left: Vec<&Sent> = sent.iter().filter(|sent| sent.progress != Progress::Failed).collect();
    let all = shown(&left);
    let mut done = Vec::new();
    for stored in sent.iter().filter(|sent| sent.progress == Progress::Stored) {
        let without: Vec<&Sent> = left.iter().copied().filter(|sent| sent.decision.id != stored.decision.id).collect();
        if same(&shown(&without), &all) {
            left = without;
            done.push(stored.decision.id.clone());
        }
    }
    done
}

/// Whether `later` leaves nothing of `earlier`, which could not be stored.
pub(crate) fn overrules(later: &Decision, earlier: &Decision) -> bool {
    let source = |decision: &Decision| decision.image.as_ref().map(|image| image.source.clone());
    let same_unit = match (source(later), source(earlier)) {
        (Some(later), Some(earlier)) => later == earlier,
        _ => later.text == earlier.text && later.kind == earlier.kind,
    };
    let same_place = later.page == earlier.page && same_unit;
    let same_revision = later.revises.is_some() && later.revises == earlier.revises;
    let revised = later.revises.as_ref().is_some_and(|id| *id == earlier.id);
    let first = |decision: &Decision| decision.revises.is_none();
    same_place
        && (same_revision || revised || first(later) && first(earlier) && claim(later).takes_back(&claim(earlier)))
}

fn claim(decision: &Decision) -> Claim<'_> {
    Claim {
        decision: &decision.id,
        codebook: &decision.codebook.id,
        action: decision.action,
        code: decision.code.as_deref(),
        span: decision.span,
        region: decision.image.as_ref().and_then(|image| image.region),
    }
}

/// A decision of the log that the page does not show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Missing {
    /// Its id.
    pub(crate) id: String,
    /// Address of its page, without fragment.
    pub(crate) url: String,
    /// When, RFC 3339.
    pub(crate) at: String,
    /// What was decided.
    pub(crate) action: Action,
    /// Codebook id.
    pub(crate) codebook: String,
    /// Code id.
    pub(crate) code: Option<String>,
    /// The unit's text as it stood then; the quote with its context, where its project keeps no more.
    pub(crate) text: String,
    /// The words decided about; empty: the whole unit.
    pub(crate) quote: String,
}

/// What stands by the log, oldest first, and is not among `found`.
pub(crate) fn missing(log: &[LogEntry], found: &HashSet<&str>) -> Vec<Missing> {
    // An account is none of the page's units.
    let stands = standing(log).into_iter().filter(|word| word.first.unit.unit != UnitKind::Account);
    stands.filter(|word| !found.contains(word.first.id.as_str())).map(|word| kept(&word)).collect()
}

fn kept(word: &Word<'_>) -> Missing {
    let quote = word.last.selector.iter().find_map(Selector::quote);
    Missing {
        id: word.first.id.clone(),
        url: word.first.page.url.clone(),
        at: word.last.at.clone(),
        action: word.action(),
        codebook: word.first.codebook.id.clone(),
        code: word.last.code.clone(),
        text: word.last.unit.text.clone().unwrap_or_else(|| {
            quote.map(|quote| [&*quote.prefix, &quote.exact, &quote.suffix].concat()).unwrap_or_default()
        }),
        quote: quote.map(|quote| quote.exact.clone()).unwrap_or_default(),
    }
}

/// The entry that tied a decision to other words, if nothing was said of it since.
pub(crate) fn tying<'l>(log: &'l [LogEntry], decision: &str) -> Option<&'l LogEntry> {
    let last = log.iter().rfind(|entry| entry.revises.as_deref() == Some(decision))?;
    let undone = log.iter().any(|entry| entry.revises.as_ref() == Some(&last.id));
    (last.action == Action::Reattached && !undone).then_some(last)
}

/// Whether the log has a later word on what a stored decision of it was about.
pub(crate) fn overruled(log: &[LogEntry], decision: &Decision) -> bool {
    decision.action != Action::Withdrawn
        && log.iter().any(|entry| entry.id == decision.id)
        && !standing(log).iter().any(|word| word.last.id == decision.id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use postil::service::protocol::{CodebookRef, Page};

    fn decision(id: &str, action: Action, code: Option<&str>) -> Decision {
        Decision {
            image: None,
            hidden: false,
            relation: None,
            id: id.to_owned(),
            at: String::new(),
            page: Page { url: String::new(), title: String::new() },
            text: String::new(),
            kind: UnitKind::Post,
            author: None,
            path: None,
            action,
            codebook: CodebookRef { id: "b".to_owned(), version: String::new(), hash: String::new() },
            code: code.map(str::to_owned),
            stance: None,
            tier: None,
            confidence: None,
            memo: None,
            span: None,
            revises: None,
            proposed: None,
        }
    }

    fn sent(decision: Decision, progress: Progress) -> Sent {
        Sent { unit: "u".to_owned(), decision: Arc::new(decision), progress, failure: None }
    }

    /// The marks of a page that shows these decisions.
    fn marks(decisions: &[&Decision]) -> Vec<Mark> {
        let mut marks = Vec::new();
        decisions.iter().for_each(|decision| say(&mut marks, decision));
        marks
    }

    #[test]
    fn a_decision_on_its_way_stands_above_those_found() {
        let marks = marks(&[&decision("1", Action::Accepted, Some("x"))]);
        let rejected = sent(decision("2", Action::Rejected, Some("x")), Progress::Saving);
        let standings = Standings::new(&marks, &[rejected]);
        let stand = standings.word_on("b", "x").unwrap();
        assert_eq!((stand.mark.action, stand.progress), (Action::Rejected, Progress::Saving));
        assert!(!standings.waits("b", "x") && standings.waits("b", "y") && standings.waits("c", "x"));
    }

    #[test]
    fn an_edit_on_its_way_shows_on_the_decision_that_it_changes() {
        let marks = marks(&[&decision("1", Action::Assigned, Some("x"))]);
        let edit = Decision { revises: Some("1".to_owned()), ..decision("2", Action::Edited, Some("y")) };
        let standings = Standings::new(&marks, &[sent(edit, Progress::Saving)]);
        let stand = standings.stand("1").unwrap();
        assert_eq!((stand.mark.code.as_deref(), stand.progress), (Some("y"), Progress::Saving));
    }

    #[test]
    fn a_decision_that_was_not_stored_settles_nothing() {
        let failed = [
            sent(decision("1", Action::Accepted, Some("x")), Progress::Failed),
            sent(decision("2", Action::NoneApplies, None), Progress::Failed),
        ];
        let standings = Standings::new(&[], &failed);
        assert!(standings.waits("b", "x") && standings.none("b").is_none());
        assert!(standings.failed(|decision| decision.code.as_deref() == Some("x")).is_some());
    }

    #[test]
    fn another_code_in_its_place_settles_a_suggestion() {
        let proposed = postil::service::protocol::Proposal {
            code: Some("x".to_owned()),
            probability: None,
            stance: None,
            tier: None,
            support: None,
        };
        let instead = Decision { proposed: Some(proposed), ..decision("1", Action::Assigned, Some("y")) };
        let standings = Standings::new(&marks(&[&instead]), &[]);
        assert!(!standings.waits("b", "x") && !standings.waits("b", "y"));
        assert_eq!(standings.coded("b").count(), 1);
    }

    #[test]
    fn the_page_has_caught_up_once_it_shows_what_was_stored() {
        let accepted = decision("1", Action::Accepted, Some("x"));
        let rejected = decision("2", Action::Rejected, Some("x"));
        let both = [sent(accepted.clone(), Progress::Stored), sent(rejected.clone(), Progress::Stored)];
        // What was taken back need not be waited for; what stands must be seen.
        assert_eq!(caught_up(&[], &both), ["1"]);
        assert_eq!(caught_up(&marks(&[&accepted]), &both), ["1"]);
        assert_eq!(caught_up(&marks(&[&accepted, &rejected]), &both), ["1", "2"]);
        let waiting = [sent(rejected.clone(), Progress::Saving)];
        assert_eq!(caught_up(&marks(&[&rejected]), &waiting), [""; 0]);
    }

    #[test]
    fn a_withdrawal_is_waited_for_while_the_page_shows_the_decision() {
        let first = decision("1", Action::Assigned, Some("x"));
        let withdrawn = Decision { revises: Some("1".to_owned()), ..decision("2", Action::Withdrawn, None) };
        let stored = [sent(withdrawn, Progress::Stored)];
        assert_eq!(caught_up(&marks(&[&first]), &stored), [""; 0]);
        assert_eq!(caught_up(&[], &stored), ["2"]);
    }

    #[test]
    fn a_later_word_leaves_nothing_of_one_that_failed() {
        let failed = decision("1", Action::Accepted, Some("x"));
        let elsewhere = Decision { text: "another".to_owned(), ..decision("2", Action::Rejected, Some("x")) };
        let undone = Decision { revises: Some("1".to_owned()), ..decision("2", Action::Withdrawn, None) };
        assert!(overrules(&decision("2", Action::Rejected, Some("x")), &failed));
        assert!(overrules(&decision("2", Action::NoneApplies, None), &failed));
        assert!(overrules(&undone, &failed));
        assert!(!overrules(&decision("2", Action::Rejected, Some("y")), &failed));
        assert!(!overrules(&elsewhere, &failed));
    }

    fn entry(decision: &Decision, text: &str) -> LogEntry {
        LogEntry {
            relation: None,
            session: None,
            id: decision.id.clone(),
            at: decision.id.clone(),
            coder: String::new(),
            action: decision.action,
            page: decision.page.clone(),
            codebook: decision.codebook.clone(),
            model: postil::service::protocol::ModelRef { id: String::new(), hash: String::new() },
            code: decision.code.clone(),
            stance: None,
            tier: None,
            confidence: None,
            memo: None,
            revises: decision.revises.clone(),
            selector: Vec::new(),
            unit: postil::annotation::record::Captured {
                image: None,
                kind: String::new(),
                source_date: String::new(),
                projection: String::new(),
                sha256: text.to_owned(),
                text: Some(text.to_owned()),
                unit: UnitKind::Post,
                author: None,
                title: String::new(),
                found_via: None,
            },
            suggestion_visible: false,
            proposed: None,
            annotation: None,
        }
    }

    #[test]
    fn what_stands_and_is_not_found_is_missing() {
        let coded = |id| decision(id, Action::Assigned, Some("x"));
        let withdrawn = Decision { revises: Some("3".to_owned()), ..decision("4", Action::Withdrawn, None) };
        let edited = Decision { revises: Some("2".to_owned()), ..decision("5", Action::Edited, Some("y")) };
        let log = [
            entry(&coded("1"), "one"),
            entry(&coded("2"), "two"),
            entry(&coded("3"), "three"),
            entry(&withdrawn, "three"),
            entry(&edited, "two"),
        ];
        let ids = |found: &[&str]| -> Vec<String> {
            missing(&log, &found.iter().copied().collect()).into_iter().map(|it| it.id).collect()
        };
        assert_eq!(ids(&["2"]), ["1"]);
        assert_eq!(ids(&["1", "2"]), [""; 0]);
        let gone = missing(&log, &HashSet::from(["1"]));
        assert_eq!(gone.iter().map(|it| (it.code.as_deref(), &*it.at)).collect::<Vec<_>>(), [(Some("y"), "5")]);
    }

    #[test]
    fn a_later_word_in_the_log_overrules_a_stored_decision() {
        let stored = decision("1", Action::Accepted, Some("x"));
        let log = [entry(&stored, "one"), entry(&decision("2", Action::Rejected, Some("x")), "one")];
        assert!(overruled(&log, &stored));
        assert!(!overruled(&log[..1], &stored) && !overruled(&[], &stored));
        assert!(!overruled(&log, &decision("2", Action::Rejected, Some("x"))));
    }
}
