//! The compiled codebook: what the engine runs on.
//!
//! Purpose: fold and spell out every term, gather the literals of all active codebooks, and carry all of it as bytes, so that
//! a browser parses no TOML and folds no term at its start.
//! Invariants: immutable; the hash is of the model's content, so the same codebook has the same hash everywhere; bytes of
//! another format or fold version are refused, and hostile bytes give an error, never a panic.
//! Must not touch: the text being read.

use super::expand;
use super::literals::{Literals, Stored};
use super::model::{Boundary, Codebook, Pattern, Term};
use super::scope::{NO_LANGUAGE, Scope};
use super::shipped::{self, Shipped};
use crate::service::protocol::CodebookRef;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

/// One codebook, ready to be matched.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Compiled {
    /// Which one.
    pub reference: CodebookRef,
    /// What it says; with a scale, unreviewed languages are already left out.
    pub codebook: Codebook,
    /// Where the patterns stand that [`Use::Pattern`] counts.
    pub(crate) patterns: Vec<PatternPlace>,
}

/// A pattern that can be used, by its indices.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(crate) struct PatternPlace {
    pub(crate) code: u16,
    pub(crate) indicator: u16,
    pub(crate) pattern: u16,
    pub(crate) scope: Scope,
}

impl PatternPlace {
    pub(crate) fn place(self) -> Place {
        Place::Indicator { code: self.code, indicator: self.indicator }
    }
}

/// Which indicator something belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Place {
    /// An indicator of a code.
    Indicator {
        /// Index of the code.
        code: u16,
        /// Index of the indicator within the code.
        indicator: u16,
    },
    /// A named target.
    Target(u16),
}

/// What a literal is looked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Use {
    Term { codebook: u16, place: Place, boundary: Boundary, exactly: Option<String>, scope: Scope },
    Pattern { codebook: u16, pattern: u16 },
}

impl Use {
    /// Index of the codebook.
    pub(crate) fn codebook(&self) -> usize {
        match self {
            Self::Term { codebook, .. } | Self::Pattern { codebook, .. } => usize::from(*codebook),
        }
    }
}

impl Compiled {
    /// Compiles one codebook. Left out are patterns without usable anchors and, where there is a scale, terms of unreviewed
    /// languages. Expressions are the matcher's to compile, on their first anchor; one that cannot be compiled finds nothing.
    ///
    /// # Errors
    /// [`LoadError::Damaged`] if its content cannot be written to be hashed, which only a lack of memory explains.
    pub fn new(mut codebook: Codebook) -> Result<Self, LoadError> {
        let content = postcard::to_allocvec(&codebook).map_err(|_| LoadError::Damaged)?;
        let reference = CodebookRef {
            id: codebook.id.clone(),
            version: codebook.version.clone(),
            hash: hex::encode(Sha256::digest(content)),
        };
        if codebook.scale.is_some() {
            leave_out_unreviewed(&mut codebook);
        }
        let mut patterns = Vec::new();
        for (c, code) in codebook.codes.iter().enumerate() {
            for (i, indicator) in code.indicators.iter().enumerate() {
                for (p, pattern) in indicator.patterns.iter().enumerate() {
                    if let Ok(anchors) = super::validate::anchors(&codebook, pattern) {
                        let scope = Scope::new(&pattern.lang, &anchors.concat());
                        patterns.push(PatternPlace { code: c as u16, indicator: i as u16, pattern: p as u16, scope });
                    }
                }
            }
        }
        Ok(Self { reference, codebook, patterns })
    }

    /// The codebook as bytes, for [`Compiled::from_bytes`]: without an automaton, which it gets in the set that it joins.
    ///
    /// # Errors
    /// [`LoadError::Damaged`] if it cannot be written, which only a lack of memory explains.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LoadError> {
        shipped::write_one(self)
    }

    /// Loads a codebook, trusting nothing in the bytes.
    ///
    /// # Errors
    /// [`LoadError::Damaged`] or [`LoadError::OtherVersion`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        let compiled = shipped::read_one(bytes)?;
        if compiled.holds_together() { Ok(compiled) } else { Err(LoadError::Damaged) }
    }

    /// Whether every pattern that it counts is there.
    fn holds_together(&self) -> bool {
        self.patterns.iter().all(|&at| self.pattern(at).is_some())
    }

    pub(crate) fn pattern(&self, at: PatternPlace) -> Option<&Pattern> {
        let code = self.codebook.codes.get(usize::from(at.code))?;
        code.indicators.get(usize::from(at.indicator))?.patterns.get(usize::from(at.pattern))
    }
}

/// The active codebooks with the literals to find.
pub struct CompiledSet {
    /// The codebooks, in the coder's order; shared between sets.
    pub codebooks: Vec<Arc<Compiled>>,
    literals: Literals<Use>,
}

impl fmt::Debug for CompiledSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CompiledSet").field("codebooks", &self.codebooks).finish_non_exhaustive()
    }
}

/// Why compiled codebooks could not be made or loaded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LoadError {
    /// The bytes are not a compiled set, or are damaged.
    Damaged,
    /// Another version of Postil compiled them: compile again.
    OtherVersion,
    /// There is nothing to look for, or too much for one automaton.
    Automaton(String),
}

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged => {
                f.write_str("these bytes are not compiled codebooks, or they are damaged; compile them again")
            }
            Self::OtherVersion => f.write_str("another version of Postil compiled these codebooks; compile them again"),
            Self::Automaton(why) => write!(f, "the terms do not fit one automaton: {why}"),
        }
    }
}

impl std::error::Error for LoadError {}

impl CompiledSet {
    /// Compiles codebooks into one set. Terms and patterns that `validate` skips are left out.
    ///
    /// # Errors
    /// As [`Compiled::new`] and [`CompiledSet::of`].
    pub fn compile(codebooks: Vec<Codebook>) -> Result<Self, LoadError> {
        let compiled = codebooks.into_iter().map(|codebook| Compiled::new(codebook).map(Arc::new));
        Self::of(compiled.collect::<Result<_, _>>()?)
    }

    /// Joins codebooks that are compiled already under one automaton.
    ///
    /// # Errors
    /// [`LoadError::Automaton`] if nothing is left to look for, or too much.
    pub fn of(codebooks: Vec<Arc<Compiled>>) -> Result<Self, LoadError> {
        let mut literals = BTreeMap::<String, Vec<Use>>::new();
        for (index, compiled) in codebooks.iter().enumerate() {
            gather(index as u16, compiled, &mut literals);
        }
        // An automaton needs something to look for, even where the codebooks point at entities alone.
        let mut indicators = codebooks.iter().flat_map(|one| &one.codebook.codes).flat_map(|code| &code.indicators);
        if literals.is_empty() && indicators.any(|indicator| !indicator.entities.is_empty()) {
            literals.insert("\0".to_owned(), Vec::new());
        }
        let literals = Literals::new(literals).map_err(LoadError::Automaton)?;
        Ok(Self { codebooks, literals })
    }

    /// Gives every literal that stands in a folded text: its bytes, and what it is looked for.
    pub(crate) fn find<'s>(&'s self, text: &str, found: impl FnMut(Range<usize>, &'s [Use])) {
        self.literals.find(text, found);
    }

    /// The set as bytes, for [`CompiledSet::from_bytes`].
    ///
    /// # Errors
    /// [`LoadError::Damaged`] if it cannot be written, which only a lack of memory explains.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LoadError> {
        shipped::write(self, &[])
    }

    /// What is looked for as it is carried in bytes, with room for those of the automaton.
    pub(super) fn stored<'b>(&self, automaton: &'b mut Vec<u8>) -> Stored<'b, Use> {
        self.literals.stored(automaton)
    }

    /// Loads a set, trusting nothing in the bytes.
    ///
    /// # Errors
    /// [`LoadError::Damaged`] or [`LoadError::OtherVersion`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LoadError> {
        Shipped::from_bytes(bytes).map(|shipped| shipped.set)
    }

    /// From what bytes carried.
    pub(super) fn load(codebooks: Vec<Compiled>, literals: Stored<'_, Use>) -> Result<Self, LoadError> {
        let literals = Literals::load(literals).ok_or(LoadError::Damaged)?;
        let set = Self { codebooks: codebooks.into_iter().map(Arc::new).collect(), literals };
        if set.holds_together() { Ok(set) } else { Err(LoadError::Damaged) }
    }

    /// Whether every index points at something.
    fn holds_together(&self) -> bool {
        let place = |codebook: &Codebook, place: Place| match place {
            Place::Indicator { code, indicator } => {
                codebook.codes.get(usize::from(code)).is_some_and(|code| usize::from(indicator) < code.indicators.len())
            }
            Place::Target(target) => usize::from(target) < codebook.targets.len(),
        };
        let literals = self.literals.uses().all(|used| match used {
            Use::Term { codebook, place: at, .. } => {
                self.codebooks.get(usize::from(*codebook)).is_some_and(|compiled| place(&compiled.codebook, *at))
            }
            Use::Pattern { codebook, pattern } => self
                .codebooks
                .get(usize::from(*codebook))
                .is_some_and(|compiled| usize::from(*pattern) < compiled.patterns.len()),
        });
        literals && self.codebooks.iter().all(|compiled| compiled.holds_together())
    }
}

/// Adds what one codebook looks for.
fn gather(index: u16, compiled: &Compiled, literals: &mut BTreeMap<String, Vec<Use>>) {
    let codebook = &compiled.codebook;
    let mut add = |literal: String, used: Use| {
        let uses = literals.entry(literal).or_default();
        if !uses.contains(&used) {
            uses.push(used);
        }
    };
    let terms = |place: Place, terms: &[Term], add: &mut dyn FnMut(String, Use)| {
        for term in terms {
            for literal in
                expand::literals(term).into_iter().filter(|literal| literal.len() <= super::validate::MAX_TERM)
            {
                let exactly = (term.boundary == Boundary::Exact).then(|| term.text.clone());
                // Names are names in every language.
                let scope = match place {
                    Place::Target(_) => Scope::Everywhere,
                    Place::Indicator { .. } => Scope::new(&term.lang, &literal),
                };
                add(literal, Use::Term { codebook: index, place, boundary: term.boundary, exactly, scope });
            }
        }
    };
    for (number, target) in codebook.targets.iter().enumerate() {
        terms(Place::Target(number as u16), &target.terms, &mut add);
    }
    for (c, code) in codebook.codes.iter().enumerate() {
        for (i, indicator) in code.indicators.iter().enumerate() {
            let place = Place::Indicator { code: c as u16, indicator: i as u16 };
            terms(place, &indicator.terms, &mut add);
        }
    }
    for (number, place) in compiled.patterns.iter().enumerate() {
        let anchors = compiled.pattern(*place).and_then(|pattern| super::validate::anchors(codebook, pattern).ok());
        for anchor in anchors.into_iter().flatten() {
            add(anchor, Use::Pattern { codebook: index, pattern: number as u16 });
        }
    }
}

/// Terms of a language that nobody competent has reviewed say nothing about where a text stands on a scale. Without a scale they
/// are found, and that is all.
fn leave_out_unreviewed(codebook: &mut Codebook) {
    let reviewed: Vec<String> =
        codebook.languages.iter().filter(|language| language.reviewed).map(|l| l.tag.clone()).collect();
    let keep = |tag: &str| tag == NO_LANGUAGE || reviewed.iter().any(|language| language == tag);
    for target in &mut codebook.targets {
        target.terms.retain(|term| keep(&term.lang));
    }
    for indicator in codebook.codes.iter_mut().flat_map(|code| &mut code.indicators) {
        indicator.terms.retain(|term| keep(&term.lang));
        indicator.patterns.retain(|pattern| keep(&pattern.lang));
    }
}
