//! The one converter between the units in which texts are counted.
//!
//! Invariants: linear in the text however many offsets are asked for, as long as they are asked in ascending order.

/// What an offset counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// UTF-16 code units: the page.
    Utf16,
    /// Unicode code points: records and the command line.
    CodePoints,
}

impl Unit {
    fn width(self, c: char) -> u32 {
        match self {
            Unit::Utf16 => c.len_utf16() as u32,
            Unit::CodePoints => 1,
        }
    }
}

/// Converts byte offsets of one text. Ask in ascending order: going back starts over.
#[derive(Debug)]
pub struct FromBytes<'t> {
    text: &'t str,
    unit: Unit,
    byte: usize,
    count: u32,
}

impl<'t> FromBytes<'t> {
    /// A converter for a text.
    pub fn new(text: &'t str, unit: Unit) -> Self {
        Self { text, unit, byte: 0, count: 0 }
    }

    /// The offset of a byte on a character boundary, or of the character that holds it.
    pub fn at(&mut self, byte: usize) -> u32 {
        if byte < self.byte {
            (self.byte, self.count) = (0, 0);
        }
        for c in self.text[self.byte..].chars() {
            let next = self.byte + c.len_utf8();
            if next > byte {
                break;
            }
            self.byte = next;
            self.count += self.unit.width(c);
        }
        self.count
    }
}

/// Converts UTF-16 offsets of one text. Ask in ascending order: going back starts over.
#[derive(Debug)]
pub struct FromUtf16<'t> {
    text: &'t str,
    byte: usize,
    utf16: u32,
    points: u32,
}

impl<'t> FromUtf16<'t> {
    /// A converter for a text.
    pub fn new(text: &'t str) -> Self {
        Self { text, byte: 0, utf16: 0, points: 0 }
    }

    /// The number of code points before a UTF-16 offset; an offset inside a pair counts as the one before it.
    pub fn code_points(&mut self, utf16: u32) -> u32 {
        if utf16 < self.utf16 {
            (self.byte, self.utf16, self.points) = (0, 0, 0);
        }
        for c in self.text[self.byte..].chars() {
            let next = self.utf16 + Unit::Utf16.width(c);
            if next > utf16 {
                break;
            }
            self.byte += c.len_utf8();
            self.utf16 = next;
            self.points += 1;
        }
        self.points
    }
}

/// Where the code points of one text stand, asked for in any order: each answer reads at most [`CodePoints::STEP`] of them.
#[derive(Debug)]
pub struct CodePoints {
    /// The byte of every so many-th code point.
    marks: Vec<usize>,
}

impl CodePoints {
    /// Code points from one mark to the next.
    const STEP: usize = 256;

    /// Reads a text once.
    pub fn new(text: &str) -> Self {
        Self { marks: text.char_indices().step_by(Self::STEP).map(|(byte, _)| byte).collect() }
    }

    /// The byte at which a code point of that text stands, or its length for the one past the last; nothing beyond.
    pub fn byte(&self, text: &str, point: u32) -> Option<usize> {
        let (mark, rest) = (point as usize / Self::STEP, point as usize % Self::STEP);
        // The end of the text has no mark of its own where it would fall on one.
        let Some(&start) = self.marks.get(mark) else {
            let last = mark.checked_sub(1).map_or(0, |last| self.marks.get(last).copied().unwrap_or(text.len()));
            let full = text[last..].chars().count() == if mark == 0 { 0 } else { Self::STEP };
            return (rest == 0 && full).then_some(text.len());
        };
        text[start..].char_indices().map(|(byte, _)| start + byte).chain([text.len()]).nth(rest)
    }

    /// The number of code points before a byte of that text on a character boundary.
    pub fn point(&self, text: &str, byte: usize) -> u32 {
        let mark = self.marks.partition_point(|mark| *mark <= byte).saturating_sub(1);
        let start = self.marks.get(mark).copied().unwrap_or_default();
        (mark * Self::STEP + text[start..byte].chars().count()) as u32
    }
}

/// Where the UTF-16 units of one text stand, asked for in any order: each answer reads at most [`Utf16::STEP`] bytes.
#[derive(Debug)]
pub struct Utf16 {
    /// The units before every so many-th byte.
    marks: Vec<u32>,
}

impl Utf16 {
    /// Bytes from one mark to the next.
    const STEP: usize = 1_024;

    /// Reads a text once.
    pub fn new(text: &str) -> Self {
        let mut count = 0;
        let before = text.as_bytes().chunks(Self::STEP).map(|bytes| {
            count += Self::counted(bytes);
            count
        });
        Self { marks: std::iter::once(0).chain(before).collect() }
    }

    /// The number of units before a byte of that text on a character boundary.
    pub fn before(&self, text: &str, byte: usize) -> u32 {
        let mark = byte / Self::STEP;
        self.marks.get(mark).map_or(0, |before| before + Self::counted(&text.as_bytes()[mark * Self::STEP..byte]))
    }

    /// Units of the characters that begin in some bytes: two where a character has four bytes, else one.
    fn counted(bytes: &[u8]) -> u32 {
        bytes.iter().map(|byte| u32::from(byte & 0xC0 != 0x80) + u32::from(*byte >= 0xF0)).sum()
    }
}

/// The byte at which an offset stands; an offset inside a character gives that character's first byte, one past the end
/// the text's length.
pub fn to_byte(text: &str, unit: Unit, offset: u32) -> usize {
    let mut count = 0;
    for (byte, c) in text.char_indices() {
        count += unit.width(c);
        if count > offset {
            return byte;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code_points_in_any_order_agree_with_counting() {
        for length in [0, 1, 255, 256, 257, 511, 512, 513, 1_000] {
            let text: String = "a🕌بe\u{301}".chars().cycle().take(length).collect();
            let points = CodePoints::new(&text);
            let bytes = text.char_indices().map(|(byte, _)| byte).chain([text.len()]);
            for (point, byte) in (0..).zip(bytes).collect::<Vec<_>>().into_iter().rev() {
                assert_eq!((points.byte(&text, point), points.point(&text, byte)), (Some(byte), point), "of {length}");
            }
            for beyond in [1, 255, 256, 257, 600, u32::MAX - length as u32] {
                assert_eq!(points.byte(&text, length as u32 + beyond), None, "{beyond} beyond {length}");
            }
        }
    }

    #[test]
    fn utf16_units_in_any_order_agree_with_counting() {
        for length in [0, 1, 400, 401, 408, 409, 410, 411, 3_000] {
            let text: String = "a🕌بe\u{301}".chars().cycle().take(length).collect();
            let units = Utf16::new(&text);
            for byte in text.char_indices().map(|(byte, _)| byte).chain([text.len()]).rev() {
                assert_eq!(
                    units.before(&text, byte) as usize,
                    text[..byte].encode_utf16().count(),
                    "{byte} of {length}"
                );
            }
        }
    }

    #[test]
    fn utf16_offsets_become_code_points_in_any_order() {
        let text = "a🕌ب👩‍👧z";
        let mut points = FromUtf16::new(text);
        let mut bytes = FromBytes::new(text, Unit::Utf16);
        for (count, (byte, _)) in (0..).zip(text.char_indices()) {
            assert_eq!(points.code_points(bytes.at(byte)), count);
        }
        assert_eq!([9, 2, 1, 0, 99].map(|utf16| points.code_points(utf16)), [6, 1, 1, 0, 7]);
    }
}
