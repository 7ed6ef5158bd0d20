//! What the codebook and the project of REFI-QDA share: codes as XML, and ids.
//!
//! Source: REFI-QDA standard 1.5, 2019, its schemas `Codebook.xsd` and `Project.xsd` (both declare version 1.0 of the format).
//! Invariants: an id follows from what it names, so that the same code has the same id in every file; a character that XML
//! cannot hold becomes U+FFFD.

use super::decided::NONE;
use super::writer::{Failed, failed};
use crate::codebook::Codebook;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

pub(super) type Xml = Writer<Vec<u8>>;

/// A UUID of version 8 (RFC 9562) out of the first bytes of a hash.
pub(super) fn uuid(hash: &[u8]) -> String {
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, hash)| *byte = *hash);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex = hex::encode(bytes);
    [&hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..]].join("-")
}

/// The id of what has these names.
pub(super) fn guid(names: &[&str]) -> String {
    uuid(Sha256::digest(names.join("\0")).as_slice())
}

/// The id of a code, or of [`NONE`].
pub(super) fn code_guid(codebook: &str, code: &str) -> String {
    guid(&["code", codebook, code])
}

/// A document with its root open.
pub(super) fn document(root: &str, attributes: &[(&str, &str)]) -> Result<Xml, Failed> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("utf-8"), None))).map_err(failed)?;
    open(&mut xml, root, attributes)?;
    Ok(xml)
}

pub(super) fn open(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> Result<(), Failed> {
    xml.write_event(Event::Start(start(name, attributes))).map_err(failed)
}

pub(super) fn empty(xml: &mut Xml, name: &str, attributes: &[(&str, &str)]) -> Result<(), Failed> {
    xml.write_event(Event::Empty(start(name, attributes))).map_err(failed)
}

pub(super) fn close(xml: &mut Xml, name: &str) -> Result<(), Failed> {
    xml.write_event(Event::End(BytesEnd::new(name))).map_err(failed)
}

/// An element that holds text; none if there is no text.
pub(super) fn text(xml: &mut Xml, name: &str, text: &str) -> Result<(), Failed> {
    if text.is_empty() {
        return Ok(());
    }
    open(xml, name, &[])?;
    xml.write_event(Event::Text(BytesText::new(&held(text)))).map_err(failed)?;
    close(xml, name)
}

fn start<'n>(name: &'n str, attributes: &[(&str, &str)]) -> BytesStart<'n> {
    let mut start = BytesStart::new(name);
    for (name, value) in attributes {
        // A line break in an attribute is a space to every reader.
        let value = held(value).replace(['\n', '\r', '\t'], " ");
        start.push_attribute((*name, value.as_str()));
    }
    start
}

/// Text that XML 1.0 can hold.
fn held(text: &str) -> String {
    let fits = |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{fffd}' | '\u{10000}'..);
    text.chars().map(|c| if fits(c) { c } else { '\u{fffd}' }).collect()
}

/// What codes are called and what they mean, and which there are beyond the codebooks at hand.
#[derive(Debug, Default)]
pub(super) struct Codes {
    codebooks: Vec<Codebook>,
    /// Ids of codes that records name, by codebook; `None` is [`NONE`].
    used: BTreeMap<String, BTreeSet<Option<String>>>,
}

impl Codes {
    pub(super) fn new(codebooks: &[Codebook]) -> Self {
        Self { codebooks: codebooks.to_vec(), used: BTreeMap::new() }
    }

    /// Takes note of a code of a codebook, or that none applies.
    pub(super) fn used(&mut self, codebook: &str, code: Option<&str>) {
        let codes = self.used.entry(codebook.to_owned()).or_default();
        let code = code.map(str::to_owned);
        if !codes.contains(&code) {
            codes.insert(code);
        }
    }

    /// Whether there is none.
    pub(super) fn is_empty(&self) -> bool {
        self.codebooks.is_empty() && self.used.is_empty()
    }

    /// The element `Codes`: a code that cannot be given for each codebook, and in it the codebook's codes as a tree.
    pub(super) fn write(&self, xml: &mut Xml) -> Result<(), Failed> {
        open(xml, "Codes", &[])?;
        let ids: BTreeSet<&str> = self
            .codebooks
            .iter()
            .map(|codebook| codebook.id.as_str())
            .chain(self.used.keys().map(String::as_str))
            .collect();
        for id in ids {
            let codebook = self.codebooks.iter().find(|codebook| codebook.id == id);
            let title = codebook.map_or(id, |codebook| codebook.title.as_str());
            let guid = guid(&["codebook", id]);
            open(xml, "Code", &[("guid", &guid), ("name", title), ("isCodable", "false")])?;
            text(xml, "Description", codebook.map_or("", |codebook| codebook.description.as_str()))?;
            if let Some(codebook) = codebook {
                children(xml, codebook, None)?;
            }
            for code in self.used.get(id).into_iter().flatten() {
                let known = |code: &str| codebook.is_some_and(|book| book.codes.iter().any(|one| one.id == code));
                let name = code.as_deref().unwrap_or(NONE);
                if code.is_none() || !known(name) {
                    let guid = code_guid(id, name);
                    empty(xml, "Code", &[("guid", &guid), ("name", name), ("isCodable", "true")])?;
                }
            }
            close(xml, "Code")?;
        }
        close(xml, "Codes")
    }
}

/// The codes of a codebook under one of them.
fn children(xml: &mut Xml, codebook: &Codebook, parent: Option<&str>) -> Result<(), Failed> {
    for code in codebook.codes.iter().filter(|code| code.parent.as_deref() == parent) {
        let guid = code_guid(&codebook.id, &code.id);
        let attributes =
            [("guid", guid.as_str()), ("name", &code.label), ("isCodable", "true"), ("color", &code.colour)];
        open(xml, "Code", &attributes)?;
        let rules =
            |title: &str, rules: &[String]| rules.iter().map(|rule| format!("\n{title}: {rule}")).collect::<String>();
        let description = code.definition.clone() + &rules("Include", &code.include) + &rules("Exclude", &code.exclude);
        text(xml, "Description", &description)?;
        children(xml, codebook, Some(&code.id))?;
        close(xml, "Code")?;
    }
    Ok(())
}
