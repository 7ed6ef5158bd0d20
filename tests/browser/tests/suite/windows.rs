//! Several windows decide at the same time: about the same page, about the same units of it, and about another page.

use super::Suite;
use super::records::log_of;
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Visit};
use postil_browser::wait::until;
use std::collections::BTreeMap;
use std::ops::Range;
use thirtyfour::WindowHandle;

/// Units of a page.
const UNITS: usize = 120;

/// Presses the buttons that accept, of the units from the first place up to the second.
const ACCEPT: &str = "
    const [from, to] = given;
    for (const unit of [...document.querySelectorAll('[data-unit]')].slice(from, to)) unit.querySelector('.accept').click();";

/// Waits until the panel in the current window shows so many units with something to decide about.
pub(super) async fn shown(visit: &Visit, units: usize) -> Result<()> {
    until(&format!("{units} units in the panel"), async || {
        let script = "return document.querySelectorAll('[data-unit] .accept').length;";
        Ok((visit.driver()?.execute(script, Vec::new()).await?.convert::<usize>()? >= units).then_some(()))
    })
    .await
}

/// Accepts what is suggested for these units of the panel in the current window, all at once.
pub(super) async fn accept(visit: &Visit, units: Range<usize>) -> Result<()> {
    let script = format!("const given = arguments[0]; {ACCEPT}");
    visit.driver()?.execute(script, vec![vec![units.start, units.end].into()]).await?;
    Ok(())
}

/// Waits until nothing is on its way from the panel in the current window. Gives how many decisions it could not store.
pub(super) async fn settled(visit: &Visit) -> Result<usize> {
    until("the decisions to be answered", async || {
        let script =
            "return document.querySelector('.saving') ? null : document.querySelectorAll('.failures li').length;";
        Ok(visit.driver()?.execute(script, Vec::new()).await?.convert::<Option<usize>>()?)
    })
    .await
}

/// Opens the panel of a page in a window of its own, once it shows so many units.
async fn panel(visit: &Visit, page: &Opened, units: usize) -> Result<WindowHandle> {
    let driver = visit.driver()?;
    let window = driver.new_window().await?;
    driver.switch_to_window(window.clone()).await?;
    driver.goto(format!("{}/panel.html?tab={}", visit.origin(), page.tab)).await?;
    shown(visit, units).await?;
    Ok(window)
}

pub(super) async fn windows_that_decide_at_once_lose_nothing(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let driver = visit.driver()?;
    let addresses =
        ["shared", "other"].map(|name| visit.server.url(&format!("/fixtures/many.html?units={UNITS}&{name}")));
    let shared = visit.open(&addresses[0]).await?;
    let twin = visit.open(&addresses[0]).await?;
    let other = visit.open(&addresses[1]).await?;
    // Two windows show the same tab, one another tab of the same page, one another page. The last units of the shared page are
    // accepted in three of them.
    let overlap = UNITS - 20..UNITS;
    let parts = [(&shared, 0..40), (&shared, 40..70), (&twin, 70..overlap.start), (&other, 0..UNITS)];
    let mut panels = Vec::new();
    for (page, _) in &parts {
        panels.push(panel(visit, page, UNITS).await?);
    }
    for (window, (page, part)) in panels.iter().zip(&parts) {
        driver.switch_to_window(window.clone()).await?;
        let overlap = if page.tab == other.tab { 0..0 } else { overlap.clone() };
        let armed = format!(
            "const channel = new BroadcastChannel('together');
             channel.onmessage = () => {{
                 channel.close();
                 for (const given of [[{}, {}], [{}, {}]]) {{ {ACCEPT} }}
             }};",
            overlap.start, overlap.end, part.start, part.end
        );
        driver.execute(armed, Vec::new()).await?;
    }
    driver.execute("new BroadcastChannel('together').postMessage(null);", Vec::new()).await?;
    // The one that says it does not hear it.
    accept(visit, 0..UNITS).await?;

    for window in &panels {
        driver.switch_to_window(window.clone()).await?;
        until("every unit to be accepted", async || {
            let units = visit.units().await?;
            Ok((units.len() == UNITS && units.iter().all(|unit| unit.codes.iter().any(|row| row.accepted)))
                .then_some(()))
        })
        .await?;
        ensure!(settled(visit).await? == 0, "some decisions were not stored");
    }
    let mut times = BTreeMap::new();
    for entry in log_of(visit, &addresses[0]).await.context("the shared page")? {
        let text = entry.unit.text.context("a decision without its text")?;
        *times.entry(text).or_insert(0) += 1;
    }
    ensure!(times.len() == UNITS, "{} of {UNITS} units are decided about", times.len());
    for (text, times) in times {
        let number = text.split_whitespace().nth(1).and_then(|number| number.parse::<usize>().ok());
        let wanted = if overlap.contains(&(number.context("no number")? - 1)) { 3 } else { 1 };
        ensure!(times == wanted, "\"{text}\" was decided about {wanted} times, and {times} decisions are stored");
    }
    let log = log_of(visit, &addresses[1]).await.context("the other page")?;
    ensure!(log.len() == UNITS, "{} decisions about the other page are stored", log.len());

    for window in panels {
        driver.switch_to_window(window).await?;
        driver.close_window().await?;
    }
    for page in [shared, twin, other] {
        visit.close(page).await?;
    }
    Ok(Outcome::Passed)
}
