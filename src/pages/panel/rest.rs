//! How long the coder has been at it, and the reminder of a break: put off or taken.
//!
//! Invariants: one timer, once a minute, and none where she wants no reminder.

use crate::care::{Care, Rest};
use crate::store::Store;
use leptos::leptos_dom::helpers::IntervalHandle;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen_futures::spawn_local;

const MINUTE: f64 = 60_000.0;
/// For how long a break is put off, in minutes.
const LATER: u32 = 5;

pub(super) fn rest(store: Store, care: RwSignal<Option<Care>>) -> impl IntoView {
    let session = RwSignal::new(None::<Rest>);
    let now = RwSignal::new(js_sys::Date::now());
    let minutes = Memo::new(move |_| care.with(|care| care.as_ref().map(|care| care.minutes)));
    // Another panel may have put it off.
    let look = move |minutes: u32| {
        let host = store.host();
        spawn_local(async move { session.set(host.session(minutes).await.ok().flatten()) });
    };
    Effect::new(move |before: Option<Option<IntervalHandle>>| {
        if let Some(handle) = before.flatten() {
            handle.clear();
        }
        // Before it is known, nothing is ended either.
        let minutes = minutes.get()?;
        look(minutes);
        if minutes == 0 {
            return None;
        }
        set_interval_with_handle(move || now.set(js_sys::Date::now()), Duration::from_secs(60)).ok()
    });
    store.host().on_break(move || {
        now.set(js_sys::Date::now());
        if let Some(minutes) = minutes.get_untracked() {
            look(minutes);
        }
    });
    let rested = move |later: u32| {
        let host = store.host();
        let minutes = minutes.get_untracked().unwrap_or_default();
        spawn_local(async move {
            match host.rested(later, minutes).await {
                Ok(begun) => {
                    now.set(js_sys::Date::now());
                    session.set(Some(begun));
                }
                Err(message) => store.notice.set(message),
            }
        });
    };
    let due = Memo::new(move |_| session.get().is_some_and(|session| now.get() >= session.due));
    let long = Memo::new(move |_| session.get().map(|session| ((now.get() - session.began) / MINUTE).max(0.0).floor()));
    move || {
        long.get().map(|long| {
            let later = move || store.fill("panel_rest_later", &[&LATER.to_string()]);
            view! {
                <div class="rest" class:due=move || due.get()>
                    <span class="count">{store.fill("panel_rest_long", &[&long.to_string()])}</span>
                    <span role="status">{move || due.get().then(|| store.text("panel_rest_due"))}</span>
                    {move || due.get().then(|| view! {
                        <button type="button" id="rest-take" on:click=move |_| rested(0)>{store.text("panel_rest_take")}</button>
                        <button type="button" id="rest-later" on:click=move |_| rested(LATER)>{later()}</button>
                    })}
                </div>
            }
        })
    }
}
