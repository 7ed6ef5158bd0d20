//! Web annotations of other tools: tags of quoted words are codes.
//!
//! Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017. A file is an annotation, a list of them, a page,
//! or a collection with its first page in it. Every body is about every target (§3.2.6).
//! A textual body whose purpose, or else the annotation's motivation, is to tag, classify or identify is a label, any other one
//! a note; a body that has an IRI is a label if it has no other purpose. A target is words of a text: of the one in its source, if that is in
//! the file, else of the quote with what stands around it, as in `hypothesis.rs`. Positions count code points; where the quote
//! says otherwise, UTF-16 units, which tools count too. Other selectors of words that are quoted are not needed.

use super::span::{Count, Places};
use super::{Draft, Failed, Saying, Unit, shown};
use serde_json::Value;
use std::ops::Range;

const EXPECTED: &str = "expected an annotation, a list of them, an AnnotationPage or an AnnotationCollection";
/// Members of an annotation that are carried, or say nothing that a record would hold.
const MEMBERS: [&str; 12] = [
    "@context",
    "id",
    "type",
    "motivation",
    "creator",
    "created",
    "modified",
    "generator",
    "generated",
    "body",
    "bodyValue",
    "target",
];
/// Motivations by which a body is a label.
const CODING: [&str; 3] = ["tagging", "classifying", "identifying"];
/// Those of what a record holds beside it: a note, and words.
const BESIDE: [&str; 3] = ["commenting", "describing", "highlighting"];
/// Selectors within selectors that are followed.
const DEPTH: usize = 8;

pub(super) fn read(file: &str, draft: &mut Draft<'_>) -> Result<(), Failed> {
    let file: Value = serde_json::from_str(file).map_err(|error| Failed(format!("{EXPECTED}: {error}")))?;
    let items = if is(&file, "Annotation") { std::slice::from_ref(&file) } else { items(&file, draft)? };
    for (item, number) in items.iter().zip(1..) {
        let place = item["id"]
            .as_str()
            .map_or_else(|| format!("annotation {number}"), |id| format!("annotation {}", shown(id)));
        if is(item, "Annotation") {
            annotation(item, &place, draft)?;
        } else {
            draft.remarks.lost("something that is no annotation", "look what it is; keep the file", &place);
        }
    }
    Ok(())
}

/// The annotations of a list, a page or a collection.
fn items<'v>(file: &'v Value, draft: &mut Draft<'_>) -> Result<&'v [Value], Failed> {
    let page = if is(file, "AnnotationCollection") && file["first"].is_object() { &file["first"] } else { file };
    let known = is(page, "AnnotationPage") || is(page, "AnnotationCollection");
    let items = if known { page["items"].as_array() } else { file.as_array() };
    let items = items.ok_or_else(|| match is(file, "AnnotationCollection") {
        true => Failed("the pages of the collection are not in the file; import each of them".into()),
        false => Failed(EXPECTED.into()),
    })?;
    if [page, file].into_iter().chain(items).any(|it| it.get("postil:log").is_some()) {
        return Err(Failed("this is a collection of Postil's own, which has more to carry: say --from jsonld".into()));
    }
    if page.get("next").is_some() {
        draft.remarks.lost("the pages that come after this one", "import each of them", "the page");
    }
    Ok(items)
}

fn annotation(it: &Value, place: &str, draft: &mut Draft<'_>) -> Result<(), Failed> {
    let motives = several(&it["motivation"]);
    if motives.iter().any(|motive| motive == "replying") {
        draft.remarks.lost("a reply", "records hold no talk about decisions; keep the file", place);
        return Ok(());
    }
    for motive in motives.iter().filter_map(Value::as_str).filter(|it| !CODING.contains(it) && !BESIDE.contains(it)) {
        let reason = format!("the motivation `{}`", shown(motive));
        draft.remarks.lost(reason, "a record classifies and no more; keep the file", place);
    }
    for member in it.as_object().into_iter().flat_map(|it| it.keys()).filter(|key| !MEMBERS.contains(&key.as_str())) {
        let reason = format!("the member `{}` of an annotation", shown(member));
        draft.remarks.lost(reason, "records have no place for it; keep the file", place);
    }
    let (labels, notes) = said(it, place, draft);
    if labels.is_empty() {
        draft.remarks.lost("an annotation without a tag", "tag it with its code", place);
        return Ok(());
    }
    let creators = several(&it["creator"]);
    if creators.len() > 1 {
        draft.remarks.lost("a creator after the first", "a decision is one coder's; import it for each", place);
    }
    let named = creators.first().and_then(name);
    let coder = draft.coder(named.map(str::to_owned))?;
    let at = draft.time(it["modified"].as_str().or(it["created"].as_str()), place);
    let memo = Some(notes.join("\n")).filter(|memo| !memo.is_empty());
    let said = Saying { coder: &coder, at: &at, memo: memo.as_deref(), place };
    for target in several(&it["target"]) {
        self::target(target, &labels, &said, draft)?;
    }
    Ok(())
}

/// The labels and the notes of an annotation.
fn said<'v>(it: &'v Value, place: &str, draft: &mut Draft<'_>) -> (Vec<&'v str>, Vec<&'v str>) {
    let (mut labels, mut notes) = (Vec::new(), Vec::new());
    for body in several(&it["body"]).iter().chain(several(&it["bodyValue"])) {
        let alone = body.as_str();
        let purpose = if body["purpose"].is_null() { &it["motivation"] } else { &body["purpose"] };
        let textual = alone.is_some_and(|body| it["bodyValue"] == body) || is(body, "TextualBody");
        let found = match textual {
            true => alone.or_else(|| body["value"].as_str()),
            false => alone.or_else(|| iri(&body["source"])).or_else(|| body["id"].as_str()),
        };
        let purposes = several(purpose);
        let codes = purposes.iter().filter_map(Value::as_str).any(|it| CODING.contains(&it));
        match found.map(str::trim) {
            Some(text) if textual && !codes => notes.push(text),
            Some(label) if codes || purposes.is_empty() => labels.push(label),
            _ => {
                let mend = "records hold codes and notes; name the code by a tag or an IRI, or keep the file";
                draft.remarks.lost(format!("a body of the type `{}`", kind(body)), mend, place);
            }
        }
    }
    (labels, notes)
}

fn target(target: &Value, labels: &[&str], said: &Saying<'_>, draft: &mut Draft<'_>) -> Result<(), Failed> {
    let source = &target["source"];
    let url = iri(source);
    let (selectors, kinds) = found(&target["selector"]);
    let quote = selectors.iter().find(|one| one["exact"].as_str().is_some_and(|exact| !exact.is_empty()));
    let part = |name: &str| quote.and_then(|quote| quote[name].as_str()).unwrap_or_default();
    let (prefix, exact, suffix) = (part("prefix"), part("exact"), part("suffix"));
    let around = [prefix, exact, suffix].concat();
    let (text, span) = match source["value"].as_str() {
        Some(text) if kinds.is_empty() => (text, None),
        Some(text) => {
            let offset = |name: &str| selectors.iter().find_map(|one| one[name].as_u64());
            let offsets = offset("start").zip(offset("end"));
            let Some(span) = within(text, offsets, [prefix, exact, suffix]) else {
                let reason = "words that do not stand where it says, or in several places";
                draft.remarks.lost(reason, "look whether the text was changed after it was coded", said.place);
                return Ok(());
            };
            (text, Some(span))
        }
        None if !exact.is_empty() => (around.as_str(), Some(prefix.len()..prefix.len() + exact.len())),
        None if kinds.is_empty() => {
            let mend = "records are about texts; quote the words that it is about";
            draft.remarks.lost("a note on a whole resource", mend, said.place);
            return Ok(());
        }
        None => {
            let reason = format!("a target by `{}` without a quote", kinds.join("`, `"));
            draft.remarks.lost(
                reason,
                "quote the words that it is about, or put their text into its source",
                said.place,
            );
            return Ok(());
        }
    };
    let unit = Unit::new(text, url, "");
    labels.iter().try_for_each(|label| draft.add(&unit, span.clone(), label, said))
}

/// The bytes of a text that a position or a quote selects, and only one.
fn within(text: &str, offsets: Option<(u64, u64)>, [prefix, exact, suffix]: [&str; 3]) -> Option<Range<usize>> {
    if let Some((start, end)) = offsets {
        let spans = [Count::CodePoints, Count::Utf16].map(|count| Places::new(text, count).span(start, end));
        if exact.is_empty() {
            let [points, _] = spans;
            return points;
        }
        if let Some(span) = spans.into_iter().flatten().find(|span| &text[span.clone()] == exact) {
            return Some(span);
        }
    }
    let fits = |at: &usize| text[..*at].ends_with(prefix) && text[at + exact.len()..].starts_with(suffix);
    let mut places = text.match_indices(exact).map(|(at, _)| at).filter(|_| !exact.is_empty()).filter(fits);
    let place = places.next().filter(|_| places.next().is_none())?;
    Some(place..place + exact.len())
}

/// Selectors of words, those that refine others among them, which count from elsewhere and are taken for their quotes alone; and
/// the types of all.
fn found(selector: &Value) -> (Vec<&Value>, Vec<String>) {
    let (mut words, mut kinds) = (Vec::new(), Vec::new());
    let mut level: Vec<&Value> = several(selector).iter().collect();
    for depth in 0..DEPTH {
        kinds.extend(level.iter().map(|one| kind(one)));
        words.extend(
            level
                .iter()
                .copied()
                .filter(|one| is(one, "TextQuoteSelector") || depth == 0 && is(one, "TextPositionSelector")),
        );
        level = level.into_iter().flat_map(|one| several(&one["refinedBy"])).collect();
    }
    (words, kinds)
}

/// What a creator is called.
fn name(agent: &Value) -> Option<&str> {
    let names = ["nickname", "name", "id"].into_iter().find_map(|name| several(&agent[name]).first()?.as_str());
    agent.as_str().or(names)
}

/// The IRI of a resource.
fn iri(value: &Value) -> Option<&str> {
    value.as_str().or_else(|| value["id"].as_str())
}

/// What a message calls the type of something.
fn kind(value: &Value) -> String {
    shown(several(&value["type"]).first().and_then(Value::as_str).unwrap_or("none"))
}

fn is(value: &Value, class: &str) -> bool {
    several(&value["type"]).iter().any(|one| one == class)
}

fn several(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(all) => all,
        one => std::slice::from_ref(one),
    }
}
