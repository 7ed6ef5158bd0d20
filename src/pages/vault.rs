//! Encryption of what is stored, for whichever page asks: how it stands, and what a passphrase changes about it.
//!
//! Invariants: a passphrase goes to the archive's worker and a key that was derived from it to the service, and neither is kept
//! here; turning on or off goes on wherever it was cut short.

use crate::files::{Ended, Files};
use crate::host::Browser;
use leptos::prelude::*;
use postil::exchange::task::{Outcome, Passphrase, Task};
use postil::service::protocol::{Derivation, Event, Request, Response, VaultRequest, VaultState, VaultStatus};
use wasm_bindgen_futures::spawn_local;

/// Entries in one step of turning on or off.
const STEP: u32 = 200;

/// A handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Vault {
    browser: Browser,
    files: Files,
    /// Absent until it has come.
    pub(crate) status: RwSignal<Option<VaultStatus>>,
    /// Why the last thing was not done, in words.
    pub(crate) fault: RwSignal<Option<String>>,
    /// Whether steps are under way here.
    stepping: StoredValue<bool>,
}

impl Vault {
    /// Begins to follow how it stands. Keys are derived among the page's `files`.
    pub(crate) fn new(browser: Browser, files: Files) -> Self {
        let vault = Self {
            browser,
            files,
            status: RwSignal::new(None),
            fault: RwSignal::new(None),
            stepping: StoredValue::new(false),
        };
        browser.host().on_event(move |event| {
            if matches!(event, Event::Vault { .. }) {
                vault.load();
            }
        });
        vault.load();
        vault
    }

    pub(crate) fn is(self, state: VaultState) -> bool {
        self.status.with(|status| status.as_ref().is_some_and(|status| status.state == state))
    }

    fn load(self) {
        spawn_local(async move {
            self.ask(VaultRequest::Status).await;
            self.step().await;
        });
    }

    /// Asks, and keeps what is answered; whether it was done.
    async fn ask(self, request: VaultRequest) -> bool {
        match self.browser.host().request(&Request::Vault { request }).await {
            Ok(Response::Vault { status }) => {
                self.fault.set(None);
                self.status.set(Some(status));
                true
            }
            Ok(_) => false,
            Err(failure) => {
                self.fault.set(Some(failure.message));
                false
            }
        }
    }

    /// Goes on with turning on or off until there is nothing left.
    async fn step(self) {
        let moving = move || {
            let state = self.status.with_untracked(|status| status.as_ref().map(|status| status.state));
            matches!(state, Some(VaultState::Sealing | VaultState::Opening))
        };
        if !moving() || self.stepping.get_value() {
            return;
        }
        self.stepping.set_value(true);
        while moving() && self.ask(VaultRequest::Step { limit: STEP }).await {}
        self.stepping.set_value(false);
    }

    /// A key out of a passphrase; by what is known of it, or in a new way.
    async fn key(self, passphrase: Passphrase, derivation: Option<Derivation>) -> Option<(String, Derivation)> {
        match self.files.carry_out(Task::Key { passphrase, derivation }, None).await? {
            Ok((Outcome::Key { key, derivation }, _)) => Some((key, derivation)),
            Ok(_) | Err(Ended::Stopped) => None,
            Err(Ended::Failed(failure)) => {
                self.fault.set(Some(failure.message));
                None
            }
        }
    }

    /// The key of what is encrypted now.
    async fn own_key(self, passphrase: Passphrase) -> Option<String> {
        let derivation = self.status.with_untracked(|status| status.as_ref()?.derivation.clone())?;
        self.key(passphrase, Some(derivation)).await.map(|(key, _)| key)
    }

    /// Turns encryption on.
    pub(crate) fn begin(self, passphrase: Passphrase) {
        spawn_local(async move {
            if let Some((key, derivation)) = self.key(passphrase, None).await
                && self.ask(VaultRequest::Begin { key, derivation }).await
            {
                self.step().await;
            }
        });
    }

    /// Makes what is stored readable.
    pub(crate) fn unlock(self, passphrase: Passphrase) {
        spawn_local(async move {
            if let Some(key) = self.own_key(passphrase).await
                && self.ask(VaultRequest::Unlock { key }).await
            {
                self.step().await;
            }
        });
    }

    /// Forgets the key.
    pub(crate) fn lock(self) {
        spawn_local(async move {
            self.ask(VaultRequest::Lock).await;
        });
    }

    /// Puts another passphrase in the place of this one; calls back once it is.
    pub(crate) fn change(self, now: Passphrase, next: Passphrase, done: impl FnOnce() + 'static) {
        spawn_local(async move {
            let Some(old) = self.own_key(now).await else { return };
            let Some((new, derivation)) = self.key(next, None).await else { return };
            if self.ask(VaultRequest::Change { old, new, derivation }).await {
                done();
            }
        });
    }

    /// Turns encryption off.
    pub(crate) fn end(self, passphrase: Passphrase) {
        spawn_local(async move {
            if let Some(key) = self.own_key(passphrase).await
                && self.ask(VaultRequest::End { key }).await
            {
                self.step().await;
            }
        });
    }
}
