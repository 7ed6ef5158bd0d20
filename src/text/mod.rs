//! Text, before anybody judges it.
//!
//! Purpose: one fold for terms and pages alike, readings of disguised words, sentences, and the one offset converter.
//! Must not touch: codebooks, meaning.

pub mod evasion;
pub mod fold;
pub mod language;
pub mod offsets;
pub mod sentences;
