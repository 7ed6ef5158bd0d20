//! Amounts of money: a number with its currency before it or after it, in Latin or Arabic digits.
//!
//! Invariants: no currency, no money; a currency's code counts in capitals, or in lower case where it is no word; reads a
//! bounded neighbourhood of the number.

use super::{joined_after, joined_before, joins};
use std::ops::Range;

/// Most digits before the decimal sign and behind it.
const MAX_DIGITS: usize = 18;
/// Most groups of thousands after the first.
const MAX_GROUPS: usize = 6;
/// Longest code or word of a currency or a multiplier, in bytes.
const MAX_WORD: usize = 24;

/// Codes that count on either side of the number (ISO 4217, and coins pegged to its currencies). `ALL`, `TOP` and `KGS` are
/// left out: in capitals they are words, or kilograms.
const CODES: &str = " AED AFN AOA ARS AUD AWG AZN BBD BDT BGN BHD BIF BMD BND BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY CRC \
    CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK \
    JMD JOD JPY KES KHR KMF KPW KRW KWD KYD KZT LBP LKR LRD LSL LYD MDL MGA MKD MMK MNT MRU MUR MVR MWK MXN MYR MZN NAD NGN \
    NIO NOK NPR NZD OMR PAB PGK PKR PLN PYG QAR RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SRD SSP STN SYP SZL THB TJS \
    TMT TND TTD TWD TZS UAH UGX USD USDC USDT UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWL ";
/// Codes that are words, names or coins, and count after the number alone: "PHP 8" and "TRY 2" are no money.
const CODES_AFTER: &str =
    " AMD ANG BAM BNB BOB BTC COP CUP DAI DOGE ETH LAK LTC MAD MOP PEN PHP RON SOS TL TRX TRY XMR XRP ";
/// Codes that are no words and count after the number in any case.
const CODES_ANY_CASE: &str = " btc eth eur gbp usd usdc usdt xmr ";
/// Words after the number.
const WORDS: &str = " bitcoin bitcoins dinar dinars dirham dirhams dollar dollars euro euros lira liras lire riyal riyals \
    rouble roubles ruble rubles rupee rupees rupiah satoshi satoshis yen yuan ";
/// Arabic words after the number; each also with the endings of the accusative, the dual and the plural.
const ARABIC: [&str; 14] = [
    "بيتكوين",
    "جنيه",
    "دراهم",
    "درهم",
    "دنانير",
    "دولار",
    "دينار",
    "روبية",
    "ريال",
    "لير",
    "ليرة",
    "ليره",
    "يورو",
    "يوان",
];
const ARABIC_ENDINGS: [&str; 5] = ["", "ا", "ات", "ين", "ان"];
/// What multiplies the number: after a blank, or letters right behind it.
const MULTIPLIERS: &str = " thousand million millions billion billions mn bn ";
const ARABIC_MULTIPLIERS: [&str; 10] =
    ["ألف", "الف", "آلاف", "الاف", "ألفا", "مليون", "ملايين", "مليونا", "مليار", "مليارات"];
const SHORT_MULTIPLIERS: [&str; 6] = ["k", "K", "m", "M", "mn", "bn"];
/// What tells dollars apart, before their sign.
const DOLLARS: &str = " A AU C CA HK NZ R S US ";

/// The amount whose number begins in this run of letters and digits, or with this Arabic digit. What ends at `taken` is not
/// its currency.
pub(super) fn at(text: &str, run: Range<usize>, taken: usize) -> Option<Range<usize>> {
    let letters = text.as_bytes()[run.clone()].iter().take(MAX_WORD).take_while(|b| b.is_ascii_alphabetic()).count();
    let number = run.start + letters;
    let before = if letters > 0 {
        // Nothing but a code may stand before the number in one word.
        if !listed(CODES, &text[run.start..number]) || joined_before(text, run.start) {
            return None;
        }
        Some(run.start)
    } else if begins(text, number) {
        currency_before(text, number).filter(|start| *start >= taken)
    } else {
        return None;
    };
    // Before a currency, a blank between digits may group them; after one, a new number begins.
    let end = number_end(text, number, before.is_none())?;
    let multiplied = multiplier_end(text, end).unwrap_or(end);
    match (before, currency_after(text, multiplied)) {
        (before, Some(after)) => Some(before.unwrap_or(number)..after),
        (Some(before), None) => (!joined_after(text, multiplied)).then_some(before..multiplied),
        (None, None) => None,
    }
}

/// The Arabic digits that begin at `at`, if it is the first of them.
pub(super) fn arabic_run(text: &str, at: usize) -> Option<Range<usize>> {
    let first =
        arabic_digit(text.as_bytes(), at) && !at.checked_sub(2).is_some_and(|b| arabic_digit(text.as_bytes(), b));
    first.then_some(at..at)
}

/// U+0660 to U+0669, U+06F0 to U+06F9.
fn arabic_digit(bytes: &[u8], at: usize) -> bool {
    matches!(bytes.get(at..), Some([0xD9, 0xA0..=0xA9, ..] | [0xDB, 0xB0..=0xB9, ..]))
}

/// Where digits that begin at `at` end, and how many there are, up to one more than allowed.
fn digits(text: &str, at: usize) -> (usize, usize) {
    let bytes = text.as_bytes();
    let (mut count, mut end) = (0, at);
    while count <= MAX_DIGITS {
        match bytes.get(end) {
            Some(b'0'..=b'9') => end += 1,
            _ if arabic_digit(bytes, end) => end += 2,
            _ => break,
        }
        count += 1;
    }
    (count, end)
}

/// Whether a number may begin here: not in the middle of one, of a date, of a time, of a word.
fn begins(text: &str, at: usize) -> bool {
    let mut before = text[..at].chars().rev();
    match before.next() {
        Some('.' | ',' | ':' | '/' | '\'' | '٫' | '٬') => !before.next().is_some_and(char::is_numeric),
        Some(c) => !(joins(c) || c == '_'),
        None => true,
    }
}

/// Where the number ends: digits, in groups of three or not, and a decimal part.
fn number_end(text: &str, at: usize, blanks: bool) -> Option<usize> {
    let (count, mut end) = digits(text, at);
    if !(1..=MAX_DIGITS).contains(&count) {
        return None;
    }
    let sign = |end: usize| text[end..].chars().next().map(|c| (c, end + c.len_utf8()));
    let mut grouping = None;
    if count <= 3 {
        for _ in 0..MAX_GROUPS {
            let Some((c, next)) = sign(end) else { break };
            let groups =
                matches!(c, ',' | '.' | '\'' | '’' | '٬' | '\u{A0}' | '\u{202F}' | '\u{2009}') || (blanks && c == ' ');
            let (count, after) = digits(text, next);
            if !groups || count != 3 || grouping.is_some_and(|grouping| grouping != c) {
                break;
            }
            (grouping, end) = (Some(c), after);
        }
    }
    if let Some((c @ ('.' | ',' | '٫'), next)) = sign(end)
        && grouping != Some(c)
        && let (1..=MAX_DIGITS, after) = digits(text, next)
    {
        end = after;
    }
    // A further part makes it a date, a time or a version.
    let goes_on = sign(end).is_some_and(|(c, next)| {
        c.is_numeric() || (matches!(c, '.' | ',' | ':' | '/' | '\'') && digits(text, next).0 > 0)
    });
    (!goes_on).then_some(end)
}

/// Without the one blank that may stand there, before.
fn skip_blank_before(text: &str, at: usize) -> usize {
    text[..at].strip_suffix([' ', '\u{A0}', '\u{202F}']).map_or(at, str::len)
}

/// Without the one blank that may stand there, after.
fn skip_blank(text: &str, at: usize) -> usize {
    text[at..].strip_prefix([' ', '\u{A0}', '\u{202F}']).map_or(at, |rest| text.len() - rest.len())
}

fn is_sign(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '؋' | '\u{20A0}'..='\u{20CF}' | '﷼' | '＄' | '￡' | '￥')
}

fn currency_before(text: &str, number: usize) -> Option<usize> {
    let end = skip_blank_before(text, number);
    let sign = text[..end].chars().next_back()?;
    if is_sign(sign) {
        let start = end - sign.len_utf8();
        let letters = letters_before(text, start);
        return match letters {
            "" => (!joined_before(text, start) && !text[..start].ends_with('$')).then_some(start),
            _ if sign == '$' && listed(DOLLARS, letters) => {
                let start = start - letters.len();
                (!joined_before(text, start)).then_some(start)
            }
            _ => None,
        };
    }
    let code = letters_before(text, end);
    let start = end - code.len();
    (listed(CODES, code) && !joined_before(text, start)).then_some(start)
}

fn letters_before(text: &str, end: usize) -> &str {
    let length = text.as_bytes()[..end].iter().rev().take(MAX_WORD).take_while(|b| b.is_ascii_alphabetic()).count();
    &text[end - length..end]
}

/// The ASCII letters at `at`, none if other letters or digits go on.
fn word(text: &str, at: usize) -> &str {
    let length = text.as_bytes()[at..].iter().take(MAX_WORD).take_while(|b| b.is_ascii_alphabetic()).count();
    if joined_after(text, at + length) { "" } else { &text[at..at + length] }
}

/// Where what multiplies the number ends.
fn multiplier_end(text: &str, at: usize) -> Option<usize> {
    if let Some(short) = SHORT_MULTIPLIERS.iter().rev().find(|short| text[at..].starts_with(**short)) {
        let end = at + short.len();
        // `5kUSD` is one word too.
        let goes_on = joined_after(text, end) && !listed(CODES, word(text, end));
        return (!goes_on).then_some(end);
    }
    let start = skip_blank(text, at);
    if start == at {
        return None;
    }
    let latin = word(text, start);
    if listed_any_case(MULTIPLIERS, latin) {
        return Some(start + latin.len());
    }
    let arabic = arabic_word(text, start);
    ARABIC_MULTIPLIERS.contains(&arabic).then_some(start + arabic.len())
}

fn currency_after(text: &str, at: usize) -> Option<usize> {
    let start = skip_blank(text, at);
    let next = text[start..].chars().next()?;
    if is_sign(next) {
        let end = start + next.len_utf8();
        // Else it belongs to the number after it.
        return (digits(text, end).0 == 0).then_some(end);
    }
    let latin = word(text, start);
    let end = start + latin.len();
    if latin == "US" && start > at {
        let dollars = word(text, skip_blank(text, end));
        return ["dollar", "dollars"].contains(&dollars).then_some(skip_blank(text, end) + dollars.len());
    }
    if listed(CODES, latin) || listed(CODES_AFTER, latin) || listed_any_case(CODES_ANY_CASE, latin) {
        return Some(end);
    }
    if start > at && listed_any_case(WORDS, latin) {
        return Some(end);
    }
    let arabic = arabic_word(text, start);
    let bare: String = arabic.chars().filter(|c| !is_vowel_sign(*c)).collect();
    let known = |stem: &str| bare.strip_prefix(stem).is_some_and(|ending| ARABIC_ENDINGS.contains(&ending));
    ARABIC.into_iter().any(known).then_some(start + arabic.len())
}

/// The Arabic letters and vowel signs at `at`, none if there are too many.
fn arabic_word(text: &str, at: usize) -> &str {
    let part = |c: char| matches!(c, '\u{620}'..='\u{65F}' | '\u{66E}'..='\u{6D3}');
    let length: usize = text[at..].chars().take(MAX_WORD).take_while(|c| part(*c)).map(char::len_utf8).sum();
    if text[at + length..].starts_with(part) { "" } else { &text[at..at + length] }
}

fn is_vowel_sign(c: char) -> bool {
    matches!(c, '\u{64B}'..='\u{652}')
}

/// Whether a word stands in a list whose words stand between blanks.
fn listed(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|entry| entry == word)
}

fn listed_any_case(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split_ascii_whitespace().any(|entry| entry.eq_ignore_ascii_case(word))
}
