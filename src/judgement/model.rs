//! A linear model over features of the text and the evidence: what it weighs, and its file.
//!
//! Shape: a table from the hash of a feature to one small whole number per head, with a step per head; biases; and factors
//! that stretch what the evidence says. A feature that the table does not hold adds nothing, so that a language or a topic
//! which the model has not seen leaves the evidence as it is.
//! Invariants: bytes from outside are checked before use and never panic; a model applies to one codebook, and only if the
//! codebook asks the same questions as the one it was trained under.
//! Must not touch: training.

use super::features::{Feature, Key};
use super::heads::{Heads, Stretch};
use super::lessons::Lesson;
use crate::codebook::model::Codebook;
use crate::order::Order;
use crate::service::protocol::ModelRef;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// Largest file, in bytes.
pub const MAX_BYTES: usize = 4 << 20;
const MAGIC: &[u8; 8] = b"POSTILMD";
const FORMAT: u16 = 1;
/// Bits of a key that the index counts by.
const INDEX_BITS: u32 = 14;

/// What a model file holds after its head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    /// What it is besides its weights.
    pub frame: Frame,
    /// Of each head, what one step of its weights is worth.
    pub step: Vec<f32>,
    /// The features, each once, ascending.
    #[serde(with = "gaps")]
    pub keys: Vec<Key>,
    /// Of each head, the weights of all features in steps; none of a head that weighs nothing.
    pub weights: Vec<Vec<i8>>,
}

/// What a model is besides its weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Frame {
    /// Name with version.
    pub id: String,
    /// Id of the codebook that it was trained under.
    pub codebook: String,
    /// Names of its heads ([`Heads::names`]).
    pub heads: Vec<String>,
    /// Factors on the evidence.
    pub stretch: Stretch,
    /// Of each head, before any feature.
    pub bias: Vec<f32>,
}

/// A model ready to be used.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    reference: ModelRef,
    content: Content,
    /// Where the keys begin that share their first bits.
    index: Vec<u32>,
    /// What it learned, in words, if it is a coder's own.
    lessons: Vec<Lesson>,
}

/// Why a file is no model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelError {
    /// It does not begin like one, or begins like one of another version.
    Format,
    /// It is larger than [`MAX_BYTES`].
    Size,
    /// What is in it does not hold together.
    Content,
}

impl fmt::Display for ModelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Format => {
                "this is no model of this version of Postil; make it again with `postil train` or `postil learn`"
            }
            Self::Size => "this file is too large for a model",
            Self::Content => "this model is damaged; make it again, or take it from where it came from once more",
        })
    }
}

impl std::error::Error for ModelError {}

impl Model {
    /// Makes a model of its content.
    ///
    /// # Errors
    /// [`ModelError::Content`] if its parts do not fit each other.
    pub fn new(content: Content) -> Result<Self, ModelError> {
        let frame = &content.frame;
        let heads = frame.heads.len();
        let sound = heads > 0
            && [frame.bias.len(), content.step.len(), content.weights.len()] == [heads; 3]
            && content.weights.iter().all(|weights| weights.is_empty() || weights.len() == content.keys.len())
            && content.keys.is_sorted_by(|a, b| a < b)
            && frame.bias.iter().chain(&content.step).all(|number| number.is_finite())
            && [frame.stretch.support, frame.stretch.stances, frame.stretch.tiers].iter().all(|f| f.is_finite());
        if !sound {
            return Err(ModelError::Content);
        }
        let starts = (0..=1_u64 << INDEX_BITS).map(|slot| slot << (Key::BITS - INDEX_BITS));
        let index = starts.map(|key| content.keys.partition_point(|&k| u64::from(k) < key) as u32).collect();
        let bytes = encode(&content).ok_or(ModelError::Content)?;
        let reference = ModelRef { id: frame.id.clone(), hash: hex::encode(Sha256::digest(&bytes)) };
        Ok(Self { reference, content, index, lessons: Vec::new() })
    }

    /// Rounds the weights of features, one for each head, to whole steps. A feature that then weighs nothing is left out, and
    /// a head that weighs nothing takes no room.
    ///
    /// # Errors
    /// [`ModelError::Content`] if a number is none, or the parts do not fit each other.
    pub fn rounded(frame: Frame, mut rows: Vec<(Key, Vec<f32>)>) -> Result<Self, ModelError> {
        let heads = 0..frame.heads.len();
        let largest = |head: usize| {
            let weights = rows.iter().filter_map(|(_, weights)| weights.get(head));
            weights.fold(0.0_f32, |largest, weight| largest.max(weight.abs()))
        };
        let step: Vec<f32> =
            heads.clone().map(|head| largest(head).max(f32::MIN_POSITIVE) / f32::from(i8::MAX)).collect();
        rows.iter_mut().for_each(|(_, row)| row.iter_mut().zip(&step).for_each(|(weight, step)| *weight /= step));
        rows.retain(|(_, row)| row.iter().any(|steps| steps.round() != 0.0));
        rows.order_by_key(|(key, _)| *key);
        let of_head = |head: usize| {
            let weights: Vec<i8> = rows.iter().map(|(_, row)| row[head].round() as i8).collect();
            if weights.iter().all(|steps| *steps == 0) { Vec::new() } else { weights }
        };
        let weights = heads.map(of_head).collect();
        let keys = rows.into_iter().map(|(key, _)| key).collect();
        Self::new(Content { frame, step, keys, weights })
    }

    /// Reads a file.
    ///
    /// # Errors
    /// If it is no model of this version, or damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ModelError> {
        if bytes.len() > MAX_BYTES {
            return Err(ModelError::Size);
        }
        let rest = bytes.strip_prefix(MAGIC).ok_or(ModelError::Format)?;
        let (format, rest) = rest.split_first_chunk().ok_or(ModelError::Format)?;
        if u16::from_le_bytes(*format) != FORMAT {
            return Err(ModelError::Format);
        }
        let (content, rest) = postcard::take_from_bytes(rest).map_err(|_| ModelError::Content)?;
        let lessons = match rest {
            [] => Vec::new(),
            _ => postcard::from_bytes(rest).map_err(|_| ModelError::Content)?,
        };
        Self::new(content).map(|model| Self { lessons, ..model })
    }

    /// The file.
    ///
    /// # Errors
    /// [`ModelError::Content`] if it cannot be written, which only a lack of memory explains.
    pub fn to_bytes(&self) -> Result<Vec<u8>, ModelError> {
        let mut bytes = encode(&self.content).ok_or(ModelError::Content)?;
        if !self.lessons.is_empty() {
            bytes.extend(postcard::to_allocvec(&self.lessons).map_err(|_| ModelError::Content)?);
        }
        Ok(bytes)
    }

    /// The same, with what it learned in words. Which model it is stays as it was.
    #[must_use]
    pub fn with_lessons(self, lessons: Vec<Lesson>) -> Self {
        Self { lessons, ..self }
    }

    /// What it learned, in words.
    pub fn lessons(&self) -> &[Lesson] {
        &self.lessons
    }

    /// Which model, by its exact content.
    pub fn reference(&self) -> &ModelRef {
        &self.reference
    }

    /// What is in it.
    pub fn content(&self) -> &Content {
        &self.content
    }

    /// What it is besides its weights.
    pub fn frame(&self) -> &Frame {
        &self.content.frame
    }

    /// What it answers under a codebook; none if it is of another, or the codebook asks other questions by now.
    pub(crate) fn heads(&self, codebook: &Codebook) -> Option<Heads> {
        let heads = Heads::named(codebook, &self.content.frame.heads)?;
        (codebook.id == self.content.frame.codebook && !heads.is_empty()).then_some(heads)
    }

    /// Whether it answers the questions of this codebook.
    pub fn applies(&self, codebook: &Codebook) -> bool {
        self.heads(codebook).is_some()
    }

    /// Whether it weighs a feature.
    pub fn knows(&self, key: Key) -> bool {
        self.row(key).is_some()
    }

    /// What a feature adds to a head, in logits.
    pub fn weight(&self, key: Key, head: usize) -> f32 {
        self.row(key).map_or(0.0, |row| self.at(row, head))
    }

    /// Adds up the answers of all heads; `each` is told what every feature that is known adds to the first.
    pub(crate) fn answers(&self, features: &[Feature], mut each: impl FnMut(&Feature, f32)) -> Vec<f32> {
        let mut answers = self.content.frame.bias.clone();
        for feature in features {
            let Some(row) = self.row(feature.key) else {
                continue;
            };
            for (head, answer) in answers.iter_mut().enumerate() {
                *answer += feature.value * self.at(row, head);
            }
            each(feature, feature.value * self.at(row, 0));
        }
        answers
    }

    fn at(&self, row: usize, head: usize) -> f32 {
        self.content.weights[head].get(row).map_or(0.0, |weight| f32::from(*weight) * self.content.step[head])
    }

    fn row(&self, key: Key) -> Option<usize> {
        let slot = (key >> (Key::BITS - INDEX_BITS)) as usize;
        let (from, to) = (self.index[slot] as usize, self.index[slot + 1] as usize);
        self.content.keys[from..to].binary_search(&key).ok().map(|position| from + position)
    }
}

/// Keys in a file: from each to the next, because small numbers take less room.
mod gaps {
    use super::Key;
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(keys: &[Key], serializer: S) -> Result<S::Ok, S::Error> {
        let before = std::iter::once(&0).chain(keys);
        serializer.collect_seq(keys.iter().zip(before).map(|(key, before)| key - before))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Key>, D::Error> {
        let gaps = Vec::<Key>::deserialize(deserializer)?;
        let add = |last: &mut Key, gap| {
            *last = last.wrapping_add(gap);
            Some(*last)
        };
        Ok(gaps.into_iter().scan(0, add).collect())
    }
}

fn encode(content: &Content) -> Option<Vec<u8>> {
    let body = postcard::to_allocvec(content).ok()?;
    Some([MAGIC.as_slice(), &FORMAT.to_le_bytes(), &body].concat())
}
