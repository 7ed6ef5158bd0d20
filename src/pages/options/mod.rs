//! The options page: projects, codebooks, what was learned, sites, quiet mode, care, files that leave and come.
//!
//! Invariants: what is changed is kept at once and said; what could not be kept stands as it stood before.
//! Must not touch: what the settings do; that is the service's and the content scripts' business.

mod adapters;
mod care;
mod codebooks;
mod confirm;
mod export;
mod import;
mod learning;
mod projects;
mod sites;
mod taught;
mod vault;
mod work;

use crate::export::Exporter;
use crate::host::{Browser, Host};
use leptos::prelude::*;
use postil::service::protocol::{CodebookCard, CodebookOffer, Event, Request, Response, Settings, UnusableCodebook};
use wasm_bindgen_futures::spawn_local;

/// The state of the page; a handle, cheap to copy.
#[derive(Clone, Copy)]
struct Options {
    browser: Browser,
    /// Absent until they have come.
    codebooks: RwSignal<Option<Vec<CodebookCard>>>,
    /// Codebooks that ship switched off.
    offers: RwSignal<Vec<CodebookOffer>>,
    /// Codebooks that cannot be used.
    unusable: RwSignal<Vec<UnusableCodebook>>,
    /// Absent until they have come; with changes that are on their way.
    settings: RwSignal<Option<Settings>>,
    /// Changes of settings on their way.
    underway: StoredValue<u32>,
    /// The last thing that happened, in words.
    notice: RwSignal<String>,
    exporter: Exporter,
}

/// The options page.
pub(crate) fn options(host: Host) -> impl IntoView {
    let browser = Browser::new(host.clone());
    let notice = RwSignal::new(String::new());
    let options = Options {
        browser,
        codebooks: RwSignal::new(None),
        offers: RwSignal::new(Vec::new()),
        unusable: RwSignal::new(Vec::new()),
        settings: RwSignal::new(None),
        underway: StoredValue::new(0),
        notice,
        exporter: Exporter::new(browser, notice),
    };
    host.on_event(move |event| match event {
        Event::Changed { settings } => options.heard(settings),
        Event::Vault { .. } => {
            options.load_settings();
            options.load_codebooks();
        }
        Event::Decided { .. } | Event::NoPicture => {}
    });
    options.load_settings();
    options.load_codebooks();
    view! {
        <header class="masthead">
            <h1>{browser.text("options_title")}</h1>
            <p>{browser.text("options_privacy")}</p>
        </header>
        <main class="options">
            {options.group("projects", "options_projects", "options_projects_hint", projects::projects(options))}
            {options.group("codebooks", "options_codebooks", "options_codebooks_hint", codebooks::codebooks(options))}
            {options.group("lexicons", "options_lexicons", "options_lexicons_hint", codebooks::lexicons(options))}
            {options.group("learning", "options_learning", "options_learning_hint", learning::learning(options))}
            {options.group("sites", "options_sites", "options_sites_hint", sites::sites(options))}
            {options.group("vault", "options_vault", "options_vault_hint", vault::vault(options))}
            {options.group("quiet", "options_quiet", "options_quiet_hint", quiet(options))}
            {options.group("blind", "options_blind", "options_blind_hint", work::blind(options))}
            {options.group("keys", "options_keys", "options_keys_hint", work::shortcuts(options))}
            {options.group("sessions", "options_sessions", "options_sessions_hint", work::sessions(options))}
            {options.group("care", "options_care", "options_care_hint", care::care(options))}
            {options.group("export", "options_export", "options_export_hint", export::export(options))}
            {options.group("import", "options_import", "options_import_hint", import::import(options))}
        </main>
        {progress(options)}
        <p class="notice" role="status">{move || notice.get()}</p>
    }
}

impl Options {
    fn text(self, key: &str) -> String {
        self.browser.text(key)
    }

    /// A part of the page under its heading.
    fn group(self, id: &'static str, title: &str, hint: &str, content: impl IntoView) -> impl IntoView {
        let heading = format!("{id}-title");
        let labelled = heading.clone();
        view! {
            <section class="group" id=id aria-labelledby=labelled>
                <div class="about">
                    <h2 id=heading>{self.text(title)}</h2>
                    <p class="hint">{self.text(hint)}</p>
                </div>
                <div class="content">{content}</div>
            </section>
        }
    }

    /// Whether something is set; not until the settings have come.
    fn set(self, is: impl Fn(&Settings) -> bool + Send + Sync + 'static) -> Memo<bool> {
        Memo::new(move |_| self.settings.with(|settings| settings.as_ref().is_some_and(&is)))
    }

    fn load_settings(self) {
        let host = self.browser.host();
        spawn_local(async move {
            match host.request(&Request::Settings).await {
                Ok(Response::Settings { settings }) => self.settings.set(Some(settings)),
                Ok(_) => {}
                Err(failure) => self.notice.set(failure.message),
            }
        });
    }

    fn load_codebooks(self) {
        let host = self.browser.host();
        spawn_local(async move {
            match host.request(&Request::Codebooks).await {
                Ok(response) => self.heard_codebooks(response),
                Err(failure) => self.notice.set(failure.message),
            }
        });
    }

    fn heard_codebooks(self, response: Response) {
        if let Response::Codebooks { codebooks, offers, unusable } = response {
            self.offers.set(offers.read().unwrap_or_default());
            self.codebooks.set(Some(codebooks));
            self.unusable.set(unusable.read().unwrap_or_default());
        }
    }

    fn heard(self, settings: Settings) {
        // What is on its way here will be heard of too.
        if self.underway.get_value() == 0 {
            self.settings.set(Some(settings));
        }
        self.load_codebooks();
    }

    /// Changes the settings, and says so once they are kept.
    fn change(self, change: impl FnOnce(&mut Settings), said: String) {
        let Some(mut settings) = self.settings.get_untracked() else { return };
        change(&mut settings);
        self.settings.set(Some(settings.clone()));
        self.underway.update_value(|underway| *underway += 1);
        let host = self.browser.host();
        spawn_local(async move {
            let answer = host.request(&Request::SetSettings { settings: settings.into() }).await;
            self.underway.update_value(|underway| *underway -= 1);
            match answer {
                Ok(_) => self.notice.set(said),
                Err(failure) => {
                    self.notice.set(self.browser.fill("options_not_kept", &[&failure.message]));
                    self.load_settings();
                }
            }
        });
    }
}

/// What a switch does.
type Toggled = Box<dyn Fn(bool)>;

/// A box with its label.
fn switch(options: Options, id: String, label: String, on: Memo<bool>, toggled: Toggled) -> AnyView {
    let named = id.clone();
    view! {
        <label class="switch" for=named>
            <input
                type="checkbox"
                role="switch"
                id=id
                prop:checked=move || on.get()
                prop:disabled=move || options.settings.with(Option::is_none)
                on:change=move |event| toggled(event_target_checked(&event))
            />
            <span class="name"><bdi>{label}</bdi></span>
        </label>
    }
    .into_any()
}

fn quiet(options: Options) -> impl IntoView {
    let toggled = move |on: bool| {
        let said = if on { "options_quiet_now_on" } else { "options_quiet_now_off" };
        options.change(move |settings| settings.quiet = on, options.text(said));
    };
    let on = options.set(|settings| settings.quiet);
    switch(options, "quiet-on".to_owned(), options.text("options_quiet_switch"), on, Box::new(toggled))
}

/// How far a file has come, and the way to stop it; for the whole page, since there is one at a time.
fn progress(options: Options) -> impl IntoView {
    let files = options.exporter.files;
    let busy = Memo::new(move |_| files.busy());
    move || {
        busy.get().then(|| {
            view! {
                <p class="progress underway">
                    <progress aria-label=options.text("options_files")></progress>
                    <span>{move || files.words()}</span>
                    <button type="button" id="files-stop" on:click=move |_| files.stop()>{options.text("export_stop")}</button>
                </p>
            }
        })
    }
}
