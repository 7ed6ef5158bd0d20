//! Care for the coder: covers that she lifts, breaks that she takes or puts off, and numbers that she alone sees.
//!
//! Invariants: what a case switches on it switches off again, for it holds on every page.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Visit};
use postil_browser::wait::until;
use serde_json::{Value, json};
use std::cell::RefCell;
use thirtyfour::{By, Key};

/// How an element of the page looks.
const FILTER: &str = "return getComputedStyle(document.querySelector(arguments[0])).filter;";

/// Chooses in the options what the coder wants.
async fn choose(visit: &Visit, field: &str, value: &str) -> Result<()> {
    visit.open_options().await?;
    visit.click(&format!("#care-{field} option[value='{value}']")).await?;
    visit.notice("Kept").await
}

/// Waits until an element of the page in the current window has this filter.
async fn looks(visit: &Visit, selector: &str, filter: &str) -> Result<()> {
    let seen = RefCell::new(Value::Null);
    until(&format!("{selector} to have the filter {filter}"), async || {
        seen.replace(visit.driver()?.execute(FILTER, vec![selector.into()]).await?.json().clone());
        Ok((*seen.borrow() == filter).then_some(()))
    })
    .await
    .with_context(|| format!("it has {}", seen.borrow()))
}

async fn hash(visit: &Visit) -> Result<String> {
    Ok(visit.driver()?.execute("return location.hash;", Vec::new()).await?.convert()?)
}

pub(super) async fn pictures_are_covered_until_they_are_asked_for(suite: &mut Suite) -> Result<Outcome> {
    const BLUR: &str = "blur(24px)";
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/care.html")).await?;
    let before = visit.markup().await?;
    looks(visit, "#picture", "none").await?;
    choose(visit, "media", "blur").await?;
    visit.go_to(&page).await?;
    looks(visit, "#picture", BLUR).await?;
    ensure!(visit.markup().await? == before, "the page was changed");

    // The first click lifts the cover and does nothing else.
    visit.click("#picture").await?;
    looks(visit, "#picture", "none").await?;
    looks(visit, "#second", BLUR).await?;
    ensure!(hash(visit).await?.is_empty(), "the first click was followed");
    visit.click("#picture").await?;
    until("the second to be followed", async || Ok((hash(visit).await? == "#followed").then_some(()))).await?;
    // So does a key.
    let driver = visit.driver()?;
    driver.execute("document.querySelector('#other').focus();", Vec::new()).await?;
    driver.action_chain().key_down(Key::Enter).key_up(Key::Enter).perform().await?;
    looks(visit, "#second", "none").await?;
    ensure!(hash(visit).await? == "#followed", "the key was followed");
    // What comes later is covered when it comes.
    let late =
        "const late = document.querySelector('#picture').cloneNode(); late.id = 'late'; document.body.append(late);";
    driver.execute(late, Vec::new()).await?;
    looks(visit, "#late", BLUR).await?;
    driver.refresh().await?;
    looks(visit, "#picture", BLUR).await?;

    choose(visit, "media", "grey").await?;
    visit.go_to(&page).await?;
    looks(visit, "#picture", "grayscale(1)").await?;
    // Quiet mode puts nothing into pages, and this least of all.
    visit.set_quiet(true).await?;
    visit.go_to(&page).await?;
    looks(visit, "#picture", "none").await?;
    visit.set_quiet(false).await?;
    visit.go_to(&page).await?;
    looks(visit, "#picture", "grayscale(1)").await?;
    choose(visit, "media", "off").await?;
    visit.go_to(&page).await?;
    looks(visit, "#picture", "none").await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// Texts of posts that look covered on the feed, and how many posts do not.
const COVERED: &str = "
    const posts = [...document.querySelectorAll('article')];
    const covered = posts.filter(post => getComputedStyle(post).filter.startsWith('blur'));
    return [covered.map(post => post.innerText), posts.length - covered.length];";

pub(super) async fn texts_of_a_tier_are_covered_until_they_are_asked_for(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    choose(visit, "tier", "3").await?;
    let page = visit.open(&visit.server.url("/?care")).await?;
    visit.open_panel(&page).await?;
    let driver = visit.driver()?;
    let shown = "return [...document.querySelectorAll('[data-unit]')].map(unit => [
        unit.dataset.unit,
        unit.querySelector('.excerpt').classList.contains('covered'),
        Math.max(-1, ...[...unit.querySelectorAll('[data-tier]')].map(it => it.dataset.tier === '' ? -1 : Number(it.dataset.tier))),
    ]);";
    let units: Vec<(String, bool, i64)> = driver.execute(shown, Vec::new()).await?.convert()?;
    ensure!(units.iter().all(|(_, covered, tier)| *covered == (*tier >= 3)), "{units:?}");
    let (first, ..) = units.iter().find(|(_, covered, _)| *covered).context("nothing is covered")?;
    let card = format!("[data-unit=\"{first}\"]");
    visit.click(&format!("{card} .uncover")).await?;
    until("the text", async || {
        Ok(driver.find_all(By::Css(format!("{card} .excerpt.covered"))).await?.is_empty().then_some(()))
    })
    .await?;

    visit.go_to(&page).await?;
    let (texts, others): (Vec<String>, usize) = until("covers on the page", async || {
        let seen: (Vec<String>, usize) = driver.execute(COVERED, Vec::new()).await?.convert()?;
        Ok((!seen.0.is_empty()).then_some(seen))
    })
    .await?;
    ensure!(others > texts.len(), "{} of {} posts are covered", texts.len(), others + texts.len());
    driver
        .execute(
            "const post = [...document.querySelectorAll('article')].find(post => getComputedStyle(post).filter.startsWith('blur'));
             post.dataset.first = ''; post.scrollIntoView({ block: 'center', behavior: 'instant' });",
            Vec::new(),
        )
        .await?;
    visit.click("[data-first] p").await?;
    looks(visit, "[data-first]", "none").await?;
    let (left, _): (Vec<String>, usize) = driver.execute(COVERED, Vec::new()).await?.convert()?;
    ensure!(left.len() + 1 == texts.len(), "{} of {} are left", left.len(), texts.len());
    choose(visit, "tier", "").await?;
    visit.go_to(&page).await?;
    until("no cover", async || {
        let (left, _): (Vec<String>, usize) = driver.execute(COVERED, Vec::new()).await?.convert()?;
        Ok(left.is_empty().then_some(()))
    })
    .await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// Has the break be due now, as when the minutes are over.
const OVER: &str = "
    await api.storage.session.set({ rest: { began: Date.now() - 26 * 60000, due: Date.now(), minutes: 25 } });
    await api.alarms.create('rest', { when: Date.now() });";

/// What the toolbar shows for the page.
async fn badge(visit: &Visit, page: &Opened) -> Result<Value> {
    visit.ask("return api.action.getBadgeText({ tabId: Number(given) });", &page.tab.to_string()).await
}

pub(super) async fn a_break_is_due_and_put_off_or_taken(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/care.html?break")).await?;
    visit.open_panel(&page).await?;
    let driver = visit.driver()?;
    ensure!(driver.find_all(By::Css(".rest")).await?.is_empty(), "a session is counted that nobody wants counted");
    choose(visit, "minutes", "25").await?;
    visit.open_panel(&page).await?;
    let says = async |words: &str| {
        until(&format!("the panel to say {words}"), async || {
            let Some(rest) = driver.find_all(By::Css(".rest")).await?.pop() else { return Ok(None) };
            Ok(rest.text().await?.contains(words).then_some(()))
        })
        .await
    };
    says("0 min").await?;
    visit.ask(OVER, "").await?;
    says("Time for a break").await?;
    says("26 min").await?;
    visit.click("#rest-later").await?;
    let quiet = async || {
        until("the reminder to go", async || Ok(driver.find_all(By::Id("rest-take")).await?.is_empty().then_some(())))
            .await
    };
    quiet().await?;
    says("26 min").await?;

    // Without a panel the toolbar says it.
    visit.go_to_base().await?;
    visit.ask(OVER, "").await?;
    until("the toolbar to say so", async || Ok((badge(visit, &page).await? == "⏸").then_some(()))).await?;
    visit.open_panel(&page).await?;
    visit.click("#rest-take").await?;
    quiet().await?;
    says("0 min").await?;
    until("the toolbar to say no more", async || Ok((badge(visit, &page).await? != "⏸").then_some(()))).await?;
    choose(visit, "minutes", "0").await?;
    let alarm = visit.ask("return (await api.alarms.get('rest')) ?? null;", "").await?;
    // It goes with the next panel that is opened.
    visit.open_panel(&page).await?;
    until("no alarm", async || {
        Ok((visit.ask("return (await api.alarms.get('rest')) ?? null;", "").await? == Value::Null).then_some(()))
    })
    .await
    .with_context(|| format!("there was {alarm}"))?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn what_was_seen_is_counted_for_the_coder_alone(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let driver = visit.driver()?;
    visit.open_options().await?;
    visit.click("#care-log").await?;
    visit.notice("Kept").await?;
    let page = visit.open(&visit.server.url("/?counted")).await?;
    visit.open_panel(&page).await?;
    visit.go_to(&page).await?;
    // What was counted is told when the page goes.
    visit.close(page).await?;
    visit.open_options().await?;
    let row = until("the day's numbers", async || {
        let Some(row) = driver.find_all(By::Css(".exposure tbody tr .shown")).await?.pop() else {
            // As when the coder comes back to the page.
            driver.execute("dispatchEvent(new Event('focus'));", Vec::new()).await?;
            return Ok(None);
        };
        Ok(Some(row.text().await?))
    })
    .await?;
    ensure!(row.contains("of tier") || row.contains("without a tier"), "{row:?}");
    // In what is stored of projects, and so in what leaves of them, there is nothing of it.
    let stored = visit.ask("return Object.keys(await api.storage.local.get(null));", "").await?;
    let keys = stored.as_array().context("no keys")?;
    ensure!(
        !keys.contains(&json!("care")) && !keys.iter().any(|key| key.as_str().is_some_and(|key| key.contains("day"))),
        "{stored}"
    );
    visit.click(".caring .remove").await?;
    visit.click(".caring .danger").await?;
    until("the numbers to go", async || Ok(driver.find_all(By::Css(".exposure")).await?.is_empty().then_some(())))
        .await?;
    visit.click("#care-log").await?;
    visit.notice("Kept").await?;
    Ok(Outcome::Passed)
}
