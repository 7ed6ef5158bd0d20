//! JSON Lines of units and of what was read in them: what `postil classify` reads and writes.
//!
//! Shape in: `{"id", "text"}`, other members left aside. Shape out: `{"id", "results": […], "entities": […], "model": {…}}`,
//! and for a line that could not be read `{"id"?, "error", "line"}` in its place. UTF-8, `\n` after each line; offsets are
//! code points of the text.

use crate::service::protocol::{
    CodeProbability, CodebookReading, CodebookRef, Cue, EntityFinding, Finding, ModelRef, TargetStance, UnitReading,
};
use crate::text::offsets::FromUtf16;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// A unit to be read.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Input {
    /// Whatever the asker calls it.
    pub id: Value,
    /// Its text.
    pub text: String,
}

/// A line that is no unit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bad {
    /// Its id, as far as it has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<Value>,
    /// What is wrong with it, in English.
    pub error: String,
    /// Its number, from 1.
    pub line: usize,
}

#[derive(Serialize)]
struct Output<'a> {
    id: &'a Value,
    results: Vec<ResultLine<'a>>,
    entities: &'a [EntityFinding],
    model: &'a ModelRef,
}

#[derive(Serialize)]
struct ResultLine<'a> {
    codebook: &'a CodebookRef,
    tier: Option<u8>,
    tier_probability: &'a [f32],
    stance: Option<&'a str>,
    stance_probability: BTreeMap<&'a str, f32>,
    targets: &'a [TargetStance],
    support: Option<f32>,
    base: f32,
    codes: &'a [CodeProbability],
    findings: &'a [Finding],
    cues: &'a [Cue],
    other: f32,
}

/// The unit in a line, or nothing in a blank one. `number` counts lines from 1.
///
/// # Errors
/// If the line is not an object with an id and a text.
pub fn parse(line: &str, number: usize) -> Result<Option<Input>, Bad> {
    let line = line.trim_end();
    if line.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(line).map(Some).map_err(|error| {
        let id = serde_json::from_str::<Value>(line).ok().and_then(|value| value.get("id").cloned());
        Bad { id, error: format!("expected {{\"id\", \"text\"}}: {}", in_line(&error)), line: number }
    })
}

/// What is wrong with a line, without the parser's count of lines, which would stand beside our own.
pub(super) fn in_line(error: &serde_json::Error) -> String {
    let (message, column) = (error.to_string(), error.column());
    let bare = message.strip_suffix(&format!(" at line {} column {column}", error.line())).unwrap_or(&message);
    if error.is_data() { bare.into() } else { format!("{bare} at byte {column}") }
}

/// The line for a unit, with its line break. The reading's offsets are code points.
///
/// # Errors
/// If a number in the reading cannot be written as JSON.
pub fn line(id: &Value, reading: &UnitReading, model: &ModelRef) -> Result<String, serde_json::Error> {
    let results = reading.results.iter().map(result_line).collect();
    ended(&Output { id, results, entities: &reading.entities, model })
}

/// The line for a bad one, with its line break.
///
/// # Errors
/// If its id cannot be written as JSON.
pub fn bad_line(bad: &Bad) -> Result<String, serde_json::Error> {
    ended(bad)
}

/// A reading with offsets in UTF-16 units of `text`, with offsets in code points.
pub fn in_code_points(text: &str, mut reading: UnitReading) -> UnitReading {
    let (mut starts, mut ends) = (FromUtf16::new(text), FromUtf16::new(text));
    let findings = reading.results.iter_mut().flat_map(|result| &mut result.findings);
    let findings = findings.map(|finding| (&mut finding.start, &mut finding.end));
    let entities = reading.entities.iter_mut().map(|entity| (&mut entity.start, &mut entity.end));
    for (start, end) in findings.chain(entities) {
        (*start, *end) = (starts.code_points(*start), ends.code_points(*end));
    }
    for result in &mut reading.results {
        let mut cues: Vec<&mut Cue> = result.cues.iter_mut().collect();
        cues.sort_by_key(|cue| (cue.start, cue.end));
        for Cue { start, end, .. } in cues {
            (*start, *end) = (starts.code_points(*start), ends.code_points(*end));
        }
    }
    reading
}

fn result_line(reading: &CodebookReading) -> ResultLine<'_> {
    ResultLine {
        codebook: &reading.codebook,
        tier: reading.tier,
        tier_probability: &reading.tier_probability,
        stance: reading.stance.as_deref(),
        stance_probability: reading
            .stance_probability
            .iter()
            .map(|entry| (entry.stance.as_str(), entry.probability))
            .collect(),
        targets: &reading.targets,
        support: reading.support,
        base: reading.base,
        codes: &reading.codes,
        findings: &reading.findings,
        cues: &reading.cues,
        other: reading.other,
    }
}

/// A value as a line with its line break.
pub(super) fn ended(value: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(value).map(|mut line| {
        line.push('\n');
        line
    })
}
