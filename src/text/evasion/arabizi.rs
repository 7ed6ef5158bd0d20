//! Arabic written in Latin letters, with digits for the sounds that Latin letters lack; Arabic letters that imitate others.
//!
//! Shape: a token is looked up by the consonants that are heard, and then compared letter by letter, because vowels are
//! written as each writer hears them. Only a token with such a digit, or with letters of both scripts, begins this; the
//! plain words beside it follow, since in "dawlat el 5ilafa" only one word shows what the phrase is.
//! Source of the digits: the usage described by Yaghan, "Arabizi: A Contemporary Style of Arabic Slang", Design Issues 24
//! (2008); of the imitated letters: the joining groups of Unicode's ArabicShaping.txt.

use super::tokens::Token;
use super::vocabulary::squash;
use super::{Edit, Evasion, Proof, Vocabulary};
use crate::text::fold::is_arabic_mark;
use std::ops::Range;

/// How many plain words beside a disguised one are tried.
const COMPANY: usize = 4;
/// Shortest and longest token, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 2..=40;
/// Most keys of one token.
const MOST_KEYS: usize = 16;
/// What may stand before a word and is written together with it: the article, conjunctions, prepositions.
const PREFIXES: [&str; 15] = ["", "al", "el", "il", "ul", "l", "wal", "wel", "bil", "bel", "lil", "lel", "w", "b", "f"];

/// Letters of the Arabic script, as they stand in folded text.
pub(super) fn is_arabic(c: char) -> bool {
    matches!(c, '\u{0620}'..='\u{064A}' | '\u{066E}'..='\u{066F}' | '\u{0671}'..='\u{06D3}' | '\u{06D5}' | '\u{06FA}'..='\u{06FF}' | '\u{0750}'..='\u{077F}')
        && !is_arabic_mark(c)
}

/// The changes that put Arabic words in Latin letters back.
pub(super) fn edits(text: &str, tokens: &[Token], vocabulary: &Vocabulary) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut done = 0;
    for at in 0..tokens.len() {
        if at < done || !is_romanised(&text[tokens[at].range.clone()], tokens[at].has) {
            continue;
        }
        let Some(word) = put_back(text, tokens, at, Proof::Word, vocabulary) else { continue };
        let company = |at: usize| {
            let shown = is_romanised(&text[tokens[at].range.clone()], tokens[at].has);
            put_back(text, tokens, at, if shown { Proof::Word } else { Proof::Company }, vocabulary)
        };
        let mut before: Vec<Edit> = (done..at)
            .rev()
            .take(COMPANY)
            .map_while(company)
            .take_while(|edit| edit.range.end <= word.range.start)
            .collect();
        before.reverse();
        edits.extend(before);
        let from = word.range.end;
        edits.push(word);
        done = at + 1;
        for next in at + 1..tokens.len().min(at + 1 + COMPANY) {
            if is_article(&text[tokens[next].range.clone()]) {
                continue;
            }
            let Some(edit) = company(next).filter(|edit| edit.range.start >= from) else { break };
            done = next + 1;
            edits.push(edit);
        }
    }
    // An article belongs to one word only.
    edits.dedup_by(|later, earlier| later.range.start < earlier.range.end);
    edits
}

/// Whether a token shows that it is Arabic in Latin letters.
pub(super) fn is_romanised(written: &str, has: super::tokens::Traits) -> bool {
    let digits = written.bytes().any(|b| matches!(b, b'2' | b'3' | b'5'..=b'9'));
    has.ascii && !has.sign && !has.imitation && LENGTHS.contains(&written.len()) && (has.arabic || digits)
}

fn is_article(written: &str) -> bool {
    matches!(written, "al" | "el" | "il" | "ul")
}

/// The Arabic word of one token, with an article that stands apart before it.
fn put_back(text: &str, tokens: &[Token], at: usize, proof: Proof, vocabulary: &Vocabulary) -> Option<Edit> {
    let Range { start, end } = tokens[at].range;
    // An apostrophe at the end is the dot of the last letter, or closes what is quoted.
    let quoted = start + text[start..end].trim_end_matches('\'').len();
    let whole = put_back_to(end, text, tokens, at, proof, vocabulary);
    whole.or_else(|| (quoted < end).then(|| put_back_to(quoted, text, tokens, at, proof, vocabulary)).flatten())
}

fn put_back_to(
    end: usize,
    text: &str,
    tokens: &[Token],
    at: usize,
    proof: Proof,
    vocabulary: &Vocabulary,
) -> Option<Edit> {
    let range = tokens[at].range.start..end;
    let written = &text[range.clone()];
    if !tokens[at].has.ascii || !LENGTHS.contains(&written.len()) {
        return None;
    }
    let apart = at
        .checked_sub(1)
        .map(|before| tokens[before].range.clone())
        .filter(|before| is_article(&text[before.clone()]) && matches!(&text[before.end..range.start], " " | "-"));
    let with_article = apart.and_then(|article| {
        let joined = format!("al{written}");
        Some((article.start..range.end, meant(&joined, vocabulary)?.1))
    });
    let (range, word) = match with_article {
        Some(found) => found,
        None => {
            let bare = PREFIXES.iter().filter_map(|prefix| written.strip_prefix(prefix));
            (range, bare.filter_map(|bare| meant(bare, vocabulary)).min_by_key(|(distance, _)| *distance)?.1)
        }
    };
    let mixed = tokens[at].has.arabic.then_some(Evasion::MixedScript);
    let digits = (tokens[at].has.digit || proof == Proof::Company).then_some(Evasion::Arabizi);
    // A short word is easily something else.
    let proof = if proof == Proof::Word && word.chars().count() < 3 { Proof::Phrase } else { proof };
    Some(Edit { range, text: word.to_owned(), evasion: mixed.into_iter().chain(digits).collect(), proof })
}

/// The Arabic word nearest to a token, and how far it is.
fn meant<'v>(written: &str, vocabulary: &'v Vocabulary) -> Option<(u32, &'v str)> {
    let near = keys_of_latin(written).into_iter().flat_map(|key| {
        // One consonant says little: the vowels must say the rest.
        let farthest = if key.len() < 2 { 1 } else { u32::MAX };
        let near = |word: &'v str| Some((distance(written, word)?, word));
        vocabulary.arabic(&key).iter().filter_map(move |word| near(word)).filter(move |near| near.0 <= farthest)
    });
    near.min_by_key(|(distance, _)| *distance)
}

/// Consonants that are told apart by everybody; the others share a letter.
pub(super) fn key_of_arabic(word: &str) -> String {
    let mut key: String = word.chars().filter_map(consonant).collect();
    if word.ends_with('ه') {
        key.pop();
    }
    squash(&key)
}

/// The keys of a token: two letters may be one sound or two, and 9 is one letter to some and another to others.
fn keys_of_latin(written: &str) -> Vec<String> {
    let mut keys = vec![(String::new(), 0)];
    let mut done = Vec::new();
    while let Some((key, at)) = keys.pop() {
        let rest = &written[at..];
        let Some(c) = rest.chars().next() else {
            done.push(squash(&key));
            continue;
        };
        if keys.len() + done.len() > MOST_KEYS {
            break;
        }
        for (length, letters) in sounds(rest) {
            let mut consonants: Vec<char> = letters.chars().filter_map(consonant).collect();
            consonants.dedup();
            let vowel = length == 1 && matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'w' | 'y' | '2' | '3');
            let heard = !vowel && rest != "h";
            let ways: &[char] = if c == '9' { &consonants } else { consonants.get(..1).unwrap_or_default() };
            if !heard || ways.is_empty() {
                keys.push((key.clone(), at + length));
            } else {
                keys.extend(ways.iter().map(|way| (format!("{key}{way}"), at + length)));
            }
        }
    }
    done
}

/// The key letter of an Arabic consonant; none for vowels and what is heard as one.
fn consonant(c: char) -> Option<char> {
    Some(match c {
        'ب' | 'پ' => 'b',
        'ت' | 'ط' => 't',
        'د' | 'ض' | 'ذ' | 'ظ' | 'ز' | 'ث' => 'd',
        'س' | 'ص' => 's',
        'ش' => 'c',
        'ج' | 'غ' | 'ق' | 'ك' => 'g',
        'ح' | 'ه' => 'h',
        'خ' => 'x',
        'ف' => 'f',
        'ل' => 'l',
        'م' => 'm',
        'ن' => 'n',
        'ر' => 'r',
        _ => return None,
    })
}

/// The sounds that a token may begin with: length in bytes, and the Arabic letters that each may stand for.
fn sounds(written: &str) -> impl Iterator<Item = (usize, &'static str)> {
    // The dot that tells two Arabic letters apart is an apostrophe to who writes digits.
    const TWO: [(&str, &str); 10] = [
        ("kh", "خ"),
        ("gh", "غ"),
        ("sh", "ش"),
        ("ch", "ش"),
        ("th", "ثذ"),
        ("dh", "ذضظ"),
        ("3'", "غ"),
        ("6'", "ظ"),
        ("7'", "خ"),
        ("9'", "ض"),
    ];
    let two = TWO.iter().find(|(two, _)| written.starts_with(two)).map(|(_, letters)| (2, *letters));
    let first = written.chars().next();
    let one = match first {
        Some('a' | 'e') => "اعيه",
        Some('i') => "يا",
        Some('o' | 'u') => "وا",
        Some('b' | 'p') => "بپ",
        Some('t') => "تطه",
        Some('6') => "ط",
        Some('j') => "ج",
        Some('g') => "جغق",
        Some('7') => "ح",
        Some('h') => "هح",
        Some('5') => "خ",
        Some('d') => "دضذ",
        Some('z') => "زذظ",
        Some('r') => "ر",
        Some('s') => "سصث",
        Some('3') => "عغ",
        Some('8') => "قغ",
        Some('9') => "صق",
        Some('q') => "ق",
        Some('k') => "كق",
        Some('f' | 'v') => "ف",
        Some('l') => "ل",
        Some('m') => "م",
        Some('n') => "ن",
        Some('w') => "و",
        Some('y') => "ي",
        Some('2') => "ءاويق",
        _ => "",
    };
    two.into_iter().chain(first.map(|c| (c.len_utf8(), one)))
}

/// How far a token is from spelling an Arabic word: vowels that only one of the two writes. `None` if it does not spell it.
fn distance(written: &str, word: &str) -> Option<u32> {
    let letters: Vec<char> = word.chars().collect();
    let unwritten =
        |at: usize| matches!(letters[at], 'ا' | 'و' | 'ي' | 'ء') || (letters[at] == 'ه' && at + 1 == letters.len());
    let nearer = |place: &mut Option<u32>, cost: u32| *place = Some(place.map_or(cost, |known| known.min(cost)));
    // The least cost at which so many bytes of the token spell so many letters of the word.
    let mut reached = vec![vec![None; letters.len() + 1]; written.len() + 1];
    reached[0][0] = Some(0);
    for (from, c) in written.char_indices() {
        for at in 0..=letters.len() {
            let Some(cost) = reached[from][at] else { continue };
            if at < letters.len() && unwritten(at) {
                nearer(&mut reached[from][at + 1], cost + 1);
            }
            let rest = &written[from..];
            // A vowel need not be written, a doubled consonant is written once, and a final h is only heard.
            if matches!(c, 'a' | 'e' | 'i' | 'o' | 'u') || written[..from].ends_with(c) || rest == "h" {
                nearer(&mut reached[from + c.len_utf8()][at], cost + 1);
            }
            let Some(&letter) = letters.get(at) else { continue };
            for (length, stands_for) in sounds(rest) {
                if stands_for.contains(letter) || letter == c {
                    // Who writes digits writes ain as one; and a consonant has one reading that is usual.
                    let vowel = matches!(c, 'a' | 'e' | 'i' | 'o' | 'u');
                    let unusual = !vowel && !stands_for.starts_with(letter);
                    let vague = u32::from(unusual || (letter == 'ع' && c != '3'));
                    nearer(&mut reached[from + length][at + 1], cost + vague);
                }
            }
        }
    }
    for at in 0..letters.len() {
        if let Some(cost) = reached[written.len()][at].filter(|_| unwritten(at)) {
            nearer(&mut reached[written.len()][at + 1], cost + 1);
        }
    }
    reached[written.len()][letters.len()]
}

/// How a digit or an Arabic letter is read inside a word in Latin letters; nothing for any other character.
pub(super) fn romanised(c: char) -> &'static [&'static str] {
    match c {
        '2' => &["", "a"],
        '3' | 'ع' => &["", "a"],
        '5' | 'خ' => &["kh", "h"],
        '6' | 'ط' | 'ت' => &["t"],
        '7' | 'ح' | 'ه' => &["h"],
        '8' => &["gh", "q"],
        '9' => &["s", "q"],
        'ا' => &["a", "aa"],
        'ب' => &["b"],
        'ث' => &["th"],
        'ج' => &["j"],
        'د' | 'ض' => &["d"],
        'ذ' => &["dh", "th"],
        'ر' => &["r"],
        'ز' | 'ظ' => &["z"],
        'س' | 'ص' => &["s"],
        'ش' => &["sh"],
        'غ' => &["gh"],
        'ف' => &["f"],
        'ق' => &["q", "k"],
        'ك' => &["k"],
        'ل' => &["l"],
        'م' => &["m"],
        'ن' => &["n"],
        'و' => &["u", "w", "o"],
        'ي' => &["i", "y", "ee"],
        _ => &[],
    }
}

/// The Arabic letters that a character of another script imitates inside an Arabic word.
pub(super) fn imitated(c: char) -> &'static [&'static str] {
    match c {
        '1' | '!' | '|' | 'l' | 'i' | '\u{0661}' | '\u{06F1}' => &["ا"],
        '0' | 'o' | '5' | '\u{0665}' | '\u{06F5}' => &["ه", "خ"],
        '9' | '\u{0669}' | '\u{06F9}' => &["و", "ص"],
        '3' => &["ع"],
        '7' | '\u{0667}' | '\u{06F7}' => &["ح"],
        '6' => &["ط"],
        '8' => &["ق"],
        '2' => &["ا", "ي", "و"],
        'v' => &["ح"],
        'c' => &["ه"],
        'g' => &["و"],
        'u' => &["ن"],
        's' => &["ي"],
        _ => &[],
    }
}

/// The letters that an Arabic letter of another language, or one without its dots, imitates; nothing for letters of Arabic.
pub(super) fn skeleton(c: char) -> &'static [&'static str] {
    match c {
        'ٮ' => &["ب", "ت", "ث", "ن", "ي"],
        'پ' | 'ٻ' | 'ڀ' => &["ب"],
        'ٹ' | 'ٺ' | 'ټ' | 'ٿ' => &["ت"],
        'چ' | 'ڃ' | 'ڄ' => &["ج"],
        'ځ' | 'څ' | 'ڂ' => &["ح", "خ"],
        'ڈ' | 'ډ' | 'ڊ' | 'ڍ' | 'ڋ' => &["د"],
        'ڌ' | 'ڎ' | 'ڏ' | 'ڐ' => &["ذ"],
        'ڑ' | 'ړ' | 'ڒ' | 'ڔ' | 'ڕ' => &["ر"],
        'ژ' | 'ڗ' | 'ږ' | 'ڙ' => &["ز"],
        'ښ' | 'ڛ' => &["س"],
        'ڜ' | 'ۺ' => &["ش"],
        'ڝ' => &["ص"],
        'ڞ' | 'ۻ' => &["ض"],
        'ڟ' => &["ط"],
        'ڠ' | 'ۼ' => &["غ"],
        'ڡ' => &["ف", "ق"],
        'ڢ' | 'ڣ' | 'ڤ' | 'ڥ' | 'ڦ' => &["ف"],
        'ٯ' | 'ڧ' | 'ڨ' => &["ق"],
        'ڪ' | 'ګ' | 'ڬ' | 'ڭ' | 'گ' | 'ڰ' => &["ك"],
        'ڵ' | 'ڶ' | 'ڷ' => &["ل"],
        'ں' | 'ڻ' | 'ڼ' | 'ڽ' => &["ن"],
        'ھ' | 'ە' | 'ۿ' => &["ه"],
        'ۄ' | 'ۆ' | 'ۇ' | 'ۈ' | 'ۉ' | 'ۊ' | 'ۋ' | 'ۏ' => &["و"],
        'ۍ' | 'ێ' | 'ې' | 'ۑ' | 'ے' => &["ي"],
        _ => &[],
    }
}
