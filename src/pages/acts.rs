//! What the coder does beside accepting and coding: passing over, flagging, relating, giving a code by its key, deciding as
//! before, taking back.
//!
//! Invariants: each is a decision as any other, is stored as one, and can be taken back.
//! Must not touch: how decisions travel (`store`), what steps back and forward are (`undo`).

use crate::authors::Who;
use crate::decisions::{Progress, Sent};
use crate::drafts::Draft;
use crate::store::{Content, Store, Unit, proposal};
use crate::undo::{Step, Steps};
use leptos::prelude::*;
use postil::service::MAX_TEXT;
use postil::service::before::MAX_BEFORE;
use postil::service::protocol::{
    Action, CodebookReading, CodebookRef, Decision, Mark, Proposal, Relation, RelationKind, Request, Response, UnitKind,
};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Most decisions that others can be related to, beyond those of the page.
const MOST_CODED: usize = 50;
/// Longest part of a text by which it is known again, in characters.
const BEGINNING: usize = 80;

/// A code that was given in this panel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coded {
    /// Id of the first decision.
    pub(crate) decision: String,
    /// Codebook id and code id.
    pub(crate) code: (String, String),
    /// How its unit begins.
    pub(crate) text: String,
}

/// A decision that is to be related to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relating {
    /// Id of its unit within the tab.
    pub(crate) unit: String,
    /// Id of the first decision.
    pub(crate) decision: String,
}

impl Store {
    /// Decides about the first thing on the current unit that waits, and goes on to the next unit where something does once
    /// nothing is left on this one. What was hidden is looked at first.
    pub(crate) fn decide_on(self, action: Action) {
        let Some(unit) = self.current() else { return };
        let only = self.only.get_untracked();
        let (before, hidden) = (unit.facts(only.as_deref()), untrack(|| unit.is_hidden()));
        self.decide_first(action);
        let same = unit.facts(only.as_deref()) == before && before.open;
        if hidden || same || unit.waits(only.as_deref()) {
            return;
        }
        let visible = self.visible();
        let open = |id: &&String| self.unit(id).is_some_and(|unit| unit.facts(only.as_deref()).open);
        let rest = visible.iter().skip_while(|id| **id != unit.id).skip(1);
        if let Some(next) = rest.clone().find(open).or(rest.clone().next()) {
            self.select(next);
            crate::panel::focus_on(next);
        }
    }

    // Beside the codes.

    /// The codebooks that are shown, as a unit was read with them.
    fn references(self, unit: &Unit) -> Vec<CodebookRef> {
        let only = self.only.get_untracked();
        unit.content.get_untracked().readings(only.as_deref()).map(|result| result.codebook.clone()).collect()
    }

    /// Passes a unit over under every codebook that is shown, and goes on.
    pub(crate) fn skip(self, unit: &Unit) {
        let standings = untrack(|| unit.standings());
        let content = unit.content.get_untracked();
        self.at_once(|| {
            for codebook in self.references(unit) {
                if !standings.settled(&codebook.id) {
                    let blank = self.blank(unit, &content, codebook);
                    self.made(&unit.id, Decision { action: Action::Skipped, ..blank }, None);
                }
            }
        });
        if let Some(next) = self.step(true) {
            crate::panel::focus_on(&next);
        }
    }

    /// Flags a unit as urgent, or takes that back; what the project says of it is shown.
    pub(crate) fn flag(self, unit: &Unit) {
        let standings = untrack(|| unit.standings());
        if let Some(flagged) = standings.beside(Action::Flagged) {
            return self.withdraw(unit, &flagged.mark.decision);
        }
        let Some(codebook) = self.references(unit).into_iter().next() else { return };
        let blank = self.blank(unit, &unit.content.get_untracked(), codebook);
        self.made(&unit.id, Decision { action: Action::Flagged, ..blank }, None);
        let host = self.host();
        spawn_local(async move {
            if let Ok(Response::Projects { projects, open }) = host.request(&Request::Projects).await {
                let escalation = projects.into_iter().find(|it| it.id == open).map(|it| it.escalation);
                self.escalation.set(escalation.filter(|text| !text.is_empty()));
            }
        });
    }

    /// Begins to relate what was coded last in a unit, or this decision of it, to another.
    pub(crate) fn relate(self, unit: &Unit, decision: Option<&str>) {
        let standings = untrack(|| unit.standings());
        let only = self.only.get_untracked();
        let content = unit.content.get_untracked();
        let last =
            || content.readings(only.as_deref()).filter_map(|it| standings.coded(&it.codebook.id).next_back()).last();
        let from = decision.map(str::to_owned).or_else(|| last().map(|stand| stand.mark.decision.clone()));
        match from {
            Some(decision) => self.relating.set(Some(Relating { unit: unit.id.clone(), decision })),
            None => self.notice.set(self.text("panel_nothing_coded")),
        }
    }

    /// What a decision can be related to: what was coded in this panel, and what stands on the page.
    pub(crate) fn relatives(self, of: &str) -> Vec<Coded> {
        let mut all = self.coded.get_untracked();
        self.log.with_untracked(|log| {
            for word in postil::service::standing::standing(log).iter().rev() {
                let Some(code) = word.last.code.clone().filter(|_| word.action() != Action::Rejected) else { continue };
                let text = beginning(word.last.unit.text.as_deref().unwrap_or_default());
                let code = (word.first.codebook.id.clone(), code);
                all.push(Coded { decision: word.first.id.clone(), code, text });
            }
        });
        let mut known = std::collections::HashSet::from([of.to_owned()]);
        all.retain(|it| known.insert(it.decision.clone()));
        all
    }

    /// Relates two decisions.
    pub(crate) fn relate_to(self, from: &Relating, kind: RelationKind, to: String) {
        self.relating.set(None);
        let Some(unit) = self.unit(&from.unit) else { return };
        let standings = untrack(|| unit.standings());
        let Some(stand) = standings.stand(&from.decision) else { return };
        let Some(codebook) = self.references(&unit).into_iter().find(|it| it.id == stand.mark.codebook) else { return };
        let relation = Some(Relation { kind, from: from.decision.clone(), to });
        let blank = self.blank(&unit, &unit.content.get_untracked(), codebook);
        self.made(&unit.id, Decision { action: Action::Related, relation, ..blank }, None);
    }

    // Accounts.

    /// Codes the account that wrote a unit.
    pub(crate) fn code_account_of(self, unit: &Unit) {
        match &unit.content.get_untracked().author {
            Some(name) => self.open(Draft::of_account(unit, name)),
            None => self.notice.set(self.text("panel_no_author")),
        }
    }

    /// Codes an account that the page shows.
    pub(crate) fn code_account(self, who: &Who) {
        if let Some(unit) = self.unit_by(who) {
            self.open(Draft::of_account(&unit, &who.shown));
        }
    }

    /// Takes a code of an account back, wherever it was given.
    pub(crate) fn withdraw_account(self, who: &Who, mark: &Mark) {
        let Some(unit) = self.unit_by(who) else { return };
        let codebook =
            self.codebooks.with_untracked(|codebooks| codebooks.card(&mark.codebook).map(|card| card.codebook.clone()));
        let Some(codebook) = codebook else { return };
        let decision = Decision {
            action: Action::Withdrawn,
            text: who.shown.clone(),
            kind: UnitKind::Account,
            author: Some(who.shown.clone()),
            path: None,
            image: None,
            revises: Some(mark.decision.clone()),
            ..self.blank(&unit, &unit.content.get_untracked(), codebook)
        };
        self.made(&unit.id, decision, Some(mark.clone()));
    }

    fn unit_by(self, who: &Who) -> Option<Unit> {
        self.units().into_iter().find(|unit| unit.is_by(who))
    }

    // Codes by their keys.

    /// Gives the current unit the code that has this key: accepts it where it is suggested and waits.
    pub(crate) fn code_by_key(self, key: char) -> bool {
        let only = self.only.get_untracked();
        let found = self.codebooks.with_untracked(|codebooks| {
            let shown = codebooks.active().filter(|card| only.as_ref().is_none_or(|only| *only == card.codebook.id));
            shown
                .flat_map(|card| card.codes.iter().map(move |code| (card, code)))
                .find(|(_, code)| code.hotkey == Some(key))
                .map(|(card, code)| (card.codebook.id.clone(), code.id.clone()))
        });
        let (Some((codebook, code)), Some(unit)) = (found, self.current()) else { return false };
        self.give(&unit, &codebook, &code);
        true
    }

    /// Gives a unit a code, all of it; accepts it where it is suggested and waits.
    fn give(self, unit: &Unit, codebook: &str, code: &str) {
        let standings = untrack(|| unit.standings());
        if standings.coded(codebook).any(|stand| stand.mark.code.as_deref() == Some(code)) {
            return self.notice.set(self.text("panel_coded_already"));
        }
        let content = unit.content.get_untracked();
        let Some(result) = content.readings(Some(codebook)).next() else { return };
        let hidden = untrack(|| unit.is_hidden());
        let suggested = result.codes.iter().any(|it| it.code == code) && standings.waits(codebook, code);
        if suggested && !hidden {
            return self.decide(unit, codebook, Action::Accepted, Some(code));
        }
        let decision = Decision { code: Some(code.to_owned()), ..self.own(unit, &content, result) };
        self.made(&unit.id, decision, None);
    }

    /// A code of the coder's own for all of a unit, which is still to be named.
    fn own(self, unit: &Unit, content: &Content, result: &CodebookReading) -> Decision {
        let hidden = untrack(|| unit.is_hidden());
        let leading = result.codes.first().map(|it| &*it.code).filter(|_| hidden);
        Decision {
            action: Action::Assigned,
            proposed: Some(proposal(result, leading)),
            hidden,
            ..self.blank(unit, content, result.codebook.clone())
        }
    }

    // What was decided before.

    /// Asks which units nearly equal some that were decided about before, slice by slice, once each.
    pub(crate) fn look_back(self) {
        if self.looking_back.get_value() {
            return;
        }
        self.looking_back.set_value(true);
        let host = self.host();
        spawn_local(async move {
            while let Some((page, units)) = self.not_looked_back() {
                let texts = units.iter().map(|unit| unit.content.get_untracked().text.clone()).collect();
                match host.request(&Request::Before { page, units: texts }).await {
                    Ok(Response::Before { earlier }) => {
                        for (unit, earlier) in units.iter().zip(earlier) {
                            if unit.earlier.with_untracked(|before| **before != earlier) {
                                unit.earlier.set(Arc::new(earlier));
                            }
                        }
                    }
                    // Nothing is said of earlier units then.
                    _ => break,
                }
            }
            self.looking_back.set_value(false);
        });
    }

    /// Units of one page that have been read and not looked back for.
    fn not_looked_back(self) -> Option<(postil::service::protocol::Page, Vec<Unit>)> {
        let mut found: Vec<Unit> = Vec::new();
        for unit in self.units() {
            let content = unit.content.get_untracked();
            let same_page = found.first().is_none_or(|first| first.page() == unit.page());
            if content.results.is_none() || !(1..=MAX_TEXT).contains(&content.text.len()) || !same_page {
                continue;
            }
            let seen = self.looked_back.with_value(|seen| seen.get(&unit.id).is_some_and(|it| it.text == content.text));
            if !seen {
                self.looked_back.update_value(|seen| drop(seen.insert(unit.id.clone(), content)));
                found.push(unit);
            }
            if found.len() == MAX_BEFORE {
                break;
            }
        }
        Some(((*found.first()?.page()).clone(), found))
    }

    /// Decides about a unit as about the one that it nearly equals most.
    pub(crate) fn same_again(self, unit: &Unit) {
        let earlier = unit.earlier.get_untracked();
        let Some(earlier) = earlier.first() else { return self.notice.set(self.text("panel_before_none")) };
        let content = unit.content.get_untracked();
        let standings = untrack(|| unit.standings());
        self.at_once(|| {
            for mark in &earlier.marks {
                let Some(result) = content.readings(Some(&mark.codebook)).next() else { continue };
                let same = |stand: &crate::decisions::Stand| {
                    stand.mark.code == mark.code
                        && stand.is_coded() == matches!(mark.action, Action::Accepted | Action::Assigned)
                };
                if standings.under(&mark.codebook).any(same) {
                    continue;
                }
                let Mark { code, stance, tier, confidence, memo, .. } = mark.clone();
                match mark.action {
                    Action::NoneApplies => self.decide(unit, &mark.codebook, Action::NoneApplies, None),
                    Action::Rejected => self.decide(unit, &mark.codebook, Action::Rejected, mark.code.as_deref()),
                    action => {
                        // What was accepted, and is suggested here too, is accepted with its words.
                        let suggested = code.as_deref().filter(|code| {
                            action == Action::Accepted
                                && standings.waits(&mark.codebook, code)
                                && result.codes.iter().any(|it| it.code == **code)
                                && !untrack(|| unit.is_hidden())
                        });
                        let own = match suggested {
                            Some(code) => self.word(unit, &content, result, Action::Accepted, Some(code)),
                            None => self.own(unit, &content, result),
                        };
                        let decision = Decision { code, stance, tier, confidence, memo, ..own };
                        self.made(&unit.id, decision, None);
                    }
                }
            }
        });
    }

    // Steps back and forward.

    /// Makes decisions that go back and forward at once.
    pub(crate) fn at_once(self, make: impl FnOnce()) {
        self.steps.update_value(|steps| steps.together(true));
        make();
        self.steps.update_value(|steps| steps.together(false));
    }

    /// Takes note of a decision that was made.
    pub(crate) fn note_step(self, unit: &str, decision: &Arc<Decision>, before: Option<Mark>) {
        if decision.revises.is_none() && decision.code.is_some() && decision.action != Action::Rejected {
            let code = (decision.codebook.id.clone(), decision.code.clone().unwrap_or_default());
            let made = Coded { decision: decision.id.clone(), code, text: beginning(&decision.text) };
            self.coded.update(|coded| {
                coded.insert(0, made);
                coded.truncate(MOST_CODED);
            });
        }
        // What takes a tying back is not taken back itself.
        if decision.action == Action::Withdrawn && before.is_none() {
            return;
        }
        let before = before.map(|mark| {
            let proposed = self.proposed_for(&mark.decision);
            (mark, proposed)
        });
        let step = Step { unit: unit.to_owned(), decision: decision.clone(), before, act: 0 };
        self.steps.update_value(|steps| steps.made(step));
    }

    fn proposed_for(self, decision: &str) -> Option<Proposal> {
        self.log.with_untracked(|log| log.iter().find(|entry| entry.id == decision)?.proposed.clone())
    }

    /// Takes the last step of this panel back.
    pub(crate) fn undo(self) {
        self.walk(true, "panel_undone", "panel_undo_none");
    }

    /// Does again what was taken back last.
    pub(crate) fn redo(self) {
        self.walk(false, "panel_redone", "panel_redo_none");
    }

    fn walk(self, back: bool, said: &str, none: &str) {
        let host = self.host();
        let walk = if back { Steps::undo } else { Steps::redo };
        let taken = || self.steps.try_update_value(|steps| walk(steps, host.uuid(), host.now())).flatten();
        let mut next = taken();
        if next.is_none() {
            self.notice.set(self.text(none));
        }
        while let Some((Step { unit, decision: about, act, .. }, decision)) = next {
            if self.unit(&unit).is_some() && self.visible().contains(&unit) {
                self.go_to(&unit);
            }
            let words = self.decided(about.action, &about.codebook.id, about.code.as_deref());
            let sent = Sent { unit, decision: Arc::new(decision), progress: Progress::Saving, failure: None };
            self.put_saying(sent, Some(self.fill(said, &[&words])));
            let more = self.steps.with_value(|steps| steps.has_more(act, back));
            next = if more { taken() } else { None };
        }
    }
}

/// How a text begins.
fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let cut: String = line.chars().take(BEGINNING).collect();
    if cut.len() < line.len() { format!("{cut}…") } else { cut }
}
