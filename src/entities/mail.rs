//! Mail addresses, disguised or not: `name@host.org`, `name [at] host [dot] org`.
//!
//! Invariants: reads at most 64 bytes before the sign (RFC 5321) and one host name after it.

use super::around::{joined_before, part, run_end};
use super::names::{self, Written};
use std::borrow::Cow;
use std::ops::Range;

const MAX_LOCAL: usize = 64;

/// The mail address whose `@`, or what stands for it, begins at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<(Range<usize>, Cow<'_, str>)> {
    let (start, end) = names::run_before(text, at, local_byte, MAX_LOCAL)?;
    let (host, written) = names::sign(text, end, b'@', "at")?;
    let start = run_end(text, start, end - start, |byte| !byte.is_ascii_alphanumeric());
    let local = part(text, start, end);
    if local.is_empty() || local.ends_with('.') || joined_before(text, start) || part(text, 0, start).ends_with("//") {
        return None;
    }
    let ways: &[Written] = match written {
        Written::Plain => &[Written::Plain, Written::Bracketed],
        Written::Bracketed => &[Written::Plain, Written::Bracketed, Written::Word],
        // "Look at this" is no address.
        Written::Apart | Written::Word => return None,
    };
    let name = names::labels(text, host, ways).all()?;
    let value = if name.plain && written == Written::Plain {
        Cow::Borrowed(part(text, start, name.end))
    } else {
        Cow::Owned([local, "@", &name.host].concat())
    };
    Some((start..name.end, value))
}

fn local_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'%' | b'+' | b'-')
}
