//! Whole projects to a file and back.
//!
//! Invariants: all projects of a file come back or none, as new ones beside what is there.
//! Must not touch: what the file looks like (`exchange::backup`).

use super::{Desk, astray, invalid, seal};
use crate::exchange::backup::{Reader, Writer};
use crate::exchange::task::Outcome;
use crate::service::protocol::{Failure, Project, Request, Response, Stored};
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// Entries a request.
const SLICE: usize = 200;
/// Bytes of a file read at once.
const PIECE: usize = 1 << 20;

/// Writes projects; `keyed` says that the file is encrypted and may hold the key of pseudonyms.
pub(super) async fn save(
    desk: &impl Desk,
    projects: &[Project],
    keyed: bool,
    output: &mut dyn Write,
) -> Result<Outcome, Failure> {
    let mut writer = Writer::new(keyed);
    let mut done = 0;
    let mut put = |text: Result<String, serde_json::Error>| {
        output.write_all(text.map_err(invalid)?.as_bytes()).map_err(seal::unwritten)
    };
    put(writer.header(&desk.now(), projects))?;
    for Project { id, .. } in projects {
        let mut after = None;
        loop {
            let request = Request::Dump { project: id.clone(), after, limit: SLICE as u32 };
            let Response::Dump { entries, next } = desk.ask(request).await? else { return Err(astray()) };
            let entries = entries.read().map_err(invalid)?;
            done += entries.len();
            put(writer.entries(id, entries))?;
            desk.told(done);
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    put(writer.footer())?;
    Ok(Outcome::Copied)
}

/// Brings the projects of a file back.
pub(super) async fn restore(desk: &impl Desk, mut input: Box<dyn Read>) -> Result<Outcome, Failure> {
    let mut reader = Reader::default();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let mut done = 0;
    let mut piece = vec![0; PIECE];
    loop {
        let length = input.read(&mut piece).map_err(seal::unreadable)?;
        if length == 0 {
            break;
        }
        let entries = reader.push(&piece[..length]).map_err(invalid)?;
        let mut of: BTreeMap<String, Vec<Stored>> = BTreeMap::new();
        done += entries.len();
        for (project, entry) in entries {
            of.entry(project).or_default().push(entry);
        }
        for (project, mut entries) in of {
            let project = ids.entry(project).or_insert_with(|| desk.uuid()).clone();
            while !entries.is_empty() {
                let rest = entries.split_off(entries.len().min(SLICE));
                put(desk, &project, entries).await?;
                entries = rest;
            }
        }
        desk.told(done);
    }
    let projects = reader.projects().unwrap_or_default().to_vec();
    reader.finish().map_err(invalid)?;
    let mut adopted = Vec::new();
    for project in projects {
        let id = match ids.remove(&project.id) {
            Some(id) => id,
            // One that held nothing is one too.
            None => {
                let id = desk.uuid();
                put(desk, &id, Vec::new()).await?;
                id
            }
        };
        adopted.push(Project { id, ..project });
    }
    let names = adopted.iter().map(|project| project.name.clone()).collect();
    desk.ask(Request::Adopt { projects: adopted.into() }).await?;
    Ok(Outcome::Restored { names })
}

async fn put(desk: &impl Desk, project: &str, entries: Vec<Stored>) -> Result<(), Failure> {
    desk.ask(Request::Restore { project: project.to_owned(), entries: entries.into() }).await.map(drop)
}
