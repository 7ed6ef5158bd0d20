//! Opens the sample feed in a browser with the extension in it, allowed to read it.
//!
//! With a display the browser stays open until its window is closed. Without one, the findings that the panel shows are
//! printed and pictures are taken of the feed, of a card on it and of the panel.
//!
//! Must not touch: how a finding is made. What is printed is read off the panel.

use anyhow::Result;
use clap::Parser;
use postil_browser::driver::{Kind, Options};
use postil_browser::visit::{Opened, Unit, Visit};
use postil_browser::wait::until;
use postil_tool::Tree;
use serde_json::Value;
use std::env;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Opens the sample feed in a browser with the extension in it.
#[derive(Parser)]
struct Arguments {
    /// In which browser.
    #[arg(long, value_enum, default_value = "chromium")]
    browser: Kind,
    /// As a reader who prefers dark colours.
    #[arg(long)]
    dark: bool,
}

/// Brings the longest highlighted words near the top of the window and gives their middle.
const HIGHLIGHTED_POINT: &str = "
    const found = [...CSS.highlights.values()].flatMap(ranges => [...ranges.values()]).map(range => {
        const live = document.createRange();
        live.setStart(range.startContainer, range.startOffset);
        live.setEnd(range.endContainer, range.endOffset);
        return live;
    });
    const longest = found.sort((one, other) => other.toString().length - one.toString().length)[0];
    if (!longest) return null;
    scrollBy({ top: longest.getBoundingClientRect().top - 250, behavior: 'instant' });
    const box = longest.getClientRects()[0];
    return [Math.round(box.left + box.width / 2), Math.round(box.top + box.height / 2)];";

/// Shows pictures side by side; done once they are decoded.
const SIDE_BY_SIDE: &str = "
    const done = arguments[arguments.length - 1];
    document.body.style.cssText = 'margin:0;display:flex;align-items:flex-start;background:#888;gap:2px';
    const images = [...arguments].slice(0, -1).map(png => {
        const image = new Image();
        image.src = `data:image/png;base64,${png}`;
        document.body.append(image);
        return image;
    });
    Promise.all(images.map(image => image.decode())).then(() => done([
        images.reduce((sum, image) => sum + image.width + 2, -2), Math.max(...images.map(image => image.height)),
        outerWidth - innerWidth, outerHeight - innerHeight]));";

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let headless = ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| env::var_os(name).is_none_or(|it| it.is_empty()))
        && cfg!(not(target_os = "macos"));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        tokio::select! {
            // Dropping the browser ends it.
            result = open(arguments, headless) => result,
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}

async fn open(arguments: &Arguments, headless: bool) -> Result<()> {
    let tree = Tree::here();
    let options = Options {
        kind: arguments.browser,
        headless,
        dark: arguments.dark,
        disk: None,
        proxy: None,
        everywhere: false,
        language: None,
    };
    let visit = Visit::start(&tree, options).await?;
    let page = visit.open(&visit.server.url("/")).await?;
    visit.grant(&page).await?;
    if headless {
        let suffix = [(arguments.browser == Kind::Firefox, "-firefox"), (arguments.dark, "-dark")]
            .map(|(on, suffix)| if on { suffix } else { "" })
            .concat();
        report(&visit, &page, |name| tree.target(format!("postil-{name}{suffix}.png"))).await
    } else {
        stay(&visit, &page).await
    }
}

/// Prints the findings and takes the pictures.
async fn report(visit: &Visit, page: &Opened, picture: impl Fn(&str) -> PathBuf) -> Result<()> {
    visit.open_panel(page).await?;
    print(&visit.units().await?);
    let driver = visit.driver()?;
    let mut taken = Vec::new();

    let panel = picture("side-panel");
    let feed = picture("sample-feed");
    match visit.browser.kind() {
        Kind::Chromium => {
            visit.open_side_panel(page).await?;
            until("the side panel to be filled", async || Ok((!visit.units().await?.is_empty()).then_some(()))).await?;
            let beside = driver.screenshot_as_png_base64().await?;
            driver.screenshot(&panel).await?;
            visit.go_to(page).await?;
            let on_page = driver.screenshot_as_png_base64().await?;
            // A driver photographs one document at a time; the two are shown as the window shows them.
            visit.go_to_base().await?;
            driver.goto("about:blank").await?;
            let size: Vec<i64> =
                driver.execute_async(SIDE_BY_SIDE, vec![Value::from(on_page), Value::from(beside)]).await?.convert()?;
            if let [width, height, more_width, more_height] = size[..] {
                driver
                    .set_window_rect(0, 0, (width + more_width).try_into()?, (height + more_height).try_into()?)
                    .await?;
            }
            driver.screenshot(&feed).await?;
        }
        Kind::Firefox => {
            driver.screenshot(&panel).await?;
            visit.go_to(page).await?;
            driver.set_window_rect(0, 0, 1300, 900).await?;
            visit.open_sidebar(page).await?;
            visit.browser.chrome_screenshot(&feed).await?;
        }
    }
    taken.extend([feed, panel]);

    visit.go_to(page).await?;
    let point = driver.execute(HIGHLIGHTED_POINT, Vec::new()).await?.json().clone();
    if let (Some(x), Some(y)) = (point[0].as_i64(), point[1].as_i64()) {
        let card = picture("hover-card");
        driver.action_chain().move_to(x, y).perform().await?;
        until("the card", async || {
            let shown = driver.execute("return document.documentElement.children.length > 2;", Vec::new()).await?;
            Ok((shown.json() == true).then_some(()))
        })
        .await?;
        driver
            .execute_async("requestAnimationFrame(() => requestAnimationFrame(() => arguments[0](null)));", Vec::new())
            .await?;
        driver.screenshot(&card).await?;
        taken.push(card);
    }
    println!();
    for picture in taken {
        println!("{}", picture.display());
    }
    Ok(())
}

/// Shows the panel beside the page and waits until both are closed.
async fn stay(visit: &Visit, page: &Opened) -> Result<()> {
    match visit.browser.kind() {
        Kind::Chromium => {
            visit.open_side_panel(page).await?;
        }
        Kind::Firefox => {
            visit.open_sidebar(page).await?;
        }
    }
    visit.close_base().await?;
    eprintln!("the sample feed is open at {}; close its window to end", visit.server.url("/"));
    let driver = visit.driver()?;
    while driver.windows().await.is_ok_and(|windows| windows.contains(&page.window)) {
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    Ok(())
}

/// At most this many characters, in one line.
fn cut(text: &str, length: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(length) {
        Some(_) => line.chars().take(length - 1).chain(['…']).collect(),
        None => line,
    }
}

fn print(units: &[Unit]) {
    println!("{:<46} {:<9} {:>4} {:>7}  codes: matched", "unit", "stance", "tier", "support");
    let mut found = 0;
    for unit in units.iter().filter(|unit| !unit.codes.is_empty()) {
        found += 1;
        let codes: Vec<String> =
            unit.codes.iter().map(|row| format!("{}: {}", row.code, cut(&row.matched.join(" | "), 40))).collect();
        println!(
            "{:<46} {:<9} {:>4} {:>7}  {}",
            cut(&unit.text, 46),
            unit.stance,
            unit.tier,
            unit.support,
            codes.join("; ")
        );
    }
    println!("{} units, {found} with findings", units.len());
}
