//! REFI-QDA project (`.qdpx`): coders, codes, texts and what was coded in them, for programs of qualitative analysis.
//!
//! Source: REFI-QDA Project 1.0, `urn:QDA-XML:project:1.0`.
//! Shape: a zip of `project.qde` and a text in `Sources/` for each unit; positions are code points. A span is a selection, a
//! code on the whole unit a coding of its source; stance, tier and memo are the description of a selection, and of the whole
//! unit that of its source. `none applies` is a code. What says no code is left out, and so are units without a text that was kept, which the
//! project's description counts.
//! Invariants: entries are in order and have one fixed time, so that the same records are the same bytes.
//! Holds what stands (`decided.rs`), and at the end the file itself.

use super::decided::{Decided, Decision, Unit, name};
use super::refi::{self, Codes, Xml, close, code_guid, document, empty, guid, open, text};
use super::writer::{Failed, failed};
use std::collections::BTreeSet;
use std::io::Write;
use zip::write::SimpleFileOptions;
use zip::{DateTime, ZipWriter};

/// The project, with the names and meanings of these codes.
pub(super) fn write(decided: &Decided, mut codes: Codes) -> Result<Vec<u8>, Failed> {
    for decision in decided.decisions.iter().filter(|it| it.value().is_some()) {
        codes.used(&decision.entry.codebook.id, decision.entry.code.as_deref());
    }
    let mut bytes = Vec::new();
    let mut zip = ZipWriter::new_stream(&mut bytes as &mut dyn Write);
    let options = SimpleFileOptions::default().last_modified_time(DateTime::default());
    zip.start_file("project.qde", options).map_err(failed)?;
    zip.write_all(&project(decided, &codes)?).map_err(failed)?;
    for unit in &decided.units {
        if let Some(text) = words(unit) {
            zip.start_file(format!("Sources/{}.txt", guid(&["unit", &unit.key])), options).map_err(failed)?;
            zip.write_all(text.as_bytes()).map_err(failed)?;
        }
    }
    zip.finish().map_err(failed)?;
    Ok(bytes)
}

fn project(decided: &Decided, codes: &Codes) -> Result<Vec<u8>, Failed> {
    let xmlns = ("xmlns", "urn:QDA-XML:project:1.0");
    let mut xml = document("Project", &[xmlns, ("name", "Postil"), ("origin", "Postil")])?;
    let xml = &mut xml;
    let coders: BTreeSet<&str> = decided.decisions.iter().map(|decision| decision.entry.coder.as_str()).collect();
    if !coders.is_empty() {
        open(xml, "Users", &[])?;
        for coder in coders {
            empty(xml, "User", &[("guid", &guid(&["coder", coder])), ("name", coder)])?;
        }
        close(xml, "Users")?;
    }
    // A book without codes is none.
    if let Ok(books) = codes.books() {
        open(xml, "CodeBook", &[])?;
        refi::codes(xml, &books)?;
        close(xml, "CodeBook")?;
    }
    let kept = decided.units.iter().filter(|unit| words(unit).is_some()).count();
    if kept > 0 {
        open(xml, "Sources", &[])?;
        let mut rest = decided.decisions.as_slice();
        for index in 0..decided.units.len() {
            let (of, later) = rest.split_at(rest.partition_point(|decision| decision.unit <= index));
            rest = later;
            source(xml, decided, index, of)?;
        }
        close(xml, "Sources")?;
    }
    let left = decided.units.len() - kept;
    if left > 0 {
        text(xml, "Description", &format!("Units left out because their text was not kept: {left}"))?;
    }
    close(xml, "Project")?;
    Ok(std::mem::replace(xml, Xml::new(Vec::new())).into_inner())
}

/// What a source says: a unit's text, if it was kept and is not that of an image without words.
fn words(unit: &Unit) -> Option<&str> {
    unit.captured.text.as_deref().filter(|text| !text.is_empty())
}

/// A unit as a source, if its text was kept.
fn source(xml: &mut Xml, decided: &Decided, index: usize, decisions: &[Decision]) -> Result<(), Failed> {
    let unit = &decided.units[index];
    if words(unit).is_none() {
        return Ok(());
    }
    let id = guid(&["unit", &unit.key]);
    let title = format!("{} {}", name(unit.captured.unit), unit.key);
    let path = format!("internal://{id}.txt");
    let attributes = [("guid", id.as_str()), ("name", &title), ("plainTextPath", &path)];
    open(xml, "TextSource", &attributes)?;
    let coded = || decisions.iter().filter(|decision| decision.value().is_some());
    let whole = || coded().filter(|decision| decision.span().is_none());
    let said = whole().map(|decision| (decision, remarks(decision))).filter(|(_, remarks)| !remarks.is_empty());
    let said: String = said.map(|(decision, remarks)| format!("\n{}: {remarks}", decision.entry.coder)).collect();
    text(xml, "Description", &format!("{}\n{}{said}", unit.url, unit.captured.source_date))?;
    for decision in coded() {
        let Some([from, to]) = decision.span() else { continue };
        let (user, at) = (guid(&["coder", &decision.entry.coder]), &decision.entry.at);
        let (id, from, to) = (guid(&["selection", &decision.entry.id]), from.to_string(), to.to_string());
        let attributes = [
            ("guid", id.as_str()),
            ("name", decision.quote().unwrap_or_default()),
            ("startPosition", &from),
            ("endPosition", &to),
            ("creatingUser", &user),
            ("creationDateTime", at),
        ];
        open(xml, "PlainTextSelection", &attributes)?;
        text(xml, "Description", &remarks(decision))?;
        coding(xml, decision)?;
        close(xml, "PlainTextSelection")?;
    }
    whole().try_for_each(|decision| coding(xml, decision))?;
    close(xml, "TextSource")
}

fn coding(xml: &mut Xml, decision: &Decision) -> Result<(), Failed> {
    let entry = &decision.entry;
    let (id, user) = (guid(&["coding", &entry.id]), guid(&["coder", &entry.coder]));
    let attributes = [("guid", id.as_str()), ("creatingUser", &user), ("creationDateTime", &entry.at)];
    open(xml, "Coding", &attributes)?;
    let code = code_guid(&entry.codebook.id, decision.value().unwrap_or_default());
    empty(xml, "CodeRef", &[("targetGUID", &code)])?;
    close(xml, "Coding")
}

/// What the format has no place for, in words.
fn remarks(decision: &Decision) -> String {
    let entry = &decision.entry;
    let stance = entry.stance.as_ref().map(|stance| format!("stance {stance}"));
    let tier = entry.tier.map(|tier| format!("tier {tier}"));
    [stance, tier, entry.memo.clone()].into_iter().flatten().collect::<Vec<_>>().join("; ")
}
