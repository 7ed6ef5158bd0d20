//! Whether a codebook says something that can be coded with.
//!
//! Purpose: every rule of the model that its types do not already hold, each with the field that breaks it and the mend.
//! Two of the grades: a *problem* makes the codebook unusable; a *skipped* term or pattern is left out and the rest works.
//! What is merely *doubtful* is `advice`'s business.
//! Must not touch: files; positions in them are `format`'s business.

use super::expand;
use super::model::{Codebook, Indicator, Listing, Pattern, StanceRole, Term};
use super::regex::Regex;
use super::scope::NO_LANGUAGE;
use crate::text::fold::fold;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// Most codes in a codebook.
pub const MAX_CODES: usize = 1_000;
/// Most terms and patterns in a codebook.
pub const MAX_TERMS: usize = 200_000;
/// Longest term or anchor, in bytes.
pub const MAX_TERM: usize = 200;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Path to the field, such as `code[3].indicator[0].weight`; indices count from 0.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
    /// Whether the whole codebook is refused, this one term or pattern left out, or nothing changed.
    pub grade: Grade,
}

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Grade {
    /// The codebook cannot be used.
    Problem,
    /// The term or pattern is left out.
    Skipped,
    /// It works as it is written, and is probably not meant so.
    Doubtful,
}

/// Checks a codebook; an empty list means that all of it is used.
pub fn validate(codebook: &Codebook) -> Vec<Finding> {
    check(codebook, true)
}

/// Checks a codebook for what makes it unusable, and compiles no expression to do so: that takes most of the time of
/// [`validate`], and an expression with a fault is left out at the worst.
pub fn problems(codebook: &Codebook) -> Vec<Finding> {
    let mut findings = check(codebook, false);
    findings.retain(|finding| finding.grade == Grade::Problem);
    findings
}

fn check(codebook: &Codebook, expressions: bool) -> Vec<Finding> {
    let mut check = Check { codebook, expressions, findings: Vec::new() };
    check.head();
    check.stances();
    check.targets();
    check.codes();
    check.findings
}

/// Compiles one pattern as the matcher will run it.
///
/// # Errors
/// What the expression, its lists or its anchors have wrong, in words.
pub fn pattern(codebook: &Codebook, pattern: &Pattern) -> Result<(Regex, Vec<String>), String> {
    let anchors = anchors(codebook, pattern)?;
    if let Some(c) = unfolded(&pattern.regex) {
        return Err(format!("`{c}` never stands in folded text; write `{}`", fold(&c.to_string())));
    }
    // The author's words, not the expression that is made of them.
    let wrong = |message: String| message.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
    Ok((Regex::new(&expand::expression(codebook, pattern)?).map_err(wrong)?, anchors))
}

/// The literals around which a pattern runs.
///
/// # Errors
/// What they have wrong, in words.
pub fn anchors(codebook: &Codebook, pattern: &Pattern) -> Result<Vec<String>, String> {
    let anchors = expand::anchors(codebook, pattern)?;
    if anchors.is_empty() {
        return Err("name at least one anchor: a literal that stands in every match".into());
    }
    if let Some(long) = anchors.iter().find(|anchor| anchor.len() > MAX_TERM) {
        return Err(format!("the anchor `{long}` is longer than {MAX_TERM} bytes"));
    }
    Ok(anchors)
}

/// The first letter of an expression that folding would change; what stands behind a backslash is no letter of the text.
fn unfolded(expression: &str) -> Option<char> {
    let mut chars = expression.chars();
    while let Some(c) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c.is_alphabetic() && !fold(&c.to_string()).starts_with(c) {
            return Some(c);
        }
    }
    None
}

struct Check<'c> {
    codebook: &'c Codebook,
    /// Whether expressions are compiled.
    expressions: bool,
    findings: Vec<Finding>,
}

impl Check<'_> {
    fn problem(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding { field: field.into(), message: message.into(), grade: Grade::Problem });
    }

    fn skipped(&mut self, field: impl Into<String>, message: impl Into<String>) {
        self.findings.push(Finding { field: field.into(), message: message.into(), grade: Grade::Skipped });
    }

    fn head(&mut self) {
        let codebook = self.codebook;
        if codebook.format != 1 {
            self.problem("format", format!("this Postil reads format 1, not {}", codebook.format));
        }
        self.id("id", &codebook.id);
        if codebook.version.trim().is_empty() {
            self.problem("version", "give the codebook a version, such as \"1.0.0\"");
        }
        if codebook.codes.is_empty() {
            self.problem("code", "add at least one [[code]]");
        }
        if codebook.codes.len() > MAX_CODES {
            self.problem("code", format!("at most {MAX_CODES} codes; this has {}", codebook.codes.len()));
        }
        let terms: usize =
            codebook.codes.iter().flat_map(|code| &code.indicators).map(|i| i.terms.len() + i.patterns.len()).sum();
        if terms > MAX_TERMS {
            self.problem("code", format!("at most {MAX_TERMS} terms and patterns; this has {terms}"));
        }
        for (name, words) in &codebook.lists {
            if words.iter().all(|word| word.trim().is_empty()) {
                self.problem(format!("lists.{name}"), "the list has no words; add one, or remove the list");
            }
        }
        if let Some(scale) = &codebook.scale {
            let tiers = scale.tiers.len();
            if !(2..=20).contains(&tiers) {
                self.problem("scale.tier", format!("a scale has 2 to 20 tiers; this has {tiers}"));
            }
            let support_from = usize::from(scale.support_from);
            if support_from == 0 || support_from >= tiers {
                self.problem("scale.support_from", format!("must be 1 to {}", tiers.saturating_sub(1)));
            }
            if scale.named.is_some_and(|named| usize::from(named) < support_from || usize::from(named) >= tiers) {
                self.problem("scale.named", "must be a tier that counts as support");
            }
        }
    }

    fn stances(&mut self) {
        let codebook = self.codebook;
        let mut seen = HashSet::new();
        for (index, stance) in codebook.stances.iter().enumerate() {
            let path = format!("stance[{index}]");
            self.id(&format!("{path}.id"), &stance.id);
            if !seen.insert(stance.id.as_str()) {
                self.problem(format!("{path}.id"), format!("`{}` is declared twice; ids are unique", stance.id));
            }
            match (stance.tiers, &codebook.scale) {
                (None, Some(_)) => {
                    self.problem(format!("{path}.tiers"), "say which tiers go with this stance, as [lowest, highest]")
                }
                (Some(_), None) => {
                    self.problem(format!("{path}.tiers"), "there is no scale; remove this or add [scale]")
                }
                (Some([low, high]), Some(scale)) => {
                    if low > high || usize::from(high) >= scale.tiers.len() {
                        self.problem(format!("{path}.tiers"), "must be [lowest, highest] within the scale");
                    } else if low < scale.support_from && high >= scale.support_from {
                        self.problem(
                            format!("{path}.tiers"),
                            "a stance stands below support_from or from it up, not across",
                        );
                    } else if stance.role.is_some() && low >= scale.support_from {
                        self.problem(format!("{path}.role"), "a stance of support has no role: it needs evidence");
                    }
                }
                (None, None) => {}
            }
        }
        let roles = |role| codebook.stances.iter().filter(|stance| stance.role == Some(role)).count();
        for role in [StanceRole::Default, StanceRole::Mention, StanceRole::Negation, StanceRole::Undecided] {
            if roles(role) > 1 {
                self.problem("stance", format!("only one stance can have the role {role:?}").to_lowercase());
            }
        }
        if !codebook.stances.is_empty() && roles(StanceRole::Default) == 0 {
            self.problem(
                "stance",
                "one stance needs role = \"default\": what a unit has when no evidence speaks for another",
            );
        }
        if !codebook.stances.is_empty() && roles(StanceRole::Undecided) == 0 {
            self.problem(
                "stance",
                "one stance needs role = \"undecided\": what is proposed when no stance has a majority",
            );
        }
    }

    fn targets(&mut self) {
        let codebook = self.codebook;
        let mut seen = HashSet::new();
        for (index, target) in codebook.targets.iter().enumerate() {
            let path = format!("target[{index}]");
            self.id(&format!("{path}.id"), &target.id);
            if !seen.insert(target.id.as_str()) {
                self.problem(format!("{path}.id"), format!("`{}` is declared twice; ids are unique", target.id));
            }
            if !codebook.codes.iter().any(|code| code.id == target.code) {
                self.problem(format!("{path}.code"), format!("there is no code `{}`", target.code));
            }
            if target.kept_off.as_ref().is_some_and(|reason| reason.trim().is_empty()) {
                self.problem(format!("{path}.kept_off"), "say why it is kept off the reference list, or remove this");
            }
            for (number, listing) in target.listings.iter().enumerate() {
                self.listing(&format!("{path}.listing[{number}]"), listing);
            }
            self.terms(&path, &target.terms);
        }
    }

    fn listing(&mut self, path: &str, listing: &Listing) {
        let jurisdiction = &listing.jurisdiction;
        if jurisdiction.len() != 2 || !jurisdiction.bytes().all(|b| b.is_ascii_uppercase()) {
            self.problem(
                format!("{path}.jurisdiction"),
                format!("`{jurisdiction}` is not UN, EU or two capital letters of a country, such as US"),
            );
        }
        if listing.source.trim().is_empty() {
            self.problem(format!("{path}.source"), "name the list, with its reference number where it has one");
        }
        let dates = [("from", Some(&listing.from)), ("to", listing.to.as_ref())];
        let mut sound = true;
        for (name, date) in dates {
            if let Some(date) = date
                && !is_date(date)
            {
                sound = false;
                self.problem(
                    format!("{path}.{name}"),
                    format!("`{date}` is not a date: write YYYY, YYYY-MM or YYYY-MM-DD, as much as is known"),
                );
            }
        }
        if let Some(to) = &listing.to
            && sound
        {
            // Only as far as both are known: 2025 ends after 2025-07 began.
            let known = to.len().min(listing.from.len());
            if to[..known] < listing.from[..known] {
                self.problem(format!("{path}.to"), format!("`{to}` is before `{}`, where it begins", listing.from));
            }
        }
    }

    fn codes(&mut self) {
        let codebook = self.codebook;
        let mut codes = HashSet::new();
        let mut hotkeys = HashSet::new();
        let mut indicators: HashSet<&str> = codebook.targets.iter().map(|target| target.id.as_str()).collect();
        for (index, code) in codebook.codes.iter().enumerate() {
            let path = format!("code[{index}]");
            self.id(&format!("{path}.id"), &code.id);
            if let Some(parent) = &code.parent
                && !codes.contains(parent.as_str())
            {
                self.problem(
                    format!("{path}.parent"),
                    format!("there is no code `{parent}` before this one; parents come first"),
                );
            }
            if !codes.insert(code.id.as_str()) {
                self.problem(format!("{path}.id"), format!("`{}` is declared twice; ids are unique", code.id));
            }
            if code.label.trim().is_empty() || code.definition.trim().is_empty() {
                self.problem(format!("{path}.definition"), "a code needs a label and a definition");
            }
            if let Some(key) = code.hotkey
                && !hotkeys.insert(key)
            {
                self.problem(format!("{path}.hotkey"), format!("`{key}` is taken by another code"));
            }
            let hex = code.colour.strip_prefix('#').unwrap_or_default();
            if hex.len() != 6 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
                self.problem(format!("{path}.colour"), "write the colour as #rrggbb");
            }
            match (code.level, &codebook.scale) {
                (Some(_), None) => {
                    self.problem(format!("{path}.level"), "there is no scale; remove the level or add [scale]")
                }
                (Some(level), Some(scale)) if usize::from(level) >= scale.tiers.len() => {
                    self.problem(
                        format!("{path}.level"),
                        format!("the scale ends at {}", scale.tiers.len().saturating_sub(1)),
                    );
                }
                _ => {}
            }
            if let Some(stance) = &code.stance
                && !codebook.stances.iter().any(|declared| declared.id == *stance)
            {
                self.problem(format!("{path}.stance"), format!("there is no stance `{stance}`"));
            }
            for (number, indicator) in code.indicators.iter().enumerate() {
                let path = format!("{path}.indicator[{number}]");
                if !indicators.insert(indicator.id.as_str()) {
                    self.problem(
                        format!("{path}.id"),
                        format!("`{}` is declared twice; ids are unique in a codebook", indicator.id),
                    );
                }
                self.indicator(&path, indicator);
            }
        }
    }

    fn indicator(&mut self, path: &str, indicator: &Indicator) {
        let codebook = self.codebook;
        self.id(&format!("{path}.id"), &indicator.id);
        if !(indicator.weight > 0.0 && indicator.weight <= 10.0) {
            self.problem(format!("{path}.weight"), "a weight is above 0 and at most 10");
        }
        if let Some(target) = &indicator.target
            && !codebook.targets.iter().any(|declared| declared.id == *target)
        {
            self.problem(format!("{path}.target"), format!("there is no target `{target}`"));
        }
        let empty = indicator.terms.is_empty() && indicator.patterns.is_empty();
        if empty && indicator.entities.is_empty() && indicator.evasion.is_empty() {
            self.problem(path, "an indicator needs terms, patterns, entities or evasion");
        }
        self.terms(path, &indicator.terms);
        for (number, written) in indicator.patterns.iter().enumerate() {
            let path = format!("{path}.patterns[{number}]");
            self.language(&format!("{path}.lang"), &written.lang);
            if !self.expressions {
                continue;
            }
            match pattern(codebook, written) {
                Ok((regex, _)) if regex.is_match("") => {
                    self.skipped(
                        format!("{path}.regex"),
                        "the expression matches the empty text; make it require something",
                    );
                }
                Ok(_) => {}
                Err(message) => self.skipped(format!("{path}.regex"), message),
            }
        }
    }

    fn terms(&mut self, path: &str, terms: &[Term]) {
        for (number, term) in terms.iter().enumerate() {
            let path = format!("{path}.terms[{number}]");
            self.language(&format!("{path}.lang"), &term.lang);
            let literals = expand::literals(term);
            if literals.is_empty() {
                self.skipped(
                    format!("{path}.text"),
                    "nothing is left of this term after folding; write letters or emoji",
                );
            } else if let Some(long) = literals.iter().find(|literal| literal.len() > MAX_TERM) {
                self.skipped(
                    format!("{path}.text"),
                    format!("a term is at most {MAX_TERM} bytes; this has {}", long.len()),
                );
            }
        }
    }

    fn language(&mut self, path: &str, tag: &str) {
        if tag != NO_LANGUAGE && !self.codebook.languages.iter().any(|language| language.tag == tag) {
            self.problem(
                path,
                format!("`{tag}` is not among the codebook's languages; add it there, or write \"und\""),
            );
        }
    }

    fn id(&mut self, field: &str, id: &str) {
        let valid = !id.is_empty()
            && id.len() <= 80
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !valid {
            self.problem(field, format!("`{id}` is not an id: use lower-case letters, digits and hyphens, at most 80"));
        }
    }
}

/// Whether a text is `YYYY`, `YYYY-MM` or `YYYY-MM-DD` of a day that there is.
fn is_date(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        parts.next().map(|part| {
            let sound = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
            if sound { part.parse::<u32>().ok() } else { None }
        })
    };
    let (year, month, day) = (number(4), number(2), number(2));
    let Some(Some(year)) = year else { return false };
    let days = match month {
        None => return true,
        Some(Some(2)) if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        Some(Some(2)) => 28,
        Some(Some(4 | 6 | 9 | 11)) => 30,
        Some(Some(1..=12)) => 31,
        Some(_) => return false,
    };
    day.is_none_or(|day| day.is_some_and(|day| (1..=days).contains(&day))) && parts.next().is_none()
}
