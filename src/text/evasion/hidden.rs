//! What the base fold took out of a matched word, where no honest spelling has it.
//!
//! Sources: the joiners of the Unicode Standard, §23.2; Arabic marks, Unicode block chart 0600.

use super::arabizi::is_arabic;
use super::{Evasion, Evasions};

/// The disguises in a stretch of original text that the base fold undid.
pub fn hidden(original: &str) -> Evasions {
    let mut found = Evasions::default();
    if original.is_ascii() {
        return found;
    }
    // The letter before, and what has stood since.
    let mut letter: Option<char> = None;
    let mut since = Since::default();
    for c in original.chars() {
        match c {
            '\u{0640}' => since.tatweel = true,
            '\u{200B}'
            | '\u{200E}'
            | '\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2064}'
            | '\u{2066}'..='\u{206F}'
            | '\u{FEFF}'
            | '\u{034F}'
            | '\u{180E}' => since.invisible = true,
            '\u{200C}' | '\u{200D}' => since.joiner = true,
            '\u{064B}'..='\u{0650}' | '\u{0652}' => {
                since.tatweel = false;
                since.vowels += 1;
                since.ends |= c <= '\u{064D}';
                if since.vowels > 1 {
                    found.insert(Evasion::Harakat);
                }
            }
            // A small alef sits on a stretch of its own.
            '\u{0670}' | '\u{0653}'..='\u{0655}' | '\u{06D6}'..='\u{06ED}' => since.tatweel = false,
            _ if c.is_alphabetic() => {
                if let Some(before) = letter {
                    let arabic = is_arabic(before) && is_arabic(c);
                    if since.invisible || (since.joiner && !arabic && before.is_ascii() && c.is_ascii()) {
                        found.insert(Evasion::ZeroWidth);
                    }
                    if since.tatweel && arabic {
                        found.insert(Evasion::Tatweel);
                    }
                    // The signs that end an indefinite noun have at most an alef after them.
                    if since.ends && arabic && !matches!(c, 'ا' | 'ى' | 'ٱ' | 'و') {
                        found.insert(Evasion::Harakat);
                    }
                }
                letter = Some(c);
                since = Since::default();
            }
            _ if unicode_normalization::char::is_combining_mark(c) => {}
            _ => {
                letter = None;
                since = Since::default();
            }
        }
    }
    found
}

#[derive(Default)]
struct Since {
    tatweel: bool,
    invisible: bool,
    joiner: bool,
    vowels: u8,
    ends: bool,
}
