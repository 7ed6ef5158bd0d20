//! Addresses as identifiers.
//!
//! Source: RFC 3987, 2005, §2.2 (what an IRI may hold), §4.1 (no bidi controls); RFC 3986, 2005, §2.4 (encoding).
//! Invariants: an IRI is given back as it is, so that doing it twice changes nothing.

use std::borrow::Cow;

/// Before a text that has no scheme.
const NO_SCHEME: &str = "urn:postil:address:";

/// The text as an IRI: browsers leave characters in addresses that none may hold, and these are percent-encoded.
pub(super) fn iri(text: &str) -> Cow<'_, str> {
    let scheme = text.split_once(':').map(|(scheme, _)| scheme).filter(|scheme| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
    });
    // Brackets stand around an address of IPv6 alone.
    let authority = scheme
        .map(|scheme| scheme.len() + "://".len())
        .filter(|at| text.get(..*at).is_some_and(|start| start.ends_with("://")));
    let authority =
        authority.map_or(0, |start| text[start..].find(['/', '?', '#']).map_or(text.len(), |length| start + length));
    let fragment = text.find('#');
    let held = |at: usize, c: char| match c {
        '[' | ']' => at < authority,
        '#' => fragment == Some(at),
        '%' => text.as_bytes().get(at + 1..at + 3).is_some_and(|two| two.iter().all(u8::is_ascii_hexdigit)),
        _ => may_stand(c),
    };
    if scheme.is_some() && text.char_indices().all(|(at, c)| held(at, c)) {
        return Cow::Borrowed(text);
    }
    let mut iri = scheme.map_or(NO_SCHEME, |_| "").to_owned();
    for (at, c) in text.char_indices() {
        if held(at, c) {
            iri.push(c);
        } else {
            let mut bytes = [0; 4];
            iri.extend(c.encode_utf8(&mut bytes).bytes().map(|byte| format!("%{byte:02X}")));
        }
    }
    Cow::Owned(iri)
}

/// Whether a character may stand anywhere after the scheme.
fn may_stand(c: char) -> bool {
    match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' => true,
        '\0'..='\u{7f}' => "-._~:/?@!$&'()*+,;=".contains(c),
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' => false,
        '\u{a0}'..='\u{d7ff}' | '\u{f900}'..='\u{fdcf}' | '\u{fdf0}'..='\u{ffef}' => true,
        '\u{10000}'..='\u{dffff}' | '\u{e1000}'..='\u{effff}' => c as u32 & 0xfffe != 0xfffe,
        _ => false,
    }
}
