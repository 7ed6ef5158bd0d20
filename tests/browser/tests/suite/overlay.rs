//! What is shown over the page: the card of a finding, the toolbar by a selection.

use super::{Suite, same};
use anyhow::{Context as _, Result, ensure};
use postil_browser::driver::Kind;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use std::cell::RefCell;
use thirtyfour::{By, Key};

pub(crate) async fn the_first_hover_brings_the_card(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/selection.html")).await?;
    visit.highlighted("kuffar").await?;
    ensure!(visit.browser.overlay("return true;").await?.is_null(), "something is shown before it is needed");
    let driver = visit.driver()?;
    let word = driver.find(By::Id("word")).await?;
    driver.action_chain().move_to_element_center(&word).perform().await?;
    let matched = "return root.querySelector('[role=dialog] blockquote')?.textContent ?? null;";
    let matched = visit.overlay("the card", matched).await?;
    ensure!(matched == "kuffar", "the card is about {matched}");
    driver.action_chain().key_down(Key::Escape).key_up(Key::Escape).perform().await?;
    gone(visit, "the card").await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// Chooses the second code of the list, and says what it is called.
pub(super) const CHOOSE: &str = "
    const select = root.querySelector('select');
    select.selectedIndex = 2;
    const name = select.selectedOptions[0].textContent.trim();
    select.dispatchEvent(new view.Event('change'));
    return name;";

/// Presses Undo, once it is there.
const UNDO: &str = "const [undo] = root.querySelectorAll('button'); return undo.hidden ? null : (undo.click(), true);";

/// What the toolbar says.
const STATUS: &str = "return root.querySelector('[role=status]')?.textContent || null;";

pub(crate) async fn the_toolbar_codes_a_selection_and_undo_takes_it_back(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/selection.html?toolbar")).await?;
    let before = visit.markup().await?;
    visit.highlighted("kuffar").await?;
    visit.select("start = end = document.querySelector('#second i').firstChild; from = 0; to = 5").await?;
    let listed =
        visit.overlay("the toolbar", "return root.querySelectorAll('optgroup option').length || null;").await?;
    ensure!(listed.as_u64().is_some_and(|codes| codes > 1), "{listed} codes are listed");
    let name = visit.overlay("a code to be chosen", CHOOSE).await?;
    let name = name.as_str().context("the code has no name")?;
    let said = visit.overlay("the toolbar to say so", STATUS).await?;
    ensure!(said.as_str().is_some_and(|said| said.contains(name)), "the toolbar says {said}");
    let names = visit.highlighted("words").await?;
    ensure!(names.contains("h13"), "the coder's own code looks like {names:?}");
    let selection = visit.driver()?.execute("return getSelection().toString();", Vec::new()).await?.json().clone();
    ensure!(selection == "words", "the selection is {selection} now");

    visit.overlay("the code to be taken back", UNDO).await?;
    until("the highlight to go", async || Ok(visit.highlights_of("words").await?.is_empty().then_some(()))).await?;
    if visit.browser.kind() == Kind::Firefox {
        // Only the coder's own key opens its sidebar.
        visit.overlay("the button", "[...root.querySelectorAll('button')].at(-1).click(); return true;").await?;
        let keys = "return root.querySelector('[role=status]').textContent.includes('Shift') || null;";
        visit.overlay("the toolbar to name the keys", keys).await?;
    }
    visit.driver()?.action_chain().key_down(Key::Escape).key_up(Key::Escape).perform().await?;
    gone(visit, "the toolbar").await?;
    let after = visit.markup().await?;
    visit.close(page).await?;
    same(&before, &after)
}

/// Where a selection starts and ends, and the words that are coded of it, as their nodes have them; none: it cannot be coded.
const SELECTIONS: [(&str, Option<&str>); 6] = [
    // Collapsed white space and a line end in it, and white space at its ends.
    (
        "start = end = document.getElementById('second'); from = 1; to = second.childNodes.length",
        Some("Example two has words to selectand a second line."),
    ),
    // From a name, which is no text of the post, into it.
    (
        "start = author.firstChild; from = 3; end = author.nextSibling; to = author.nextSibling.data.indexOf('   ')",
        Some("Example"),
    ),
    // Over two posts: clipped to the first.
    (
        "start = word.nextSibling; from = 0; end = document.querySelector('#second i').firstChild; to = 3",
        Some("at nobody."),
    ),
    // In an open shadow root.
    ("start = end = host.shadowRoot.getElementById('inside').firstChild; from = 0; to = 13", Some("Example three")),
    // Nothing but a name.
    ("start = end = author.firstChild; from = 0; to = 5", None),
    // Nothing but a field.
    ("start = end = second; from = [...second.childNodes].indexOf(field); to = from + 1", None),
];

pub(crate) async fn a_selection_is_what_is_read_of_it(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/selection.html?spans")).await?;
    visit.highlighted("kuffar").await?;
    for (script, words) in SELECTIONS {
        // One that can be coded, so that a toolbar has to come or to go.
        visit.select("start = end = word.firstChild; from = 1; to = 3").await?;
        visit.overlay("the toolbar", "return root.querySelector('select') && true;").await?;
        visit.select(script).await?;
        let Some(words) = words else {
            until("the toolbar to go", async || {
                Ok(visit.browser.overlay("return true;").await?.is_null().then_some(()))
            })
            .await?;
            continue;
        };
        until("the toolbar to be a new one", async || {
            Ok(visit
                .browser
                .overlay("const old = root.old; root.old = true; return !old;")
                .await?
                .as_bool()
                .filter(|new| *new))
        })
        .await?;
        visit.overlay("a code to be chosen", CHOOSE).await?;
        let coded = RefCell::default();
        until("the coded words", async || {
            let all = visit.highlights().await?;
            let texts: String =
                all.iter().filter(|one| one.name == "h13").flat_map(|one| &*one.texts).map(String::as_str).collect();
            coded.replace(texts.split_whitespace().collect::<Vec<_>>().join(" "));
            Ok((*coded.borrow() == words).then_some(()))
        })
        .await
        .with_context(|| format!("coded {:?} for {script}", coded.borrow()))?;
        visit.overlay("the code to be taken back", UNDO).await?;
        until("the highlight to go", async || {
            Ok(visit.highlights().await?.iter().all(|one| one.name != "h13" || one.texts.is_empty()).then_some(()))
        })
        .await?;
    }
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// Waits until nothing is shown over the page in the current window.
pub(crate) async fn gone(visit: &Visit, what: &str) -> Result<()> {
    let nothing = async || Ok(visit.browser.overlay("return true;").await?.is_null().then_some(()));
    until(&format!("{what} to go"), nothing).await
}
