//! Every stored record as a file of JSON Lines.
//!
//! Invariants: records are asked for a slice at a time and leave wasm memory, which never shrinks, as they come; either the
//! whole file is offered or none.
//! Must not touch: what a line looks like (`postil::exchange`).

use crate::store::{Export, Store};
use js_sys::{Array, JsString};
use leptos::prelude::{GetUntracked, Set};
use postil::exchange::jsonl;
use postil::service::protocol::{Request, Response};
use wasm_bindgen_futures::spawn_local;

/// Records a request.
const SLICE: u32 = 200;

/// Exports everything, unless that is under way already.
pub(crate) fn export(store: Store) {
    if store.export.get_untracked() != Export::Idle {
        return;
    }
    store.export.set(Export::Running(0));
    spawn_local(async move {
        let notice = match collect(store).await {
            Ok((_, 0)) => store.text("panel_export_empty"),
            Ok((text, number)) => {
                let host = store.host();
                let today: String = host.now().chars().take(10).collect();
                host.save(&format!("postil-{today}.jsonl"), "application/x-ndjson", text);
                store.count("panel_exported_one", "panel_exported_other", number)
            }
            Err(message) => store.fill("panel_export_failed", &[&message]),
        };
        store.export.set(Export::Idle);
        store.notice.set(notice);
    });
}

async fn collect(store: Store) -> Result<(JsString, usize), String> {
    let host = store.host();
    let slices = Array::new();
    let mut number = 0;
    let mut after = None;
    loop {
        let answer =
            host.request(&Request::Records { after, limit: SLICE }).await.map_err(|failure| failure.message)?;
        let Response::Records { records, next } = answer else { break };
        let mut text = String::new();
        for record in &records {
            text.push_str(&jsonl::line(record).map_err(|error| error.to_string())?);
        }
        slices.push(&text.into());
        number += records.len();
        store.export.set(Export::Running(number));
        after = next;
        if after.is_none() {
            break;
        }
    }
    Ok((slices.join(""), number))
}
