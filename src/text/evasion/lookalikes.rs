//! What characters are read as: generated tables, and digits and signs that stand for letters.

include!(concat!(env!("OUT_DIR"), "/lookalikes.rs"));

/// The ASCII letter or digit that a character imitates.
pub(super) fn letter(c: char) -> Option<u8> {
    LETTERS.binary_search_by_key(&c, |(known, _)| *known).ok().map(|at| LETTERS[at].1)
}

/// The words that an emoji stands for: its one-word names, separated by spaces.
pub(super) fn names(c: char) -> Option<&'static str> {
    NAMES.binary_search_by_key(&c, |(known, _)| *known).ok().map(|at| NAMES[at].1)
}

/// The letters that a digit or sign is used for in leet, likeliest first.
pub(super) fn leet(c: u8) -> &'static [u8] {
    match c {
        b'0' => b"o",
        b'1' => b"il",
        b'2' => b"z",
        b'3' => b"e",
        b'4' => b"a",
        b'5' => b"s",
        b'6' => b"gb",
        b'7' => b"t",
        b'8' => b"b",
        b'9' => b"gq",
        b'@' => b"a",
        b'$' => b"s",
        b'!' | b'|' => b"il",
        b'+' => b"t",
        _ => b"",
    }
}

/// Whether a character belongs to emoji or letters in frames rather than to a script.
pub(super) fn is_picture(c: char) -> bool {
    matches!(c, '\u{2300}'..='\u{2BFF}' | '\u{1F000}'..='\u{1FAFF}')
}
