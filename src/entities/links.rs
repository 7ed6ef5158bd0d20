//! Links, with a scheme or without, disguised or not (`hxxps[:]//t[.]me/name`, `t . me / name`).
//!
//! Invariants: a host counts only whole, or as the parent of the one written; blanks inside a link are believed only where
//! a listed host and a path are spelt out with them; a mended link is text, never something to follow.

use super::around::{chars_end, joined_before, letter, next, part, run_end, run_start};
use super::names::{self, Name, Written};
use super::{Kind, services};
use std::borrow::Cow;
use std::ops::Range;

/// Longest link given, in bytes; a longer one is cut there.
const MAX_LINK: usize = 2_048;
/// Shortest address or invoice after the scheme of a currency.
const MIN_ADDRESS: usize = 14;

/// Longest scheme that is listed.
const MAX_SCHEME: usize = 10;

/// Ways to write what stands between a scheme and its host; the first is the plain one.
const COLONS: [&str; 4] = ["://", "[:]//", "[://]", ":[//]"];
/// Schemes and what they stand for.
const WEB: [(&str, &str); 8] = [
    ("http", "http"),
    ("https", "https"),
    ("hxxp", "http"),
    ("hxxps", "https"),
    ("htxp", "http"),
    ("htxps", "https"),
    ("h**p", "http"),
    ("h**ps", "https"),
];

/// A link, of a listed class or not.
pub(super) struct Link<'t> {
    pub(super) kind: Option<Kind>,
    pub(super) span: Range<usize>,
    pub(super) value: Cow<'t, str>,
    /// Where its path ends, punctuation included.
    pub(super) end: usize,
}

/// The link whose host has its first dot at `at`.
pub(super) fn at(text: &str, at: usize) -> Option<Link<'_>> {
    let (host, label_end) = names::first_label(text, at)?;
    let (_, written) = names::sign(text, label_end, b'.', "dot")?;
    let (scheme, start) = web_scheme(text, host);
    if matches!(written, Written::Apart | Written::Word) {
        let ways = [Written::Plain, Written::Bracketed, Written::Apart, Written::Word];
        let labels = names::labels(text, host, &ways);
        return [2, 3].into_iter().find_map(|count| apart(text, start, scheme, &labels.first(count)?));
    }
    let name = names::labels(text, host, &[Written::Plain, Written::Bracketed]).all()?;
    let service = services::of(&name.host);
    let path = port_end(text, name.end);
    let has_path = matches!(text.as_bytes().get(path), Some(b'/' | b'?' | b'#'));
    if service.is_none() && scheme.is_none() && !has_path {
        return None;
    }
    let end = if has_path { chars_end(text, path, in_path) } else { path };
    let span = start..trimmed(text, start, name.end, end);
    // A service that is merely named is no link to anything there.
    let names_it = |service: &services::Service| {
        scheme.is_none() && span.end <= path + 1 && (name.host == service.host || name.host.starts_with("www."))
    };
    let path = part(text, path, span.end);
    let kind = service.filter(|service| !names_it(service)).and_then(|service| service.kind(path));
    let value = if name.plain && scheme.is_none_or(|scheme| scheme.plain) {
        Cow::Borrowed(part(text, start, span.end))
    } else {
        mended(scheme, &name.host, part(text, name.end, span.end))
    };
    Some(Link { kind, span, value, end })
}

/// A link whose host is written with blanks: exactly a listed one, and a slash and a name after it.
fn apart<'t>(text: &'t str, start: usize, scheme: Option<Scheme>, name: &Name) -> Option<Link<'t>> {
    let service = services::of(&name.host).filter(|service| service.host == name.host)?;
    let slash = skip_blank(text, name.end);
    if text.as_bytes().get(slash) != Some(&b'/') {
        return None;
    }
    let path = skip_blank(text, slash + 1);
    if !next(text, path).is_some_and(|c| c.is_alphanumeric() || matches!(c, '+' | '_' | '@' | '$')) {
        return None;
    }
    let end = chars_end(text, path, in_path);
    let span = start..trimmed(text, start, path, end);
    let path = ["/", part(text, path, span.end)].concat();
    let kind = service.kind(&path)?;
    Some(Link { kind: Some(kind), span, value: mended(scheme, &name.host, &path), end })
}

fn skip_blank(text: &str, at: usize) -> usize {
    at + usize::from(text.as_bytes().get(at) == Some(&b' '))
}

#[derive(Clone, Copy)]
struct Scheme {
    mended: &'static str,
    plain: bool,
}

/// The scheme before a host, and where the link begins with it.
fn web_scheme(text: &str, host: usize) -> (Option<Scheme>, usize) {
    let before = part(text, 0, host);
    for colon in COLONS {
        let Some(before) = before.strip_suffix(colon) else { continue };
        let start = run_start(before, before.len(), 6, |byte| letter(byte) || byte == b'*');
        let written = part(text, start, before.len());
        let known = WEB.iter().find(|(name, _)| name.eq_ignore_ascii_case(written));
        if let Some((name, mended)) = known.filter(|_| !joined_before(text, start)) {
            return (Some(Scheme { mended, plain: name == mended && colon == COLONS[0] }), start);
        }
    }
    (None, host)
}

fn mended(scheme: Option<Scheme>, host: &str, path: &str) -> Cow<'static, str> {
    let (scheme, colon) = scheme.map_or(("", ""), |scheme| (scheme.mended, COLONS[0]));
    Cow::Owned([scheme, colon, host, path].concat())
}

/// Where a port ends, if one begins at `at`.
fn port_end(text: &str, at: usize) -> usize {
    let digits = at + usize::from(text.as_bytes().get(at) == Some(&b':'));
    let end = run_end(text, digits, 5, |byte| byte.is_ascii_digit());
    if end > digits && digits > at { end } else { at }
}

/// Whether a path goes on with this: not a blank, a quotation mark, a bracket that no link has, a sign of another script.
fn in_path(c: char) -> bool {
    match c {
        '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}' => false,
        '!'..='~' => true,
        _ => c.is_alphanumeric(),
    }
}

/// Without the punctuation of the sentence around it, and not longer than allowed; not before `least`.
fn trimmed(text: &str, start: usize, least: usize, end: usize) -> usize {
    let end = text.floor_char_boundary(end.min(start + MAX_LINK)).max(least);
    let bytes = &text.as_bytes()[least..end];
    // How many brackets close that were not opened in the link.
    let (mut round, mut square) = (0_isize, 0_isize);
    for byte in bytes {
        match byte {
            b'(' => round -= 1,
            b')' => round += 1,
            b'[' => square -= 1,
            b']' => square += 1,
            _ => {}
        }
    }
    let mut length = bytes.len();
    while length > 0 {
        match bytes[length - 1] {
            b')' if round > 0 => round -= 1,
            b']' if square > 0 => square -= 1,
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b'\'' | b'*' | b'~' => {}
            _ => break,
        }
        length -= 1;
    }
    least + length
}

/// The link of a scheme without a host whose colon is at `at`: `bitcoin:` and an address, `tg://` and what to do.
pub(super) fn scheme(text: &str, at: usize) -> Option<(Kind, Range<usize>)> {
    let start = run_start(text, at, MAX_SCHEME + 1, letter);
    let written = part(text, start, at);
    let (_, kind) = services::SCHEMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(written))?;
    let body = at + 1;
    let holds = if *kind == Kind::PaymentLink {
        let end = run_end(text, body, MIN_ADDRESS, |byte| byte.is_ascii_alphanumeric());
        end == body + MIN_ADDRESS && part(text, body, end).bytes().any(|byte| byte.is_ascii_digit())
    } else {
        part(text, body, body + 2) == "//" && next(text, body + 2).is_some_and(char::is_alphanumeric)
    };
    (holds && !joined_before(text, start)).then(|| {
        let end = chars_end(text, body, in_path);
        (*kind, start..trimmed(text, start, body, end))
    })
}
