//! Postil reads the visible text of a page against a *codebook*, says what it finds and why, and keeps what a person decides.
//!
//! The map of the house; arrows run one way, from the top of this list to the bottom:
//!
//! | room | purpose |
//! | --- | --- |
//! | `evaluation` | how well the engine reads texts whose reading is known; native builds alone |
//! | `training` | how the shipped models are made; native builds alone |
//! | `archive` | whole files that leave and come, from beginning to end, against the service |
//! | [`service`] | requests in, responses and events out, over a store: every face speaks to it and to nothing deeper |
//! | [`exchange`] | records in the formats of other tools |
//! | [`annotation`] | the record of a decision, and finding it again on a page |
//! | [`agreement`] | how far coders agree beyond chance |
//! | [`engine`] | text in, readings out; pure |
//! | [`judgement`] | evidence in context: codes, stance, tier, support, and why |
//! | [`matching`] | one automaton over folded text, patterns near their anchors, boundaries, overlapping spans |
//! | [`entities`] | addresses with their checksums, links of some classes, money, tags, read from the original text |
//! | [`codebook`] | the model, its TOML format, validation and compilation; the codebooks that ship |
//! | `order` | one sort for all, for its size |
//! | `table` | columns of plain text for a terminal |
//! | [`text`] | folding with an offset map, readings of disguised words, sentences, offset conversion |
//!
//! Offsets are bytes inside this crate, UTF-16 units on the wire to a page, code points in records and on the command line;
//! [`text::offsets`] is the only converter. The crate knows no browser.

#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

pub mod agreement;
pub mod annotation;
#[cfg(feature = "archive")]
pub mod archive;
pub mod codebook;
pub mod engine;
pub mod entities;
#[cfg(feature = "evaluation")]
pub mod evaluation;
#[cfg(feature = "exchange")]
pub mod exchange;
pub mod judgement;
pub mod matching;
mod order;
pub mod service;
#[cfg(feature = "agreement")]
mod table;
pub mod text;
#[cfg(feature = "evaluation")]
pub mod training;
