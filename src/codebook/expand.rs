//! From what authors write to what the matcher looks for: spellings of phrases, and word lists inside patterns.
//!
//! Invariants: everything that comes out is folded; expansion is bounded by [`MAX_EXPRESSION`].

use super::model::{Boundary, Codebook, Pattern, Term};
use crate::text::fold::fold;

/// Most words that a hashtag joins; a longer phrase is not looked for without its spaces.
const MAX_JOINED: usize = 3;

/// Longest expression after its lists are put in, in bytes.
pub const MAX_EXPRESSION: usize = 20_000;

/// What may stand between the beginning of an Arabic word and a term: conjunctions, prepositions, the article.
pub(crate) const PROCLITICS: [&str; 22] = [
    "وال", "فال", "بال", "كال", "ولل", "فلل", "وبال", "وكال", "فبال", "ال", "لل", "وب", "ول", "وك", "فب", "فل", "و",
    "ف", "ب", "ل", "ك", "س",
];

/// Letters and digits of folded text inside a regex class; without Unicode tables, which the engine does not carry.
const WORD: &str = r"a-z0-9\x{AA}-\x{24F}\x{370}-\x{52F}\x{621}-\x{669}\x{66E}-\x{6D3}\x{6F0}-\x{6FF}";

/// What the automaton sees of a byte of folded text: the marks that join a phrase, in hyphenation or in a hashtag, are
/// spaces to it. Lengths stay, so offsets do.
pub fn scanned(byte: u8) -> u8 {
    if matches!(byte, b'-' | b'_') { b' ' } else { byte }
}

/// The literals of a term, as the automaton sees them: each spelling folded, and phrases also joined as in hashtags.
pub fn literals(term: &Term) -> Vec<String> {
    let mut all = Vec::new();
    for spelling in std::iter::once(&term.text).chain(&term.variants) {
        let literal = literal(spelling);
        let words: Vec<&str> = literal.split(' ').filter(|word| !word.is_empty()).collect();
        if (2..=MAX_JOINED).contains(&words.len()) && term.boundary != Boundary::Exact {
            all.push(words.concat());
        }
        all.push(literal);
    }
    settled(all)
}

/// One spelling as the automaton sees it.
pub fn literal(text: &str) -> String {
    fold(text).replace(['-', '_'], " ").trim().to_owned()
}

fn settled(mut literals: Vec<String>) -> Vec<String> {
    literals.retain(|literal| !literal.is_empty());
    literals.sort_unstable();
    literals.dedup();
    literals
}

/// The expression that the matcher runs: the author's, with its lists put in, between word boundaries, of which it takes one
/// character each. The boundaries belong into it: a match that is dropped for its boundary hides the good one beside it.
///
/// # Errors
/// Names the list that is not there, or says that the result is too long.
pub fn expression(codebook: &Codebook, pattern: &Pattern) -> Result<String, String> {
    let expanded = with_lists(codebook, &pattern.regex, |words| {
        let mut escaped: Vec<String> = words.iter().map(|word| regex_syntax::escape(&fold(word))).collect();
        // The first alternative that matches is taken: longer words come first.
        escaped.sort_by_key(|word| std::cmp::Reverse(word.len()));
        format!("(?:{})", escaped.join("|"))
    })?;
    // One space in the expression is one space in folded text, or a mark that joins a phrase.
    let spaced = expanded.replace(' ', "[ _-]");
    if spaced.len() > MAX_EXPRESSION {
        return Err(format!("the expression is longer than {MAX_EXPRESSION} bytes once its lists are put in"));
    }
    let proclitics = if pattern.lang == "ar" { format!("(?:{})?", PROCLITICS.join("|")) } else { String::new() };
    Ok(format!("(?:^|[^{WORD}]){proclitics}(?:{spaced})(?:[^{WORD}]|$)"))
}

/// The anchors of a pattern, folded, with lists put in.
///
/// # Errors
/// Names the list that is not there.
pub fn anchors(codebook: &Codebook, pattern: &Pattern) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for anchor in &pattern.anchors {
        match list_name(anchor) {
            Some(name) => all.extend(list(codebook, name)?.iter().map(|word| literal(word))),
            None => all.push(literal(anchor)),
        }
    }
    Ok(settled(all))
}

fn list_name(text: &str) -> Option<&str> {
    text.strip_prefix('{')?.strip_suffix('}')
}

fn list<'c>(codebook: &'c Codebook, name: &str) -> Result<&'c [String], String> {
    codebook.lists.get(name).map(Vec::as_slice).ok_or_else(|| format!("there is no list named `{name}`"))
}

/// Replaces each `{name}`; counted repetitions such as `{2,3}` stay as they are.
fn with_lists(codebook: &Codebook, text: &str, put: impl Fn(&[String]) -> String) -> Result<String, String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        let close = rest[open..].find('}').ok_or("a `{` is never closed")? + open;
        let name = &rest[open + 1..close];
        if name.starts_with(|c: char| c.is_ascii_digit()) {
            out.push_str(&rest[open..=close]);
        } else {
            out.push_str(&put(list(codebook, name)?));
        }
        rest = &rest[close + 1..];
    }
    out.push_str(rest);
    Ok(out)
}
