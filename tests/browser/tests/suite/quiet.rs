//! What a page can see of us: in quiet mode nothing, though the panel shows what was found; without a permission nothing
//! any more.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Unit, Visit};
use postil_browser::wait::until;
use serde_json::Value;
use std::collections::BTreeSet;
use thirtyfour::By;

/// What the page in the current window has noticed and can see of us.
const NOTICED: &str = "
    const style = getComputedStyle(document.body, '::highlight(h13)');
    return {
        noticed: window.noticed, highlights: CSS.highlights.size, children: document.documentElement.childElementCount,
        sheets: document.styleSheets.length + document.adoptedStyleSheets.length,
        style: style.textDecorationLine,
    };";

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

/// What `prober.html` saw until the coder had decided, and until a selection of hers was coded.
type Reports = [Value; 2];

/// Everything that the prober saw, with the one name of this machine for the other.
async fn report(visit: &Visit) -> Result<Value> {
    let script = "return prober.ready() ? prober.report() : null;";
    let text = until("the prober's questions to be answered", async || {
        Ok(visit.driver()?.execute(script, Vec::new()).await?.json().as_str().map(str::to_owned))
    })
    .await?;
    Ok(serde_json::from_str(&text.replace("http://localhost:", "http://127.0.0.1:"))?)
}

/// Selects words of the page in the current window, as its reader would.
async fn select(visit: &Visit) -> Result<()> {
    visit.select("start = end = document.querySelector('#second i').firstChild; from = 0; to = 5").await
}

/// Where the extension may not read. The windows come and go as where it may.
async fn without(suite: &Suite, path: &str) -> Result<Reports> {
    let visit = &suite.visit;
    let page = visit.open(&suite.elsewhere(path)).await?;
    visit.open_absent_panel(&page).await?;
    visit.go_to(&page).await?;
    let decided = report(visit).await?;
    select(visit).await?;
    visit.open_absent_panel(&page).await?;
    visit.go_to(&page).await?;
    let coded = report(visit).await?;
    visit.close(page).await?;
    Ok([decided, coded])
}

/// Where it reads, a finding is accepted in the panel, and a selection gets a code there.
async fn with(suite: &Suite, path: &str) -> Result<Reports> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url(path)).await?;
    visit.open_panel(&page).await?;
    for words in ["Example four", "Example five", "Example eight", "Example nine"] {
        visit.unit(words, |unit| !unit.codes.is_empty()).await?;
    }
    let driver = visit.driver()?;
    let codebooks = driver.find_all(By::Css("[data-unit] [data-codebook]:not(.nothing)")).await?;
    let mut found = BTreeSet::new();
    for codebook in codebooks {
        found.extend(codebook.attr("data-codebook").await?);
    }
    ensure!(found.len() == 2, "the page has findings of {found:?}");
    visit.accept("Example one").await?;
    // Another panel has it from the page.
    visit.open_panel(&page).await?;
    visit.unit("Example one", Unit::accepted).await?;
    visit.go_to(&page).await?;
    let decided = report(visit).await?;

    select(visit).await?;
    visit.open_panel(&page).await?;
    let unit = visit.unit("Example two", |_| true).await?;
    visit.click(&format!("[data-unit=\"{}\"] .code-it", unit.id)).await?;
    until("the form to quote the selection", async || {
        Ok(match driver.find_all(By::Css(".coding mark")).await?.first() {
            Some(mark) => (mark.text().await? == "words").then_some(()),
            None => None,
        })
    })
    .await?;
    visit.click("#coding-codes [data-code='militant-jihad symbols']").await?;
    visit.click("#coding-save").await?;
    for _ in 0..2 {
        let own = By::Css("[data-assigned]");
        until("the code to stand", async || {
            let saving = driver.find_all(By::Css(".saving")).await?;
            Ok((saving.is_empty() && driver.find_all(own.clone()).await?.len() == 1).then_some(()))
        })
        .await?;
        visit.open_panel(&page).await?;
    }
    visit.go_to(&page).await?;
    let coded = report(visit).await?;
    visit.close(page).await?;
    Ok([decided, coded])
}

/// Where two values are not the same, each with its place.
fn differences(one: &Value, other: &Value, place: &str, found: &mut Vec<String>) {
    let none = Value::Null;
    match (one, other) {
        (Value::Object(these), Value::Object(those)) => {
            for key in these.keys().chain(those.keys()).collect::<BTreeSet<_>>() {
                let [this, that] = [these, those].map(|all| all.get(key).unwrap_or(&none));
                differences(this, that, &format!("{place}/{key}"), found);
            }
        }
        (Value::Array(these), Value::Array(those)) => {
            for index in 0..these.len().max(those.len()) {
                let [this, that] = [these, those].map(|all| all.get(index).unwrap_or(&none));
                differences(this, that, &format!("{place}/{index}"), found);
            }
        }
        _ if one == other => {}
        _ => {
            let cut = |value: &Value| value.to_string().chars().take(400).collect::<String>();
            found.push(format!("{place}: {} and {}", cut(one), cut(other)));
        }
    }
}

fn same(one: &Reports, other: &Reports) -> Result<()> {
    let mut found = Vec::new();
    for (at, one, other) in [("decided", &one[0], &other[0]), ("coded", &one[1], &other[1])] {
        differences(one, other, at, &mut found);
    }
    ensure!(found.is_empty(), "it sees {found:#?}");
    Ok(())
}

pub(crate) async fn a_page_that_looks_for_us_sees_nothing_in_quiet_mode(suite: &mut Suite) -> Result<Outcome> {
    let path = format!("/fixtures/prober.html?look={}", suite.visit.origin());
    let expected = without(suite, &path).await?;
    same(&expected, &without(suite, &path).await?).context("two visits without us differ")?;
    suite.visit.set_quiet(true).await?;
    let quiet = with(suite, &path).await;
    suite.visit.set_quiet(false).await?;
    let quiet = quiet?;
    same(&expected, &quiet).context("the page sees us, first what it sees without us")?;

    let outcomes = &quiet[1]["outcomes"];
    ensure!(outcomes["there"] == outcomes["elsewhere"], "our files are there for a page: {outcomes}");
    let answered = outcomes["there"].as_object().context("nothing was asked")?.values().any(|it| it == "answered");
    ensure!(!answered, "a page got a file of ours: {outcomes}");

    // The same page sees us where we show ourselves, and the calls of a driver's script, so it would see us above.
    let page = suite.visit.open(&suite.visit.server.url(&path)).await?;
    suite.visit.highlighted("kuffar").await?;
    select(&suite.visit).await?;
    suite.visit.overlay("the toolbar", "return root.querySelector('select') && true;").await?;
    let loud = report(&suite.visit).await?;
    for part in ["changes", "events", "calls"] {
        ensure!(loud[part] != expected[1][part], "it does not see our {part}");
    }
    let last = |report: &Value| report["states"].as_array().and_then(|states| states.last().cloned());
    let (before, after) = last(&expected[1]).zip(last(&loud)).context("no state was seen")?;
    for part in ["highlights", "frameHighlights", "styles", "shadowStyle", "frameStyle", "markup", "nodes"] {
        ensure!(after[part] != before[part], "it does not see our {part}: {}", after[part]);
    }
    suite.visit.close(page).await?;
    Ok(Outcome::Passed)
}
