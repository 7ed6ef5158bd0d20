//! Projects to a file and back, for the page that offers it.
//!
//! Invariants: a slice at a time in wasm memory, which never shrinks; the whole file is offered or none, and all its projects
//! come back or none.
//! Must not touch: what the file looks like (`postil::exchange::backup`).

use crate::host::{Host, words};
use js_sys::{Array, JsString, Uint8Array};
use postil::exchange::backup::{Reader, Writer};
use postil::service::protocol::{Project, Request, Response, Stored};
use std::collections::BTreeMap;
use wasm_bindgen_futures::JsFuture;
use web_sys::File;

/// Entries a request.
const SLICE: usize = 200;
/// Bytes of a file read at once.
const PIECE: f64 = 4_000_000.0;

/// The text of a file with these projects; `told` hears how many entries there are by now.
pub(crate) async fn save(host: &Host, projects: &[Project], told: impl Fn(usize)) -> Result<JsString, String> {
    let pieces = Array::new();
    let mut writer = Writer::default();
    let mut number = 0;
    pieces.push(&writer.header(&host.now(), projects).map_err(|error| error.to_string())?.into());
    for Project { id, .. } in projects {
        let mut after = None;
        loop {
            let request = Request::Dump { project: id.clone(), after, limit: SLICE as u32 };
            let answer = host.request(&request).await.map_err(|failure| failure.message)?;
            let Response::Dump { entries, next } = answer else { break };
            number += entries.len();
            pieces.push(&writer.entries(id, entries).map_err(|error| error.to_string())?.into());
            told(number);
            after = next;
            if after.is_none() {
                break;
            }
        }
    }
    pieces.push(&writer.footer().map_err(|error| error.to_string())?.into());
    Ok(pieces.join(""))
}

/// Brings the projects of a file back as new ones; gives their names.
pub(crate) async fn restore(host: &Host, file: &File, told: impl Fn(usize)) -> Result<Vec<String>, String> {
    let mut reader = Reader::default();
    let mut ids: BTreeMap<String, String> = BTreeMap::new();
    let (mut from, mut number) = (0.0, 0);
    while from < file.size() {
        let piece = file.slice_with_f64_and_f64(from, from + PIECE).map_err(|error| words(&error))?;
        from += PIECE;
        let bytes = JsFuture::from(piece.array_buffer()).await.map_err(|error| words(&error))?;
        let entries = reader.push(&Uint8Array::new(&bytes).to_vec()).map_err(|refused| refused.to_string())?;
        let mut of: BTreeMap<String, Vec<Stored>> = BTreeMap::new();
        number += entries.len();
        for (project, entry) in entries {
            of.entry(project).or_default().push(entry);
        }
        for (project, mut entries) in of {
            let project = ids.entry(project).or_insert_with(|| host.uuid()).clone();
            while !entries.is_empty() {
                let rest = entries.split_off(entries.len().min(SLICE));
                let request = Request::Restore { project: project.clone(), entries };
                host.request(&request).await.map_err(|failure| failure.message)?;
                entries = rest;
            }
        }
        told(number);
    }
    let projects = reader.projects().unwrap_or_default().to_vec();
    reader.finish().map_err(|refused| refused.to_string())?;
    // A project that held nothing is one too.
    for Project { id, .. } in &projects {
        if !ids.contains_key(id) {
            let new = host.uuid();
            let request = Request::Restore { project: new.clone(), entries: Vec::new() };
            host.request(&request).await.map_err(|failure| failure.message)?;
            ids.insert(id.clone(), new);
        }
    }
    let names = projects.iter().map(|project| project.name.clone()).collect();
    let projects = projects.into_iter().filter_map(|project| {
        let id = ids.get(&project.id)?.clone();
        Some(Project { id, ..project })
    });
    host.request(&Request::Adopt { projects: projects.collect() }).await.map_err(|failure| failure.message)?;
    Ok(names)
}
