//! The popup of the toolbar button: whether Postil may read this site, and the ways to change that.
//!
//! Invariants: permissions are asked for within the click, before anything is awaited.
//! Must not touch: the page itself; the host reads it.

use crate::host::{Browser, Host, Site};
use crate::site;
use leptos::prelude::*;
use postil::service::protocol::{Failure, FailureKind, Request, Response};
use wasm_bindgen_futures::spawn_local;

#[derive(Clone, Copy)]
struct Popup {
    browser: Browser,
    site: RwSignal<Option<Site>>,
    /// Whether nothing is put into pages.
    quiet: RwSignal<bool>,
    note: RwSignal<String>,
}

/// The popup.
pub(crate) fn popup(host: Host) -> impl IntoView {
    let popup = Popup {
        browser: Browser::new(host),
        site: RwSignal::new(None),
        quiet: RwSignal::new(false),
        note: RwSignal::new(String::new()),
    };
    popup.ask();
    popup.look();
    view! {
        <main class="popup">
            <h1>{popup.text("popup_title")}</h1>
            {move || popup.site.get().map(|site| popup.about(site))}
            {move || popup.quiet.get().then(|| view! { <p class="quiet-mode">{popup.text("popup_quiet")}</p> })}
            <p class="notice" role="status">{move || popup.note.get()}</p>
            <p class="last">
                <span>{popup.text("popup_privacy")}</span>
                <button type="button" class="link" id="options" on:click=move |_| popup.browser.host().open_options()>
                    {popup.text("popup_options")}
                </button>
            </p>
        </main>
    }
}

impl Popup {
    fn text(self, key: &str) -> String {
        self.browser.text(key)
    }

    fn look(self) {
        spawn_local(async move {
            self.looked().await;
        });
    }

    /// Looks how the site stands; says whether the open project leaves it alone.
    async fn looked(self) -> bool {
        match self.browser.host().site().await {
            Ok(site) => {
                let alone = site.left_alone();
                self.site.set(Some(site));
                alone
            }
            Err(message) => {
                self.note.set(message);
                false
            }
        }
    }

    /// Asks for the settings; without an answer the popup says nothing of them, but that they are locked.
    fn ask(self) {
        let host = self.browser.host();
        spawn_local(async move {
            match host.request(&Request::Settings).await {
                Ok(Response::Settings { settings }) => self.quiet.set(settings.quiet),
                Err(Failure { kind: FailureKind::Locked, .. }) => self.note.set(self.text("popup_locked")),
                _ => {}
            }
        });
    }

    fn about(self, site: Site) -> AnyView {
        let Some(origin) = site.origin.clone() else {
            return view! {
                <p class="state">{self.text("popup_unreadable")}</p>
                <div class="actions">{self.opener()}</div>
            }
            .into_any();
        };
        let alone = site.left_alone();
        let (state, word) = match site.granted {
            true if alone => ("left-alone", "popup_left_alone"),
            true => ("granted", "popup_granted"),
            false => ("not-granted", "popup_not_granted"),
        };
        view! {
            <p class="origin" dir="ltr">{origin}</p>
            <p class="state" class=(state, true)>{self.text(word)}</p>
            <div class="actions">
                {(!site.granted).then(|| self.askers())}
                {alone.then(|| site::switcher(self.browser, &site, move |said| self.say(said)))}
                {self.opener()}
                {site::teacher(self.browser, move |said| self.note.set(said))}
                {site.granted.then(|| self.stopper())}
            </div>
        }
        .into_any()
    }

    fn askers(self) -> impl IntoView {
        let allow = move |_| {
            let answer = self.browser.host().grant();
            spawn_local(async move {
                match answer.await {
                    // Of one that is left alone the state says enough.
                    Ok(true) if self.looked().await => self.note.set(String::new()),
                    Ok(true) => self.note.set(self.text("popup_now_reading")),
                    Ok(false) => self.note.set(self.text("popup_refused")),
                    Err(message) => self.note.set(message),
                }
            });
        };
        let once = move |_| {
            let done = self.browser.host().read_once();
            spawn_local(async move {
                match done.await {
                    Ok(()) => self.note.set(self.text("popup_read_once_done")),
                    Err(message) => self.note.set(message),
                }
            });
        };
        view! {
            <button type="button" class="primary" id="allow" on:click=allow>{self.text("popup_allow")}</button>
            <button type="button" id="read-once" on:click=once>{self.text("popup_read_once")}</button>
        }
    }

    /// Says what came of a click, and looks how the site stands now.
    fn say(self, said: String) {
        self.note.set(said);
        self.look();
    }

    fn stopper(self) -> impl IntoView {
        let stop = move |_| {
            let answer = self.browser.host().revoke();
            spawn_local(async move {
                match answer.await {
                    Ok(true) => self.note.set(self.text("popup_stopped")),
                    Ok(false) => self.note.set(self.text("popup_not_stopped")),
                    Err(message) => self.note.set(message),
                }
                self.look();
            });
        };
        view! { <button type="button" id="stop" on:click=stop>{self.text("popup_stop")}</button> }
    }

    fn opener(self) -> impl IntoView {
        let open = move |_| self.browser.host().open_panel();
        view! { <button type="button" id="open-panel" on:click=open>{self.text("popup_open_panel")}</button> }
    }
}
