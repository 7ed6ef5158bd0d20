//! Records of a file into the open project.
//!
//! Invariants: all of the file is read before anything is asked to be kept; the service brings in all of it or nothing.

use super::export::{codebook, records};
use super::{Desk, astray, invalid, text};
use crate::exchange::import::{self, MAX_FILE, Remark, Report, Source, Terms};
use crate::exchange::merge::differing;
use crate::exchange::task::{Coming, Differing, Look, Outcome};
use crate::service::protocol::{Failure, Json, Record, Request, Response};
use crate::service::purge::kept_since;
use std::collections::HashMap;
use std::io::Read;

/// Records a request.
const SLICE: usize = 200;
/// Conflicts that are shown one by one.
const SHOWN: usize = 50;

/// What is in a file; none if it has to be said first which codebook its labels are of.
type Held = (Source, Option<(Vec<Record>, Report)>);

async fn held(desk: &impl Desk, file: &Coming, input: Box<dyn Read>) -> Result<Held, Failure> {
    let text = text(input, MAX_FILE)?;
    let source = file.source.or_else(|| Source::of(&text)).ok_or_else(|| {
        invalid("this is no file of records that Postil knows; choose what wrote it, or save it in another format")
    })?;
    let terms = match (source.is_own(), &file.codebook) {
        (true, _) => None,
        (false, None) => return Ok((source, None)),
        (false, Some(id)) => {
            let Response::Codebooks { codebooks, .. } = desk.ask(Request::Codebooks).await? else {
                return Err(astray());
            };
            let card = codebooks.into_iter().find(|card| card.codebook.id == *id);
            let reference = card.ok_or_else(|| invalid(format!("there is no codebook `{id}`")))?.codebook;
            let codebook = codebook(desk, id).await?;
            let coder = file.coder.clone();
            Some(Terms::new(&codebook, reference, &file.mapped, coder, file.count).map_err(invalid)?)
        }
    };
    Ok((source, Some(import::import(source, &text, terms.as_ref()).map_err(invalid)?)))
}

/// What a file would bring.
pub(super) async fn look(desk: &impl Desk, file: &Coming, input: Box<dyn Read>) -> Result<Outcome, Failure> {
    let (source, held) = held(desk, file, input).await?;
    let Some((mut coming, mut report)) = held else { return Ok(Outcome::Looked { source, look: None }) };
    report.remarks.extend(without(desk, &mut coming).await?);
    let by_id: HashMap<&str, &Record> = coming.iter().map(|record| (record.log.id.as_str(), record)).collect();
    let mut look = Look { report, known: 0, conflicting: 0, conflicts: Vec::new() };
    records(desk, |here, _| {
        for record in here {
            let Some(coming) = by_id.get(record.log.id.as_str()) else { continue };
            if coming.log == record.log {
                look.known += 1;
                continue;
            }
            look.conflicting += 1;
            if look.conflicts.len() < SHOWN {
                let versions = [&record.log, &coming.log].map(serde_json::to_string);
                let versions = versions.into_iter().collect::<Result<Vec<_>, _>>().map_err(invalid)?;
                let fields = differing(versions.iter()).map_err(invalid)?.into_iter().collect();
                look.conflicts.push(Differing { id: record.log.id.clone(), fields });
            }
        }
        Ok(())
    })
    .await?;
    Ok(Outcome::Looked { source, look: Some(look) })
}

/// Takes out what the open project does not keep, as it will when the records come in, and says of how many entries it keeps
/// none because they were purged.
async fn without(desk: &impl Desk, coming: &mut [Record]) -> Result<Option<Remark>, Failure> {
    let Response::Projects { projects, open } = desk.ask(Request::Projects).await? else { return Err(astray()) };
    let answer = desk.ask(Request::Records { after: None, limit: 1 }).await?;
    let Response::Records { purged, .. } = answer else { return Err(astray()) };
    let evidence = projects.into_iter().find(|project| project.id == open).ok_or_else(astray)?.evidence;
    let mut count = 0;
    for record in coming {
        let kept = kept_since(record.log.clone(), evidence, None);
        record.log = kept_since(kept.clone(), evidence, purged.as_ref());
        count += usize::from(record.log != kept);
    }
    Ok((count > 0).then(|| Remark {
        lost: true,
        reason: "words of units that were captured before the project was purged; the decisions come in without them"
            .into(),
        mend: "to keep such words, bring the file into another project".into(),
        count,
        places: Vec::new(),
    }))
}

/// Brings a file in.
pub(super) async fn import(desk: &impl Desk, file: &Coming, input: Box<dyn Read>) -> Result<Outcome, Failure> {
    let (_, held) = held(desk, file, input).await?;
    let (coming, _) = held.ok_or_else(|| invalid("say which codebook the labels are of"))?;
    bring_in(desk, coming).await.map(|(added, known, conflicts)| Outcome::Imported { added, known, conflicts })
}

/// Brings records in, all or none; gives how many were added, were known, and say something else than what was known.
pub(super) async fn bring_in(desk: &impl Desk, mut coming: Vec<Record>) -> Result<(usize, usize, usize), Failure> {
    // What is of one page is brought in together.
    coming.sort_by(|one, other| one.log.page.url.cmp(&other.log.page.url).then_with(|| one.log.at.cmp(&other.log.at)));
    let (import, all) = (desk.uuid(), coming.len());
    let mut slices = 0;
    while !coming.is_empty() {
        let rest = coming.split_off(coming.len().min(SLICE));
        desk.ask(Request::Stage { import: import.clone(), number: slices, records: Json::of(&coming) }).await?;
        slices += 1;
        coming = rest;
        desk.told(all - coming.len());
    }
    loop {
        let answer = desk.ask(Request::Import { import: import.clone(), slices }).await?;
        let Response::Imported { added, known, conflicts, left } = answer else { return Err(astray()) };
        let [added, known, conflicts] = [added, known, conflicts].map(|number| number as usize);
        desk.told(added + known + conflicts);
        if left == 0 {
            return Ok((added, known, conflicts));
        }
    }
}
