//! What was acknowledged is there after the browser was killed.
//!
//! Shape: a page of the extension decides over a port as the panel does; an id is noted here, outside the browser, once its
//! decision is acknowledged. The moment of the kill is drawn: after so many acknowledgements, so far into the next decision.

use super::Suite;
use super::records::{Draw, log_of, number};
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use std::collections::BTreeSet;
use std::time::Duration;

/// Kills in one run; `POSTIL_KILLS` says another number.
const KILLS: u32 = 5;
/// A round takes no longer than this: some decisions, the kill, the start after it.
const ROUND: Duration = Duration::from_secs(45);

/// Defines `decide(address)`, which resolves to the id once it is stored, and `minted`, the id sent last.
const DECIDER: &str = "
    if (!globalThis.postilDecide) {
        const port = api.runtime.connect({ name: 'postil' }), waiting = new Map();
        let last = 0;
        port.onMessage.addListener(({ id, response }) => waiting.get(id)(response));
        const ask = request => new Promise(resolve => {
            waiting.set(++last, resolve);
            port.postMessage({ id: last, request });
        });
        const { codebooks: [{ codebook }] } = await ask({ type: 'codebooks' });
        globalThis.postilDecide = (address, id) => ask({ type: 'decide', decision: {
            id, at: new Date().toISOString(), page: { url: address, title: 'An example' },
            text: `Example ${id}: an invented notice about bread 🍞.`, kind: 'post', author: null, action: 'assigned',
            codebook, code: 'threats', stance: null, tier: null, memo: null, span: [0, 7], revises: null, proposed: null,
        } });
    }";

fn kills() -> u32 {
    number("POSTIL_KILLS").and_then(|kills| kills.try_into().ok()).unwrap_or(KILLS)
}

/// How long all kills may take.
pub(super) fn limit() -> Duration {
    ROUND * kills().max(1)
}

pub(super) async fn what_was_acknowledged_survives_a_killed_browser(suite: &mut Suite) -> Result<Outcome> {
    let visit = &mut suite.visit;
    let mut draw = Draw::new()?;
    let address = "https://crash.example/page";
    let (mut acknowledged, mut sent) = (BTreeSet::new(), BTreeSet::new());
    for round in 1..=kills() {
        visit.go_to_base().await?;
        for _ in 0..=draw.below(6) {
            let id = uuid(&mut draw);
            sent.insert(id.clone());
            let answer = visit.ask(&format!("{DECIDER} return postilDecide('{address}', given);"), &id).await?;
            ensure!(answer["type"] == "stored" && answer["id"] == id.as_str(), "{answer}");
            acknowledged.insert(id);
        }
        let id = uuid(&mut draw);
        visit.ask(&format!("{DECIDER} void postilDecide('{address}', given);"), &id).await?;
        sent.insert(id);
        // Not a wait for a condition: the moment of the kill is what is tried.
        std::thread::sleep(Duration::from_micros(draw.below(30_000)));
        visit.crash().await?;
        let stored =
            whole(visit, address, &acknowledged, &sent).await.with_context(|| format!("after kill {round}"))?;
        println!("kill {round}: {} sent, {} acknowledged, {stored} stored", sent.len(), acknowledged.len());
    }
    Ok(Outcome::Passed)
}

/// Every acknowledged decision is there once, and nothing that was not sent. Gives how many there are.
async fn whole(
    visit: &Visit,
    address: &str,
    acknowledged: &BTreeSet<String>,
    sent: &BTreeSet<String>,
) -> Result<usize> {
    let found: BTreeSet<String> = log_of(visit, address).await?.into_iter().map(|entry| entry.id).collect();
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let foreign: Vec<_> = found.difference(sent).collect();
    ensure!(foreign.is_empty(), "never sent: {foreign:?}");
    Ok(found.len())
}

fn uuid(draw: &mut Draw) -> String {
    let (high, low) = (draw.below(u64::MAX), draw.below(u64::MAX));
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0xfff,
        low & 0xffff_ffff_ffff
    )
}
