//! Compiled expressions: one lazy automaton forwards and one backwards.
//!
//! Purpose: the one engine of the regex crates that serves every expression; the choice among their engines, and the others,
//! would be a tenth of what the extension's background loads.
//! Invariants: linear in the text; memory is bounded while it runs; the leftmost match, and of those the first alternative.
//! Must not touch: how expressions are written; they come spelt out.

use regex_automata::hybrid::{dfa, regex};
use regex_automata::nfa::thompson::{self, WhichCaptures};
use regex_automata::{Input, MatchKind};
use std::ops::Range;
use std::sync::{Mutex, PoisonError};

/// Largest compiled expression, in bytes of its program.
pub const MAX_PROGRAM: usize = 1 << 20;

/// Largest cache of one expression while it runs, in bytes; it grows only with use.
const MAX_CACHE: usize = 1 << 18;

/// A compiled expression.
#[derive(Debug)]
pub struct Regex {
    automata: regex::Regex,
    /// The states that texts have led to so far.
    cache: Mutex<regex::Cache>,
}

impl Regex {
    /// Compiles an expression in the syntax of the `regex` crate without Unicode's tables.
    ///
    /// # Errors
    /// What it has wrong, in words.
    pub fn new(expression: &str) -> Result<Self, String> {
        let parsed = regex_syntax::parse(expression).map_err(|error| error.to_string())?;
        let automaton = |reverse: bool, kind: MatchKind| {
            let config = thompson::Config::new()
                .reverse(reverse)
                .which_captures(WhichCaptures::None)
                .nfa_size_limit(Some(MAX_PROGRAM));
            let program = thompson::Compiler::new().configure(config).build_from_hir(&parsed);
            let program = program.map_err(|error| match error.size_limit() {
                Some(limit) => format!("the expression is larger than {limit} bytes once it is compiled"),
                None => error.to_string(),
            })?;
            // Where the states of one moment do not fit the cache, it is as large as they are.
            let config = dfa::Config::new().match_kind(kind).cache_capacity(MAX_CACHE).skip_cache_capacity_check(true);
            dfa::Builder::new().configure(config).build_from_nfa(program).map_err(|error| error.to_string())
        };
        let automata = regex::Builder::new()
            .build_from_dfas(automaton(false, MatchKind::LeftmostFirst)?, automaton(true, MatchKind::All)?);
        Ok(Self { cache: Mutex::new(automata.create_cache()), automata })
    }

    /// Where it matches first at or after a byte, on character boundaries.
    pub fn find_at(&self, text: &str, from: usize) -> Option<Range<usize>> {
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        // It can only fail for bytes that it was told to stop at, or once it was told to give up: it was not.
        let found = self.automata.try_search(&mut cache, &Input::new(text).range(from.min(text.len())..));
        found.ok().flatten().map(|found| found.range())
    }

    /// Whether it matches anywhere.
    pub fn is_match(&self, text: &str) -> bool {
        self.find_at(text, 0).is_some()
    }
}
