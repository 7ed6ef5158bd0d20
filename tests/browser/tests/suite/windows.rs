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
const UNITS: usize = 30;

/// Defines `press(from, to)`: accepts what is suggested for the units from one place up to another, one after the other as
/// fast as the page takes it, and notes that it is not done.
const PRESS: &str = "
    const root = document.documentElement;
    const press = (...spans) => {
        const all = [...document.querySelectorAll('[data-unit]')].map(unit => unit.dataset.unit);
        const ids = spans.flatMap(([from, to]) => all.slice(from, to));
        const { port1, port2 } = new MessageChannel();
        root.dataset.pressing = '';
        port1.onmessage = () => {
            const id = ids.shift();
            if (id === undefined) {
                port1.close();
                delete root.dataset.pressing;
            } else {
                document.querySelector(`[data-unit=\"${CSS.escape(id)}\"] .accept`).click();
                port2.postMessage(null);
            }
        };
        port2.postMessage(null);
    };";

/// Waits until the panel in the current window shows so many units with something to decide about.
pub(super) async fn shown(visit: &Visit, units: usize) -> Result<()> {
    until(&format!("{units} units in the panel"), async || {
        let script = "return document.querySelectorAll('[data-unit] .accept').length;";
        Ok((visit.driver()?.execute(script, Vec::new()).await?.convert::<usize>()? >= units).then_some(()))
    })
    .await
}

/// Begins to accept what is suggested for these units of the panel in the current window.
pub(super) async fn accept(visit: &Visit, units: Range<usize>) -> Result<()> {
    let script = format!("{PRESS} press([{}, {}]);", units.start, units.end);
    visit.driver()?.execute(script, Vec::new()).await?;
    Ok(())
}

/// Whether the panel in the current window is still at it.
pub(super) async fn pressing(visit: &Visit) -> Result<bool> {
    let script = "return 'pressing' in document.documentElement.dataset;";
    Ok(visit.driver()?.execute(script, Vec::new()).await?.convert()?)
}

/// Waits until nothing is on its way from the panel in the current window. Gives how many decisions it could not store.
pub(super) async fn settled(visit: &Visit) -> Result<usize> {
    until("the decisions to be answered", async || {
        let script =
            "return document.querySelector('[data-pressing], .saving') ? null : document.querySelectorAll('.failures li').length;";
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
    let overlap = 24..UNITS;
    let parts = [(&shared, 0..8), (&shared, 8..16), (&twin, 16..overlap.start), (&other, 0..UNITS)];
    let mut panels = Vec::new();
    for (page, _) in &parts {
        panels.push(panel(visit, page, UNITS).await?);
    }
    for (window, (page, part)) in panels.iter().zip(&parts) {
        driver.switch_to_window(window.clone()).await?;
        let overlap = if page.tab == other.tab { 0..0 } else { overlap.clone() };
        let armed = format!(
            "{PRESS} const channel = new BroadcastChannel('together');
             root.dataset.pressing = '';
             channel.onmessage = () => {{ channel.close(); press([{}, {}], [{}, {}]); }};",
            overlap.start, overlap.end, part.start, part.end
        );
        driver.execute(armed, Vec::new()).await?;
    }
    visit.go_to_base().await?;
    driver.execute("new BroadcastChannel('together').postMessage(null);", Vec::new()).await?;

    for window in &panels {
        driver.switch_to_window(window.clone()).await?;
        ensure!(settled(visit).await? == 0, "some decisions were not stored");
        until("every unit to be accepted", async || {
            let units = visit.units().await?;
            Ok((units.len() == UNITS && units.iter().all(|unit| unit.codes.iter().any(|row| row.accepted)))
                .then_some(()))
        })
        .await?;
    }
    let (mut times, mut together) = (BTreeMap::new(), 0);
    for entry in log_of(visit, &addresses[0]).await.context("the shared page")? {
        let text = entry.unit.text.context("a decision without its text")?;
        *times.entry(text).or_insert(0) += 1;
    }
    ensure!(times.len() == UNITS, "{} of {UNITS} units are decided about", times.len());
    for (text, times) in times {
        let number = text.split_whitespace().nth(2).and_then(|number| number.parse::<usize>().ok());
        let number = number.context("no number")? - 1;
        // A window that has heard of another's word has nothing to accept any more.
        let most = if overlap.contains(&number) { 3 } else { 1 };
        ensure!(
            times <= most,
            "\"{text}\" was decided about {most} times at the most, and {times} decisions are stored"
        );
        together += times - 1;
    }
    println!("{together} decisions were made about what another window decided about at the same time");
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
