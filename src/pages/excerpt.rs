//! A unit's text cut to what surrounds its findings, in pieces that know which findings cover them.
//!
//! Invariants: spans come in UTF-16 units and may overlap in any way; no piece splits a surrogate pair; the pieces of an
//! uncut text joined are that text.
//! Must not touch: the document.

/// Texts up to this many UTF-16 units are shown whole.
const SHORT: usize = 320;
/// How much of a long text without findings is shown.
const LEAD: usize = 220;
/// How much is shown on each side of a finding.
const AROUND: usize = 70;
/// How far a cut may move outwards to fall between words.
const REACH: usize = 20;
/// No gap shorter than this is cut out.
const GAP: usize = 40;
/// No more than this is shown of a long text.
const LIMIT: usize = 700;

/// A piece of an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Text, with the places in the list of spans of those that cover it, in order of their starts.
    Text(String, Vec<usize>),
    /// Something left out.
    Cut,
}

/// Pieces of `text`, marked by `spans`; of the `whole` of it, or of what surrounds the spans.
pub(crate) fn pieces(text: &str, spans: &[(u32, u32)], whole: bool) -> Vec<Piece> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let mut marks: Vec<(usize, usize, usize)> = spans
        .iter()
        .enumerate()
        .map(|(place, (start, end))| (before(&units, *start as usize), after(&units, *end as usize), place))
        .filter(|(start, end, _)| start < end)
        .collect();
    marks.sort_unstable();
    let windows = if whole || units.len() <= SHORT { vec![(0, units.len())] } else { windows(&units, &marks) };

    let mut pieces = Vec::new();
    let mut shown = 0;
    for (start, end) in windows {
        if start > shown {
            pieces.push(Piece::Cut);
        }
        cover(&units, (start, end), &marks, &mut pieces);
        shown = end;
    }
    if shown < units.len() {
        pieces.push(Piece::Cut);
    }
    pieces
}

/// Whether `pieces` would leave something out.
pub(crate) fn is_cut(pieces: &[Piece]) -> bool {
    pieces.contains(&Piece::Cut)
}

/// The parts to show of a long text, in order and apart from each other.
fn windows(units: &[u16], marks: &[(usize, usize, usize)]) -> Vec<(usize, usize)> {
    if marks.is_empty() {
        return vec![(0, right(units, LEAD))];
    }
    let mut windows: Vec<(usize, usize)> = Vec::new();
    for (start, end, _) in marks {
        let start = left(units, start.saturating_sub(AROUND));
        let end = right(units, end.saturating_add(AROUND));
        match windows.last_mut() {
            Some(last) if start <= last.1 + GAP => last.1 = last.1.max(end),
            Some(_) => windows.push((start, end)),
            None => windows.push((if start <= GAP { 0 } else { start }, end)),
        }
    }
    if let Some(last) = windows.last_mut()
        && units.len() - last.1 <= GAP
    {
        last.1 = units.len();
    }
    let mut room = LIMIT;
    windows.retain_mut(|(start, end)| {
        let kept = room > 0;
        if *end - *start > room {
            *end = after(units, *start + room);
        }
        room = room.saturating_sub(*end - *start);
        kept
    });
    windows
}

/// The pieces of one window.
fn cover(units: &[u16], window: (usize, usize), marks: &[(usize, usize, usize)], pieces: &mut Vec<Piece>) {
    let mut edges = vec![window.0, window.1];
    edges.dedup();
    let inside = |edge: &usize| window.0 < *edge && *edge < window.1;
    for edge in marks.iter().flat_map(|(start, end, _)| [*start, *end]).filter(inside) {
        if let Err(place) = edges.binary_search(&edge) {
            edges.insert(place, edge);
        }
    }
    let mut waiting = marks.iter().peekable();
    let mut covering: Vec<(usize, usize)> = Vec::new();
    for pair in edges.windows(2) {
        let [start, end] = [pair[0], pair[1]];
        while let Some((_, end, place)) = waiting.next_if(|mark| mark.0 <= start) {
            covering.push((*end, *place));
        }
        covering.retain(|(end, _)| *end > start);
        let text = String::from_utf16_lossy(&units[start..end]);
        pieces.push(Piece::Text(text, covering.iter().map(|(_, place)| *place).collect()));
    }
}

/// `at`, moved left out of a surrogate pair.
fn before(units: &[u16], at: usize) -> usize {
    let at = at.min(units.len());
    if splits(units, at) { at - 1 } else { at }
}

/// `at`, moved right out of a surrogate pair.
fn after(units: &[u16], at: usize) -> usize {
    let at = at.min(units.len());
    if splits(units, at) { at + 1 } else { at }
}

fn splits(units: &[u16], at: usize) -> bool {
    0 < at && at < units.len() && (0xD800..0xDC00).contains(&units[at - 1]) && (0xDC00..0xE000).contains(&units[at])
}

/// `at`, moved left to the beginning of a word if one is near.
fn left(units: &[u16], at: usize) -> usize {
    let at = before(units, at);
    (at.saturating_sub(REACH)..=at).rev().find(|at| *at == 0 || space(units[*at - 1])).unwrap_or(at)
}

/// `at`, moved right to the end of a word if one is near.
fn right(units: &[u16], at: usize) -> usize {
    let at = after(units, at);
    (at..=(at + REACH).min(units.len())).find(|at| units.get(*at).is_none_or(|unit| space(*unit))).unwrap_or(at)
}

fn space(unit: u16) -> bool {
    char::from_u32(u32::from(unit)).is_some_and(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str, places: &[usize]) -> Piece {
        Piece::Text(text.to_owned(), places.to_vec())
    }

    fn joined(pieces: &[Piece]) -> String {
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Text(text, _) => text.as_str(),
                Piece::Cut => "…",
            })
            .collect()
    }

    #[test]
    fn overlapping_spans_are_parted_at_every_edge() {
        assert_eq!(
            pieces("one two three", &[(0, 7), (4, 13)], false),
            [text("one ", &[0]), text("two", &[0, 1]), text(" three", &[1])]
        );
    }

    #[test]
    fn a_span_within_a_span() {
        assert_eq!(
            pieces("abcdef", &[(2, 3), (0, 6)], false),
            [text("ab", &[1]), text("c", &[1, 0]), text("def", &[1])]
        );
    }

    #[test]
    fn the_same_span_twice_is_one_piece() {
        assert_eq!(pieces("ab cd", &[(3, 5), (3, 5)], false), [text("ab ", &[]), text("cd", &[0, 1])]);
    }

    #[test]
    fn offsets_count_utf16_units() {
        assert_eq!(pieces("🕌 أذان now", &[(3, 7)], false), [text("🕌 ", &[]), text("أذان", &[0]), text(" now", &[])]);
    }

    #[test]
    fn an_offset_inside_a_pair_moves_out_of_it() {
        assert_eq!(pieces("a🕌b", &[(2, 4)], false), [text("a", &[]), text("🕌b", &[0])]);
        assert_eq!(pieces("a🕌b", &[(0, 2)], false), [text("a🕌", &[0]), text("b", &[])]);
    }

    #[test]
    fn offsets_beyond_the_text_and_empty_spans_do_no_harm() {
        assert_eq!(pieces("abc", &[(1, 99), (50, 60), (2, 2)], false), [text("a", &[]), text("bc", &[0])]);
        assert_eq!(pieces("", &[], false), []);
    }

    #[test]
    fn a_long_text_is_cut_between_words_around_its_findings() {
        let long = format!("{}needle {}", "some words ".repeat(60), "more words ".repeat(60));
        let at = 11 * 60;
        let cut = pieces(&long, &[(at, at + 6)], false);
        assert_eq!(cut.first(), Some(&Piece::Cut));
        assert_eq!(cut.last(), Some(&Piece::Cut));
        assert!(cut.contains(&text("needle", &[0])));
        let shown = joined(&cut);
        assert!(shown.starts_with("…some ") || shown.starts_with("…words "), "{shown}");
        assert!(shown.len() < 200, "{shown}");
        assert_eq!(joined(&pieces(&long, &[(at, at + 6)], true)), long);
    }

    #[test]
    fn near_findings_share_a_window_and_far_ones_do_not() {
        let long = "word ".repeat(200);
        let near = pieces(&long, &[(300, 304), (400, 404)], false);
        assert_eq!(near.iter().filter(|piece| **piece == Piece::Cut).count(), 2);
        let far = pieces(&long, &[(300, 304), (700, 704)], false);
        assert_eq!(far.iter().filter(|piece| **piece == Piece::Cut).count(), 3);
    }

    #[test]
    fn however_many_findings_the_excerpt_has_a_limit() {
        let long = "word ".repeat(4000);
        let spans: Vec<(u32, u32)> = (0..4000).map(|word| (word * 5, word * 5 + 4)).collect();
        assert!(joined(&pieces(&long, &spans, false)).len() <= LIMIT + 10);
        assert_eq!(joined(&pieces(&long, &spans, true)), long);
    }

    #[test]
    fn a_long_text_without_findings_shows_its_beginning() {
        let cut = pieces(&"word ".repeat(100), &[], false);
        assert_eq!(cut.len(), 2);
        assert!(is_cut(&cut));
    }

    #[test]
    fn a_text_without_spaces_is_cut_between_characters() {
        let long = "🕌".repeat(400);
        let shown = joined(&pieces(&long, &[(401, 402)], false));
        assert!(shown.chars().all(|char| char == '🕌' || char == '…'), "{shown}");
    }
}
