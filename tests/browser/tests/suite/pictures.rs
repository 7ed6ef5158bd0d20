//! Pictures of pages as evidence: said to be missing where the browser permits none, beside the manifest where it does.

use super::Suite;
use super::files::saved;
use super::overlay::CHOOSE;
use anyhow::{Context as _, Result, ensure};
use postil_browser::driver::{Kind, Options};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Visit};
use postil_browser::wait::until;
use postil_tool::Tree;
use serde_json::json;
use std::fs;
use std::io::{Cursor, Read as _};
use thirtyfour::By;
use zip::ZipArchive;

/// The colour of the page.
const COLOUR: [u64; 3] = [0, 96, 160];

/// The size of a picture, and how much of it, where the toolbar stood, is of a colour.
const LOOK: &str = "
    const [bytes, colour, done] = arguments;
    createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: 'image/jpeg' })).then(picture => {
        const canvas = new OffscreenCanvas(picture.width, picture.height).getContext('2d');
        canvas.drawImage(picture, 0, 0);
        const { data } = canvas.getImageData(100, 100, 600, 200);
        let same = 0;
        for (let at = 0; at < data.length; at += 4) {
            same += colour.every((value, index) => Math.abs(value - data[at + index]) < 12);
        }
        done([picture.width, picture.height, same * 4 / data.length]);
    }, error => done(String(error)));";

const KEPT: &str =
    "return Object.keys(await api.storage.local.get(null)).filter(key => key.startsWith('picture:')).length;";

async fn switch(visit: &Visit, on: bool) -> Result<()> {
    visit.open_options().await?;
    visit.click("#project-pictures").await?;
    let driver = visit.driver()?;
    until("the project to be kept", async || {
        let Some(choice) = driver.find_all(By::Id("project-pictures")).await?.pop() else { return Ok(None) };
        let said = driver.find_all(By::Css("[role=status]")).await?;
        let mut kept = false;
        for line in said {
            kept |= !line.text().await.unwrap_or_default().is_empty();
        }
        Ok((kept && choice.is_selected().await.is_ok_and(|is| is == on)).then_some(()))
    })
    .await
}

async fn kept(visit: &Visit, number: u64) -> Result<()> {
    until(&format!("{number} pictures to be kept"), async || {
        visit.go_to_base().await?;
        Ok((visit.ask(KEPT, "").await?.as_u64() == Some(number)).then_some(()))
    })
    .await
}

/// Decides in the panel and on the page, and reads what is saved as evidence.
async fn pictured(visit: &Visit, page: &Opened) -> Result<()> {
    visit.open_panel(page).await?;
    visit.accept("to accept").await?;
    kept(visit, 1).await?;
    visit.go_to(page).await?;
    visit.select("start = end = second.firstChild; from = 13; to = 18").await?;
    visit.overlay("a code to be chosen", CHOOSE).await?;
    kept(visit, 2).await?;

    visit.open_options().await?;
    let driver = visit.driver()?;
    visit.click("#export-format option[value=evidence]").await?;
    visit.click("#export-preview").await?;
    until("the pictures to be counted", async || {
        let Some(leaves) = driver.find_all(By::Id("leaves")).await?.pop() else { return Ok(None) };
        Ok(leaves.text().await.unwrap_or_default().contains("Pictures\n2").then_some(()))
    })
    .await?;
    visit.click("#export-save").await?;
    let (path, mut zip) =
        saved(visit, ["postil-", ".zip"], |bytes| ZipArchive::new(Cursor::new(bytes.to_vec())).ok()).await?;
    let mut manifest = String::new();
    zip.by_name("manifest.csv")?.read_to_string(&mut manifest)?;
    let files: Vec<String> = zip.file_names().flatten().filter(|name| name.ends_with(".jpg")).map(Into::into).collect();
    ensure!(files.len() == 2 && files.iter().all(|file| manifest.contains(file.as_str())), "{files:?}: {manifest}");
    visit.go_to(page).await?;
    for file in files {
        let mut bytes = Vec::new();
        zip.by_name(&file)?.read_to_end(&mut bytes)?;
        let seen = visit.driver()?.execute_async(LOOK, vec![json!(bytes), json!(COLOUR)]).await?.json().clone();
        let seen: [f64; 3] = serde_json::from_value(seen.clone()).with_context(|| format!("{file} is none: {seen}"))?;
        ensure!(seen[0] > 700.0 && seen[1] > 300.0 && seen[2] > 0.99, "{file} shows {seen:?}");
    }
    fs::remove_file(path)?;
    Ok(())
}

pub(super) async fn a_picture_is_kept_where_the_browser_permits_it(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let address = visit.server.url("/fixtures/pictured.html");
    switch(visit, true).await?;
    let page = visit.open(&visit.server.url("/fixtures/decisions.html?unpictured")).await?;
    visit.open_panel(&page).await?;
    visit.accept("to accept").await?;
    visit.notice("without a picture").await?;
    visit.close(page).await?;
    kept(visit, 0).await?;

    if visit.browser.kind() == Kind::Firefox {
        let page = visit.open(&address).await?;
        visit.browser.press_button().await?;
        pictured(visit, &page).await?;
        visit.close(page).await?;
    }
    switch(visit, false).await?;
    if visit.browser.kind() == Kind::Chromium {
        let proxy = Some(suite.recorder.address());
        let options = Options {
            kind: Kind::Chromium,
            headless: true,
            dark: false,
            proxy,
            disk: None,
            everywhere: true,
            language: None,
        };
        let visit = Visit::start(&Tree::here(), options).await?;
        let page = visit.open(&visit.server.url("/fixtures/pictured.html")).await?;
        switch(&visit, true).await?;
        pictured(&visit, &page).await?;
    }
    Ok(Outcome::Passed)
}
