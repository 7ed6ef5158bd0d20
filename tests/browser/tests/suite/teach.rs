//! Sites that the coder teaches, and those that adapters ship for.
//!
//! Invariants: what is taught is taught through the real picker, by pointer and by keys; each case teaches a site of its own.

use super::Suite;
use super::overlay::gone;
use anyhow::{Context as _, Result, ensure};
use postil_browser::driver::ADAPTED;
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Visit};
use postil_browser::wait::until;
use postil_tool::Tree;
use serde_json::{Value, json};
use std::cell::RefCell;
use std::fs;
use thirtyfour::{By, Key};

/// Kind, author and beginning of each unit as the panel shows them, in its order.
const SHOWN: &str = "
    return [...document.querySelectorAll('[data-unit]')].map(unit => [
        unit.querySelector('.head h3 > span').textContent,
        unit.querySelector('.head .author')?.textContent ?? '',
        unit.querySelector('.excerpt').textContent,
    ]);";

/// What the soup is once it was taught, beside its menu.
const POSTS: [(&str, &str); 4] = [
    ("Anna Almond", "The first example says that bread is good. Bertha Bread was asked."),
    ("Bertha Bread", "The second example calls nobody a kafir."),
    ("Carl Cake", "The third example is about flour and water."),
    ("Dora Dough", "The fourth example waits in the oven."),
];

/// Waits until the panel shows what `wanted` says of the page.
async fn shows(visit: &Visit, page: &Opened, what: &str, wanted: impl Fn(&[[String; 3]]) -> bool) -> Result<()> {
    visit.open_panel(page).await?;
    let seen = RefCell::new(Vec::new());
    until(&format!("the panel to show {what}"), async || {
        visit.unfold().await?;
        seen.replace(visit.driver()?.execute(SHOWN, Vec::new()).await?.convert::<Vec<[String; 3]>>()?);
        Ok(wanted(&seen.borrow()).then_some(()))
    })
    .await
    .with_context(|| format!("it shows {:#?}", seen.borrow()))
}

async fn posts(visit: &Visit, page: &Opened) -> Result<()> {
    shows(visit, page, "the posts with their authors", |units| {
        POSTS.iter().all(|(author, words)| {
            let is = |[kind, by, text]: &&[String; 3]| kind == "Post" && by == author && text.contains(words);
            units.iter().filter(is).count() == 1
        }) && units.iter().filter(|[kind, ..]| kind == "Post").count() == POSTS.len()
            // Who wrote it is no text of it, and who is named in it stays.
            && units.iter().all(|[kind, author, text]| kind != "Post" || !text.contains(author.as_str()))
    })
    .await
}

async fn blocks(visit: &Visit, page: &Opened) -> Result<()> {
    shows(visit, page, "blocks", |units| units.len() > 8 && units.iter().all(|[kind, ..]| kind == "Text")).await
}

/// The soup on a site of this name, allowed.
async fn soup(visit: &Visit, name: &str) -> Result<Opened> {
    let address = visit.server.url("/fixtures/soup.html").replace("127.0.0.1", name);
    let page = visit.open(&address).await?;
    visit.grant(&page).await?;
    blocks(visit, &page).await?;
    Ok(page)
}

/// Presses the pointer where the script says.
async fn press(visit: &Visit, at: &Value) -> Result<()> {
    let [x, y] = [0, 1].map(|axis| at[axis].as_i64());
    let (x, y) = x.zip(y).with_context(|| format!("no place: {at}"))?;
    Ok(visit.driver()?.action_chain().move_to(x, y).click().perform().await?)
}

/// Presses the pointer on an element of the page, so many pixels from its corner.
async fn point(visit: &Visit, selector: &str, inside: i64) -> Result<()> {
    let script = "const { left, top } = document.querySelector(arguments[0]).getBoundingClientRect();
        return [Math.round(left) + arguments[1], Math.round(top) + arguments[1]];";
    let at = visit.driver()?.execute(script, vec![selector.into(), inside.into()]).await?.json().clone();
    press(visit, &at).await
}

/// Presses the pointer on a button of the box, once it is there.
async fn press_button(visit: &Visit, id: &str) -> Result<()> {
    let middle = format!(
        "const button = root.querySelector('#{id}:not(:disabled)');
         const box = button && button.getBoundingClientRect();
         return box && [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];"
    );
    let at = visit.overlay(&format!("the button {id}"), &middle).await?;
    press(visit, &at).await
}

/// How many the box says are found.
async fn found(visit: &Visit, number: usize) -> Result<()> {
    let said = format!("return root.querySelector('.said').textContent.startsWith('{number} ') || null;");
    visit.overlay(&format!("{number} to be found"), &said).await.map(drop)
}

/// Gives the rules to the options in a file; waits until the page says what `said` finds.
async fn bring(visit: &Visit, rules: &Value, said: &str) -> Result<String> {
    let path = visit.browser.downloads().join("rules.json");
    fs::create_dir_all(visit.browser.downloads())?;
    fs::write(&path, rules.to_string())?;
    visit.open_options().await?;
    let driver = visit.driver()?;
    until("the list of what was taught", async || Ok(driver.find_all(By::Css(".taught .hint")).await?.pop())).await?;
    driver.find(By::Id("taught-file")).await?.send_keys(path.to_string_lossy()).await?;
    let text = until("the page to say what became of the file", async || {
        let Some(element) = driver.find_all(By::Css(said)).await?.pop() else { return Ok(None) };
        Ok(Some(element.text().await?).filter(|text| !text.is_empty()))
    })
    .await?;
    fs::remove_file(path)?;
    Ok(text)
}

/// Removes what was taught about a site, in the options.
async fn forget(visit: &Visit, name: &str) -> Result<()> {
    visit.open_options().await?;
    let button = format!("[data-forget='http://{name}/*']");
    visit.click(&button).await?;
    until("it to be removed", async || Ok(visit.driver()?.find_all(By::Css(&*button)).await?.is_empty().then_some(())))
        .await
}

pub(super) async fn a_site_is_taught_by_pointing(suite: &mut Suite) -> Result<Outcome> {
    const NAME: &str = "taught.localhost";
    let page = soup(&suite.visit, NAME).await?;
    let visit = &suite.visit;
    visit.go_to(&page).await?;
    let before = visit.markup().await?;
    visit.teach(&page, 1).await?;
    visit.overlay("the box", "return root.querySelector('#take') && true;").await?;
    // At its edge, where it is itself.
    point(visit, ".a8s7f", 6).await?;
    visit.overlay("the question for the author", "return root.querySelector('#skip') && true;").await?;
    point(visit, ".p4k2m", 4).await?;
    press_button(visit, "save").await?;
    gone(visit, "the box").await?;
    ensure!(visit.markup().await? == before, "the page was changed");
    posts(visit, &page).await?;

    // After the page is opened anew, and the browser.
    let address = visit.server.url("/fixtures/soup.html").replace("127.0.0.1", NAME);
    visit.close(page).await?;
    let again = visit.open(&address).await?;
    posts(visit, &again).await?;
    visit.close(again).await?;
    suite.visit.restart().await?;
    let visit = &suite.visit;
    let page = visit.open(&address).await?;
    posts(visit, &page).await?;

    // To a file, away, and back from it.
    visit.open_options().await?;
    let driver = visit.driver()?;
    visit.click("#taught-save").await?;
    let path = visit.browser.downloads().join("postil-sites.json");
    let file: Value = until("the file", async || {
        Ok(fs::read_to_string(&path).ok().and_then(|text| serde_json::from_str(&text).ok()))
    })
    .await?;
    fs::remove_file(path)?;
    ensure!(file["sites"][0]["match"] == json!([format!("http://{NAME}/*")]), "{file}");
    forget(visit, NAME).await?;
    blocks(visit, &page).await?;
    let mut hostile = file.clone();
    hostile["sites"][0]["rules"][0]["selector"] = "div[".into();
    hostile["sites"][0]["rules"][1]["selector"] = "div:nonsense(".into();
    let refused = bring(visit, &hostile, "#taught-fault").await?;
    ensure!(refused.contains("div"), "it says {refused:?}");
    ensure!(driver.find_all(By::Css("[data-forget]")).await?.is_empty(), "a file that was refused changed something");
    bring(visit, &file, "[data-forget]").await?;
    posts(visit, &page).await?;

    // What the coder writes is held to the same, and goes before what the page means.
    visit.open_options().await?;
    visit.click("[data-edit]").await?;
    let write = "const field = document.querySelector('#taught-text'); field.value = arguments[0];";
    driver.execute(write, vec!["post: div[[".into()]).await?;
    visit.click("#taught-keep").await?;
    until("the refusal", async || {
        let fault = driver.find(By::Id("taught-text-fault")).await?.text().await?;
        Ok(fault.contains("div[[").then_some(()))
    })
    .await?;
    driver.execute(write, vec!["comment: .a8s7f".into()]).await?;
    visit.click("#taught-keep").await?;
    shows(visit, &page, "comments of nobody", |units| {
        units.iter().filter(|[kind, author, _]| kind == "Comment" && author.is_empty()).count() == POSTS.len()
    })
    .await?;
    forget(visit, NAME).await?;
    blocks(visit, &page).await?;
    visit.revoke(&page).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_site_is_taught_by_keyboard_in_quiet_mode(suite: &mut Suite) -> Result<Outcome> {
    const NAME: &str = "keys.localhost";
    let visit = &suite.visit;
    let page = soup(visit, NAME).await?;
    visit.set_quiet(true).await?;
    // Once is not enough: first it is said what this puts into the page.
    visit.teach(&page, 1).await?;
    ensure!(visit.browser.overlay("return true;").await?.is_null(), "something is shown in quiet mode");
    visit.teach(&page, 2).await?;
    let keys = async |keys: &[Key]| -> Result<()> {
        let mut chain = visit.driver()?.action_chain();
        for key in keys {
            chain = chain.key_down(key.clone()).key_up(key.clone());
        }
        Ok(chain.perform().await?)
    };
    // What is repeated in the middle of the page is pointed at first.
    found(visit, 4).await?;
    keys(&[Key::Up]).await?;
    found(visit, 2).await?;
    keys(&[Key::Down, Key::Right, Key::Left]).await?;
    found(visit, 4).await?;
    keys(&[Key::Enter]).await?;
    visit.overlay("the question for the author", "return root.querySelector('#skip') && true;").await?;
    // The first words of the first unit are pointed at first.
    found(visit, 4).await?;
    keys(&[Key::Enter]).await?;
    visit.overlay("the end", "return root.activeElement === root.querySelector('#save') || null;").await?;
    keys(&[Key::Enter]).await?;
    gone(visit, "the box").await?;
    posts(visit, &page).await?;
    // Escape ends it and keeps nothing more.
    visit.teach(&page, 2).await?;
    found(visit, 4).await?;
    keys(&[Key::Enter, Key::Escape]).await?;
    gone(visit, "the box").await?;
    posts(visit, &page).await?;
    visit.set_quiet(false).await?;
    posts(visit, &page).await?;
    forget(visit, NAME).await?;
    blocks(visit, &page).await?;
    visit.revoke(&page).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_site_is_found_by_what_ships_for_it(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let file = fs::read_to_string(Tree::here().path("extension/adapters.json"))?;
    let file: Value = serde_json::from_str(&file)?;
    let sites = file["sites"].as_array().context("no sites")?;
    let selectors: Vec<&Value> =
        sites.iter().filter_map(|site| site["rules"].as_array()).flatten().map(|rule| &rule["selector"]).collect();
    ensure!(selectors.len() > 20, "{selectors:?}");
    visit.open_options().await?;
    let unreadable = visit
        .driver()?
        .execute(
            "return arguments[0].filter(selector => { try { document.querySelector(selector); } catch { return true; } });",
            vec![json!(selectors)],
        )
        .await?;
    ensure!(*unreadable.json() == json!([]), "the browser cannot read {}", unreadable.json());

    // Laid out as the adapter says, on its site.
    let address = |path: &str| visit.server.url(path).replace("127.0.0.1", ADAPTED);
    let page = visit.open(&address("/fixtures/channel.html")).await?;
    visit.grant(&page).await?;
    let adapted = async || {
        shows(visit, &page, "messages of the channel", |units| {
            let is = |kind: &str, words: &str| {
                units.iter().any(|[of, by, text]| of == kind && by == "Salt Bakery" && text.contains(words))
            };
            is("Message", "when it opens.\nAnd when it closes.")
                && is("Message", "thanks all")
                && is("Bio", "every day")
        })
        .await
    };
    adapted().await?;
    // Where it matches nothing, all is as without it.
    let other = visit.open(&address("/fixtures/soup.html")).await?;
    blocks(visit, &other).await?;
    visit.close(other).await?;

    let texts = |units: &[[String; 3]]| units.len() > 3 && units.iter().all(|[kind, ..]| kind == "Text");
    visit.open_options().await?;
    visit.click("#adapter-telegram").await?;
    shows(visit, &page, "blocks", texts).await?;
    visit.open_options().await?;
    visit.click("#adapter-telegram").await?;
    adapted().await?;
    // What was taught goes before it.
    let taught = json!({ "format": "postil-sites-1", "sites": [{
        "match": [format!("http://{ADAPTED}/*")],
        "rules": [{ "part": "post", "selector": ".tgme_widget_message" }],
    }] });
    bring(visit, &taught, "[data-forget]").await?;
    shows(visit, &page, "posts", |units| units.iter().filter(|[kind, ..]| kind == "Post").count() == 2).await?;
    forget(visit, ADAPTED).await?;
    adapted().await?;
    visit.revoke(&page).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
