//! What is stored of a decision.
//!
//! Purpose: the annotation as W3C JSON-LD keeps it, and the entry of the append-only log.
//! Invariants: both are pinned to the codebook and the model by hash; a log entry alone is enough to find its unit again.
//! Source: W3C Web Annotation Data Model and Vocabulary, 2017; the terms under `postil:` are ours.

use super::pseudonym::Pseudonym;
use super::selector::Selector;
use crate::service::protocol::{
    Action, CodebookRef, Confidence, FoundVia, ModelRef, Page, Proposal, Relation, UnitKind,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The JSON-LD context of the standard.
pub const CONTEXT: &str = "http://www.w3.org/ns/anno.jsonld";

/// A Web Annotation: a code on a span or on a whole unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Annotation {
    /// [`CONTEXT`].
    #[serde(rename = "@context")]
    pub context: String,
    /// `urn:uuid:…`.
    pub id: String,
    /// `Annotation`.
    #[serde(rename = "type")]
    pub kind: AnnotationType,
    /// `classifying`.
    pub motivation: String,
    /// The coder's pseudonym.
    pub creator: Creator,
    /// RFC 3339, UTC.
    pub created: String,
    /// When it was last edited, RFC 3339, UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modified: Option<String>,
    /// The code.
    pub body: Body,
    /// Where.
    pub target: Target,
}

/// The id of the annotation that a decision makes.
pub fn urn(decision: &str) -> String {
    format!("urn:uuid:{decision}")
}

/// What is left where an annotation was: no reader takes it for one.
///
/// Source: W3C Activity Streams 2.0 Vocabulary, 2017, `Tombstone`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tombstone {
    /// Id of the annotation that was here.
    pub id: String,
    /// `Tombstone`.
    #[serde(rename = "type")]
    pub kind: TombstoneType,
    /// `Annotation`.
    #[serde(rename = "formerType")]
    pub former: AnnotationType,
    /// When it ended, RFC 3339, UTC.
    pub deleted: String,
    /// Id of the decision that ended it: one that withdraws it or takes it back.
    #[serde(rename = "postil:by")]
    pub by: String,
}

impl Tombstone {
    /// Of the annotation that a decision made, ended by a later entry.
    pub fn new(decision: &str, by: &LogEntry) -> Self {
        Self {
            id: urn(decision),
            kind: TombstoneType::Tombstone,
            former: AnnotationType::Annotation,
            deleted: by.at.clone(),
            by: by.id.clone(),
        }
    }
}

/// The class of a tombstone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TombstoneType {
    /// The only one.
    #[default]
    Tombstone,
}

/// The class of an annotation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum AnnotationType {
    /// The only one.
    #[default]
    Annotation,
}

/// Who made it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Creator {
    /// `Person`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Pseudonym.
    pub nickname: String,
}

/// What was assigned.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Body {
    /// `SpecificResource`.
    #[serde(rename = "type")]
    pub kind: String,
    /// `classifying`.
    pub purpose: String,
    /// `urn:postil:codebook:ID:VERSION#CODE`.
    pub source: String,
    /// Code id.
    #[serde(rename = "postil:code")]
    pub code: String,
    /// The codebook by its exact content.
    #[serde(rename = "postil:codebook")]
    pub codebook: CodebookRef,
    /// Stance of the unit, as decided.
    #[serde(rename = "postil:stance")]
    pub stance: Option<String>,
    /// Tier of the unit, as decided.
    #[serde(rename = "postil:tier")]
    pub tier: Option<u8>,
    /// How sure the coder is, where that was said.
    #[serde(rename = "postil:confidence", default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// The coder's note.
    #[serde(rename = "postil:memo", default)]
    pub memo: Option<String>,
}

/// Where the annotation stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Target {
    /// Address without fragment.
    pub source: String,
    /// Selectors of words of the unit's text; for a whole unit, none of these.
    pub selector: Vec<Selector>,
    /// What the unit said when it was decided about.
    pub state: Captured,
}

/// A unit as it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Captured {
    /// `TimeState`.
    #[serde(rename = "type")]
    pub kind: String,
    /// RFC 3339, UTC.
    #[serde(rename = "sourceDate")]
    pub source_date: String,
    /// Name of the text projection that positions count in.
    #[serde(rename = "postil:projection")]
    pub projection: String,
    /// SHA-256 of the text in UTF-8, hexadecimal.
    #[serde(rename = "postil:sha256")]
    pub sha256: String,
    /// Whole visible text of the unit; absent where its project keeps no such evidence. The hash tells units apart.
    #[serde(rename = "postil:text", default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What the unit is.
    #[serde(rename = "postil:unit")]
    pub unit: UnitKind,
    /// SHA-256 of what the image that the unit is is known by, hexadecimal; it is the same image whatever is written of it.
    #[serde(rename = "postil:image", default, skip_serializing_if = "Option::is_none")]
    pub image: Option<String>,
    /// Who wrote it; absent where the page names nobody, and in records from before authors were kept.
    #[serde(rename = "postil:author", default)]
    pub author: Option<Pseudonym>,
    /// Title of the page; empty where its project keeps no such evidence.
    #[serde(rename = "postil:title")]
    pub title: String,
    /// How the coder came upon the page, where that was said.
    #[serde(rename = "postil:foundVia", default, skip_serializing_if = "Option::is_none")]
    pub found_via: Option<FoundVia>,
}

impl Captured {
    /// What tells it from the other units of its page: the hash of its text, or of the image that it is.
    pub fn identity(&self) -> &str {
        self.image.as_ref().unwrap_or(&self.sha256)
    }

    /// Whether this is what was captured, code point for code point.
    pub fn is_of(&self, text: &str) -> bool {
        match &self.text {
            Some(kept) => kept == text,
            None => self.sha256 == sha256(text),
        }
    }
}

/// SHA-256 of a text in UTF-8, hexadecimal.
pub fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text))
}

/// One decision. Never changed, never deleted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct LogEntry {
    /// UUID minted by the face.
    pub id: String,
    /// RFC 3339, UTC.
    pub at: String,
    /// The coder's pseudonym.
    pub coder: String,
    /// What was decided.
    pub action: Action,
    /// Where; the address without fragment.
    pub page: Page,
    /// Under which codebook.
    pub codebook: CodebookRef,
    /// With which model.
    pub model: ModelRef,
    /// Code decided about; absent for what is not about a code.
    pub code: Option<String>,
    /// Stance, as decided.
    #[serde(default)]
    pub stance: Option<String>,
    /// Tier, as decided.
    #[serde(default)]
    pub tier: Option<u8>,
    /// How sure the coder is, where that was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// The coder's note.
    #[serde(default)]
    pub memo: Option<String>,
    /// What is related, with `related`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relation: Option<Relation>,
    /// Id of the decision that this one edits, ties to other words or withdraws; of the last tying, where that is withdrawn.
    #[serde(default)]
    pub revises: Option<String>,
    /// Where in the unit; without a quote and a position: the whole unit.
    pub selector: Vec<Selector>,
    /// What the unit said.
    pub unit: Captured,
    /// Whether a suggestion was visible.
    pub suggestion_visible: bool,
    /// What was proposed.
    pub proposed: Option<Proposal>,
    /// Id of the coding session in which it was made, if one was open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// Id of the annotation that the decision made or changed, if any.
    pub annotation: Option<String>,
}
