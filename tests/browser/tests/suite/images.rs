//! Images, the words in them and parts of them are coded in the panel and on the page; accounts are; keys act on the page where
//! the coder wants it.

use super::Suite;
use anyhow::{Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Visit};
use postil_browser::wait::until;
use serde_json::{Value, json};
use thirtyfour::{By, Key};

/// Every unit with its kind, the address of its outline being the kind's, and its words.
const UNITS: &str = "
    return [...document.querySelectorAll('[data-unit]')].map(unit => [
        unit.querySelector('h3 > span').textContent, unit.querySelector('.excerpt').textContent,
    ]);";
/// What stands on the current unit.
const CURRENT: &str = "
    const card = document.querySelector('.card.current');
    return {
        kind: card.querySelector('h3 > span').textContent,
        text: card.querySelector('.excerpt').textContent,
        codes: [...card.querySelectorAll('.code')].map(code => code.dataset.code),
        accepted: card.querySelectorAll('.code.accepted').length,
        own: [...card.querySelectorAll('[data-assigned]')].map(own => own.dataset.assigned),
        regions: [...card.querySelectorAll('.region')].map(region => region.textContent),
        focused: document.activeElement.tagName,
    };";

async fn current(visit: &Visit, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let last = std::cell::RefCell::new(Value::Null);
    let shown = until(what, async || {
        let now = visit.driver()?.execute(CURRENT, Vec::new()).await?.json().clone();
        last.replace(now.clone());
        Ok(wanted(&now).then_some(now))
    });
    shown.await.map_err(|error| error.context(format!("the current unit is {}", last.borrow())))
}

async fn press(visit: &Visit, keys: impl Into<thirtyfour::TypingData>) -> Result<()> {
    Ok(visit.driver()?.action_chain().send_keys(keys).perform().await?)
}

/// The images with the panel beside them, the post with these words current.
async fn beside(visit: &Visit, name: &str, post: &str) -> Result<Opened> {
    let page = visit.open(&visit.server.url(&format!("/fixtures/memes.html?{name}"))).await?;
    visit.open_panel(&page).await?;
    visit.unit("Post three", |unit| !unit.codes.is_empty()).await?;
    visit.unfold().await?;
    let unit = visit.unit(post, |_| true).await?;
    visit.click(&format!("[data-unit=\"{}\"] h3", unit.id)).await?;
    current(visit, "the post to be current", |unit| unit["text"].as_str().is_some_and(|text| text.contains(post)))
        .await?;
    Ok(page)
}

pub(super) async fn words_in_an_image_are_read_like_any_other_text(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = beside(visit, "words", "Post one").await?;
    // An image that says nothing stands behind its post, and a face beside a name is none.
    let units: Vec<(String, String)> = visit.driver()?.execute(UNITS, Vec::new()).await?.convert()?;
    let kinds: Vec<&str> = units.iter().map(|(kind, _)| kind.as_str()).collect();
    ensure!(kinds == ["Text", "Post", "Image", "Post", "Image", "Post"], "{units:?}");
    ensure!(units[2].1.is_empty() && units[4].1.contains("in an atlas"), "{units:?}");

    press(visit, "\"").await?;
    current(visit, "the field for the words", |unit| unit["kind"] == "Image" && unit["focused"] == "TEXTAREA").await?;
    // Letters are words there, and no commands.
    press(visit, "a map says kuffar in small print").await?;
    let chain = visit.driver()?.action_chain().key_down(Key::Control).send_keys(Key::Enter).key_up(Key::Control);
    chain.perform().await?;
    visit.notice("words of the image are kept").await?;
    current(visit, "the words to be read", |unit| {
        unit["text"].as_str().is_some_and(|text| text.contains("kuffar")) && unit["codes"] != json!([])
    })
    .await?;
    press(visit, "a").await?;
    let unit = visit.unit("small print", postil_browser::visit::Unit::accepted).await?;
    visit.close(page).await?;

    // All of it is there again, on this image and on no other.
    let page = beside(visit, "words", "Post one").await?;
    visit.unit("small print", |again| again.accepted() && again.id == unit.id).await?;
    let units: Vec<(String, String)> = visit.driver()?.execute(UNITS, Vec::new()).await?.convert()?;
    ensure!(units.iter().filter(|(_, text)| text.contains("small print")).count() == 1, "{units:?}");
    ensure!(visit.driver()?.find_all(By::Css("section.missing")).await?.is_empty(), "a decision is not found");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_part_of_an_image_is_drawn_on_its_page(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = beside(visit, "part", "in an atlas").await?;
    let driver = visit.driver()?;
    press(visit, "%").await?;
    until("the form", async || Ok(driver.find_all(By::Id("coding-width")).await?.pop())).await?;
    let panel = driver.window().await?;
    visit.go_to(&page).await?;
    visit.overlay("the frame over the image", "return root.querySelector('.part') ? true : null;").await?;
    let image = driver.find(By::Id("described")).await?;
    // From a quarter to a half of its width, three quarters of its height; then a step to the right.
    let from = driver.action_chain().move_to_element_with_offset(&image, -80, -80);
    from.click_and_hold().move_by_offset(80, 150).release().perform().await?;
    press(visit, Key::Right).await?;
    let sides = "
        const said = root.querySelector('[role=status]').textContent.match(/[0-9.]+/g).map(Number);
        return said[0] > 26 ? said : null;";
    let sides = visit.overlay("the part that is drawn", sides).await?;
    // A pixel of the image is half a percent of its height.
    let near = |side: usize, wanted: f64| sides[side].as_f64().is_some_and(|side| (side - wanted).abs() < 1.0);
    ensure!(near(0, 27.0) && near(1, 10.0) && near(2, 25.0) && near(3, 75.0), "{sides}");
    press(visit, Key::Enter).await?;
    until("the frame to go", async || {
        Ok(visit.browser.overlay("return root.querySelector('.part') ? true : null;").await?.is_null().then_some(()))
    })
    .await?;
    driver.switch_to_window(panel).await?;
    let fields =
        "return ['x', 'y', 'width', 'height'].map(side => Number(document.getElementById(`coding-${side}`).value));";
    until("the part in the form", async || {
        Ok((*driver.execute(fields, Vec::new()).await?.json() == sides).then_some(()))
    })
    .await?;
    // It can be written too.
    let top = driver.find(By::Id("coding-y")).await?;
    top.clear().await?;
    top.send_keys("90" + Key::Tab).await?;
    until("the height to give way", async || {
        Ok((driver.execute(fields, Vec::new()).await?.json()[3] == 10).then_some(()))
    })
    .await?;
    visit.write("coding-code", "report").await?;
    press(visit, Key::Enter).await?;
    visit.click("#coding-save").await?;
    let is = |unit: &Value| {
        let part = unit["regions"][0]
            .as_str()
            .is_some_and(|part| part.contains("90% from the top") && part.ends_with("10% high"));
        unit["own"] == json!(["reporting-and-research"]) && part
    };
    current(visit, "the code on the part", is).await?;
    visit.close(page).await?;
    let page = beside(visit, "part", "in an atlas").await?;
    current(visit, "the code on the part again", is).await?;
    visit.click(".card.current .mine .withdraw").await?;
    current(visit, "the code to be taken back", |unit| unit["own"] == json!([])).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn an_account_is_given_a_code_and_no_scale(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = beside(visit, "account", "Post one").await?;
    let driver = visit.driver()?;
    press(visit, "@").await?;
    until("the form", async || Ok(driver.find_all(By::Css("#coding-code:focus")).await?.pop())).await?;
    press(visit, "report").await?;
    press(visit, Key::Enter).await?;
    until("no scale", async || Ok(driver.find_all(By::Css("#coding-save:focus")).await?.pop())).await?;
    ensure!(
        driver.find_all(By::Css("#coding-stance, #coding-tier")).await?.is_empty(),
        "people get a stance or a tier"
    );
    press(visit, Key::Enter).await?;
    visit.notice("Stored").await?;
    visit.click("#authors").await?;
    let codes = "return [...document.querySelectorAll('.person')].map(person => [
        person.querySelector('.author').textContent,
        [...person.querySelectorAll('[data-account]')].map(code => code.dataset.account),
        person.querySelector('.detail').textContent,
    ]);";
    let seen = until("the account's code", async || {
        let seen = driver.execute(codes, Vec::new()).await?.json().clone();
        Ok((seen[0][1] == json!(["reporting-and-research"])).then_some(seen))
    })
    .await?;
    ensure!(seen[0][0] == "@salt_bakery" && seen[1][1] == json!([]), "{seen}");
    ensure!(seen[0][2].as_str().is_some_and(|line| line.contains("coded: 0")), "{seen}");
    ensure!(driver.find_all(By::Css("section.missing")).await?.is_empty(), "the account is looked for on the page");
    visit.click("[data-account] .withdraw").await?;
    until("the code to be taken back", async || {
        Ok((driver.execute(codes, Vec::new()).await?.json()[0][1] == json!([])).then_some(()))
    })
    .await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// Whether keys of the panel act on pages.
async fn keys_on_pages(visit: &Visit, said: &str) -> Result<()> {
    visit.open_options().await?;
    visit.click("#page-keys").await?;
    visit.notice(said).await
}

/// Goes to a page that writes down the keys that it hears.
async fn listening(visit: &Visit, page: &Opened) -> Result<()> {
    visit.go_to(page).await?;
    let listen = "window.heard = ''; addEventListener('keydown', event => { window.heard += event.key; });";
    visit.driver()?.execute(listen, Vec::new()).await?;
    Ok(())
}

/// Waits until the page has heard the last of some keys; gives all that it heard.
async fn heard(visit: &Visit, last: char) -> Result<String> {
    until(&format!("the key {last} to be the page's"), async || {
        let heard: String = visit.driver()?.execute("return window.heard;", Vec::new()).await?.convert()?;
        Ok(heard.ends_with(last).then_some(heard))
    })
    .await
}

pub(super) async fn keys_act_on_the_page_and_never_while_the_coder_types(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    keys_on_pages(visit, "on pages").await?;
    let page = beside(visit, "keys", "Post three").await?;
    listening(visit, &page).await?;
    visit.driver()?.find(By::Id("field")).await?.send_keys("an").await?;
    visit.driver()?.execute("document.activeElement.blur();", Vec::new()).await?;
    // The panel has no use for the last one.
    press(visit, "a~").await?;
    ensure!(heard(visit, '~').await? == "an~", "the page hears what is the panel's, or not what is typed");
    let typed = visit.driver()?.find(By::Id("field")).await?.value().await?;
    ensure!(typed.as_deref() == Some("an"), "the field holds {typed:?}");
    visit.go_to_panel().await?;
    visit.unit("Post three", postil_browser::visit::Unit::accepted).await?;
    // Without the coder's wish the page keeps its keys.
    keys_on_pages(visit, "again").await?;
    visit.open_panel(&page).await?;
    listening(visit, &page).await?;
    press(visit, "r").await?;
    heard(visit, 'r').await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
