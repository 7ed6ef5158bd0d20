//! What the panel says where what is stored is locked: nothing is read or decided until it is unlocked.

use crate::secret;
use crate::store::Store;
use leptos::prelude::*;
use postil::service::protocol::VaultState;
use std::sync::Arc;

pub(super) fn locked(store: Store) -> impl IntoView {
    let vault = store.vault;
    let is = Memo::new(move |_| vault.is(VaultState::Locked));
    move || {
        is.get().then(|| {
            let given = Arc::new(move |passphrase| vault.unlock(passphrase));
            let browser = store.browser();
            view! {
                <section class="no-codebook" aria-labelledby="locked-title">
                    <h2 id="locked-title">{store.text("panel_locked")}</h2>
                    <p>{store.text("panel_locked_hint")}</p>
                    {secret::ask(browser, "panel-secret", "options_secret_new", "options_vault_unlock", given)}
                    <p class="fault" role="alert">{move || vault.fault.get()}</p>
                </section>
            }
        })
    }
}
