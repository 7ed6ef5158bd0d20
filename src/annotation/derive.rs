//! The annotation that a decision makes: it follows from the log alone, so that it is the same wherever it is made anew.
//!
//! Must not touch: which decisions stand, and whether they assign a code (`service::standing`).

use super::LogEntry;
use super::record::{Annotation, AnnotationType, Body, CONTEXT, Creator, Target, urn};
use crate::service::protocol::CodebookRef;

/// The annotation of a decision by its first entry, which says who and when, and its last one, which says what and on
/// which words; none without a code.
pub fn annotation(first: &LogEntry, last: &LogEntry) -> Option<Annotation> {
    let (code, codebook) = (last.code.as_ref()?, &last.codebook);
    Some(Annotation {
        context: CONTEXT.into(),
        id: urn(&first.id),
        kind: AnnotationType::Annotation,
        motivation: "classifying".into(),
        creator: Creator { kind: "Person".into(), nickname: first.coder.clone() },
        created: first.at.clone(),
        modified: (last.id != first.id).then(|| last.at.clone()),
        body: Body {
            kind: "SpecificResource".into(),
            purpose: "classifying".into(),
            source: source(codebook, code),
            code: code.clone(),
            codebook: codebook.clone(),
            stance: last.stance.clone(),
            tier: last.tier,
            confidence: last.confidence,
            memo: last.memo.clone(),
        },
        target: Target { source: first.page.url.clone(), selector: last.selector.clone(), state: last.unit.clone() },
    })
}

/// What stands for a code as the source of a body.
pub fn source(codebook: &CodebookRef, code: &str) -> String {
    format!("urn:postil:codebook:{}:{}#{code}", codebook.id, codebook.version)
}
