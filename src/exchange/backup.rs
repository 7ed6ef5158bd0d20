//! Projects as one file: a copy to keep, or to go on with on another machine.
//!
//! Shape: JSON Lines, UTF-8. First `{"postil": "backup", "version": 1, "at", "projects": [Project…]}`; then
//! `{"project", "key", "value"}` for everything stored; last `{"entries": N}`, so that a file that was cut short is known.
//! Invariants: the key of authors' pseudonyms is in it only if the file is to be encrypted, since whoever has the key can try
//! names.
//! Must not touch: where the entries come from and go.

use crate::service::keys::AUTHOR_KEY;
use crate::service::protocol::{Project, Stored};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;

/// Longest line, in bytes.
pub const MAX_LINE: usize = 16 << 20;
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Head {
    postil: String,
    version: u32,
    at: String,
    projects: Vec<Project>,
}

#[derive(Serialize, Deserialize)]
struct Line {
    project: String,
    key: String,
    value: Value,
}

#[derive(Serialize, Deserialize)]
struct Foot {
    entries: usize,
}

/// Writes a file.
#[derive(Debug)]
pub struct Writer {
    keyed: bool,
    entries: usize,
}

impl Writer {
    /// `keyed` says that the file is to be encrypted, and holds the key of authors' pseudonyms.
    pub fn new(keyed: bool) -> Self {
        Self { keyed, entries: 0 }
    }

    /// The beginning; `at` is the time, RFC 3339 in UTC.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn header(&self, at: &str, projects: &[Project]) -> Result<String, serde_json::Error> {
        line(&Head { postil: "backup".into(), version: VERSION, at: at.into(), projects: projects.to_vec() })
    }

    /// Entries of one project.
    ///
    /// # Errors
    /// If a value cannot be written as JSON.
    pub fn entries(&mut self, project: &str, entries: Vec<Stored>) -> Result<String, serde_json::Error> {
        let mut text = String::new();
        for Stored { key, value } in entries.into_iter().filter(|entry| self.keyed || entry.key != AUTHOR_KEY) {
            text.push_str(&line(&Line { project: project.into(), key, value })?);
            self.entries += 1;
        }
        Ok(text)
    }

    /// The end.
    ///
    /// # Errors
    /// If it cannot be written as JSON.
    pub fn footer(self) -> Result<String, serde_json::Error> {
        line(&Foot { entries: self.entries })
    }
}

fn line(record: &impl Serialize) -> Result<String, serde_json::Error> {
    serde_json::to_string(record).map(|text| text + "\n")
}

/// Why a file is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// The line with this number, counted from 1, is not what it should be.
    Line(usize, String),
    /// It ends too early.
    Short,
    /// It was written by a newer Postil.
    Newer(u32),
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(number, why) => write!(f, "line {number}: {why}"),
            Self::Short => f.write_str("the file was cut short; copy it again from where it was saved"),
            Self::Newer(version) => {
                write!(f, "the file is of a newer Postil (version {version} against {VERSION}); update the extension")
            }
        }
    }
}

impl std::error::Error for Refused {}

/// Reads a file piece by piece, as it comes.
#[derive(Debug, Default)]
pub struct Reader {
    /// The beginning of a line that is not whole yet.
    rest: Vec<u8>,
    lines: usize,
    projects: Option<Vec<Project>>,
    entries: usize,
    ended: bool,
}

impl Reader {
    /// The projects that the file names, once its first line was read.
    pub fn projects(&self) -> Option<&[Project]> {
        self.projects.as_deref()
    }

    /// Reads on; gives what is whole by now, each entry with the id of its project.
    ///
    /// # Errors
    /// If a line is not what it should be.
    pub fn push(&mut self, bytes: &[u8]) -> Result<Vec<(String, Stored)>, Refused> {
        self.rest.extend_from_slice(bytes);
        let Some(end) = self.rest.iter().rposition(|byte| *byte == b'\n') else {
            let long = || Refused::Line(self.lines + 1, format!("it is longer than {MAX_LINE} bytes"));
            return if self.rest.len() > MAX_LINE { Err(long()) } else { Ok(Vec::new()) };
        };
        let rest = self.rest.split_off(end + 1);
        let whole = std::mem::replace(&mut self.rest, rest);
        let mut entries = Vec::new();
        for line in whole.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            self.lines += 1;
            entries.extend(self.line(line)?);
        }
        Ok(entries)
    }

    fn line(&mut self, line: &[u8]) -> Result<Option<(String, Stored)>, Refused> {
        let number = self.lines;
        let refused = |why: &str| Refused::Line(number, why.to_owned());
        if self.ended {
            return Err(refused("it follows the end of the file"));
        }
        let Some(projects) = &self.projects else {
            let value: Value =
                serde_json::from_slice(line).map_err(|_| refused("this is no file that Postil saved as a copy"))?;
            let version = value.get("version").and_then(Value::as_u64).and_then(|it| u32::try_from(it).ok());
            if let Some(version) = version.filter(|version| *version > VERSION) {
                return Err(Refused::Newer(version));
            }
            let head: Head = serde_json::from_value(value)
                .ok()
                .filter(|head: &Head| head.postil == "backup")
                .ok_or_else(|| refused("this is no file that Postil saved as a copy"))?;
            self.projects = Some(head.projects);
            return Ok(None);
        };
        if let Ok(Line { project, key, value }) = serde_json::from_slice(line) {
            if !projects.iter().any(|it| it.id == project) {
                return Err(refused("it is of a project that the first line does not name"));
            }
            self.entries += 1;
            return Ok(Some((project, Stored { key, value })));
        }
        match serde_json::from_slice(line) {
            Ok(Foot { entries }) if entries == self.entries => {
                self.ended = true;
                Ok(None)
            }
            Ok(_) => Err(refused("lines before it are missing; copy the file again from where it was saved")),
            Err(error) => {
                Err(refused(&format!("it is damaged ({error}); copy the file again from where it was saved")))
            }
        }
    }

    /// Whether the file was whole.
    ///
    /// # Errors
    /// If it ended before its end.
    pub fn finish(self) -> Result<(), Refused> {
        if self.ended && self.rest.is_empty() { Ok(()) } else { Err(Refused::Short) }
    }
}
