//! Authors: found by what a page means, counted in the panel, kept under pseudonyms.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use serde_json::{Value, json};
use std::cell::RefCell;

const HANDLE: &str = "@abu_sayf_313";

/// The author of each unit with its text, in the order of the panel.
const AUTHORS: &str = "
    return [...document.querySelectorAll('[data-unit]')].map(unit => [
        unit.querySelector('.excerpt').textContent, unit.querySelector('.head .author')?.textContent ?? null,
    ]);";

/// What the panel says of the author whose name holds the handle.
const PERSON: &str = "
    const person = [...document.querySelectorAll('.person')].find(it => it.textContent.includes(arguments[0]));
    const tally = part => [...person?.querySelectorAll(part) ?? []].map(it => Number(it.querySelector('b').textContent));
    return person && {
        here: person.querySelector('.detail')?.textContent,
        codes: tally('.here [data-code]'),
        stances: tally('.here [data-stance]'),
        pseudonym: person.querySelector('.pseudonym')?.textContent ?? null,
        button: person.querySelector('.only').ariaLabel,
        all: document.querySelector('.people-shown').textContent,
    };";

async fn authors_of_units(visit: &Visit) -> Result<Vec<(String, Option<String>)>> {
    Ok(visit.driver()?.execute(AUTHORS, Vec::new()).await?.convert()?)
}

async fn person(visit: &Visit) -> Result<Value> {
    Ok(visit.driver()?.execute(PERSON, vec![HANDLE.into()]).await?.json().clone())
}

/// Waits until the panel says so many of these units are coded, and to so many nothing applies.
async fn counted(visit: &Visit, units: &[String], coded: u32, none: u32) -> Result<Value> {
    let here = format!("Units on this page: {} · coded: {coded} · none applies: {none}", units.len());
    let seen = RefCell::new(Value::Null);
    let counted = until("the author's counts", async || {
        let person = person(visit).await?;
        seen.replace(person.clone());
        Ok((person["here"] == here).then_some(person))
    })
    .await;
    counted.with_context(|| format!("wanted is {here:?}; the panel says {}", seen.borrow()))
}

pub(super) async fn an_author_is_whom_the_page_means(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/authors.html")).await?;
    visit.open_panel(&page).await?;
    let seen = authors_of_units(visit).await?;
    for (words, author) in [
        ("handle in its head", Some("@salt_bakery")),
        ("for screen readers", Some("Tea House @tea_house")),
        ("comment of nobody", None),
        ("head names nobody", None),
        ("author by name", Some("Named Outright")),
        ("beside its name", Some("Flour Mill")),
    ] {
        let unit = seen.iter().find(|(text, _)| text.contains(words));
        let (_, shown) = unit.with_context(|| format!("no unit with \"{words}\": {seen:?}"))?;
        ensure!(shown.as_deref() == author, "\"{words}\" is said to be by {shown:?}");
    }
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn authors_are_counted_and_kept_under_pseudonyms(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let address = visit.server.url("/?authors");
    let page = visit.open(&address).await?;
    visit.open_panel(&page).await?;
    let all = authors_of_units(visit).await?;
    let theirs: Vec<String> = all
        .iter()
        .filter(|(_, author)| author.as_ref().is_some_and(|it| it.contains(HANDLE)))
        .map(|it| it.0.clone())
        .collect();
    ensure!(theirs.len() >= 3, "the feed has {} units of {HANDLE}", theirs.len());
    let bios = all.iter().filter(|(text, _)| text.contains("5th account") || text.contains("footnotes are"));
    ensure!(bios.filter(|(_, author)| author.is_some()).count() == 2, "a bio is nobody's: {all:?}");

    visit.click("#authors").await?;
    let before =
        until("the author's line", async || Ok(Some(person(visit).await?).filter(|it| it["here"].is_string()))).await?;
    ensure!(
        before["codes"] == json!([]) && before["button"].as_str().is_some_and(|it| it.contains(HANDLE)),
        "{before}"
    );
    ensure!(before["all"].as_str().is_some_and(|all| all.contains("No scale is applied to people")), "{before}");

    // The first suggestion of one unit is right, and nothing applies to the bio.
    let coded = visit.unit(&theirs[0], |unit| !unit.codes.is_empty()).await?;
    let row = &coded.codes[0].code;
    visit.click(&format!("[data-unit=\"{}\"] [data-code=\"{row}\"] .accept", coded.id)).await?;
    // What is counted makes room above the units: whoever clicks at once may hit another.
    counted(visit, &theirs, 1, 0).await?;
    let bio = visit.unit("5th account", |_| true).await?;
    visit.click(&format!("[data-unit=\"{}\"] .none-applies", bio.id)).await?;
    let after = counted(visit, &theirs, 1, 1).await?;
    ensure!(after["codes"] == json!([1]) && after["stances"].as_array().is_some_and(|it| it.len() == 1), "{after}");

    visit.click(&format!(".person .only[aria-label*=\"{HANDLE}\"]")).await?;
    until("their units alone", async || {
        visit.unfold().await?;
        let shown = authors_of_units(visit).await?;
        let alone = shown.iter().all(|(_, author)| author.as_ref().is_some_and(|author| author.contains(HANDLE)));
        Ok((alone && shown.len() == theirs.len()).then_some(()))
    })
    .await?;
    visit.click("#all-authors").await?;
    until("all units", async || {
        visit.unfold().await?;
        Ok((authors_of_units(visit).await?.len() == all.len()).then_some(()))
    })
    .await?;

    let stored = visit.ask(STORED, &address).await?;
    let authors = stored["authors"].as_array().context("no record")?;
    let short = after["pseudonym"].as_str().context("no pseudonym is shown")?;
    ensure!(short.len() == 12 && authors.len() == 3, "{stored}");
    for author in authors {
        let author = author.as_str().context("a record without its author")?;
        let digits = author.len() == 64 && author.bytes().all(|byte| byte.is_ascii_hexdigit());
        ensure!(digits && author.starts_with(short), "{author} beside {short}");
    }
    ensure!(stored["named"] == json!([]), "the handle is stored: {stored}");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// The authors in the records about this page, and every string with the handle in it that is stored about it or as a key.
const STORED: &str = "
    const all = Object.entries(await api.storage.local.get(null));
    const here = all.filter(([, it]) => it?.page?.url === given || it?.target?.source === given);
    const strings = it => typeof it === 'string' ? [it] : it && typeof it === 'object' ? Object.values(it).flatMap(strings) : [];
    return {
        authors: here.map(([, it]) => (it.unit ?? it.target.state)['postil:author']),
        named: [...here.flatMap(([, it]) => strings(it)), ...all.map(([key]) => key)].filter(it => it.includes('abu_sayf')),
    };";
