//! Waiting for conditions.
//!
//! Invariants: nothing waits for a fixed time; a condition that never holds ends in an error that names it.

use anyhow::{Result, bail};
use std::time::{Duration, Instant};

/// How long a condition may take, on a machine that does other things too: what a passphrase costs takes 12 s on two free cores.
pub const PATIENCE: Duration = Duration::from_secs(90);

/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// Asks until there is an answer.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Result<Option<T>>) -> Result<T> {
    let start = Instant::now();
    loop {
        if let Some(answer) = ask().await? {
            return Ok(answer);
        }
        if start.elapsed() > PATIENCE {
            bail!("waited {} s in vain for {what}", PATIENCE.as_secs());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}
