//! Projects on the options page: apart from each other, saved as a file and brought back from it, each with sites that it
//! leaves alone.

use super::Suite;
use super::options::not_highlighted;
use anyhow::{Context as _, Result, ensure};
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

/// Makes a project, which is open then, beside the one that there is.
async fn add(visit: &Visit) -> Result<()> {
    visit.open_options().await?;
    visit.click(".more > summary").await?;
    let driver = visit.driver()?;
    driver.find(By::Id("project-name")).await?.send_keys("Second").await?;
    driver.find(By::Id("project-coder")).await?.send_keys("coder-2").await?;
    visit.click("#project-add").await?;
    ensure!(listed(visit, 2).await?.last().is_some_and(|name| name == "My project"), "the new one is not open");
    Ok(())
}

/// Deletes the last of so many projects.
async fn delete(visit: &Visit, number: usize) -> Result<()> {
    choose(visit, number).await?;
    visit.click(".project .details .confirm-delete .remove").await?;
    visit.click(".project .details .confirm-delete .danger").await?;
    listed(visit, number - 1).await?;
    Ok(())
}

/// Waits until the unit of the page is accepted in the panel, or is not.
async fn accepted(visit: &Visit, page: &Opened, is: bool) -> Result<()> {
    visit.go_to(page).await?;
    visit.open_panel(page).await?;
    let right = |row: bool| row == is;
    visit.unit("to accept", |unit| !unit.codes.is_empty() && right(unit.accepted())).await?;
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
    visit.accept("to accept").await?;

    add(visit).await?;
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
    visit.driver()?.find(By::Id("restore")).await?.send_keys(file.to_string_lossy()).await?;
    let names = listed(visit, 3).await?;
    ensure!(names[0] == "My project" && names.iter().filter(|name| *name == "My project").count() == 2, "{names:?}");
    accepted(visit, &page, true).await?;

    // What is deleted is gone, and nothing of the others with it.
    for number in [3, 2] {
        delete(visit, number).await?;
    }
    accepted(visit, &page, true).await?;
    fs::remove_file(file)?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// Waits until a frame of a site of its own is read in a page, or is left alone; what else there is of the page is read.
async fn frame(visit: &Visit, page: &Opened, is_read: bool) -> Result<()> {
    visit.open_panel(page).await?;
    let mut texts = Vec::new();
    let right = until("the panel to follow", async || {
        texts = visit.units().await?.into_iter().map(|unit| unit.text).collect();
        let shows = |name: &str| texts.iter().any(|text: &String| text.contains(name));
        let others = ["in the top page:", "in the written frame:", "in the boxed frame:"].into_iter().all(shows);
        Ok((others && shows("in the granted frame:") == is_read).then_some(()))
    })
    .await;
    right.with_context(|| {
        format!("with its frame to be {}, the panel shows {texts:#?}", if is_read { "read" } else { "left alone" })
    })
}

pub(super) async fn a_project_leaves_alone_what_is_off_in_it(suite: &mut Suite) -> Result<Outcome> {
    const SWITCH: &str = "[data-reads='http://granted.localhost/*']";
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/frames.html?alone")).await?;
    let address = visit.server.url("/fixtures/late.html?alone").replace("127.0.0.1", "granted.localhost");
    let there = visit.open(&address).await?;
    visit.grant(&there).await?;
    visit.highlighted("kuffar").await?;
    frame(visit, &page, true).await?;

    visit.open_options().await?;
    visit.click(SWITCH).await?;
    visit.go_to(&there).await?;
    not_highlighted(visit, "kuffar").await?;
    frame(visit, &page, false).await?;
    let late = visit.open(&address).await?;
    // By the time the same page is highlighted where it is read, it would be highlighted here too.
    let control = visit.open(&visit.server.url("/fixtures/late.html?control")).await?;
    visit.highlighted("kuffar").await?;
    visit.go_to(&late).await?;
    ensure!(visit.highlights().await?.is_empty(), "a page of a site that is off has highlights");
    visit.close(control).await?;

    add(visit).await?;
    for page in [&there, &late] {
        visit.go_to(page).await?;
        visit.highlighted("kuffar").await?;
    }
    frame(visit, &page, true).await?;
    choose(visit, 1).await?;
    for page in [&there, &late] {
        visit.go_to(page).await?;
        not_highlighted(visit, "kuffar").await?;
    }
    frame(visit, &page, false).await?;

    visit.switch_on(&there).await?;
    for page in [&there, &late] {
        visit.go_to(page).await?;
        visit.highlighted("kuffar").await?;
    }
    frame(visit, &page, true).await?;
    visit.open_options().await?;
    let driver = visit.driver()?;
    until("the switch to be on again", async || {
        let Some(switch) = driver.find_all(By::Css(SWITCH)).await?.pop() else { return Ok(None) };
        Ok(switch.is_selected().await?.then_some(()))
    })
    .await?;
    delete(visit, 2).await?;
    visit.revoke(&there).await?;
    for page in [late, there, page] {
        visit.close(page).await?;
    }
    Ok(Outcome::Passed)
}
