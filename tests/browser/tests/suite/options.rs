//! The options page: codebooks on and off, one of the coder's own, the export for other tools.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil::codebook::builtin;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use postil_tool::Tree;
use serde_json::Value;
use std::fs;
use thirtyfour::By;

/// Waits until these words are not highlighted on the page in the current window.
pub(super) async fn not_highlighted(visit: &Visit, words: &str) -> Result<()> {
    until(&format!("\"{words}\" not to be highlighted"), async || {
        Ok(visit.highlights_of(words).await?.is_empty().then_some(()))
    })
    .await
}

/// Chooses a file as a codebook, and waits for what the page says of it.
pub(super) async fn choose(visit: &Visit, file: &str, said: &str) -> Result<String> {
    let path = Tree::here().path(format!("tests/fixtures/{file}"));
    let driver = visit.driver()?;
    let field =
        until("the field for a file", async || Ok(driver.find_all(By::Id("codebook-file")).await?.pop())).await?;
    field.send_keys(path.to_string_lossy()).await?;
    until(&format!("the page to say what became of {file}"), async || {
        Ok(match driver.find_all(By::Css(said)).await?.first() {
            Some(element) => Some(element.text().await?),
            None => None,
        })
    })
    .await
}

pub(super) async fn a_codebook_that_is_off_finds_nothing(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/late.html?off")).await?;
    visit.highlighted("kuffar").await?;
    visit.open_options().await?;
    visit.click("#codebook-militant-jihad").await?;
    visit.go_to(&page).await?;
    not_highlighted(visit, "kuffar").await?;
    visit.open_panel(&page).await?;
    visit.unit("here first", |unit| unit.codes.is_empty()).await?;
    visit.open_options().await?;
    visit.click("#codebook-militant-jihad").await?;
    visit.go_to(&page).await?;
    visit.highlighted("kuffar").await?;
    visit.open_panel(&page).await?;
    visit.unit("here first", |unit| !unit.codes.is_empty()).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_codebook_of_ones_own_finds_its_terms(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/own.html")).await?;
    visit.highlighted("kuffar").await?;
    visit.open_options().await?;
    let faults = choose(visit, "own-faulty.toml", ".faults").await?;
    ensure!(faults.contains("18") && faults.contains("weight"), "of the faulty file it says {faults:?}");
    let remarks = choose(visit, "own-doubtful.toml", ".outcome .done ~ .faults").await?;
    ensure!(
        remarks.contains("left out") && remarks.contains("used as it is"),
        "of the doubtful file it says {remarks:?}"
    );
    choose(visit, "own.toml", ".outcome .done:last-child").await?;
    visit.go_to(&page).await?;
    visit.highlighted("zibblewort").await?;
    visit.open_panel(&page).await?;
    visit.unit("Example one", |unit| unit.codes.iter().any(|row| row.code == "invented-plant")).await?;
    // Codebooks that find nothing in a unit take no room in it.
    visit.unit("Example two", |unit| !unit.codes.is_empty()).await?;
    let empty = visit.driver()?.find_all(By::Css("[data-codebook='example-plants'].nothing")).await?;
    ensure!(empty.is_empty(), "an empty block is shown");

    visit.open_options().await?;
    visit.click("[data-codebook='example-plants'] .remove").await?;
    visit.click("[data-codebook='example-plants'] .danger").await?;
    visit.go_to(&page).await?;
    not_highlighted(visit, "zibblewort").await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// The codebooks that ship switched off are listed with what they are for, and read with once they are switched on.
pub(super) async fn a_codebook_that_ships_switched_off_is_switched_on(suite: &mut Suite) -> Result<Outcome> {
    const SWITCH: &str = "#codebook-narcotics-trade";
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/offered.html")).await?;
    visit.highlighted("kuffar").await?;
    not_highlighted(visit, "heroin").await?;
    visit.open_options().await?;
    let driver = visit.driver()?;
    let lines = until("the lines of the codebooks", async || {
        let lines = driver.find_all(By::Css("[data-codebook] .description")).await?;
        Ok((lines.len() >= builtin::all().count()).then_some(lines))
    })
    .await?;
    for line in lines {
        // Also where it is folded away.
        let text = line.prop("textContent").await?.unwrap_or_default();
        ensure!(!text.is_empty(), "a codebook does not say what it is for");
    }
    visit.click(SWITCH).await?;
    visit.go_to(&page).await?;
    visit.highlighted("heroin").await?;
    visit.open_panel(&page).await?;
    visit.unit("Example one", |unit| unit.codes.iter().any(|row| row.code == "opiates")).await?;

    visit.open_options().await?;
    visit.click(SWITCH).await?;
    visit.go_to(&page).await?;
    not_highlighted(visit, "heroin").await?;
    visit.highlighted("kuffar").await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn an_export_for_other_tools_holds_the_codes_that_stand(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let address = visit.server.url("/fixtures/decisions.html?collection");
    let page = visit.open(&address).await?;
    visit.open_panel(&page).await?;
    for (words, button) in [("to accept", "button.accept"), ("to reject", "button.reject")] {
        let unit = visit.unit(words, |unit| !unit.codes.is_empty()).await?;
        visit.click(&format!("[data-unit=\"{}\"] {button}", unit.id)).await?;
        visit.unit(words, |unit| unit.codes.iter().any(|row| row.accepted || row.rejected)).await?;
    }
    visit.open_options().await?;
    visit.click("#export-format option[value=jsonld]").await?;
    visit.click("#export-save").await?;
    let text = until("the exported file", async || {
        let Ok(folder) = fs::read_dir(visit.browser.downloads()) else { return Ok(None) };
        let mut files = folder.flatten().map(|entry| entry.path());
        // The browser gives a file its name when all of it is there.
        let Some(file) = files.find(|path| path.extension().is_some_and(|ending| ending == "jsonld")) else {
            return Ok(None);
        };
        Ok(Some(fs::read_to_string(file)?).filter(|text| text.ends_with('\n')))
    })
    .await?;
    let collection: Value = serde_json::from_str(&text)?;
    ensure!(collection["type"] == "AnnotationCollection", "{text}");
    let items = collection["first"]["items"].as_array().context("the page of the collection has no items")?;
    ensure!(collection["total"] == items.len(), "{} of {}", collection["total"], items.len());
    let here: Vec<&Value> = items.iter().filter(|item| item["target"]["source"] == address).collect();
    ensure!(here.len() == 1 && here[0]["type"] == "Annotation", "of {address} there is {here:?}");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
