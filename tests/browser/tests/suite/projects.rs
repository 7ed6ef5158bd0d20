//! Projects on the options page: apart from each other, saved as a file and brought back from it.

use super::Suite;
use anyhow::{Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Visit};
use postil_browser::wait::until;
use std::fs;
use std::path::PathBuf;
use thirtyfour::By;

/// The names on the list, the open one first.
async fn listed(visit: &Visit, number: usize) -> Result<Vec<String>> {
    let driver = visit.driver()?;
    until(&format!("{number} projects on the list"), async || {
        let mut names = Vec::new();
        for line in driver.find_all(By::Css("#project-list > li")).await? {
            let Ok(name) = line.find(By::Css(".name")).await else { return Ok(None) };
            let (Ok(name), Ok(open)) = (name.text().await, line.find_all(By::Css(".details")).await) else {
                return Ok(None);
            };
            names.insert(if open.is_empty() { names.len() } else { 0 }, name);
        }
        Ok((names.len() == number).then_some(names))
    })
    .await
}

/// Opens the project with this place on the list.
async fn choose(visit: &Visit, place: usize) -> Result<()> {
    visit.open_options().await?;
    visit.click(&format!("#project-list > li:nth-child({place}) input[type=radio]")).await?;
    let details = format!("#project-list > li:nth-child({place}) .details");
    let driver = visit.driver()?;
    until("the project to be open", async || Ok(driver.find_all(By::Css(&details)).await?.pop().map(drop))).await
}

/// Waits until the unit of the page is accepted in the panel, or is not.
async fn accepted(visit: &Visit, page: &Opened, is: bool) -> Result<()> {
    visit.go_to(page).await?;
    visit.open_panel(page).await?;
    let right = |row: bool| row == is;
    visit.unit("to accept", |unit| !unit.codes.is_empty() && right(unit.codes.iter().any(|row| row.accepted))).await?;
    Ok(())
}

fn saved(visit: &Visit) -> Option<PathBuf> {
    let mut files = fs::read_dir(visit.browser.downloads()).ok()?.flatten().map(|entry| entry.path());
    files.find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("postil-projects")))
}

pub(super) async fn projects_are_apart_and_come_back_from_their_file(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/decisions.html?projects")).await?;
    visit.open_panel(&page).await?;
    let unit = visit.unit("to accept", |unit| !unit.codes.is_empty()).await?;
    visit.click(&format!("[data-unit=\"{}\"] button.accept", unit.id)).await?;
    accepted(visit, &page, true).await?;

    visit.open_options().await?;
    visit.click(".more > summary").await?;
    let driver = visit.driver()?;
    driver.find(By::Id("project-name")).await?.send_keys("Second").await?;
    driver.find(By::Id("project-coder")).await?.send_keys("coder-2").await?;
    visit.click("#project-add").await?;
    ensure!(listed(visit, 2).await?.last().is_some_and(|name| name == "My project"), "the new one is not open");
    accepted(visit, &page, false).await?;
    choose(visit, 1).await?;
    accepted(visit, &page, true).await?;

    visit.open_options().await?;
    visit.click("#project-save").await?;
    let file = until("the saved project", async || {
        let Some(path) = saved(visit) else { return Ok(None) };
        // Its last line says how many came before.
        Ok(fs::read_to_string(&path)?.ends_with("}\n").then_some(path))
    })
    .await?;
    let text = fs::read_to_string(&file)?;
    ensure!(text.contains("\"log:") && !text.contains("author-key"), "{text}");
    driver.find(By::Id("restore")).await?.send_keys(file.to_string_lossy()).await?;
    let names = listed(visit, 3).await?;
    ensure!(names[0] == "My project" && names.iter().filter(|name| *name == "My project").count() == 2, "{names:?}");
    accepted(visit, &page, true).await?;

    // What is deleted is gone, and nothing of the others with it.
    for place in [3, 2] {
        choose(visit, place).await?;
        visit.click(".project .details .confirm-delete .remove").await?;
        visit.click(".project .details .confirm-delete .danger").await?;
        listed(visit, place - 1).await?;
    }
    accepted(visit, &page, true).await?;
    fs::remove_file(file)?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
