//! The results as JSON Lines, in a file or on the clipboard.
//!
//! Invariants: codebooks whose findings are not shown are left out; lines stand in the order of the text, and what was no
//! unit is answered in its place; text leaves wasm memory, which never shrinks, slice by slice.
//! Must not touch: what a line looks like (`postil::exchange`).

use super::state::Bench;
use crate::host::Host;
use js_sys::{Array, JsString, Promise};
use leptos::prelude::*;
use postil::exchange::classified;
use postil::service::protocol::UnitReading;
use std::time::Duration;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

/// Units written before the page gets its turn.
const SLICE: usize = 200;

#[wasm_bindgen]
extern "C" {
    /// Puts a text on the clipboard; only in a click.
    #[wasm_bindgen(method, js_name = copy)]
    fn raw_copy(this: &Host, text: JsString) -> Promise;
}

/// Offers the results as a file.
pub(super) fn save(bench: Bench) {
    write(bench, async move |text| {
        let host = bench.host();
        let today: String = host.now().chars().take(10).collect();
        host.save(&format!("postil-workbench-{today}.jsonl"), "application/x-ndjson", text);
        Ok("workbench_saved")
    });
}

/// Puts the results on the clipboard.
pub(super) fn copy(bench: Bench) {
    write(bench, async move |text| match JsFuture::from(bench.host().raw_copy(text)).await {
        Ok(_) => Ok("workbench_copied"),
        Err(_) => Err(bench.words("workbench_not_copied")),
    });
}

fn write(bench: Bench, give: impl AsyncFnOnce(JsString) -> Result<&'static str, String> + 'static) {
    if bench.writing.get_untracked() {
        return;
    }
    bench.writing.set(true);
    spawn_local(async move {
        let notice = match collect(bench).await {
            Ok((text, number)) => give(text).await.map(|key| bench.fill(key, &[&number.to_string()])),
            Err(error) => Err(error.to_string()),
        };
        bench.writing.set(false);
        bench.notice.set(notice.unwrap_or_else(|why| why));
    });
}

/// All lines, and how many there are.
async fn collect(bench: Bench) -> Result<(JsString, usize), serde_json::Error> {
    let Some(model) = bench.model() else { return Ok((JsString::from(""), 0)) };
    let mut bad = untrack(|| bench.bad()).into_iter().peekable();
    let slices = Array::new();
    let (mut from, mut number) = (0, 0);
    loop {
        let rows = bench.rows(from, SLICE);
        from += rows.len();
        let mut text = String::new();
        for row in &rows {
            while let Some(bad) = bad.next_if(|bad| bad.line < row.unit.line) {
                text.push_str(&classified::bad_line(&bad)?);
                number += 1;
            }
            let Some(reading) = &row.reading else { continue };
            let mut reading = UnitReading::clone(reading);
            reading.results.retain(|result| untrack(|| bench.shows(&result.codebook.id)));
            let reading = classified::in_code_points(&row.unit.text, reading);
            text.push_str(&classified::line(&row.unit.id, &reading, &model)?);
            number += 1;
        }
        if rows.len() < SLICE {
            for bad in bad {
                text.push_str(&classified::bad_line(&bad)?);
                number += 1;
            }
            slices.push(&text.into());
            return Ok((slices.join(""), number));
        }
        slices.push(&text.into());
        turn().await;
    }
}

/// Lets the page have its turn.
async fn turn() {
    let promise = Promise::new(&mut |resolve, _| {
        set_timeout(
            move || {
                // It is a promise's own function and throws nothing.
                let _ = resolve.call0(&JsValue::UNDEFINED);
            },
            Duration::ZERO,
        );
    });
    // It is never rejected.
    let _ = JsFuture::from(promise).await;
}
