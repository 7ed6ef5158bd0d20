//! Taking steps back, and doing them again: the decisions made in this panel, in their order.
//!
//! Shape: what the coder did at once, under several codebooks, is one act, and goes back and forward at once.
//! Invariants: nothing is unsaid: a step back is a decision of its own, and so is a step forward. What is decided anew in
//! place of what was taken back has another id, and all steps about the old one are about the new one from then on.
//! Must not touch: how decisions travel.

use postil::service::protocol::{Action, Decision, Mark, Pictured, Proposal};
use std::sync::Arc;

/// Most steps that can be taken back.
const MOST: usize = 200;

/// A decision that was made.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Step {
    /// Id of its unit within the tab.
    pub(crate) unit: String,
    /// As it was sent.
    pub(crate) decision: Arc<Decision>,
    /// What stood before of the decision that it changes, and what had been proposed then.
    pub(crate) before: Option<(Mark, Option<Proposal>)>,
    /// Which act it is of; what has been made says it.
    pub(crate) act: u32,
}

/// The steps.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    done: Vec<Step>,
    undone: Vec<Step>,
    /// The act that goes on, or was the last.
    act: u32,
    /// Steps that are made now are of one act.
    together: bool,
}

impl Steps {
    /// Takes note of a step that was made; those that were taken back before cannot be done again.
    pub(crate) fn made(&mut self, mut step: Step) {
        self.undone.clear();
        self.act += u32::from(!self.together);
        step.act = self.act;
        self.done.push(step);
        let over = self.done.len().saturating_sub(MOST);
        self.done.drain(..over);
    }

    /// Begins an act of several steps, or ends it.
    pub(crate) fn together(&mut self, together: bool) {
        self.act += u32::from(together);
        self.together = together;
    }

    /// Whether an act has more steps to go back, or forward.
    pub(crate) fn has_more(&self, act: u32, back: bool) -> bool {
        let steps = if back { &self.done } else { &self.undone };
        steps.last().is_some_and(|step| step.act == act)
    }

    /// Takes the last step back: gives it, and the decision that does so, under a new id at that time.
    pub(crate) fn undo(&mut self, id: String, at: String) -> Option<(Step, Decision)> {
        let step = self.done.pop()?;
        let decision = backwards(&step, id, at);
        self.undone.push(step.clone());
        // A withdrawal that is taken back is a new decision in the place of the one that was withdrawn.
        if let Some(old) = step.decision.revises.as_ref().filter(|_| decision.revises.is_none()) {
            self.rename(old, &decision.id);
        }
        Some((step, decision))
    }

    /// Does again what was taken back last.
    pub(crate) fn redo(&mut self, id: String, at: String) -> Option<(Step, Decision)> {
        let mut step = self.undone.pop()?;
        let decision = Decision { id, at, ..(*step.decision).clone() };
        if decision.revises.is_none() {
            self.rename(&step.decision.id, &decision.id);
        }
        step.decision = Arc::new(decision.clone());
        self.done.push(step.clone());
        Some((step, decision))
    }

    fn rename(&mut self, old: &str, new: &str) {
        for step in self.done.iter_mut().chain(&mut self.undone) {
            let decision = Arc::make_mut(&mut step.decision);
            for id in decision.revises.iter_mut().chain([&mut decision.id]).filter(|id| **id == old) {
                new.clone_into(id);
            }
            if let Some((mark, _)) = step.before.as_mut().filter(|(mark, _)| mark.decision == old) {
                mark.decision = new.to_owned();
            }
        }
    }
}

/// The decision that takes a step back.
fn backwards(Step { decision, before, .. }: &Step, id: String, at: String) -> Decision {
    let (action, revises) = match (decision.action, &decision.revises, before) {
        (Action::Withdrawn, _, Some((mark, _))) => (mark.action, None),
        (Action::Edited, Some(first), Some(_)) => (Action::Edited, Some(first.clone())),
        _ => (Action::Withdrawn, Some(decision.id.clone())),
    };
    let blank = Decision {
        id,
        at,
        action,
        revises,
        code: None,
        stance: None,
        tier: None,
        confidence: None,
        memo: None,
        relation: None,
        proposed: None,
        ..(**decision).clone()
    };
    match before.as_ref().filter(|_| action != Action::Withdrawn) {
        Some((mark, proposed)) => Decision {
            code: mark.code.clone(),
            stance: mark.stance.clone(),
            tier: mark.tier,
            confidence: mark.confidence,
            memo: mark.memo.clone(),
            relation: mark.relation.clone(),
            span: mark.start.zip(mark.end).map(|(start, end)| [start, end]),
            image: blank.image.clone().map(|image| Pictured { region: mark.region, ..image }),
            proposed: proposed.clone(),
            ..blank
        },
        None => blank,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postil::service::protocol::{CodebookRef, Page, UnitKind};
    use postil::service::standing::say;

    fn decision(id: &str, action: Action, code: Option<&str>, revises: Option<&str>) -> Decision {
        Decision {
            image: None,
            id: id.into(),
            at: String::new(),
            page: Page { url: String::new(), title: String::new() },
            text: String::new(),
            kind: UnitKind::Post,
            author: None,
            path: None,
            action,
            codebook: CodebookRef { id: "book".into(), version: String::new(), hash: String::new() },
            code: code.map(str::to_owned),
            stance: None,
            tier: None,
            confidence: None,
            memo: None,
            relation: None,
            span: Some([1, 4]),
            revises: revises.map(str::to_owned),
            proposed: None,
            hidden: false,
        }
    }

    /// The codes that are shown of a unit, and where.
    fn shown(marks: &[Mark]) -> Vec<(Option<String>, Option<u32>)> {
        marks.iter().map(|mark| (mark.code.clone(), mark.start)).collect()
    }

    #[test]
    fn every_step_back_shows_what_stood_before_and_every_step_forward_what_stood_after() {
        let (mut steps, mut marks) = (Steps::default(), Vec::new());
        let mut stood = vec![shown(&marks)];
        for made in [
            decision("1", Action::Accepted, Some("x"), None),
            decision("2", Action::Edited, Some("y"), Some("1")),
            decision("3", Action::Withdrawn, None, Some("1")),
            decision("4", Action::Assigned, Some("z"), None),
            decision("5", Action::Edited, Some("w"), Some("4")),
        ] {
            let before = marks.iter().find(|mark: &&Mark| Some(&mark.decision) == made.revises.as_ref()).cloned();
            say(&mut marks, &made);
            stood.push(shown(&marks));
            let before = before.map(|mark| (mark, None));
            steps.made(Step { unit: "u".into(), decision: Arc::new(made), before, act: 0 });
        }
        let mut ids = (10..).map(|id: u32| id.to_string());
        // More than once: what was decided anew has another id.
        for _ in 0..3 {
            for before in stood.iter().rev().skip(1) {
                let (_, back) = steps.undo(ids.next().unwrap(), String::new()).unwrap();
                say(&mut marks, &back);
                assert_eq!(shown(&marks), *before);
            }
            assert!(steps.undo(ids.next().unwrap(), String::new()).is_none());
            for after in &stood[1..] {
                let (_, again) = steps.redo(ids.next().unwrap(), String::new()).unwrap();
                say(&mut marks, &again);
                assert_eq!(shown(&marks), *after);
            }
            assert!(steps.redo(ids.next().unwrap(), String::new()).is_none());
        }
    }

    #[test]
    fn a_new_step_forgets_those_that_were_taken_back() {
        let mut steps = Steps::default();
        let made = |id| Step {
            unit: "u".into(),
            decision: Arc::new(decision(id, Action::Accepted, Some("x"), None)),
            before: None,
            act: 0,
        };
        steps.made(made("1"));
        steps.undo("2".into(), String::new());
        steps.made(made("3"));
        assert!(steps.redo("4".into(), String::new()).is_none());
        assert_eq!(steps.undo("5".into(), String::new()).unwrap().1.revises.as_deref(), Some("3"));
    }

    #[test]
    fn what_was_done_at_once_goes_back_and_forward_at_once() {
        let mut steps = Steps::default();
        let made = |id| {
            let decision = Arc::new(decision(id, Action::Skipped, None, None));
            Step { unit: "u".into(), decision, before: None, act: 0 }
        };
        steps.made(made("1"));
        steps.together(true);
        steps.made(made("2"));
        steps.made(made("3"));
        steps.together(false);
        steps.made(made("4"));
        let mut sizes = Vec::new();
        for back in [true, false] {
            let walk = if back { Steps::undo } else { Steps::redo };
            while let Some((step, _)) = walk(&mut steps, "id".into(), String::new()) {
                let mut size = 1;
                while steps.has_more(step.act, back) {
                    walk(&mut steps, "id".into(), String::new()).unwrap();
                    size += 1;
                }
                sizes.push(size);
            }
        }
        assert_eq!(sizes, [1, 2, 1, 1, 2, 1]);
    }
}
