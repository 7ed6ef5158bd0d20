//! How the shipped models are made: from a list of sources to a file of weights, and what such a model says of texts that it
//! has not seen.
//!
//! | module | purpose |
//! | --- | --- |
//! | [`sources`] | what a model learns from: the list, and the rows it names |
//! | [`fit`] | from labelled rows to a model |
//! | [`learner`] | how its weights are learned |
//!
//! Invariants: the same list, files and codebook give the same bytes; no text stands in an error or in the file.
//! Must not touch: what a model is, and how it is read (`judgement::model`).

pub mod fit;
pub mod learner;
pub mod sources;
