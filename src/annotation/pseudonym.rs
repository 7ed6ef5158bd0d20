//! Who wrote a unit, as records keep it: a keyed hash in the place of a name.
//!
//! Shape: HMAC-SHA-256, under a key that was drawn at random and lies beside the records, of the site and of what tells an
//! author from others there ([`identity`]). The same handle on two sites is two authors.
//! Invariants: what is no such hash does not fit into a [`Pseudonym`], a name least of all; a key shows itself in no message.
//! What it is worth: who has the key can try every handle of a site. Without the key nobody can.
//! Sources: RFC 2104 (HMAC), FIPS 180-4 (SHA-256), Unicode Standard §3.13 (caseless matching) and
//! Annex 15 (normalisation).

use crate::text::fold::removed;
use caseless::Caseless;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// Hexadecimal digits of a pseudonym that are shown to people.
const SHOWN: usize = 12;

/// An author in the place of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[cfg_attr(feature = "typescript", ts(type = "string"))]
#[serde(try_from = "String", into = "String")]
pub struct Pseudonym([u8; 32]);

impl Pseudonym {
    /// Of the author whom a page at this address shows under this name or handle.
    pub fn new(key: &AuthorKey, url: &str, shown: &str) -> Self {
        let mut hash = key.0.clone();
        hash.update(site(url).as_bytes());
        hash.update(&[0]);
        hash.update(identity(shown).as_bytes());
        Self(hash.finalize().into_bytes().into())
    }

    /// As much of it as people need to tell authors apart.
    pub fn short(&self) -> String {
        hex::encode(&self.0[..SHOWN / 2])
    }
}

/// All of it, as 64 hexadecimal digits.
impl fmt::Display for Pseudonym {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl From<Pseudonym> for String {
    fn from(pseudonym: Pseudonym) -> Self {
        pseudonym.to_string()
    }
}

impl TryFrom<String> for Pseudonym {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        digits(&text).map(Self).ok_or("a pseudonym is 64 hexadecimal digits")
    }
}

/// The key of all pseudonyms of a profile.
#[derive(Clone)]
pub struct AuthorKey(Hmac<Sha256>);

impl fmt::Debug for AuthorKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuthorKey")
    }
}

impl AuthorKey {
    /// Of 32 bytes drawn at random.
    pub fn new(drawn: [u8; 32]) -> Self {
        // Shorter than a block of SHA-256, and so used as it is.
        let mut block = [0; 64];
        block[..32].copy_from_slice(&drawn);
        Self(Hmac::new(&block.into()))
    }

    /// As it is stored: 64 hexadecimal digits.
    pub fn from_hex(text: &str) -> Option<Self> {
        digits(text).map(Self::new)
    }
}

fn digits(text: &str) -> Option<[u8; 32]> {
    let mut bytes = [0; 32];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(bytes)
}

/// What tells an author from others on a site: the handle, where what is shown has one (`@name`, or `@name@site`), or else
/// all of it. Letter case, spacing and invisible characters make no other author.
pub fn identity(shown: &str) -> String {
    let plain: String = shown.nfkd().default_case_fold().filter(|c| !removed(*c)).nfc().collect();
    let words = || plain.split_whitespace();
    let mut handles = words().filter_map(|word| {
        let word = word.trim_matches(|c: char| !c.is_alphanumeric() && c != '@' && c != '_');
        word.starts_with('@').then_some(word).filter(|word| word.contains(char::is_alphanumeric))
    });
    handles.next_back().map_or_else(|| words().collect::<Vec<_>>().join(" "), str::to_owned)
}

/// The site of an address: its host without what only chooses a view of it.
pub fn site(url: &str) -> String {
    let host = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = host.split(['/', '?', '#']).next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let port = |(_, port): &(&str, &str)| port.bytes().all(|byte| byte.is_ascii_digit());
    let host = host.rsplit_once(':').filter(port).map_or(host, |(host, _)| host).to_ascii_lowercase();
    let bare = ["www.", "m.", "mobile."].iter().find_map(|view| host.strip_prefix(view));
    bare.filter(|bare| bare.contains('.')).map_or(host.clone(), str::to_owned)
}
