//! Which decisions stand: the one place that knows which later word takes back which earlier one.
//!
//! Shape: a *word* is a decision as it was made or as an edit left it; it is known by the id of the first decision. A page's
//! log becomes words ([`words`]), and of these the last on each thing stands ([`standing`]). A face that has marks of a unit
//! and decisions on their way applies these with [`say`].
//! Invariants: what is withdrawn is as if it had never been said, so that what it took back stands again; an edit is a word of
//! its own time; the same log gives the same answer everywhere.
//! Must not touch: storage, finding words again on a page (`annotation::anchor`).

use super::protocol::{Action, Decision, Mark, Outcome, Proposal, Region};
use crate::annotation::LogEntry;
use crate::annotation::selector::Selector;
use crate::order::Order;
use std::collections::{HashMap, HashSet};

/// A decision of the log with what an edit made of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Word<'l> {
    /// The first entry: its id is the decision's, and it says what was proposed.
    pub first: &'l LogEntry,
    /// The entry whose code, stance, tier, memo, place and text count: the first one, an edit of it, or the tying of it to
    /// other words.
    pub last: &'l LogEntry,
}

impl Word<'_> {
    /// What the decision is now: never `edited`, `reattached` or `withdrawn`. A suggestion that was accepted and then given another code
    /// is a code of the coder's own.
    pub fn action(&self) -> Action {
        match self.first.action {
            Action::Accepted if self.last.code != self.first.code => Action::Assigned,
            action => action,
        }
    }

    /// What it says of the very unit that it was said about; where in it, that unit alone can tell.
    pub(super) fn mark(&self) -> Mark {
        Mark {
            decision: self.first.id.clone(),
            action: self.action(),
            codebook: self.first.codebook.id.clone(),
            code: self.last.code.clone(),
            stance: self.last.stance.clone(),
            tier: self.last.tier,
            confidence: self.last.confidence,
            memo: self.last.memo.clone(),
            relation: self.first.relation.clone(),
            proposed: self.seen().and_then(|proposal| proposal.code.clone()),
            outcome: Outcome::Exact,
            same_unit: true,
            start: None,
            end: None,
            region: region(self.last),
        }
    }

    /// What was proposed, if the coder saw it.
    pub fn seen(&self) -> Option<&Proposal> {
        self.first.proposed.as_ref().filter(|_| self.first.suggestion_visible)
    }

    /// What the rule looks at, with the span as it was when the decision was made.
    pub fn claim(&self) -> Claim<'_> {
        Claim {
            decision: &self.first.id,
            codebook: &self.first.codebook.id,
            action: self.action(),
            code: self.last.code.as_deref(),
            span: span(self.last),
            region: region(self.last),
        }
    }
}

/// Of the decisions that the units of a page are marked with, those that are to be shown on a unit alone whose text is as it
/// was: there is such a unit, or there are several others, and nobody knows which is meant.
pub fn doubtful<'m>(units: impl Iterator<Item = &'m [Mark]>) -> HashSet<String> {
    let mut places: HashMap<&str, (bool, usize)> = HashMap::new();
    for mark in units.flatten() {
        let (same, others) = places.entry(&mark.decision).or_default();
        *same |= mark.same_unit;
        *others += usize::from(!mark.same_unit);
    }
    let doubtful = places.into_iter().filter(|(_, (same, others))| *others > usize::from(!same));
    doubtful.map(|(decision, _)| decision.to_owned()).collect()
}

/// What the rule looks at in a word on a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim<'w> {
    /// Id of the first decision.
    pub decision: &'w str,
    /// Codebook id.
    pub codebook: &'w str,
    /// Never `edited`, `reattached` or `withdrawn`.
    pub action: Action,
    /// Code id, where it is about one.
    pub code: Option<&'w str>,
    /// Offsets into the unit's text, in whatever unit both of two claims count; absent: the whole unit.
    pub span: Option<[u32; 2]>,
    /// The part of an image; absent: all of it.
    pub region: Option<Region>,
}

impl Claim<'_> {
    /// Whether this later word on a unit leaves nothing of an earlier one on the same unit:
    /// the same decision, edited; under the same codebook, the same code on the same span; a code and `none applies`, which
    /// exclude each other; and, wherever in the unit they stand, a suggested code rejected after it was accepted or rejected,
    /// or accepted after it was rejected, because a rejection is about the unit. Whatever is said of codes leaves nothing of
    /// having passed the unit over. A flag stands beside all else, and so does a relation.
    pub fn takes_back(&self, earlier: &Claim<'_>) -> bool {
        use Action::{Accepted, Assigned, Flagged, NoneApplies, Rejected, Related, Skipped};
        if self.decision == earlier.decision {
            return true;
        }
        let same_code = self.code == earlier.code;
        self.codebook == earlier.codebook
            && match (self.action, earlier.action) {
                (Flagged, Flagged) => true,
                (Flagged | Related, _) | (_, Flagged | Related) => false,
                (_, Skipped) => true,
                (Skipped, _) => false,
                (NoneApplies, Accepted | Assigned | NoneApplies) | (Accepted | Assigned, NoneApplies) => true,
                (Rejected, Accepted | Rejected) | (Accepted, Rejected) => same_code,
                _ => same_code && (self.span, self.region) == (earlier.span, earlier.region),
            }
    }
}

impl<'m> From<&'m Mark> for Claim<'m> {
    fn from(mark: &'m Mark) -> Self {
        Self {
            decision: &mark.decision,
            codebook: &mark.codebook,
            action: mark.action,
            code: mark.code.as_deref(),
            span: mark.start.zip(mark.end).map(|(start, end)| [start, end]),
            region: mark.region,
        }
    }
}

/// Every word of a page's log that was not withdrawn, in the order they were said; a decision and each of its edits are words
/// of their own, of which those are gone that were said before it was tied to other words. Revisions of what is not in the log
/// are passed over.
pub fn words(log: &[LogEntry]) -> Vec<Word<'_>> {
    // The first entry of each decision, until it is withdrawn.
    let mut firsts: HashMap<&str, &LogEntry> = log.iter().rev().map(|entry| (&*entry.id, entry)).collect();
    for entry in log.iter().filter(|entry| entry.action == Action::Withdrawn) {
        firsts.remove(entry.revises.as_deref().unwrap_or_default());
    }
    let mut words = Vec::new();
    for last in log {
        let Some(&first) = firsts.get(last.revises.as_deref().unwrap_or(&last.id)) else { continue };
        let said = match last.action {
            Action::Withdrawn => false,
            Action::Edited => assigns(first.action),
            Action::Reattached => firsts.contains_key(&*last.id),
            _ => true,
        };
        if said && last.action == Action::Reattached {
            words.retain(|word: &Word<'_>| word.first.id != first.id);
        }
        if said {
            words.push(Word { first, last });
        }
    }
    words
}

/// The decisions of a page's log that stand, each once, in the order of their last words. Words are about the same unit if
/// they were said about the same text, which its hash tells; no coder's word takes back another's.
pub fn standing(log: &[LogEntry]) -> Vec<Word<'_>> {
    let mut units: HashMap<(&str, &str), Vec<(usize, Word<'_>)>> = HashMap::new();
    for (index, word) in words(log).into_iter().enumerate() {
        units.entry((&word.first.coder, word.last.unit.identity())).or_default().push((index, word));
    }
    let mut all: Vec<(usize, Word<'_>)> =
        units.into_values().flat_map(|unit| settled(unit, |(_, word)| word)).collect();
    all.order_by_key(|(index, _)| *index);
    all.into_iter().map(|(_, word)| word).collect()
}

/// The part of a page's log that some entries may bear on, of what is `near` at all: every decision that was ever about a text
/// that one of them, or another such decision, was about.
pub(super) fn around<'l>(
    log: &'l [LogEntry],
    entries: &[&'l LogEntry],
    near: &dyn Fn(&LogEntry) -> bool,
) -> Vec<LogEntry> {
    let marks = |it: &'l LogEntry| [&*it.id, it.revises.as_deref().unwrap_or(&it.id), it.unit.identity()];
    let mut known: HashSet<&str> = entries.iter().copied().flat_map(marks).collect();
    let bears = |known: &HashSet<&str>, it| near(it) && marks(it).iter().any(|mark| known.contains(mark));
    loop {
        let before = known.len();
        for it in log {
            if bears(&known, it) {
                known.extend(marks(it));
            }
        }
        if known.len() == before {
            return log.iter().filter(|it| bears(&known, it)).cloned().collect();
        }
    }
}

/// Of the words on one unit, in the order they were said, those that stand.
fn settled<'l, W>(words: Vec<W>, of: impl Fn(&W) -> &Word<'l>) -> Vec<W> {
    let mut stand: Vec<W> = Vec::new();
    for later in words {
        let claim = of(&later).claim();
        stand.retain(|earlier| !claim.takes_back(&of(earlier).claim()));
        stand.push(later);
    }
    stand
}

/// Adds a mark to those of its unit, and drops what it takes back.
pub(super) fn put(marks: &mut Vec<Mark>, later: Mark) {
    marks.retain(|earlier| !Claim::from(&later).takes_back(&earlier.into()));
    marks.push(later);
}

/// Applies a decision to the marks of the unit that it is about, as the service will once it is stored. What a withdrawn
/// decision had taken back is known to the service alone, and so is what was taken back and is edited: it comes with the
/// next reading.
pub fn say(marks: &mut Vec<Mark>, decision: &Decision) {
    let place = |id: &str| marks.iter().position(|mark| mark.decision == id);
    let revised = decision.revises.as_deref().and_then(place);
    let later = match (decision.action, revised) {
        (Action::Withdrawn, Some(at)) => return drop(marks.remove(at)),
        (Action::Edited, Some(at)) => {
            let mark = marks.remove(at);
            // Whether the new code is the one suggested, only the log says; this face shows the coder's own word.
            let own = mark.action == Action::Accepted && mark.code != decision.code;
            Mark { action: if own { Action::Assigned } else { mark.action }, ..mark }
        }
        (Action::Reattached, Some(at)) => {
            let [start, end] = [0, 1].map(|side| decision.span.map(|span| span[side]));
            let mark = marks.remove(at);
            return put(marks, Mark { start, end, ..mark });
        }
        (Action::Withdrawn | Action::Edited | Action::Reattached, None) => return,
        _ => Mark {
            decision: decision.id.clone(),
            action: decision.action,
            codebook: decision.codebook.id.clone(),
            code: None,
            stance: None,
            tier: None,
            confidence: None,
            memo: None,
            relation: decision.relation.clone(),
            proposed: decision
                .proposed
                .as_ref()
                .filter(|_| !decision.hidden)
                .and_then(|proposal| proposal.code.clone()),
            outcome: Outcome::Exact,
            same_unit: true,
            start: decision.span.map(|[start, _]| start),
            end: decision.span.map(|[_, end]| end),
            region: decision.image.as_ref().and_then(|image| image.region),
        },
    };
    put(
        marks,
        Mark {
            code: decision.code.clone(),
            stance: decision.stance.clone(),
            tier: decision.tier,
            confidence: decision.confidence,
            memo: decision.memo.clone(),
            ..later
        },
    );
}

/// Whether a decision says something of a unit's codes.
pub fn says(action: Action) -> bool {
    assigns(action) || matches!(action, Action::NoneApplies | Action::Rejected)
}

/// Whether a decision says that a code applies, and so makes an annotation.
pub fn assigns(action: Action) -> bool {
    matches!(action, Action::Accepted | Action::Assigned)
}

/// Where in its text an entry's words stand, in code points.
fn span(entry: &LogEntry) -> Option<[u32; 2]> {
    let position = entry.selector.iter().find_map(Selector::position)?;
    Some([position.start, position.end])
}

/// The part of an image that an entry is about.
fn region(entry: &LogEntry) -> Option<Region> {
    entry.selector.iter().find_map(Selector::region)
}
