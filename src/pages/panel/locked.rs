//! What the panel says while what is stored is locked: nothing of it is shown before it is unlocked.

use crate::secret;
use crate::store::Store;
use leptos::prelude::*;
use std::sync::Arc;

pub(super) fn locked(store: Store) -> impl IntoView {
    let vault = store.vault;
    let given = Arc::new(move |passphrase| vault.unlock(passphrase));
    view! {
        <main>
            <section class="no-codebook" aria-labelledby="locked-title">
                <h2 id="locked-title">{store.text("panel_locked")}</h2>
                <p>{store.text("panel_locked_hint")}</p>
                {secret::ask(store.browser(), "panel-secret", "options_secret_new", "options_vault_unlock", given)}
                <p class="fault" role="alert">{move || vault.fault.get()}</p>
            </section>
        </main>
    }
}
