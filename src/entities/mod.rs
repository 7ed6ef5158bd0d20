//! Things with a form of their own, read from the original text: addresses of currencies, links of some classes, mail
//! addresses, hashtags, handles, amounts of money.
//!
//! Purpose: one pass over the bytes that stops where something may begin; each kind has its own reader.
//! Invariants: a claim is checked before it is made (an address counts only if its checksum does); spans are byte ranges of
//! the original on character boundaries, in order and disjoint; nothing reaches over a line break; time is linear, because
//! every reader looks at a bounded neighbourhood or is not called again where it has read.
//! Must not touch: folding and codebooks, but for the names of the classes.

mod address;
mod around;
mod links;
mod mail;
mod money;
mod names;
mod services;
mod tags;

use crate::codebook::model::EntityClass;
use around::{joined_after, joined_before, part};
use std::borrow::Cow;
use std::ops::Range;

/// Something with a form of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity<'t> {
    /// What it is.
    pub kind: Kind,
    /// Where, in bytes, as it is written.
    pub span: Range<usize>,
    /// What it says: the text of the span, mended where dots or signs were disguised (`t[.]me/name` gives `t.me/name`).
    pub value: Cow<'t, str>,
}

/// Kinds of entity. Currencies are on their main nets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Bitcoin, base58check: P2PKH or P2SH.
    BitcoinBase58,
    /// Bitcoin, witness version 0 (BIP-173).
    BitcoinBech32,
    /// Bitcoin, witness version 1 and up (BIP-350).
    BitcoinBech32m,
    /// Ethereum and chains like it, with the checksum of EIP-55.
    Ethereum,
    /// The same without a checksum: all letters in one case.
    EthereumUnchecked,
    /// Monero, standard.
    Monero,
    /// Monero with a payment id inside.
    MoneroIntegrated,
    /// Monero, subaddress.
    MoneroSubaddress,
    /// TRON.
    Tron,
    /// Link to a service that takes payments or gifts.
    PaymentLink,
    /// Link to a chat, a channel or an account of a messenger.
    MessagingLink,
    /// Link to a service where texts or files are dropped.
    PasteLink,
    /// Mail address.
    Mail,
    /// `@name` or `@name@host`.
    Handle,
    /// `#word`, with at least one letter.
    Hashtag,
    /// An amount with its currency.
    Money,
}

impl Kind {
    /// Its name in records; begins with the name of its class.
    pub fn name(self) -> &'static str {
        match self {
            Self::BitcoinBase58 => "bitcoin-base58",
            Self::BitcoinBech32 => "bitcoin-bech32",
            Self::BitcoinBech32m => "bitcoin-bech32m",
            Self::Ethereum => "ethereum",
            Self::EthereumUnchecked => "ethereum-unchecked",
            Self::Monero => "monero",
            Self::MoneroIntegrated => "monero-integrated",
            Self::MoneroSubaddress => "monero-subaddress",
            Self::Tron => "tron",
            Self::PaymentLink => "payment-link",
            Self::MessagingLink => "messaging-link",
            Self::PasteLink => "paste-link",
            Self::Mail => "mail",
            Self::Handle => "handle",
            Self::Hashtag => "hashtag",
            Self::Money => "money",
        }
    }

    /// Its class, as codebooks name it.
    pub fn class(self) -> EntityClass {
        match self {
            Self::BitcoinBase58 | Self::BitcoinBech32 | Self::BitcoinBech32m => EntityClass::Bitcoin,
            Self::Ethereum | Self::EthereumUnchecked => EntityClass::Ethereum,
            Self::Monero | Self::MoneroIntegrated | Self::MoneroSubaddress => EntityClass::Monero,
            Self::Tron => EntityClass::Tron,
            Self::PaymentLink => EntityClass::PaymentLink,
            Self::MessagingLink => EntityClass::MessagingLink,
            Self::PasteLink => EntityClass::PasteLink,
            Self::Mail => EntityClass::Mail,
            Self::Handle => EntityClass::Handle,
            Self::Hashtag => EntityClass::Hashtag,
            Self::Money => EntityClass::Money,
        }
    }
}

/// The entities of a text, in order, disjoint. An address inside a link or a name takes its place; apart from that, what
/// stands inside a link, listed or not, is not looked at.
pub fn find(text: &str) -> Vec<Entity<'_>> {
    let mut scan = Scan { text, found: Vec::new(), link_end: 0 };
    // The present run of ASCII letters and digits, and what is in it.
    let (mut start, mut seen) = (0, 0);
    for (at, byte) in text.bytes().enumerate() {
        let class = CLASSES[usize::from(byte)];
        if class & WORD != 0 {
            seen |= class;
            continue;
        }
        if seen != 0 {
            scan.run(start..at, seen);
            seen = 0;
        }
        start = at + 1;
        if class & SIGN != 0 {
            scan.sign(at, byte);
        }
    }
    if seen != 0 {
        scan.run(start..text.len(), seen);
    }
    scan.found
}

/// An ASCII letter or digit.
const WORD: u8 = 1;
/// An ASCII digit.
const DIGIT: u8 = 2;
/// A byte at which something may begin.
const SIGN: u8 = 4;

const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b'0'..=b'9' => WORD | DIGIT,
            b'a'..=b'z' | b'A'..=b'Z' => WORD,
            // `＃` and `＠` begin with the third last, Arabic digits with the last two.
            b'.' | b':' | b'[' | b'(' | b'{' | b'@' | b'#' | 0xEF | 0xD9 | 0xDB => SIGN,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

struct Scan<'t> {
    text: &'t str,
    found: Vec<Entity<'t>>,
    /// Where the last link ends, be it an entity or not.
    link_end: usize,
}

impl<'t> Scan<'t> {
    /// A run of ASCII letters and digits has ended.
    fn run(&mut self, run: Range<usize>, seen: u8) {
        let text = self.text;
        if run.len() >= address::SHORTEST
            && !joined_before(text, run.start)
            && !joined_after(text, run.end)
            && let Some(kind) = address::kind(part(text, run.start, run.end))
        {
            if self.end() > run.start {
                self.found.pop();
            }
            self.push(kind, run.clone());
        } else if seen & DIGIT != 0 {
            self.money(run.clone());
        } else if part(text, run.start, run.end).eq_ignore_ascii_case("dot")
            && text.as_bytes().get(run.end) == Some(&b' ')
        {
            self.link(run.start);
        }
    }

    /// A byte of class [`SIGN`].
    fn sign(&mut self, at: usize, byte: u8) {
        let text = self.text;
        let rest = &text.as_bytes()[at..];
        match byte {
            0xD9 | 0xDB => {
                if let Some(digits) = money::arabic_run(text, at) {
                    self.money(digits);
                }
            }
            _ if at < self.link_end => {}
            b':' => {
                if let Some((kind, span)) = links::scheme(text, at) {
                    self.link_end = span.end;
                    self.push(kind, span);
                }
            }
            b'.' => self.link(at),
            b'#' => self.tag(tags::hashtag(text, at, 1, self.after_hashtag(at))),
            b'@' => self.at_sign(at),
            0xEF if rest.starts_with("＃".as_bytes()) => {
                self.tag(tags::hashtag(text, at, 3, self.after_hashtag(at)));
            }
            0xEF if rest.starts_with("＠".as_bytes()) => self.tag(tags::handle(text, at, 3)),
            b'[' | b'(' | b'{' => match rest.iter().skip(1).find(|&&byte| byte != b' ') {
                Some(b'.' | b'd' | b'D') => self.link(at),
                Some(b'@' | b'a' | b'A') => self.at_sign(at),
                _ => {}
            },
            _ => {}
        }
    }

    fn at_sign(&mut self, at: usize) {
        if let Some((span, value)) = mail::at(self.text, at) {
            self.push_value(Kind::Mail, span, value);
        } else if self.text.as_bytes()[at] == b'@' {
            self.tag(tags::handle(self.text, at, 1));
        }
    }

    fn tag(&mut self, tag: Option<(Kind, Range<usize>)>) {
        if let Some((kind, span)) = tag {
            self.push(kind, span);
        }
    }

    fn after_hashtag(&self, at: usize) -> bool {
        self.found.last().is_some_and(|last| last.kind == Kind::Hashtag && last.span.end == at)
    }

    fn link(&mut self, at: usize) {
        if at < self.link_end {
            return;
        }
        if let Some(link) = links::at(self.text, at) {
            self.link_end = link.end;
            if let Some(kind) = link.kind {
                self.push_value(kind, link.span, link.value);
            }
        }
    }

    fn money(&mut self, run: Range<usize>) {
        let taken = self.link_end.max(self.end());
        if run.start >= taken
            && let Some(span) = money::at(self.text, run, taken)
        {
            self.push(Kind::Money, span);
        }
    }

    fn push(&mut self, kind: Kind, span: Range<usize>) {
        let value = Cow::Borrowed(part(self.text, span.start, span.end));
        self.push_value(kind, span, value);
    }

    /// What came first stays.
    fn push_value(&mut self, kind: Kind, span: Range<usize>, value: Cow<'t, str>) {
        if span.start >= self.end() {
            self.found.push(Entity { kind, span, value });
        }
    }

    fn end(&self) -> usize {
        self.found.last().map_or(0, |last| last.span.end)
    }
}
