//! Which words of two texts differ.
//!
//! Invariants: bounded work: of long texts nothing is said. Spans are UTF-16 units.

/// Most words of a text that is compared.
const MOST: usize = 300;

/// The words of each text that are not in the other, in order.
pub(crate) fn differing(old: &str, new: &str) -> [Vec<(u32, u32)>; 2] {
    let (a, b) = (words(old), words(new));
    if a.len() > MOST || b.len() > MOST {
        return [Vec::new(), Vec::new()];
    }
    // Lengths of the longest common row of words from each pair of places on.
    let width = b.len() + 1;
    let mut common = vec![0_u16; (a.len() + 1) * width];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i * width + j] = match a[i].0 == b[j].0 {
                true => common[(i + 1) * width + j + 1] + 1,
                false => common[(i + 1) * width + j].max(common[i * width + j + 1]),
            };
        }
    }
    let (mut i, mut j, mut differ) = (0, 0, [Vec::new(), Vec::new()]);
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i].0 == b[j].0 {
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || i < a.len() && common[(i + 1) * width + j] >= common[i * width + j + 1] {
            differ[0].push(a[i].1);
            i += 1;
        } else {
            differ[1].push(b[j].1);
            j += 1;
        }
    }
    differ
}

fn words(text: &str) -> Vec<(&str, (u32, u32))> {
    let (mut at, mut words) = (0, Vec::new());
    for part in text.split_inclusive(char::is_whitespace) {
        let word = part.trim_end();
        let length = |text: &str| text.encode_utf16().count() as u32;
        if !word.is_empty() {
            words.push((word, (at, at + length(word))));
        }
        at += length(part);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_differ() {
        assert_eq!(
            differing("🚆 Team Alpha reported", "🚆 Team Beta has reported"),
            [vec![(8, 13)], vec![(8, 12), (13, 16)]]
        );
        assert_eq!(differing("", "a b"), [vec![], vec![(0, 1), (2, 3)]]);
        assert_eq!(differing("a  b", "a b"), [vec![], vec![]]);
    }
}
