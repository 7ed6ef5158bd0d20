//! What of a sound codebook is probably not meant.
//!
//! Purpose: what works and yet does not do what its author will think that it does, each with field and mend.
//! Invariants: looks at codebooks without problems; nothing that it finds refuses a codebook or leaves anything out.

use super::expand;
use super::model::{Boundary, Code, Codebook};
use super::validate::{Finding, Grade};
use std::collections::HashMap;

/// Keys that do something in the side panel; a code cannot have them there.
pub const PANEL_KEYS: [char; 21] =
    ['j', 'k', 'a', 'r', 'n', 'c', 'e', '/', '?', '.', '-', '=', '<', '>', '+', ',', '&', '!', '%', '"', '@'];

/// All that is doubtful in a codebook, which keeps working.
pub fn advice(codebook: &Codebook) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(silent_stances(codebook));
    findings.extend(idle_lists(codebook));
    for (index, code) in codebook.codes.iter().enumerate() {
        let path = format!("code[{index}]");
        findings.extend(stray_level(codebook, code, &path));
        findings.extend(taken_key(code, &path));
        findings.extend(repeated_terms(code, &path));
    }
    findings
}

fn doubtful(field: String, message: String) -> Finding {
    Finding { field, message, grade: Grade::Doubtful }
}

/// Stances that no text can have: nothing speaks for them, and the engine takes them for nothing.
fn silent_stances(codebook: &Codebook) -> impl Iterator<Item = Finding> {
    let spoken_for = |id: &str| codebook.codes.iter().any(|code| code.stance.as_deref() == Some(id));
    let silent = codebook.stances.iter().enumerate();
    silent.filter(move |(_, stance)| stance.role.is_none() && !spoken_for(&stance.id)).map(|(index, stance)| {
        let id = &stance.id;
        let mend = format!("give a code stance = \"{id}\", or remove the stance");
        doubtful(format!("stance[{index}].id"), format!("no code speaks for `{id}`, so it is never proposed; {mend}"))
    })
}

/// Lists that no pattern names.
fn idle_lists(codebook: &Codebook) -> impl Iterator<Item = Finding> {
    let patterns = || codebook.codes.iter().flat_map(|code| &code.indicators).flat_map(|i| &i.patterns);
    let named = move |reference: &str| {
        patterns().any(|pattern| {
            pattern.regex.contains(reference) || pattern.anchors.iter().any(|anchor| anchor == reference)
        })
    };
    codebook.lists.keys().filter(move |name| !named(&format!("{{{name}}}"))).map(|name| {
        let mend = format!("write {{{name}}} where its words are meant, or remove the list");
        doubtful(format!("lists.{name}"), format!("no pattern uses the list; {mend}"))
    })
}

/// A level at which a text cannot have the stance that the same code speaks for.
fn stray_level(codebook: &Codebook, code: &Code, path: &str) -> Option<Finding> {
    let level = code.level?;
    let stance = codebook.stances.iter().find(|stance| Some(&stance.id) == code.stance.as_ref())?;
    let [low, high] = stance.tiers?;
    (!(low..=high).contains(&level)).then(|| {
        let id = &stance.id;
        let message = format!("{level} is outside tiers {low} to {high} of `{id}`, for which the code speaks; ");
        doubtful(format!("{path}.level"), message + "change the level, the stance or the stance's tiers")
    })
}

fn taken_key(code: &Code, path: &str) -> Option<Finding> {
    let key = code.hotkey.filter(|key| PANEL_KEYS.contains(key))?;
    let free = "choose another letter or a digit";
    Some(doubtful(format!("{path}.hotkey"), format!("the side panel has a use of its own for `{key}`; {free}")))
}

/// Spellings that stand in two indicators of one code: a single word weighs twice there.
fn repeated_terms(code: &Code, path: &str) -> Vec<Finding> {
    let mut seen = HashMap::new();
    let mut findings = Vec::new();
    for (number, indicator) in code.indicators.iter().enumerate() {
        for (place, term) in indicator.terms.iter().enumerate() {
            for spelling in std::iter::once(&term.text).chain(&term.variants) {
                let first = *seen.entry(sought(spelling, term.boundary)).or_insert(number);
                if first != number {
                    let other = &code.indicators[first].id;
                    let message = format!("`{spelling}` also stands in `{other}` of the same code and weighs twice; ");
                    let field = format!("{path}.indicator[{number}].terms[{place}].text");
                    findings.push(doubtful(field, message + "keep it in one of the two"));
                }
            }
        }
    }
    findings
}

/// What a spelling is found by, and whether only when it is written exactly so.
fn sought(spelling: &str, boundary: Boundary) -> (bool, String) {
    match boundary {
        Boundary::Exact => (true, spelling.to_owned()),
        _ => (false, expand::literal(spelling)),
    }
}
