//! The coding session: what it set out from, how much was seen and coded, and its beginning and end.
//!
//! Must not touch: what is counted; that is the service's.

use super::via::WAYS;
use crate::store::Store;
use leptos::html;
use leptos::prelude::*;
use postil::service::protocol::{FoundVia, Request, Response, Session};
use wasm_bindgen_futures::spawn_local;

pub(super) fn session(store: Store) -> impl IntoView {
    let open = RwSignal::new(None::<Session>);
    let dialog = NodeRef::<html::Dialog>::new();
    let heard = move |response| {
        if let Response::Sessions { sessions, open: id } = response {
            open.set(sessions.into_iter().find(|it| Some(&it.id) == id.as_ref()));
        }
    };
    let ask = move |request: Request| {
        let host = store.host();
        spawn_local(async move {
            match host.request(&request).await {
                Ok(response) => heard(response),
                Err(failure) => store.notice.set(failure.message),
            }
        });
    };
    // With each decision, and with each page, there may be more.
    Effect::new(move |_| {
        store.authors.decided.track();
        store.page.track();
        store.complete.track();
        let host = store.host();
        spawn_local(async move {
            // While all is locked there is none to show.
            if let Ok(response) = host.request(&Request::Sessions).await {
                heard(response);
            }
        });
    });
    let end = move |_| {
        if let Some(session) = open.get_untracked() {
            let session = Session { ended: Some(store.host().now()), ..session };
            ask(Request::SaveSession { session: session.into() });
        }
    };
    let begin = move |_| {
        if let Some(dialog) = dialog.get_untracked() {
            // It fails only where the dialog is open already.
            let _ = dialog.show_modal();
        }
    };
    view! {
        <div class="session">
            {move || match open.get() {
                Some(session) => view! {
                    <span class="running" title=session.began.clone()>{running(store, &session)}</span>
                    <button type="button" id="session-end" on:click=end>{store.text("panel_session_end")}</button>
                }
                .into_any(),
                None => view! {
                    <button type="button" id="session-begin" on:click=begin>{store.text("panel_session_begin")}</button>
                }
                .into_any(),
            }}
        </div>
        {beginning(store, dialog, move |session| ask(Request::SaveSession { session: session.into() }))}
    }
}

/// What it set out from, and its numbers.
fn running(store: Store, session: &Session) -> String {
    let seed = if session.seed.is_empty() { store.text("panel_session") } else { session.seed.clone() };
    store.fill("panel_session_running", &[&seed, &session.seen.to_string(), &session.coded.to_string()])
}

/// The form that begins one.
fn beginning(
    store: Store,
    dialog: NodeRef<html::Dialog>,
    begun: impl Fn(Session) + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let seed = RwSignal::new(String::new());
    let found_via = RwSignal::new(None::<FoundVia>);
    let close = move || {
        if let Some(dialog) = dialog.get_untracked() {
            dialog.close();
        }
    };
    let submitted = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let host = store.host();
        begun(Session {
            id: host.uuid(),
            began: host.now(),
            ended: None,
            found_via: found_via.get_untracked(),
            seed: seed.get_untracked().trim().to_owned(),
            seen: 0,
            coded: 0,
        });
        close();
    };
    let ways = WAYS.map(|(_, name, label)| view! { <option value=name>{store.text(label)}</option> });
    let chosen = move |event| {
        let value = event_target_value(&event);
        found_via.set(WAYS.iter().find(|(_, name, _)| *name == value).map(|(way, ..)| *way));
    };
    view! {
        <dialog class="coding begin" node_ref=dialog aria-labelledby="session-title">
            <form on:submit=submitted>
                <h2 id="session-title">{store.text("panel_session_begin")}</h2>
                <p class="hint">{store.text("panel_session_hint")}</p>
                <div class="field">
                    <label for="session-seed">{store.text("panel_session_seed")}</label>
                    <input
                        type="text"
                        id="session-seed"
                        maxlength="60"
                        dir="auto"
                        autocomplete="off"
                        placeholder=store.text("panel_session_seed_hint")
                        on:input=move |event| seed.set(event_target_value(&event))
                    />
                </div>
                <div class="field">
                    <label for="session-via">{store.text("panel_via")}</label>
                    <select id="session-via" on:change=chosen>
                        <option value="">{store.text("panel_via_unsaid")}</option>
                        {ways.collect_view()}
                    </select>
                </div>
                <div class="actions">
                    <button type="submit" class="primary" id="session-start">{store.text("panel_session_start")}</button>
                    <button type="button" on:click=move |_| close()>{store.text("coding_cancel")}</button>
                </div>
            </form>
        </dialog>
    }
}
