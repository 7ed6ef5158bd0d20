//! What keeps a file from being a codebook, in its author's words.
//!
//! Purpose: the parser speaks of tokens and of Rust's types; these messages name the field, what stands there and what to
//! write in its place.
//! Invariants: says nothing of the codebook but what the file shows; a message without a rule here stays as it came.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Longest piece of the file that a message repeats, in bytes.
const MAX_SHOWN: usize = 60;

/// The field that an error is about, as a path, and the message in an author's words. The path is empty where the file is
/// not TOML at all.
pub(super) fn reworded(source: &str, error: &toml::de::Error) -> (String, String) {
    let span = error.span().unwrap_or_default();
    let Ok(tree) = DeTable::parse(source) else {
        return (String::new(), no_toml(source, &span, error.message()));
    };
    let mut place = None;
    in_table(tree.get_ref(), "", &span, &mut place);
    let Some(Place { path, value }) = place else {
        return (String::new(), no_codebook(error.message(), "", None));
    };
    let shown = source.get(span).map(str::trim).filter(|shown| shown.len() <= MAX_SHOWN && !shown.contains('\n'));
    let message = no_codebook(error.message(), &path, shown.map(|shown| (shown, value)));
    (path, message)
}

/// A mistake of the notation.
fn no_toml(source: &str, span: &Range<usize>, message: &str) -> String {
    let (before, rest) = source.split_at_checked(span.start).unwrap_or((source, ""));
    if message == "duplicate key" {
        let key = source.get(span.clone()).unwrap_or_default();
        return format!("`{key}` is written twice in this table; keep one of the two");
    }
    if message.starts_with("missing escaped value") {
        return "a backslash between \" is the beginning of an escape; put an expression between '''".into();
    }
    let token = rest.split(['\n', ',', ']', '}', '#']).next().unwrap_or_default().trim();
    let is_value = before.trim_end().ends_with(['=', '[', ',']);
    if is_value && !token.is_empty() && token.len() <= MAX_SHOWN && token.starts_with(char::is_alphanumeric) {
        return format!("put text and dates between quotes: \"{token}\"");
    }
    message.into()
}

/// Sound TOML that is no codebook. `shown` is what stands at the place of the error.
fn no_codebook(message: &str, path: &str, shown: Option<(&str, &DeValue<'_>)>) -> String {
    let Some((found, wanted)) = message.split_once(", expected ") else {
        return match message.strip_prefix("missing field ") {
            Some(name) => format!("{name} is missing; add {}", written(name.trim_matches('`'), "…", false)),
            None => message.into(),
        };
    };
    let choice = wanted.strip_prefix("one of ").unwrap_or(wanted);
    if let Some(name) = found.strip_prefix("unknown field ") {
        return format!("there is no field {name} here; the fields are {choice}");
    }
    if let Some(name) = found.strip_prefix("unknown variant ") {
        return format!("{name} is none of its values; write one of {choice}");
    }
    let Some(kind) = kind(wanted) else { return message.into() };
    let (shown, content) = match shown {
        Some((shown, DeValue::String(text))) if text.len() <= MAX_SHOWN => (format!("`{shown}`"), text.to_string()),
        Some((shown, _)) => (format!("`{shown}`"), shown.to_owned()),
        None => ("this".into(), "…".into()),
    };
    let fits = match wanted {
        "f32" => content.parse::<f32>().is_ok(),
        "u8" => content.parse::<u8>().is_ok(),
        "u32" => content.parse::<u32>().is_ok(),
        "a boolean" => content.parse::<bool>().is_ok(),
        _ => !content.contains(['"', '{', '[']),
    };
    let key = path.rsplit('.').next().unwrap_or_default().split('[').next().unwrap_or_default();
    let mend = match wanted {
        "f32" | "u8" | "u32" | "a boolean" if fits => format!("{key} = {content}"),
        "a character" => written(key, &content.chars().take(1).collect::<String>(), false),
        _ => written(key, if fits { &content } else { "…" }, wanted == "a sequence" || path.ends_with(']')),
    };
    format!("{shown} is not {kind}; write {mend}")
}

/// What serde expects, in words.
fn kind(wanted: &str) -> Option<&'static str> {
    Some(match wanted {
        "a string" => "a text between quotes",
        "f32" => "a number",
        "u8" => "a whole number from 0 to 255",
        "u32" => "a whole number from 0 up",
        "a boolean" => "true or false",
        "a character" => "one character between quotes",
        "a sequence" => "a list",
        "an array of length 2" => "a list of two numbers",
        "a map" => "a table",
        _ if wanted.starts_with("struct ") => "a table",
        _ => return None,
    })
}

/// How a field is written, with this content where it takes a text. A field without a form of its own is a text, or a
/// list of them.
fn written(key: &str, content: &str, list: bool) -> String {
    let value = match key {
        "code" | "stance" | "target" => return format!("[[{key}]], each with its own fields"),
        "indicator" => return "[[code.indicator]], each with its own fields".into(),
        "listing" => return "[[target.listing]], each with its own fields".into(),
        "scale" | "lists" => return format!("[{key}], with its fields below it"),
        "tier" => "[{ label = \"…\", definition = \"…\" }]",
        "languages" => "[{ tag = \"…\", reviewed = true }]",
        "terms" => "[{ text = \"…\", lang = \"en\" }]",
        "patterns" => "[{ lang = \"en\", regex = '''…''', anchors = [\"…\"] }]",
        "tiers" => "[0, 2]",
        "weight" => "1.5",
        "format" => "1",
        "level" | "support_from" | "named" => "2",
        "reviewed" => "true",
        "anchors" => "[\"…\"]",
        _ if list => "[\"…\"]",
        _ => "\"…\"",
    };
    format!("{key} = {}", value.replacen('…', content, 1))
}

/// What stands at a span, and the path to it.
struct Place<'t> {
    path: String,
    value: &'t DeValue<'t>,
}

/// Looks for what has exactly this span, its key's or its own; the innermost is kept.
fn in_table<'t>(table: &'t DeTable<'t>, path: &str, span: &Range<usize>, place: &mut Option<Place<'t>>) {
    for (key, value) in table {
        let dot = if path.is_empty() { "" } else { "." };
        let path = format!("{path}{dot}{}", key.get_ref());
        if key.span() == *span {
            *place = Some(Place { path: path.clone(), value: value.get_ref() });
        }
        in_value(value, &path, span, place);
    }
}

fn in_value<'t>(value: &'t Spanned<DeValue<'t>>, path: &str, span: &Range<usize>, place: &mut Option<Place<'t>>) {
    if value.span() == *span {
        *place = Some(Place { path: path.to_owned(), value: value.get_ref() });
    }
    match value.get_ref() {
        DeValue::Table(table) => in_table(table, path, span, place),
        DeValue::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                in_value(item, &format!("{path}[{index}]"), span, place);
            }
        }
        _ => {}
    }
}
