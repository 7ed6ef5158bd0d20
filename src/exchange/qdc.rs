//! REFI-QDA codebook (`.qdc`): codes with their definitions and rules, for programs of qualitative analysis and from them.
//!
//! Source: REFI-QDA Codebook 1.0, `urn:QDA-XML:codebook:1.0`.
//! Shape: what is written has the codebooks at hand, and of codes that records name beyond them the ids. What is read becomes one
//! codebook, whose ids are made of the names, since the format has others.
//! Invariants: a file that comes is untrusted: its depth, its codes and its attributes are bounded, and nothing in it is expanded
//! beyond the five entities of XML; what of it a codebook cannot hold is told.

use super::refi::{Codes, close, codes, document};
use super::writer::Failed;
use crate::codebook::format::{self, Fault};
use crate::codebook::validate::{Grade, MAX_CODES};
use crate::codebook::{Codebook, fresh};
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};

/// Deepest element that is read.
const MAX_DEPTH: usize = 64;
/// Most attributes of an element that are looked at; the standard's have four.
const MAX_ATTRIBUTES: usize = 32;

/// Beginnings of the lines in which a code's rules are written into its description.
const RULES: [&str; 2] = ["Include: ", "Exclude: "];

/// The codebook.
pub(super) fn write(all: &Codes) -> Result<Vec<u8>, Failed> {
    let books = all.books()?;
    let attributes = [("xmlns", "urn:QDA-XML:codebook:1.0"), ("origin", "Postil")];
    let mut xml = document("CodeBook", &attributes)?;
    codes(&mut xml, &books)?;
    close(&mut xml, "CodeBook")?;
    Ok(xml.into_inner())
}

/// One codebook as a file.
///
/// # Errors
/// If the format cannot hold a value.
pub fn file(codebook: &Codebook) -> Result<Vec<u8>, Failed> {
    write(&Codes::new(std::slice::from_ref(codebook)))
}

/// Whether a text is to be read as a codebook of this format, and not of ours.
pub fn is(source: &str) -> bool {
    source.trim_start_matches('\u{feff}').trim_start().starts_with('<')
}

/// A code of the file.
struct Node {
    /// Where it stands, in bytes.
    at: usize,
    name: String,
    description: String,
    colour: Option<String>,
    codable: bool,
    /// Place of the code that it is in.
    parent: Option<usize>,
}

/// Reads a file; gives what it becomes, and what of it is left behind or made up.
///
/// # Errors
/// What keeps it from being such a file, in place.
pub fn read(source: &str) -> Result<(Codebook, Vec<Fault>), Fault> {
    let fault = |at: usize, message: &str, grade| format::fault(source, at, "", message.into(), grade);
    let (nodes, others) = nodes(source).map_err(|(at, message)| fault(at, &message, Grade::Problem))?;
    if nodes.is_empty() {
        return Err(fault(0, "the file has no codes; export the codebook once more", Grade::Problem));
    }
    let mut remarks = vec![fault(
        0,
        "a .qdc file holds names, meanings and colours: ids were made of the names, and indicators, examples, tiers and keys are \
         yours to add",
        Grade::Doubtful,
    )];
    if let Some(at) = others {
        remarks.push(fault(at, "sets and notes are left out: a codebook has none", Grade::Doubtful));
    }
    // A codebook of ours is itself the one code at the top, which cannot be given.
    let tops = nodes.iter().filter(|node| node.parent.is_none()).count();
    let whole = tops == 1 && nodes.len() > 1 && nodes.first().is_some_and(|top| !top.codable);
    let (title, description) = match nodes.first().filter(|_| whole) {
        Some(top) => (top.name.clone(), top.description.clone()),
        None => ("Imported codebook".to_owned(), String::new()),
    };
    let mut codebook = fresh::codebook(fresh::id(&title, "imported", |_| false), title);
    codebook.description = description;
    let first = usize::from(whole);
    for node in nodes.iter().skip(first) {
        let parent = node.parent.and_then(|parent| parent.checked_sub(first));
        let parent = parent.and_then(|parent| codebook.codes.get(parent)).map(|code| code.id.clone());
        let mut code = fresh::code(&codebook, node.name.clone(), parent);
        (code.definition, code.include, code.exclude) = meaning(&node.description);
        if code.definition.trim().is_empty() {
            code.definition = node.name.clone();
            remarks.push(fault(node.at, "the code has no description; its name stands for one", Grade::Doubtful));
        }
        if let Some(colour) = node.colour.as_deref().and_then(six_digits) {
            code.colour = colour;
        }
        if !node.codable {
            let message = "the code only groups others there; here it can be given too";
            remarks.push(fault(node.at, message, Grade::Doubtful));
        }
        codebook.codes.push(code);
    }
    Ok((codebook, remarks))
}

/// `#rgb` and `#rrggbb` as the latter.
fn six_digits(colour: &str) -> Option<String> {
    let hex = colour.strip_prefix('#').filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    match hex.len() {
        6 => Some(colour.to_ascii_lowercase()),
        3 => {
            Some(std::iter::once('#').chain(hex.chars().flat_map(|c| [c, c])).collect::<String>().to_ascii_lowercase())
        }
        _ => None,
    }
}

/// A description taken apart: the definition, when to give the code, when not to.
fn meaning(description: &str) -> (String, Vec<String>, Vec<String>) {
    let (mut definition, mut rules) = (Vec::new(), [Vec::new(), Vec::new()]);
    for line in description.lines() {
        match RULES.iter().zip(&mut rules).find_map(|(start, rules)| Some((line.strip_prefix(start)?, rules))) {
            Some((rule, rules)) => rules.push(rule.to_owned()),
            None => definition.push(line),
        }
    }
    let [include, exclude] = rules;
    (definition.join("\n").trim().to_owned(), include, exclude)
}

/// The codes in the order of the file, and where the first thing stands that is left out; else what is wrong, and where.
fn nodes(source: &str) -> Result<(Vec<Node>, Option<usize>), (usize, String)> {
    let mut reader = Reader::from_str(source);
    let mut nodes: Vec<Node> = Vec::new();
    // Of every open element, the code that it is or stands in, and whether it is that code's description.
    let mut open: Vec<(Option<usize>, bool)> = Vec::new();
    let (mut others, mut rooted) = (None, false);
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let event = reader.read_event().map_err(|error| (at, format!("the file is not well-formed XML: {error}")))?;
        let written = open.last().and_then(|(code, describes)| code.filter(|_| *describes));
        let text = match &event {
            Event::Start(tag) | Event::Empty(tag) => {
                let within = open.last().and_then(|(code, _)| *code);
                let (code, describes) = match tag.local_name().as_ref() {
                    b"CodeBook" if open.is_empty() => {
                        rooted = true;
                        (None, false)
                    }
                    _ if !rooted => return Err((at, "this is no codebook of REFI-QDA: it begins otherwise".into())),
                    b"Code" => {
                        if nodes.len() > MAX_CODES {
                            return Err((at, format!("a codebook has at most {MAX_CODES} codes; divide it")));
                        }
                        nodes.push(node(tag, at, within).map_err(|message| (at, message))?);
                        (Some(nodes.len() - 1), false)
                    }
                    b"Description" => (within, true),
                    b"Codes" => (within, false),
                    _ => {
                        others.get_or_insert(at);
                        (within, false)
                    }
                };
                if matches!(event, Event::Start(_)) {
                    open.push((code, describes));
                    if open.len() > MAX_DEPTH {
                        return Err((
                            at,
                            format!("codes stand in each other more than {MAX_DEPTH} deep; move them up"),
                        ));
                    }
                }
                continue;
            }
            Event::End(_) => {
                open.pop();
                continue;
            }
            Event::Text(text) => text.xml_content(XmlVersion::Implicit1_0).map(Into::into).map_err(|e| e.to_string()),
            Event::CData(text) => text.decode().map(Into::into).map_err(|error| error.to_string()),
            Event::GeneralRef(name) => {
                let name_of = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
                match name.resolve_char_ref() {
                    Ok(Some(c)) => Ok(c.to_string()),
                    _ => quick_xml::escape::resolve_xml_entity(&name_of(name))
                        .map(str::to_owned)
                        .ok_or_else(|| format!("`&{};` is no character; write the character itself", name_of(name))),
                }
            }
            Event::DocType(_) => Err("the file declares entities, which are not read; remove its DOCTYPE".into()),
            Event::Eof if open.is_empty() && rooted => return Ok((nodes, others)),
            Event::Eof => Err("the file is cut short; export the codebook once more".into()),
            _ => continue,
        };
        let text = text.map_err(|message| (at, message))?;
        if let Some(node) = written.and_then(|place| nodes.get_mut(place)) {
            node.description.push_str(&text);
        }
    }
}

fn node(tag: &BytesStart<'_>, at: usize, parent: Option<usize>) -> Result<Node, String> {
    let mut node = Node { at, name: String::new(), description: String::new(), colour: None, codable: true, parent };
    let mut attributes = tag.attributes();
    for attribute in attributes.with_checks(false).take(MAX_ATTRIBUTES) {
        let attribute = attribute.map_err(|error| format!("the element is not well-formed: {error}"))?;
        let value = attribute.normalized_value(XmlVersion::Implicit1_0).map_err(|error| error.to_string())?;
        match attribute.key.local_name().as_ref() {
            b"name" => node.name = value.trim().to_owned(),
            b"color" => node.colour = Some(value.into_owned()),
            b"isCodable" => node.codable = value != "false" && value != "0",
            _ => {}
        }
    }
    if node.name.is_empty() { Err("the code has no name; give it one".into()) } else { Ok(node) }
}
