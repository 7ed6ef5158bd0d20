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
