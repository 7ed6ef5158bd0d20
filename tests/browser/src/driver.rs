//! One browser with the built extension in it.
//!
//! Invariants: ports come from the system; the browser, its driver and its profile end with their owner, also on a
//! panic; nothing outside `target/` is written.
//! Must not touch: what is looked at in the browser.

use crate::disk::Disk;
use crate::wait::until;
use anyhow::{Context as _, Result, bail};
use http::Method;
use postil_tool::Tree;
use serde_json::{Value, json};
use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;
use thirtyfour::common::command::FormatRequestData;
use thirtyfour::extensions::addons::firefox::FirefoxTools;
use thirtyfour::{Capabilities, RequestData, SessionId, WebDriver};

/// The add-on's id, as its manifest for Firefox declares it.
const GECKO_ID: &str = "postil@postil.example";

/// Firefox gives each add-on a random host name; this preference makes it a known one.
const GECKO_UUID: &str = "7a1c4d6e-0b5f-4f5e-9d3a-6f1d2c3b4a59";

/// Browsers that this process has started.
static STARTED: AtomicUsize = AtomicUsize::new(0);

/// What Chromium would ask its makers for by itself, off.
const CHROMIUM_OFF: &[&str] = &[
    "--no-pings",
    "--disable-background-networking",
    "--disable-client-side-phishing-detection",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-quic",
    "--disable-search-engine-choice-screen",
    "--disable-sync",
    "--component-updater=url-source=http://127.0.0.1:9/",
    "--gaia-url=http://127.0.0.1:9",
    "--disable-features=OptimizationGuideModelExecution,OptimizationHints,OptimizationGuideModelDownloading,\
     MediaRouter,Translate,AutofillServerCommunication,CertificateTransparencyComponentUpdater,NetworkTimeServiceQuerying",
];

/// What Firefox would ask its makers for by itself, off.
const FIREFOX_OFF: &[&str] = &[
    "app.normandy.enabled",
    "browser.ml.enable",
    "browser.newtabpage.enabled",
    "browser.region.update.enabled",
    "browser.safebrowsing.downloads.remote.enabled",
    "browser.safebrowsing.malware.enabled",
    "browser.safebrowsing.phishing.enabled",
    "browser.safebrowsing.update.enabled",
    "browser.search.update",
    "browser.topsites.contile.enabled",
    "browser.topsites.useRemoteSetting",
    "datareporting.policy.dataSubmissionEnabled",
    "datareporting.usage.uploadEnabled",
    "dom.push.connection.enabled",
    "extensions.blocklist.enabled",
    "extensions.getAddons.cache.enabled",
    "extensions.systemAddon.update.enabled",
    "extensions.update.enabled",
    "media.gmp-manager.updateEnabled",
    "network.captive-portal-service.enabled",
    "network.connectivity-service.enabled",
    "app.shield.optoutstudies.enabled",
    "messaging-system.rsexperimentloader.enabled",
    "nimbus.rollouts.enabled",
    "security.remote_settings.crlite_filters.enabled",
    "security.remote_settings.intermediates.enabled",
];

/// Addresses that Firefox would ask even so.
const FIREFOX_NOWHERE: &[&str] = &["browser.region.network.url", "toolkit.telemetry.server"];

/// Which browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Kind {
    /// Chromium.
    Chromium,
    /// Firefox.
    Firefox,
}

impl Kind {
    /// Its name, as folders are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Chromium => "chromium",
            Self::Firefox => "firefox",
        }
    }

    /// Where in a profile the storage of extensions lies.
    fn storage(self) -> &'static str {
        match self {
            Self::Chromium => "Default/Local Extension Settings",
            Self::Firefox => "storage/default",
        }
    }
}

/// How to start a browser.
#[derive(Debug, Clone)]
pub struct Options {
    /// Which one.
    pub kind: Kind,
    /// Without a window.
    pub headless: bool,
    /// Pages are told that the reader prefers dark colours.
    pub dark: bool,
    /// Where requests to other machines go.
    pub proxy: Option<SocketAddr>,
    /// Size in bytes of the disk of its own on which the storage of extensions lies, if it does.
    pub disk: Option<u64>,
    /// Chromium alone: the package asks for every page, which lets it take pictures of them. Where it does not, the coder's
    /// press on its button would, and no driver can press that.
    pub everywhere: bool,
    /// The language that the reader wants, if not English.
    pub language: Option<&'static str>,
}

/// A folder for a browser's profile, removed with its owner.
#[derive(Debug)]
struct Profile(PathBuf);

impl Drop for Profile {
    fn drop(&mut self) {
        // The last processes of a browser write while it goes down. What cannot be removed lies below target/.
        for _ in 0..20 {
            if fs::remove_dir_all(&self.0).is_ok() || !self.0.exists() {
                return;
            }
            thread::sleep(Duration::from_millis(100));
        }
    }
}

/// A running browser.
pub struct Browser {
    options: Options,
    tree: Tree,
    /// Its own among those that this process starts.
    name: String,
    // Before the profile: fields are dropped in this order, and a browser that still runs writes to its profile.
    running: Option<Running>,
    disk: Option<Disk>,
    profile: Profile,
}

struct Running {
    driver: WebDriver,
    address: String,
    process: Child,
    browser: Option<u64>,
}

impl Drop for Running {
    fn drop(&mut self) {
        // Asked over a plain connection: a panic may have left the asynchronous one in any state.
        let path = format!("/session/{}", self.driver.handle().session_id());
        let _ = self.driver.clone().leak();
        if end_session(&self.address, &path).is_err()
            && let Some(browser) = self.browser
        {
            let _ = Command::new("kill").args(["-KILL", &browser.to_string()]).stderr(Stdio::null()).status();
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn end_session(address: &str, path: &str) -> Result<()> {
    let limit = Some(Duration::from_secs(15));
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(limit)?;
    stream.set_write_timeout(limit)?;
    write!(stream, "DELETE {path} HTTP/1.1\r\nHost: {address}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    let mut answer = [0; 12];
    stream.read_exact(&mut answer)?;
    if &answer == b"HTTP/1.1 200" { Ok(()) } else { bail!("the driver did not end the session") }
}

impl Browser {
    /// Starts a browser with a fresh profile and the built package in it.
    pub async fn start(tree: &Tree, options: Options) -> Result<Self> {
        let package = tree.target("dist").join(options.kind.name());
        if !package.join("manifest.json").is_file() {
            bail!("{} is not built: run ./build.sh build first", package.display());
        }
        let number = STARTED.fetch_add(1, Ordering::Relaxed);
        let more = if number == 0 { String::new() } else { format!("-{}", number + 1) };
        let name = format!("{}{more}", options.kind.name());
        let folder = tree.target(format!("profiles/{name}-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let storage = folder.join(options.kind.storage());
        let disk = options.disk.map(|bytes| Disk::mount(&storage, bytes)).transpose()?;
        if options.everywhere {
            ask_for_everything(&package, &folder.join(ASKING))?;
        }
        let mut browser = Self { options, tree: tree.clone(), name, running: None, disk, profile: Profile(folder) };
        browser.launch().await?;
        if browser.options.kind == Kind::Firefox {
            // Not as a temporary add-on: those vanish at a restart.
            let zip = tree.target("dist/postil-firefox.zip").display().to_string();
            FirefoxTools::new(browser.driver()?.handle().clone()).install_addon(&zip, Some(false)).await?;
        }
        Ok(browser)
    }

    /// Ends the browser and starts it again with the same profile.
    pub async fn restart(&mut self) -> Result<()> {
        self.running = None;
        self.launch().await
    }

    /// Kills the browser with all of its processes at once, and its driver, as a crash would; starts it again with the same
    /// profile.
    pub async fn crash(&mut self) -> Result<()> {
        let ids = self.processes()?;
        Command::new("kill").arg("-KILL").args(ids.iter().map(ToString::to_string)).stderr(Stdio::null()).status()?;
        self.restart().await
    }

    /// Ids of the driver and all processes of the browser.
    pub fn processes(&self) -> Result<Vec<u32>> {
        let mut all = vec![self.running.as_ref().context("the browser does not run")?.process.id()];
        let mut at = 0;
        while let Some(parent) = all.get(at) {
            for task in fs::read_dir(format!("/proc/{parent}/task"))?.flatten() {
                let children = fs::read_to_string(task.path().join("children")).unwrap_or_default();
                all.extend(children.split_whitespace().filter_map(|id| id.parse::<u32>().ok()));
            }
            at += 1;
        }
        Ok(all)
    }

    /// Which browser it is.
    pub fn kind(&self) -> Kind {
        self.options.kind
    }

    /// The disk on which the storage of extensions lies, if that is one of its own.
    pub fn disk(&self) -> Option<&Disk> {
        self.disk.as_ref()
    }

    /// Where the browser puts what a page lets the coder save.
    pub fn downloads(&self) -> PathBuf {
        self.profile.0.join("downloads")
    }

    /// The session.
    pub fn driver(&self) -> Result<&WebDriver> {
        self.running.as_ref().map(|running| &running.driver).context("the browser does not run")
    }

    /// Where the driver's and the browser's own words are kept.
    pub fn log_path(&self) -> PathBuf {
        self.tree.target(format!("browser-{}.log", self.name))
    }

    /// Runs a script with the browser's own rights. Firefox only.
    pub async fn chrome_script(&self, script: &str) -> Result<Value> {
        let driver = self.driver()?;
        driver.handle().cmd(SetContext("chrome")).await?;
        let result = driver.execute_async(script, Vec::new()).await;
        driver.handle().cmd(SetContext("content")).await?;
        Ok(result?.json().clone())
    }

    /// As if the coder pressed the extension's button on the page in the current window. Firefox only.
    pub async fn press_button(&self) -> Result<()> {
        let script = format!(
            "const {{ extension }} = WebExtensionPolicy.getByID('{GECKO_ID}');
             extension.tabManager.addActiveTabPermission(gBrowser.selectedTab);
             arguments[0](null);"
        );
        self.chrome_script(&script).await.map(drop)
    }

    /// Runs a script on what the extension shows over the page in the current window: `root` is its closed shadow root,
    /// which only the browser itself can open, and `view` the page's window. Gives null where nothing is shown.
    pub async fn overlay(&self, script: &str) -> Result<Value> {
        match self.options.kind {
            Kind::Chromium => self.chromium_overlay(script).await,
            Kind::Firefox => self.firefox_overlay(script).await,
        }
    }

    async fn chromium_overlay(&self, script: &str) -> Result<Value> {
        let cdp = self.driver()?.cdp();
        let document = cdp.send_raw("DOM.getDocument", json!({ "depth": -1, "pierce": true })).await?;
        let children = |node: &Value| node["children"].as_array().cloned().unwrap_or_default();
        let html = children(&document["root"]).into_iter().find(|node| node["nodeName"] == "HTML").unwrap_or_default();
        let Some(root) = children(&html).into_iter().find(|node| node["shadowRoots"][0]["shadowRootType"] == "closed")
        else {
            return Ok(Value::Null);
        };
        let node = cdp
            .send_raw("DOM.resolveNode", json!({ "backendNodeId": root["shadowRoots"][0]["backendNodeId"] }))
            .await?;
        let call = json!({
            "objectId": node["object"]["objectId"],
            "functionDeclaration": format!("function () {{ const root = this, view = window; {script} }}"),
            "returnByValue": true,
        });
        let answer = cdp.send_raw("Runtime.callFunctionOn", call).await?;
        if !answer["exceptionDetails"].is_null() {
            bail!("{}", answer["exceptionDetails"]);
        }
        Ok(answer["result"]["value"].clone())
    }

    async fn firefox_overlay(&self, script: &str) -> Result<Value> {
        let inner = format!(
            "{{
                const view = content, host = content.document.documentElement.lastElementChild;
                const root = host && host.openOrClosedShadowRoot;
                let answer = null;
                try {{ answer = root ? (() => {{ {script} }})() : null; }} catch (error) {{ answer = {{ error: String(error) }}; }}
                sendAsyncMessage('postil-test', answer);
            }}"
        );
        let inner = serde_json::to_string(&format!("data:,{}", percent(&inner)))?;
        let answer = self
            .chrome_script(&format!(
                "const done = arguments[arguments.length - 1];
                 const messages = gBrowser.selectedBrowser.messageManager;
                 const hear = ({{ data }}) => {{ messages.removeMessageListener('postil-test', hear); done(data); }};
                 messages.addMessageListener('postil-test', hear);
                 messages.loadFrameScript({inner}, false);"
            ))
            .await?;
        if let Some(error) = answer["error"].as_str() {
            bail!("{error}");
        }
        Ok(answer)
    }

    /// A picture of the whole window with its sidebar. Firefox only.
    pub async fn chrome_screenshot(&self, path: &Path) -> Result<()> {
        let driver = self.driver()?;
        driver.handle().cmd(SetContext("chrome")).await?;
        let result = driver.screenshot(path).await;
        driver.handle().cmd(SetContext("content")).await?;
        Ok(result?)
    }

    /// Shows the extension's sidebar in the current window. Firefox only.
    pub async fn open_sidebar(&self) -> Result<()> {
        let shown = self
            .chrome_script(&format!(
                "const done = arguments[arguments.length - 1];
                 const id = {GECKO_ID:?}.replace(/[^a-z0-9_-]/g, '_') + '-sidebar-action';
                 SidebarController.show(id).then(() => done(SidebarController.currentID === id), () => done(false));"
            ))
            .await?;
        if shown == true { Ok(()) } else { bail!("the sidebar did not open") }
    }

    /// Waits until the extension's sidebar is open in the current window: it opens in the one that is in front then. Firefox
    /// only.
    pub async fn sidebar_opened(&self) -> Result<()> {
        until("the sidebar to open", async || {
            let id =
                self.chrome_script("arguments[arguments.length - 1](SidebarController.currentID ?? null);").await?;
            Ok(id.as_str().filter(|id| id.ends_with("-sidebar-action")).map(|_| ()))
        })
        .await
    }

    /// Does what one of the extension's own keys does in the current window, the one with this letter. Firefox only.
    pub async fn press_own_key(&self, letter: &str) -> Result<()> {
        let pressed = self
            .chrome_script(&format!(
                "const done = arguments[arguments.length - 1];
                 const id = 'ext-keyset-id-' + {GECKO_ID:?}.replace(/[^a-z0-9_-]/g, '_');
                 const key = [...document.getElementById(id)?.children ?? []].find(key => key.getAttribute('key') === {letter:?});
                 key?.doCommand();
                 done(key !== undefined);"
            ))
            .await?;
        if pressed == true { Ok(()) } else { bail!("the extension has no key with {letter}") }
    }

    /// Stops the extension's background, as the browser may at any time.
    pub async fn stop_background(&self) -> Result<()> {
        match self.options.kind {
            Kind::Chromium => {
                self.driver()?.cdp().send_raw("ServiceWorker.enable", ()).await?;
                self.driver()?.cdp().send_raw("ServiceWorker.stopAllWorkers", ()).await?;
            }
            Kind::Firefox => {
                self.chrome_script(&format!(
                    "const done = arguments[arguments.length - 1];
                     WebExtensionPolicy.getByID({GECKO_ID:?}).extension
                         .terminateBackground({{ ignoreDevToolsAttached: true }}).then(() => done(null), () => done(null));"
                ))
                .await?;
            }
        }
        Ok(())
    }

    /// Address of a page of the extension.
    pub async fn extension_origin(&self) -> Result<String> {
        if self.options.kind == Kind::Firefox {
            return Ok(format!("moz-extension://{GECKO_UUID}"));
        }
        let driver = self.driver()?;
        driver.goto("chrome://extensions").await?;
        until("the extension to be loaded", async || {
            let id = driver
                .execute_async(
                    // Errors are collected in developer mode alone, and on demand.
                    "const done = arguments[0];
                     const api = chrome.developerPrivate;
                     (async () => {
                         await api.updateProfileConfiguration({ inDeveloperMode: true });
                         const ours = (await api.getExtensionsInfo({})).find(one => one.location === 'UNPACKED');
                         if (ours) await api.updateExtensionConfiguration({ extensionId: ours.id, errorCollection: true });
                         return ours ? ours.id : null;
                     })().then(done, error => done({ error: String(error) }));",
                    Vec::new(),
                )
                .await?;
            Ok(id.json().as_str().map(|id| format!("chrome-extension://{id}")))
        })
        .await
    }

    async fn launch(&mut self) -> Result<()> {
        let (program, arguments): (PathBuf, &[&str]) = match self.options.kind {
            Kind::Chromium => ("chromedriver".into(), &["--port=0", "--log-level=WARNING"]),
            Kind::Firefox => {
                let own = self.tree.target("tools/bin/geckodriver");
                let program = if own.is_file() { own } else { "geckodriver".into() };
                (program, &["--port", "0", "--websocket-port", "0", "--allow-system-access"])
            }
        };
        let log = self.log_path();
        let file = File::create(&log)?;
        let mut process = Command::new(&program)
            .args(arguments)
            .envs(self.options.language.map(|language| ("LANGUAGE", language)))
            // Lets Firefox take the preference for the address of its settings, which release builds ignore otherwise.
            .env("MOZ_REMOTE_SETTINGS_DEVTOOLS", "1")
            .stdin(Stdio::null())
            .stdout(file.try_clone()?)
            .stderr(file)
            .spawn()
            .with_context(|| format!("cannot start {}", program.display()))?;
        let address = match until("the driver to listen", async || port(&log, &mut process)).await {
            Ok(port) => format!("127.0.0.1:{port}"),
            Err(error) => {
                let _ = process.kill();
                let _ = process.wait();
                return Err(error);
            }
        };
        let session = WebDriver::new(format!("http://{address}"), self.capabilities()).await;
        match session {
            Ok(driver) => {
                let capabilities = Value::from(driver.handle().capabilities().clone());
                let browser = ["moz:processID", "goog:processID"].iter().find_map(|name| capabilities[*name].as_u64());
                self.running = Some(Running { driver, address, process, browser });
                Ok(())
            }
            Err(error) => {
                let _ = process.kill();
                let _ = process.wait();
                Err(error).with_context(|| format!("the browser did not start; {} says more", log.display()))
            }
        }
    }

    fn capabilities(&self) -> Capabilities {
        let value = match self.options.kind {
            Kind::Chromium => self.chromium(),
            Kind::Firefox => self.firefox(),
        };
        match value {
            Value::Object(map) => map.into(),
            _ => Capabilities::new(),
        }
    }

    fn chromium(&self) -> Value {
        let mut arguments: Vec<String> =
            ["--no-first-run", "--no-default-browser-check", "--window-size=1280,900", "--password-store=basic"]
                .iter()
                .chain(CHROMIUM_OFF)
                .map(|argument| (*argument).to_owned())
                .collect();
        let language = self.options.language.unwrap_or("en-US");
        arguments.push(format!("--lang={language}"));
        arguments.push(format!("--user-data-dir={}", self.profile.0.display()));
        let package =
            if self.options.everywhere { self.profile.0.join(ASKING) } else { self.tree.target("dist/chromium") };
        arguments.push(format!("--load-extension={}", package.display()));
        if self.options.headless {
            arguments.extend(["--headless=new", "--disable-gpu"].map(str::to_owned));
        }
        if is_root() {
            // Chromium refuses to sandbox root; a container has no other user.
            arguments.push("--no-sandbox".to_owned());
        }
        if self.options.dark {
            arguments.push("--force-dark-mode".to_owned());
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        if let Some(proxy) = self.options.proxy {
            arguments.push(format!("--proxy-server=http://{proxy}"));
            // Names are the proxy's to look up; what would go around it finds none.
            arguments.push(format!(
                "--host-resolver-rules=MAP {ADAPTED} 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, \
                     EXCLUDE *.localhost"
            ));
            arguments.push(format!("--proxy-bypass-list={ADAPTED}"));
            arguments.push("--force-webrtc-ip-handling-policy=disable_non_proxied_udp".to_owned());
        }
        json!({
            "browserName": "chrome",
            "goog:loggingPrefs": { "browser": "ALL" },
            "goog:chromeOptions": {
                "args": arguments,
                // Debian's Chromium opens a search engine's page first.
                "prefs": {
                    "session": { "restore_on_startup": 4, "startup_urls": ["about:blank"] },
                    "intl": { "accept_languages": language },
                    "download": { "default_directory": self.downloads(), "prompt_for_download": false },
                },
                // The side panel is then a window of the session.
                "enableExtensionTargets": true,
            },
        })
    }

    fn firefox(&self) -> Value {
        let mut preferences = json!({
            "extensions.webextensions.uuids": json!({ GECKO_ID: GECKO_UUID }).to_string(),
            "xpinstall.signatures.required": false,
            // A prompt of the browser's own cannot be clicked by a driver.
            "extensions.webextOptionalPermissionPrompts": false,
            // The console of pages and extensions is then in the log, the browser's own is not.
            "devtools.console.stdout.chrome": false,
            "devtools.console.stdout.content": true,
            // Firefox cuts short what runs as a page is left, and reports that like a script that ran too long.
            "dom.ipc.cancel_content_js_when_navigating": false,
            "intl.locale.requested": "en-US",
            "sidebar.revamp": false,
            "layout.css.prefers-color-scheme.content-override": if self.options.dark { 0 } else { 1 },
            "ui.systemUsesDarkTheme": i32::from(self.options.dark),
            "browser.startup.page": 0,
            "browser.download.folderList": 2,
            "browser.download.dir": self.downloads(),
            "browser.download.useDownloadDir": true,
            "browser.download.alwaysOpenPanel": false,
            "services.settings.server": "data:,#remote-settings-dummy/v1",
            "network.dns.disablePrefetch": true,
            "network.http.speculative-parallel-limit": 0,
            "network.trr.mode": 5,
            "security.OCSP.enabled": 0,
        });
        for name in FIREFOX_OFF {
            preferences[*name] = false.into();
        }
        for name in FIREFOX_NOWHERE {
            preferences[*name] = "data:,".into();
        }
        if let Some(proxy) = self.options.proxy {
            let (host, port) = (proxy.ip().to_string(), proxy.port());
            for (name, value) in [
                ("network.proxy.type", json!(1)),
                ("network.proxy.http", json!(host)),
                ("network.proxy.http_port", json!(port)),
                ("network.proxy.ssl", json!(host)),
                ("network.proxy.ssl_port", json!(port)),
                ("network.proxy.no_proxies_on", json!(format!("127.0.0.1,{ADAPTED}"))),
                ("network.dns.localDomains", json!(ADAPTED)),
                // Nothing goes around it, not Firefox's own requests, and not when it does not answer.
                ("network.proxy.allow_bypass", json!(false)),
                ("network.proxy.failover_direct", json!(false)),
                ("media.peerconnection.ice.proxy_only", json!(true)),
            ] {
                preferences[name] = value;
            }
        }
        let mut arguments = vec!["-profile".to_owned(), self.profile.0.display().to_string()];
        if self.options.headless {
            arguments.push("-headless".to_owned());
        }
        json!({
            "browserName": "firefox",
            "moz:firefoxOptions": { "args": arguments, "prefs": preferences },
        })
    }
}

/// A host that adapters ship for, whose name leads to this machine, and that browsers do not insist on TLS for.
pub const ADAPTED: &str = "t.me";

/// Folder of a package in a profile.
const ASKING: &str = "package";

/// Copies a package, and has it ask for every page.
fn ask_for_everything(package: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(package)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            ask_for_everything(&entry.path(), &copy)?;
        } else if entry.file_name() == "manifest.json" {
            let mut manifest: Value = serde_json::from_slice(&fs::read(entry.path())?)?;
            manifest["host_permissions"] = json!(["<all_urls>"]);
            fs::write(copy, manifest.to_string())?;
        } else {
            fs::copy(entry.path(), copy)?;
        }
    }
    Ok(())
}

/// The port that a driver says it listens at.
fn port(log: &Path, process: &mut Child) -> Result<Option<u16>> {
    let text = fs::read_to_string(log)?;
    for line in text.lines() {
        for sign in ["started successfully on port ", "Listening on 127.0.0.1:"] {
            if let Some((_, rest)) = line.split_once(sign) {
                return Ok(Some(rest.trim().trim_end_matches('.').parse()?));
            }
        }
    }
    match process.try_wait()? {
        Some(status) => bail!("the driver ended with {status}: {text}"),
        None => Ok(None),
    }
}

/// A text as it may stand in any part of an address.
pub(crate) fn percent(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| own.uid() == 0)
}

/// geckodriver's own command for the context in which scripts run.
#[derive(Debug)]
struct SetContext(&'static str);

impl FormatRequestData for SetContext {
    fn format_request(&self, session: &SessionId) -> RequestData {
        RequestData::new(Method::POST, format!("/session/{session}/moz/context")).add_body(json!({ "context": self.0 }))
    }
}
