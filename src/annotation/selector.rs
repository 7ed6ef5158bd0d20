//! How a target is described so that it can be found again.
//!
//! Source: W3C Web Annotation Data Model, §4.2 (FragmentSelector, TextQuoteSelector, TextPositionSelector, RangeSelector,
//! XPathSelector) and §4.3 (State); W3C Media Fragments URI 1.0, 2012, §4.2.2 (the `xywh` of a part of an image).
//! Offsets are code points over the projection [`PROJECTION`]: the unit's visible text as the content script reads it.
//! A range says in which element of the document that text stands, for tools that read the document. Anchoring does not use
//! it: a page counts its elements otherwise with every notice that it puts above, and the reading of a unit knows its words
//! alone. Its end is not in it, so that a whole unit is a range from the start of the element's text to its end.

use crate::text::offsets::{FromBytes, Unit};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::Range;

/// Name and version of the text that positions count in: one unit's visible text.
pub const PROJECTION: &str = "postil-unit-text-1";
/// Context kept on each side of a quote, in code points.
pub const CONTEXT: usize = 32;
/// What a fragment conforms to.
pub const MEDIA_FRAGMENTS: &str = "http://www.w3.org/TR/media-frags/";
/// Longest path of an element that is kept, in bytes.
pub const MAX_PATH: usize = 2_000;

/// A quote with its context.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Quote {
    /// The text itself.
    pub exact: String,
    /// What stands before it.
    pub prefix: String,
    /// What stands after it.
    pub suffix: String,
}

/// A position in code points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Position {
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// What lies between two ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Stretch {
    /// Where it begins.
    #[serde(rename = "startSelector")]
    pub start: End,
    /// Where it ends.
    #[serde(rename = "endSelector")]
    pub end: End,
}

/// One end of a stretch: an element, and a place in its visible text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type")]
pub enum End {
    /// By the element's path from the root of its document.
    #[serde(rename = "XPathSelector")]
    XPath {
        /// The path, in XPath.
        value: String,
        /// The place: an empty stretch of the element's text, in code points.
        #[serde(rename = "refinedBy")]
        refined_by: PlaceInElement,
    },
}

/// A place in an element's visible text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type")]
pub enum PlaceInElement {
    /// By its position.
    #[serde(rename = "TextPositionSelector")]
    TextPosition(Position),
}

/// One way to find the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type")]
pub enum Selector {
    /// By its words.
    #[serde(rename = "TextQuoteSelector")]
    TextQuote(Quote),
    /// By its place.
    #[serde(rename = "TextPositionSelector")]
    TextPosition(Position),
    /// By the elements of the document that its ends stand in.
    #[serde(rename = "RangeSelector")]
    Range(Stretch),
    /// A part of an image.
    #[serde(rename = "FragmentSelector")]
    Fragment(Fragment),
}

/// A part of an image, as a media fragment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Fragment {
    /// [`MEDIA_FRAGMENTS`].
    #[serde(rename = "conformsTo")]
    pub conforms_to: String,
    /// `xywh=percent:` with left, top, width and height.
    pub value: String,
}

/// A part of an image, in tenths of a percent of its width and height.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Region {
    /// From its left edge.
    pub x: u16,
    /// From its upper edge.
    pub y: u16,
    /// How wide.
    pub width: u16,
    /// How high.
    pub height: u16,
}

impl Region {
    /// All of an image, either way.
    pub const WHOLE: u16 = 1000;

    /// Whether it is a part of an image, and not nothing.
    pub fn is_part(&self) -> bool {
        let within = |at: u16, long: u16| long > 0 && at.checked_add(long).is_some_and(|end| end <= Self::WHOLE);
        within(self.x, self.width) && within(self.y, self.height)
    }

    /// What a media fragment says, if it is one of a part of an image in percent.
    pub fn of(fragment: &str) -> Option<Self> {
        // In whole numbers, which keeps the reading of fractions out of the engine; further digits are left aside.
        let mut parts = fragment.strip_prefix("xywh=percent:")?.split(',').map(|part| {
            let (whole, tenths) = part.split_once('.').unwrap_or((part, "0"));
            let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
            let whole = Some(whole).filter(|whole| digits(whole))?.parse::<u16>().ok()?;
            let tenths = Some(tenths).filter(|tenths| digits(tenths))?.get(..1)?.parse::<u16>().ok()?;
            whole.checked_mul(10)?.checked_add(tenths)
        });
        let mut next = || parts.next().flatten();
        let region = Self { x: next()?, y: next()?, width: next()?, height: next()? };
        (parts.next().is_none() && region.is_part()).then_some(region)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("xywh=percent:")?;
        for (place, tenths) in [self.x, self.y, self.width, self.height].into_iter().enumerate() {
            write!(out, "{}{}", if place > 0 { "," } else { "" }, tenths / 10)?;
            if tenths % 10 > 0 {
                write!(out, ".{}", tenths % 10)?;
            }
        }
        Ok(())
    }
}

impl From<Region> for Selector {
    fn from(region: Region) -> Self {
        Self::Fragment(Fragment { conforms_to: MEDIA_FRAGMENTS.into(), value: region.to_string() })
    }
}

impl Selector {
    /// The quote, if that is what it is.
    pub fn quote(&self) -> Option<&Quote> {
        match self {
            Self::TextQuote(quote) => Some(quote),
            Self::TextPosition(_) | Self::Range(_) | Self::Fragment(_) => None,
        }
    }

    /// The path of the element that a range begins in, if it is a range.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::Range(Stretch { start: End::XPath { value, .. }, .. }) => Some(value),
            Self::TextQuote(_) | Self::TextPosition(_) | Self::Fragment(_) => None,
        }
    }

    /// The position, if that is what it is.
    pub fn position(&self) -> Option<&Position> {
        match self {
            Self::TextPosition(position) => Some(position),
            Self::TextQuote(_) | Self::Range(_) | Self::Fragment(_) => None,
        }
    }

    /// The part of an image, if that is what it is.
    pub fn region(&self) -> Option<Region> {
        match self {
            Self::Fragment(fragment) => Region::of(&fragment.value),
            Self::TextQuote(_) | Self::TextPosition(_) | Self::Range(_) => None,
        }
    }
}

impl Stretch {
    /// From one place to another of the visible text of an element; none if this is no path of one.
    fn of(path: &str, place: Position) -> Option<Self> {
        let step = |step: &str| {
            let (name, number) = step.strip_suffix(']')?.split_once('[')?;
            let named =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte));
            (named && number.parse::<u32>().is_ok_and(|number| number > 0)).then_some(())
        };
        let is_path = path.len() <= MAX_PATH && path.strip_prefix('/')?.split('/').all(|one| step(one).is_some());
        let end = |at| End::XPath {
            value: path.to_owned(),
            refined_by: PlaceInElement::TextPosition(Position { start: at, end: at }),
        };
        is_path.then(|| Self { start: end(place.start), end: end(place.end) })
    }
}

/// The selectors of a byte range of a unit's text, or of all of it, and of the element at a path, if it is one, whose visible
/// text that is.
pub fn describe(text: &str, span: Option<Range<usize>>, path: Option<&str>) -> Vec<Selector> {
    let place = span.clone().unwrap_or(0..text.len());
    let mut points = FromBytes::new(text, Unit::CodePoints);
    let position = Position { start: points.at(place.start), end: points.at(place.end) };
    let words = span.map(|span| [Selector::TextQuote(quote(text, span)), Selector::TextPosition(position)]);
    let range = path.and_then(|path| Stretch::of(path, position)).map(Selector::Range);
    words.into_iter().flatten().chain(range).collect()
}

/// A byte range of a text, with its context.
fn quote(text: &str, span: Range<usize>) -> Quote {
    let before = text[..span.start].char_indices().rev().take(CONTEXT).last().map_or(span.start, |(at, _)| at);
    let after = text[span.end..].char_indices().nth(CONTEXT).map_or(text.len(), |(at, _)| span.end + at);
    Quote {
        exact: text[span.clone()].to_owned(),
        prefix: text[before..span.start].to_owned(),
        suffix: text[span.end..after].to_owned(),
    }
}
