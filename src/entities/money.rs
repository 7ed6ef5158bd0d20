//! Amounts of money: a number with its currency before it or after it, in Latin or Arabic digits.
//!
//! Invariants: no currency, no money; a currency's code counts in capitals, or in lower case where it is no word; reads a
//! bounded neighbourhood of the number.

use super::around::{joined_after, joined_before, joins, last, letter, next, part, run_end, run_start};
use std::ops::Range;

/// Most digits before the decimal sign and behind it.
const MAX_DIGITS: usize = 18;
/// Most groups of thousands after the first.
const MAX_GROUPS: usize = 6;
/// Longest code or word of a currency or a multiplier, in bytes.
const MAX_WORD: usize = 24;

/// Codes of ISO 4217 that count on either side of the number, each three letters and a blank. `ALL`, `TOP`, `SOS` and `KGS`
/// are left out: in capitals they are words, or kilograms.
const CODES: &str = "AED AFN AOA ARS AUD AWG AZN BBD BDT BGN BHD BIF BMD BND BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY CRC CVE \
    CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD \
    IRR ISK JMD JOD JPY KES KHR KMF KPW KRW KWD KYD KZT LBP LKR LRD LSL LYD MDL MGA MKD MMK MNT MRU MUR MVR MWK \
    MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PGK PKR PLN PYG QAR RSD RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE \
    SRD SSP STN SYP SZL THB TJS TMT TND TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV WST XAF XCD XOF XPF YER ZAR \
    ZMW ZWL ";
/// Coins pegged to a currency, which count on either side too.
const COINS: &[&str] = &["USDC", "USDT"];
/// Codes that are words, names or coins, and count after the number alone: "PHP 8" and "TRY 2" are no money.
const CODES_AFTER: &[&str] = &[
    "AMD", "ANG", "BAM", "BNB", "BOB", "BTC", "COP", "CUP", "DAI", "DOGE", "ETH", "LAK", "LTC", "MAD", "MOP", "PEN",
    "PHP", "RON", "TL", "TRX", "TRY", "XMR", "XRP",
];
/// Codes that are no words and count after the number in any case.
const CODES_ANY_CASE: &[&str] = &["btc", "eth", "eur", "gbp", "usd", "usdc", "usdt", "xmr"];
/// Words after the number.
const WORDS: &[&str] = &[
    "bitcoin", "bitcoins", "dinar", "dinars", "dirham", "dirhams", "dollar", "dollars", "euro", "euros", "lira",
    "liras", "lire", "riyal", "riyals", "rouble", "roubles", "ruble", "rubles", "rupee", "rupees", "rupiah", "satoshi",
    "satoshis", "yen", "yuan",
];
/// Arabic words after the number; each also with the endings of the accusative, the dual and the plural.
const ARABIC: &[&str] = &[
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
    "يوان",
    "يورو",
];
const ARABIC_ENDINGS: [&str; 5] = ["", "ا", "ات", "ين", "ان"];
/// What multiplies the number: words after a blank.
const MULTIPLIERS: &[&str] = &[
    "billion",
    "billions",
    "bn",
    "million",
    "millions",
    "mn",
    "thousand",
    "آلاف",
    "ألف",
    "ألفا",
    "الاف",
    "الف",
    "ملايين",
    "مليار",
    "مليارات",
    "مليون",
    "مليونا",
];
/// Letters right behind the number that multiply it.
const SHORT_MULTIPLIERS: &[&str] = &["bn", "k", "m", "mn"];
/// What tells dollars apart, before their sign.
const DOLLARS: &[&str] = &["A", "AU", "C", "CA", "HK", "NZ", "R", "S", "US"];

/// The amount whose number begins in this run of letters and digits, or with this Arabic digit. What ends at `taken` is not
/// its currency.
pub(super) fn at(text: &str, run: Range<usize>, taken: usize) -> Option<Range<usize>> {
    let number = run_end(text, run.start, run.len().min(MAX_WORD), letter);
    let before = if number > run.start {
        // Nothing but a code may stand before the number in one word.
        if !is_code(part(text, run.start, number)) || joined_before(text, run.start) {
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
    let multiplied = multiplier_end(text, end);
    match currency_after(text, multiplied) {
        Some(after) => Some(before.unwrap_or(number)..after),
        None => before.filter(|_| !joined_after(text, multiplied)).map(|before| before..multiplied),
    }
}

/// The Arabic digits that begin at `at`, if it is the first of them.
pub(super) fn arabic_run(text: &str, at: usize) -> Option<Range<usize>> {
    (next(text, at).is_some_and(digit) && !last(text, at).is_some_and(digit)).then_some(at..at)
}

fn digit(c: char) -> bool {
    matches!(c, '0'..='9' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}')
}

/// Where digits that begin at `at` end, and how many there are, up to one more than allowed.
#[inline(never)]
fn digits(text: &str, at: usize) -> (usize, usize) {
    let (mut count, mut end) = (0, at);
    for c in part(text, at, text.len()).chars().take(MAX_DIGITS + 1).take_while(|c| digit(*c)) {
        end += c.len_utf8();
        count += 1;
    }
    (count, end)
}

/// Whether a number may begin here: not in the middle of one, of a date, of a time, of a word.
fn begins(text: &str, at: usize) -> bool {
    match last(text, at) {
        Some(c @ ('.' | ',' | ':' | '/' | '\'' | '٫' | '٬')) => !last(text, at - c.len_utf8()).is_some_and(digit),
        Some(c) => !(joins(c) || digit(c) || c == '_'),
        None => true,
    }
}

/// Where the number ends: digits, in groups of three or not, and a decimal part.
fn number_end(text: &str, at: usize, blanks: bool) -> Option<usize> {
    let (count, mut end) = digits(text, at);
    if !(1..=MAX_DIGITS).contains(&count) {
        return None;
    }
    let (mut grouping, mut decimal, mut groups) = (None, false, 0);
    while let Some(c) = next(text, end) {
        let (more, after) = digits(text, end + c.len_utf8());
        let may_group = match c {
            ',' | '.' | '\'' | '’' | '٬' | '\u{A0}' | '\u{202F}' | '\u{2009}' => true,
            ' ' => blanks,
            _ => false,
        };
        if may_group && more == 3 && count <= 3 && !decimal && groups < MAX_GROUPS && grouping.is_none_or(|g| g == c) {
            (grouping, groups) = (Some(c), groups + 1);
        } else if matches!(c, '.' | ',' | '٫') && (1..=MAX_DIGITS).contains(&more) && !decimal && grouping != Some(c) {
            decimal = true;
        } else if digit(c) || (more > 0 && matches!(c, '.' | ',' | ':' | '/' | '\'')) {
            // A further part makes it a date, a time or a version.
            return None;
        } else {
            break;
        }
        end = after;
    }
    Some(end)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\u{A0}' | '\u{202F}')
}

/// Without the one blank that may stand there.
#[inline(never)]
fn skip_blank(text: &str, at: usize) -> usize {
    next(text, at).filter(|c| is_blank(*c)).map_or(at, |c| at + c.len_utf8())
}

fn is_sign(c: char) -> bool {
    matches!(c, '$' | '£' | '¥' | '؋' | '\u{20A0}'..='\u{20CF}' | '﷼' | '＄' | '￡' | '￥')
}

fn currency_before(text: &str, number: usize) -> Option<usize> {
    let end = last(text, number).filter(|c| is_blank(*c)).map_or(number, |c| number - c.len_utf8());
    let sign = last(text, end).filter(|c| is_sign(*c));
    let word_end = sign.map_or(end, |sign| end - sign.len_utf8());
    let start = run_start(text, word_end, MAX_WORD, letter);
    let word = part(text, start, word_end);
    let holds = match sign {
        Some('$') if word.is_empty() => last(text, start) != Some('$'),
        Some('$') => among(DOLLARS, word),
        Some(_) => word.is_empty(),
        None => is_code(word),
    };
    (holds && !joined_before(text, start)).then_some(start)
}

/// The ASCII or the Arabic letters at `at`, Arabic vowel signs included; none if other letters or digits go on.
#[inline(never)]
fn word(text: &str, at: usize) -> &str {
    let mut end = run_end(text, at, MAX_WORD, letter);
    if end > at {
        return if joined_after(text, end) { "" } else { part(text, at, end) };
    }
    while let Some(c) = next(text, end).filter(|c| arabic(*c)) {
        end += c.len_utf8();
        if end - at > MAX_WORD {
            return "";
        }
    }
    part(text, at, end)
}

fn arabic(c: char) -> bool {
    matches!(c, '\u{620}'..='\u{65F}' | '\u{66E}'..='\u{6D3}')
}

/// Where what multiplies the number ends, or the number itself.
fn multiplier_end(text: &str, at: usize) -> usize {
    let short = run_end(text, at, MAX_WORD, letter);
    // `5kUSD` is one word too.
    for length in [1, 2] {
        let end = at + length;
        let ends = end == short || is_code(part(text, end, short));
        if end <= short
            && ends
            && among(SHORT_MULTIPLIERS, &part(text, at, end).to_ascii_lowercase())
            && !joined_after(text, short)
        {
            return end;
        }
    }
    let start = skip_blank(text, at);
    let word = if start > at { word(text, start) } else { "" };
    if among(MULTIPLIERS, &word.to_ascii_lowercase()) { start + word.len() } else { at }
}

fn currency_after(text: &str, at: usize) -> Option<usize> {
    let start = skip_blank(text, at);
    if let Some(sign) = next(text, start).filter(|c| is_sign(*c)) {
        let end = start + sign.len_utf8();
        // Else it belongs to the number after it.
        return (digits(text, end).0 == 0).then_some(end);
    }
    let first = word(text, start);
    if first.is_empty() {
        return None;
    }
    let end = start + first.len();
    if first == "US" && start > at {
        let dollars = skip_blank(text, end);
        let word = word(text, dollars);
        return ["dollar", "dollars"].contains(&word).then_some(dollars + word.len());
    }
    let lower = first.to_ascii_lowercase();
    let known = is_code(first)
        || among(CODES_AFTER, first)
        || among(CODES_ANY_CASE, &lower)
        || (start > at && among(WORDS, &lower))
        || is_arabic_currency(first);
    known.then_some(end)
}

fn is_arabic_currency(word: &str) -> bool {
    if word.is_ascii() {
        return false;
    }
    let bare: String = word.chars().filter(|c| !matches!(c, '\u{64B}'..='\u{652}')).collect();
    ARABIC_ENDINGS.iter().any(|ending| bare.strip_suffix(ending).is_some_and(|stem| among(ARABIC, stem)))
}

/// Whether a word is a code that counts on either side of the number.
fn is_code(word: &str) -> bool {
    match word.as_bytes() {
        &[a, b, c] => CODES.as_bytes().as_chunks().0.binary_search(&[a, b, c, b' ']).is_ok(),
        _ => among(COINS, word),
    }
}

/// Whether a word stands in a list that is in order.
#[inline(never)]
fn among(list: &[&str], word: &str) -> bool {
    !word.is_empty() && list.binary_search(&word).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_in_order() {
        assert!(CODES.as_bytes().as_chunks::<4>().0.is_sorted() && CODES.len().is_multiple_of(4));
        let lists = [COINS, CODES_AFTER, CODES_ANY_CASE, WORDS, ARABIC, MULTIPLIERS, SHORT_MULTIPLIERS, DOLLARS];
        for list in lists {
            assert!(list.is_sorted(), "{list:?}");
        }
    }
}
