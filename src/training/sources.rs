//! The list of what a model learns from.
//!
//! Invariants: a file whose bytes are not those that the labels belong to is refused; every row has a label; errors name the
//! source and never repeat a text.

use crate::codebook::model::Codebook;
use crate::evaluation::labelled::{self, Case, Gold, Labels};
use crate::evaluation::templates;
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};
use std::{fmt, fs};

/// The list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sources {
    /// Id of the codebook under which the labels are.
    pub codebook: String,
    /// Name of the model, with its version.
    pub id: String,
    /// What stands in the texts for what was taken out, and is taken out as well.
    #[serde(default)]
    pub strip: Vec<String>,
    /// What is learned from.
    #[serde(rename = "source")]
    pub sources: Vec<Source>,
    /// What is read by models that have not seen it.
    #[serde(default, rename = "check")]
    pub checks: Vec<Check>,
}

/// Something to learn from.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its name.
    pub id: String,
    /// A file of JSON Lines in the folder of data.
    file: Option<String>,
    /// The file's SHA-256, in hex.
    sha256: Option<String>,
    /// A folder of templates beside the list, instead of a file.
    templates: Option<PathBuf>,
    /// Instead of either, what the codebook itself gives as harmless and as negative examples: none of it is support.
    #[serde(default)]
    examples: bool,
    /// The rows that count: those whose key has one of the values.
    #[serde(default, rename = "where")]
    only: BTreeMap<String, Vec<String>>,
    /// A table of labels beside the list (`line,stance,tier`, lines from 1): the rows that it names count, with these.
    labels: Option<PathBuf>,
    /// What is known of every row.
    support: Option<bool>,
    stance: Option<String>,
    tier: Option<u8>,
    /// The key of what makes rows resemble each other.
    cluster: Option<String>,
    /// What one row counts.
    pub weight: f32,
    /// By how much more the rows of a stance count: collections have less of some than one needs to learn them.
    #[serde(default)]
    stance_weight: BTreeMap<String, f32>,
}

/// Something to be read by a model that has not seen it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// Its name.
    pub id: String,
    /// A file of JSON Lines in the folder of data.
    pub file: String,
    /// Into how many parts it is cut, each of which is read by a model that has not seen it.
    pub folds: Option<usize>,
    /// Or the key by whose values it is cut.
    pub by: Option<String>,
    /// Whether it is wholly negative, whatever its labels say.
    #[serde(default)]
    pub negatives: bool,
    /// Sources that none of these models learns from.
    #[serde(default)]
    pub without: Vec<String>,
}

/// A row to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Index of its source.
    pub source: usize,
    /// Its file, and its line there from 1; for a template the file of templates.
    pub place: (String, usize),
    /// What it shares with rows that resemble it.
    pub cluster: String,
    /// The text, without what is taken out.
    pub text: String,
    /// What is known of it.
    pub gold: Gold,
    /// What it counts.
    pub weight: f32,
}

/// What is wrong with a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceError {
    source: String,
    message: String,
}

impl fmt::Display for SourceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "source `{}`: {}", self.source, self.message)
    }
}

impl std::error::Error for SourceError {}

#[derive(Deserialize)]
struct Label {
    line: usize,
    stance: String,
    tier: u8,
}

impl Sources {
    /// Reads a list.
    ///
    /// # Errors
    /// The first fault, in TOML's words.
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// A text without what is taken out of all of them.
    pub fn stripped(&self, text: &str) -> String {
        self.strip.iter().fold(text.to_owned(), |text, placeholder| text.replace(placeholder, " "))
    }

    /// The rows of all sources, in order; a row of a file that an earlier source has taken is not taken again.
    ///
    /// # Errors
    /// The first source that cannot be read.
    pub fn rows(&self, codebook: &Codebook, data: &Path, beside: &Path) -> Result<Vec<Row>, SourceError> {
        let mut rows = Vec::<Row>::new();
        let mut taken = HashSet::new();
        for (index, source) in self.sources.iter().enumerate() {
            let wrong = |message| SourceError { source: source.id.clone(), message };
            for (file, case) in source.cases(codebook, data, beside).map_err(wrong)? {
                let place = (file, case.line);
                // The texts of one template stand on one line.
                if !taken.insert((place.clone(), source.templates.is_some().then(|| case.text.clone()))) {
                    continue;
                }
                let cluster = source.cluster.as_ref().and_then(|key| case.keys.get(key));
                rows.push(Row {
                    source: index,
                    cluster: cluster.cloned().unwrap_or_else(|| format!("{}:{}", place.0, case.line)),
                    place,
                    text: self.stripped(&case.text),
                    weight: source.weight * source.factor(&case.gold),
                    gold: case.gold,
                });
            }
        }
        Ok(rows)
    }
}

impl Source {
    /// The cases that count, with the names of their files.
    fn cases(&self, codebook: &Codebook, data: &Path, beside: &Path) -> Result<Vec<(String, Case)>, String> {
        match (&self.file, &self.templates) {
            (Some(file), None) => {
                let text = read(&data.join(file))?;
                let found = hex::encode(Sha256::digest(text.as_bytes()));
                if self.sha256.as_ref() != Some(&found) {
                    return Err(format!("{file} has the SHA-256 {found}, and the list names another"));
                }
                let labels = match &self.labels {
                    Some(labels) => Some(table(&read(&beside.join(labels))?)?),
                    None => None,
                };
                let cases = labelled::parse(&text, self.reading()).map_err(|fault| format!("{file}:{fault}"))?;
                let counted = cases.into_iter().filter(|case| self.counts(case));
                let known = counted.filter_map(|case| Some(Case { gold: self.gold(&case, labels.as_ref())?, ..case }));
                Ok(known.map(|case| (file.clone(), case)).collect())
            }
            (None, Some(folder)) => {
                let cases = made(&beside.join(folder))?;
                Ok(cases.into_iter().filter(|(_, case)| self.counts(case)).collect())
            }
            (None, None) if self.examples => Ok(harmless(codebook)),
            _ => Err("name either a `file`, or a folder of `templates`, or say `examples = true`".into()),
        }
    }

    /// Whether the rows' own labels are read at all: other collections mean other things by the same keys.
    fn reading(&self) -> Labels {
        let known = self.labels.is_some() || self.support.is_some() || self.stance.is_some();
        if known { Labels::Negative } else { Labels::Given }
    }

    fn factor(&self, gold: &Gold) -> f32 {
        gold.stance.as_ref().and_then(|stance| self.stance_weight.get(stance)).copied().unwrap_or(1.0)
    }

    fn counts(&self, case: &Case) -> bool {
        self.only.iter().all(|(key, values)| case.keys.get(key).is_some_and(|value| values.contains(value)))
    }

    fn gold(&self, case: &Case, labels: Option<&BTreeMap<usize, (String, u8)>>) -> Option<Gold> {
        if let Some(labels) = labels {
            let (stance, tier) = labels.get(&case.line)?;
            return Some(Gold { support: None, stance: Some(stance.clone()), tier: Some(*tier..=*tier) });
        }
        if self.support.is_some() || self.stance.is_some() {
            let tier = self.tier.map(|tier| tier..=tier);
            return Some(Gold { support: self.support, stance: self.stance.clone(), tier });
        }
        Some(case.gold.clone())
    }
}

/// What a codebook gives as harmless and as negative examples, numbered.
fn harmless(codebook: &Codebook) -> Vec<(String, Case)> {
    let negative = codebook.codes.iter().flat_map(|code| &code.negative);
    let ordinary =
        codebook.codes.iter().flat_map(|code| &code.indicators).filter_map(|indicator| indicator.harmless.as_ref());
    let gold = Gold { support: Some(false), ..Gold::default() };
    let case =
        |(text, line): (&String, usize)| Case { line, text: text.clone(), gold: gold.clone(), ..Case::default() };
    negative.chain(ordinary).zip(1..).map(|numbered| (codebook.id.clone(), case(numbered))).collect()
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("cannot read {}: {error}", path.display()))
}

fn table(text: &str) -> Result<BTreeMap<usize, (String, u8)>, String> {
    let labels = csv::Reader::from_reader(text.as_bytes()).into_deserialize::<Label>();
    let labels = labels.map(|label| label.map(|label| (label.line, (label.stance, label.tier))));
    labels.collect::<Result<_, _>>().map_err(|error| format!("its labels: {error}"))
}

/// The texts of every template in a folder, by the names of their files.
fn made(folder: &Path) -> Result<Vec<(String, Case)>, String> {
    let wrong = |error| format!("cannot read {}: {error}", folder.display());
    let entries = fs::read_dir(folder).map_err(wrong)?.collect::<Result<Vec<_>, _>>().map_err(wrong)?;
    let mut files: Vec<PathBuf> = entries.into_iter().map(|entry| entry.path()).collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files.iter().filter(|file| file.extension().is_some_and(|extension| extension == "toml")) {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let groups = templates::parse(&read(file)?).map_err(|fault| format!("{name}:{fault}"))?;
        cases.extend(groups.iter().flat_map(templates::Group::cases).map(|case| (name.clone(), case)));
    }
    Ok(cases)
}
