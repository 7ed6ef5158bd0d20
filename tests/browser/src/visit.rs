//! What a coder does in a browser: open a page, allow the site, read the panel, decide.
//!
//! Invariants: acts through what a coder can reach (pages and buttons); the panel is read by its attributes.
//! Must not touch: the extension's storage or messages.

use crate::driver::{Browser, Kind, Options, percent};
use crate::wait::until;
use anyhow::{Context as _, Result, bail};
use postil_tool::Tree;
use postil_tool::serve::Server;
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use thirtyfour::error::{WebDriverErrorInner, WebDriverResult};
use thirtyfour::{By, Key, WebDriver, WindowHandle};

/// A browser, a server with pages, and a window with a page of the extension from which the others are opened.
pub struct Visit {
    /// The browser.
    pub browser: Browser,
    /// The pages.
    pub server: Server,
    origin: String,
    base: WindowHandle,
    earlier: Vec<String>,
}

/// A page that is open in a window of its own: a page in a hidden tab is not laid out and not read.
#[derive(Debug, Clone)]
pub struct Opened {
    /// Its window.
    pub window: WindowHandle,
    /// The browser's id of its tab.
    pub tab: i64,
}

/// A unit as the panel shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Unit {
    /// Its id in the panel.
    pub id: String,
    /// Its text as far as the panel shows it.
    pub text: String,
    /// Proposed stance; empty where there is none.
    pub stance: String,
    /// Proposed tier; empty where there is none.
    pub tier: String,
    /// Probability of support; empty where there is none.
    pub support: String,
    /// The coder said that no code applies.
    pub none_applies: bool,
    /// Its rows.
    pub codes: Vec<Row>,
}

impl Unit {
    /// Whether the coder accepted one of its codes.
    pub fn accepted(&self) -> bool {
        self.codes.iter().any(|row| row.accepted)
    }
}

/// A proposed code as the panel shows it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Row {
    /// Code id.
    pub code: String,
    /// The coder accepted it.
    pub accepted: bool,
    /// The coder rejected it.
    pub rejected: bool,
    /// The words that it was found by.
    pub matched: Vec<String>,
}

/// A highlight as any script of the page can see it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Highlight {
    /// Its name in the registry.
    pub name: String,
    /// The text of each of its ranges.
    pub texts: Vec<String>,
}

const PANEL_UNITS: &str = "
    return [...document.querySelectorAll('[data-unit]')].map(unit => {
        const reading = unit.querySelector('[data-codebook]');
        const marks = [...unit.querySelectorAll('mark')];
        return {
            id: unit.dataset.unit,
            text: unit.querySelector('.excerpt')?.textContent ?? '',
            stance: reading?.dataset.stance ?? '',
            tier: reading?.dataset.tier ?? '',
            support: reading?.dataset.support ?? '',
            none_applies: unit.querySelector('.none-applies')?.ariaPressed === 'true',
            codes: [...unit.querySelectorAll('[data-code]')].map(row => {
                const holds = mark => mark.dataset.codes.split(' ').includes(row.dataset.code);
                return {
                    code: row.dataset.code,
                    accepted: row.classList.contains('accepted'),
                    rejected: row.classList.contains('rejected'),
                    matched: marks.filter(holds).map(mark => mark.textContent),
                };
            }),
        };
    });";

/// Shows every unit, also those without findings.
const UNFOLD: &str =
    "for (const button of document.querySelectorAll('.quiet button[aria-expanded=false]')) button.click();";

/// Whether all that was unfolded is there: a long list comes frame by frame.
const UNFOLDED: &str =
    "return document.querySelector('.quiet button[aria-expanded=false], [aria-busy=true]') === null;";

/// Whether the panel says that it has read the whole page, and shows all of it.
const COMPLETE: &str = "return document.querySelector('.counts') !== null
    && document.querySelector('.waiting, [aria-busy=true]') === null;";

const HIGHLIGHTS: &str = "
    return [...CSS.highlights.entries()].map(([name, ranges]) => ({
        name,
        texts: [...ranges.values()].map(range => {
            const live = document.createRange();
            live.setStart(range.startContainer, range.startOffset);
            live.setEnd(range.endContainer, range.endOffset);
            return live.toString();
        }),
    }));";

/// Keeps what is sent to be read where the page of the extension can be asked for it later.
const LISTEN: &str = "
    const api = window.wrappedJSObject?.browser ?? globalThis.browser ?? chrome;
    api.runtime.onConnect.addListener(port => {
        port.onMessage.addListener(({ request }) => {
            for (const text of request?.type === 'read' ? request.units : []) {
                const line = document.createElement('output');
                line.className = 'heard';
                line.textContent = text;
                document.documentElement.append(line);
            }
        });
    });";

const HEARD: &str = "return [...document.querySelectorAll('output.heard')].map(line => line.textContent);";

/// The page as markup, without elements beside its head and body, and how many of those there were.
const MARKUP: &str = "
    const copy = document.documentElement.cloneNode(true);
    const extra = [...copy.children].filter(child => child.localName !== 'head' && child.localName !== 'body');
    for (const element of extra) element.remove();
    return { markup: copy.outerHTML, extra: extra.length, sheets: document.adoptedStyleSheets.length };";

impl Visit {
    /// Starts a browser and a server.
    pub async fn start(tree: &Tree, options: Options) -> Result<Self> {
        let server = Server::start(tree)?;
        let browser = Browser::start(tree, options).await?;
        let origin = browser.extension_origin().await?;
        let base = browser.driver()?.window().await?;
        let visit = Self { browser, server, origin, base, earlier: Vec::new() };
        visit.go_to_base().await?;
        Ok(visit)
    }

    /// Ends the browser and starts it again with the same profile.
    pub async fn restart(&mut self) -> Result<()> {
        // Neither browser keeps them.
        self.earlier = self.complaints().await?;
        self.browser.restart().await?;
        self.base = self.driver()?.window().await?;
        self.go_to_base().await
    }

    /// Kills the browser as a crash would, and starts it again with the same profile. What it had complained of is lost.
    pub async fn crash(&mut self) -> Result<()> {
        self.browser.crash().await?;
        self.base = self.driver()?.window().await?;
        self.go_to_base().await
    }

    /// Where the extension's own pages are, without a slash at the end.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// The session.
    pub fn driver(&self) -> Result<&WebDriver> {
        self.browser.driver()
    }

    /// The window with a page of the extension.
    pub async fn go_to_base(&self) -> Result<()> {
        let driver = self.driver()?;
        driver.switch_to_window(self.base.clone()).await?;
        driver.goto(format!("{}/popup.html", self.origin)).await?;
        Ok(())
    }

    /// Opens a page in a window of its own and goes there.
    pub async fn open(&self, url: &str) -> Result<Opened> {
        self.go_to_base().await?;
        let driver = self.driver()?;
        let before = driver.windows().await?;
        let tab = self
            .ask("const window = await api.windows.create({ url: given, width: 1000, height: 900 }); return window.tabs[0].id;", url)
            .await?
            .as_i64()
            .context("the new window has no tab")?;
        let window = until("the new window", async || {
            Ok(driver.windows().await?.into_iter().find(|window| !before.contains(window)))
        })
        .await?;
        driver.switch_to_window(window.clone()).await?;
        let mut seen = Value::Null;
        let loaded = until(&format!("{url} to be loaded"), async || {
            seen = driver.execute("return [location.href, document.readyState];", Vec::new()).await?.json().clone();
            Ok((seen == json!([url, "complete"])).then_some(()))
        })
        .await;
        loaded.with_context(|| format!("the window shows {seen}"))?;
        Ok(Opened { window, tab })
    }

    /// Closes the window from which the others were opened; nothing more can be asked through it.
    pub async fn close_base(&self) -> Result<()> {
        let driver = self.driver()?;
        driver.switch_to_window(self.base.clone()).await?;
        Ok(driver.close_window().await?)
    }

    /// Closes a page, and its panel before it.
    pub async fn close(&self, page: Opened) -> Result<()> {
        self.go_to_base().await?;
        self.go_to(&page).await?;
        self.driver()?.close_window().await?;
        self.go_to_base().await
    }

    /// Goes to a page that is open.
    pub async fn go_to(&self, page: &Opened) -> Result<()> {
        Ok(self.driver()?.switch_to_window(page.window.clone()).await?)
    }

    /// Allows the extension to read the page's site, by the popup's button.
    pub async fn grant(&self, page: &Opened) -> Result<()> {
        let driver = self.driver()?;
        self.go_to(page).await?;
        let address = driver.current_url().await?;
        let site = format!("{}://{}/*", address.scheme(), address.host_str().context("the page has no site")?);
        self.open_popup(page, address.as_str()).await?;
        if self.browser.kind() == Kind::Chromium {
            // Without this the popup's request would wait for a prompt that no driver can click. A permission that is
            // given before the popup opens would leave it nothing to ask for.
            driver.new_tab().await.map(|tab| driver.switch_to_window(tab))?.await?;
            driver.goto("chrome://extensions").await?;
            let id = self.origin.rsplit('/').next().unwrap_or_default();
            driver
                .execute_async(
                    "const [id, site, done] = arguments;
                     chrome.developerPrivate.addHostPermission(id, site, () => done(null));",
                    vec![id.into(), site.clone().into()],
                )
                .await?;
            driver.close_window().await?;
            driver.switch_to_window(self.base.clone()).await?;
        }
        self.click("#allow").await?;
        until(&format!("the permission for {site}"), async || {
            let granted = self.ask("return api.permissions.contains({ origins: [given] });", &site).await?;
            Ok((granted == true).then_some(()))
        })
        .await?;
        self.go_to(page).await
    }

    /// Takes the permission back by the popup's button, and goes to the page.
    pub async fn revoke(&self, page: &Opened) -> Result<()> {
        self.go_to(page).await?;
        let address = self.driver()?.current_url().await?;
        self.open_popup(page, address.as_str()).await?;
        self.click("#stop").await?;
        self.go_to(page).await
    }

    /// Has the open project read the page's site, which it left alone, by the popup's button, and goes to the page.
    pub async fn switch_on(&self, page: &Opened) -> Result<()> {
        self.go_to(page).await?;
        let address = self.driver()?.current_url().await?;
        self.open_popup(page, address.as_str()).await?;
        self.click("#switch-on").await?;
        until("the popup to say that the site is read", async || {
            Ok(self.driver()?.find_all(By::Css(".state.granted")).await?.pop().map(|_| ()))
        })
        .await?;
        self.go_to(page).await
    }

    /// Begins to teach the page's site by the popup's button, pressed so many times, and goes to the page.
    pub async fn teach(&self, page: &Opened, times: usize) -> Result<()> {
        self.go_to(page).await?;
        let address = self.driver()?.current_url().await?;
        self.open_popup(page, address.as_str()).await?;
        for _ in 0..times {
            self.click("#teach").await?;
        }
        self.go_to(page).await
    }

    /// Opens the popup for a page in the base window. A tab is no popup to the browser and hides the page's address from
    /// it, so the address is handed along.
    async fn open_popup(&self, page: &Opened, address: &str) -> Result<()> {
        let driver = self.driver()?;
        driver.switch_to_window(self.base.clone()).await?;
        let site = percent(address);
        Ok(driver.goto(format!("{}/popup.html?tab={}&site={site}", self.origin, page.tab)).await?)
    }

    async fn load_panel(&self, page: &Opened) -> Result<()> {
        let driver = self.driver()?;
        driver.switch_to_window(self.base.clone()).await?;
        Ok(driver.goto(format!("{}/panel.html?tab={}", self.origin, page.tab)).await?)
    }

    /// Opens the panel in the base window for a page that the extension may not read.
    pub async fn open_absent_panel(&self, page: &Opened) -> Result<()> {
        self.load_panel(page).await?;
        until("the panel to say that nothing is read", async || {
            Ok(self.driver()?.find_all(By::Css("main.absent")).await?.pop().map(|_| ()))
        })
        .await
    }

    /// Opens the panel in the base window while what is stored is locked.
    pub async fn open_locked_panel(&self, page: &Opened) -> Result<()> {
        self.load_panel(page).await?;
        until("the panel to ask for the passphrase", async || {
            Ok(self.driver()?.find_all(By::Id("panel-secret")).await?.pop().map(|_| ()))
        })
        .await
    }

    /// Opens the panel for a page in the base window.
    pub async fn open_panel(&self, page: &Opened) -> Result<()> {
        self.load_panel(page).await?;
        let driver = self.driver()?;
        until("the panel to show the whole page", async || {
            Ok((driver.execute(COMPLETE, Vec::new()).await?.json() == true).then_some(()))
        })
        .await?;
        self.unfold().await
    }

    /// Goes to the panel that was opened last in the base window.
    pub async fn go_to_panel(&self) -> Result<()> {
        Ok(self.driver()?.switch_to_window(self.base.clone()).await?)
    }

    /// Has the panel in the current window show every unit, also those without findings.
    pub async fn unfold(&self) -> Result<()> {
        let driver = self.driver()?;
        until("every unit to be shown", async || {
            driver.execute(UNFOLD, Vec::new()).await?;
            Ok((driver.execute(UNFOLDED, Vec::new()).await?.json() == true).then_some(()))
        })
        .await
    }

    /// Begins to hear which texts content scripts have read: the browser offers their ports to every page of the
    /// extension. Those of pages that are opened from now on are heard, in a window of its own.
    pub async fn listen(&self) -> Result<WindowHandle> {
        let driver = self.driver()?;
        let window = driver.new_window().await?;
        driver.switch_to_window(window.clone()).await?;
        driver.goto(format!("{}/popup.html", self.origin)).await?;
        driver.execute(LISTEN, Vec::new()).await?;
        Ok(window)
    }

    /// Ends a hearing; gives every text that was sent, as often as it was.
    pub async fn heard(&self, window: WindowHandle) -> Result<Vec<String>> {
        let driver = self.driver()?;
        driver.switch_to_window(window).await?;
        let texts = driver.execute(HEARD, Vec::new()).await?.convert()?;
        driver.close_window().await?;
        self.go_to_panel().await?;
        Ok(texts)
    }

    /// Switches quiet mode on the options page, in the base window.
    pub async fn set_quiet(&self, on: bool) -> Result<()> {
        let driver = self.driver()?;
        driver.switch_to_window(self.base.clone()).await?;
        driver.goto(format!("{}/options.html", self.origin)).await?;
        let stored = async || {
            let stored =
                self.ask("return (await api.storage.local.get(given))[given]?.quiet === true;", "settings").await?;
            Ok::<_, anyhow::Error>((stored == on).then_some(()))
        };
        if stored().await?.is_none() {
            self.click("#quiet-on").await?;
        }
        until("the setting to be kept", stored).await
    }

    /// Selects on the page in the current window as its script would, and presses a key that selects nothing more, so
    /// that the browser says that a selection ended. The script sets `start`, `from`, `end` and `to`.
    pub async fn select(&self, script: &str) -> Result<()> {
        let driver = self.driver()?;
        driver
            .execute(
                format!(
                    "let start, from, end, to; {script};
                     document.activeElement?.blur();
                     getSelection().setBaseAndExtent(start, from, end, to);"
                ),
                Vec::new(),
            )
            .await?;
        Ok(driver.action_chain().key_down(Key::Shift).key_up(Key::Shift).perform().await?)
    }

    /// Waits until the overlay of the page in the current window answers the script with something.
    pub async fn overlay(&self, what: &str, script: &str) -> Result<Value> {
        until(what, async || Ok(Some(self.browser.overlay(script).await?).filter(|answer| !answer.is_null()))).await
    }

    /// Opens the options in the base window.
    pub async fn open_options(&self) -> Result<()> {
        let driver = self.driver()?;
        driver.switch_to_window(self.base.clone()).await?;
        Ok(driver.goto(format!("{}/options.html", self.origin)).await?)
    }

    /// Opens the browser's own side panel beside a page and goes to it. Chromium only: its panel is a window of the
    /// session, Firefox's sidebar is not.
    pub async fn open_side_panel(&self, page: &Opened) -> Result<WindowHandle> {
        let driver = self.driver()?;
        self.go_to(page).await?;
        let address = driver.current_url().await?;
        self.open_popup(page, address.as_str()).await?;
        let before = driver.windows().await?;
        self.click("#open-panel").await?;
        let window = until("the side panel", async || {
            Ok(driver.windows().await?.into_iter().find(|window| !before.contains(window)))
        })
        .await?;
        driver.switch_to_window(window.clone()).await?;
        Ok(window)
    }

    /// Opens Firefox's own sidebar beside a page, waits until it shows the whole page, and goes to the page.
    pub async fn open_sidebar(&self, page: &Opened) -> Result<()> {
        self.go_to(page).await?;
        self.browser.open_sidebar().await?;
        self.sidebar(
            "the sidebar to show the whole page",
            "seen(given) && seen('.counts') && !seen('.waiting')",
            "[data-unit]",
        )
        .await?;
        self.go_to(page).await
    }

    /// Waits until Firefox's own sidebar is as an expression says: `view` is its window, `seen` tells whether it has
    /// something, `given` is the value. Leaves the base window as the current one.
    pub async fn sidebar(&self, what: &str, expression: &str, given: &str) -> Result<()> {
        self.driver()?.switch_to_window(self.base.clone()).await?;
        until(what, async || {
            // Another page of the extension may look into it, the driver may not.
            let script = format!(
                "const [view] = api.extension.getViews({{ type: 'sidebar' }});
                 const seen = selector => view.document.querySelector(selector) !== null;
                 return view !== undefined && ({expression});"
            );
            Ok((self.ask(&script, given).await? == true).then_some(()))
        })
        .await
    }

    /// What the panel in the current window shows.
    pub async fn units(&self) -> Result<Vec<Unit>> {
        Ok(self.driver()?.execute(PANEL_UNITS, Vec::new()).await?.convert()?)
    }

    /// The first unit of the panel whose text holds these words and that is as wanted.
    pub async fn unit(&self, words: &str, wanted: impl Fn(&Unit) -> bool) -> Result<Unit> {
        let seen = std::cell::RefCell::new(None);
        let found = until("the unit", async || {
            let unit = self.units().await?.into_iter().find(|unit| unit.text.contains(words));
            let fits = unit.as_ref().is_some_and(&wanted);
            seen.replace(unit.clone());
            Ok(unit.filter(|_| fits))
        })
        .await;
        found.with_context(|| format!("no unit with \"{words}\" as wanted; the panel has {:#?}", seen.borrow()))
    }

    /// Accepts what the panel proposes for the unit with these words, and waits until the page shows it.
    pub async fn accept(&self, words: &str) -> Result<Unit> {
        let unit = self.unit(words, |unit| !unit.codes.is_empty()).await?;
        self.click(&format!("[data-unit=\"{}\"] button.accept", unit.id)).await?;
        self.unit(words, Unit::accepted).await
    }

    /// Waits until the notice of the page of ours in the current window holds these words.
    pub async fn notice(&self, words: &str) -> Result<()> {
        let driver = self.driver()?;
        until(&format!("the notice \"{words}\""), async || {
            let Some(said) = driver.find_all(By::Css(".notice")).await?.pop() else { return Ok(None) };
            Ok(said.text().await.unwrap_or_default().contains(words).then_some(()))
        })
        .await
    }

    /// Writes into the field with this id in the current window, once it is there.
    pub async fn write(&self, id: &str, words: &str) -> Result<()> {
        let driver = self.driver()?;
        let field = until(&format!("the field {id}"), async || Ok(driver.find_all(By::Id(id)).await?.pop())).await?;
        Ok(field.send_keys(words).await?)
    }

    /// Clicks what the selector finds in the current window, once it can be clicked.
    pub async fn click(&self, selector: &str) -> Result<()> {
        let driver = self.driver()?;
        let pressed = async || -> WebDriverResult<bool> {
            let Some(element) = driver.find_all(By::Css(selector)).await?.into_iter().next() else {
                return Ok(false);
            };
            if !element.is_clickable().await? {
                return Ok(false);
            }
            // To the middle: what sticks to an edge may cover what is scrolled to it.
            let argument = vec![element.to_json()?];
            driver.execute("arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });", argument).await?;
            element.click().await.map(|()| true)
        };
        until(&format!("{selector} to be clickable"), async || match pressed().await {
            Ok(pressed) => Ok(pressed.then_some(())),
            // The page may draw itself anew between any two of the questions, or show over it for a moment how far a file is;
            // what was gone or covered by then was not clicked.
            Err(error)
                if matches!(
                    error.as_inner(),
                    WebDriverErrorInner::StaleElementReference(_) | WebDriverErrorInner::ElementClickIntercepted(_)
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error.into()),
        })
        .await
    }

    /// The highlights of the page in the current window.
    pub async fn highlights(&self) -> Result<Vec<Highlight>> {
        Ok(self.driver()?.execute(HIGHLIGHTS, Vec::new()).await?.convert()?)
    }

    /// The names of the highlights of the page in the current window that hold these words.
    pub async fn highlights_of(&self, words: &str) -> Result<BTreeSet<String>> {
        let all = self.highlights().await?.into_iter();
        let found = all.filter(|one| one.texts.iter().any(|text| text.contains(words)));
        Ok(found.map(|one| one.name).collect())
    }

    /// Waits until these words are highlighted on the page in the current window; gives the names of the highlights.
    pub async fn highlighted(&self, words: &str) -> Result<BTreeSet<String>> {
        until(&format!("\"{words}\" to be highlighted"), async || {
            Ok(Some(self.highlights_of(words).await?).filter(|names| !names.is_empty()))
        })
        .await
    }

    /// The markup of the page in the current window, without the one element that may stand beside head and body.
    pub async fn markup(&self) -> Result<String> {
        let page = self.driver()?.execute(MARKUP, Vec::new()).await?.json().clone();
        if page["extra"].as_u64().is_none_or(|extra| extra > 1) || page["sheets"] != 0 {
            bail!("more than one element stands beside head and body: {} and {} sheets", page["extra"], page["sheets"]);
        }
        Ok(page["markup"].as_str().unwrap_or_default().to_owned())
    }

    /// Errors and warnings of the extension, wherever they were said since the first start of the browser.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let mut all = self.earlier.clone();
        if self.browser.kind() == Kind::Firefox {
            all.extend(firefox_complaints(&std::fs::read_to_string(self.browser.log_path())?));
            return Ok(all);
        }
        let driver = self.driver()?;
        driver.switch_to_window(self.base.clone()).await?;
        driver.goto("chrome://extensions").await?;
        let said = driver
            .execute_async(
                "const done = arguments[0];
                 chrome.developerPrivate.getExtensionsInfo({}, all => done(all.flatMap(one =>
                     [...one.manifestErrors, ...one.runtimeErrors, ...one.installWarnings ?? []]
                         .map(error => error.message ?? String(error)))));",
                Vec::new(),
            )
            .await?;
        all.extend(said.convert::<Vec<String>>()?);
        Ok(all)
    }

    /// Runs an asynchronous script in the base window's page of the extension; `api` is the extension's interface,
    /// `given` the value.
    pub async fn ask(&self, script: &str, given: &str) -> Result<Value> {
        let script = format!(
            "const [given, done] = arguments;
             const api = window.wrappedJSObject?.browser ?? globalThis.browser ?? chrome;
             (async () => {{ {script} }})().then(value => done({{ value }}), error => done({{ error: String(error) }}));"
        );
        let answer = self.driver()?.execute_async(script, vec![given.into()]).await?.json().clone();
        if let Some(error) = answer["error"].as_str() {
            bail!("{error}");
        }
        Ok(answer["value"].clone())
    }
}

/// What pages and extensions complained of in Firefox's log.
fn firefox_complaints(log: &str) -> Vec<String> {
    let next = log.lines().skip(1).chain([""]);
    let ours = log.lines().zip(next).filter(|(line, next)| {
        // Firefox's own voices have a name before what they say, a page's console has none.
        let console = ["console.error: \"", "console.warn: \"", "console.error: (", "console.warn: ("];
        // What still runs as a window is closed is stopped, and reported like a script that ran too long.
        let closing = line.ends_with("Script terminated by timeout at:") && next.starts_with("leave@");
        console.iter().any(|start| line.starts_with(start))
            || (line.starts_with("JavaScript") && line.contains("moz-extension://") && !closing)
    });
    ours.map(|(line, _)| line.to_owned()).collect()
}
