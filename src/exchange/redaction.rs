//! What is taken out of records before they leave.
//!
//! Invariants: what is taken out of a text is replaced code point for code point, so that offsets hold; a quote says what its
//! text says; versions of an entry that differed in nothing else are one; the hash of a changed text is that of the text as it leaves, because the old one would let anybody try names.
//! What it cannot do: find a name that is no handle, mail address or link. [`super::preview`] says what still identifies.

use crate::annotation::LogEntry;
use crate::annotation::record::{Annotation, Captured, sha256};
use crate::annotation::selector::{Quote, Selector};
use crate::entities::{self, Kind};
use crate::service::protocol::{Record, UnitKind};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// What stands for a code point that was taken out.
pub const MASK: char = '█';

/// What is taken out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Redaction {
    /// Authors' pseudonyms, titles of pages, handles, mail addresses and accounts of messengers in texts; also addresses of
    /// pages, most of which name an account.
    pub handles: bool,
    /// Addresses of pages, and links in texts.
    pub urls: bool,
    /// The coders' notes.
    pub memo: bool,
}

impl Redaction {
    /// Whether anything in texts and addresses is taken out.
    pub fn hides(self) -> bool {
        self.handles || self.urls
    }

    /// The text without what is taken out, as long as it was; none if that is nothing.
    pub fn masked(self, text: &str) -> Option<String> {
        let mut spans: Vec<_> = entities::find(text)
            .into_iter()
            .filter(|entity| match entity.kind {
                Kind::Handle | Kind::Mail => self.handles,
                Kind::MessagingLink => self.hides(),
                Kind::PaymentLink | Kind::PasteLink => self.urls,
                _ => false,
            })
            .map(|entity| entity.span)
            .collect();
        let link = |word: &str| {
            let lower = word.to_lowercase();
            let link = lower.contains("://") || lower.contains("www.") || lower.contains("hxxp");
            link && (self.urls || self.handles && word.contains('@'))
        };
        let start = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
        spans.extend(
            text.split_whitespace().filter(|word| link(word)).map(|word| start(word)..start(word) + word.len()),
        );
        spans.sort_by_key(|span| span.start);
        if !self.hides() || spans.is_empty() {
            return None;
        }
        let (mut masked, mut at) = (String::with_capacity(text.len()), 0);
        for span in spans {
            let (from, to) = (span.start.max(at), span.end.max(at));
            masked.push_str(&text[at..from]);
            masked.extend(text[from..to].chars().map(|_| MASK));
            at = to;
        }
        masked.push_str(&text[at..]);
        Some(masked)
    }
}

/// Takes it out of records, one after the other. It holds a number for each address of a page, each account and each image.
#[derive(Debug)]
pub(super) struct Redactor {
    what: Redaction,
    pages: HashMap<String, usize>,
    accounts: HashMap<String, usize>,
    images: HashMap<String, usize>,
}

impl Redactor {
    pub(super) fn new(what: Redaction) -> Self {
        Self { what, pages: HashMap::new(), accounts: HashMap::new(), images: HashMap::new() }
    }

    pub(super) fn what(&self) -> Redaction {
        self.what
    }

    /// The record as it leaves.
    pub(super) fn record(&mut self, record: &Record) -> Record {
        let mut record = record.clone();
        self.entry(&mut record.log);
        record.conflicts.iter_mut().for_each(|entry| self.entry(entry));
        record.conflicts.dedup();
        record.conflicts.retain(|entry| *entry != record.log);
        if let Some(Annotation { body, target, .. }) = &mut record.annotation {
            self.address(&mut target.source);
            self.unit(&mut target.selector, &mut target.state);
            self.memo(&mut body.memo);
        }
        record
    }

    /// The entry as it leaves.
    pub(super) fn entry(&mut self, entry: &mut LogEntry) {
        self.address(&mut entry.page.url);
        self.title(&mut entry.page.title);
        self.unit(&mut entry.selector, &mut entry.unit);
        self.memo(&mut entry.memo);
    }

    fn address(&mut self, url: &mut String) {
        if self.what.hides() {
            *url = format!("urn:postil:page:{}", number(&mut self.pages, url));
        }
    }

    fn title(&self, title: &mut String) {
        if self.what.handles {
            title.clear();
        } else if let Some(masked) = self.what.masked(title) {
            *title = masked;
        }
    }

    fn memo(&self, memo: &mut Option<String>) {
        if self.what.memo {
            *memo = None;
        } else if let Some(masked) = memo.as_deref().and_then(|memo| self.what.masked(memo)) {
            *memo = Some(masked);
        }
    }

    fn unit(&mut self, selectors: &mut Vec<Selector>, unit: &mut Captured) {
        if !self.what.hides() {
            return;
        }
        self.title(&mut unit.title);
        if self.what.handles {
            unit.author = None;
        }
        if let Some(image) = &mut unit.image {
            // Who knows the address of an image could know it by its hash.
            *image = sha256(&format!("image {}", number(&mut self.images, image)));
        }
        if let Some(account) = unit.text.as_mut().filter(|_| self.what.handles && unit.unit == UnitKind::Account) {
            *account = format!("account {}", number(&mut self.accounts, account));
            unit.sha256 = sha256(account);
        }
        // The path of an element may hold the name of an account.
        selectors.retain(|selector| !matches!(selector, Selector::Range(_)));
        let position = selectors.iter().find_map(Selector::position).copied();
        let masked = unit.text.as_deref().and_then(|text| self.what.masked(text));
        for selector in selectors {
            if let Selector::TextQuote(quote) = selector {
                match (&unit.text, position) {
                    (Some(_), Some(position)) => {
                        if let Some(text) = &masked {
                            cut(quote, text, position.start as usize);
                        }
                    }
                    _ => self.quote(quote),
                }
            }
        }
        if let Some(text) = masked {
            unit.sha256 = sha256(&text);
            unit.text = Some(text);
        }
    }

    /// A quote whose text is not there: what its context was cut out of is not known, so that its first word may be the end
    /// of a name, and its last one the beginning.
    fn quote(&self, quote: &mut Quote) {
        let [prefix, exact, suffix] = [&quote.prefix, &quote.exact, &quote.suffix];
        let whole = [prefix.as_str(), exact, suffix].concat();
        let whole = self.what.masked(&whole).unwrap_or(whole);
        let start = prefix.chars().count();
        cut(quote, &whole, start);
        let first = quote.prefix.find(char::is_whitespace).unwrap_or(quote.prefix.len());
        let last = quote.suffix.rfind(char::is_whitespace).unwrap_or(0);
        let mask = |part: &str| part.chars().map(|_| MASK).collect::<String>();
        quote.prefix = mask(&quote.prefix[..first]) + &quote.prefix[first..];
        quote.suffix = quote.suffix[..last].to_owned() + &mask(&quote.suffix[last..]);
    }
}

/// The number of a thing, which is new or was met before.
fn number(known: &mut HashMap<String, usize>, thing: &str) -> usize {
    let next = known.len() + 1;
    *known.entry(thing.to_owned()).or_insert(next)
}

/// Gives a quote the words of a text; it begins there, in code points, and is as long as it was.
fn cut(quote: &mut Quote, text: &str, start: usize) {
    let mut words = text.chars().skip(start.saturating_sub(quote.prefix.chars().count()));
    for part in [&mut quote.prefix, &mut quote.exact, &mut quote.suffix] {
        *part = words.by_ref().take(part.chars().count()).collect();
    }
}
