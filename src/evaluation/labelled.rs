//! Texts with what people said of them, from JSON Lines.
//!
//! An object a line: `text`, and any of `support` (true or false), `label` (0 or 1), `stance`, `tier`, `codes` (ids of all codes
//! that apply); every other member is a key that cases may be grouped by, if its value is short and plain.
//! Invariants: an error says line and member and never repeats a value, because values are texts of people.

use super::Fault;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// Longest value of a key, in bytes; what is longer is a text, and no group.
const MAX_KEY: usize = 64;

/// Keys whose cases resemble each other, the first that a case has counts.
const CLUSTERS: [&str; 5] = ["user", "event", "templ_id", "group", "functionality"];

/// A text and what is known of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Case {
    /// Where it stands in its source, from 1.
    pub line: usize,
    /// The text itself.
    pub text: String,
    /// What people said of it.
    pub gold: Gold,
    /// Ids of the codes that apply, if people said so.
    pub codes: Option<Vec<String>>,
    /// What it may be grouped by.
    pub keys: BTreeMap<String, String>,
}

impl Case {
    /// What it shares with the cases that resemble it: one account, event or template, as `(key, value)`.
    pub fn cluster(&self) -> Option<(&str, &str)> {
        CLUSTERS.iter().find_map(|key| self.keys.get_key_value(*key)).map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

/// What people said of a text, as far as they said it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gold {
    /// Whether it supports what the codebook is about.
    pub support: Option<bool>,
    /// Id of the stance.
    pub stance: Option<String>,
    /// The tiers that are right; one, where people settled on one.
    pub tier: Option<RangeInclusive<u8>>,
}

/// What the labels of a source are worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// Its labels are the gold.
    Given,
    /// None of its texts supports anything, whatever its labels say.
    Negative,
}

/// The cases of a source; blank lines are left aside.
///
/// # Errors
/// The first line that is no case.
pub fn parse(source: &str, labels: Labels) -> Result<Vec<Case>, Fault> {
    let numbered = source.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty());
    numbered.map(|(content, line)| case(content, line, labels).map_err(|message| Fault { line, message })).collect()
}

fn case(content: &str, line: usize, labels: Labels) -> Result<Case, String> {
    // An error of kind "data" would repeat the value; that it is no object is all there is to say then.
    let mut object: Map<String, Value> = serde_json::from_str(content).map_err(|error| match error.is_data() {
        true => "expected an object {\"text\": …}".to_owned(),
        false => format!("not JSON from column {} on", error.column()),
    })?;
    let Some(Value::String(text)) = object.remove("text") else {
        return Err("`text` must be there, and be a string".into());
    };
    let gold = match labels {
        Labels::Given => gold(&object)?,
        Labels::Negative => Gold { support: Some(false), ..Gold::default() },
    };
    let codes = object
        .remove("codes")
        .filter(|codes| !codes.is_null())
        .map(|codes| serde_json::from_value(codes).map_err(|_| "`codes` must be an array of ids of codes".to_owned()));
    let codes = codes.transpose()?;
    let keys = object.into_iter().filter_map(|(key, value)| Some((key, plain(value)?))).collect();
    Ok(Case { line, text, gold, codes, keys })
}

fn gold(object: &Map<String, Value>) -> Result<Gold, String> {
    let member = |name: &str| object.get(name).filter(|value| !value.is_null());
    let support = member("support").map(|value| value.as_bool().ok_or("`support` must be true or false"));
    let label = member("label").map(|value| match value.as_u64() {
        Some(0) => Ok(false),
        Some(1) => Ok(true),
        _ => Err("`label` must be 0 or 1; give the file as `--negatives` if it means something else"),
    });
    let stance = member("stance").map(|value| value.as_str().map(str::to_owned).ok_or("`stance` must be a string"));
    let tier = member("tier").map(|value| {
        let tier = value.as_u64().and_then(|tier| u8::try_from(tier).ok());
        tier.map(|tier| tier..=tier).ok_or("`tier` must be a whole number from 0 up")
    });
    let (support, label) = (support.transpose()?, label.transpose()?);
    Ok(Gold { support: support.or(label), stance: stance.transpose()?, tier: tier.transpose()? })
}

fn plain(value: Value) -> Option<String> {
    let plain = match value {
        Value::String(value) => value,
        Value::Number(value) => value.to_string(),
        Value::Bool(value) => value.to_string(),
        Value::Null | Value::Array(_) | Value::Object(_) => return None,
    };
    (!plain.is_empty() && plain.len() <= MAX_KEY && !plain.contains(char::is_control)).then_some(plain)
}
