//! What a page asks for about files, and hears of it. Both ends are Rust.

use crate::agreement::bias::Bias;
use crate::codebook::format::Fault;
use crate::codebook::model::Codebook;
use crate::exchange::import::{Count, Report, Source};
use crate::exchange::preview::Leaves;
use crate::exchange::redaction::Redaction;
use crate::exchange::writer::Format;
use crate::service::protocol::{Json, Project};
use crate::service::vault::Derivation;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A passphrase, which shows itself in no message.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Passphrase(pub String);

impl fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Passphrase")
    }
}

/// Something to do with a file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "task", rename_all = "camelCase")]
pub enum Task {
    /// Say what an export would hold.
    Preview {
        /// Its format.
        format: Format,
        /// What is taken out.
        redaction: Redaction,
    },
    /// Write the records of the open project.
    Export {
        /// The format.
        format: Format,
        /// What is taken out.
        redaction: Redaction,
        /// Whether pictures go with [`Format::Evidence`], if there are any: then it is a zip.
        pictures: bool,
        /// Encrypts the file.
        passphrase: Option<Passphrase>,
    },
    /// Write what is stored among the records and cannot be read, a line each.
    Damaged,
    /// Write whole projects. The key of pseudonyms is in a file under a passphrase alone.
    Copy {
        /// Which.
        projects: Vec<Project>,
        /// Encrypts the file.
        passphrase: Option<Passphrase>,
    },
    /// Bring the projects of a file back as new ones.
    Restore {
        /// Opens the file.
        passphrase: Option<Passphrase>,
    },
    /// Say what a file would bring into the open project.
    Look {
        /// How it is read.
        file: Coming,
    },
    /// Bring it in.
    Import {
        /// How it is read.
        file: Coming,
    },
    /// Say whether the coder follows what is suggested.
    Bias,
    /// Read and check the file of a codebook, ours or one of REFI-QDA.
    Codebook,
    /// Say under which codes of a codebook the coder's decisions stand.
    Coded {
        /// Id of the codebook.
        codebook: String,
        /// Codes whose decisions are wanted one by one.
        each: Vec<String>,
    },
    /// Give decisions other codes of the same codebook, as it is kept now.
    Migrate {
        /// Id of the codebook.
        codebook: String,
        /// What becomes of a code; of one that is not here, nothing.
        codes: BTreeMap<String, String>,
        /// By the id of a decision: the code that it has, and the one that it gets, whatever becomes of its code otherwise.
        each: BTreeMap<String, [String; 2]>,
    },
    /// Derive a key from a passphrase.
    Key {
        /// The passphrase.
        passphrase: Passphrase,
        /// How; absent: a new way, with a salt of its own.
        derivation: Option<Derivation>,
    },
}

/// How a file that comes is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coming {
    /// What wrote it; absent: as it looks.
    pub source: Option<Source>,
    /// Id of the codebook that the labels of another tool are of.
    pub codebook: Option<String>,
    /// Which code a label is, where it is neither a code's id nor its name.
    pub mapped: Vec<(String, String)>,
    /// Who coded, where the file does not say, or other than it says.
    pub coder: Option<String>,
    /// What the offsets of doccano count.
    pub count: Count,
    /// Opens the file.
    pub passphrase: Option<Passphrase>,
}

/// What came of a task.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "camelCase")]
pub enum Outcome {
    /// Of [`Task::Preview`].
    Preview {
        /// What would leave.
        leaves: Leaves,
        /// How many pictures there are that could go with it.
        pictures: usize,
        /// How many records cannot be read, and would not.
        damaged: usize,
    },
    /// Of [`Task::Export`] and [`Task::Damaged`].
    Written {
        /// How many records the file holds.
        records: usize,
        /// How many pictures; with any it is a zip.
        pictures: usize,
        /// How many could not be read, and are not in it.
        damaged: usize,
    },
    /// Of [`Task::Copy`].
    Copied,
    /// Of [`Task::Restore`].
    Restored {
        /// Names of the projects.
        names: Vec<String>,
    },
    /// Of [`Task::Look`].
    Looked {
        /// What wrote the file.
        source: Source,
        /// Absent: it has to be said first which codebook the labels are of.
        look: Option<Look>,
    },
    /// Of [`Task::Import`].
    Imported {
        /// Entries that were not there.
        added: usize,
        /// Entries that were.
        known: usize,
        /// Entries that say something else than those that were there; both are kept.
        conflicts: usize,
    },
    /// Of [`Task::Bias`].
    Bias {
        /// How often what was said first agrees with what was suggested.
        bias: Bias,
    },
    /// Of [`Task::Codebook`].
    Codebook {
        /// Absent if it cannot be used.
        codebook: Option<Json<Codebook>>,
        /// What is wrong with it, in the order of the file.
        faults: Vec<Fault>,
    },
    /// Of [`Task::Coded`].
    Coded {
        /// The codes in use, by id.
        codes: Vec<CodedAs>,
        /// The decisions that were wanted one by one; bounded in number for each code.
        each: Vec<Coding>,
        /// How many decisions of other coders stand; they are not touched.
        others: usize,
    },
    /// Of [`Task::Migrate`].
    Migrated {
        /// How many decisions have another code now.
        changed: usize,
    },
    /// Of [`Task::Key`].
    Key {
        /// 64 hexadecimal digits.
        key: String,
        /// How it was derived.
        derivation: Derivation,
    },
}

/// How often a code is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodedAs {
    /// The code's id.
    pub code: String,
    /// How many decisions with it stand.
    pub decisions: usize,
}

/// A decision with its code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coding {
    /// Id of the decision.
    pub decision: String,
    /// The code's id.
    pub code: String,
    /// The words that it is about, or the beginning of the unit; empty where none are kept.
    pub words: String,
    /// Address of the page.
    pub url: String,
}

/// What a file would bring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// What is in the file.
    pub report: Report,
    /// How many of its entries are here already.
    pub known: usize,
    /// How many say something else than those that are here.
    pub conflicting: usize,
    /// The first of these.
    pub conflicts: Vec<Differing>,
}

/// An entry that is not the same here and in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Differing {
    /// Of the decision.
    pub id: String,
    /// Names of what differs.
    pub fields: Vec<String>,
}
