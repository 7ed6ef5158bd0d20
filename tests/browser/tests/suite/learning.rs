//! What decisions teach: shown in words, saved as a model, forgotten; and the way to the unit that would teach most.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil::judgement::model::Model;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use serde::Deserialize;
use std::collections::BTreeSet;
use std::fs;
use thirtyfour::By;

const LEARNED: &str = "[data-learned='militant-jihad']";

/// A word as the options show it.
#[derive(Debug, Deserialize)]
struct Word {
    words: String,
    said: String,
    /// How long its bar is, in pixels.
    bar: f32,
}

const WORDS: &str = "
    return [...document.querySelectorAll('.learned > .lessons li')].map(line => ({
        words: line.querySelector('bdi').textContent,
        said: line.querySelector('.amount').textContent,
        bar: line.querySelector('.level').getBoundingClientRect().width,
    }));";

/// The units that the panel shows as the current one.
const CURRENT: &str = "return [...document.querySelectorAll('.card.current')].map(card => card.dataset.unit);";

/// Accepts what one unit of the page suggests, rejects what another does, and says of a third that none applies.
async fn decide(visit: &Visit) -> Result<()> {
    for (words, button, decided) in super::DECISIONS {
        let unit = visit.unit(words, |unit| !unit.codes.is_empty()).await?;
        visit.click(&format!("[data-unit=\"{}\"] {button}", unit.id)).await?;
        visit.unit(words, decided).await?;
    }
    until("the decisions to be stored", async || {
        Ok(visit.driver()?.find_all(By::Css(".saving")).await?.is_empty().then_some(()))
    })
    .await
}

/// Waits until as many cards as wanted say that a suggestion rests on what was learned.
async fn resting(visit: &Visit, wanted: impl Fn(usize) -> bool) -> Result<()> {
    until("the cards to say what suggestions rest on", async || {
        Ok(wanted(visit.driver()?.find_all(By::Css(".taught")).await?.len()).then_some(()))
    })
    .await
}

/// The model that was saved last.
async fn saved(visit: &Visit) -> Result<Model> {
    let bytes = until("the saved model", async || {
        let Ok(folder) = fs::read_dir(visit.browser.downloads()) else { return Ok(None) };
        let mut files = folder.flatten().map(|entry| entry.path());
        let Some(file) = files.find(|path| path.extension().is_some_and(|ending| ending == "bin")) else {
            return Ok(None);
        };
        Ok(Some(fs::read(file)?).filter(|bytes| !bytes.is_empty()))
    })
    .await?;
    Ok(Model::from_bytes(&bytes)?)
}

pub(super) async fn what_was_learned_is_shown_saved_and_forgotten(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/decisions.html?learned")).await?;
    visit.open_panel(&page).await?;
    decide(visit).await?;
    let other = visit.open(&visit.server.url("/fixtures/late.html?learned")).await?;
    visit.open_panel(&other).await?;
    resting(visit, |cards| cards > 0).await?;

    visit.open_options().await?;
    let driver = visit.driver()?;
    let words: Vec<Word> = until("the words that were learned", async || {
        let words: Vec<Word> = driver.execute(WORDS, Vec::new()).await?.convert()?;
        Ok((!words.is_empty()).then_some(words))
    })
    .await?;
    for way in ["raises", "lowers"] {
        ensure!(words.iter().any(|word| word.said.starts_with(way) && word.bar > 0.0), "nothing {way}: {words:?}");
    }
    ensure!(words.iter().any(|word| word.words.contains("glossary")), "{words:?}");
    ensure!(words.len() <= 20, "{} words are shown at first", words.len());

    visit.click(&format!("{LEARNED} .save-model")).await?;
    let model = saved(visit).await?;
    let shown = driver.find(By::Css(format!("{LEARNED} .facts"))).await?.attr("title").await?;
    ensure!(shown.as_ref() == Some(&model.reference().hash), "shown is {shown:?}, saved {:?}", model.reference());
    ensure!(!model.lessons().is_empty(), "the saved model has no words");

    visit.click(&format!("{LEARNED} .remove")).await?;
    visit.click(&format!("{LEARNED} .danger")).await?;
    until("the options to say that nothing was learned", async || {
        let lines = driver.find_all(By::Css(".lessons li")).await?;
        let hints = driver.find_all(By::Css(format!("{LEARNED} > .hint"))).await?;
        Ok((lines.is_empty() && hints.len() == 1).then_some(()))
    })
    .await?;
    // Suggestions rest on it no more; the decisions stand.
    visit.open_panel(&other).await?;
    resting(visit, |cards| cards == 0).await?;
    visit.open_panel(&page).await?;
    for (words, _, decided) in super::DECISIONS {
        visit.unit(words, decided).await?;
    }
    visit.close(other).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn the_most_useful_unit_comes_next(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/decisions.html?useful")).await?;
    visit.open_panel(&page).await?;
    let driver = visit.driver()?;
    let (words, button, decided) = super::DECISIONS[1];
    let done = visit.unit(words, |unit| !unit.codes.is_empty()).await?;
    visit.click(&format!("[data-unit=\"{}\"] {button}", done.id)).await?;
    visit.unit(words, decided).await?;
    until("the notice", async || {
        Ok(driver.find(By::Css(".notice")).await?.text().await?.starts_with("Stored").then_some(()))
    })
    .await?;

    let open: BTreeSet<String> =
        visit.units().await?.into_iter().map(|unit| unit.id).filter(|id| *id != done.id).collect();
    let mut gone = BTreeSet::new();
    for number in 0..open.len() {
        if number == 0 {
            visit.click(".useful").await?;
        } else {
            driver.action_chain().send_keys(".").perform().await?;
        }
        let next = until("another unit to be the current one", async || {
            let current: Vec<String> = driver.execute(CURRENT, Vec::new()).await?.convert()?;
            Ok(current.into_iter().next().filter(|id| *id != done.id && !gone.contains(id)))
        })
        .await
        .with_context(|| format!("gone to are {gone:?} of {open:?}"))?;
        gone.insert(next);
    }
    ensure!(gone == open, "gone to are {gone:?} of {open:?}");
    // What was said is let go once the coder acts.
    let notice = driver.find(By::Css(".notice")).await?.text().await?;
    ensure!(notice.is_empty(), "the panel still says {notice:?}");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
