//! What the codebook and the project of REFI-QDA share: codes as XML, and ids.
//!
//! Source: REFI-QDA standard 1.5, 2019, its schemas `Codebook.xsd` and `Project.xsd` (both declare version 1.0 of the format).
//! Invariants: an id follows from what it names, so that the same code has the same id in every file; a character that XML
//! cannot hold becomes U+FFFD.

use super::decided::NONE;
use super::writer::{Failed, failed};
use crate::codebook::Codebook;
use crate::codebook::model::Code;
use crate::service::protocol::{Action, Record};
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

    /// Takes note of the codes that records name, and of what none applies to.
    pub(super) fn note(&mut self, records: &[Record]) {
        for Record { log, .. } in records {
            if log.code.is_some() || log.action == Action::NoneApplies {
                self.used(&log.codebook.id, log.code.as_deref());
            }
        }
    }

    /// The codebooks, by id.
    ///
    /// # Errors
    /// If there is none.
    pub(super) fn books(&self) -> Result<Vec<Book<'_>>, Failed> {
        let ids: BTreeSet<&str> =
            self.codebooks.iter().map(|book| book.id.as_str()).chain(self.used.keys().map(String::as_str)).collect();
        let books: Vec<Book<'_>> = ids
            .into_iter()
            .map(|id| {
                let codebook = self.codebooks.iter().find(|codebook| codebook.id == id);
                let known = |code: &str| codebook.is_some_and(|book| book.codes.iter().any(|one| one.id == code));
                let used = self.used.get(id).into_iter().flatten();
                let beyond = used.filter(|code| !code.as_deref().is_some_and(known));
                Book { id, codebook, beyond: beyond.map(|code| code.as_deref().unwrap_or(NONE)).collect() }
            })
            .collect();
        if books.is_empty() {
            return Err(Failed("there are no codes to write; name a codebook, or export records".into()));
        }
        Ok(books)
    }
}

/// A codebook as far as it is known.
#[derive(Debug)]
pub(super) struct Book<'c> {
    pub(super) id: &'c str,
    pub(super) codebook: Option<&'c Codebook>,
    /// Names of codes that it lacks, or [`NONE`].
    pub(super) beyond: Vec<&'c str>,
}

impl<'c> Book<'c> {
    /// The codes above one, the nearest first.
    pub(super) fn above(&self, code: &'c Code) -> Vec<&'c Code> {
        let codes = self.codebook.map_or(&[][..], |codebook| &codebook.codes);
        let parent = |code: &&'c Code| codes.iter().find(|one| Some(&one.id) == code.parent.as_ref());
        std::iter::successors(parent(&code), parent).take(codes.len()).collect()
    }
}

/// The element `Codes`: a code that cannot be given for each codebook, and in it the codebook's codes as a tree.
pub(super) fn codes(xml: &mut Xml, books: &[Book<'_>]) -> Result<(), Failed> {
    open(xml, "Codes", &[])?;
    for Book { id, codebook, beyond } in books {
        let title = codebook.map_or(*id, |codebook| codebook.title.as_str());
        let guid = guid(&["codebook", id]);
        open(xml, "Code", &[("guid", &guid), ("name", title), ("isCodable", "false")])?;
        text(xml, "Description", codebook.map_or("", |codebook| codebook.description.as_str()))?;
        if let Some(codebook) = codebook {
            children(xml, codebook, None)?;
        }
        for name in beyond {
            let guid = code_guid(id, name);
            empty(xml, "Code", &[("guid", &guid), ("name", name), ("isCodable", "true")])?;
        }
        close(xml, "Code")?;
    }
    close(xml, "Codes")
}

/// The codes of a codebook under one of them.
fn children(xml: &mut Xml, codebook: &Codebook, parent: Option<&str>) -> Result<(), Failed> {
    for code in codebook.codes.iter().filter(|code| code.parent.as_deref() == parent) {
        let guid = code_guid(&codebook.id, &code.id);
        let attributes =
            [("guid", guid.as_str()), ("name", &code.label), ("isCodable", "true"), ("color", &code.colour)];
        open(xml, "Code", &attributes)?;
        text(xml, "Description", &meaning(code))?;
        children(xml, codebook, Some(&code.id))?;
        close(xml, "Code")?;
    }
    Ok(())
}

/// What a code means, and when it is given.
pub(super) fn meaning(code: &Code) -> String {
    let rules =
        |title: &str, rules: &[String]| rules.iter().map(|rule| format!("\n{title}: {rule}")).collect::<String>();
    code.definition.clone() + &rules("Include", &code.include) + &rules("Exclude", &code.exclude)
}
