//! What one version of a codebook says otherwise than another.
//!
//! Purpose: changes as a person would tell them, each with its place; a code that was renamed is not one less and one more.
//! Shape: both are taken as plain data; what has an id, or something like one, is told apart by it, and not by its place.
//! Invariants: no change, no line; a change is told once, at the narrowest place that has it.

use super::model::{Code, Codebook};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Names from the outside in, such as ``code `found` ``, ``indicator `asks-owner` ``, `weight`. Empty: the codebook.
    pub place: Vec<String>,
    /// What happened there.
    pub what: What,
}

/// What happened at a place.
#[derive(Debug, Clone, PartialEq)]
pub enum What {
    /// It is new; with what it says, where that is short.
    Added(Option<String>),
    /// It is gone; with what it said, where that is short.
    Removed(Option<String>),
    /// It says something else.
    Changed {
        /// Before.
        from: String,
        /// Now.
        to: String,
    },
    /// It has another id.
    Renamed {
        /// Now.
        to: String,
    },
    /// It stands under another code.
    Moved {
        /// Before; absent: at the top.
        from: Option<String>,
        /// Now; absent: at the top.
        to: Option<String>,
    },
    /// What is in it stands in another order.
    Reordered,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() { "codebook".into() } else { self.place.join(" › ") };
        write!(f, "{place}: {}", self.what)
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let under = |code: &Option<String>| code.as_ref().map_or("the top".into(), |code| format!("under `{code}`"));
        match self {
            Self::Added(None) => f.write_str("added"),
            Self::Added(Some(what)) => write!(f, "added {what}"),
            Self::Removed(None) => f.write_str("removed"),
            Self::Removed(Some(what)) => write!(f, "removed {what}"),
            Self::Changed { from, to } => write!(f, "{from} → {to}"),
            Self::Renamed { to } => write!(f, "renamed to `{to}`"),
            Self::Moved { from, to } => write!(f, "moved from {} to {}", under(from), under(to)),
            Self::Reordered => f.write_str("in another order"),
        }
    }
}

/// Everything in which `new` differs from `old`: codes that were renamed and moved, then the rest by the names of its fields.
pub fn diff(old: &Codebook, new: &Codebook) -> Vec<Change> {
    let renamed = renamed(old, new);
    let mut changes = Vec::new();
    for code in &old.codes {
        if let Some(to) = renamed.get(&*code.id) {
            let what = What::Renamed { to: (*to).to_owned() };
            changes.push(Change { place: vec![format!("code `{}`", code.id)], what });
        }
    }
    let old = with_ids_of_now(old, &renamed);
    moved(&old, new, &mut changes);
    let [Ok(mut before), Ok(mut after)] = [&old, new].map(serde_json::to_value) else { return changes };
    for one in [&mut before, &mut after] {
        // Told above.
        for code in one["code"].as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
            code.remove("parent");
        }
    }
    compare(&before, &after, &mut Vec::new(), &mut changes);
    changes
}

/// Codes that have another id now: of those that are gone and those that are new, the pairs that say much the same.
fn renamed<'c>(old: &'c Codebook, new: &'c Codebook) -> BTreeMap<&'c str, &'c str> {
    let ids = |codebook: &'c Codebook| codebook.codes.iter().map(|code| &*code.id).collect::<HashSet<&str>>();
    let (before, after) = (ids(old), ids(new));
    let mut fresh: Vec<&Code> = new.codes.iter().filter(|code| !before.contains(&*code.id)).collect();
    let mut renamed = BTreeMap::new();
    for code in old.codes.iter().filter(|code| !after.contains(&*code.id)) {
        if let Some(place) = fresh.iter().position(|one| alike(code, one)) {
            renamed.insert(&*code.id, &*fresh.remove(place).id);
        }
    }
    renamed
}

/// Whether two codes with different ids say much the same.
fn alike(one: &Code, other: &Code) -> bool {
    let same = |one: &str, other: &str| !one.trim().is_empty() && one == other;
    let shared = one.indicators.iter().filter(|it| other.indicators.iter().any(|also| also.id == it.id)).count();
    same(&one.definition, &other.definition)
        || same(&one.label, &other.label)
        || shared > 0 && 2 * shared >= one.indicators.len().max(other.indicators.len())
}

fn with_ids_of_now(codebook: &Codebook, renamed: &BTreeMap<&str, &str>) -> Codebook {
    let mut codebook = codebook.clone();
    let now = |id: &mut String| {
        if let Some(to) = renamed.get(id.as_str()) {
            *id = (*to).to_owned();
        }
    };
    for code in &mut codebook.codes {
        now(&mut code.id);
        code.parent.iter_mut().for_each(now);
    }
    codebook.targets.iter_mut().for_each(|target| now(&mut target.code));
    codebook
}

/// Codes under another code, and codes in another order among those that stayed with them.
fn moved(old: &Codebook, new: &Codebook, changes: &mut Vec<Change>) {
    let before: HashMap<&str, &Option<String>> = old.codes.iter().map(|code| (&*code.id, &code.parent)).collect();
    let after: HashMap<&str, &Option<String>> = new.codes.iter().map(|code| (&*code.id, &code.parent)).collect();
    for code in &new.codes {
        if let Some(from) = before.get(&*code.id).filter(|from| **from != &code.parent) {
            let what = What::Moved { from: (*from).clone(), to: code.parent.clone() };
            changes.push(Change { place: vec![format!("code `{}`", code.id)], what });
        }
    }
    let stays = |code: &&Code| before.get(&*code.id).is_some_and(|from| Some(from) == after.get(&*code.id));
    let mut parents: Vec<&Option<String>> = new.codes.iter().filter(stays).map(|code| &code.parent).collect();
    parents.dedup();
    let mut told = HashSet::new();
    for parent in parents {
        let order = |codes: &[Code]| -> Vec<String> {
            codes.iter().filter(stays).filter(|code| code.parent == *parent).map(|code| code.id.clone()).collect()
        };
        if told.insert(parent) && order(&old.codes) != order(&new.codes) {
            let place = parent.iter().map(|parent| format!("codes under `{parent}`"));
            let place: Vec<String> = place.collect();
            let place = if place.is_empty() { vec!["codes".into()] } else { place };
            changes.push(Change { place, what: What::Reordered });
        }
    }
}

/// By what the members of a list are told apart, and what one of them is called.
fn kind(field: &str) -> Option<(&'static str, &'static [&'static str])> {
    Some(match field {
        "code" => ("code", &["id"]),
        "indicator" => ("indicator", &["id"]),
        "stance" => ("stance", &["id"]),
        "target" => ("target", &["id"]),
        "languages" => ("language", &["tag"]),
        "tier" => ("tier", &["label"]),
        "listing" => ("listing", &["jurisdiction", "source"]),
        "terms" => ("term", &["text", "lang"]),
        "patterns" => ("pattern", &["regex"]),
        _ => return None,
    })
}

fn compare(old: &Value, new: &Value, place: &mut Vec<String>, changes: &mut Vec<Change>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for field in fields(old, new) {
                let at = |object: &Map<String, Value>| object.get(field).cloned().unwrap_or_default();
                place.push(field.to_owned());
                match (at(old), at(new)) {
                    (old, new) if old == new => {}
                    (Value::Array(old), Value::Array(new)) => members(field, &old, &new, place, changes),
                    (old, new) => compare(&old, &new, place, changes),
                }
                place.pop();
            }
        }
        (Value::Null, now) => push(place, What::Added(short(now)), changes),
        (was, Value::Null) => push(place, What::Removed(short(was)), changes),
        (Value::Array(old), Value::Array(new)) => members("", old, new, place, changes),
        (was, now) => push(place, What::Changed { from: told(was), to: told(now) }, changes),
    }
}

/// The names of both, in the order of the newer one.
fn fields<'o>(old: &'o Map<String, Value>, new: &'o Map<String, Value>) -> impl Iterator<Item = &'o str> {
    let gone = old.keys().filter(|key| !new.contains_key(*key));
    new.keys().chain(gone).map(String::as_str)
}

fn members(field: &str, old: &[Value], new: &[Value], place: &mut Vec<String>, changes: &mut Vec<Change>) {
    let Some((name, keys)) = kind(field) else { return plain(old, new, place, changes) };
    // The list is named by its members.
    let list = place.pop();
    // The same name twice is a fault of its own; they are told apart by which comes first.
    let keyed = |members: &[Value]| {
        let mut seen = HashMap::new();
        let key = |member: &Value| keys.iter().map(|key| told(&member[*key])).collect::<Vec<_>>();
        let keyed = members.iter().map(|member| {
            let key = key(member);
            let number = *seen.entry(key.clone()).and_modify(|number| *number += 1).or_insert(0);
            ((key, number), member.clone())
        });
        keyed.collect::<Vec<_>>()
    };
    let (before, after) = (keyed(old), keyed(new));
    let called = |member: &Value| format!("{name} `{}`", member[keys[0]].as_str().unwrap_or_default());
    for (key, member) in &before {
        if after.iter().all(|(now, _)| now != key) {
            place.push(called(member));
            push(place, What::Removed(None), changes);
            place.pop();
        }
    }
    for (key, member) in &after {
        place.push(called(member));
        match before.iter().find(|(was, _)| was == key) {
            Some((_, was)) => compare(was, member, place, changes),
            None => push(place, What::Added(None), changes),
        }
        place.pop();
    }
    let order = |these: &[((Vec<String>, usize), Value)], those: &[((Vec<String>, usize), Value)]| -> Vec<_> {
        let both = these.iter().filter(|(key, _)| those.iter().any(|(other, _)| other == key));
        both.map(|(key, _)| key.clone()).collect()
    };
    place.extend(list);
    if field != "code" && order(&before, &after) != order(&after, &before) {
        push(place, What::Reordered, changes);
    }
}

/// Lists of words and of sentences, and pairs of numbers.
fn plain(old: &[Value], new: &[Value], place: &[String], changes: &mut Vec<Change>) {
    if old.iter().chain(new).all(Value::is_number) {
        let shown = |list: &[Value]| list.iter().map(told).collect::<Vec<_>>().join(", ");
        return push(place, What::Changed { from: shown(old), to: shown(new) }, changes);
    }
    let before = changes.len();
    for gone in old.iter().filter(|one| !new.contains(one)) {
        push(place, What::Removed(Some(told(gone))), changes);
    }
    for fresh in new.iter().filter(|one| !old.contains(one)) {
        push(place, What::Added(Some(told(fresh))), changes);
    }
    if changes.len() == before {
        push(place, What::Reordered, changes);
    }
}

fn push(place: &[String], what: What, changes: &mut Vec<Change>) {
    changes.push(Change { place: place.to_vec(), what });
}

/// A value in words, where it is no list and no table.
fn short(value: &Value) -> Option<String> {
    (!value.is_array() && !value.is_object()).then(|| told(value))
}

#[expect(clippy::cast_possible_truncation)]
fn told(value: &Value) -> String {
    match value {
        Value::String(text) => format!("“{text}”"),
        // As it was written, and not as it came out of fewer digits.
        Value::Number(number) if number.is_f64() => {
            number.as_f64().map_or_else(String::new, |n| (n as f32).to_string())
        }
        other => other.to_string(),
    }
}
