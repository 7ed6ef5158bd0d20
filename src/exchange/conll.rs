//! CoNLL: a token a line, with a column of BIO tags for each coder.
//!
//! Shape: UTF-8, tab-separated: token, start, end (code points of the unit's text), then a tag for each coder, by name;
//! an empty line after each unit; lines that begin with `# ` tell the columns, the unit and what is no tag.
//! Tokens are the words of UAX #29 (word boundaries) and whatever else is no space, so that an emoji is a token.
//! Tags: `B-` and `I-` with `codebook/code`. A token has the tag of a span that shares any of it. Of a coder's spans that
//! overlap, the one that begins first, then the longer one, has the tokens; the others stand in `# beside` lines, and so do
//! codes and `none applies` of the whole unit in `# whole` lines. Units that kept no text are left out, and counted at the end.
//! Holds what stands (`decided.rs`).

use super::decided::{Decided, Decision};
use super::writer::Failed;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use unicode_segmentation::UnicodeSegmentation;

/// The tokens.
pub(super) fn write(decided: &Decided) -> Result<Vec<u8>, Failed> {
    let coders: BTreeSet<&str> = decided.decisions.iter().map(|decision| decision.entry.coder.as_str()).collect();
    let mut out = String::from("# columns\ttoken\tstart\tend");
    coders.iter().for_each(|coder| field(&mut out, coder));
    out.push_str("\n\n");
    let (mut rest, mut bare) = (decided.decisions.as_slice(), 0);
    for (index, unit) in decided.units.iter().enumerate() {
        let (of, later) = rest.split_at(rest.partition_point(|decision| decision.unit <= index));
        rest = later;
        let Some(text) = &unit.captured.text else {
            bare += 1;
            continue;
        };
        out.push_str("# unit");
        field(&mut out, &unit.key);
        field(&mut out, &unit.url);
        field(&mut out, unit.captured.identity());
        out.push('\n');
        let tokens = tokens(text);
        let mut columns = vec![vec![String::from("O"); tokens.len()]; coders.len()];
        for (coder, column) in coders.iter().zip(&mut columns) {
            tag(of.iter().filter(|it| it.entry.coder == **coder), coder, &tokens, column, &mut out);
        }
        for (at, (token, start, end)) in tokens.iter().enumerate() {
            let _ = write!(out, "{token}\t{start}\t{end}");
            columns.iter().for_each(|column| field(&mut out, &column[at]));
            out.push('\n');
        }
        out.push('\n');
    }
    if bare > 0 {
        let _ = writeln!(out, "# without text\t{bare}");
    }
    Ok(out.into_bytes())
}

/// Words and signs with their first code point and the one past the last.
fn tokens(text: &str) -> Vec<(&str, u32, u32)> {
    let mut at = 0;
    let mut tokens = Vec::new();
    for word in text.split_word_bounds() {
        let (start, length) = (at, word.chars().count() as u32);
        at += length;
        // A control character would break the line, and says nothing.
        if !word.chars().all(|c| c.is_whitespace() || c.is_control()) {
            tokens.push((word, start, at));
        }
    }
    tokens
}

/// Tags what one coder decided about a unit, and says what has no tag.
fn tag<'d>(
    decisions: impl Iterator<Item = &'d Decision>,
    coder: &str,
    tokens: &[(&str, u32, u32)],
    column: &mut [String],
    out: &mut String,
) {
    let named = decisions.filter_map(|it| Some((it.span(), format!("{}/{}", it.entry.codebook.id, it.value()?))));
    let mut named: Vec<_> = named.collect();
    named.sort_by_key(|(span, label)| (span.map(|[start, end]| (start, u32::MAX - end)), label.clone()));
    let mut free = 0;
    for (span, label) in named {
        let Some([start, end]) = span else {
            line(out, "# whole", &[coder, &label]);
            continue;
        };
        let first = tokens.partition_point(|(.., token_end)| *token_end <= start);
        let last = tokens.partition_point(|(_, token_start, _)| *token_start < end);
        if first < free || first >= last {
            line(out, "# beside", &[coder, &label, &start.to_string(), &end.to_string()]);
            continue;
        }
        for (at, tag) in column[first..last].iter_mut().enumerate() {
            *tag = format!("{}-{label}", if at == 0 { 'B' } else { 'I' });
        }
        free = last;
    }
}

fn line(out: &mut String, head: &str, fields: &[&str]) {
    out.push_str(head);
    fields.iter().for_each(|text| field(out, text));
    out.push('\n');
}

/// A field, without what would end it.
fn field(out: &mut String, text: &str) {
    out.push('\t');
    out.extend(text.chars().map(|c| if c.is_control() { ' ' } else { c }));
}
