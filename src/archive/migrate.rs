//! Decisions of the open project under codes that a codebook has no more, carried over to those that it has.
//!
//! Shape: [`coded`] says which codes the standing decisions have; the coder says what becomes of them; [`migrate`] makes an edit
//! of each decision, as the coder would have by hand, and has the service import them all or none.
//! Invariants: nothing is written before all is known; a decision that says something else than what the coder was shown is left
//! alone; an edit changes the code and the codebook's version, and nothing else; another coder's decisions stay as they are.

use super::export::records;
use super::{Desk, astray, import, invalid};
use crate::annotation::LogEntry;
use crate::annotation::selector::Selector;
use crate::exchange::task::{CodedAs, Coding, Outcome};
use crate::service::log::said_first;
use crate::service::protocol::{Action, CodebookRef, Failure, Record, Request, Response};
use crate::service::standing::{assigns, standing};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Decisions of one code that are shown one by one.
const SHOWN: usize = 200;
/// Code points of a unit's text that are shown where nothing of it is quoted.
const EXCERPT: usize = 200;

/// A decision that stands: ids of its first and its last entry, and its code.
struct Standing {
    first: String,
    last: String,
    code: String,
}

/// The coder's own decisions under a codebook that stand and have a code, in the order of their pages; and how many of others do.
async fn stand(desk: &impl Desk, codebook: &str) -> Result<(Vec<Standing>, usize), Failure> {
    let Response::Projects { projects, open } = desk.ask(Request::Projects).await? else { return Err(astray()) };
    let coder = projects.into_iter().find(|project| project.id == open).ok_or_else(astray)?.coder;
    let mut pages: BTreeMap<String, Vec<LogEntry>> = BTreeMap::new();
    records(desk, |records, _| {
        for Record { log, .. } in records.iter().filter(|record| record.log.codebook.id == codebook) {
            // What stands is told without the words, which are most of it.
            let mut entry = log.clone();
            entry.unit.text = None;
            entry.selector.retain(|one| one.position().is_some());
            pages.entry(entry.page.url.clone()).or_default().push(entry);
        }
        Ok(())
    })
    .await?;
    let (mut own, mut others) = (Vec::new(), 0);
    for log in pages.values_mut() {
        log.sort_by(said_first);
        for word in standing(log).into_iter().filter(|word| assigns(word.first.action)) {
            let Some(code) = &word.last.code else { continue };
            if word.first.coder == coder {
                own.push(Standing { first: word.first.id.clone(), last: word.last.id.clone(), code: code.clone() });
            } else {
                others += 1;
            }
        }
    }
    Ok((own, others))
}

/// Which codes are in use, and of some of them the decisions one by one.
pub(super) async fn coded(desk: &impl Desk, codebook: &str, each: &[String]) -> Result<Outcome, Failure> {
    let (own, others) = stand(desk, codebook).await?;
    let mut codes: BTreeMap<String, usize> = BTreeMap::new();
    let mut shown: HashMap<&str, &Standing> = HashMap::new();
    for one in &own {
        let count = codes.entry(one.code.clone()).or_default();
        *count += 1;
        if *count <= SHOWN && each.contains(&one.code) {
            shown.insert(&one.last, one);
        }
    }
    let mut single = Vec::new();
    if !shown.is_empty() {
        records(desk, |records, _| {
            for Record { log, .. } in records {
                if let Some(one) = shown.get(&*log.id) {
                    single.push(Coding {
                        decision: one.first.clone(),
                        code: one.code.clone(),
                        words: words(log),
                        url: log.page.url.clone(),
                    });
                }
            }
            Ok(())
        })
        .await?;
    }
    single.sort_by(|one, other| (&one.code, &one.url, &one.decision).cmp(&(&other.code, &other.url, &other.decision)));
    let codes = codes.into_iter().map(|(code, decisions)| CodedAs { code, decisions }).collect();
    Ok(Outcome::Coded { codes, each: single, others })
}

/// The words that a decision is about, as far as they are kept.
fn words(entry: &LogEntry) -> String {
    let quote = entry.selector.iter().find_map(Selector::quote).map(|quote| quote.exact.clone());
    quote.or_else(|| entry.unit.text.as_ref().map(|text| text.chars().take(EXCERPT).collect())).unwrap_or_default()
}

/// Gives decisions the codes that the coder chose.
pub(super) async fn migrate(
    desk: &impl Desk,
    codebook: &str,
    codes: &BTreeMap<String, String>,
    each: &BTreeMap<String, [String; 2]>,
) -> Result<Outcome, Failure> {
    let reference = reference(desk, codebook, codes.values().chain(each.values().map(|[_, to]| to))).await?;
    let (own, _) = stand(desk, codebook).await?;
    let mut wanted: HashMap<&str, (&Standing, &String)> = HashMap::new();
    for one in &own {
        let chosen = each.get(&one.first).filter(|[from, _]| *from == one.code).map(|[_, to]| to);
        if let Some(to) = chosen.or_else(|| codes.get(&one.code)).filter(|to| **to != one.code) {
            wanted.insert(&one.last, (one, to));
        }
    }
    let at = desk.now();
    let mut edits = Vec::with_capacity(wanted.len());
    let mut seen = HashSet::new();
    records(desk, |records, _| {
        for Record { log, .. } in records {
            if let Some((one, to)) = wanted.get(&*log.id)
                && seen.insert(log.id.clone())
            {
                edits.push(edit(log, one, to, &reference, desk.uuid(), &at));
            }
        }
        Ok(())
    })
    .await?;
    if edits.is_empty() {
        return Ok(Outcome::Migrated { changed: 0 });
    }
    import::bring_in(desk, edits).await.map(|(added, _, _)| Outcome::Migrated { changed: added })
}

/// The codebook as it is kept now, if it has these codes.
async fn reference(
    desk: &impl Desk,
    codebook: &str,
    mut codes: impl Iterator<Item = &String>,
) -> Result<CodebookRef, Failure> {
    let Response::Codebooks { codebooks, .. } = desk.ask(Request::Codebooks).await? else { return Err(astray()) };
    let card = codebooks.into_iter().find(|card| card.codebook.id == codebook);
    let card = card.ok_or_else(|| invalid(format!("there is no codebook `{codebook}`; save it first")))?;
    match codes.find(|code| card.codes.iter().all(|known| known.id != **code)) {
        Some(code) => Err(invalid(format!("the codebook as it is kept has no code `{code}`; save it first"))),
        None => Ok(card.codebook),
    }
}

/// The edit of a decision by which it has another code.
fn edit(last: &LogEntry, one: &Standing, to: &str, codebook: &CodebookRef, id: String, at: &str) -> Record {
    let log = LogEntry {
        id,
        at: at.to_owned(),
        action: Action::Edited,
        codebook: codebook.clone(),
        code: Some(to.to_owned()),
        revises: Some(one.first.clone()),
        suggestion_visible: false,
        proposed: None,
        session: None,
        ..last.clone()
    };
    Record { log, annotation: None, conflicts: Vec::new() }
}
