//! Writes the tables of look-alikes and of emoji names that the evasion views read: run by Cargo, not part of the crate.
//!
//! Sources: the crate `decancer` (which letter a character is read as) and the crate `emojis` (names and short codes of the
//! Unicode CLDR and of gemoji). Only what the base fold leaves as it is, and only scripts and symbols that are used to
//! imitate Latin letters: a table of every script would read Chinese as English.

use decancer::{Options, Translation};
use std::collections::BTreeMap;
use std::error::Error;
use std::fmt::Write;
use unicode_normalization::UnicodeNormalization;

/// Blocks whose characters stand in for Latin letters: Latin beyond ASCII, IPA, Greek, Cyrillic, Armenian, Cherokee,
/// small capitals, currency signs, letter-like signs, Coptic, Lisu, and letters in frames.
const IMITATORS: [std::ops::RangeInclusive<u32>; 15] = [
    0x00A1..=0x02AF,
    0x0370..=0x0588,
    0x13A0..=0x13FD,
    0x1D00..=0x1DBF,
    0x1E00..=0x1EFF,
    0x20A0..=0x20C0,
    0x2100..=0x218B,
    0x2C60..=0x2CFF,
    0xA4D0..=0xA4FD,
    0xA640..=0xA69D,
    0xA720..=0xA7FF,
    0xAB30..=0xABBF,
    0x1D400..=0x1D7FF,
    0x1F100..=0x1F1AD,
    0x1F1E6..=0x1F1FF,
];

/// Signs that mean something else far more often.
const OTHERWISE: [char; 6] = ['¡', '§', '°', '¶', '©', '®'];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=src/text/evasion/build.rs");
    let mut letters = BTreeMap::new();
    for c in IMITATORS.into_iter().flatten().filter_map(char::from_u32) {
        if let Some(letter) = read_as(c) {
            letters.insert(c, letter);
        }
    }
    let mut names = BTreeMap::<char, Vec<String>>::new();
    for emoji in emojis::iter() {
        let mut characters = emoji.as_str().chars().filter(|c| *c != '\u{FE0F}');
        let (Some(c), None) = (characters.next(), characters.next()) else { continue };
        if let Some(letter) = read_as(c) {
            letters.insert(c, letter);
        }
        let words = std::iter::once(emoji.name()).chain(emoji.shortcodes()).map(|name| name.trim_end_matches(" face"));
        for word in words.filter(|name| name.len() > 2 && name.bytes().all(|b| b.is_ascii_lowercase())) {
            let known = names.entry(c).or_default();
            if !known.iter().any(|other| other == word) {
                known.push(word.to_owned());
            }
        }
    }
    let mut source = String::from("pub(super) const LETTERS: &[(char, u8)] = &[\n");
    for (c, letter) in letters {
        writeln!(source, "({c:?}, b{letter:?}),")?;
    }
    source.push_str("];\npub(super) const NAMES: &[(char, &str)] = &[\n");
    for (c, words) in names {
        writeln!(source, "({c:?}, {:?}),", words.join(" "))?;
    }
    source.push_str("];\n");
    std::fs::write(std::path::Path::new(&std::env::var("OUT_DIR")?).join("lookalikes.rs"), source)?;
    Ok(())
}

/// The ASCII letter or digit that a character is read as, if the base fold does not make it one.
fn read_as(c: char) -> Option<char> {
    if c.is_ascii() || OTHERWISE.contains(&c) || c.nfkd().any(|c| c.is_ascii_alphanumeric()) {
        return None;
    }
    // What folds to another character is looked up as that.
    if !c.to_lowercase().eq([c]) {
        return None;
    }
    // A capital may look like a letter that its small one does not.
    let capital = c.to_uppercase().next().filter(|capital| *capital != c);
    [Some(c), capital].into_iter().flatten().find_map(|c| match decancer::cure_char(c, Options::default()) {
        Translation::Character(letter) if letter.is_ascii_alphanumeric() => Some(letter),
        _ => None,
    })
}
