//! Authors: a name becomes a pseudonym before anything is stored, and what was coded is counted by author.
//!
//! Shape: the key of all pseudonyms is drawn when the first author is to be kept, and is stored with that decision. Each
//! author has an index of the pages on which units of theirs were decided about, so that counting reads those alone.
//! Invariants: no name is stored here; counts are of units, and none is a tier or a score; which decisions count is
//! [`standing`](super::standing)'s matter.
//! Must not touch: where the random bytes come from; the face gives them.

use super::protocol::{
    Action, AuthorCounts, CodeUnits, Failure, FailureKind, Mark, Response, StanceUnits, UnitCounts, UnitKind,
};
use super::standing::{Word, assigns, standing};
use super::store::Store;
use super::{Service, address, decisions::parse, decisions::value, keys, limit};
use crate::annotation::LogEntry;
use crate::annotation::pseudonym::{AuthorKey, Pseudonym};
use crate::order::Order;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::rc::Rc;

/// Longest name or handle of an author, in bytes.
pub const MAX_AUTHOR: usize = 1000;
/// Most authors in one request.
pub const MAX_AUTHORS: usize = 256;

/// Gives 32 bytes at random, or says why not.
type Draw = dyn Fn() -> Result<[u8; 32], String>;

/// Where the key of pseudonyms comes from.
pub(super) struct Chance(Box<Draw>);

impl fmt::Debug for Chance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Chance")
    }
}

impl Chance {
    pub(super) fn new(draw: impl Fn() -> Result<[u8; 32], String> + 'static) -> Self {
        Self(Box::new(draw))
    }
}

/// Where units of an author were decided about.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct AuthorIndex {
    /// Keys of the indexes of pages, in the order of the first decision on each.
    pages: Vec<String>,
}

/// What is to be written beside a decision about an author's unit.
pub(super) type Beside = BTreeMap<String, Value>;

impl<S: Store> Service<S> {
    /// The author's pseudonym, and what is to be stored with the first record of it on this page. Only while writing.
    pub(super) async fn named(&self, url: &str, shown: &str) -> Result<(Pseudonym, Beside), Failure> {
        limit(shown.len() <= MAX_AUTHOR, || format!("an author's name is at most {MAX_AUTHOR} bytes"))?;
        let mut beside = Beside::new();
        let key = match self.author_key().await? {
            Some(key) => key,
            None => {
                let drawn = (self.chance.0)().map_err(|why| storage(format!("no key for authors: {why}")))?;
                beside.insert(keys::AUTHOR_KEY.into(), hex::encode(drawn).into());
                AuthorKey::new(drawn)
            }
        };
        let author = Pseudonym::new(&key, url, shown);
        let (at, page) = (keys::author(&author), keys::page(url));
        let mut index = self.author_index(&at, author).await?;
        if !index.pages.contains(&page) {
            index.pages.push(page);
            beside.insert(at, value(&index)?);
        }
        Ok((author, beside))
    }

    /// What was coded of the authors whom a page shows, in the order asked.
    pub(super) async fn authors(&self, url: &str, names: &[String]) -> Result<Response, Failure> {
        limit(names.len() <= MAX_AUTHORS, || {
            format!("at most {MAX_AUTHORS} authors in one request; ask for the rest in another")
        })?;
        let url = address(url)?;
        let Some(key) = self.author_key().await? else {
            return Ok(Response::Authors { authors: vec![AuthorCounts::default(); names.len()] });
        };
        let here = keys::page(&url);
        let mut logs: HashMap<String, Rc<Vec<LogEntry>>> = HashMap::new();
        logs.insert(here.clone(), self.decisions(&url).await?);
        let mut authors = Vec::with_capacity(names.len());
        for name in names {
            limit(name.len() <= MAX_AUTHOR, || format!("an author's name is at most {MAX_AUTHOR} bytes"))?;
            let author = Pseudonym::new(&key, &url, name);
            let index = self.author_index(&keys::author(&author), author).await?;
            for page in &index.pages {
                if !logs.contains_key(page) {
                    logs.insert(page.clone(), Rc::new(self.log_of_page(page).await?));
                }
            }
            let pages = index.pages.iter().filter_map(|page| logs.get(page));
            authors.push(AuthorCounts {
                pseudonym: Some(author),
                here: count(logs.get(&here).into_iter(), author),
                account: account(pages.clone(), author),
                all: count(pages, author),
            });
        }
        Ok(Response::Authors { authors })
    }

    /// What is to be stored so that the authors of these entries are found again.
    pub(super) async fn seen(&self, entries: impl Iterator<Item = &LogEntry>) -> Result<Beside, Failure> {
        let mut authors: BTreeMap<Pseudonym, BTreeSet<String>> = BTreeMap::new();
        for (author, entry) in entries.filter_map(|entry| Some((entry.unit.author?, entry))) {
            authors.entry(author).or_default().insert(keys::page(&entry.page.url));
        }
        let mut beside = Beside::new();
        for (author, mut pages) in authors {
            let at = keys::author(&author);
            let mut index = self.author_index(&at, author).await?;
            pages.retain(|page| !index.pages.contains(page));
            if !pages.is_empty() {
                index.pages.extend(pages);
                beside.insert(at, value(&index)?);
            }
        }
        Ok(beside)
    }

    async fn author_key(&self) -> Result<Option<AuthorKey>, Failure> {
        let found = self.store.get(vec![keys::AUTHOR_KEY.into()]).await?;
        let Some(key) = found.into_iter().next().flatten() else { return Ok(None) };
        // Another key in its place would tear the records of every author in two.
        let key = key.as_str().and_then(AuthorKey::from_hex);
        key.map(Some).ok_or_else(|| {
            storage(
                "the key for authors in this storage is damaged; restore it from a copy of this browser profile".into(),
            )
        })
    }

    /// An author's index; one that is damaged is made again from the log.
    async fn author_index(&self, key: &str, author: Pseudonym) -> Result<AuthorIndex, Failure> {
        let found = self.store.get(vec![key.to_owned()]).await?;
        let Some(stored) = found.into_iter().next().flatten() else { return Ok(AuthorIndex::default()) };
        if let Ok(index) = parse(stored) {
            return Ok(index);
        }
        let log = self.whole_log(|entry| entry.unit.author == Some(author)).await?;
        let pages: BTreeSet<String> = log.iter().map(|entry| keys::page(&entry.page.url)).collect();
        Ok(AuthorIndex { pages: pages.into_iter().collect() })
    }
}

/// What stands in these logs about units of one author; each log is of one page.
fn count<'l>(logs: impl Iterator<Item = &'l Rc<Vec<LogEntry>>>, author: Pseudonym) -> UnitCounts {
    let mut counts = UnitCounts::default();
    let mut codes: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    let mut stances: BTreeMap<(&str, &str), u32> = BTreeMap::new();
    for log in logs {
        let mut units: BTreeMap<&str, Vec<Word<'_>>> = BTreeMap::new();
        let of = |word: &Word<'_>| word.first.unit.author == Some(author) && !on_account(word);
        for word in standing(log).into_iter().filter(of) {
            units.entry(word.last.unit.identity()).or_default().push(word);
        }
        for words in units.values() {
            let coded = || words.iter().filter(|word| assigns(word.action()));
            counts.coded += u32::from(coded().next().is_some());
            let none = words.iter().any(|word| word.action() == Action::NoneApplies);
            counts.none += u32::from(none && coded().next().is_none());
            let said = |part: fn(&LogEntry) -> Option<&str>| -> BTreeSet<(&str, &str)> {
                coded().filter_map(|word| Some((&*word.last.codebook.id, part(word.last)?))).collect()
            };
            said(|entry| entry.code.as_deref()).into_iter().for_each(|code| *codes.entry(code).or_default() += 1);
            let stance = said(|entry| entry.stance.as_deref());
            stance.into_iter().for_each(|stance| *stances.entry(stance).or_default() += 1);
        }
    }
    counts.codes = most_first(codes)
        .map(|((codebook, code), units)| CodeUnits { codebook: codebook.into(), code: code.into(), units })
        .collect();
    counts.stances = most_first(stances)
        .map(|((codebook, stance), units)| StanceUnits { codebook: codebook.into(), stance: stance.into(), units })
        .collect();
    counts
}

/// What stands in these logs on an author's account.
fn account<'l>(logs: impl Iterator<Item = &'l Rc<Vec<LogEntry>>>, author: Pseudonym) -> Vec<Mark> {
    let of = |word: &Word<'_>| word.first.unit.author == Some(author) && on_account(word) && assigns(word.action());
    let marks = |log| standing(log).into_iter().filter(of).map(|word| word.mark()).collect::<Vec<_>>();
    logs.flat_map(|log| marks(log)).collect()
}

/// Whether something is said of an account, and not of what it wrote.
fn on_account(word: &Word<'_>) -> bool {
    word.first.unit.unit == UnitKind::Account
}

fn most_first<K: Ord>(counts: BTreeMap<K, u32>) -> impl Iterator<Item = (K, u32)> {
    let mut counts: Vec<(K, u32)> = counts.into_iter().collect();
    counts.order_by_key(|(_, units)| std::cmp::Reverse(*units));
    counts.into_iter()
}

fn storage(message: String) -> Failure {
    Failure { kind: FailureKind::Storage, message }
}
