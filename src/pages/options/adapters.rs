//! What ships of some sites, and whether the open project goes by it.
//!
//! Must not touch: what the coder taught.

use super::{Options, switch};
use leptos::prelude::*;
use postil::service::sites::Site;

pub(super) fn adapters(options: Options) -> impl IntoView {
    let lines = options.browser.host().adapters().into_iter().map(|site| line(options, site)).collect_view();
    view! {
        <div class="adapters">
            <h3>{options.text("options_adapters")}</h3>
            <p class="hint">{options.text("options_adapters_hint")}</p>
            <ul class="rows" role="list">{lines}</ul>
        </div>
    }
}

fn line(options: Options, site: Site) -> impl IntoView {
    let Site { id, name, patterns, unverified, date, note, .. } = site;
    let key = StoredValue::new(id.clone());
    let named = name.clone();
    let on = options.set(move |settings| key.with_value(|id| settings.adapts(id)));
    let toggled = move |on: bool| {
        let said = if on { "options_adapter_now_on" } else { "options_adapter_now_off" };
        options
            .change(move |settings| key.with_value(|id| settings.adapt(id, on)), options.browser.fill(said, &[&named]));
    };
    let stands = unverified.then(|| options.browser.fill("options_adapter_unverified", &[&date]));
    view! {
        <li class="row">
            <div class="what">
                {switch(options, format!("adapter-{id}"), name, on, Box::new(toggled))}
                <p class="hint"><bdi dir="ltr">{patterns.join(", ")}</bdi></p>
                <p class="hint">{stands.map(|stands| view! { <strong class="unverified">{stands}</strong> " " })} {note}</p>
            </div>
        </li>
    }
}
