//! Puts back words whose letters are disguised one by one: Latin words, and Arabic words in other Arabic-looking letters.
//!
//! Shape: every character of a token has the letters that it may stand for; the spellings that follow are looked up, the
//! likeliest first and at most [`SPELLINGS`] of them.

use super::arabizi::{self, is_arabic};
use super::lookalikes::{self, is_picture};
use super::plain;
use super::tokens::Token;
use super::{Edit, Evasion, Evasions, Proof, Vocabulary};
use crate::order::Order;
use crate::text::fold::is_latin;

/// Most spellings of one token that are looked up.
const SPELLINGS: usize = 128;
/// Most letters that are set apart one by one and still one disguise.
const LONGEST_SPLIT: usize = 80;
/// How many words away a disguise lends its doubt to a number.
const NEAR: usize = 4;
/// Most characters of a word that is looked at.
const LONGEST: usize = 80;

/// Signs that are punctuation at the ends of a word, and letters inside it.
const SIGNS: [char; 4] = ['@', '!', '|', '+'];

/// What a digit among Latin letters is read as first, where it may be either.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Digits {
    /// A letter that it looks like.
    Shapes,
    /// An Arabic sound that Latin letters lack.
    Sounds,
}

/// The changes that put disguised words back.
pub(super) fn edits(text: &str, tokens: &[Token], digits: Digits, vocabulary: &Vocabulary) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut numbers = Vec::new();
    let mixes = plain::mixes(tokens);
    let mut at = 0;
    while at < tokens.len() {
        let apart = set_apart(text, &tokens[at..]);
        if apart > 2 {
            edits.extend(rejoined(text, &tokens[at..at + apart], vocabulary));
            at += apart;
            continue;
        }
        if tokens[at].is_number() {
            numbers.push(at);
        } else {
            edits.extend(put_back(text, &tokens[at], digits, vocabulary).or_else(|| guessed(text, &tokens[at], mixes)));
        }
        at += 1;
    }
    // A number is a word only near a disguise that shows by itself.
    let mut near = Vec::new();
    for at in numbers {
        let around = &tokens[at.saturating_sub(NEAR)..tokens.len().min(at + NEAR + 1)];
        let (from, to) = (around[0].range.start, around[around.len() - 1].range.end);
        let next = edits.partition_point(|edit: &Edit| edit.range.end <= from);
        if edits.get(next).is_some_and(|edit| edit.range.start < to) {
            near.extend(put_back(text, &tokens[at], digits, vocabulary));
        }
    }
    edits.extend(near);
    edits.order_by_key(|edit| edit.range.start);
    edits
}

/// A word that the vocabulary does not know: what it is likeliest, so that a phrase may reach over it.
fn guessed(text: &str, token: &Token, mixes: bool) -> Option<Edit> {
    let word = plain::word(text, token, mixes)?;
    Some(Edit { range: token.range.clone(), text: word, evasion: Evasions::default(), proof: Proof::Company })
}

/// How many single characters stand in a row with little between them.
pub(super) fn set_apart(text: &str, tokens: &[Token]) -> usize {
    let single = |token: &Token| token.length == 1 && !token.has.picture;
    let joined = |pair: &[Token]| single(&pair[1]) && text[pair[0].range.end..pair[1].range.start].chars().count() <= 3;
    if !tokens.first().is_some_and(single) {
        return 0;
    }
    1 + tokens.windows(2).take(LONGEST_SPLIT - 1).take_while(|pair| joined(pair)).count()
}

/// The words whose letters stand apart.
fn rejoined(text: &str, tokens: &[Token], vocabulary: &Vocabulary) -> Option<Edit> {
    // A word of one letter may stand beside the disguised one.
    let last = tokens.len();
    [(0, last), (1, last), (0, last - 1), (1, last - 1)].into_iter().find_map(|(from, to)| {
        let part = tokens.get(from..to).filter(|part| part.len() > 2)?;
        let (words, evasion) = gathered(text, part, vocabulary).or_else(|| run_together(text, part, vocabulary))?;
        let range = part[0].range.start..part[part.len() - 1].range.end;
        Some(Edit { range, text: words, evasion, proof: Proof::Word })
    })
}

/// Words that are set apart from each other otherwise than their letters are.
fn gathered(text: &str, tokens: &[Token], vocabulary: &Vocabulary) -> Option<(String, Evasions)> {
    let gap = |pair: &[Token]| &text[pair[0].range.end..pair[1].range.start];
    let between = gap(tokens.get(..2)?);
    let mut words: Vec<String> = vec![text[tokens[0].range.clone()].to_owned()];
    for pair in tokens.windows(2) {
        let letter = &text[pair[1].range.clone()];
        match words.last_mut() {
            Some(word) if gap(pair) == between => word.push_str(letter),
            _ => words.push(letter.to_owned()),
        }
    }
    let mut evasion = Evasions::from(Evasion::Split);
    let mut found = Vec::new();
    for word in &words {
        let (word, more) = spelled(word, |letters| known(letters, true, vocabulary))?;
        evasion = evasion.union(more);
        found.push(word);
    }
    (words.iter().any(|word| word.chars().count() > 2)).then(|| (found.join(" "), evasion))
}

/// Words whose ends do not show.
fn run_together(text: &str, tokens: &[Token], vocabulary: &Vocabulary) -> Option<(String, Evasions)> {
    let letters: String = tokens.iter().map(|token| &text[token.range.clone()]).collect();
    spelled(&letters, |letters| {
        let words = known(letters, true, vocabulary).map(|(word, _)| word).or_else(|| vocabulary.segmented(letters))?;
        let long = words.split(' ').any(|word| word.chars().count() > 3 || word.len() == letters.len());
        (long && letters.chars().count() >= 2 * words.split(' ').count()).then(|| (words, Evasion::Split.into()))
    })
}

fn put_back(text: &str, token: &Token, digits: Digits, vocabulary: &Vocabulary) -> Option<Edit> {
    if !token.is_suspect() || token.length > LONGEST {
        return None;
    }
    let written = &text[token.range.clone()];
    if token.has.picture {
        let word = pictured(written, vocabulary)?;
        let proof = if written.chars().count() > 1 { Proof::Word } else { Proof::Phrase };
        return Some(Edit { range: token.range.clone(), text: word, evasion: Evasion::Emoji.into(), proof });
    }
    // A currency sign by itself is one.
    if token.length == 1 && !written.contains(|c: char| c.is_alphanumeric() || is_picture(c) || SIGNS.contains(&c)) {
        return None;
    }
    // Signs at the ends are letters of the word, or punctuation after it.
    let ends = written.trim_end_matches('!');
    let bare = written.trim_matches(SIGNS);
    let plain = ends.bytes().all(|b| b.is_ascii_lowercase());
    let meant_so = |part: &str| part != written && part.len() > 2 && vocabulary.contains(part);
    if (plain && !token.has.repeated && ends == written) || meant_so(ends) || meant_so(bare) {
        return None;
    }
    let before = written.len() - written.trim_start_matches(SIGNS).len();
    // An apostrophe after a digit may close what is quoted.
    let quoted = written.trim_end_matches('\'');
    let mut tries = vec![(ends, 0)];
    tries.extend([(written, 0), (bare, before), (quoted, 0)].into_iter().filter(|(part, _)| *part != ends));
    let (word, evasion, range) = tries.into_iter().find_map(|(part, from)| {
        let as_romanised = || romanised(part, vocabulary);
        let as_spelled = || spelled(part, |letters| known(letters, token.has.repeated, vocabulary));
        let (word, evasion) = match digits {
            Digits::Shapes => as_spelled().or_else(as_romanised),
            Digits::Sounds => as_romanised().or_else(as_spelled),
        }?;
        let start = token.range.start + from;
        (!evasion.is_empty()).then_some((word, evasion, start..start + part.len()))
    })?;
    // A number is a word only beside others, and a short word is easily something else.
    let lettered = token.has.ascii || token.has.arabic || token.has.imitation || token.has.sign;
    let proof = match word.chars().count() {
        _ if !lettered => Proof::Company,
        0..=2 => Proof::Phrase,
        _ => Proof::Word,
    };
    Some(Edit { range, text: word, evasion, proof })
}

/// A word of the vocabulary, or one with letters repeated.
fn known(letters: &str, repeated: bool, vocabulary: &Vocabulary) -> Option<(String, Evasions)> {
    if vocabulary.contains(letters) {
        return Some((letters.to_owned(), Evasions::default()));
    }
    if !repeated {
        return None;
    }
    vocabulary.without_repeats(letters).map(|word| (word.to_owned(), Evasion::Repeated.into()))
}

/// The word that a picture stands for, with the letters after it.
fn pictured(written: &str, vocabulary: &Vocabulary) -> Option<String> {
    let mut rest = written.chars();
    let names = lookalikes::names(rest.next()?)?;
    let ending = rest.as_str();
    let plural = ["", "s"].into_iter().filter(|plural| ending.is_empty() || plural.is_empty());
    plural
        .flat_map(|plural| names.split(' ').map(move |name| format!("{name}{ending}{plural}")))
        .find(|word| vocabulary.contains(word))
}

/// The first spelling of a token that means something, with how it was disguised.
fn spelled(written: &str, meant: impl Fn(&str) -> Option<(String, Evasions)>) -> Option<(String, Evasions)> {
    let mut evasion = Evasions::default();
    let mut letters: Vec<Vec<&str>> = Vec::new();
    let arabic = written.contains(is_arabic);
    let ascii = written.bytes().any(|b| b.is_ascii_lowercase());
    for (at, c) in written.char_indices() {
        let own = &written[at..at + c.len_utf8()];
        let (disguise, stands_for): (Option<Evasion>, Vec<&str>) = match c {
            // The frame of a keycap.
            '\u{20E3}' => {
                evasion.insert(Evasion::Emoji);
                continue;
            }
            _ if arabic && !is_arabic(c) => {
                let disguise = if c.is_alphabetic() { Evasion::MixedScript } else { Evasion::Leet };
                (Some(disguise), arabizi::imitated(c).to_vec())
            }
            _ if arabic => match arabizi::skeleton(c) {
                [] => (None, vec![own]),
                letters => (Some(Evasion::Homoglyph), letters.to_vec()),
            },
            'a'..='z' | '\'' => (None, vec![own]),
            _ if c.is_ascii() => (Some(Evasion::Leet), leet(c as u8)),
            _ => match lookalikes::letter(c) {
                Some(letter) => {
                    if ascii && !is_picture(c) && !is_latin(c) {
                        evasion.insert(Evasion::MixedScript);
                    }
                    let disguise = if is_picture(c) { Evasion::Emoji } else { Evasion::Homoglyph };
                    (Some(disguise), imitated(letter))
                }
                None => (None, vec![own]),
            },
        };
        if stands_for.is_empty() {
            return None;
        }
        evasion = disguise.into_iter().collect::<Evasions>().union(evasion);
        letters.push(stands_for);
    }
    let (word, more) = spellings(&letters).find_map(|spelling| meant(&spelling))?;
    Some((word, evasion.union(more)))
}

/// The Latin word that is written with digits or letters of Arabic for the sounds that Latin letters lack.
fn romanised(written: &str, vocabulary: &Vocabulary) -> Option<(String, Evasions)> {
    let mut evasion = Evasions::default();
    let mut letters: Vec<Vec<&str>> = Vec::new();
    for (at, c) in written.char_indices() {
        let sounds = arabizi::romanised(c);
        letters.push(match sounds {
            [] if c.is_ascii_lowercase() || c == '\'' => vec![&written[at..at + 1]],
            [] => return None,
            _ => sounds.to_vec(),
        });
        if !sounds.is_empty() {
            evasion.insert(if c.is_ascii() { Evasion::Arabizi } else { Evasion::MixedScript });
        }
    }
    if evasion.is_empty() || !written.bytes().any(|b| b.is_ascii_lowercase()) {
        return None;
    }
    spellings(&letters)
        .flat_map(|spelling| [format!("{spelling}h"), spelling].into_iter().rev())
        .find(|spelling| vocabulary.contains(spelling))
        .map(|word| (word, evasion))
}

/// The letters that a look-alike may be read as.
fn imitated(letter: u8) -> Vec<&'static str> {
    match letter {
        b'i' => vec!["i", "l"],
        b'l' => vec!["l", "i"],
        b'u' => vec!["u", "v"],
        b'0'..=b'9' => leet(letter),
        _ => vec![single(letter)],
    }
}

/// The letters that a digit or sign is used for.
fn leet(c: u8) -> Vec<&'static str> {
    lookalikes::leet(c).iter().map(|&letter| single(letter)).collect()
}

fn single(letter: u8) -> &'static str {
    const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz";
    let at = usize::from(letter.wrapping_sub(b'a'));
    LETTERS.get(at..=at).unwrap_or_default()
}

/// Every way to spell, the first choices first, at most [`SPELLINGS`].
fn spellings<'l>(letters: &'l [Vec<&'l str>]) -> impl Iterator<Item = String> + 'l {
    let ways = letters.iter().fold(1_usize, |ways, choices| ways.saturating_mul(choices.len())).min(SPELLINGS);
    (0..ways).map(|mut way| {
        letters
            .iter()
            .map(|choices| {
                let choice = choices[way % choices.len()];
                way /= choices.len();
                choice
            })
            .collect()
    })
}
