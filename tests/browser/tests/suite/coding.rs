//! Coding in the panel: a selection gets a code with a note, which is changed and taken back; a key brings it there.

use super::Suite;
use anyhow::{Result, ensure};
use postil_browser::driver::Kind;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use serde::Deserialize;
use thirtyfour::{By, Key};

/// A code of the coder's own as the panel shows it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Own {
    code: String,
    quote: String,
    said: String,
    memo: String,
}

const OWN: &str = "
    const text = (own, part) => own.querySelector(part)?.textContent ?? '';
    return [...document.querySelectorAll('[data-assigned]')].map(own => ({
        code: own.dataset.assigned, quote: text(own, '.quote'), said: text(own, '.said'), memo: text(own, '.memo'),
    }));";

async fn own(visit: &Visit) -> Result<Vec<Own>> {
    Ok(visit.driver()?.execute(OWN, Vec::new()).await?.convert()?)
}

/// Waits until the panel shows these codes of the coder's own, and none that is still on its way.
async fn shows(visit: &Visit, wanted: &[Own]) -> Result<()> {
    until(&format!("the panel to show {wanted:?}"), async || {
        let saving = visit.driver()?.find_all(By::Css(".saving")).await?;
        Ok((saving.is_empty() && own(visit).await? == wanted).then_some(()))
    })
    .await
}

pub(super) async fn a_selection_is_coded_in_the_panel_and_changed_and_taken_back(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/selection.html?form")).await?;
    visit.highlighted("kuffar").await?;
    visit.select("start = end = document.querySelector('#second i').firstChild; from = 0; to = 5").await?;
    visit.open_panel(&page).await?;
    let unit = visit.unit("Example two", |_| true).await?;
    let driver = visit.driver()?;
    visit.click(&format!("[data-unit=\"{}\"] .code-it", unit.id)).await?;
    until("the form to quote the selection", async || {
        let quoted = driver.find_all(By::Css(".coding mark")).await?;
        Ok(match quoted.first() {
            Some(mark) => (mark.text().await? == "words").then_some(()),
            None => None,
        })
    })
    .await?;
    visit.click("#coding-codes [data-code='militant-jihad threats']").await?;
    visit.click("#coding-stance option[value='opposes']").await?;
    visit.click("#coding-tier option[value='5']").await?;
    let hint = driver.find(By::Css(".coding .clash")).await?.text().await?;
    ensure!(!hint.is_empty(), "a stance and a tier that do not go together get no hint");
    driver.find(By::Id("coding-memo")).await?.send_keys("An example note.").await?;
    driver.action_chain().key_down(Key::Control).send_keys(Key::Enter).key_up(Key::Control).perform().await?;

    let first = Own {
        code: "threats".to_owned(),
        quote: "words".to_owned(),
        said: "Opposes · tier 5: Incitement or means".to_owned(),
        memo: "An example note.".to_owned(),
    };
    shows(visit, std::slice::from_ref(&first)).await?;
    visit.open_panel(&page).await?;
    shows(visit, std::slice::from_ref(&first)).await?;

    visit.click("[data-assigned] .edit").await?;
    visit.click("#coding-codes [data-code='militant-jihad symbols']").await?;
    visit.click("#coding-tier option[value='1']").await?;
    visit.click("#coding-save").await?;
    let changed = Own { code: "symbols".to_owned(), said: "Opposes · tier 1: Topic named".to_owned(), ..first };
    shows(visit, std::slice::from_ref(&changed)).await?;
    visit.open_panel(&page).await?;
    shows(visit, &[changed]).await?;

    visit.click("[data-assigned] .withdraw").await?;
    shows(visit, &[]).await?;
    visit.open_panel(&page).await?;
    visit.unit("Example two", |_| true).await?;
    shows(visit, &[]).await?;
    visit.go_to(&page).await?;
    ensure!(visit.highlights_of("words").await?.is_empty(), "what was taken back is still marked on the page");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn the_command_brings_the_selection_to_the_sidebar(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    if visit.browser.kind() == Kind::Chromium {
        return Ok(Outcome::Skipped("no driver can press Chromium's own keys".to_owned()));
    }
    let page = visit.open(&visit.server.url("/fixtures/selection.html?command")).await?;
    visit.highlighted("kuffar").await?;
    visit.select("start = end = document.querySelector('#second i').firstChild; from = 0; to = 5").await?;
    visit.browser.press_own_key("C").await?;
    visit.browser.sidebar_opened().await?;
    visit
        .sidebar(
            "the form to quote the selection",
            "view.document.querySelector('.coding mark')?.textContent === given",
            "words",
        )
        .await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
