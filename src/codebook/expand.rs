//! From what authors write to what the matcher looks for: spellings of phrases, and word lists inside patterns.
//!
//! Invariants: everything that comes out is folded; expansion is bounded by [`MAX_EXPRESSION`].

use super::model::{Boundary, Codebook, Pattern, Term};
use crate::text::fold::fold;

/// Longest expression after its lists are put in, in bytes.
pub const MAX_EXPRESSION: usize = 20_000;

/// The literals of a term: each spelling folded, and phrases also hyphenated, underscored and joined as in hashtags.
pub fn literals(term: &Term) -> Vec<String> {
    let mut all = Vec::new();
    for spelling in std::iter::once(&term.text).chain(&term.variants) {
        let folded = fold(spelling.trim());
        let words: Vec<&str> = folded.split([' ', '-', '_']).filter(|word| !word.is_empty()).collect();
        if words.len() > 1 && term.boundary != Boundary::Exact {
            all.extend([" ", "-", "_", ""].map(|separator| words.join(separator)));
        }
        all.push(folded);
    }
    all.retain(|literal| !literal.is_empty());
    all.sort_unstable();
    all.dedup();
    all
}

/// The expression of a pattern with its lists put in, folded nowhere but in the lists.
///
/// # Errors
/// Names the list that is not there, or says that the result is too long.
pub fn expression(codebook: &Codebook, pattern: &Pattern) -> Result<String, String> {
    let expanded = with_lists(codebook, &pattern.regex, |words| {
        let escaped: Vec<String> = words.iter().map(|word| regex::escape(&fold(word))).collect();
        format!("(?:{})", escaped.join("|"))
    })?;
    // One space in the expression is one space in folded text, or the mark that joins a phrase in a hashtag.
    let spaced = expanded.replace(' ', "[ _-]");
    if spaced.len() > MAX_EXPRESSION {
        return Err(format!("the expression is longer than {MAX_EXPRESSION} bytes once its lists are put in"));
    }
    Ok(spaced)
}

/// The anchors of a pattern, folded, with lists put in.
///
/// # Errors
/// Names the list that is not there.
pub fn anchors(codebook: &Codebook, pattern: &Pattern) -> Result<Vec<String>, String> {
    let mut all = Vec::new();
    for anchor in &pattern.anchors {
        match list_name(anchor) {
            Some(name) => all.extend(list(codebook, name)?.iter().map(|word| fold(word))),
            None => all.push(fold(anchor)),
        }
    }
    all.retain(|anchor| !anchor.is_empty());
    all.sort_unstable();
    all.dedup();
    Ok(all)
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
