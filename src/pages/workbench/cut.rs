//! A text cut into units.
//!
//! Invariants: units come in the order of the text, without the white space around them; none is empty and none is longer
//! than the service takes; nothing but white space is lost, unless it is named as bad.
//! Must not touch: signals, the document.

use postil::exchange::classified::{self, Bad};
use postil::service::MAX_TEXT;
use serde_json::Value;

/// A unit of a text.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Unit {
    /// Its own id, or its number from 1.
    pub(crate) id: Value,
    /// The line that it begins on, from 1.
    pub(crate) line: usize,
    /// Its text.
    pub(crate) text: String,
}

/// What a text was cut into.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Cut {
    /// The units.
    pub(crate) units: Vec<Unit>,
    /// Lines that are no unit.
    pub(crate) bad: Vec<Bad>,
}

/// Units parted by blank lines. One that is too long is cut again, at the end of a line or a word where there is one.
pub(crate) fn paragraphs(text: &str) -> Cut {
    let mut cut = Cut::default();
    let (mut begin, mut first, mut at) = (0, 1, 0);
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if line.trim().is_empty() {
            paragraph(&mut cut.units, &text[begin..at], first);
            (begin, first) = (at + line.len(), number + 1);
        }
        at += line.len();
    }
    paragraph(&mut cut.units, &text[begin..], first);
    cut
}

fn paragraph(units: &mut Vec<Unit>, mut text: &str, mut line: usize) {
    while !text.trim().is_empty() {
        let end = end(text);
        units.push(Unit { id: (units.len() + 1).into(), line, text: text[..end].trim().to_owned() });
        line += text[..end].matches('\n').count();
        text = &text[end..];
    }
}

/// Where the part of a text ends that is short enough to be a unit.
fn end(text: &str) -> usize {
    if text.len() <= MAX_TEXT {
        return text.len();
    }
    let most = text.floor_char_boundary(MAX_TEXT);
    let after = |at: usize| at + text[at..].chars().next().map_or(0, char::len_utf8);
    let part = &text[..most];
    let place = part.trim_end().rfind('\n').or_else(|| part.trim_end().rfind(char::is_whitespace));
    // A part of white space alone would be no unit.
    place.map(after).filter(|end| !text[..*end].trim().is_empty()).unwrap_or(most)
}

/// One unit a line, as `{"id", "text"}`.
pub(crate) fn rows(text: &str) -> Cut {
    let mut cut = Cut::default();
    for (line, row) in (1..).zip(text.lines()) {
        match classified::parse(row, line) {
            Ok(Some(input)) if input.text.len() > MAX_TEXT => {
                let error = format!("the text has more than {MAX_TEXT} bytes; cut it");
                cut.bad.push(Bad { id: Some(input.id), error, line });
            }
            Ok(Some(input)) => cut.units.push(Unit { id: input.id, line, text: input.text }),
            Ok(None) => {}
            Err(bad) => cut.bad.push(bad),
        }
    }
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(cut: &Cut) -> Vec<(usize, &str)> {
        cut.units.iter().map(|unit| (unit.line, &*unit.text)).collect()
    }

    #[test]
    fn blank_lines_part_units() {
        let cut = paragraphs("\n one\ntwo\r\n \t\r\n\r\nthree \n\n\n");
        assert_eq!(texts(&cut), [(2, "one\ntwo"), (6, "three")]);
        assert_eq!(cut.units[1].id, 2);
        for nothing in ["", "\n", " \r\n\t"] {
            assert_eq!(paragraphs(nothing), Cut::default());
        }
    }

    #[test]
    fn a_unit_that_is_too_long_is_cut_between_lines_or_words_or_characters() {
        let line = "some words\n";
        let lines = paragraphs(&line.repeat(2 * MAX_TEXT / line.len()));
        assert!(lines.units.iter().all(|unit| unit.text.starts_with("some") && unit.text.ends_with("words")));
        let words = paragraphs(&"word ".repeat(2 * MAX_TEXT / 5));
        assert!(words.units.iter().all(|unit| unit.text.starts_with("word") && unit.text.ends_with("word")));
        let solid = "🕌".repeat(MAX_TEXT / 2);
        let cut = paragraphs(&solid);
        assert_eq!(cut.units.iter().map(|unit| &*unit.text).collect::<String>(), solid);
        for cut in [&lines, &words, &cut] {
            assert!(cut.units.len() >= 2 && cut.units.iter().all(|unit| unit.text.len() <= MAX_TEXT));
        }
        assert!(lines.units[1].line > 1);
    }

    #[test]
    fn a_row_keeps_its_id_and_a_bad_one_is_named() {
        let long = format!("{{\"id\":\"long\",\"text\":\"{}\"}}", "a".repeat(MAX_TEXT + 1));
        let text = format!(
            "{{\"id\":\"a\",\"text\":\" one\"}}\r\n\nnot json\n{{\"id\":7}}\n{long}\n{{\"id\":8,\"text\":\"two\"}}"
        );
        let cut = rows(&text);
        assert_eq!(texts(&cut), [(1, " one"), (6, "two")]);
        assert_eq!(cut.units[0].id, "a");
        let bad: Vec<(usize, Option<Value>)> = cut.bad.into_iter().map(|bad| (bad.line, bad.id)).collect();
        assert_eq!(bad, [(3, None), (4, Some(7.into())), (5, Some("long".into()))]);
    }
}
