//! Things with a form of their own, read from the original text: hashtags and handles.
//!
//! Invariants: spans are byte ranges of the original; a claim is checked before it is made.
//! Must not touch: folding and codebooks.

use std::ops::Range;

/// Something with a form of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What it is.
    pub kind: Kind,
    /// Where, in bytes, sign included.
    pub span: Range<usize>,
}

/// Kinds of entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `#word`, with at least one letter.
    Hashtag,
    /// `@name`, not part of a mail address.
    Handle,
}

impl Kind {
    /// Its name in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hashtag => "hashtag",
            Self::Handle => "handle",
        }
    }
}

/// The entities of a text, in order.
pub fn find(text: &str) -> Vec<Entity> {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(['#', '@'])
        .filter_map(|(start, sign)| {
            let kind = if sign == "#" { Kind::Hashtag } else { Kind::Handle };
            let body = &text[start + 1..];
            let inner = |c: char| part(c) || (kind == Kind::Handle && c == '.');
            let length = body.find(|c| !inner(c)).unwrap_or(body.len());
            let name = body[..length].trim_end_matches('.');
            let begins = !text[..start].ends_with(part);
            (begins && name.contains(char::is_alphabetic)).then(|| Entity { kind, span: start..start + 1 + name.len() })
        })
        .collect()
}
