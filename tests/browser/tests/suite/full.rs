//! A full disk: the coder is told in words, what was acknowledged stays, and once there is room deciding goes on.
//!
//! Shape: a browser of its own, whose storage of extensions lies on a small disk; a file takes up all of its room.

use super::Suite;
use super::records::log_of;
use super::windows::{accept, settled, shown};
use anyhow::{Context as _, Result, ensure};
use postil_browser::disk::Disk;
use postil_browser::driver::Options;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_tool::Tree;
use std::collections::BTreeSet;
use std::ops::Range;

/// Size of the disk, in bytes: what both browsers need at first, several times over.
const DISK: u64 = 16 << 20;
/// Units of the page: decided about while there is room, while there is none, and then.
const UNITS: [Range<usize>; 3] = [0..10, 10..40, 40..50];

/// Why each decision could not be stored, as the panel says.
const WHY: &str = "return [...document.querySelectorAll('.failures .why-not')].map(line => line.textContent);";

async fn stored(visit: &Visit, address: &str) -> Result<BTreeSet<String>> {
    Ok(log_of(visit, address).await?.into_iter().map(|entry| entry.id).collect())
}

pub(super) async fn a_full_disk_is_said_and_loses_nothing(suite: &mut Suite) -> Result<Outcome> {
    let tree = Tree::here();
    if !Disk::is_possible(&tree.target("profiles/disk")) {
        return Ok(Outcome::Skipped("a small disk can be mounted by root alone".to_owned()));
    }
    let kind = suite.visit.browser.kind();
    let proxy = Some(suite.recorder.address());
    let mut visit = Visit::start(
        &tree,
        Options { kind, headless: true, dark: false, proxy, disk: Some(DISK), everywhere: false, language: None },
    )
    .await?;
    let [room, full, again] = UNITS;
    let address = visit.server.url(&format!("/fixtures/many.html?units={}", again.end));
    let page = visit.open(&address).await?;
    visit.grant(&page).await?;
    visit.open_panel(&page).await?;
    shown(&visit, again.end).await?;
    accept(&visit, room.clone()).await?;
    ensure!(settled(&visit).await? == 0, "not every decision is stored while there is room");
    let acknowledged = stored(&visit, &address).await?;
    ensure!(acknowledged.len() == room.len(), "{} decisions are stored", acknowledged.len());

    visit.browser.disk().context("the browser has no disk of its own")?.fill()?;
    accept(&visit, full.clone()).await?;
    let failed = settled(&visit).await?;
    ensure!(failed > 0, "every decision is stored on a full disk");
    let why: Vec<String> = visit.driver()?.execute(WHY, Vec::new()).await?.convert()?;
    println!("{failed} of {} decisions found no room; the coder reads {:?}", full.len(), why.first());
    ensure!(why.iter().all(|why| why.contains("Make room") && why.contains("try again")), "the coder is told {why:?}");
    let kept = stored(&visit, &address).await.context("on a full disk")?;
    ensure!(kept.is_superset(&acknowledged), "what was acknowledged is lost on a full disk");
    ensure!(
        kept.len() == full.end - failed,
        "{} decisions are stored, of {} that failed {failed}",
        kept.len(),
        full.end
    );

    visit.browser.disk().context("the browser has no disk of its own")?.make_room()?;
    visit.click(".failures > button").await?;
    ensure!(settled(&visit).await? == 0, "what failed is not stored once there is room");
    accept(&visit, again.clone()).await?;
    ensure!(settled(&visit).await? == 0, "not every decision is stored once there is room");
    let all = stored(&visit, &address).await.context("once there is room")?;
    ensure!(all.len() == again.end && all.is_superset(&kept), "{} of {} decisions are stored", all.len(), again.end);
    visit.restart().await?;
    ensure!(stored(&visit, &address).await.context("after a restart")? == all, "not the same after a restart");
    Ok(Outcome::Passed)
}
