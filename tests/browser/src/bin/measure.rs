//! Measures a storage in which a great deal was decided: `cargo run --release --package postil-browser --bin measure`.
//!
//! Shape: the service itself decides natively, over memory; what it stored is put into the extension's storage in bulk, key by
//! key. Times are taken in a page of the extension, over a port to the background, as every face asks; the median of several
//! where a thing can be done several times. Memory is that of the process which holds the background and the extension's pages.
//!
//! Must not touch: what is measured. Every number is printed, none is judged.

use anyhow::{Context as _, Result, bail};
use clap::Parser;
use postil::codebook::Shipped;
use postil::engine::Engine;
use postil::judgement::model::Model;
use postil::service::Service;
use postil::service::protocol::{Action, CodebookRef, Decision, Page, Request, Response, UnitKind};
use postil::service::store::{Memory, Store as _};
use postil_browser::driver::{Kind, Options};
use postil_browser::visit::Visit;
use postil_tool::Tree;
use serde_json::{Map, Value, json};
use std::fs;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Measures a storage in which a great deal was decided.
#[derive(Parser)]
struct Arguments {
    /// In which browser.
    #[arg(long, value_enum, default_value = "chromium")]
    browser: Kind,
    /// How many decisions.
    #[arg(long, default_value = "100000")]
    decisions: usize,
    /// Decides natively, too: what of a slow decision is not the storage's.
    #[arg(long)]
    native: bool,
}

/// Decisions about the page on which much was decided; its units, too.
const MUCH: usize = 1000;
/// Decisions about every other page.
const USUAL: usize = 50;
/// Decisions from which the service learns; most others are under a codebook that is not there any more, because to learn from
/// as many takes hours.
const TAUGHT: usize = 10_000;
/// Authors of all units.
const AUTHORS: usize = 2000;
/// Bytes that go into the extension's storage at once.
const BULK: usize = 4 << 20;

/// Defines `ask(request)`, and `timed(times, request)`, which gives milliseconds.
const ASK: &str = "
    const port = api.runtime.connect({ name: 'postil' }), waiting = new Map();
    let last = 0;
    port.onMessage.addListener(({ id, response }) => waiting.get(id)(response));
    const ask = request => new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, response => response.type === 'failed' ? reject(response.failure.message) : resolve(response));
        port.postMessage({ id, request });
    });
    const timed = async (times, request) => {
        const all = [];
        for (let time = 0; time < times; time++) {
            const start = performance.now();
            await ask(request(time));
            all.push(performance.now() - start);
        }
        return all.sort((one, other) => one - other)[times >> 1];
    };
    const { codebooks: [{ codebook }] } = await ask({ type: 'codebooks' });
    const decision = (url, text) => ({ type: 'decide', decision: {
        id: crypto.randomUUID(), at: new Date().toISOString(), page: { url, title: 'An example' }, text, kind: 'post',
        author: '@voice_1', action: 'assigned', codebook, code: 'threats', stance: null, tier: null, memo: null,
        span: [0, 7], revises: null, proposed: null,
    } });";

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    match runtime.map_err(Into::into).and_then(|runtime| runtime.block_on(run(&Arguments::parse()))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:?}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &Arguments) -> Result<()> {
    let tree = Tree::here();
    let options = Options {
        kind: arguments.browser,
        headless: true,
        dark: false,
        proxy: None,
        disk: None,
        everywhere: false,
        language: None,
    };
    let visit = Visit::start(&tree, options).await?;
    visit.driver()?.set_script_timeout(Duration::from_secs(900)).await?;
    let page = visit.open(&visit.server.url("/fixtures/strict-csp.html")).await?;
    visit.grant(&page).await?;
    visit.close(page).await?;
    let much = visit.server.url(&format!("/fixtures/many.html?units={MUCH}"));
    let none = visit.server.url(&format!("/fixtures/many.html?units={MUCH}&none"));
    let one = visit.server.url(&format!("/fixtures/many.html?units={MUCH}&one"));

    let told = |what: &str, number: f64, unit: &str| println!("{what:<58} {number:>10.1} {unit}");
    told("memory of extension processes, nothing stored", memory(&visit)?, "MiB");
    let start = Instant::now();
    let mut stored = elsewhere(&tree, arguments.decisions).await?;
    // Names of authors are kept under the site of their page: nobody is on both.
    stored.extend(here(&tree, &much, &one).await?);
    told("decided natively", start.elapsed().as_secs_f64(), "s");
    if arguments.native {
        let native = service(&tree)?;
        native.store().set(stored.iter().cloned().collect()).await?;
        for what in ["decide once natively, service just started", "decide once natively"] {
            let id = format!("{:08x}-0000-4000-a000-000000000000", what.len());
            let new = made(id, "https://new.example/".to_owned(), "Example of a unit.".to_owned(), 9);
            let start = Instant::now();
            decide(&native, std::iter::once(new)).await?;
            told(what, start.elapsed().as_secs_f64() * 1e3, "ms");
        }
    }
    let start = Instant::now();
    let bytes = fill(&visit, stored).await?;
    told("stored in bulk", start.elapsed().as_secs_f64(), "s");
    told("as JSON", bytes as f64 / f64::from(1 << 20), "MiB");

    let asked = async |what: &str, script: &str| -> Result<()> {
        // Not within one question to the driver, which waits for two minutes at the most.
        let begun = format!(
            "const {{ dataset }} = document.documentElement;
             delete dataset.measured;
             void (async () => {{ {ASK} {script} }})()
                 .then(answer => {{ dataset.measured = JSON.stringify(answer); }}, error => {{ dataset.measured = JSON.stringify(String(error)); }});"
        );
        visit.ask(&begun, &much).await?;
        let answer = loop {
            let measured = "return document.documentElement.dataset.measured ?? null;";
            let measured = visit.driver()?.execute(measured, Vec::new()).await?;
            if let Some(text) = measured.json().as_str() {
                break serde_json::from_str::<Value>(text)?;
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        };
        for (what, number) in answer.as_object().with_context(|| format!("{what}: {answer}"))? {
            told(what, number.as_f64().context("no number")?, "ms");
        }
        Ok(())
    };
    visit.go_to_base().await?;
    visit.browser.stop_background().await?;
    asked(
        "deciding",
        "const first = await timed(1, () => decision('https://new.example/', 'Example of a unit.'));
         const more = await timed(5, number => decision(`https://new.example/${number}`, `Example ${number} of a unit.`));
         const there = await timed(5, number => decision(given, `Example ${number} of a unit more.`));
         return { 'decide once, background just started': first, 'decide once': more, 'decide once on the page with much': there };",
    )
    .await?;
    told("memory of extension processes, after deciding", memory(&visit)?, "MiB");
    visit.browser.stop_background().await?;
    told("memory of extension processes, background just stopped", memory(&visit)?, "MiB");
    asked(
        "reading",
        "const units = Array.from({ length: 64 }, (_, at) => `Example voice ${at + 1} shouts kuffar ${at + 1} times.`);
         const names = Array.from({ length: 250 }, (_, at) => `@voice_${at}`);
         const read = url => timed(5, () => ({ type: 'read', page: { url, title: '' }, units }));
         const log = await timed(1, () => ({ type: 'pageDecisions', url: given }));
         const logged = await timed(5, () => ({ type: 'pageDecisions', url: given }));
         return {
             'log of the page with much, first': log, 'log of the page with much, again': logged,
             'read 64 units of the page with much': await read(given),
             'read 64 units of a page with one decision': await read(given + '&one'),
             'read 64 units of a page with none': await read(given + '&none'),
             'counts of one author, first': await timed(1, () => ({ type: 'authors', url: 'https://pages.example/0', names: ['@voice_7'] })),
             'counts of 250 authors': await timed(1, () => ({ type: 'authors', url: 'https://pages.example/0', names })),
         };",
    )
    .await?;
    asked(
        "records",
        "const first = await timed(1, () => ({ type: 'records', after: null, limit: 200 }));
         const start = performance.now();
         let after = null, number = 0;
         do {
             const { records, next } = await ask({ type: 'records', after, limit: 200 });
             number += records.length;
             after = next;
         } while (after !== null);
         return { 'first slice of 200 records': first, 'all records, slice by slice': performance.now() - start, [`  (${number} records)`]: 0 };",
    )
    .await?;
    told("memory of extension processes, after all records", memory(&visit)?, "MiB");

    for (what, address) in [("none", &none), ("one", &one), ("much", &much)] {
        let start = Instant::now();
        let page = visit.open(address).await?;
        visit.highlighted("kuffar").await?;
        told(&format!("open the page with {what}: first highlights"), start.elapsed().as_secs_f64() * 1e3, "ms");
        let start = Instant::now();
        visit.open_panel(&page).await?;
        told(&format!("open the page with {what}: panel complete"), start.elapsed().as_secs_f64() * 1e3, "ms");
        visit.close(page).await?;
    }
    let page = visit.open(&none).await?;
    visit.open_panel(&page).await?;
    let start = Instant::now();
    visit.click("button.export").await?;
    let length = loop {
        let files = fs::read_dir(visit.browser.downloads()).into_iter().flatten().flatten();
        let file = files.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|it| it == "jsonl"));
        if let Some(file) = file
            && fs::read(&file)?.ends_with(b"\n")
        {
            break fs::metadata(&file)?.len();
        }
        if start.elapsed() > Duration::from_secs(600) {
            bail!("no export after ten minutes");
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    };
    told("export everything as JSON Lines", start.elapsed().as_secs_f64(), "s");
    told("its size", length as f64 / f64::from(1 << 20), "MiB");
    told("memory of extension processes, after the export", memory(&visit)?, "MiB");
    Ok(())
}

/// What the service stores for decisions about many pages. It takes minutes, and is kept below `target/` for the next time.
async fn elsewhere(tree: &Tree, number: usize) -> Result<Vec<(String, Value)>> {
    let kept = tree.target(format!("measure-{number}.json"));
    if let Ok(file) = fs::File::open(&kept) {
        return Ok(serde_json::from_reader(std::io::BufReader::new(file))?);
    }
    let entries = decided(tree, (0..number).map(elsewhere_decided)).await?;
    serde_json::to_writer(std::io::BufWriter::new(fs::File::create(&kept)?), &entries)?;
    Ok(entries)
}

/// What is stored for decisions about two pages of this run: much about one, and one about another. Nothing is learned here.
async fn here(tree: &Tree, much: &str, one: &str) -> Result<Vec<(String, Value)>> {
    let number = |place: usize| if place < MUCH { place + 1 } else { 1 };
    let about = |place: usize| if place < MUCH { much } else { one }.to_owned();
    let made = (0..=MUCH).map(|place| {
        let text = format!("Example voice {0} shouts kuffar {0} times.", number(place));
        made(format!("{place:08x}-0000-4000-9000-000000000000"), about(place), text, place)
    });
    let mut entries = decided(tree, made).await?;
    entries.retain(|(key, _)| !key.starts_with("label:") && !key.starts_with("learned:"));
    Ok(entries)
}

fn elsewhere_decided(place: usize) -> Decision {
    let unit = place + 1;
    let text = format!(
        "Example voice {unit} shouts kuffar {unit} times. Nobody hears it: the street is empty, the shops are shut, and the cat \
         of number {} sleeps on the warm stones beside the well, as it does on every afternoon.",
        place % 97
    );
    let url = format!("https://pages.example/{}", place / USUAL);
    let mut decision = made(format!("{place:08x}-0000-4000-8000-000000000000"), url, text, place);
    if place >= TAUGHT {
        "former".clone_into(&mut decision.codebook.id);
    }
    decision
}

/// A service over memory, with what ships.
fn service(tree: &Tree) -> Result<Service<Memory>> {
    let package = tree.target("dist/chromium");
    let shipped = Shipped::from_bytes(&fs::read(package.join("codebooks.bin"))?)?;
    let model = Model::from_bytes(&fs::read(package.join("model.bin"))?)?;
    let engine = Engine::new(shipped.set).with_models(vec![Arc::new(model)]);
    Ok(Service::new(engine, Memory::default()).drawing(|| Ok([7; 32])))
}

async fn decide(service: &Service<Memory>, decisions: impl Iterator<Item = Decision>) -> Result<()> {
    let Response::Codebooks { codebooks, .. } = service.handle(Request::Codebooks).await.response else {
        bail!("no codebooks");
    };
    let codebook = &codebooks.first().context("no codebook")?.codebook;
    for mut decision in decisions {
        let id = std::mem::take(&mut decision.codebook.id);
        decision.codebook = codebook.clone();
        if !id.is_empty() {
            decision.codebook.id = id;
        }
        let answer = service.handle(Request::Decide { decision: decision.into() }).await.response;
        if !matches!(answer, Response::Stored { .. }) {
            bail!("{answer:?}");
        }
    }
    Ok(())
}

/// What the service stores for these decisions.
async fn decided(tree: &Tree, decisions: impl Iterator<Item = Decision>) -> Result<Vec<(String, Value)>> {
    let service = service(tree)?;
    decide(&service, decisions).await?;
    let keys = service.store().keys().await?;
    let values = service.store().get(keys.clone()).await?;
    Ok(keys.into_iter().zip(values).filter_map(|(key, value)| Some((key, value?))).collect())
}

/// A decision, under the codebook with this id; an empty one stands for the first that ships.
fn made(id: String, url: String, text: String, place: usize) -> Decision {
    let start = text.find("kuffar").map_or(0, |at| at as u32);
    let (action, code) = match place % 10 {
        9 => (Action::NoneApplies, None),
        7 | 8 => (Action::Rejected, Some("takfir".to_owned())),
        _ => (Action::Accepted, Some("takfir".to_owned())),
    };
    let accepted = action == Action::Accepted;
    Decision {
        image: None,
        confidence: None,
        hidden: false,
        relation: None,
        id,
        at: format!("2026-01-01T00:{:02}:{:02}.{:03}Z", place / 60_000 % 60, place / 1000 % 60, place % 1000),
        page: Page { url, title: "An example".to_owned() },
        text,
        kind: UnitKind::Post,
        author: Some(format!("@voice_{}", place % AUTHORS)),
        action,
        codebook: CodebookRef { id: String::new(), version: String::new(), hash: String::new() },
        stance: accepted.then(|| "none".to_owned()),
        tier: accepted.then_some(2),
        span: code.as_ref().map(|_| [start, start + 6]),
        path: None,
        code,
        memo: None,
        revises: None,
        proposed: None,
    }
}

/// Puts entries into the extension's storage. Gives how many bytes they are as JSON.
async fn fill(visit: &Visit, entries: Vec<(String, Value)>) -> Result<usize> {
    visit.go_to_base().await?;
    let (mut all, mut size, mut some) = (0, 0, Map::new());
    let mut entries = entries.into_iter().peekable();
    while let Some((key, value)) = entries.next() {
        size += value.to_string().len();
        some.insert(key, value);
        if size >= BULK || entries.peek().is_none() {
            let text = json!(std::mem::take(&mut some)).to_string();
            all += text.len();
            visit.ask("await api.storage.local.set(JSON.parse(given)); return null;", &text).await?;
            size = 0;
        }
    }
    Ok(all)
}

/// What the processes that run extensions hold, in MiB: their own pages, and their part of those that are shared.
fn memory(visit: &Visit) -> Result<f64> {
    let mut kilobytes = 0.0;
    for process in visit.browser.processes()? {
        let said = |file: &str| fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
        let ours = match visit.browser.kind() {
            Kind::Chromium => said("cmdline").contains("--extension-process"),
            Kind::Firefox => said("comm").starts_with("WebExtensions"),
        };
        if ours {
            let rollup = said("smaps_rollup");
            let share = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap_or_default();
            kilobytes += share.trim().trim_end_matches(" kB").parse::<f64>().unwrap_or_default();
        }
    }
    Ok(kilobytes / 1024.0)
}
