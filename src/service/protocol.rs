//! What faces say to the service and hear from it.
//!
//! Purpose: the one declaration of every message; the TypeScript declarations are generated from it.
//! Invariants: offsets on this wire are UTF-16 code units of the unit's text, unless a field says otherwise.
//! Must not touch: how a message travels.

use crate::annotation::pseudonym::Pseudonym;
pub use crate::annotation::selector::Region;
use crate::annotation::{Annotation, LogEntry};
use crate::codebook::Codebook;
use crate::codebook::model::Evasion;
use crate::codebook::validate::Grade;
pub use crate::judgement::lessons::Lesson;
pub use crate::service::json::Json;
pub use crate::service::vault::wire::{Derivation, VaultRequest, VaultState, VaultStatus};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a unit of analysis is on its page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum UnitKind {
    /// A post.
    Post,
    /// A comment or reply.
    Comment,
    /// An account's description of itself.
    Bio,
    /// A caption.
    Caption,
    /// A message in a chat or channel.
    Message,
    /// An image, by its alternative text and what the coder wrote of the words in it.
    Image,
    /// Who wrote units, as a whole; its text is the pseudonym.
    Account,
    /// A block of text of no known kind.
    #[default]
    Block,
}

/// One unit's reading under every active codebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct UnitReading {
    /// One entry per active codebook, in the order of the set.
    pub results: Vec<CodebookReading>,
    /// Decisions of the coder that are found again on this unit.
    pub marks: Vec<Mark>,
    /// Whether the coder is to decide before what is suggested is shown.
    #[serde(default)]
    pub hidden: bool,
    /// What in the text has a form of its own, in order, disjoint; bounded in number.
    pub entities: Vec<EntityFinding>,
}

/// Something with a form of its own: an address, a link, a hashtag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct EntityFinding {
    /// Its kind, such as `bitcoin-bech32`; begins with the name of its class.
    pub kind: String,
    /// First UTF-16 unit.
    pub start: u32,
    /// One past the last UTF-16 unit.
    pub end: u32,
    /// What it says, mended where the text disguises it. Text to show, never a link to follow.
    pub value: String,
}

/// A unit under one codebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CodebookReading {
    /// Which codebook, by its exact content.
    pub codebook: CodebookRef,
    /// Median tier; absent where the codebook has no scale.
    pub tier: Option<u8>,
    /// Probability of each tier, from 0 up; empty without a scale.
    pub tier_probability: Vec<f32>,
    /// Proposed stance; absent where the codebook has none.
    pub stance: Option<String>,
    /// Probability of each declared stance.
    pub stance_probability: Vec<StanceProbability>,
    /// Stance towards each target that the unit names.
    pub targets: Vec<TargetStance>,
    /// Probability of a tier that counts as support; absent without a scale.
    pub support: Option<f32>,
    /// Log-odds of support before any evidence; with `other` and the contributions of findings and cues it sums to the logit
    /// of `support`.
    pub base: f32,
    /// Codes with evidence, most probable first.
    pub codes: Vec<CodeProbability>,
    /// The evidence, in the order of the text.
    pub findings: Vec<Finding>,
    /// Words that a model weighs by themselves: those that weigh most, heaviest first.
    pub cues: Vec<Cue>,
    /// What all other words add together.
    pub other: f32,
    /// How many of the coder's decisions taught a model of the coder's own that took part; 0 if none took part.
    pub labels: usize,
}

/// Words that a model weighs by themselves.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Cue {
    /// First offset; UTF-16 units to a page, code points on the command line.
    pub start: u32,
    /// Offset after the last.
    pub end: u32,
    /// The words, as they stand in the text.
    pub matched: String,
    /// What they add to the logit of support.
    pub contribution: f32,
}

/// Probability of one stance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StanceProbability {
    /// Stance id.
    pub stance: String,
    /// 0 to 1.
    pub probability: f32,
}

/// Stance towards one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct TargetStance {
    /// Target id.
    pub target: String,
    /// Stance id.
    pub stance: String,
}

/// Probability of one code.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CodeProbability {
    /// Code id.
    pub code: String,
    /// 0 to 1.
    pub probability: f32,
}

/// One piece of evidence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Finding {
    /// Code id.
    pub code: String,
    /// Indicator id.
    pub indicator: String,
    /// First UTF-16 unit.
    pub start: u32,
    /// One past the last UTF-16 unit.
    pub end: u32,
    /// The text as it stands on the page.
    pub matched: String,
    /// Ways around a filter in which it is written; empty for a plain match.
    pub evasion: Vec<Evasion>,
    /// What it adds to the logit of support (raises above 0, lowers below).
    pub contribution: f32,
    /// What weakened it, if anything.
    pub context: Vec<Context>,
}

/// Something around a finding that changes what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Context {
    /// A negation stands before it.
    Negated,
    /// It stands inside quotation marks, in someone else's mouth.
    Quoted,
    /// Its sentence also carries evidence for a stance that is not support, such as a report or an objection.
    Countered,
}

/// A codebook by its exact content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CodebookRef {
    /// Codebook id.
    pub id: String,
    /// The authors' version.
    pub version: String,
    /// SHA-256 of the compiled content, hexadecimal.
    pub hash: String,
}

/// The judgement model by its exact content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ModelRef {
    /// Model id.
    pub id: String,
    /// SHA-256 of its parameters, hexadecimal.
    pub hash: String,
}

/// A decision found again on a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// Id of the decision; of the first one, where it was edited since.
    pub decision: String,
    /// What was decided.
    pub action: Action,
    /// Codebook id.
    pub codebook: String,
    /// Code id; absent for `noneApplies`.
    pub code: Option<String>,
    /// Stance, as decided.
    pub stance: Option<String>,
    /// Tier, as decided.
    pub tier: Option<u8>,
    /// How sure the coder is.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// The coder's note.
    pub memo: Option<String>,
    /// What two decisions have to do with each other; with `related` alone.
    #[serde(default)]
    pub relation: Option<Relation>,
    /// Code that was proposed when it was decided: the one in whose place it stands, where it is another.
    pub proposed: Option<String>,
    /// How surely it was found again.
    pub outcome: Outcome,
    /// Whether the unit's whole text is as it was: posts may be nearly alike.
    pub same_unit: bool,
    /// First UTF-16 unit of the span; with `end`, absent where the decision is about the whole unit.
    pub start: Option<u32>,
    /// One past the last UTF-16 unit.
    pub end: Option<u32>,
    /// The part of the image that it is about; absent: all of it.
    #[serde(default)]
    pub region: Option<Region>,
}

/// A passage that may be what a decision was about. It is asked about, and never shown as decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Likeness {
    /// Place of its unit in the request.
    pub unit: usize,
    /// First UTF-16 unit of the passage; a decision about a whole unit is given all of it.
    pub start: u32,
    /// One past the last UTF-16 unit.
    pub end: u32,
    /// How much of words and context agrees, 0 to 1.
    pub score: f64,
    /// How much of the context agrees, 0 to 1.
    pub context: f64,
}

/// How surely a stored decision was found again on the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// The same text in the same place.
    Exact,
    /// The same words in the same context, elsewhere.
    Moved,
}

/// A coder's decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Action {
    /// The suggestion is right.
    Accepted,
    /// The suggestion is wrong.
    Rejected,
    /// No code of this codebook applies to the unit.
    NoneApplies,
    /// The coder's own code, on a unit or a selection, also in place of one that was proposed.
    Assigned,
    /// What an earlier decision says was changed: its code, stance, tier or memo.
    Edited,
    /// An earlier decision was tied to other words of its page, which say what it was about. What was decided stays.
    Reattached,
    /// An earlier decision was taken back, or the last tying of one to other words.
    Withdrawn,
    /// The unit was looked at and passed over: nothing is said of it, until something is.
    Skipped,
    /// The unit needs somebody's attention at once, whatever its code.
    Flagged,
    /// Two decisions have to do with each other.
    Related,
}

/// How sure a coder is of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Confidence {
    /// Might well be otherwise.
    Low,
    /// Rather so than not.
    Medium,
    /// Sure.
    High,
}

/// What two decisions have to do with each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Relation {
    /// What.
    pub kind: RelationKind,
    /// Id of the first decision about the one.
    pub from: String,
    /// Id of the first decision about the other, on whatever page.
    pub to: String,
}

/// What one decision's words have to do with another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum RelationKind {
    /// They answer them.
    RepliesTo,
    /// They repeat them as another's.
    Quotes,
    /// One person wrote both.
    SameAuthor,
    /// Both are part of one effort, such as a drive for money.
    SameCampaign,
}

/// A decision as a face sends it. The service turns it into an annotation and a log entry.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    /// UUID minted by the face: sending the same decision twice stores it once.
    pub id: String,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Where.
    pub page: Page,
    /// The unit's whole visible text.
    pub text: String,
    /// What the unit is.
    pub kind: UnitKind,
    /// Who wrote it, as the page shows it. The service makes a pseudonym of it before anything is stored; with
    /// `edited`, `reattached` and `withdrawn` the author of the first decision stays.
    #[serde(default)]
    pub author: Option<String>,
    /// The element whose visible text the unit is, as the page's script says, by an XPath of names and places from the root of
    /// its document: `/html[1]/body[1]/p[2]`. What is longer than [`MAX_PATH`](crate::annotation::selector::MAX_PATH) bytes or of another form is left aside.
    #[serde(default)]
    pub path: Option<String>,
    /// The image that the unit is.
    #[serde(default)]
    pub image: Option<Pictured>,
    /// What is decided.
    pub action: Action,
    /// Under which codebook.
    pub codebook: CodebookRef,
    /// The code accepted, rejected, assigned, or now meant; absent for every other action.
    pub code: Option<String>,
    /// Stance of the unit as the coder sees it; with `accepted`, as proposed.
    pub stance: Option<String>,
    /// Tier of the unit as the coder sees it; with `accepted`, as proposed.
    pub tier: Option<u8>,
    /// How sure the coder is.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// The coder's note.
    pub memo: Option<String>,
    /// What is related; with `related` alone.
    #[serde(default)]
    pub relation: Option<Relation>,
    /// The span decided about, UTF-16; absent: the whole unit. An edit keeps the span of what it edits.
    pub span: Option<[u32; 2]>,
    /// Id of the decision that is edited, tied to other words or withdrawn: the first one about it; to take back the last tying,
    /// the id of that. Absent for every other action.
    pub revises: Option<String>,
    /// What was proposed.
    pub proposed: Option<Proposal>,
    /// Whether what was proposed was kept from the coder, who was to decide first.
    #[serde(default)]
    pub hidden: bool,
}

/// An image, or a part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Pictured {
    /// What it is known by on its page, such as its address. The service keeps a hash of it.
    pub source: String,
    /// The part; absent: all of it.
    pub region: Option<Region>,
}

/// How a coder came upon a page: discovery by recommendation is itself a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FoundVia {
    /// By searching for a hashtag.
    Hashtag,
    /// By any other search.
    Search,
    /// In a list of followers or friends.
    Followers,
    /// The site recommended it.
    Recommendation,
    /// By following a link.
    Link,
    /// In another way.
    Other,
}

/// What was proposed when a coder decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Proposal {
    /// Code proposed for the span, where the decision is about one.
    pub code: Option<String>,
    /// Probability of the code, if it was proposed.
    pub probability: Option<f32>,
    /// Proposed stance.
    pub stance: Option<String>,
    /// Proposed tier.
    pub tier: Option<u8>,
    /// Proposed support.
    pub support: Option<f32>,
}

/// The page that a unit stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Page {
    /// Address as the browser gives it; the service drops the fragment.
    pub url: String,
    /// Title.
    pub title: String,
}

/// What a face asks.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Request {
    /// Read units of a page, and find the coder's earlier decisions on them.
    Read {
        /// The page.
        page: Page,
        /// The units, in any order.
        units: Vec<String>,
        /// For each unit, what the image that it is is known by, if it is one; absent: none is.
        #[serde(default)]
        #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<Option<String>>>"))]
        images: Vec<Option<String>>,
    },
    /// The codebooks, as the faces show them.
    Codebooks,
    /// Every decision stored for a page, found on it or not.
    PageDecisions {
        /// Address.
        url: String,
    },
    /// Look for decisions that are found on no unit of a page among some of its units. Asked slice by slice, once the page has
    /// settled.
    Unfound {
        /// Address.
        url: String,
        /// Ids of the decisions; bounded in number.
        decisions: Vec<String>,
        /// The units; together no longer than one unit may be.
        units: Vec<String>,
    },
    /// Keep a decision.
    Decide {
        /// The decision.
        #[cfg_attr(feature = "typescript", ts(as = "Decision"))]
        decision: Json<Decision>,
    },
    /// What the coder has set.
    Settings,
    /// Keep settings, all of them.
    SetSettings {
        /// The settings.
        #[cfg_attr(feature = "typescript", ts(as = "Settings"))]
        settings: Json<Settings>,
    },
    /// Say what is wrong with a codebook; nothing is kept.
    CheckCodebook {
        /// The codebook.
        #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
        codebook: Json<Codebook>,
    },
    /// All that a codebook at hand says.
    Codebook {
        /// Its id.
        id: String,
    },
    /// What a codebook of the coder's own was before it was changed: a list of codebooks, oldest first, of which the oldest are
    /// let go.
    Versions {
        /// Its id.
        id: String,
    },
    /// Keep a codebook of the coder's own, in place of the one with its id, which becomes its last version.
    AddCodebook {
        /// The codebook; it is validated again.
        #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
        codebook: Json<Codebook>,
    },
    /// Remove a codebook of the coder's own. Decisions made with it stay.
    RemoveCodebook {
        /// Its id.
        id: String,
    },
    /// What stands of units of some authors, as counts.
    Authors {
        /// Address of the page that shows them.
        url: String,
        /// Names or handles, as the page shows them.
        names: Vec<String>,
    },
    /// What was learned from the coder's decisions under a codebook.
    Learned {
        /// Its id.
        codebook: String,
    },
    /// Forget what was learned under a codebook. The decisions stay.
    Forget {
        /// Its id.
        codebook: String,
    },
    /// Keep a picture of the page with a decision that was stored with the word that one is wanted.
    KeepPicture {
        /// Id of the decision.
        decision: String,
        /// When it was taken, RFC 3339 in UTC.
        at: String,
        /// A JPEG as a data URL.
        image: String,
    },
    /// Pictures of the open project, one at a time.
    Picture {
        /// After which to go on; absent: the first.
        after: Option<String>,
    },
    /// Say what was decided before about units that nearly equal these, on whatever page.
    Before {
        /// The page that they stand on.
        page: Page,
        /// The units; bounded in number.
        units: Vec<String>,
    },
    /// What the coder wrote of the words in images.
    Transcripts {
        /// What the images are known by; bounded in number.
        images: Vec<String>,
    },
    /// Keep what the coder wrote of the words in an image, where whole texts are kept.
    Transcribe {
        /// What the image is known by.
        image: String,
        /// The words; empty: none.
        text: String,
        /// When, RFC 3339 in UTC.
        at: String,
    },
    /// All coding sessions.
    Sessions,
    /// Add units that were on the screen to the open session, if there is one.
    Seen {
        /// How many.
        units: u32,
    },
    /// Keep a coding session, in place of the one with its id. Without an end it is open from now on, and the one that was is
    /// ended.
    SaveSession {
        /// The session.
        #[cfg_attr(feature = "typescript", ts(as = "Session"))]
        session: Json<Session>,
    },
    /// Say which units, decided next, would teach most.
    MostUseful {
        /// The units that are not decided yet, in any order.
        units: Vec<String>,
    },
    /// How the coder came upon a page, as it was said.
    FoundVia {
        /// Address.
        url: String,
    },
    /// Say how the coder came upon a page, before its units are decided about; nothing takes it back.
    SetFoundVia {
        /// Address.
        url: String,
        /// How; absent: not said.
        found_via: Option<FoundVia>,
    },
    /// Take captured texts, titles and quotes out of the records of the open project, a slice at a time. Nothing brings them
    /// back; the decisions stay.
    Purge {
        /// Key after which to go on; absent: from the start.
        after: Option<String>,
        /// Those captured before this time alone, RFC 3339 in UTC; absent: all.
        before: Option<String>,
    },
    /// All projects.
    Projects,
    /// Keep a project, in place of the one with its id.
    SaveProject {
        /// The project; a new one has a new UUID.
        #[cfg_attr(feature = "typescript", ts(as = "Project"))]
        project: Json<Project>,
    },
    /// Go on with another project.
    OpenProject {
        /// Its id.
        id: String,
    },
    /// Delete a project with all it holds.
    DeleteProject {
        /// Its id.
        id: String,
    },
    /// Everything that a project holds, in order of its keys, a slice at a time.
    Dump {
        /// Its id.
        project: String,
        /// Key after which to go on; absent: from the start.
        after: Option<String>,
        /// How many at the most.
        limit: u32,
    },
    /// Put a slice of a dump where a new project is to be.
    Restore {
        /// The new project's id, a new UUID.
        project: String,
        /// The slice.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<Stored>"))]
        entries: Json<Vec<Stored>>,
    },
    /// List projects whose dumps were restored in whole, and open the last of them.
    Adopt {
        /// The projects.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<Project>"))]
        projects: Json<Vec<Project>>,
    },
    /// Hand over a slice of records that are to be imported. They wait beside the open project; nothing is seen of them before
    /// `Import`, and what is not imported is swept away when the project is opened the next time.
    Stage {
        /// A new UUID, the same for all slices.
        import: String,
        /// Counted from 0; slices are handed over in their order.
        number: u32,
        /// At most 200. Their annotations are not looked at: these follow from the log.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<Record>"))]
        records: Json<Vec<Record>>,
    },
    /// Import all that is staged, a slice at a time: asked again until nothing is left. From the first time on all of it will
    /// be imported, even if the browser is closed.
    Import {
        /// As it was staged.
        import: String,
        /// How many slices there are.
        slices: u32,
    },
    /// Encryption of all that is stored.
    Vault {
        /// What about it.
        request: VaultRequest,
    },
    /// Stored records in order of their keys, a slice at a time.
    Records {
        /// Key after which to go on; absent: from the start.
        after: Option<String>,
        /// How many at the most.
        limit: u32,
    },
}

/// What the service answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Response {
    /// To `Read`: one reading per unit, in the order asked.
    Readings {
        /// The readings.
        readings: Vec<UnitReading>,
        /// The model that made them.
        model: ModelRef,
    },
    /// To `Codebooks`, `AddCodebook` and `RemoveCodebook`.
    Codebooks {
        /// All codebooks at hand, active or not, in the order of readings.
        codebooks: Vec<CodebookCard>,
        /// Codebooks that ship switched off, whether they are at hand by now or not.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<CodebookOffer>"))]
        offers: Json<Vec<CodebookOffer>>,
        /// Codebooks that are stored or ship and cannot be used. Those of the coder's own can be added anew or removed.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<UnusableCodebook>"))]
        unusable: Json<Vec<UnusableCodebook>>,
    },
    /// To `CheckCodebook`.
    Checked {
        /// Everything found; the codebook can be used unless one is a problem.
        faults: Vec<CodebookFault>,
    },
    /// To `Codebook` and `Versions`.
    Codebook {
        /// The codebook, or the list of them.
        #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
        codebook: serde_json::Value,
    },
    /// To `Learned`.
    Learned {
        /// All of it; what an export holds.
        #[cfg_attr(feature = "typescript", ts(as = "Learned"))]
        learned: Json<Learned>,
        /// The file of the model with the lessons, as `postil classify` reads it, in hexadecimal; empty without a model.
        file: String,
    },
    /// To `MostUseful`.
    MostUseful {
        /// Places of units in the request, the most useful first; bounded in number.
        order: Vec<usize>,
    },
    /// To `Before`: for each unit, in the order asked, those like it, the most alike first; bounded in number.
    Before {
        /// What was decided about them.
        earlier: Vec<Vec<Earlier>>,
    },
    /// To `Transcripts` and `Transcribe`: for each image, in the order asked, what is kept.
    Transcripts {
        /// The words; absent: none.
        texts: Vec<Option<String>>,
    },
    /// To `Sessions` and `SaveSession`.
    Sessions {
        /// All of them, the first one first.
        sessions: Vec<Session>,
        /// Id of the one that is open.
        open: Option<String>,
    },
    /// To `Seen`.
    Seen,
    /// To `Settings`, `SetSettings` and `Forget`.
    Settings {
        /// What is stored now.
        settings: Settings,
    },
    /// To `PageDecisions`.
    PageDecisions {
        /// The log, oldest first.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<LogEntry>"))]
        decisions: Json<Vec<LogEntry>>,
    },
    /// To `Unfound`: for each decision, in the order asked, where something like its words stands, the best first. Whether one
    /// of them is the only likely one is told by all slices together (`annotation::anchor::settle`).
    Unfound {
        /// The passages; empty for a decision that does not stand. Decisions beyond these were not looked for yet, and are to be
        /// asked for again; the first one always was.
        passages: Vec<Vec<Likeness>>,
    },
    /// To `Decide`: stored; survives a crash from here on.
    Stored {
        /// The decision's id.
        id: String,
        /// Whether a picture of the page is wanted with it.
        picture: bool,
    },
    /// To `Picture`.
    Picture {
        /// Id of the project that it is of.
        project: String,
        /// Absent where there is none, or it cannot be read.
        #[cfg_attr(feature = "typescript", ts(as = "Option<Picture>"))]
        picture: Json<Option<Picture>>,
        /// Give this as `after` to go on; absent at the end.
        next: Option<String>,
        /// How many come after this one.
        left: u32,
    },
    /// To `Authors`: one entry per name, in the order asked.
    Authors {
        /// The counts.
        authors: Vec<AuthorCounts>,
    },
    /// To `FoundVia` and `SetFoundVia`.
    FoundVia {
        /// How; absent: not said.
        found_via: Option<FoundVia>,
    },
    /// To `Purge`.
    Purged {
        /// How many records of the slice changed.
        changed: u32,
        /// Give this as `after` to go on; absent at the end.
        next: Option<String>,
    },
    /// To `Projects`, `SaveProject`, `OpenProject`, `DeleteProject` and `Adopt`.
    Projects {
        /// All projects.
        projects: Vec<Project>,
        /// Id of the one that is open.
        open: String,
    },
    /// To `Dump`.
    Dump {
        /// What is stored.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<Stored>"))]
        entries: Json<Vec<Stored>>,
        /// Give this as `after` to go on; absent at the end.
        next: Option<String>,
    },
    /// To `Restore`.
    Restored,
    /// To `Stage`.
    Staged,
    /// To `Import`: numbers of records since its beginning.
    Imported {
        /// Whose ids were not known.
        added: u32,
        /// That said nothing new.
        known: u32,
        /// Under whose ids something else was known: both are kept, and the first by its bytes counts.
        conflicts: u32,
        /// Slices that are left.
        left: u32,
    },
    /// To `Vault`.
    Vault {
        /// How it stands now.
        status: VaultStatus,
    },
    /// To `Records`.
    Records {
        /// Id of the project that they are of.
        project: String,
        /// Log entries, each with the annotation that it made if that still stands; edits are in the annotation of the
        /// first decision.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<Record>"))]
        records: Json<Vec<Record>>,
        /// What is stored among them and cannot be read.
        #[cfg_attr(feature = "typescript", ts(as = "Vec<Damaged>"))]
        damaged: Json<Vec<Damaged>>,
        /// Before when units were captured of which no words are kept, because they were purged; absent: none were.
        purged: Option<String>,
        /// Give this as `after` to go on; absent at the end.
        next: Option<String>,
    },
    /// The request was not carried out; nothing was changed.
    Failed {
        /// Why.
        failure: Failure,
    },
}

/// What the service says unasked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "type", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// A decision about this page was stored: faces that show it ask again.
    Decided {
        /// Address without fragment.
        url: String,
    },
    /// Settings or codebooks changed: what was read before is out of date.
    Changed {
        /// The settings now.
        settings: Settings,
    },
    /// What is stored was locked or unlocked, or its encryption was turned on or off: what was read before may be out of date.
    Vault {
        /// How it stands.
        state: VaultState,
    },
    /// A picture was wanted with a decision, and the browser did not let it be taken. The service itself does not say this.
    NoPicture,
}

/// What a coder has set.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase", default)]
pub struct Settings {
    /// Ids of codebooks that are switched off; an id of none is of no effect.
    pub codebooks_off: Vec<String>,
    /// Ids of codebooks that ship switched off and were switched on. One that is switched off again stays here, so that the
    /// names in what was decided with it stay known.
    pub codebooks_on: Vec<String>,
    /// Whether nothing at all is put into pages, and findings are shown in the side panel alone.
    pub quiet: bool,
    /// Ids of codebooks under which readings do not rest on what the coder taught. Decisions go on being learned from, unseen.
    pub learning_off: Vec<String>,
    /// Match patterns of sites that are not read though the browser allows it; one that it does not allow is of no effect.
    pub sites_off: Vec<String>,
    /// Of how many units in a hundred, drawn by lot, what is suggested is shown only once they are decided about.
    pub hidden_share: u8,
    /// Whether a session is open, in which units that are seen are counted. The service says so; what a face says is of no effect.
    pub counting: bool,
    /// Keys of the side panel that are not those that ship, by what they do.
    pub keys: BTreeMap<String, String>,
    /// Whether the keys of the side panel act while the page has the focus, too.
    pub page_keys: bool,
    /// What the coder taught about sites: rules, a line for each, as [`sites::SiteRule`](super::sites::SiteRule) says them.
    pub taught: Vec<String>,
    /// Ids of shipped adapters that are switched off; an id of none is of no effect.
    pub adapters_off: Vec<String>,
}

impl Settings {
    /// Whether units are read with a codebook; `offered` says that it ships switched off.
    pub fn reads_with(&self, id: &str, offered: bool) -> bool {
        let names = |ids: &[String]| ids.iter().any(|one| one == id);
        !names(&self.codebooks_off) && (!offered || names(&self.codebooks_on))
    }

    /// Switches a codebook; `offered` says that it ships switched off.
    pub fn switch(&mut self, id: &str, offered: bool, on: bool) {
        switch(&mut self.codebooks_off, id, on);
        if on && offered && !self.codebooks_on.iter().any(|one| one == id) {
            self.codebooks_on.push(id.to_owned());
        }
    }

    /// Whether readings under a codebook rest on what the coder taught.
    pub fn learns(&self, id: &str) -> bool {
        !self.learning_off.iter().any(|off| off == id)
    }

    /// Switches that.
    pub fn learn(&mut self, id: &str, on: bool) {
        switch(&mut self.learning_off, id, on);
    }

    /// Whether a site is read once the browser allows it, by its match pattern.
    pub fn reads_site(&self, pattern: &str) -> bool {
        !self.sites_off.iter().any(|off| off == pattern)
    }

    /// Switches that.
    pub fn read_site(&mut self, pattern: &str, on: bool) {
        switch(&mut self.sites_off, pattern, on);
    }

    /// Whether a shipped adapter is used.
    pub fn adapts(&self, id: &str) -> bool {
        !self.adapters_off.iter().any(|off| off == id)
    }

    /// Switches that.
    pub fn adapt(&mut self, id: &str, on: bool) {
        switch(&mut self.adapters_off, id, on);
    }
}

/// Switches a thing in the list of those that are off, where it is named once at most.
fn switch(off: &mut Vec<String>, name: &str, on: bool) {
    off.retain(|one| one != name);
    if !on {
        off.push(name.to_owned());
    }
}

/// What was learned from the coder's decisions under a codebook.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Learned {
    /// Which codebook, by its exact content.
    pub codebook: CodebookRef,
    /// Whether readings rest on it.
    pub on: bool,
    /// How many standing decisions taught it.
    pub labels: usize,
    /// Of the last of these, how many said whether a unit is support.
    pub asked: u32,
    /// How many of those it had foreseen.
    pub right: u32,
    /// The model; absent without labels.
    pub model: Option<ModelRef>,
    /// What it learned, in words, heaviest first; bounded in number.
    pub lessons: Vec<Lesson>,
}

/// A decision with the annotation that it made, if it made one and that still stands, and what else was said under its id.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Record {
    /// The decision.
    pub log: LogEntry,
    /// The annotation, as later edits left it.
    pub annotation: Option<Annotation>,
    /// Other entries with the id of `log`, in the order of their bytes; `log` is the first of all by them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "typescript", ts(optional, as = "Option<Vec<LogEntry>>"))]
    pub conflicts: Vec<LogEntry>,
}

/// A body of work: its codebooks, settings and records are its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Project {
    /// [`Project::FIRST`] or a UUID.
    pub id: String,
    /// What the coder calls it.
    pub name: String,
    /// Pseudonym of who codes in it.
    pub coder: String,
    /// What is kept of a unit beside the decision.
    pub evidence: Evidence,
    /// Last day on which texts and quotes may be kept, `YYYY-MM-DD`.
    #[serde(default)]
    pub keep_until: Option<String>,
    /// Whether a picture of the page is kept with each decision, where the whole text is and the browser permits it.
    #[serde(default)]
    pub pictures: bool,
    /// What is to be done about a unit that is flagged as urgent, in the project's own words.
    #[serde(default)]
    pub escalation: String,
}

impl Project {
    /// Id of the project that is there from the start.
    pub const FIRST: &str = "first";
}

impl Default for Project {
    fn default() -> Self {
        Self {
            id: Self::FIRST.into(),
            name: "My project".into(),
            coder: "coder-1".into(),
            evidence: Evidence::Full,
            keep_until: None,
            pictures: false,
            escalation: String::new(),
        }
    }
}

/// What the browser showed of the page when a decision was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Picture {
    /// Id of the decision.
    pub decision: String,
    /// When it was taken, RFC 3339 in UTC.
    pub at: String,
    /// SHA-256 of the JPEG's bytes, hexadecimal.
    pub sha256: String,
    /// The JPEG as a data URL.
    pub image: String,
}

/// What is kept of a unit beside the decision. Its hash always is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Evidence {
    /// Its whole text, and the page's title.
    Full,
    /// The words decided about, with a little around them.
    Quote,
    /// No words.
    None,
}

/// An entry of the store.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Stored {
    /// Its key within the project.
    pub key: String,
    /// What it holds.
    #[cfg_attr(feature = "typescript", ts(type = "unknown"))]
    pub value: serde_json::Value,
}

/// Something stored that cannot be read. It stays where it is and blocks nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Damaged {
    /// The key it is stored under.
    pub key: String,
    /// What is wrong with it.
    pub why: String,
    /// All of it, as JSON.
    pub value: String,
}

/// A unit that was decided about before, and nearly equals another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Earlier {
    /// Address of its page.
    pub url: String,
    /// When the last word on it was said, RFC 3339 in UTC.
    pub at: String,
    /// How much of the texts both have, 0 to 1.
    pub likeness: f64,
    /// Its text, where it is kept.
    pub text: Option<String>,
    /// What stands, without places.
    pub marks: Vec<Mark>,
}

/// A time of coding, from where it set out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Session {
    /// A UUID.
    pub id: String,
    /// When it began, RFC 3339 in UTC.
    pub began: String,
    /// When it ended; absent while it is open.
    pub ended: Option<String>,
    /// How the coder came upon what is coded in it; absent: not said.
    #[serde(rename = "foundVia")]
    pub found_via: Option<FoundVia>,
    /// The hashtag, account or other thing that it set out from; may be empty.
    pub seed: String,
    /// How many units were on the screen.
    pub seen: u32,
    /// About how many units something was said for the first time.
    pub coded: u32,
}

/// What stands of one author's units: counts, and no scale.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct AuthorCounts {
    /// The name in records; absent while no author is in any.
    pub pseudonym: Option<Pseudonym>,
    /// On the page asked about.
    pub here: UnitCounts,
    /// On all pages.
    pub all: UnitCounts,
    /// Codes that stand on the account itself, without places.
    #[serde(default)]
    pub account: Vec<Mark>,
}

/// Numbers of units about which a decision stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UnitCounts {
    /// Units with a code.
    pub coded: u32,
    /// Units of which it was said that no code applies, and that have none.
    pub none: u32,
    /// Units by code, most first; a unit counts once for each of its codes.
    pub codes: Vec<CodeUnits>,
    /// Units by the stance given with a code, most first.
    pub stances: Vec<StanceUnits>,
}

/// Number of units with one code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CodeUnits {
    /// Codebook id.
    pub codebook: String,
    /// Code id.
    pub code: String,
    /// How many.
    pub units: u32,
}

/// Number of units with one stance.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StanceUnits {
    /// Codebook id.
    pub codebook: String,
    /// Stance id.
    pub stance: String,
    /// How many.
    pub units: u32,
}

/// Why a request failed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Failure {
    /// What kind of failure, for the face to choose its words.
    pub kind: FailureKind,
    /// What happened and how to mend it, in English.
    pub message: String,
}

/// Kinds of failure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum FailureKind {
    /// The request breaks a rule or a limit.
    Invalid,
    /// The storage is full.
    Quota,
    /// The storage failed otherwise.
    Storage,
    /// A newer Postil wrote this storage.
    Newer,
    /// The storage is encrypted and locked.
    Locked,
    /// The passphrase is not that of the storage or file, which is sound.
    WrongPassphrase,
    /// What is encrypted is damaged; no passphrase mends it.
    Damaged,
}

impl FailureKind {
    /// Whether the right passphrase would mend it.
    pub fn wants_passphrase(self) -> bool {
        matches!(self, Self::Locked | Self::WrongPassphrase)
    }
}

/// Something wrong with a codebook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CodebookFault {
    /// Path to the field, such as `code[3].indicator[0].weight`; indices count from 0.
    pub field: String,
    /// What is wrong and how to mend it.
    pub message: String,
    /// Whether the codebook is refused, the term or pattern left out, or nothing changed.
    pub grade: Grade,
}

/// A codebook as faces show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CodebookCard {
    /// Which one.
    pub codebook: CodebookRef,
    /// Name.
    pub title: String,
    /// What it is for, and what not.
    pub description: String,
    /// Whether units are read with it.
    pub active: bool,
    /// Whether it is the coder's own, and not one that ships.
    pub own: bool,
    /// Whether readings rest on what the coder taught.
    pub learns: bool,
    /// Tier labels from 0 up; empty without a scale.
    pub tiers: Vec<String>,
    /// First tier that counts as support.
    pub support_from: Option<u8>,
    /// Stances.
    pub stances: Vec<StanceCard>,
    /// Targets.
    pub targets: Vec<Label>,
    /// Codes.
    pub codes: Vec<CodeCard>,
}

/// A codebook that ships switched off, as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct CodebookOffer {
    /// Which one.
    pub codebook: CodebookRef,
    /// Name.
    pub title: String,
    /// What it is for, and what not.
    pub description: String,
    /// How many codes it has.
    pub codes: usize,
    /// How many tiers; 0 without a scale.
    pub tiers: usize,
    /// Whether anybody competent has reviewed the words of any of its languages.
    pub reviewed: bool,
}

/// A codebook that is at hand and cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct UnusableCodebook {
    /// Its id.
    pub id: String,
    /// Why, and how to mend it, in English.
    pub message: String,
    /// It is the coder's own and can be removed; one that ships is switched off.
    pub own: bool,
}

/// An id with its name and meaning.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Label {
    /// Id.
    pub id: String,
    /// Name.
    pub label: String,
    /// Meaning.
    pub definition: String,
}

/// A stance as faces show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct StanceCard {
    /// Id.
    pub id: String,
    /// Name.
    pub label: String,
    /// Meaning.
    pub definition: String,
    /// Lowest and highest tier that go with it; absent where the codebook has no scale.
    pub tiers: Option<[u8; 2]>,
}

/// A code as faces show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct CodeCard {
    /// Id.
    pub id: String,
    /// Parent code's id.
    pub parent: Option<String>,
    /// Name.
    pub label: String,
    /// Meaning.
    pub definition: String,
    /// `#rrggbb`.
    pub colour: String,
    /// Key that assigns it.
    pub hotkey: Option<char>,
    /// Its indicators.
    pub indicators: Vec<IndicatorCard>,
}

/// An indicator as faces show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct IndicatorCard {
    /// Id.
    pub id: String,
    /// What it means.
    pub gloss: Option<String>,
    /// What it ordinarily means.
    pub ordinary: Option<String>,
}
