//! CSV for spreadsheets: a row for each decision that stands.
//!
//! Shape: UTF-8 with a byte order mark, by which spreadsheets know it; RFC 4180; [`COLUMNS`]; offsets are code points of
//! `text`, empty where the decision is about the whole unit; what is not known is empty.
//! Invariants: a spreadsheet takes no cell for a formula. A cell that begins with `=`, `+`, `-`, `@`, tab or carriage return
//! has an apostrophe before it, and so has one that begins with an apostrophe: to undo it, take one apostrophe off each cell
//! that begins with one.
//! Holds what stands (`decided.rs`).

use super::decided::{Decided, Decision, found_via, name};
use super::writer::{Failed, failed};

/// The columns, in order.
const COLUMNS: [&str; 30] = [
    "decision",
    "at",
    "coder",
    "action",
    "codebook",
    "codebook_version",
    "label",
    "stance",
    "tier",
    "confidence",
    "memo",
    "relation",
    "related_from",
    "related_to",
    "unit",
    "unit_kind",
    "url",
    "title",
    "author",
    "found_via",
    "captured_at",
    "sha256",
    "text",
    "quote",
    "start",
    "end",
    "image",
    "region",
    "suggestion_visible",
    "session",
];

/// The table.
pub(super) fn write(decided: &Decided) -> Result<Vec<u8>, Failed> {
    let rows = decided.decisions.iter().map(|decision| cells(decided, decision));
    table(COLUMNS.map(str::to_owned), rows)
}

fn cells(decided: &Decided, decision: &Decision) -> [String; COLUMNS.len()] {
    let (entry, unit) = (&decision.entry, &decided.units[decision.unit]);
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let offset = |at: usize| decision.span().map_or(String::new(), |span| span[at].to_string());
    let (captured, relation) = (&unit.captured, entry.relation.as_ref());
    [
        entry.id.clone(),
        entry.at.clone(),
        entry.coder.clone(),
        name(decision.action),
        entry.codebook.id.clone(),
        entry.codebook.version.clone(),
        text(&entry.code),
        text(&entry.stance),
        entry.tier.map_or(String::new(), |tier| tier.to_string()),
        entry.confidence.map(name).unwrap_or_default(),
        text(&entry.memo),
        relation.map(|it| name(it.kind)).unwrap_or_default(),
        relation.map(|it| it.from.clone()).unwrap_or_default(),
        relation.map(|it| it.to.clone()).unwrap_or_default(),
        unit.key.clone(),
        name(captured.unit),
        unit.url.clone(),
        captured.title.clone(),
        captured.author.map_or(String::new(), |author| author.to_string()),
        found_via(captured),
        captured.source_date.clone(),
        captured.sha256.clone(),
        text(&captured.text),
        decision.quote().unwrap_or_default().to_owned(),
        offset(0),
        offset(1),
        text(&captured.image),
        decision.region(),
        entry.suggestion_visible.to_string(),
        text(&entry.session),
    ]
}

/// A table for spreadsheets.
pub(super) fn table<R, C>(columns: C, rows: impl Iterator<Item = R>) -> Result<Vec<u8>, Failed>
where
    C: IntoIterator<Item = String>,
    R: IntoIterator<Item = String>,
{
    let mut bytes = "\u{feff}".as_bytes().to_vec();
    bytes.extend(lines(
        std::iter::once(columns.into_iter().collect()).chain(rows.map(|row| row.into_iter().collect())),
    )?);
    Ok(bytes)
}

/// Rows of such a table.
pub(super) fn lines(rows: impl Iterator<Item = Vec<String>>) -> Result<Vec<u8>, Failed> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    for row in rows {
        writer.write_record(row.into_iter().map(guarded)).map_err(failed)?;
    }
    writer.into_inner().map_err(failed)
}

/// A cell that is no formula.
fn guarded(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) { format!("'{cell}") } else { cell }
}
