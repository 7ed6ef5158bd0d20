//! The words of the codebooks: what a disguised word may be put back to.

use crate::codebook::CompiledSet;
use crate::codebook::expand::literals;
use crate::codebook::model::Codebook;
use crate::text::evasion::Vocabulary;
use crate::text::fold::fold;

/// Every word of every term, list and pattern.
pub(super) fn vocabulary(set: &CompiledSet) -> Vocabulary {
    let (mut texts, mut joined) = (Vec::new(), Vec::new());
    for compiled in &set.codebooks {
        gather(&compiled.codebook, &mut texts, &mut joined);
    }
    let words = texts.iter().flat_map(|text| text.split(|c: char| !(c.is_alphanumeric() || c == '\'')));
    Vocabulary::new(words.map(|word| word.trim_matches('\'')), joined.iter().map(String::as_str))
}

/// Texts that hold words, and terms as they may be written in one word.
fn gather(codebook: &Codebook, texts: &mut Vec<String>, joined: &mut Vec<String>) {
    let indicators = codebook.codes.iter().flat_map(|code| &code.indicators);
    let terms = codebook.targets.iter().flat_map(|target| &target.terms);
    for term in terms.chain(indicators.clone().flat_map(|indicator| &indicator.terms)) {
        joined.extend(literals(term));
        texts.extend(std::iter::once(&term.text).chain(&term.variants).map(|spelling| fold(spelling)));
    }
    texts.extend(codebook.lists.values().flatten().map(|word| fold(word)));
    for pattern in indicators.flat_map(|indicator| &indicator.patterns) {
        texts.extend(words(&pattern.regex));
    }
}

/// The words that stand in an expression: with and without a letter that may be missing.
fn words(expression: &str) -> [String; 2] {
    let plain = expression.replace('?', "");
    let mut without = String::new();
    let mut chars = expression.chars().peekable();
    while let Some(c) = chars.next() {
        if chars.next_if_eq(&'?').is_none() {
            without.push(c);
        }
    }
    [plain, without]
}
