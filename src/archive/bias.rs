//! Whether the coder follows suggestions, from all records.

use super::{Desk, export::records};
use crate::agreement::bias::Counter;
use crate::exchange::task::Outcome;
use crate::service::protocol::{Action, Failure};
use crate::service::standing::says;

/// Counts first words about what was proposed.
pub(super) async fn bias(desk: &impl Desk) -> Result<Outcome, Failure> {
    let mut counter = Counter::default();
    records(desk, |records, _| {
        for log in records.iter().map(|record| &record.log) {
            let proposed = log.proposed.as_ref().and_then(|it| it.code.as_ref());
            let Some(proposed) = proposed.filter(|_| says(log.action)) else {
                continue;
            };
            let about = [&*log.coder, &log.page.url, log.unit.identity(), &log.codebook.id].join("\n");
            let agrees = log.action != Action::Rejected && log.code.as_ref() == Some(proposed);
            counter.push(about, (log.at.clone(), log.id.clone()), log.suggestion_visible, agrees);
        }
        Ok(())
    })
    .await?;
    Ok(Outcome::Bias { bias: counter.finish() })
}
