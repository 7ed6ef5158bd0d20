//! What stands around a match and changes what it says: negation and quotation.
//!
//! Invariants: looks no further than the sentence; knows function words of the reviewed languages and nothing of any
//! codebook. A context is reported with the finding, so that a coder can see why it counted less.

use crate::text::fold::fold;
use std::ops::Range;

/// Words that turn what follows into its opposite, folded.
const NEGATORS: [&str; 40] = [
    "no",
    "not",
    "never",
    "neither",
    "nor",
    "without",
    "against",
    "anti",
    "stop",
    "stopped",
    "refuse",
    "refused",
    "refuses",
    "reject",
    "rejected",
    "rejects",
    "rejecting",
    "cannot",
    "don't",
    "dont",
    "doesn't",
    "didn't",
    "isn't",
    "aren't",
    "wasn't",
    "weren't",
    "won't",
    "wouldn't",
    "can't",
    "couldn't",
    "shouldn't",
    "لا",
    "لم",
    "لن",
    "ليس",
    "ليست",
    "ليسوا",
    "لست",
    "ضد",
    "بدون",
];
/// How many words before the match a negation reaches over.
const REACH: usize = 4;
/// How many bytes before the match are looked at for those words.
const WINDOW: usize = 160;

/// Pairs of quotation marks; the straight one closes itself.
const QUOTES: [(char, char); 6] = [('“', '”'), ('„', '“'), ('«', '»'), ('‹', '›'), ('「', '」'), ('"', '"')];
/// Longest quotation, in bytes; what is longer is a text with stray marks.
const LONGEST: usize = 2_000;
/// A quotation that is more than this share of the text is the text itself.
const WHOLE: f32 = 0.9;

/// Words that a negator before them does not deny: "do not forget", "no doubt", "لا إله", "لا شك". Folded beginnings.
const UNDENIED: [&str; 13] =
    ["forget", "only", "doubt", "hesitate", "god", "deity", "matter", "wonder", "اله", "حول", "تنس", "شك", "بد"];
/// Words that turn a denial into a claim: "not … except by", "لن … إلا". Folded.
const EXCEPTIONS: [&str; 7] = [" except ", " but by ", " but through ", " until ", " unless ", " other than ", " الا "];

/// Whether an odd number of negations reaches the match from within its clause.
pub(super) fn negated(text: &str, sentence: &Range<usize>, span: &Range<usize>) -> bool {
    let from = text.floor_char_boundary(span.start.saturating_sub(WINDOW)).max(sentence.start).min(span.start);
    let until = text.floor_char_boundary((span.end + WINDOW).min(sentence.end)).max(span.start);
    let before = fold(&text[from..span.start]);
    let clause = before.rsplit([',', ';', ':', '.', '!', '?', '،', '؛', '؟', '(', '—']).next().unwrap_or_default();
    let words: Vec<&str> =
        clause.split(|c: char| !(c.is_alphanumeric() || c == '\'')).filter(|word| !word.is_empty()).collect();
    let near = &words[words.len().saturating_sub(REACH)..];
    let denies = |at: usize| {
        let undenied = near.get(at + 1).is_some_and(|next| UNDENIED.iter().any(|word| next.starts_with(word)));
        NEGATORS.contains(&near[at]) && !undenied
    };
    let negations = (0..near.len()).filter(|&at| denies(at)).count();
    if negations % 2 == 0 {
        return false;
    }
    let after = format!(" {} ", fold(&text[span.start..until]));
    !EXCEPTIONS.iter().any(|exception| after.contains(exception))
}

/// The quotations of a text as byte ranges without their marks, in order and apart, where there is text of the author's own
/// beside them. A mark that is not closed within [`LONGEST`] bytes opens nothing.
pub(super) fn quotations(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut rest = 0;
    while let Some((start, open)) = text[rest..].char_indices().find(|(_, c)| QUOTES.iter().any(|(open, _)| open == c))
    {
        let inside = rest + start + open.len_utf8();
        let until = text.floor_char_boundary((inside + LONGEST).min(text.len()));
        let closes = |c: char| QUOTES.iter().any(|&(o, close)| o == open && c == close);
        match text[inside..until].char_indices().find(|&(_, c)| closes(c)) {
            Some((length, close)) => {
                found.push(inside..inside + length);
                rest = inside + length + close.len_utf8();
            }
            None => rest = inside,
        }
    }
    found.retain(|quotation| (quotation.len() as f32) < WHOLE * text.trim().len() as f32);
    found
}

/// Whether a span lies inside one of the quotations.
pub(super) fn quoted(quotations: &[Range<usize>], span: &Range<usize>) -> bool {
    let next = quotations.partition_point(|quotation| quotation.end < span.end);
    quotations.get(next).is_some_and(|quotation| quotation.start <= span.start)
}
