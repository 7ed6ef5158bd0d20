//! doccano: a text a line, with the labels of its words or of all of it.
//!
//! Source: doccano's exporter (`backend/data_export/pipeline`, version 1.8): `label` holds `[start, end, label]` or labels alone,
//! `entities` objects where relations are coded too, `cats` labels of the whole text. A file is one coder's.
//! Offsets count UTF-16 units (doccano/doccano, issue 2290), or grapheme clusters where the project counts these. The file does
//! not say which, and quotes no words: where the counts give different words, the label is in doubt.

use super::span::{Count, MAX_SPANS, Places};
use super::{Draft, Failed, Saying, UNKNOWN, Unit, failed, shown};
use crate::exchange::jsonl;
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;

const EXPECTED: &str = "expected {\"text\", \"label\"} as doccano exports JSONL";

#[derive(Deserialize)]
struct Row {
    text: String,
    #[serde(default, alias = "labels")]
    label: Value,
    #[serde(default)]
    entities: Value,
    #[serde(default)]
    cats: Value,
    #[serde(default)]
    relations: Value,
    #[serde(default, rename = "Comments", alias = "comments")]
    comments: Value,
    #[serde(default)]
    id: Value,
    #[serde(default)]
    url: Value,
    #[serde(default)]
    title: Value,
    #[serde(flatten)]
    columns: BTreeMap<String, Value>,
}

#[derive(Deserialize)]
struct Entity {
    label: String,
    start_offset: u64,
    end_offset: u64,
}

pub(super) fn read(file: &str, draft: &mut Draft<'_>) -> Result<(), Failed> {
    for (row, number) in jsonl::lines::<_, Row>(file.as_bytes(), EXPECTED).zip(1..) {
        let row = row.map_err(failed)?;
        let place = match &row.id {
            Value::Number(id) => format!("text {number} (id {id})"),
            _ => format!("text {number}"),
        };
        unit(&row, &place, draft)?;
    }
    Ok(())
}

fn unit(row: &Row, place: &str, draft: &mut Draft<'_>) -> Result<(), Failed> {
    let coder = draft.coder(None)?;
    let said = Saying { coder: &coder, at: UNKNOWN, memo: None, place };
    let url = row.url.as_str().filter(|url| matches!(url.split_once("://"), Some(("https" | "http", _))));
    let unit = Unit::new(&row.text, url, row.title.as_str().unwrap_or_default());
    let labels: Vec<&Value> = [&row.label, &row.entities, &row.cats].into_iter().flat_map(items).collect();
    if labels.is_empty() {
        draft.remarks.lost(
            "a text without labels",
            "code it again if no code applies: the file does not say so",
            place,
        );
    }
    let counts = Count::ALL.map(|count| Places::new(&row.text, count));
    let chosen = Count::ALL.iter().position(|count| *count == draft.terms.count).unwrap_or_default();
    for (index, label) in labels.into_iter().enumerate() {
        if index >= MAX_SPANS {
            draft.remarks.lost(format!("a label after the first {MAX_SPANS} of a text"), "divide the text", place);
            continue;
        }
        let entity =
            match label {
                Value::String(label) => {
                    draft.add(&unit, None, label, &said)?;
                    continue;
                }
                Value::Array(_) => serde_json::from_value(label.clone())
                    .map(|(start_offset, end_offset, label)| Entity { label, start_offset, end_offset }),
                _ => serde_json::from_value(label.clone()),
            };
        let Ok(Entity { label, start_offset: start, end_offset: end }) = entity else {
            draft.remarks.lost("a label of another form", "export spans or categories as JSONL", place);
            continue;
        };
        let spans = [0, 1, 2].map(|count: usize| counts[count].span(start, end));
        let Some(span) = spans[chosen].clone() else {
            let mend = "look whether offsets count something else (--offsets), or mend them in the file";
            draft.remarks.lost("a label of words that the text does not have", mend, place);
            continue;
        };
        if spans.iter().any(|other| *other != spans[chosen]) {
            let mend = "compare its words with the tool's; if they differ, say what offsets count (--offsets)";
            draft.remarks.doubt("a label after an emoji or a combined letter, where counts differ", mend, place);
        }
        draft.add(&unit, Some(span), &label, &said)?;
    }
    for _ in items(&row.relations) {
        draft.remarks.lost("a relation between labels", "records hold no relations; keep the file", place);
    }
    for _ in items(&row.comments) {
        draft.remarks.lost("a comment on a text", "records hold notes on decisions alone; keep the file", place);
    }
    for column in row.columns.keys() {
        draft.remarks.lost(
            format!("the column `{}`", shown(column)),
            "records have no place for it; keep the file",
            place,
        );
    }
    Ok(())
}

/// The items of a list, or the one that stands in its place.
fn items(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(items) => items,
        one => std::slice::from_ref(one),
    }
}
