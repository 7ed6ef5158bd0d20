//! Earlier decisions about this page that are not found on it any more. They are listed with the text as it was, and never
//! tied to anything that merely looks like it.

use super::words;
use crate::store::Store;
use leptos::prelude::*;

pub(super) fn missing(store: Store) -> impl IntoView {
    let missing = Memo::new(move |_| store.missing());
    move || {
        let codebooks = store.codebooks.get();
        let missing = missing.get();
        (!missing.is_empty()).then(|| {
            let lines = missing.iter().map(|kept| {
                let slot = kept.code.as_deref().map(|code| codebooks.slot(&kept.codebook, code));
                view! {
                    <li>
                        {slot.map(|slot| view! { <span class=slot>{words::swatch()}</span> })}
                        <b>{store.decided(kept.action, &kept.codebook, kept.code.as_deref())}</b>
                        " "
                        <time datetime=kept.at.clone()>{kept.at.chars().take(10).collect::<String>()}</time>
                        <span class="captured" dir="auto">{kept.text.clone()}</span>
                    </li>
                }
            });
            view! {
                <section class="missing" aria-labelledby="missing-title">
                    <h2 id="missing-title">{store.count("panel_missing_one", "panel_missing_other", missing.len())}</h2>
                    <p class="hint">{store.text("panel_missing_hint")}</p>
                    <ul role="list">{lines.collect_view()}</ul>
                </section>
            }
        })
    }
}
