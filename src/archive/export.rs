//! The records of the open project as a file, and what would be in it.
//!
//! Invariants: all records are of one project: if another is opened meanwhile, there is no file.

use super::{Desk, astray, invalid, seal};
use crate::codebook::Codebook;
use crate::exchange::evidence::Folder;
use crate::exchange::preview::Preview;
use crate::exchange::redaction::Redaction;
use crate::exchange::task::Outcome;
use crate::exchange::writer::Format;
use crate::service::protocol::{Damaged, Failure, Record, Request, Response};
use std::io::Write;

/// Records a request.
const SLICE: u32 = 500;

/// Gives every record of the open project to `each`, a slice at a time.
pub(super) async fn records(
    desk: &impl Desk,
    each: impl FnMut(&[Record], &[Damaged]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    records_of(desk, None, each).await
}

/// The same, if it is this project.
async fn records_of(
    desk: &impl Desk,
    mut of: Option<String>,
    mut each: impl FnMut(&[Record], &[Damaged]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let (mut after, mut done) = (None, 0);
    loop {
        let answer = desk.ask(Request::Records { after, limit: SLICE }).await?;
        let Response::Records { project, records, damaged, next, .. } = answer else { return Err(astray()) };
        let records = records.read().map_err(invalid)?;
        stays(&mut of, project)?;
        each(&records, &damaged.read().map_err(invalid)?)?;
        done += records.len();
        desk.told(done);
        after = next;
        if after.is_none() {
            return Ok(());
        }
    }
}

pub(super) async fn preview(desk: &impl Desk, format: Format, redaction: Redaction) -> Result<Outcome, Failure> {
    let (mut preview, mut lost) = (Preview::new(format, redaction), 0);
    records(desk, |records, damaged| {
        preview.push(records);
        lost += damaged.len();
        Ok(())
    })
    .await?;
    let pictures = if format == Format::Evidence { pictures(desk).await? } else { 0 };
    Ok(Outcome::Preview { leaves: preview.finish(), pictures, damaged: lost })
}

pub(super) async fn export(
    desk: &impl Desk,
    format: Format,
    redaction: Redaction,
    pictured: bool,
    output: &mut dyn Write,
) -> Result<Outcome, Failure> {
    if pictured && format == Format::Evidence && pictures(desk).await? > 0 {
        return evidence(desk, redaction, output).await;
    }
    let codebooks = if format.names_codes() { codebooks(desk).await? } else { Vec::new() };
    let mut writer = format.writer(redaction, &codebooks);
    output.write_all(&writer.begin().map_err(invalid)?).map_err(seal::unwritten)?;
    let (mut number, mut lost) = (0, 0);
    records(desk, |records, damaged| {
        number += records.len();
        lost += damaged.len();
        output.write_all(&writer.push(records).map_err(invalid)?).map_err(seal::unwritten)
    })
    .await?;
    output.write_all(&writer.finish().map_err(invalid)?).map_err(seal::unwritten)?;
    Ok(Outcome::Written { records: number, pictures: 0, damaged: lost })
}

/// An error if what comes is of another project than what came before.
fn stays(of: &mut Option<String>, project: String) -> Result<(), Failure> {
    if of.get_or_insert_with(|| project.clone()) == &project {
        return Ok(());
    }
    Err(invalid("another project was opened meanwhile; try again"))
}

/// How many pictures there are.
async fn pictures(desk: &impl Desk) -> Result<usize, Failure> {
    match desk.ask(Request::Picture { after: None }).await? {
        Response::Picture { picture, left, .. } => {
            Ok(usize::from(picture.read().map_err(invalid)?.is_some()) + left as usize)
        }
        _ => Err(astray()),
    }
}

/// The manifest with its pictures.
async fn evidence(desk: &impl Desk, redaction: Redaction, output: &mut dyn Write) -> Result<Outcome, Failure> {
    let mut folder = Folder::new(output, redaction);
    let (mut after, mut of) = (None, None);
    loop {
        let answer = desk.ask(Request::Picture { after }).await?;
        let Response::Picture { project, picture, next, .. } = answer else { return Err(astray()) };
        let picture = picture.read().map_err(invalid)?;
        stays(&mut of, project)?;
        if let Some(picture) = picture {
            folder.picture(picture).map_err(invalid)?;
            desk.told(folder.pictures());
        }
        after = next;
        if after.is_none() {
            break;
        }
    }
    folder.manifest().map_err(invalid)?;
    let (mut number, mut lost, pictures) = (0, 0, folder.pictures());
    records_of(desk, of, |records, damaged| {
        number += records.len();
        lost += damaged.len();
        folder.push(records).map_err(invalid)
    })
    .await?;
    folder.finish().map_err(invalid)?;
    Ok(Outcome::Written { records: number, pictures, damaged: lost })
}

pub(super) async fn damaged(desk: &impl Desk, output: &mut dyn Write) -> Result<Outcome, Failure> {
    let mut number = 0;
    records(desk, |_, damaged| {
        number += damaged.len();
        damaged.iter().try_for_each(|one| {
            let line = serde_json::to_string(one).map_err(invalid)? + "\n";
            output.write_all(line.as_bytes()).map_err(seal::unwritten)
        })
    })
    .await?;
    Ok(Outcome::Written { records: number, pictures: 0, damaged: 0 })
}

/// All codebooks at hand, for the names and meanings of codes.
async fn codebooks(desk: &impl Desk) -> Result<Vec<Codebook>, Failure> {
    let Response::Codebooks { codebooks, .. } = desk.ask(Request::Codebooks).await? else { return Err(astray()) };
    let mut whole = Vec::new();
    for card in codebooks {
        whole.push(codebook(desk, &card.codebook.id).await?);
    }
    Ok(whole)
}

/// A codebook at hand.
pub(super) async fn codebook(desk: &impl Desk, id: &str) -> Result<Codebook, Failure> {
    let Response::Codebook { codebook } = desk.ask(Request::Codebook { id: id.to_owned() }).await? else {
        return Err(astray());
    };
    serde_json::from_value(codebook).map_err(invalid)
}
