//! That every page of ours can be used by everybody: by the rules of axe-core, in light and in dark, as narrow as a page gets
//! that is zoomed in to 400 %, from right to left, and without motion.
//!
//! Shape: browsers of their own, so that what is decided on the way stands in nobody's way. What stands over a page is in a
//! closed shadow root, which axe cannot look into.
//!
//! Invariants: axe-core is read from the development dependencies, and no package has it.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil_browser::driver::{Kind, Options};
use postil_browser::runner::Outcome;
use postil_browser::visit::{Opened, Visit};
use postil_browser::wait::until;
use postil_tool::Tree;
use serde_json::{Value, json};
use std::fs;
use std::time::Duration;
use thirtyfour::By;

/// How long all pages may take, in every way in which they are looked at.
pub(super) const LIMIT: Duration = Duration::from_secs(900);

/// What axe finds on the page in the current window: severity, and in words what, the first places where, and why.
const RUN: &str = "
    const done = arguments[arguments.length - 1];
    window.axe.run(document, { resultTypes: ['violations'] }).then(
        ({ violations }) => done(violations.flatMap(({ id, impact, help, nodes }) => nodes.slice(0, 3).map(({ target, failureSummary }) =>
            [impact ?? 'minor', `${id} (${help}): ${target.join(' ')}: ${failureSummary}`]))),
        error => done([['critical', String(error)]]));";

/// By how many pixels the page is wider than its window, and what stands out.
const OVERFLOW: &str = "
    const root = document.documentElement;
    const out = ({ left, right, width }) => width > 0 && (left < -1 || right > root.clientWidth + 1);
    const names = [...document.querySelectorAll('body *')].filter(it => out(it.getBoundingClientRect()))
        .map(it => `${it.localName}.${it.className}`);
    return [root.scrollWidth - root.clientWidth, names.slice(0, 5)];";

/// Unfolds whatever unfolds, and asks whatever question is asked before something is removed; sites go unasked.
const UNFOLD: &str = "
    for (const details of document.querySelectorAll('details')) details.open = true;
    for (const button of document.querySelectorAll('.quiet [aria-expanded=false], .disclosure[aria-expanded=false]')) button.click();
    for (const button of document.querySelectorAll('.group:not(#sites) button.remove')) button.click();";

/// What still moves: elements with a transition, and a page that scrolls smoothly.
const MOVING: &str = "
    return [document.documentElement, ...document.querySelectorAll('body *')].flatMap(it =>
        [getComputedStyle(it), getComputedStyle(it, '::before')].map(style => [it, style]))
        .filter(([, style]) => style.scrollBehavior === 'smooth' || style.transitionDuration.split(',').some(one => parseFloat(one) > 0))
        .map(([it]) => `${it.localName}.${it.className}`);";

/// What is done with each page, in each state worth a look.
enum Look {
    /// Axe looks at it, and it is no wider than its window.
    Rules(String),
    /// It runs from right to left in the language of its words, and is no wider than its window.
    RightToLeft,
    /// Nothing on it moves.
    Still,
}

/// The pages, in a browser of their own.
struct Round {
    visit: Visit,
    look: Look,
    found: Vec<String>,
}

impl Round {
    async fn start(suite: &Suite, look: Look, language: Option<&'static str>) -> Result<Self> {
        let options = Options {
            kind: suite.visit.browser.kind(),
            headless: true,
            dark: false,
            proxy: Some(suite.recorder.address()),
            disk: None,
            everywhere: false,
            language,
        };
        Ok(Self { visit: Visit::start(&Tree::here(), options).await?, look, found: Vec::new() })
    }

    async fn look(&mut self, name: &str) -> Result<()> {
        let driver = self.visit.driver()?;
        match &self.look {
            Look::Rules(axe) => {
                driver.execute(axe.as_str(), Vec::new()).await?;
                let found: Vec<[String; 2]> = driver.execute_async(RUN, Vec::new()).await?.convert()?;
                for [impact, words] in found {
                    let line = format!("{name}: {impact}: {words}");
                    if ["serious", "critical"].contains(&&*impact) {
                        self.found.push(line);
                    } else {
                        println!("    {line}");
                    }
                }
            }
            Look::RightToLeft => {
                let says = "const { dir, lang } = document.documentElement; return [dir, lang];";
                let says = driver.execute(says, Vec::new()).await?.json().clone();
                if says != json!(["rtl", "ar"]) {
                    self.found.push(format!("{name}: it says {says}"));
                }
            }
            Look::Still => {
                let moving: Vec<String> = driver.execute(MOVING, Vec::new()).await?.convert()?;
                self.found.extend(moving.into_iter().take(5).map(|it| format!("{name}: {it} moves")));
                return Ok(());
            }
        }
        let over = driver.execute(OVERFLOW, Vec::new()).await?.json().clone();
        if over[0].as_i64().is_none_or(|over| over > 0) {
            self.found.push(format!("{name}: wider than its window: {over}"));
        }
        Ok(())
    }

    /// Waits until there is this on the page in the current window.
    async fn there(&self, selector: &str) -> Result<()> {
        let driver = self.visit.driver()?;
        until(selector, async || Ok((!driver.find_all(By::Css(selector)).await?.is_empty()).then_some(()))).await
    }

    async fn run(&self, script: &str) -> Result<()> {
        self.visit.driver()?.execute(script, Vec::new()).await?;
        Ok(())
    }

    /// Opens a dialog of the panel by a press, looks at it, and closes it.
    async fn dialog(&mut self, name: &str, button: &str) -> Result<()> {
        self.visit.click(button).await?;
        self.there("dialog[open]").await?;
        self.run("for (const details of document.querySelectorAll('dialog[open] details')) details.open = true;")
            .await?;
        self.look(name).await?;
        self.run("document.querySelector('dialog[open]').close();").await?;
        let driver = self.visit.driver()?;
        until("the dialog to be closed", async || {
            Ok(driver.find_all(By::Css("dialog[open]")).await?.is_empty().then_some(()))
        })
        .await
    }

    async fn panel(&mut self, page: &Opened) -> Result<()> {
        self.visit.open_panel(page).await?;
        self.look("panel").await?;
        self.run(UNFOLD).await?;
        self.there(".person").await?;
        self.run(
            "document.querySelector('button.accept')?.click(); document.querySelectorAll('button.reject')[1]?.click();",
        )
        .await?;
        self.there(".relate").await?;
        self.there(".code.rejected").await?;
        self.look("panel, all unfolded").await?;
        self.dialog("panel, form", ".code-it").await?;
        self.dialog("panel, keys", "header.top .icon:last-child").await?;
        self.dialog("panel, relations", ".relate").await?;
        self.dialog("panel, session", "#session-begin").await
    }

    async fn options(&mut self) -> Result<()> {
        self.visit.open_options().await?;
        self.there("#codebooks .books li").await?;
        self.there("#project-list .name").await?;
        self.run(UNFOLD).await?;
        self.there(".question").await?;
        self.run(UNFOLD).await?;
        self.look("options").await
    }

    async fn editor(&mut self) -> Result<()> {
        self.visit.go_to_base().await?;
        let address = format!("{}/editor.html", self.visit.origin());
        self.visit.driver()?.goto(address).await?;
        self.there("#editor-title").await?;
        self.look("editor, nothing yet").await?;
        self.visit.write("editor-title", "Garden talk").await?;
        self.visit.click("#editor-begin").await?;
        self.visit.click("#editor-code-add").await?;
        self.there("#f-code-0-label").await?;
        self.visit.click("#f-code-0-positive-add").await?;
        self.visit.write("editor-try", "A jar of frostmoss.").await?;
        self.run(UNFOLD).await?;
        self.look("editor").await?;
        for (sheet, button) in
            [("save", "#editor-save"), ("history", "#editor-history"), ("migrate", "#editor-migrate")]
        {
            self.visit.click(button).await?;
            self.there(&format!("#editor-sheet-{sheet}")).await?;
            self.look(&format!("editor, {sheet}")).await?;
        }
        // What is not saved is asked about when the page is left.
        self.visit.open_options().await
    }

    async fn workbench(&mut self) -> Result<()> {
        let page = self.visit.open(&self.visit.server.url("/workbench.html")).await?;
        self.there(".codebook-choice").await?;
        self.look("workbench, nothing yet").await?;
        self.visit.write("text", "The kuffar, an invented agency reports. Bread and tea.").await?;
        self.visit.click("#read").await?;
        self.there(".units [data-unit]").await?;
        self.run(UNFOLD).await?;
        self.look("workbench").await?;
        self.visit.close(page).await
    }

    async fn popup(&mut self) -> Result<()> {
        self.visit.go_to_base().await?;
        self.there("#options").await?;
        self.look("popup").await
    }

    /// Every page, one after the other.
    async fn pages(&mut self, page: &Opened) -> Result<()> {
        self.popup().await?;
        self.panel(page).await?;
        self.options().await?;
        self.editor().await?;
        self.workbench().await
    }

    /// The feed, which the extension may read.
    async fn feed(&self) -> Result<Opened> {
        let page = self.visit.open(&self.visit.server.url("/")).await?;
        self.visit.grant(&page).await?;
        Ok(page)
    }

    /// Has the window of our pages say of its reader and its screen what it is told to; Chromium alone can.
    async fn emulate(&self, features: Value, width: u32) -> Result<()> {
        self.visit.go_to_base().await?;
        let cdp = self.visit.driver()?.cdp();
        cdp.send_raw("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        let size = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        cdp.send_raw("Emulation.setDeviceMetricsOverride", size).await?;
        Ok(())
    }

    fn end(self) -> Result<Outcome> {
        ensure!(self.found.is_empty(), "{}", self.found.join("\n    "));
        Ok(Outcome::Passed)
    }
}

pub(super) async fn the_pages_are_accessible_to_the_rules_of_axe(suite: &mut Suite) -> Result<Outcome> {
    let file = Tree::here().path("extension/node_modules/axe-core/axe.min.js");
    let axe = fs::read_to_string(&file).with_context(|| format!("{} is missing: run npm ci", file.display()))?;
    let mut round = Round::start(suite, Look::Rules(axe), None).await?;
    let page = round.feed().await?;
    if suite.visit.browser.kind() == Kind::Chromium {
        let scheme = |value: &str| json!([{ "name": "prefers-color-scheme", "value": value }]);
        for (scheme, width) in [(scheme("dark"), 640), (scheme("light"), 320)] {
            round.emulate(scheme, width).await?;
            round.pages(&page).await?;
        }
    } else {
        round.pages(&page).await?;
    }
    round.end()
}

pub(super) async fn an_arabic_browser_shows_pages_from_right_to_left(suite: &mut Suite) -> Result<Outcome> {
    if suite.visit.browser.kind() != Kind::Chromium {
        return Ok(Outcome::Skipped("Firefox speaks the languages alone that are installed in it".to_owned()));
    }
    let mut round = Round::start(suite, Look::RightToLeft, Some("ar")).await?;
    let page = round.feed().await?;
    for width in [1280, 320] {
        round.emulate(json!([]), width).await?;
        round.pages(&page).await?;
    }
    round.end()
}

pub(super) async fn nothing_moves_for_who_wants_no_motion(suite: &mut Suite) -> Result<Outcome> {
    if suite.visit.browser.kind() != Kind::Chromium {
        return Ok(Outcome::Skipped("Firefox is not told so while it runs".to_owned()));
    }
    let mut round = Round::start(suite, Look::Still, None).await?;
    round.emulate(json!([{ "name": "prefers-reduced-motion", "value": "reduce" }]), 1280).await?;
    round.popup().await?;
    round.options().await?;
    round.editor().await?;
    round.end()
}
