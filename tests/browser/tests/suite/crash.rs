//! What was acknowledged is there after the browser was killed.
//!
//! Shape: a page of the extension decides over a port as the panel does; an id is noted here, outside the browser, once its
//! decision is acknowledged. The moment of the kill is drawn: after so many acknowledgements, so far into the next decision.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil::annotation::LogEntry;
use postil::annotation::record::{Annotation, sha256};
use postil::service::keys;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

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

/// Numbers of xorshift64: the seed says all.
struct Draw(u64);

impl Draw {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

fn kills() -> u32 {
    number("POSTIL_KILLS").and_then(|kills| kills.try_into().ok()).unwrap_or(KILLS)
}

/// How long all kills may take.
pub(super) fn limit() -> Duration {
    ROUND * kills().max(1)
}

pub(super) async fn what_was_acknowledged_survives_a_killed_browser(suite: &mut Suite) -> Result<Outcome> {
    let visit = &mut suite.visit;
    let now = SystemTime::now().duration_since(UNIX_EPOCH)?.as_millis() as u64;
    let seed = number("POSTIL_SEED").unwrap_or(now).max(1);
    println!("seed {seed} (POSTIL_SEED)");
    let mut draw = Draw(seed);
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
        let stored = whole(visit, address, &acknowledged, &sent)
            .await
            .with_context(|| format!("after kill {round} with the seed {seed}"))?;
        println!("kill {round}: {} sent, {} acknowledged, {stored} stored", sent.len(), acknowledged.len());
    }
    Ok(Outcome::Passed)
}

/// Every acknowledged decision is there once and untorn, and nothing that was not sent. Gives how many there are.
async fn whole(
    visit: &Visit,
    address: &str,
    acknowledged: &BTreeSet<String>,
    sent: &BTreeSet<String>,
) -> Result<usize> {
    let stored = visit.ask("return await api.storage.local.get(null);", "").await?;
    let stored: BTreeMap<String, Value> = serde_json::from_value(stored)?;
    let mut found = BTreeSet::new();
    for (key, value) in stored.iter().filter(|(key, _)| key.starts_with(keys::LOG)) {
        let entry: LogEntry = serde_json::from_value(value.clone())?;
        if entry.page.url != address {
            continue;
        }
        ensure!(entry.unit.text.as_deref().map(sha256).as_ref() == Some(&entry.unit.sha256), "torn: {value}");
        let annotation = stored.get(&keys::annotation(&entry.id)).context("a decision without its annotation")?;
        let annotation: Annotation = serde_json::from_value(annotation.clone())?;
        ensure!(Some(&annotation.id) == entry.annotation.as_ref(), "another's annotation: {value}");
        ensure!(annotation.target.state == entry.unit, "the annotation is of another text: {value}");
        ensure!(*key == keys::log(&entry.id), "under another's key: {key}: {value}");
        found.insert(entry.id);
    }
    let lost: Vec<_> = acknowledged.difference(&found).collect();
    ensure!(lost.is_empty(), "acknowledged and lost: {lost:?}");
    let foreign: Vec<_> = found.difference(sent).collect();
    ensure!(foreign.is_empty(), "never sent: {foreign:?}");
    // Asked of the service, which goes by the page's index.
    let read = "const port = api.runtime.connect({ name: 'postil' });
        return new Promise(resolve => {
            port.onMessage.addListener(({ response }) => resolve(response.decisions.map(({ id }) => id)));
            port.postMessage({ id: 1, request: { type: 'pageDecisions', url: given } });
        });";
    let listed: Vec<String> = serde_json::from_value(visit.ask(read, address).await?)?;
    let number = found.len();
    ensure!(listed.len() == number, "the page lists {} of {number} decisions", listed.len());
    ensure!(listed.into_iter().collect::<BTreeSet<_>>() == found, "the page's index and the log do not agree");
    Ok(number)
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
