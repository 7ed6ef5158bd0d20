//! Files that leave the options page and come to it: shown before, under a passphrase, brought in once.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil::archive::seal;
use postil::exchange::task::Passphrase;
use postil_browser::runner::Outcome;
use postil_browser::visit::{Unit, Visit};
use postil_browser::wait::until;
use serde_json::Value;
use std::fs;
use std::io::{Cursor, Read as _};
use std::path::PathBuf;
use thirtyfour::By;

const SECRET: &str = "four words in a row";

/// What is in an encrypted file.
fn unsealed(bytes: &[u8]) -> Option<String> {
    let passphrase = Passphrase(SECRET.to_owned());
    let mut text = String::new();
    let mut opened = seal::opened(Box::new(Cursor::new(bytes.to_vec())), Some(&passphrase)).ok()?;
    // Of a file that is still being written there may be no more than its head.
    opened.read_to_string(&mut text).ok().filter(|length| *length > 0).map(|_| text)
}

/// The downloaded file of this name, once `read` can read it.
pub(super) async fn saved<T>(
    visit: &Visit,
    [start, end]: [&str; 2],
    read: impl Fn(&[u8]) -> Option<T>,
) -> Result<(PathBuf, T)> {
    until("the saved file", async || {
        let Ok(folder) = fs::read_dir(visit.browser.downloads()) else { return Ok(None) };
        let mut files = folder.flatten().map(|entry| entry.path());
        let named = |path: &PathBuf| {
            path.file_name()
                .map(|name| name.to_string_lossy())
                .is_some_and(|name| name.starts_with(start) && name.ends_with(end))
        };
        let Some(path) = files.find(named) else { return Ok(None) };
        let bytes = fs::read(&path)?;
        Ok(read(&bytes).map(|read| (path, read)))
    })
    .await
}

async fn new_secret(visit: &Visit, id: &str) -> Result<()> {
    visit.click(&format!("#{id}-seal")).await?;
    visit.write(id, SECRET).await?;
    visit.write(&format!("{id}-again"), SECRET).await
}

/// The numbers of a list of them, once they are there.
async fn numbers(visit: &Visit, id: &str, wanted: impl Fn(&[u64]) -> bool) -> Result<Vec<u64>> {
    let driver = visit.driver()?;
    until(&format!("the numbers of {id}"), async || {
        let mut numbers = Vec::new();
        for cell in driver.find_all(By::Css(format!("#{id} dd"))).await? {
            let Ok(text) = cell.text().await else { return Ok(None) };
            numbers.extend(text.parse::<u64>());
        }
        Ok((numbers.len() == 4 && wanted(&numbers)).then_some(numbers))
    })
    .await
}

/// Makes a project and opens it.
async fn project(visit: &Visit, name: &str) -> Result<()> {
    visit.open_options().await?;
    visit.click(".more > summary").await?;
    visit.write("project-name", name).await?;
    visit.write("project-coder", "coder-2").await?;
    visit.click("#project-add").await?;
    let driver = visit.driver()?;
    let open = format!("//*[@id='project-list']/li[div[contains(@class,'details')]]//*[text()='{name}']");
    until("the project to be open", async || Ok(driver.find_all(By::XPath(&open)).await?.pop().map(drop))).await
}

pub(super) async fn what_leaves_is_shown_before_and_only_its_passphrase_opens_it(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let address = visit.server.url("/fixtures/decisions.html?leaving");
    let page = visit.open(&address).await?;
    visit.open_panel(&page).await?;
    visit.accept("to accept").await?;
    visit.open_options().await?;
    visit.click("#export-preview").await?;
    let leaves = numbers(visit, "leaves", |_| true).await?;
    ensure!(leaves[0] >= 1, "no decision would leave: {leaves:?}");
    let driver = visit.driver()?;
    let shown = driver.find(By::Css("table.fields")).await?.text().await?;
    ensure!(shown.contains("/fixtures/"), "no address is shown: {shown}");
    // Another choice takes away what was shown.
    visit.click("#drop-urls").await?;
    ensure!(driver.find_all(By::Css("#leaves")).await?.is_empty(), "what was shown stays");
    visit.click("#export-preview").await?;
    numbers(visit, "leaves", |_| true).await?;
    let shown = driver.find(By::Css("table.fields")).await?.text().await?;
    ensure!(shown.contains("urn:postil:page:") && !shown.contains("/fixtures/"), "{shown}");

    new_secret(visit, "export-secret").await?;
    visit.click("#export-save").await?;
    let (path, text) = saved(visit, ["postil-", ".jsonl.age"], unsealed).await?;
    ensure!(!text.contains("/fixtures/"), "an address left");
    let records = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    ensure!(records.len() as u64 == leaves[0], "{} of {} records", records.len(), leaves[0]);
    fs::remove_file(path)?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn what_another_coded_is_brought_in_once(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/decisions.html?coming")).await?;
    visit.open_panel(&page).await?;
    visit.accept("to accept").await?;
    visit.open_options().await?;
    new_secret(visit, "export-secret").await?;
    visit.click("#export-save").await?;
    let (path, text) = saved(visit, ["postil-", ".jsonl.age"], unsealed).await?;
    let all = text.lines().count() as u64;

    project(visit, "Adjudication").await?;
    let driver = visit.driver()?;
    visit.write("import-file", &path.to_string_lossy()).await?;
    let give = async |secret: &str| {
        until("the passphrase to be asked", async || Ok(driver.find_all(By::Id("import-secret")).await?.pop())).await?;
        visit.write("import-secret", secret).await?;
        visit.click("#import-secret-give").await
    };
    give("three wrong words").await?;
    until("the wrong passphrase to be told", async || {
        let told = driver.find(By::Id("import-outcome")).await?.text().await.unwrap_or_default();
        Ok(told.contains("passphrase is not").then_some(()))
    })
    .await?;
    give(SECRET).await?;
    let looked = numbers(visit, "looked", |_| true).await?;
    ensure!(looked[..3] == [all, 0, 0], "of {all} records {looked:?} are new, known and other");
    visit.click("#import-bring").await?;
    let brought = visit.notice(&all.to_string()).await;
    let outcome = driver.find(By::Id("import-outcome")).await?.text().await.unwrap_or_default();
    brought.with_context(|| format!("the outcome is {outcome:?}"))?;
    // The same file again brings nothing.
    visit.write("import-file", &path.to_string_lossy()).await?;
    give(SECRET).await?;
    let looked = numbers(visit, "looked", |_| true).await?;
    ensure!(looked[..3] == [0, all, 0], "of {all} records {looked:?} are new, known and other");
    // What the other coder decided stands on the page.
    visit.go_to(&page).await?;
    visit.open_panel(&page).await?;
    visit.unit("to accept", Unit::accepted).await?;
    fs::remove_file(path)?;
    visit.open_options().await?;
    visit.click("#project-list > li:nth-child(1) input[type=radio]").await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_file_of_another_tool_is_brought_in_with_the_codes_it_means(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    visit.open_options().await?;
    let driver = visit.driver()?;
    let path = visit.browser.downloads().join("labels.jsonl");
    fs::create_dir_all(visit.browser.downloads())?;
    fs::write(&path, "{\"id\":1,\"text\":\"Long live the khilafah.\",\"label\":[[14,22,\"state\"]]}\n")?;
    until("the import to be offered", async || Ok(driver.find_all(By::Id("import-file")).await?.pop())).await?;
    visit.write("import-file", &path.to_string_lossy()).await?;
    let book = "#import-codebook option[value=militant-jihad]";
    until("the codebook to be asked", async || Ok(driver.find_all(By::Css(book)).await?.pop())).await?;
    visit.click(book).await?;
    until("the coder to be asked", async || {
        let told = driver.find(By::Id("import-outcome")).await?.text().await.unwrap_or_default();
        Ok(told.contains("name the coder").then_some(()))
    })
    .await?;
    // The key Tab leaves the field.
    visit.write("import-coder", "ben\u{e004}").await?;
    numbers(visit, "looked", |numbers| numbers[0] == 0).await?;
    // A label that is no code is one once it is said which.
    visit.click("select.mapped option[value=caliphate-advocacy]").await?;
    numbers(visit, "looked", |numbers| numbers[0] == 1).await?;
    visit.click("#import-bring").await?;
    until("the import to be told", async || {
        let told = driver.find(By::Css(".notice")).await?.text().await?;
        Ok(told.contains('1').then_some(()))
    })
    .await?;
    fs::remove_file(path)?;
    Ok(Outcome::Passed)
}
