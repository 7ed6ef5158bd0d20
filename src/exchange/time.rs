//! Times as files have them, in the order in which they were.
//!
//! Source: RFC 3339, 2002, §5.6 (grammar); the count of days is that of the proleptic Gregorian calendar.
//! Invariants: times of any precision and offset sort by when they were; a second of 60 is the next one's first.

use crate::annotation::LogEntry;
use std::cmp::Ordering;

const DAY: i64 = 86_400;

/// A point in time.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Time {
    /// Since 1970, UTC.
    seconds: i64,
    /// Digits of the fraction of a second, without zeros at the end: these sort like the numbers.
    fraction: String,
}

impl Time {
    /// The time that a text says; none if it is no date and time with its offset.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let (date, rest) = (text.get(..10)?, text.get(11..)?);
        if !matches!(text.as_bytes().get(10)?, b'T' | b't' | b' ') {
            return None;
        }
        let [year, month, day] = numbers(date, '-')?;
        let zone = rest.find(['Z', 'z', '+', '-'])?;
        let (clock, zone) = rest.split_at(zone);
        let (clock, fraction) = clock.split_once('.').unwrap_or((clock, "0"));
        let [hour, minute, second] = numbers(clock, ':')?;
        let offset = match zone {
            "Z" | "z" => 0,
            _ => {
                let [hours, minutes] = numbers(zone.get(1..)?, ':')?;
                let offset = (hours <= 23 && minutes <= 59).then_some(hours * 3_600 + minutes * 60)?;
                if zone.starts_with('-') { -offset } else { offset }
            }
        };
        let fits = year > 0
            && (1..=12).contains(&month)
            && (1..=days(year, month)).contains(&day)
            && hour <= 23
            && minute <= 59;
        let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
        (fits && second <= 60 && digits).then(|| Self {
            seconds: since_1970(year, month, day) * DAY + hour * 3_600 + minute * 60 + second - offset,
            fraction: fraction.trim_end_matches('0').to_owned(),
        })
    }
}

/// Entries by when they were said, then by id. What says no time is first, by what it says.
pub(super) fn order(a: &LogEntry, b: &LogEntry) -> Ordering {
    let key = |entry: &LogEntry| {
        let time = Time::parse(&entry.at);
        let unread = if time.is_none() { entry.at.clone() } else { String::new() };
        (time, unread)
    };
    key(a).cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
}

/// Numbers of two digits, the first of as many as it has, with a mark between them.
fn numbers<const N: usize>(text: &str, mark: char) -> Option<[i64; N]> {
    let mut numbers = [0; N];
    let mut parts = text.split(mark);
    for (at, number) in numbers.iter_mut().enumerate() {
        let part = parts.next()?;
        let length = if at == 0 && mark == '-' { 4 } else { 2 };
        if part.len() != length || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

fn leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn since_1970(year: i64, month: i64, day: i64) -> i64 {
    let before = year - 1;
    let leaps = |years: i64| years.div_euclid(4) - years.div_euclid(100) + years.div_euclid(400);
    let of_years = (year - 1970) * 365 + leaps(before) - leaps(1969);
    of_years + (1..month).map(|month| days(year, month)).sum::<i64>() + day - 1
}

#[cfg(test)]
mod tests {
    use super::Time;

    /// Counts by GNU date: `date -u -d TIME +%s`.
    #[test]
    fn times_are_read_and_written() {
        for (text, seconds, utc) in [
            ("1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z"),
            ("2000-02-29T23:59:59.120Z", 951_868_799, "2000-02-29T23:59:59.12Z"),
            ("2026-01-02T03:04:05+05:30", 1_767_303_245, "2026-01-01T21:34:05Z"),
            ("1969-12-31t23:00:00-01:00", 0, "1970-01-01T00:00:00Z"),
            ("1900-03-01 00:00:00z", -2_203_891_200, "1900-03-01T00:00:00Z"),
            ("2016-12-31T23:59:60.5Z", 1_483_228_800, "2017-01-01T00:00:00.5Z"),
        ] {
            let time = Time::parse(text).unwrap();
            assert_eq!((time.seconds, time.utc().as_str()), (seconds, utc), "{text}");
        }
        for none in
            ["", "2026-01-02", "2026-02-30T00:00:00Z", "2026-01-02T03:04:05", "2026-01-02T03:04:05.Z", "äöüäöüäöü"]
        {
            assert_eq!(Time::parse(none), None, "{none}");
        }
        let year_by_year: Vec<i64> = (0..=9999).map(|year| super::since_1970(year, 1, 1)).collect();
        for (year, pair) in (0..).zip(year_by_year.windows(2)) {
            assert_eq!(pair[1] - pair[0], 365 + i64::from(super::leap(year)));
            let time = Time { seconds: pair[1] * super::DAY - 1, fraction: String::new() };
            assert_eq!(time.utc(), format!("{year:04}-12-31T23:59:59Z"));
        }
    }
}
