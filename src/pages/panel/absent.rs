//! What the panel says where no content script answers: why, and what to do.

use crate::host::Host;
use crate::site;
use crate::store::Store;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

pub(super) fn absent(store: Store) -> impl IntoView {
    let site = RwSignal::new(None);
    let host = store.host();
    spawn_local(async move {
        match host.site().await {
            Ok(found) => site.set(Some(found)),
            Err(message) => store.notice.set(message),
        }
    });
    view! {
        <main class="absent">
            <h2>{store.text("panel_absent")}</h2>
            {move || site.get().map(|site| match (site.origin.clone(), site.granted) {
                (None, _) => view! { <p>{store.text("panel_absent_unreadable")}</p> }.into_any(),
                (Some(_), true) if site.left_alone() => view! {
                    <p>{store.text("popup_left_alone")}</p>
                    {site::switcher(store.browser(), &site, move |said| store.notice.set(said))}
                }.into_any(),
                (Some(_), true) => view! { <p>{store.text("panel_absent_reload")}</p> }.into_any(),
                (Some(origin), false) => view! {
                    <p>{store.text("panel_absent_ask")}</p>
                    <p class="origin" dir="ltr">{origin}</p>
                    <button type="button" class="primary" id="allow" on:click=move |_| allow(store)>
                        {store.text("panel_absent_allow")}
                    </button>
                    <p class="hint">{store.text("panel_absent_once")}</p>
                }.into_any(),
            })}
            <p class="hint">{store.text("panel_privacy")}</p>
        </main>
    }
}

fn allow(store: Store) {
    // The browser asks only within the click, so the question goes out before anything is awaited.
    let answer = Host::grant(&store.host());
    spawn_local(async move {
        match answer.await {
            Ok(true) => store.notice.set(store.text("panel_absent_allowed")),
            Ok(false) => store.notice.set(store.text("panel_absent_refused")),
            Err(message) => store.notice.set(message),
        }
    });
}
