//! What a collection of web annotations must be.
//!
//! Sources: Web Annotation Data Model, W3C Recommendation of 23 February 2017, whose sections `data/web_annotation.toml` names
//! beside what it says there in our words; the keys are those of the context in the Web Annotation Vocabulary of the same day,
//! appendix A; XML Schema 1.1 Part 2, §3.3.7 (`dateTime`); RFC 3987, §2.2 (IRI).
//! Only classes that Postil may write are known: a selector or a state of any other is told.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";
const MOTIVATIONS: [&str; 13] = [
    "assessing",
    "bookmarking",
    "classifying",
    "commenting",
    "describing",
    "editing",
    "highlighting",
    "identifying",
    "linking",
    "moderating",
    "questioning",
    "replying",
    "tagging",
];
const KEYS: &str = " @context id type body target source selector state scope refinedBy startSelector endSelector renderedVia \
     creator generator rights homepage via canonical stylesheet cached conformsTo items partOf first last next prev audience \
     motivation purpose textDirection accessibility bodyValue format language processingLanguage value exact prefix suffix \
     styleClass name email email_sha1 nickname label created modified generated sourceDate sourceDateStart sourceDateEnd \
     start end total startIndex ";

/// By assertion: the places that break it. Every assertion that was looked at is there.
pub(crate) type Found = BTreeMap<&'static str, Vec<String>>;

/// Looks at a collection with its first page in it.
pub(crate) fn collection(document: &Value) -> Found {
    let mut check = Check(Found::new());
    check.collection(document);
    check.keys(document, "", &own_terms(document));
    check.0
}

struct Check(Found);

impl Check {
    fn must(&mut self, assertion: &'static str, at: &str, holds: bool) {
        let places = self.0.entry(assertion).or_default();
        if !holds {
            places.push(at.to_owned());
        }
    }

    /// A member that has exactly one value: a string, if it is to be one.
    fn one_text(&mut self, assertion: &'static str, at: &str, value: &Value) {
        self.must(assertion, at, value.is_string());
    }

    fn collection(&mut self, it: &Value) {
        self.must("collection-context", "", several(&it["@context"]).contains(&Value::from(CONTEXT)));
        self.must("collection-id", "", is_iri(&it["id"]));
        self.must("collection-type", "", has_type(it, "AnnotationCollection"));
        self.must("collection-label", "", several(&it["label"]).iter().all(Value::is_string));
        let (total, first) = (&it["total"], &it["first"]);
        self.must("collection-total", "", total.is_null() || total.is_u64());
        self.must("collection-first", "", total.as_u64() == Some(0) || is_iri(first) || first.is_object());
        self.must("collection-last", "", it["last"].is_null() || names(&it["last"]));
        if first.is_object() {
            self.page(first, it);
        }
    }

    fn page(&mut self, it: &Value, collection: &Value) {
        let at = "/first";
        self.must("page-id", at, is_iri(&it["id"]));
        self.must("page-type", at, has_type(it, "AnnotationPage"));
        let whole = &it["partOf"];
        let same = id_of(whole) == &collection["id"];
        self.must("page-part-of", at, whole.is_null() || names(whole) && same);
        let start = &it["startIndex"];
        self.must("page-start-index", at, start.is_null() || start.as_u64() == Some(0));
        let last = collection["last"].is_null() || id_of(&collection["last"]) == &it["id"];
        self.must("page-next", at, if it["next"].is_null() { last } else { names(&it["next"]) });
        let items = it["items"].as_array();
        self.must("page-items", at, items.is_some_and(|items| !items.is_empty()));
        let all = items.map_or(0, Vec::len) as u64;
        let total = &collection["total"];
        self.must("collection-total", "", !total.is_u64() || !it["next"].is_null() || total.as_u64() == Some(all));
        for (index, item) in items.into_iter().flatten().enumerate() {
            self.annotation(item, &format!("/first/items/{index}"));
        }
    }

    fn annotation(&mut self, it: &Value, at: &str) {
        let contexts = several(&it["@context"]);
        let alone = contexts.len() > 1 || !it["@context"].is_array();
        self.must("annotation-context", at, contexts.contains(&Value::from(CONTEXT)) && alone);
        self.must("annotation-id", at, is_iri(&it["id"]));
        self.must("annotation-type", at, has_type(it, "Annotation"));
        let (bodies, targets) = (several(&it["body"]), several(&it["target"]));
        self.must("annotation-target", at, !targets.is_empty());
        let value = &it["bodyValue"];
        self.must("body-value", at, value.is_null() || value.is_string() && bodies.is_empty());
        self.lifecycle(it, at);
        let known = |motive: &Value| is_iri(motive) || motive.as_str().is_some_and(|it| MOTIVATIONS.contains(&it));
        self.must("motivation", at, several(&it["motivation"]).iter().all(known));
        self.must("rights", at, several(&it["rights"]).iter().all(is_iri));
        self.must("canonical", at, it["canonical"].is_null() || is_iri(&it["canonical"]));
        for agent in [&it["creator"], &it["generator"]].into_iter().flat_map(several) {
            self.must(
                "agent",
                at,
                is_iri(agent) || agent.is_object() && (agent["id"].is_null() || is_iri(&agent["id"])),
            );
        }
        for (name, all) in [("body", bodies), ("target", targets)] {
            for one in all {
                self.resource(one, &format!("{at}/{name}"));
            }
        }
    }

    /// Times of an annotation, a body or a target.
    fn lifecycle(&mut self, it: &Value, at: &str) {
        for name in ["created", "modified", "generated"] {
            let time = &it[name];
            self.must(name, at, time.is_null() || is_utc(time));
        }
    }

    /// A body or a target.
    fn resource(&mut self, it: &Value, at: &str) {
        if !it.is_object() {
            self.must("resource-id", at, is_iri(it));
            return;
        }
        self.lifecycle(it, at);
        let direction = it["textDirection"].as_str().map(|way| ["ltr", "rtl", "auto"].contains(&way));
        self.must("text-direction", at, direction.unwrap_or(it["textDirection"].is_null()));
        let known = |motive: &Value| is_iri(motive) || motive.as_str().is_some_and(|it| MOTIVATIONS.contains(&it));
        self.must("purpose", at, several(&it["purpose"]).iter().all(known));
        let specific = ["source", "selector", "state", "styleClass", "renderedVia", "scope"];
        if has_type(it, "TextualBody") {
            self.one_text("textual-value", at, &it["value"]);
        } else if has_type(it, "SpecificResource") || specific.iter().any(|name| !it[name].is_null()) {
            self.must("specific-source", at, names(&it["source"]));
            let states = several(&it["state"]);
            for state in states {
                self.state(state, &format!("{at}/state"));
            }
            let text = states.iter().find_map(|state| state["postil:text"].as_str());
            let selectors = several(&it["selector"]);
            for selector in selectors {
                self.selector(selector, &format!("{at}/selector"));
            }
            self.must("code-points", at, agree(selectors, text));
        } else {
            self.must("resource-id", at, is_iri(&it["id"]));
        }
    }

    fn selector(&mut self, it: &Value, at: &str) {
        if is_iri(it) {
            return;
        }
        let kind = it["type"].as_str().unwrap_or_default();
        let integer = |name: &str| it[name].is_u64();
        let at_most_one = |name: &str| it[name].is_null() || it[name].is_string();
        let known = ["TextQuoteSelector", "TextPositionSelector", "RangeSelector", "XPathSelector"];
        self.must("selector-type", at, known.contains(&kind));
        match kind {
            "TextQuoteSelector" => {
                self.one_text("quote-exact", at, &it["exact"]);
                self.must("quote-prefix", at, at_most_one("prefix"));
                self.must("quote-suffix", at, at_most_one("suffix"));
            }
            "TextPositionSelector" => {
                self.must("position-start", at, integer("start"));
                self.must("position-end", at, integer("end"));
                self.must("position-order", at, it["start"].as_u64() <= it["end"].as_u64());
            }
            "XPathSelector" => self.one_text("xpath-value", at, &it["value"]),
            "RangeSelector" => {
                for (name, assertion) in [("startSelector", "range-start"), ("endSelector", "range-end")] {
                    let end = &it[name];
                    self.must(assertion, at, is_iri(end) || end.is_object());
                    if end.is_object() {
                        self.selector(end, &format!("{at}/{name}"));
                    }
                }
            }
            _ => {}
        }
        for refined in several(&it["refinedBy"]) {
            self.selector(refined, &format!("{at}/refinedBy"));
        }
    }

    fn state(&mut self, it: &Value, at: &str) {
        if is_iri(it) {
            return;
        }
        self.must("state-type", at, it["type"] == "TimeState");
        self.must("state-source-date", at, several(&it["sourceDate"]).iter().all(is_utc));
        let interval = [&it["sourceDateStart"], &it["sourceDateEnd"]];
        let none = interval.iter().all(|time| time.is_null());
        let whole = interval.iter().all(|time| is_utc(time)) && it["sourceDate"].is_null();
        self.must("state-interval", at, none || whole);
    }

    /// Every key is one of the standard's context or of ours.
    fn keys(&mut self, it: &Value, at: &str, own: &Map<String, Value>) {
        for (index, one) in it.as_array().into_iter().flatten().enumerate() {
            self.keys(one, &format!("{at}/{index}"), own);
        }
        for (key, value) in it.as_object().into_iter().flatten() {
            let at = format!("{at}/{key}");
            let prefix = key.split_once(':').is_some_and(|(prefix, _)| own.contains_key(prefix));
            self.must("keys", &at, prefix || own.contains_key(key) || KEYS.contains(&format!(" {key} ")));
            if key != "@context" && own.get(key).is_none_or(|term| term["@type"] != "@json") {
                self.keys(value, &at, own);
            }
        }
    }
}

/// What a document's own contexts declare.
fn own_terms(document: &Value) -> Map<String, Value> {
    several(&document["@context"])
        .iter()
        .filter_map(Value::as_object)
        .flatten()
        .map(|(k, v)| (k.clone(), v.clone()))
        .collect()
}

/// The values of a member.
fn several(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(all) => all,
        one => std::slice::from_ref(one),
    }
}

fn has_type(it: &Value, class: &str) -> bool {
    several(&it["type"]).iter().any(|one| one == class)
}

/// Whether this is exactly one other resource: an IRI, or an object with one.
fn names(value: &Value) -> bool {
    is_iri(id_of(value))
}

fn id_of(value: &Value) -> &Value {
    if value.is_object() { &value["id"] } else { value }
}

/// Whether quotes and positions of a text are of the same code points: the first is in it, and the one after the last not.
fn agree(selectors: &[Value], text: Option<&str>) -> bool {
    let of = |kind: &str| selectors.iter().find(|one| one["type"] == kind);
    let (Some(quote), Some(place), Some(text)) = (of("TextQuoteSelector"), of("TextPositionSelector"), text) else {
        return true;
    };
    let offset = |name: &str| place[name].as_u64().and_then(|at| usize::try_from(at).ok()).unwrap_or(usize::MAX);
    let part = |name: &str| quote[name].as_str().unwrap_or_default();
    let points: Vec<char> = text.chars().collect();
    let (Some(before), Some(after)) = (points.get(..offset("start")), points.get(offset("end")..)) else {
        return false;
    };
    let exact: String = points.get(before.len()..points.len() - after.len()).unwrap_or_default().iter().collect();
    let (before, after): (String, String) = (before.iter().collect(), after.iter().collect());
    exact == part("exact") && before.ends_with(part("prefix")) && after.starts_with(part("suffix"))
}

/// `xsd:dateTime` in UTC, expressed as `Z`.
fn is_utc(value: &Value) -> bool {
    let Some(time) = value.as_str().and_then(|text| text.strip_suffix('Z')) else { return false };
    let (whole, fraction) = time.split_once('.').unwrap_or((time, "0"));
    let parts: Vec<&str> = whole.split(['-', 'T', ':']).collect();
    let signs: String = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
    let numbers: Vec<u32> = parts.iter().filter_map(|part| part.parse().ok()).collect();
    let digits = !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit());
    let [year, month, day, hour, minute, second] = numbers[..] else { return false };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    signs == "--T::"
        && parts.iter().map(|part| part.len()).eq([4, 2, 2, 2, 2, 2])
        && digits
        && (1..=12).contains(&month)
        && (1..=days).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60
}

/// An absolute IRI, by the characters that it may hold.
fn is_iri(value: &Value) -> bool {
    let Some((scheme, rest)) = value.as_str().and_then(|text| text.split_once(':')) else { return false };
    let scheme = scheme.bytes().next().is_some_and(|first| first.is_ascii_alphabetic())
        && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte));
    let reserved = "-._~:/?#[]@!$&'()*+,;=%";
    let held = |c: char| match u32::from(c) {
        0..=0x7f => c.is_ascii_alphanumeric() || reserved.contains(c),
        0xa0..=0xd7ff | 0xf900..=0xfdcf | 0xfdf0..=0xffef => {
            !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}')
        }
        point @ (0x1_0000..=0xd_ffff | 0xe_1000..=0xe_ffff) => point & 0xfffe != 0xfffe,
        _ => false,
    };
    let encoded = |part: &str| part.len() >= 2 && part.bytes().take(2).all(|byte| byte.is_ascii_hexdigit());
    let path = rest.strip_prefix("//").map_or(rest, |rest| rest.find(['/', '?', '#']).map_or("", |at| &rest[at..]));
    scheme
        && rest.chars().all(held)
        && rest.split('%').skip(1).all(encoded)
        && rest.matches('#').count() < 2
        && !path.contains(['[', ']'])
}
