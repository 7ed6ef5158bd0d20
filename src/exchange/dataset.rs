//! JSON Lines for `datasets` and pandas: a flat line for each decision that stands.
//!
//! Invariants: every line has every member, and each has one type, so that a reader that looks at the first lines alone is
//! right about the rest: what is not known is `""`, or -1 for a number. [`CARD`] declares the types.
//! Holds what stands (`decided.rs`).

use super::classified::ended;
use super::decided::{Decided, Decision, found_via, name};
use super::writer::{Failed, failed};
use serde::Serialize;

/// The head of the `README.md` that stands beside the file as `data.jsonl` in a repository of datasets.
pub const CARD: &str = include_str!("dataset.md");

#[derive(Serialize)]
struct Row<'d> {
    id: &'d str,
    text: &'d str,
    label: &'d str,
    /// Code points of `text`; -1 where the decision is about the whole unit.
    start: i64,
    end: i64,
    quote: &'d str,
    action: String,
    stance: &'d str,
    tier: i64,
    confidence: String,
    coder: &'d str,
    codebook: &'d str,
    codebook_version: &'d str,
    codebook_hash: &'d str,
    suggestion_visible: bool,
    memo: &'d str,
    relation: String,
    related_from: &'d str,
    related_to: &'d str,
    at: &'d str,
    unit: &'d str,
    unit_kind: String,
    sha256: &'d str,
    image: &'d str,
    region: String,
    author: String,
    url: &'d str,
    title: &'d str,
    captured_at: &'d str,
    found_via: String,
    session: &'d str,
}

/// The lines.
pub(super) fn write(decided: &Decided) -> Result<Vec<u8>, Failed> {
    let lines = decided.decisions.iter().map(|decision| ended(&row(decided, decision)).map_err(failed));
    Ok(lines.collect::<Result<String, _>>()?.into_bytes())
}

fn row<'d>(decided: &'d Decided, decision: &'d Decision) -> Row<'d> {
    let (entry, unit) = (&decision.entry, &decided.units[decision.unit]);
    let (captured, relation) = (&unit.captured, entry.relation.as_ref());
    let offset = |at: usize| decision.span().map_or(-1, |span| i64::from(span[at]));
    Row {
        id: &entry.id,
        text: captured.text.as_deref().unwrap_or_default(),
        label: entry.code.as_deref().unwrap_or_default(),
        start: offset(0),
        end: offset(1),
        quote: decision.quote().unwrap_or_default(),
        action: name(decision.action),
        stance: entry.stance.as_deref().unwrap_or_default(),
        tier: entry.tier.map_or(-1, i64::from),
        confidence: entry.confidence.map(name).unwrap_or_default(),
        coder: &entry.coder,
        codebook: &entry.codebook.id,
        codebook_version: &entry.codebook.version,
        codebook_hash: &entry.codebook.hash,
        suggestion_visible: entry.suggestion_visible,
        memo: entry.memo.as_deref().unwrap_or_default(),
        relation: relation.map(|it| name(it.kind)).unwrap_or_default(),
        related_from: relation.map_or("", |it| &it.from),
        related_to: relation.map_or("", |it| &it.to),
        at: &entry.at,
        unit: &unit.key,
        unit_kind: name(captured.unit),
        sha256: &captured.sha256,
        image: captured.image.as_deref().unwrap_or_default(),
        region: decision.region(),
        author: captured.author.map_or(String::new(), |author| author.to_string()),
        url: &unit.url,
        title: &captured.title,
        captured_at: &captured.source_date,
        found_via: found_via(captured),
        session: entry.session.as_deref().unwrap_or_default(),
    }
}
