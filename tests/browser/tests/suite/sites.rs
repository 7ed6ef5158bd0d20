//! Kinds of pages as the web has them: frames, late rendering, views of one document, feeds and lists that change while
//! they are read, edits in place, right-to-left text, editors.
//!
//! Invariants: what must be highlighted is worked out from the page's own text, not from what the panel says.

use super::overlay::gone;
use super::{Suite, same};
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Unit, Visit};
use postil_browser::wait::until;
use serde::Deserialize;
use std::collections::BTreeSet;
use thirtyfour::{By, Key, TypingData};

/// Words of the fixtures, each found by itself.
const WORDS: [&str; 5] = ["kuffar", "murtad", "taghut", "mushrik", "kafir"];

/// Where articles of the page are not highlighted as they should be: at every occurrence of the given words in what is
/// seen of them, and nowhere else. Away from the viewport there may be no highlights yet.
const WRONG: &str = "
    const words = new RegExp(arguments[0].join('|'), 'g');
    const wrong = [];
    const painted = new Map();
    for (const ranges of CSS.highlights.values()) {
        for (const { startContainer: node, startOffset, endContainer, endOffset } of ranges) {
            if (!node.isConnected || node !== endContainer || endOffset > node.length) wrong.push('stale: ' + node.data);
            const places = painted.get(node) ?? new Set();
            painted.set(node, places);
            for (let at = startOffset; at < endOffset; at++) places.add(at);
        }
    }
    const roots = [document];
    for (const root of roots) {
        for (const { shadowRoot } of root.querySelectorAll('*')) if (shadowRoot) roots.push(shadowRoot);
        for (const article of root.querySelectorAll('article')) {
            const expected = (article.innerText.match(words) ?? []).join('');
            let found = '';
            const walker = document.createTreeWalker(article, NodeFilter.SHOW_TEXT);
            for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                for (const at of [...painted.get(node) ?? []].sort((a, b) => a - b)) found += node.data[at] ?? '';
            }
            const { top, bottom } = article.getBoundingClientRect();
            const near = bottom >= 0 && top <= innerHeight;
            if (found !== expected && (near || found !== '')) wrong.push(`${article.innerText}: ${found}`);
        }
    }
    return wrong;";

/// Waits until every word of the page in the current window is highlighted, and nothing else.
async fn right(visit: &Visit) -> Result<()> {
    let mut wrong = Vec::new();
    let all = until("the page to be highlighted as it stands", async || {
        wrong = visit.driver()?.execute(WRONG, vec![WORDS.to_vec().into()]).await?.convert::<Vec<String>>()?;
        Ok(wrong.is_empty().then_some(()))
    })
    .await;
    all.with_context(|| format!("highlighted wrongly: {wrong:#?}"))
}

/// Waits until the panel in the base window shows these units with findings, in this order, and no others.
async fn shows(visit: &Visit, page: &Opened, words: &[&str]) -> Result<()> {
    visit.go_to_panel().await?;
    let mut seen = Vec::new();
    let all = until("the panel to show the units", async || {
        let units = visit.units().await?.into_iter().filter(|unit| !unit.codes.is_empty());
        seen = units.map(|unit| unit.text).collect();
        Ok((seen.len() == words.len() && seen.iter().zip(words).all(|(text, words)| text.contains(words)))
            .then_some(()))
    })
    .await;
    all.with_context(|| format!("the panel shows {seen:#?}"))?;
    visit.go_to(page).await
}

pub(super) async fn frames_are_read_where_they_are_allowed(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/frames.html")).await?;
    visit.open_panel(&page).await?;
    let allowed = ["top page", "same frame", "nested frame", "written frame", "boxed frame", "filled frame"];
    for name in allowed {
        visit.unit(&format!("in the {name}:"), found).await?;
    }
    let names = |units: Vec<Unit>| units.into_iter().map(|unit| unit.text).collect::<Vec<_>>();
    let texts = names(visit.units().await?);
    ensure!(texts.len() == allowed.len(), "the panel shows {texts:#?}");

    // The page stays as it is while the site of one of its frames is allowed.
    let address = visit.server.url("/fixtures/frame.html?name=own").replace("127.0.0.1", "granted.localhost");
    let other = visit.open(&address).await?;
    visit.grant(&other).await?;
    visit.close(other).await?;
    visit.open_panel(&page).await?;
    for name in ["granted frame", "deep frame"].into_iter().chain(allowed) {
        visit.unit(&format!("in the {name}:"), found).await?;
    }
    // No browser says that a frame is hidden; what then changes in it is looked at.
    let change = "document.querySelector('#away').contentDocument.querySelector('article').append(' Again.');";
    for (there, script) in [(true, ""), (false, change), (true, "")] {
        visit.go_to(&page).await?;
        visit.click("#turn").await?;
        visit.driver()?.execute(script, Vec::new()).await?;
        visit.go_to_panel().await?;
        until("the panel to follow the frame that comes and goes", async || {
            let units = visit.units().await?;
            Ok((units.iter().any(|unit| unit.text.contains("in the away frame:")) == there).then_some(()))
        })
        .await?;
    }
    let texts = names(visit.units().await?);
    ensure!(texts.len() == allowed.len() + 3, "the panel shows {texts:#?}");

    for path in
        [&["same"][..], &["same", "nested"], &["written"], &["boxed"], &["filled"], &["granted"], &["granted", "deep"]]
    {
        visit.go_to(&page).await?;
        enter(visit, path).await?;
        right(visit).await.with_context(|| format!("in {path:?}"))?;
    }
    visit.go_to(&page).await?;
    enter(visit, &["refused"]).await?;
    ensure!(visit.highlights().await?.is_empty(), "a frame without a permission has highlights");
    visit.go_to(&page).await?;
    visit.close(page).await?;
    let other = visit.open(&address).await?;
    visit.revoke(&other).await?;
    visit.close(other).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn what_comes_in_steps_is_read(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/steps.html")).await?;
    // The last step.
    until("the late card", async || {
        let there = "return document.querySelector('late-card').shadowRoot !== null;";
        Ok((visit.driver()?.execute(there, Vec::new()).await?.json() == true).then_some(()))
    })
    .await?;
    right(visit).await?;
    visit.open_panel(&page).await?;
    let units = [
        "in an empty element",
        "in a blank text",
        "that was rendered",
        "that was hidden",
        "behind a veil",
        "in a shade",
        "that waits for a style",
        "in pieces",
        "in a late card",
    ];
    shows(visit, &page, &units).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_view_with_an_address_is_a_page(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/views.html?view=first")).await?;
    right(visit).await?;
    visit.open_panel(&page).await?;
    let shared = "in every view";
    shows(visit, &page, &["in the first view", shared]).await?;
    visit.click("#second").await?;
    right(visit).await?;
    shows(visit, &page, &["in the second view", shared]).await?;

    visit.go_to_panel().await?;
    let unit = visit.unit(shared, found).await?;
    visit.click(&format!("[data-unit=\"{}\"] button.accept", unit.id)).await?;
    visit.unit(shared, accepted).await?;

    // What was decided on one view stays there.
    visit.go_to(&page).await?;
    for name in ["third", "fourth"] {
        visit.click(&format!("#{name}")).await?;
        right(visit).await?;
        shows(visit, &page, &[&format!("in the {name} view"), shared]).await?;
        visit.go_to_panel().await?;
        visit.unit(shared, |unit| found(unit) && !accepted(unit)).await?;
        visit.go_to(&page).await?;
    }
    visit.driver()?.back().await?;
    right(visit).await?;
    shows(visit, &page, &["in the second view", shared]).await?;
    visit.go_to_panel().await?;
    visit.unit(shared, accepted).await?;
    visit.close(page).await?;

    for (name, wanted) in [("first", false), ("second", true)] {
        let page = visit.open(&visit.server.url(&format!("/fixtures/views.html?view={name}"))).await?;
        visit.open_panel(&page).await?;
        visit.unit(shared, |unit| found(unit) && accepted(unit) == wanted).await?;
        visit.close(page).await?;
    }
    Ok(Outcome::Passed)
}

pub(super) async fn a_feed_without_end_is_read_once(suite: &mut Suite) -> Result<Outcome> {
    const POSTS: usize = 400;
    let visit = &suite.visit;
    let hearing = visit.listen().await?;
    let page = visit.open(&visit.server.url("/fixtures/feed.html")).await?;
    let driver = visit.driver()?;
    until("the end of the feed", async || {
        let down = "
            scrollTo({ top: document.documentElement.scrollHeight, behavior: 'instant' });
            return document.querySelectorAll('article').length;";
        let posts = driver.execute(down, Vec::new()).await?.convert::<usize>()?;
        Ok((posts >= POSTS).then_some(()))
    })
    .await?;
    visit.highlighted("kuffar").await?;
    right(visit).await?;
    driver.execute("scrollTo({ top: 0, behavior: 'instant' });", Vec::new()).await?;
    right(visit).await?;
    let painted = visit.highlights().await?.iter().map(|highlight| highlight.texts.len()).sum::<usize>();
    ensure!(painted > 0 && painted < POSTS / 5 / 2, "{painted} of {} findings are painted", POSTS / 5);

    visit.open_panel(&page).await?;
    let units = until("the whole list", async || {
        visit.unfold().await?;
        Ok(Some(visit.units().await?).filter(|units| units.len() > POSTS))
    })
    .await?;
    for (unit, number) in units.iter().zip(1..=POSTS) {
        ensure!(unit.text.contains(&format!("Example {number} of the feed")), "\"{}\" stands at {number}", unit.text);
        ensure!(found(unit) == number.is_multiple_of(5), "{unit:#?}");
    }
    let mut sent = visit.heard(hearing).await?;
    let (all, texts) = (sent.len(), sent.drain(..).collect::<BTreeSet<_>>());
    ensure!(texts.len() == POSTS + 1, "{} texts were sent, of {POSTS} posts and one end", texts.len());
    ensure!(all == texts.len(), "{all} units were sent, {} of them the first time", texts.len());
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn rows_that_are_used_again_show_their_own_findings(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/recycled.html")).await?;
    right(visit).await?;
    visit.open_panel(&page).await?;
    visit.go_to(&page).await?;
    // Many steps at once, some not by a whole row, some far, some back.
    let scroll = "
        const frames = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        const [places, done] = arguments;
        (async () => {
            for (const place of places) {
                for (const list of document.querySelectorAll('.list')) list.scrollTop = place;
                await frames();
            }
        })().then(done);";
    for places in [&[40, 80, 130, 200][..], &[4_000], &[3_900, 3_700, 3_300], &[0], &[11_700, 0, 11_700], &[300]] {
        visit.driver()?.execute_async(scroll, vec![places.to_vec().into()]).await?;
        right(visit).await.with_context(|| format!("after {places:?}"))?;
        let rows = "return [...document.querySelectorAll('article')].map(row => row.textContent);";
        let rows: BTreeSet<String> = visit.driver()?.execute(rows, Vec::new()).await?.convert()?;
        visit.go_to_panel().await?;
        let mut shown = BTreeSet::new();
        let all = until("the panel to follow", async || {
            visit.unfold().await?;
            shown = visit.units().await?.into_iter().map(|unit| unit.text).collect();
            Ok((shown == rows).then_some(()))
        })
        .await;
        all.with_context(|| format!("after {places:?} the page has {rows:#?}, the panel {shown:#?}"))?;
        visit.go_to(&page).await?;
    }
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn what_is_edited_in_place_is_read_again(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/edits.html")).await?;
    right(visit).await?;
    visit.open_panel(&page).await?;
    visit.go_to(&page).await?;
    for edit in [
        "shift",
        "cut",
        "replace",
        "split",
        "join",
        "wrap",
        "remove",
        "show-attribute",
        "show-class",
        "show-expanded",
        "show-data",
        "show-details",
        "show-loaded",
        "hide",
    ] {
        visit.click(&format!("#{edit}")).await?;
        right(visit).await.with_context(|| format!("after {edit}"))?;
    }
    let units = ["once more", "Another whole", "an attribute", "a state", "with data", "with details", "that is whole"];
    shows(visit, &page, &units).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn text_from_the_right_is_highlighted_to_the_letter(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let before = suite.untouched("/fixtures/rtl.html").await?;
    let page = visit.open(&visit.server.url("/fixtures/rtl.html")).await?;
    let expected: BTreeSet<&str> =
        ["كفار", "كُفَّار", "كفـــار", "kuffar", "مرتد", "kafir", "الطاغوت", "murtad", "مُرتَدّ", "مشرك", "ك\u{200f}فار"]
            .into();
    let painted = async || -> Result<BTreeSet<String>> {
        Ok(visit.highlights().await?.into_iter().flat_map(|highlight| highlight.texts).collect())
    };
    let mut seen = BTreeSet::new();
    let all = until("the words", async || {
        seen = painted().await?;
        Ok(expected.iter().copied().eq(seen.iter().map(String::as_str)).then_some(()))
    })
    .await;
    all.with_context(|| format!("highlighted is {seen:#?}"))?;
    visit.open_panel(&page).await?;
    let mut matched = BTreeSet::new();
    let all = until("the panel to say the same", async || {
        let rows = visit.units().await?.into_iter().flat_map(|unit| unit.codes);
        matched = rows.flat_map(|row| row.matched).collect();
        Ok((matched == seen).then_some(()))
    })
    .await;
    all.with_context(|| format!("the panel says {matched:#?}, the page {seen:#?}"))?;

    visit.go_to(&page).await?;
    // At the right edge, in the middle, at the left edge.
    for words in ["كفار", "kuffar", "الطاغوت", "مشرك"] {
        card_fits(visit, words).await.with_context(|| format!("over \"{words}\""))?;
    }
    let after = visit.markup().await?;
    visit.close(page).await?;
    same(&before, &after)
}

pub(super) async fn editors_are_left_alone(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let before = suite.untouched("/fixtures/editor.html").await?;
    let page = visit.open(&visit.server.url("/fixtures/editor.html")).await?;
    visit.highlighted("kuffar").await?;
    visit.open_panel(&page).await?;
    let texts: Vec<String> = visit.units().await?.into_iter().map(|unit| unit.text).collect();
    let mine = ["Example outside the editor: an invented voice shouts kuffar.", "Text Line Search"];
    ensure!(texts == mine, "the panel shows {texts:#?}");
    visit.go_to(&page).await?;
    ensure!(visit.markup().await? == before, "the page was changed");
    ensure!(ranges(visit).await? == 1, "more is highlighted than what stands outside the fields");

    enter(visit, &["design"]).await?;
    ensure!(visit.highlights().await?.is_empty(), "a page that is written on has highlights");
    visit.go_to(&page).await?;

    let driver = visit.driver()?;
    for (selector, posts) in ["#area", "#line", "#editor p", "#plain p", ".cm-line", "#host"].into_iter().zip(2..) {
        driver.find(By::Css(selector)).await?.click().await?;
        type_keys(visit, Key::End + " kuffar ab" + Key::Left).await?;
        driver.execute("document.querySelector('#more').click();", Vec::new()).await?;
        until("what came late to be highlighted", async || Ok((ranges(visit).await? == posts).then_some(()))).await?;
        type_keys(visit, "z".into()).await?;
        let text = driver.execute(TYPED, Vec::new()).await?.convert::<String>()?;
        ensure!(text.contains(" kuffar azb"), "{selector} has \"{text}\"");
        ensure!(ranges(visit).await? == posts, "what was typed into {selector} is highlighted");
    }
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// The text in what has the focus.
const TYPED: &str = "
    let field = document.activeElement;
    while (field.shadowRoot) field = field.shadowRoot.activeElement;
    return field.value ?? field.textContent;";

async fn type_keys(visit: &Visit, keys: TypingData) -> Result<()> {
    Ok(visit.driver()?.action_chain().send_keys(keys).perform().await?)
}

/// How many ranges are highlighted on the page in the current window.
async fn ranges(visit: &Visit) -> Result<usize> {
    Ok(visit.highlights().await?.iter().map(|highlight| highlight.texts.len()).sum())
}

/// Goes into frames of the page in the current window, one in the other.
async fn enter(visit: &Visit, path: &[&str]) -> Result<()> {
    for id in path {
        visit.driver()?.find(By::Css(format!("iframe#{id}"))).await?.enter_frame().await?;
    }
    Ok(())
}

/// The box of some highlighted words, scrolled into view.
const WORDS_BOX: &str = "
    const [words] = arguments;
    for (const { startContainer, startOffset, endContainer, endOffset } of [...CSS.highlights.values()].flatMap(ranges => [...ranges])) {
        const range = document.createRange();
        range.setStart(startContainer, startOffset);
        range.setEnd(endContainer, endOffset);
        if (range.toString() !== words) continue;
        startContainer.parentElement.scrollIntoView({ block: 'center', behavior: 'instant' });
        const { left, top, right, bottom } = range.getBoundingClientRect();
        return [left, top, right, bottom];
    }
    return null;";

/// The box of the card and what it is about, once it is drawn.
const CARD_BOX: &str = "
    const card = root.querySelector('[role=dialog]');
    if (!card?.querySelector('footer')) return null;
    const { left, top, right, bottom } = card.getBoundingClientRect();
    const wide = view.document.documentElement.scrollWidth > view.innerWidth;
    return { box: [left, top, right, bottom], view: [view.innerWidth, view.innerHeight], wide,
        words: card.querySelector('blockquote').textContent };";

#[derive(Debug, Deserialize)]
struct Card {
    #[serde(rename = "box")]
    edges: [f64; 4],
    view: [f64; 2],
    wide: bool,
    words: String,
}

/// Rests the pointer on some words and checks that the card comes beside them and within the viewport; closes it.
async fn card_fits(visit: &Visit, words: &str) -> Result<()> {
    let driver = visit.driver()?;
    let word = driver.execute(WORDS_BOX, vec![words.into()]).await?.convert::<Option<[f64; 4]>>()?;
    let word = word.context("the words are not highlighted")?;
    let middle = |from: f64, to: f64| f64::midpoint(from, to).round() as i64;
    driver.action_chain().move_to(middle(word[0], word[2]), middle(word[1], word[3])).perform().await?;
    let card: Card = serde_json::from_value(visit.overlay("the card", CARD_BOX).await?)?;
    let [left, top, right, bottom] = card.edges;
    ensure!(left >= 0.0 && top >= 0.0 && right <= card.view[0] && bottom <= card.view[1] && !card.wide, "{card:?}");
    ensure!(right <= word[0] || left >= word[2] || bottom <= word[1] || top >= word[3], "{card:?} covers {word:?}");
    ensure!(card.words == words, "{card:?}");
    type_keys(visit, Key::Escape.into()).await?;
    gone(visit, "the card").await
}

fn found(unit: &Unit) -> bool {
    !unit.codes.is_empty()
}

fn accepted(unit: &Unit) -> bool {
    unit.codes.iter().any(|row| row.accepted)
}
