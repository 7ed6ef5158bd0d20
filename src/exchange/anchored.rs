//! JSON Lines of quotes and of what became of them: what `postil anchor` reads and writes.
//!
//! Shape in: `{"id"?, "text", "quote": {"exact", "prefix"?, "suffix"?}, "position"?: {"start", "end"}}`, other members left
//! aside. Shape out: `{"id"?, "outcome", "start"?, "end"?, "score", "candidates"?}`: start and end of `exact`, `moved` and
//! `changed`, candidates of `ambiguous`; for a line that could not be read, a [`Bad`] one in its place. UTF-8, `\n` after each
//! line; offsets are code points of the text.

use super::classified::{Bad, ended, in_line};
use crate::annotation::anchor::{Anchorer, Context, Found, Place, Wanted};
use crate::annotation::selector::Position;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A quote and the text to look for it in.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Input {
    /// Whatever the asker calls it.
    pub id: Option<Value>,
    /// Text as it is now.
    pub text: String,
    /// Quote as it was.
    pub quote: Quoted,
    /// Where it was.
    pub position: Option<Position>,
}

/// A quote with as much of its context as is known.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Quoted {
    /// The text itself.
    pub exact: String,
    /// What stood before it.
    #[serde(default)]
    pub prefix: String,
    /// What stood after it.
    #[serde(default)]
    pub suffix: String,
}

#[derive(Serialize)]
struct Output<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    outcome: &'static str,
    #[serde(flatten)]
    place: Option<Span>,
    score: f64,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    candidates: Vec<Candidate>,
}

#[derive(Serialize)]
struct Span {
    start: u32,
    end: u32,
}

#[derive(Serialize)]
struct Candidate {
    #[serde(flatten)]
    span: Span,
    score: f64,
}

impl Input {
    /// What is looked for. Context that is not given is not known.
    pub fn wanted(&self) -> Wanted<'_> {
        let side = |text| Context { text, to_edge: false };
        Wanted {
            exact: &self.quote.exact,
            prefix: side(&self.quote.prefix),
            suffix: side(&self.quote.suffix),
            position: self.position.map(|position| (position.start, position.end)),
        }
    }
}

/// The quote in a line, or nothing in a blank one. `number` counts lines from 1.
///
/// # Errors
/// If the line is not an object with a text and a quote, or its position ends before it starts.
pub fn parse(line: &str, number: usize) -> Result<Option<Input>, Bad> {
    let line = line.trim_end();
    if line.is_empty() {
        return Ok(None);
    }
    let bad = |id, error| Bad { id, error, line: number };
    let input: Input = serde_json::from_str(line).map_err(|error| {
        let id = serde_json::from_str::<Value>(line).ok().and_then(|value| value.get("id").cloned());
        bad(id, format!("expected {{\"text\", \"quote\": {{\"exact\"}}}}: {}", in_line(&error)))
    })?;
    match input.position {
        Some(Position { start, end }) if start > end => {
            Err(bad(input.id, format!("the position ends at {end}, before it starts at {start}; exchange them")))
        }
        _ => Ok(Some(input)),
    }
}

/// The line for a quote, with its line break.
///
/// # Errors
/// If its id cannot be written as JSON.
pub fn line(id: Option<&Value>, text: &Anchorer<'_>, found: &Found) -> Result<String, serde_json::Error> {
    let span = |place: &Place| {
        let (start, end) = text.code_points(&place.span);
        Span { start, end }
    };
    let (outcome, best, candidates) = match found {
        Found::Exact(place) => ("exact", Some(place), [].as_slice()),
        Found::Moved(place) => ("moved", Some(place), [].as_slice()),
        Found::Changed(place) => ("changed", Some(place), [].as_slice()),
        Found::Ambiguous(places) => ("ambiguous", None, places.as_slice()),
        Found::Orphan => ("orphan", None, [].as_slice()),
    };
    ended(&Output {
        id,
        outcome,
        place: best.map(span),
        score: rounded(best.or(candidates.first()).map_or(0.0, |place| place.score)),
        candidates: candidates
            .iter()
            .map(|place| Candidate { span: span(place), score: rounded(place.score) })
            .collect(),
    })
}

/// To four places: the rest says nothing.
fn rounded(score: f64) -> f64 {
    (score * 1e4).round() / 1e4
}
