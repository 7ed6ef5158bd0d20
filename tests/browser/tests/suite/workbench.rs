//! The workbench: what it reads is what the native engine reads.

use super::Suite;
use anyhow::{Context as _, Result, bail, ensure};
use postil::codebook::builtin;
use postil::engine::Engine;
use postil::exchange::classified;
use postil::judgement::shipped;
use postil::text::offsets::Unit;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::fs;
use std::path::PathBuf;
use thirtyfour::By;

/// Invented; parted by blank lines, from both directions, with characters of more than one UTF-16 unit.
const TEXT: &str = "🕌 Ramadan mubarak! Moon sighted, first fast tomorrow. #ramadan\n\n\
    The kuffar had it coming, wrote 👩‍👩‍👧 nobody in this example. Glory to the mujahideen!\n\n\
    Two cups of flour, one of water.\n\n\
    الخلافة كلمة في هذا المثال";

/// Units as the workbench shows them.
const SHOWN: &str = "
    return [...document.querySelectorAll('.units [data-unit]')].map(unit => ({
        id: unit.dataset.unit,
        text: unit.querySelector('.excerpt').textContent,
        marks: [...unit.querySelectorAll('mark')].map(mark => mark.textContent),
        results: [...unit.querySelectorAll('[data-codebook]')].map(result => ({
            codebook: result.dataset.codebook,
            stance: result.dataset.stance ?? null,
            tier: result.dataset.tier ? Number(result.dataset.tier) : null,
            codes: [...result.querySelectorAll('[data-code]')].map(row => row.dataset.code),
        })),
    }));";

const UNFOLD: &str =
    "for (const button of document.querySelectorAll('.quiet button[aria-expanded=false]')) button.click();";

const DONE: &str =
    "return document.querySelector('.summary') !== null && document.querySelector('.progress') === null;";

pub(super) async fn the_workbench_reads_as_the_native_engine_does(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/workbench.html")).await?;
    ready(visit).await?;
    let driver = visit.driver()?;
    driver.execute("document.querySelector('#text').value = arguments[0];", vec![TEXT.into()]).await?;
    visit.click("#read").await?;
    done(visit).await?;

    let engine = Engine::new(builtin::set()?).with_models(shipped::models()?);
    let texts: Vec<&str> = TEXT.split("\n\n").collect();
    driver.execute(UNFOLD, Vec::new()).await?;
    let shown: Vec<Value> = until("all units", async || {
        let shown: Vec<Value> = driver.execute(SHOWN, Vec::new()).await?.convert()?;
        Ok((shown.len() == texts.len()).then_some(shown))
    })
    .await?;
    let mut with_findings = 0;
    for (shown, text) in shown.iter().zip(&texts) {
        let native = engine.read(text, Unit::Utf16);
        let results: Vec<Value> = native
            .results
            .iter()
            .map(|result| {
                let codes: Vec<&str> = result.codes.iter().map(|code| code.code.as_str()).collect();
                json!({ "codebook": result.codebook.id, "stance": result.stance, "tier": result.tier, "codes": codes })
            })
            .collect();
        ensure!(shown["text"] == *text, "{shown}");
        ensure!(shown["results"] == Value::from(results.clone()), "{text}: {shown}, natively {results:?}");
        let marks: String = shown["marks"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let findings = || native.results.iter().flat_map(|result| &result.findings);
        ensure!(findings().all(|finding| marks.contains(&finding.matched)), "{text}: marked is {marks}");
        ensure!(marks.is_empty() == (findings().count() == 0), "{text}: marked is {marks}");
        with_findings += usize::from(findings().count() > 0);
    }
    ensure!(with_findings >= 2, "only {with_findings} units with findings: the example proves little");

    let saved = saved(visit).await?;
    let lines: Vec<Value> = saved.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    ensure!(lines.len() == texts.len(), "{saved}");
    for (number, (line, text)) in (1..).zip(lines.iter().zip(&texts)) {
        let native = classified::line(&number.into(), &engine.read(text, Unit::CodePoints), engine.model())?;
        let native: Value = serde_json::from_str(&native)?;
        ensure!(same(line, &native), "{text}: saved\n{line}\nnatively\n{native}");
    }
    own_files_alone(visit).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn the_workbench_reads_a_file_row_by_row(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/workbench.html")).await?;
    ready(visit).await?;
    let folder = visit.browser.downloads();
    fs::create_dir_all(&folder)?;
    let quiet = "{\"id\": 0, \"text\": \"Bread and tea.\"}\n".repeat(700);
    let rows =
        format!("{quiet}{{\"id\": \"a-1\", \"text\": \"kuffar\"}}\nno row\n\n{{\"id\": \"a-2\", \"text\": \"tea\"}}\n");
    choose(visit, folder.join("rows.txt.jsonl"), rows.as_bytes()).await?;
    done(visit).await?;
    visit.click(".filter label:nth-of-type(2)").await?;
    let driver = visit.driver()?;
    let ids = until("the units with findings alone", async || {
        let shown: Vec<Value> = driver.execute(SHOWN, Vec::new()).await?.convert()?;
        let ids: Vec<String> = shown.iter().filter_map(|unit| unit["id"].as_str().map(str::to_owned)).collect();
        Ok((ids.len() == 1).then_some(ids))
    })
    .await?;
    ensure!(ids == ["a-1"], "{ids:?}");
    let counts = text_of(visit, ".summary .counts").await?;
    ensure!(counts.contains("702") && counts.contains('1'), "{counts}");
    let bad = text_of(visit, ".bad").await?;
    ensure!(bad.contains("702"), "the bad row's line is not named: {bad}");

    choose(visit, folder.join("latin-1.txt"), b"caf\xe9").await?;
    until("a file that is no UTF-8 to be refused", async || {
        Ok(text_of(visit, ".input .failed").await?.contains("UTF-8").then_some(()))
    })
    .await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn the_workbench_reads_again_with_what_is_switched_on(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/workbench.html")).await?;
    ready(visit).await?;
    let driver = visit.driver()?;
    let text = "An invented agency reports an invented seizure of heroin.";
    driver.execute("document.querySelector('#text').value = arguments[0];", vec![text.into()]).await?;
    visit.click("#read").await?;
    done(visit).await?;
    ensure!(
        driver.find_all(By::Css("[data-code='opiates']")).await?.is_empty(),
        "it is read with before it is switched on"
    );
    visit.click(".codebook-choice [value='narcotics-trade']").await?;
    until("the text to be read with what was switched on", async || {
        Ok((!driver.find_all(By::Css(".units [data-code='opiates']")).await?.is_empty()).then_some(()))
    })
    .await?;
    let ticked = "return [...document.querySelectorAll('.codebook-choice :checked')].map(box => box.value);";
    let ticked: Vec<String> = driver.execute(ticked, Vec::new()).await?.convert()?;
    ensure!(ticked == ["militant-jihad", "terror-finance", "narcotics-trade"], "ticked is {ticked:?}");
    own_files_alone(visit).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// What a unit's explanation says of words: a chip for each, its name, the share of its bar, and whether it raises.
const CHIPS: &str = "
    const units = [...document.querySelectorAll('.units [data-unit]')];
    const shown = units.find(unit => unit.textContent.includes(arguments[0]));
    const unit = shown.querySelector('[data-codebook=militant-jihad]');
    const text = element => element.textContent.replace(/[\\u2066\\u2069]/g, '').replace(/\\s+/g, ' ').trim();
    return {
        chips: [...unit.querySelectorAll('.chip')].map(chip => [
            chip.closest('.cues').classList.contains('raises') ? 'raises' : 'lowers',
            text(chip),
            chip.closest('ul').ariaLabel,
            getComputedStyle(chip).getPropertyValue('--share'),
        ]),
        rest: [...unit.querySelectorAll('.words-rest')].map(text),
        pointed: [...shown.querySelectorAll('mark.pointed')].map(mark => mark.textContent),
        disclosures: [...unit.querySelectorAll('.disclosure')].map(text),
    };";

pub(super) async fn words_that_a_model_weighs_are_shown_beside_the_evidence(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/workbench.html")).await?;
    ready(visit).await?;
    let driver = visit.driver()?;
    driver
        .execute(
            "const script = document.createElement('script');
             script.src = '/fixtures/words.js';
             document.head.append(script);",
            Vec::new(),
        )
        .await?;
    until("the words to be there", async || {
        Ok((!driver.find_all(By::Css("[data-words]")).await?.is_empty()).then_some(()))
    })
    .await?;
    let text = "An invented glory of kuffar and tea, invented twice, ونص.\n\nOnly glory here.\n\nNothing of it.";
    driver.execute("document.querySelector('#text').value = arguments[0];", vec![text.into()]).await?;
    visit.click("#read").await?;
    done(visit).await?;
    driver.execute(UNFOLD, Vec::new()).await?;
    let unfolded = "for (const button of document.querySelectorAll('.disclosure[aria-expanded=false]')) button.click();
        return document.querySelectorAll('.evidence').length;";
    until("the explanations", async || {
        Ok(driver.execute(unfolded, Vec::new()).await?.json().as_u64().filter(|number| *number >= 2))
    })
    .await?;

    let said = driver.execute(CHIPS, vec!["kuffar".into()]).await?.json().clone();
    let chips: Vec<[String; 4]> = serde_json::from_value(said["chips"].clone())?;
    let short: Vec<[&str; 2]> = chips.iter().map(|[way, text, ..]| [&**way, text]).collect();
    let wanted = [["raises", "glory +0.8"], ["raises", "ونص +0.4"], ["lowers", "invented ×2 −2.4"]];
    ensure!(short == wanted, "{said}");
    ensure!(chips.iter().all(|[way, _, name, _]| name.contains(way.trim_end_matches('s'))), "{said}");
    let shares: Vec<f64> = chips.iter().map(|[.., share]| share.trim().parse()).collect::<Result<_, _>>()?;
    ensure!(shares[0] > shares[1] && shares[2] > shares[0] && shares.iter().all(|share| *share <= 1.0), "{said}");
    ensure!(said["rest"] == json!(["All other words together−0.2"]), "{said}");
    visit.click(".chip").await?;
    until("the word to be pointed at", async || {
        let said = driver.execute(CHIPS, vec!["kuffar".into()]).await?.json().clone();
        Ok((said["pointed"] == json!(["glory"])).then_some(()))
    })
    .await?;

    let alone = driver.execute(CHIPS, vec!["Only glory".into()]).await?.json().clone();
    ensure!(alone["disclosures"][0] == "Why: words" && alone["chips"][0][1] == "glory +0.8", "{alone}");
    let without = driver.execute(CHIPS, vec!["Nothing of it".into()]).await?.json().clone();
    ensure!(without["disclosures"] == json!([]) && without["rest"] == json!([]), "{without}");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

async fn ready(visit: &Visit) -> Result<()> {
    until("the workbench to have its codebooks", async || {
        Ok((!visit.driver()?.find_all(By::Css(".codebook-choice")).await?.is_empty()).then_some(()))
    })
    .await
}

async fn done(visit: &Visit) -> Result<()> {
    until("the text to be read", async || {
        Ok((visit.driver()?.execute(DONE, Vec::new()).await?.json() == true).then_some(()))
    })
    .await
}

async fn choose(visit: &Visit, path: PathBuf, bytes: &[u8]) -> Result<()> {
    fs::write(&path, bytes)?;
    let path = path.to_str().context("the path is not UTF-8")?;
    Ok(visit.driver()?.find(By::Css("#file")).await?.send_keys(path).await?)
}

async fn text_of(visit: &Visit, selector: &str) -> Result<String> {
    let script = "return document.querySelector(arguments[0])?.textContent ?? '';";
    Ok(visit.driver()?.execute(script, vec![selector.into()]).await?.convert()?)
}

/// The results, as the browser saved them.
async fn saved(visit: &Visit) -> Result<String> {
    visit.click("#save").await?;
    until("the saved file", async || {
        let Ok(folder) = fs::read_dir(visit.browser.downloads()) else { return Ok(None) };
        let mut files = folder.flatten().map(|entry| entry.path());
        let ours = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            name.starts_with("postil-workbench-") && name.ends_with(".jsonl")
        };
        let Some(file) = files.find(ours) else { return Ok(None) };
        let text = fs::read_to_string(&file)?;
        if !text.ends_with('\n') {
            return Ok(None);
        }
        // Another case looks for a file of its own in this folder.
        fs::remove_file(file)?;
        Ok(Some(text))
    })
    .await
}

/// Whether two values are the same, but for the last digits of numbers: wasm has its own logarithm.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => (one - other).abs() < 1e-4,
            _ => one == other,
        },
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => one == other,
    }
}

/// What the page and its worker have asked for are files of the site.
async fn own_files_alone(visit: &Visit) -> Result<()> {
    let script = "return performance.getEntriesByType('resource').map(entry => entry.name);";
    let asked: HashSet<String> = visit.driver()?.execute(script, Vec::new()).await?.convert()?;
    let base = visit.server.url("/");
    let Some(foreign) = asked.iter().find(|address| !address.starts_with(&base) && !address.starts_with("blob:"))
    else {
        ensure!(asked.contains(&visit.server.url("/pages_bg.wasm")), "{asked:?}");
        return Ok(());
    };
    bail!("the workbench asked for {foreign}");
}
