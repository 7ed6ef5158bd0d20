//! The background is stopped while decisions are on their way to it, as the browser may do at any moment.
//!
//! Shape: the panel's own buttons are pressed all at once, so that the way to the background is the panel's. Another port of
//! the same page tells that the background is gone, and how many decisions the panel was still waiting for then.

use super::Suite;
use super::records::{Draw, log_of};
use super::windows::{accept, pressing, settled, shown};
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use std::collections::BTreeSet;
use std::time::Duration;

/// Pages that are decided about, one after the other.
const PAGES: usize = 2;
/// Units of a page.
const UNITS: usize = 60;

/// Notes on the page how many decisions were on their way when the background was gone.
const WITNESS: &str = "
    delete document.documentElement.dataset.stopped;
    api.runtime.connect({ name: 'witness' }).onDisconnect.addListener(() => {
        document.documentElement.dataset.stopped = document.querySelectorAll('.saving').length;
    });";

/// How many decisions were on their way when the background was gone; none while it is there.
const STOPPED: &str = "return document.documentElement.dataset.stopped ?? null;";

/// Stops the background at a drawn moment. Gives how many decisions were on their way.
async fn stop(visit: &Visit, draw: &mut Draw) -> Result<usize> {
    visit.ask(WITNESS, "").await?;
    // Not a wait for a condition: the moment of the stop is what is tried.
    std::thread::sleep(Duration::from_micros(draw.below(400_000)));
    visit.browser.stop_background().await?;
    let underway = until("the background to be gone", async || {
        Ok(visit.driver()?.execute(STOPPED, Vec::new()).await?.json().as_str().map(str::to_owned))
    });
    underway.await?.parse().context("no number")
}

pub(super) async fn what_was_decided_as_the_background_stopped_is_stored_once(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let mut draw = Draw::new()?;
    let (mut underway, mut failed) = (Vec::new(), 0);
    for number in 0..PAGES {
        let address = visit.server.url(&format!("/fixtures/many.html?units={UNITS}&stopped={number}"));
        let page = visit.open(&address).await?;
        visit.open_panel(&page).await?;
        shown(visit, UNITS).await?;
        accept(visit, 0..UNITS).await?;
        while pressing(visit).await? {
            underway.push(stop(visit, &mut draw).await?);
        }
        // What was not answered is sent again by itself, once; what was stopped twice is left to the coder, who is told.
        let left = settled(visit).await?;
        failed += left;
        if left > 0 {
            visit.click(".failures > button").await?;
            ensure!(settled(visit).await? == 0, "what failed is not stored when it is tried again");
        }
        let log = log_of(visit, &address).await?;
        let texts: BTreeSet<_> = log.iter().map(|entry| &entry.unit.sha256).collect();
        let (stored, about) = (log.len(), texts.len());
        ensure!(stored == UNITS && about == UNITS, "{stored} decisions about {about} of {UNITS} units are stored");
        visit.close(page).await?;
    }
    println!("on their way as the background stopped: {underway:?}; left to the coder: {failed}");
    ensure!(underway.iter().any(|number| *number > 0), "nothing was on its way whenever the background stopped");
    Ok(Outcome::Passed)
}
