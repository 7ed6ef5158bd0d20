//! The file of a codebook.

use super::{Desk, astray, text};
use crate::codebook::format;
use crate::codebook::validate::{Finding, Grade};
use crate::exchange::qdc;
use crate::exchange::task::Outcome;
use crate::service::protocol::{Failure, Json, Request, Response};
use crate::service::settings::MAX_CODEBOOK;
use std::io::Read;

/// Reads a codebook, ours or one of REFI-QDA, and has the service check it, which has the means to; what it finds is told by its place in the file.
pub(super) async fn read(desk: &impl Desk, input: Box<dyn Read>) -> Result<Outcome, Failure> {
    let source = text(input, MAX_CODEBOOK)?;
    let foreign = qdc::is(&source);
    let read = if foreign { qdc::read(&source) } else { format::read(&source).map(|codebook| (codebook, Vec::new())) };
    let (codebook, mut remarks) = match read {
        Ok((codebook, remarks)) => (Json::of(&codebook), remarks),
        Err(fault) => return Ok(Outcome::Codebook { codebook: None, faults: vec![fault] }),
    };
    let answer = desk.ask(Request::CheckCodebook { codebook: codebook.clone() }).await?;
    let Response::Checked { faults } = answer else { return Err(astray()) };
    let refused = faults.iter().any(|fault| fault.grade == Grade::Problem);
    let findings =
        faults.into_iter().map(|fault| Finding { field: fault.field, message: fault.message, grade: fault.grade });
    remarks.extend(format::place(if foreign { "" } else { &source }, findings.collect()));
    Ok(Outcome::Codebook { codebook: (!refused).then_some(codebook), faults: remarks })
}
