//! Encryption of what is stored, from the options page and the panel.

use super::Suite;
use anyhow::{Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Unit, Visit};
use postil_browser::wait::until;
use thirtyfour::By;

const SECRET: &str = "four words in a row";

async fn there(visit: &Visit, id: &str) -> Result<()> {
    let driver = visit.driver()?;
    until(&format!("{id} to be there"), async || Ok(driver.find_all(By::Id(id)).await?.pop().map(drop))).await
}

async fn give(visit: &Visit, id: &str, words: &str) -> Result<()> {
    visit.write(id, words).await?;
    visit.click(&format!("#{id}-give")).await
}

/// All that lies in the browser's storage, as text.
async fn stored(visit: &Visit) -> Result<String> {
    visit.go_to_base().await?;
    Ok(visit.ask("return JSON.stringify(await api.storage.local.get(null));", "").await?.to_string())
}

pub(super) async fn what_is_stored_is_locked_and_opened_by_its_passphrase_alone(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let address = visit.server.url("/fixtures/decisions.html?locked");
    let page = visit.open(&address).await?;
    visit.open_panel(&page).await?;
    visit.accept("to accept").await?;
    ensure!(stored(visit).await?.contains("decisions.html?locked"), "nothing is stored of the page");

    visit.open_options().await?;
    there(visit, "vault-off").await?;
    visit.click("#vault .more > summary").await?;
    visit.write("vault-new", SECRET).await?;
    visit.write("vault-new-again", "other words").await?;
    visit.click("#vault-begin").await?;
    ensure!(visit.driver()?.find_all(By::Id("vault-sealed")).await?.is_empty(), "two passphrases are taken");
    visit.driver()?.find(By::Id("vault-new-again")).await?.clear().await?;
    visit.write("vault-new-again", SECRET).await?;
    visit.click("#vault-begin").await?;
    there(visit, "vault-sealed").await?;
    let sealed = stored(visit).await?;
    ensure!(!sealed.contains("decisions.html") && !sealed.contains(SECRET) && sealed.contains("sealed"), "{sealed}");

    // Unlocked, everything is as before.
    visit.go_to(&page).await?;
    visit.open_panel(&page).await?;
    visit.unit("to accept", Unit::accepted).await?;
    visit.close(page).await?;

    // A browser that was closed has forgotten the key.
    let visit = &mut suite.visit;
    visit.restart().await?;
    let visit = &suite.visit;
    let page = visit.open(&address).await?;
    visit.open_locked_panel(&page).await?;
    give(visit, "panel-secret", "three wrong words").await?;
    let driver = visit.driver()?;
    until("the wrong passphrase to be told", async || {
        let told = driver.find_all(By::Css("[aria-labelledby=locked-title] .fault")).await?.pop();
        let Some(told) = told else { return Ok(None) };
        Ok(told.text().await.unwrap_or_default().contains("passphrase is wrong").then_some(()))
    })
    .await?;
    give(visit, "panel-secret", SECRET).await?;
    visit.unit("to accept", Unit::accepted).await?;

    // As once nobody has worked for a while.
    visit.go_to_base().await?;
    visit.ask("await api.alarms.create('lock', { when: Date.now() });", "").await?;
    visit.open_options().await?;
    there(visit, "vault-locked").await?;
    visit.go_to_base().await?;
    visit.notice("is locked").await?;
    visit.open_options().await?;
    give(visit, "vault-secret", SECRET).await?;
    there(visit, "vault-sealed").await?;
    visit.click("#vault-lock").await?;
    there(visit, "vault-locked").await?;
    // Nothing of it stays in the page.
    visit.go_to(&page).await?;
    until("the page to be left", async || Ok(visit.highlights().await?.is_empty().then_some(()))).await?;
    visit.open_options().await?;
    give(visit, "vault-secret", SECRET).await?;
    there(visit, "vault-sealed").await?;
    visit.click("#vault-end > summary").await?;
    give(visit, "vault-last", SECRET).await?;
    there(visit, "vault-off").await?;
    ensure!(stored(visit).await?.contains("decisions.html?locked"), "what was opened is not there");
    visit.go_to(&page).await?;
    visit.highlighted("kuffar").await?;
    visit.go_to(&page).await?;
    visit.open_panel(&page).await?;
    visit.unit("to accept", Unit::accepted).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
