//! Mail addresses, disguised or not: `name@host.org`, `name [at] host [dot] org`.
//!
//! Invariants: reads at most 64 bytes before the sign (RFC 5321) and one host name after it.

use super::joined_before;
use super::names::{self, Written};
use std::borrow::Cow;
use std::ops::Range;

const MAX_LOCAL: usize = 64;

/// The mail address whose `@`, or what stands for it, begins at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<(Range<usize>, Cow<'_, str>)> {
    let bytes = text.as_bytes();
    let (start, end) = names::label_before(text, at, local_byte, MAX_LOCAL)?;
    let (host, written) = names::sign(bytes, end, b'@', b"at")?;
    let start = start + bytes[start..end].iter().take_while(|byte| !byte.is_ascii_alphanumeric()).count();
    let local = &text[start..end];
    if local.is_empty() || local.ends_with('.') || joined_before(text, start) || text[..start].ends_with("//") {
        return None;
    }
    let disguised = match written {
        Written::Plain => false,
        Written::Bracketed => true,
        // "Look at this" is no address.
        Written::Apart | Written::Word => return None,
    };
    let name = names::labels(text, host, |written| match written {
        Written::Plain | Written::Bracketed => true,
        Written::Word => disguised,
        Written::Apart => false,
    })
    .all()?;
    let span = start..name.end;
    let value = if name.plain && !disguised {
        Cow::Borrowed(&text[span.clone()])
    } else {
        Cow::Owned(format!("{local}@{}", name.host))
    };
    Some((span, value))
}

fn local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}
