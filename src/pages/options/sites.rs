//! The sites that Postil may read: which they are, one more, one less, and which of them the open project reads.
//!
//! Invariants: permissions are asked for within the click, before anything is awaited; they are shown as the browser holds
//! them, and the settings keep no more beside them than what the project leaves alone.

use super::{Options, adapters, taught};
use crate::site::shown;
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

#[derive(Clone, Copy)]
struct Sites {
    options: Options,
    /// Absent until they have come.
    patterns: RwSignal<Option<Vec<String>>>,
    field: NodeRef<html::Input>,
    fault: RwSignal<Option<String>>,
}

pub(super) fn sites(options: Options) -> impl IntoView {
    let sites = Sites { options, patterns: RwSignal::new(None), field: NodeRef::new(), fault: RwSignal::new(None) };
    sites.load();
    options.browser.host().on_sites(move || sites.load());
    view! {
        {move || sites.patterns.get().map(|patterns| sites.list(patterns))}
        <form class="add" on:submit=move |event| sites.add(&event)>
            <label for="site-address">{options.text("options_site_address")}</label>
            <div class="field">
                <input
                    type="text"
                    inputmode="url"
                    id="site-address"
                    dir="ltr"
                    autocomplete="off"
                    autocapitalize="none"
                    placeholder="example.org"
                    node_ref=sites.field
                    aria-describedby="site-fault"
                    aria-invalid=move || sites.fault.with(Option::is_some).to_string()
                    on:input=move |_| sites.fault.set(None)
                />
                <button type="submit" id="site-add">{options.text("options_site_allow")}</button>
            </div>
            <p class="fault" id="site-fault" aria-live="polite">{move || sites.fault.get()}</p>
        </form>
        {taught::taught(options)}
        {adapters::adapters(options)}
    }
}

impl Sites {
    fn load(self) {
        let host = self.options.browser.host();
        spawn_local(async move {
            match host.sites().await {
                Ok(mut patterns) => {
                    patterns.sort_unstable();
                    self.patterns.set(Some(patterns));
                }
                Err(message) => self.options.notice.set(message),
            }
        });
    }

    fn list(self, patterns: Vec<String>) -> AnyView {
        if patterns.is_empty() {
            return view! { <p class="empty">{self.options.text("options_sites_none")}</p> }.into_any();
        }
        let lines = patterns.into_iter().map(|pattern| {
            let site = shown(&pattern).to_owned();
            let label = self.options.browser.fill("options_site_remove", &[&site]);
            let switch = self.switch(&pattern);
            view! {
                <li class="row">
                    <bdi class="site" dir="ltr">{site}</bdi>
                    {switch}
                    <button
                        type="button"
                        class="remove"
                        aria-label=label
                        data-site=pattern.clone()
                        on:click=move |_| self.remove(&pattern)
                    >
                        {self.options.text("options_remove")}
                    </button>
                </li>
            }
        });
        view! { <ul class="rows" role="list">{lines.collect_view()}</ul> }.into_any()
    }

    /// Whether the open project reads a site, and the way to change that.
    fn switch(self, pattern: &str) -> impl IntoView + use<> {
        let options = self.options;
        let site = StoredValue::new(pattern.to_owned());
        let on = options.set(move |settings| site.with_value(|site| settings.reads_site(site)));
        let toggled = move |on: bool| {
            let said = if on { "options_site_now_read" } else { "options_site_now_left_alone" };
            let said = site.with_value(|site| options.browser.fill(said, &[shown(site)]));
            options.change(move |settings| settings.read_site(&site.get_value(), on), said);
        };
        view! {
            <label class="switch reads">
                <input
                    type="checkbox"
                    role="switch"
                    aria-label=options.browser.fill("options_site_read_named", &[shown(pattern)])
                    data-reads=pattern.to_owned()
                    prop:checked=move || on.get()
                    prop:disabled=move || options.settings.with(Option::is_none)
                    on:change=move |event| toggled(event_target_checked(&event))
                />
                <span class="name">{options.text("options_site_read")}</span>
            </label>
        }
    }

    fn add(self, event: &SubmitEvent) {
        event.prevent_default();
        let Some(field) = self.field.get_untracked() else { return };
        let address = field.value().trim().to_owned();
        if address.is_empty() {
            self.fault.set(Some(self.options.text("options_site_empty")));
            return;
        }
        // The browser asks only within the click, so the question goes out before anything is awaited.
        let answer = self.options.browser.host().grant_site(&address);
        spawn_local(async move {
            match answer.await {
                Ok(true) => {
                    field.set_value("");
                    self.options.notice.set(self.options.browser.fill("options_site_added", &[&address]));
                    self.load();
                }
                Ok(false) => self.fault.set(Some(self.options.browser.fill("options_site_refused", &[&address]))),
                Err(message) => self.fault.set(Some(message)),
            }
        });
    }

    fn remove(self, pattern: &str) {
        let site = shown(pattern).to_owned();
        let answer = self.options.browser.host().revoke_site(pattern);
        spawn_local(async move {
            match answer.await {
                Ok(true) => {
                    self.options.notice.set(self.options.browser.fill("options_site_removed", &[&site]));
                    // The button that had the focus is gone.
                    if let Some(field) = self.field.get_untracked() {
                        let _ = field.focus();
                    }
                }
                Ok(false) => self.options.notice.set(self.options.text("options_site_kept")),
                Err(message) => self.options.notice.set(message),
            }
            self.load();
        });
    }
}
