//! A site that the coder allowed and that the open project leaves alone: the way to have it read.
//!
//! Must not touch: permissions; they stay as they are.

use crate::host::{Browser, Site};
use leptos::prelude::*;
use postil::service::protocol::{Request, Response};
use wasm_bindgen_futures::spawn_local;

impl Site {
    /// Whether the coder allowed the site, and the open project does not read it.
    pub(crate) fn left_alone(&self) -> bool {
        !self.off.is_empty()
    }
}

/// The button that switches a site on in the open project; what came of it is told in words.
pub(crate) fn switcher<T>(browser: Browser, site: &Site, told: T) -> impl IntoView + use<T>
where
    T: Fn(String) + Copy + 'static,
{
    let names: Vec<&str> = site.off.iter().map(|pattern| shown(pattern)).collect();
    let label = browser.fill("popup_switch_on", &[&names.join(", ")]);
    let off = StoredValue::new(site.off.clone());
    let switch = move |_| {
        let host = browser.host();
        spawn_local(async move {
            let kept = match host.request(&Request::Settings).await {
                Ok(Response::Settings { mut settings }) => {
                    off.with_value(|off| off.iter().for_each(|pattern| settings.read_site(pattern, true)));
                    host.request(&Request::SetSettings { settings: settings.into() }).await
                }
                other => other,
            };
            told(kept.map_or_else(|failure| failure.message, |_| browser.text("popup_switched_on")));
        });
    };
    view! { <button type="button" class="primary" id="switch-on" on:click=switch>{label}</button> }
}

/// The way to teach Postil the site on its page. Where nothing is put into pages, what that changes is said before.
pub(crate) fn teacher<T>(browser: Browser, told: T) -> impl IntoView + use<T>
where
    T: Fn(String) + Copy + Send + Sync + 'static,
{
    let warned = RwSignal::new(false);
    let pressed = move |_| {
        let host = browser.host();
        spawn_local(async move {
            match host.request(&Request::Settings).await {
                Ok(Response::Settings { settings }) if settings.quiet && !warned.get_untracked() => warned.set(true),
                Ok(_) => {
                    if let Err(message) = host.teach().await {
                        told(message);
                    }
                }
                Err(failure) => told(failure.message),
            }
        });
    };
    let label = move || browser.text(if warned.get() { "popup_teach_anyway" } else { "popup_teach" });
    let warning = move || {
        warned.get().then(|| view! { <p class="teach-quiet" role="status">{browser.text("popup_teach_quiet")}</p> })
    };
    view! {
        {warning}
        <button type="button" class="teach" id="teach" title=browser.text("popup_teach_hint") on:click=pressed>
            {label}
        </button>
    }
}

/// A match pattern as a coder would write the site.
pub(crate) fn shown(pattern: &str) -> &str {
    pattern.strip_suffix("/*").filter(|site| *site != "file://").unwrap_or(pattern)
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn a_pattern_is_shown_as_its_site() {
        assert_eq!(shown("https://example.org/*"), "https://example.org");
        assert_eq!(shown("*://*.example.org/*"), "*://*.example.org");
        assert_eq!(shown("file:///*"), "file:///*");
        assert_eq!(shown("<all_urls>"), "<all_urls>");
    }
}
