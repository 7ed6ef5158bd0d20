//! Hypothesis: notes on words of pages, of which the tags are codes.
//!
//! Source: Hypothesis API 1, `annotation.yaml`; a file is the answer to a search (`{"rows": […]}`) or a list of its rows.
//! The file quotes words with some of what stands around them, and has no more of the page: that is the unit. Offsets count in
//! a text of the whole page that is not in the file, and so are not carried: the words are found again by themselves.

use super::{Draft, Failed, Saying, Unit};
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(untagged)]
enum File {
    Answer { rows: Vec<Row> },
    Rows(Vec<Row>),
}

#[derive(Deserialize)]
struct Row {
    id: String,
    uri: String,
    user: String,
    created: Option<String>,
    updated: Option<String>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    references: Vec<Value>,
    #[serde(default)]
    target: Vec<Target>,
    #[serde(default)]
    document: Document,
}

#[derive(Deserialize)]
struct Target {
    #[serde(default)]
    selector: Vec<Value>,
}

#[derive(Default, Deserialize)]
struct Document {
    #[serde(default)]
    title: Vec<String>,
}

#[derive(Deserialize)]
struct Quote {
    exact: String,
    #[serde(default)]
    prefix: String,
    #[serde(default)]
    suffix: String,
}

pub(super) fn read(file: &str, draft: &mut Draft<'_>) -> Result<(), Failed> {
    let (File::Answer { rows } | File::Rows(rows)) = serde_json::from_str(file).map_err(|error| {
        Failed(format!("expected {{\"rows\": [{{\"id\", \"uri\", \"user\", \"target\"}}]}} as the API of Hypothesis answers: {error}"))
    })?;
    rows.iter().try_for_each(|it| row(it, draft))
}

fn row(row: &Row, draft: &mut Draft<'_>) -> Result<(), Failed> {
    let place = format!("annotation {}", super::shown(&row.id));
    if !row.references.is_empty() {
        draft.remarks.lost("a reply", "records hold no talk about decisions; keep the file", &place);
        return Ok(());
    }
    let quote = row.target.iter().flat_map(|target| &target.selector).find_map(|selector| {
        let quotes = selector.get("type").is_some_and(|kind| kind == "TextQuoteSelector");
        Quote::deserialize(selector).ok().filter(|quote| quotes && !quote.exact.is_empty())
    });
    let Some(Quote { exact, prefix, suffix }) = quote else {
        draft.remarks.lost(
            "a note on a whole page",
            "records are about texts; quote the words that it is about",
            &place,
        );
        return Ok(());
    };
    if row.tags.is_empty() {
        draft.remarks.lost("an annotation without tags", "tag it with its code", &place);
        return Ok(());
    }
    let name = row.user.strip_prefix("acct:").unwrap_or(&row.user).split('@').next().unwrap_or_default();
    let coder = draft.coder(Some(name.to_owned()))?;
    let at = draft.time(row.updated.as_deref().or(row.created.as_deref()), &place);
    let memo = Some(row.text.as_str()).filter(|text| !text.is_empty());
    let text = [prefix.as_str(), &exact, &suffix].concat();
    let title = row.document.title.first().map_or("", String::as_str);
    let unit = Unit::new(&text, Some(&row.uri), title);
    let span = prefix.len()..prefix.len() + exact.len();
    let said = Saying { coder: &coder, at: &at, memo, place: &place };
    row.tags.iter().try_for_each(|tag| draft.add(&unit, Some(span.clone()), tag.trim(), &said))
}
