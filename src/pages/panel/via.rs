//! How the coder came upon the page: kept with what is decided about it from then on.

use crate::store::Store;
use leptos::prelude::*;
use postil::service::protocol::{FoundVia, Request, Response};
use wasm_bindgen_futures::spawn_local;

/// The ways, each with its value in the choice and its message.
pub(super) const WAYS: [(FoundVia, &str, &str); 6] = [
    (FoundVia::Hashtag, "hashtag", "panel_via_hashtag"),
    (FoundVia::Search, "search", "panel_via_search"),
    (FoundVia::Followers, "followers", "panel_via_followers"),
    (FoundVia::Recommendation, "recommendation", "panel_via_recommendation"),
    (FoundVia::Link, "link", "panel_via_link"),
    (FoundVia::Other, "other", "panel_via_other"),
];

pub(super) fn via(store: Store) -> impl IntoView {
    let said = RwSignal::new(None::<FoundVia>);
    // The page at the top comes first.
    let addresses = Memo::new(move |_| store.addresses());
    Effect::new(move |_| {
        said.set(None);
        let Some(url) = addresses.get().into_iter().next() else { return };
        let host = store.host();
        spawn_local(async move {
            let answer = host.request(&Request::FoundVia { url: url.clone() }).await;
            // Another page may have come meanwhile. Without an answer nothing is said.
            if let Ok(Response::FoundVia { found_via }) = answer
                && addresses.with_untracked(|now| now.first() == Some(&url))
            {
                said.set(found_via);
            }
        });
    });
    let chosen = move |event| {
        let value = event_target_value(&event);
        let found_via = WAYS.iter().find(|(_, name, _)| *name == value).map(|(way, ..)| *way);
        let before = said.get_untracked();
        said.set(found_via);
        let host = store.host();
        spawn_local(async move {
            // Frames are pages with addresses of their own.
            for url in addresses.get_untracked() {
                if let Err(failure) = host.request(&Request::SetFoundVia { url, found_via }).await {
                    said.set(before);
                    store.notice.set(failure.message);
                    return;
                }
            }
        });
    };
    let ways = WAYS.map(|(way, name, label)| {
        view! { <option value=name prop:selected=move || said.get() == Some(way)>{store.text(label)}</option> }
    });
    view! {
        <label class="via" hidden=move || addresses.with(Vec::is_empty)>
            <span>{store.text("panel_via")}</span>
            <select id="via" on:change=chosen>
                <option value="" prop:selected=move || said.get().is_none()>{store.text("panel_via_unsaid")}</option>
                {ways.collect_view()}
            </select>
        </label>
    }
}
