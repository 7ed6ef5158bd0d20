//! Decisions that could not be stored, on whatever page they were made: they stay here until they are.

use crate::store::Store;
use leptos::prelude::*;

pub(super) fn failures(store: Store) -> impl IntoView {
    let failed = Memo::new(move |_| store.failed());
    move || {
        let failed = failed.get();
        (!failed.is_empty()).then(|| {
            let lines = failed.iter().map(|sent| {
                let decision = &sent.decision;
                view! {
                    <li>
                        <b>{store.decided(decision.action, &decision.codebook.id, decision.code.as_deref())}</b>
                        <span class="captured" dir="auto">{decision.text.clone()}</span>
                        <span class="why-not">{sent.failure.clone()}</span>
                    </li>
                }
            });
            view! {
                <section class="failures" aria-labelledby="failures-title">
                    <h2 id="failures-title">
                        {store.count("panel_failures_one", "panel_failures_other", failed.len())}
                    </h2>
                    <ul role="list">{lines.collect_view()}</ul>
                    <button type="button" on:click=move |_| store.retry()>{store.text("panel_retry")}</button>
                </section>
            }
        })
    }
}
