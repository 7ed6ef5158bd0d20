//! Encryption of what is stored: on and off, locked and unlocked, another passphrase.

use super::Options;
use crate::secret::{self, Chosen};
use crate::vault::Vault;
use leptos::prelude::*;
use postil::service::protocol::{VaultState, VaultStatus};
use std::sync::Arc;

pub(super) fn vault(options: Options) -> impl IntoView {
    let vault = Vault::new(options.browser, options.exporter.files);
    view! {
        <div class="vault" aria-live="polite">
            {move || vault.status.get().map(|status| shown(options, vault, status))}
        </div>
        <p class="fault" role="alert">{move || vault.fault.get()}</p>
    }
}

fn shown(options: Options, vault: Vault, status: VaultStatus) -> AnyView {
    let left = status.left.map(|left| options.browser.fill("options_vault_left", &[&left.to_string()]));
    let moving = |word: &str| {
        view! {
            <p class="progress"><progress aria-label=options.text("options_vault")></progress><span>{options.text(word)}</span><span>{left.clone()}</span></p>
        }
        .into_any()
    };
    let now = match status.state {
        VaultState::Off => off(options, vault),
        VaultState::Locked => view! {
            <p id="vault-locked">{options.text("options_vault_locked")}</p>
            {unlock(options, vault)}
        }
        .into_any(),
        VaultState::Sealing => moving("options_vault_sealing"),
        VaultState::Opening => moving("options_vault_opening"),
        VaultState::Sealed => sealed(options, vault),
        VaultState::Broken => view! { <p class="fault">{status.why}</p> }.into_any(),
    };
    let damaged = status.damaged.len();
    view! {
        {now}
        {(damaged > 0).then(|| view! {
            <p class="fault">{options.browser.count("options_vault_damaged_one", "options_vault_damaged_other", damaged)}</p>
        })}
    }
    .into_any()
}

fn off(options: Options, vault: Vault) -> AnyView {
    let chosen = Chosen::of(options.browser);
    let begin = move |_| {
        if let Some(passphrase) = chosen.take() {
            vault.begin(passphrase);
        }
    };
    view! {
        <p id="vault-off">{options.text("options_vault_off")}</p>
        <details class="more">
            <summary>{options.text("options_vault_begin_how")}</summary>
            <div class="add">
                {chosen.view("vault-new")}
                <button type="button" id="vault-begin" on:click=begin>{options.text("options_vault_begin")}</button>
            </div>
        </details>
    }
    .into_any()
}

fn unlock(options: Options, vault: Vault) -> AnyView {
    let given = Arc::new(move |passphrase| vault.unlock(passphrase));
    secret::ask(options.browser, "vault-secret", "options_secret_new", "options_vault_unlock", given)
}

fn sealed(options: Options, vault: Vault) -> AnyView {
    let chosen = Chosen::of(options.browser);
    let change = move |now| {
        if let Some(next) = chosen.take() {
            vault.change(now, next, move || options.notice.set(options.text("options_vault_changed")));
        }
    };
    let end = move |passphrase| vault.end(passphrase);
    view! {
        <p id="vault-sealed">{options.text("options_vault_sealed")}</p>
        <button type="button" id="vault-lock" on:click=move |_| vault.lock()>{options.text("options_vault_lock")}</button>
        <details class="more" id="vault-change">
            <summary>{options.text("options_vault_change")}</summary>
            <div class="add">
                {chosen.view("vault-next")}
                {secret::ask(options.browser, "vault-now", "options_vault_now", "options_vault_change", Arc::new(change))}
            </div>
        </details>
        <details class="more" id="vault-end">
            <summary>{options.text("options_vault_end")}</summary>
            <div class="add">
                <p class="hint">{options.text("options_vault_end_hint")}</p>
                {secret::ask(options.browser, "vault-last", "options_vault_now", "options_vault_end", Arc::new(end))}
            </div>
        </details>
    }
    .into_any()
}
