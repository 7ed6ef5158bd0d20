//! Links, with a scheme or without, disguised or not (`hxxps[:]//t[.]me/name`, `t . me / name`).
//!
//! Invariants: a host counts only whole, or as the parent of the one written; blanks inside a link are believed only where
//! a listed host and a path are spelt out with them; a mended link is text, never something to follow.

use super::names::{self, Name, Written};
use super::{Kind, joined_before, services};
use std::borrow::Cow;
use std::ops::Range;

/// Longest link given, in bytes; a longer one is cut there.
const MAX_LINK: usize = 2_048;
/// Shortest address or invoice after the scheme of a currency.
const MIN_ADDRESS: usize = 14;

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
    let host = names::start(text, at)?;
    let (scheme, start) = web_scheme(text, host);
    let (_, written) = names::sign(text.as_bytes(), host + label_length(text, host), b'.', b"dot")?;
    if matches!(written, Written::Apart | Written::Word) {
        let labels = names::labels(text, host, |_| true);
        return [2, 3].into_iter().find_map(|count| apart(text, start, scheme, &labels.first(count)?));
    }
    let labels = names::labels(text, host, |written| matches!(written, Written::Plain | Written::Bracketed));
    let name = labels.all()?;
    let listed = services::listed(&name.host);
    let path = port_end(text, name.end);
    let has_path = text.as_bytes().get(path).is_some_and(|byte| matches!(byte, b'/' | b'?' | b'#'));
    if listed.is_none() && scheme.is_none() && !has_path {
        return None;
    }
    let end = if has_path { path_end(text, path) } else { path };
    let span = start..trimmed(text, start, name.end, end);
    // A service that is merely named is no link to anything there.
    let subdomain = listed.is_some_and(|listed| name.host.len() > listed.len() && !name.host.starts_with("www."));
    let somewhere = scheme.is_some() || subdomain || span.end > path + 1;
    let kind =
        listed.filter(|_| somewhere).and_then(|listed| services::kind(listed, &text[path.min(span.end)..span.end]));
    let value = value(text, scheme, &name, &span, name.end..span.end);
    Some(Link { kind, span, value, end })
}

fn label_length(text: &str, start: usize) -> usize {
    text.as_bytes()[start..].iter().take_while(|&&byte| byte.is_ascii_alphanumeric() || byte == b'-').count()
}

/// A link whose host is written with blanks: exactly a listed one, and a slash and a name after it.
fn apart<'t>(text: &'t str, start: usize, scheme: Option<Scheme>, name: &Name) -> Option<Link<'t>> {
    if services::listed(&name.host) != Some(name.host.as_str()) {
        return None;
    }
    let blank = |at: usize| at + usize::from(text.as_bytes().get(at) == Some(&b' '));
    let slash = blank(name.end);
    if text.as_bytes().get(slash) != Some(&b'/') {
        return None;
    }
    let path = blank(slash + 1);
    let end = path_end(text, path);
    let span = start..trimmed(text, start, path, end);
    let first = text[path..span.end].chars().next()?;
    if !(first.is_alphanumeric() || matches!(first, '+' | '_' | '@' | '$')) {
        return None;
    }
    let mended = format!("/{}", &text[path..span.end]);
    let kind = services::kind(&name.host, &mended)?;
    let scheme = scheme.map(|scheme| format!("{}://", scheme.mended)).unwrap_or_default();
    Some(Link { kind: Some(kind), span, value: Cow::Owned(format!("{scheme}{}{mended}", name.host)), end })
}

#[derive(Clone, Copy)]
struct Scheme {
    mended: &'static str,
    plain: bool,
}

/// The scheme before a host, and where the link begins with it.
fn web_scheme(text: &str, host: usize) -> (Option<Scheme>, usize) {
    let before = &text[..host];
    let Some((colon, before)) = COLONS.iter().find_map(|colon| Some((*colon, before.strip_suffix(colon)?))) else {
        return (None, host);
    };
    let length = before.bytes().rev().take(6).take_while(|&b| b.is_ascii_alphanumeric() || b == b'*').count();
    let start = before.len() - length;
    let written = &before[start..];
    match WEB.iter().find(|(name, _)| name.eq_ignore_ascii_case(written)) {
        Some((name, mended)) if !joined_before(text, start) => {
            (Some(Scheme { mended, plain: name == mended && colon == COLONS[0] }), start)
        }
        _ => (None, host),
    }
}

fn value<'t>(
    text: &'t str,
    scheme: Option<Scheme>,
    name: &Name,
    span: &Range<usize>,
    rest: Range<usize>,
) -> Cow<'t, str> {
    if name.plain && scheme.is_none_or(|scheme| scheme.plain) {
        return Cow::Borrowed(&text[span.clone()]);
    }
    let scheme = scheme.map(|scheme| format!("{}://", scheme.mended)).unwrap_or_default();
    Cow::Owned(format!("{scheme}{}{}", name.host, &text[rest]))
}

/// Where a port ends, if one begins at `at`.
fn port_end(text: &str, at: usize) -> usize {
    let Some(rest) = text[at..].strip_prefix(':') else { return at };
    match rest.bytes().take(6).take_while(u8::is_ascii_digit).count() {
        length @ 1..=5 => at + 1 + length,
        _ => at,
    }
}

/// Where the path that begins at `at` ends: at a blank, a quotation mark, a bracket no link has, a sign of another script.
fn path_end(text: &str, at: usize) -> usize {
    let stops = |c: char| match c {
        '<' | '>' | '"' | '\\' | '^' | '`' | '{' | '|' | '}' => true,
        '!'..='~' => false,
        _ => !c.is_alphanumeric(),
    };
    text[at..].find(stops).map_or(text.len(), |length| at + length)
}

/// Without the punctuation of the sentence around it, and not longer than allowed; not before `least`.
fn trimmed(text: &str, start: usize, least: usize, end: usize) -> usize {
    let end = text.floor_char_boundary(end.min(start + MAX_LINK)).max(least);
    let mut link = &text[least..end];
    let count = |link: &str, bracket: char| link.matches(bracket).count() as isize;
    // How many brackets close that were not opened in the link.
    let mut open = [('(', ')'), ('[', ']')].map(|(left, right)| (right, count(link, right) - count(link, left)));
    while let Some(last) = link.chars().next_back() {
        match open.iter_mut().find(|(right, _)| *right == last) {
            Some((_, excess)) if *excess > 0 => *excess -= 1,
            Some(_) => break,
            None if ".,;:!?'*~".contains(last) => {}
            None => break,
        }
        link = &link[..link.len() - last.len_utf8()];
    }
    least + link.len()
}

/// The link of a scheme without a host whose colon is at `at`: `bitcoin:` and an address, `tg://` and what to do.
pub(super) fn scheme(text: &str, at: usize) -> Option<(Kind, Range<usize>)> {
    let (start, end) = names::label_before(text, at, |byte| byte.is_ascii_alphabetic(), 10)?;
    let (_, kind) = services::SCHEMES.iter().find(|(name, _)| name.eq_ignore_ascii_case(&text[start..end]))?;
    if end != at || joined_before(text, start) {
        return None;
    }
    let body = &text[at + 1..];
    let holds = if *kind == Kind::PaymentLink {
        let address = body.bytes().take(MIN_ADDRESS);
        address.clone().filter(u8::is_ascii_alphanumeric).count() == MIN_ADDRESS
            && address.clone().any(|byte| byte.is_ascii_digit())
    } else {
        body.strip_prefix("//").is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric()))
    };
    holds.then(|| (*kind, start..trimmed(text, start, at + 1, path_end(text, at + 1))))
}
