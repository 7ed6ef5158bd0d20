//! What a page can see of us: in quiet mode nothing, though the panel shows what was found; without a permission nothing
//! any more.

use super::Suite;
use anyhow::{Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::wait::until;

/// What the page in the current window has noticed and can see of us.
const NOTICED: &str = "
    const style = getComputedStyle(document.body, '::highlight(h13)');
    return {
        noticed: window.noticed, highlights: CSS.highlights.size, children: document.documentElement.childElementCount,
        sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
        style: style.textDecorationLine,
    };";

pub(crate) async fn quiet_mode_leaves_the_page_alone(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let untouched = visit.open(&suite.elsewhere("/fixtures/selection.html")).await?;
    let expected = visit.driver()?.execute(NOTICED, Vec::new()).await?.json().clone();
    ensure!(expected["noticed"].is_array(), "the page keeps no record");
    visit.close(untouched).await?;
    visit.set_quiet(true).await?;
    let page = visit.open(&visit.server.url("/fixtures/selection.html")).await?;
    visit.open_panel(&page).await?;
    visit.unit("Example one", |unit| !unit.codes.is_empty()).await?;
    visit.go_to(&page).await?;
    let seen = visit.driver()?.execute(NOTICED, Vec::new()).await?.json().clone();
    visit.set_quiet(false).await?;
    ensure!(seen == expected, "the page sees {seen}, without us {expected}");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(crate) async fn quiet_mode_is_switched_while_a_page_is_open(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/selection.html")).await?;
    visit.highlighted("kuffar").await?;
    visit.select("start = end = word.firstChild; from = 1; to = 3").await?;
    visit.overlay("the toolbar", "return root.querySelector('select') && true;").await?;
    let loud = until("the style", async || {
        let seen = visit.driver()?.execute(NOTICED, Vec::new()).await?.json().clone();
        Ok((seen["style"] == "underline").then_some(seen))
    })
    .await?;
    ensure!(loud["noticed"].as_array().is_some_and(|noticed| !noticed.is_empty()), "the page notices nothing: {loud}");
    visit.set_quiet(true).await?;
    visit.go_to(&page).await?;
    until("the page to be as it was", async || {
        let seen = visit.driver()?.execute(NOTICED, Vec::new()).await?.json().clone();
        Ok((seen["highlights"] == 0 && seen["children"] == 2 && seen["style"] == "none").then_some(()))
    })
    .await?;
    visit.open_panel(&page).await?;
    visit.unit("Example one", |unit| !unit.codes.is_empty()).await?;
    visit.set_quiet(false).await?;
    visit.go_to(&page).await?;
    visit.highlighted("kuffar").await?;
    visit.open_panel(&page).await?;
    visit.unit("Example one", |unit| !unit.codes.is_empty()).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(crate) async fn a_page_is_as_it_was_once_its_site_is_left(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&suite.elsewhere("/fixtures/selection.html?left")).await?;
    visit.grant(&page).await?;
    visit.highlighted("kuffar").await?;
    visit.revoke(&page).await?;
    until("the page to be as it was", async || {
        let seen = visit.driver()?.execute(NOTICED, Vec::new()).await?.json().clone();
        Ok((seen["highlights"] == 0 && seen["children"] == 2 && seen["style"] == "none").then_some(()))
    })
    .await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
