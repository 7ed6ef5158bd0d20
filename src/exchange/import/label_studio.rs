//! Label Studio: tasks with the annotations of several coders.
//!
//! Source: Label Studio's JSON export (guide `task_format`). Offsets of a text count code points, and counted UTF-16 units in
//! earlier versions (HumanSignal/label-studio, issues 1008 and 1347): the words that the file quotes say which, and a label
//! whose words are not there is left out. Regions of hypertext, images and sound have no text to stand in.

use super::span::{Count, MAX_SPANS, Places};
use super::{Draft, Failed, Saying, Unit, shown};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::ops::Range;

#[derive(Deserialize)]
struct Task {
    #[serde(default)]
    id: Value,
    data: BTreeMap<String, Value>,
    annotations: Vec<Annotation>,
    #[serde(default)]
    predictions: Vec<Value>,
}

#[derive(Deserialize)]
struct Annotation {
    result: Vec<Region>,
    #[serde(default)]
    completed_by: Value,
    #[serde(default)]
    was_cancelled: bool,
    created_at: Option<String>,
    updated_at: Option<String>,
}

#[derive(Deserialize)]
struct Region {
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    value: Value,
}

pub(super) fn read(file: &str, draft: &mut Draft<'_>) -> Result<(), Failed> {
    let tasks: Vec<Task> = serde_json::from_str(file).map_err(|error| {
        Failed(format!("expected [{{\"data\", \"annotations\"}}] as Label Studio exports JSON (not JSON-MIN): {error}"))
    })?;
    for (task, number) in tasks.iter().zip(1..) {
        let place = match &task.id {
            Value::Number(id) => format!("task {id}"),
            _ => format!("task {number} of the file"),
        };
        self::task(task, &place, draft)?;
    }
    Ok(())
}

fn task(task: &Task, place: &str, draft: &mut Draft<'_>) -> Result<(), Failed> {
    if !task.predictions.is_empty() {
        draft.remarks.lost("predictions of a model", "they are nobody's decisions; keep the file", place);
    }
    let texts: Vec<(&str, &str)> =
        task.data.iter().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?))).collect();
    let named = texts.iter().find(|(name, _)| *name == "text");
    let only = if texts.len() == 1 { texts.first() } else { None };
    let Some((used, text)) = named.or(only).copied() else {
        draft.remarks.lost("a task without a member `text` in its data", "call the text `text` in the file", place);
        return Ok(());
    };
    for name in task.data.keys().filter(|name| *name != used) {
        let mend = "records have no place for it; keep the file";
        draft.remarks.lost(format!("the member `{}` of the data", shown(name)), mend, place);
    }
    let unit = Unit::new(text, None, "");
    let counts = [Count::CodePoints, Count::Utf16].map(|count| Places::new(text, count));
    for annotation in &task.annotations {
        if annotation.was_cancelled {
            draft.remarks.lost("an annotation that was skipped", "nothing; it says that nothing was decided", place);
            continue;
        }
        let by = annotation.completed_by.get("id").unwrap_or(&annotation.completed_by);
        let coder = draft.coder(by.as_u64().map(|id| format!("label-studio-{id}")))?;
        let at = draft.time(annotation.updated_at.as_deref().or(annotation.created_at.as_deref()), place);
        if annotation.result.is_empty() {
            let mend = "code it again if no code applies: the file does not say so";
            draft.remarks.lost("an annotation without labels", mend, place);
        }
        let said = Saying { coder: &coder, at: &at, memo: None, place };
        for (index, region) in annotation.result.iter().enumerate() {
            if index >= MAX_SPANS {
                draft.remarks.lost(format!("a label after the first {MAX_SPANS} of a text"), "divide the text", place);
                continue;
            }
            self::region(region, &unit, &counts, &said, draft)?;
        }
    }
    Ok(())
}

fn region(
    region: &Region,
    unit: &Unit<'_>,
    counts: &[Places; 2],
    said: &Saying<'_>,
    draft: &mut Draft<'_>,
) -> Result<(), Failed> {
    let value = &region.value;
    let kind = region.kind.as_str();
    let labels = match kind {
        "labels" | "choices" if value.get("startOffset").is_none() => value.get(kind).and_then(Value::as_array),
        _ => None,
    };
    let Some(labels) = labels else {
        let mend = "records hold codes of words and of whole texts; keep the file";
        draft.remarks.lost(format!("a result of the type `{}`", shown(kind)), mend, said.place);
        return Ok(());
    };
    let span = match (value.get("start"), value.get("end")) {
        (None, None) if kind == "choices" => None,
        (start, end) => {
            let offsets = start.and_then(Value::as_u64).zip(end.and_then(Value::as_u64));
            let quoted = value.get("text").and_then(Value::as_str);
            let spans = offsets.map(|(start, end)| [0, 1].map(|count: usize| counts[count].span(start, end)));
            let Some(span) = spans.and_then(|spans| chosen(spans, unit.text, quoted, said, draft)) else {
                let mend = "look whether the task's text was changed after it was coded";
                draft.remarks.lost("a label of words that do not stand where it says", mend, said.place);
                return Ok(());
            };
            Some(span)
        }
    };
    for label in labels {
        match label.as_str() {
            Some(label) => draft.add(unit, span.clone(), label, said)?,
            None => draft.remarks.lost("a label that is no text", "write it as text", said.place),
        }
    }
    Ok(())
}

/// The words that the file quotes; without a quote, those by code points.
fn chosen(
    spans: [Option<Range<usize>>; 2],
    text: &str,
    quoted: Option<&str>,
    said: &Saying<'_>,
    draft: &mut Draft<'_>,
) -> Option<Range<usize>> {
    if let Some(quoted) = quoted {
        // A line break may be quoted as `\n`.
        let plain = |text: &str| text.replace("\\n", "\n");
        return spans.into_iter().flatten().find(|span| plain(&text[span.clone()]) == plain(quoted));
    }
    let [points, units] = spans;
    if points != units {
        let mend = "compare its words with the tool's";
        draft.remarks.doubt("a label after an emoji that quotes no words", mend, said.place);
    }
    points
}
