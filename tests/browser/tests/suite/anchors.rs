//! A decision is found again on its words, however the page is made; where the words have changed, the coder is asked.
//!
//! Shape: on every page of `tests/fixtures/anchors` the words stand in the element `here`; an address that ends in `#changed`
//! has others there. Nothing else on these pages is highlighted.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Unit, Visit};
use postil_browser::wait::until;
use serde::Deserialize;
use thirtyfour::By;

/// A page, and its words as the panel quotes them.
struct Kind {
    name: &'static str,
    quote: &'static str,
}

const SENTENCE: &str = "the baker sold nine loaves on Friday";

const KINDS: [Kind; 9] = [
    Kind { name: "noscript", quote: SENTENCE },
    Kind { name: "table", quote: "nine loaves and a pot of honey" },
    Kind { name: "br", quote: "nine loaves\nstand on the shelf" },
    Kind { name: "ruby", quote: "nine 麺men and 茶cha on the board" },
    Kind { name: "hidden", quote: SENTENCE },
    Kind { name: "shadow", quote: SENTENCE },
    Kind { name: "frame", quote: SENTENCE },
    Kind { name: "late", quote: SENTENCE },
    Kind { name: "views", quote: SENTENCE },
];

/// Defines `find(document)`, the element with the words.
const FIND: &str = "
    const find = root => {
        for (const element of root.querySelectorAll('*')) {
            const found = element.id === 'here' ? element : element.shadowRoot && find(element.shadowRoot);
            if (found) return found;
        }
        return null;
    };";

/// Selects the words.
const SELECT: &str = "
    const texts = document.createTreeWalker(find(document), NodeFilter.SHOW_TEXT);
    start = texts.nextNode();
    from = 0;
    for (end = start; texts.nextNode();) end = texts.currentNode;
    to = end.length";

/// What is highlighted: in the element with the words, by each highlight, and elsewhere.
const MARKED: &str = "
    const here = find(document), inside = [], outside = [];
    for (const ranges of CSS.highlights.values()) {
        let words = '';
        for (const { startContainer, startOffset, endContainer, endOffset } of ranges) {
            const live = document.createRange();
            live.setStart(startContainer, startOffset);
            live.setEnd(endContainer, endOffset);
            if (here?.contains(startContainer) && here.contains(endContainer)) words += live.toString();
            else outside.push(live.toString());
        }
        if (words !== '') inside.push(words);
    }
    return { inside, outside };";

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Marked {
    inside: Vec<String>,
    outside: Vec<String>,
}

/// What the panel shows of codes of the coder's own: the words of each, and whether these have moved.
const OWN: &str = "
    return [...document.querySelectorAll('[data-assigned]')].map(own => [
        own.querySelector('.quote').textContent, own.querySelector('.badge') !== null,
    ]);";

/// What the panel shows of decisions that are not found: in which of its lists each is, and all it says of it.
const MISSING: &str = "
    return [...document.querySelectorAll('.missing [data-missing]')].map(line => [
        line.parentElement.className, line.querySelector('ins')?.textContent ?? '',
    ]);";

/// Goes to where the words of a page stand.
async fn enter(visit: &Visit, page: &Opened, kind: &Kind) -> Result<()> {
    visit.go_to(page).await?;
    if kind.name == "frame" {
        visit.driver()?.find(By::Css("iframe")).await?.enter_frame().await?;
    }
    Ok(())
}

/// Waits until the words are highlighted and nothing else is, or nothing at all.
async fn marked(visit: &Visit, page: &Opened, kind: &Kind, wanted: bool) -> Result<()> {
    enter(visit, page, kind).await?;
    let words: String = kind.quote.split('\n').collect();
    let mut seen = None;
    let all = until("the words to be highlighted as wanted", async || {
        let now: Marked = visit.driver()?.execute(format!("{FIND} {MARKED}"), Vec::new()).await?.convert()?;
        let right =
            now.outside.is_empty() && now.inside.is_empty() != wanted && now.inside.iter().all(|it| *it == words);
        seen = Some(now);
        Ok(right.then_some(()))
    })
    .await;
    all.with_context(|| format!("highlighted is {seen:?}, wanted: {}", if wanted { &words } else { "nothing" }))
}

/// Waits until the panel shows the decision in its place, moved or not, and misses none.
async fn found(visit: &Visit, page: &Opened, kind: &Kind, moved: bool) -> Result<()> {
    marked(visit, page, kind, true).await?;
    visit.open_panel(page).await?;
    let mut seen = Vec::new();
    let all = until("the panel to show the decision", async || {
        seen = visit.driver()?.execute(OWN, Vec::new()).await?.convert::<Vec<(String, bool)>>()?;
        Ok((seen == [(kind.quote.to_owned(), moved)]).then_some(()))
    })
    .await;
    all.with_context(|| format!("the panel shows {seen:?}"))?;
    let missing = visit.driver()?.find_all(By::Css(".missing")).await?;
    ensure!(missing.is_empty(), "a decision is said to be missing");
    Ok(())
}

/// Gives the words of a page a code in the panel.
async fn code(visit: &Visit, page: &Opened, kind: &Kind) -> Result<()> {
    enter(visit, page, kind).await?;
    until("the words to be there", async || {
        let there = format!("{FIND} return find(document) !== null;");
        Ok((visit.driver()?.execute(there, Vec::new()).await?.json() == true).then_some(()))
    })
    .await?;
    visit.select(&format!("{FIND} {SELECT}")).await?;
    visit.open_panel(page).await?;
    // Also the quote's own words: not those of another post.
    let start = kind.quote.split('\n').next().unwrap_or_default();
    let unit = visit.unit(start, |_| true).await?;
    visit.click(&format!("[data-unit=\"{}\"] .code-it", unit.id)).await?;
    let mut quoted = None;
    let all = until("the form to quote the words", async || {
        let quote = "return document.querySelector('.coding mark')?.textContent ?? null;";
        quoted = visit.driver()?.execute(quote, Vec::new()).await?.json().as_str().map(str::to_owned);
        Ok((quoted.as_deref() == Some(kind.quote)).then_some(()))
    })
    .await;
    all.with_context(|| format!("the form quotes {quoted:?}"))?;
    visit.click("#coding-codes [data-code='militant-jihad symbols']").await?;
    visit.click("#coding-save").await?;
    until("the code to be kept", async || {
        let driver = visit.driver()?;
        let kept = driver.find_all(By::Css("[data-assigned]")).await?.len() == 1;
        Ok((kept && driver.find_all(By::Css(".saving, dialog[open]")).await?.is_empty()).then_some(()))
    })
    .await
}

async fn tried(visit: &Visit, kind: &Kind) -> Result<()> {
    let address = visit.server.url(&format!("/fixtures/anchors/{}.html", kind.name));
    let page = visit.open(&address).await?;
    code(visit, &page, kind).await.context("coding")?;
    marked(visit, &page, kind, true).await.context("when it was coded")?;
    visit.close(page).await?;

    let page = visit.open(&address).await?;
    found(visit, &page, kind, false).await.context("on the page opened again")?;
    match kind.name {
        "hidden" => {
            visit.go_to(&page).await?;
            visit.click("#show").await?;
            found(visit, &page, kind, true).await.context("once more of the text is shown")?;
        }
        "views" => {
            visit.go_to(&page).await?;
            visit.click("#away").await?;
            marked(visit, &page, kind, false).await.context("on another view")?;
            visit.driver()?.back().await?;
            found(visit, &page, kind, false).await.context("back from another view")?;
        }
        _ => {}
    }
    visit.close(page).await?;

    let page = visit.open(&format!("{address}#changed")).await?;
    visit.open_panel(&page).await?;
    let mut seen = Vec::new();
    let all = until("the panel to ask about the words that changed", async || {
        seen = visit.driver()?.execute(MISSING, Vec::new()).await?.convert::<Vec<(String, String)>>()?;
        Ok((seen == [("changed".to_owned(), "eleven".to_owned())]).then_some(()))
    })
    .await;
    all.with_context(|| format!("once the words are others, the panel asks about {seen:?}"))?;
    marked(visit, &page, kind, false).await.context("once the words are others")?;
    visit.close(page).await
}

pub(super) async fn a_decision_is_found_again_on_every_kind_of_page(suite: &mut Suite) -> Result<Outcome> {
    let mut failed = Vec::new();
    for kind in &KINDS {
        if let Err(error) = tried(&suite.visit, kind).await {
            failed.push(format!("{}: {error:#}", kind.name));
        }
    }
    ensure!(failed.is_empty(), "{}", failed.join("\n    "));
    Ok(Outcome::Passed)
}

pub(super) async fn a_decision_stands_on_one_of_two_posts_that_are_nearly_alike(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/alike.html")).await?;
    visit.open_panel(&page).await?;
    visit.accept("The first of two").await?;
    visit.unit("The first of two", Unit::accepted).await?;
    // Read anew, both are read by one request.
    visit.go_to(&page).await?;
    visit.driver()?.refresh().await?;
    visit.highlighted("kuffar").await?;
    visit.open_panel(&page).await?;
    visit.unit("The first of two", Unit::accepted).await?;
    visit.unit("The other of two", |unit| !unit.codes.is_empty() && !unit.accepted()).await?;
    visit.go_to(&page).await?;
    until("one of two to be underlined on the page", async || {
        let coded = visit.highlights().await?.into_iter().filter(|one| one.name == "h13");
        let words: Vec<String> = coded.flat_map(|one| one.texts).collect();
        Ok((words == ["they are all kuffar"]).then_some(()))
    })
    .await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn changed_words_are_tied_by_the_coder_and_untied(suite: &mut Suite) -> Result<Outcome> {
    const CHANGE: &str = "document.querySelector('article').firstChild.data =
        'Example to accept: they are now all kuffar, shouts an invented voice.';";
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/decisions.html?tied")).await?;
    visit.open_panel(&page).await?;
    let unit = visit.accept("to accept").await?;

    visit.go_to(&page).await?;
    visit.driver()?.execute(CHANGE, Vec::new()).await?;
    visit.go_to_panel().await?;
    visit.unit("are now all", |unit| !unit.accepted()).await?;
    visit.click(".missing .changed .this").await?;
    visit.unit("are now all", |unit| unit.text.contains("now")).await?;
    visit.click(&format!("[data-unit=\"{}\"] .untie", unit.id)).await?;
    let driver = visit.driver()?;
    until("the decision to be missing again", async || {
        Ok(driver.find_all(By::Css(".missing .changed .this")).await?.pop().map(drop))
    })
    .await?;
    ensure!(driver.find_all(By::Css(".untie")).await?.is_empty(), "what is not tied can be untied");

    // On the words that it was made about it stands as before.
    visit.go_to(&page).await?;
    visit.driver()?.refresh().await?;
    visit.highlighted("kuffar").await?;
    visit.open_panel(&page).await?;
    visit.unit("they are all kuffar", Unit::accepted).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}
