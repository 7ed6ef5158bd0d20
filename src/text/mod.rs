//! Text, before anybody judges it.
//!
//! Purpose: one fold for terms and pages alike, sentences, and the one offset converter.
//! Must not touch: codebooks, meaning.

pub mod fold;
pub mod offsets;
pub mod sentences;
