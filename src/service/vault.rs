//! A store under a passphrase.
//!
//! Shape: every value but [`keys::META`], [`keys::FACE`] and the header is sealed with AES-256-GCM under a random data key, as
//! `{"sealed": BASE64}` of nonce, ciphertext and tag; the name of the entry is authenticated with it, so that values cannot
//! change places. The data key lies in the header, wrapped under a key that is derived from the passphrase elsewhere; another
//! passphrase wraps it anew. A page's key is a hash of its address, which whoever guesses the address can make: it is keyed.
//! Invariants: a value says itself whether it is sealed, so turning on and off can stop anywhere and go on; what is written
//! while that runs has its final form already. Locked, nothing is read or written. The data key is in memory and in the
//! session's store alone. A value that does not open is damaged, is told by its key, and reads as `null`.
//! Must not touch: passphrases, and how a key is derived; the cipher itself, which the face gives.

mod header;
pub mod wire;

use super::protocol::{Failure, FailureKind};
use super::store::{Store, StoreError};
use super::{invalid, keys};
use async_lock::{RwLock, RwLockReadGuard, RwLockWriteGuard};
use base64ct::{Base64, Encoding};
use header::{Header, Stage};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
pub use wire::{Derivation, VaultRequest, VaultState, VaultStatus};

/// Key of the header.
pub const VAULT: &str = "vault";
/// Key of the data key, in the session's store.
const SESSION: &str = "vault-key";
/// The only derivation.
const ARGON2ID: &str = "argon2id";
/// Most entries in one step.
const MAX_STEP: u32 = 500;
/// How the keyed name of a page's entry begins; what follows `page:` in a plain one is hexadecimal digits alone.
const KEYED: &str = "page:sealed-";
const PAGE: &str = "page:";
const PROJECT: &str = "project:";

/// 256 bits.
pub type Key = [u8; 32];

/// Why nothing was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CipherError {
    /// The key, the additional data or the sealed bytes are others.
    Refused,
    /// The cipher did not do its work.
    Failed(String),
}

/// AES-256-GCM: a random nonce of 12 bytes, then the ciphertext, then the tag of 16 bytes.
pub trait Cipher {
    /// Bytes that nobody can guess.
    fn draw(&self) -> Result<Key, CipherError>;
    /// Seals under a nonce that it draws.
    fn seal(&self, key: &Key, aad: &[u8], plain: &[u8]) -> impl Future<Output = Result<Vec<u8>, CipherError>>;
    /// Opens what `seal` made.
    fn open(&self, key: &Key, aad: &[u8], sealed: &[u8]) -> impl Future<Output = Result<Vec<u8>, CipherError>>;
}

/// A store over a store, plain until [`VaultRequest::Begin`].
#[derive(Debug)]
pub struct Vault<S, C, K> {
    inner: S,
    cipher: C,
    /// Forgets when the browser is closed, not when the background ends.
    session: K,
    /// Held for reading over each operation, and for writing over what changes the key or moves entries. Empty until asked.
    door: RwLock<Option<Door>>,
    damaged: RefCell<BTreeSet<String>>,
}

enum Door {
    Off,
    Locked(Header),
    Open(Box<Open>),
    Broken(Failure),
}

/// What is needed to read.
struct Open {
    header: Header,
    data: Key,
    names: Key,
    /// Names of entries that turning on or off has yet to look at.
    left: Option<Vec<String>>,
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Open {
    fn new(header: Header, data: Key) -> Self {
        Self { header, data, names: hmac(&data, b"names of entries"), left: None }
    }

    /// The name under which an entry lies sealed; that name's own is itself.
    fn name(&self, key: &str) -> String {
        let (project, rest) = parts(key);
        match rest.starts_with(PAGE) && !rest.starts_with(KEYED) {
            true => format!("{project}{KEYED}{}", hex::encode(&hmac(&self.names, key.as_bytes())[..16])),
            false => key.to_owned(),
        }
    }

    fn opening(&self) -> bool {
        self.header.stage == Stage::Opening
    }

    /// Of entries that lie both plain and sealed, because a step was cut short, the name of the older.
    fn stale(&self, names: &[String]) -> Vec<String> {
        let all: BTreeSet<&String> = names.iter().collect();
        let twice = names.iter().filter_map(|plain| {
            let sealed = self.name(plain);
            (sealed != *plain && all.contains(&sealed)).then(|| if self.opening() { sealed } else { plain.clone() })
        });
        twice.collect()
    }
}

/// The prefix of a project's key, and the rest.
fn parts(key: &str) -> (&str, &str) {
    let end = key.strip_prefix(PROJECT).and_then(|rest| Some(PROJECT.len() + rest.find(':')? + 1)).unwrap_or(0);
    key.split_at(end)
}

/// Whether a key's value is never sealed.
fn plain(key: &str) -> bool {
    [VAULT, keys::FACE].contains(&key) || parts(key).1 == keys::META
}

fn hmac(key: &Key, text: &[u8]) -> Key {
    // A key of any length will do; this one has 32 bytes.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    mac.update(text);
    mac.finalize().into_bytes().into()
}

/// The Base64 in a sealed value.
fn sealed(value: &Value) -> Option<&str> {
    value.as_object().filter(|it| it.len() == 1)?.get("sealed")?.as_str()
}

impl<S: Store, C: Cipher, K: Store> Vault<S, C, K> {
    /// Over a store; `session` forgets when the browser is closed. Touches both on the first request.
    pub fn new(inner: S, cipher: C, session: K) -> Self {
        Self { inner, cipher, session, door: RwLock::new(None), damaged: RefCell::default() }
    }

    async fn act(&self, door: &mut Option<Door>, request: VaultRequest) -> Result<(), Failure> {
        match (request, door.as_mut()) {
            (VaultRequest::Status, _) => {}
            (VaultRequest::Lock, Some(Door::Open(_) | Door::Locked(_))) => {
                *door = None;
                self.damaged.take();
                self.session.remove(vec![SESSION.into()]).await?;
            }
            (_, Some(Door::Broken(failure))) => return Err(failure.clone()),
            (VaultRequest::Begin { key, derivation }, Some(Door::Off)) => {
                let data = self.cipher.draw().map_err(failed)?;
                let wrapped = self.wrap(&key, &derivation, &data).await?;
                let header = Header { stage: Stage::Sealing, derivation, wrapped };
                self.remember(&data).await?;
                self.put(&header).await?;
                *door = Some(Door::Open(Box::new(Open::new(header, data))));
            }
            (VaultRequest::Unlock { key }, Some(Door::Locked(header))) => {
                let data = self.unwrap(&key, header).await?;
                self.remember(&data).await?;
                *door = Some(Door::Open(Box::new(Open::new(header.clone(), data))));
            }
            (VaultRequest::Change { old, new, derivation }, Some(Door::Open(open))) => {
                let data = self.unwrap(&old, &open.header).await?;
                let wrapped = self.wrap(&new, &derivation, &data).await?;
                let header = Header { derivation, wrapped, ..open.header.clone() };
                self.put(&header).await?;
                open.header = header;
            }
            (VaultRequest::End { key }, Some(Door::Open(open))) if !open.opening() => {
                self.unwrap(&key, &open.header).await?;
                // Which of two is the older depends on the stage.
                self.drop_stale(open).await?;
                let header = Header { stage: Stage::Opening, ..open.header.clone() };
                self.put(&header).await?;
                (open.header, open.left) = (header, None);
            }
            (VaultRequest::Step { limit }, Some(Door::Open(open))) => {
                if self.step(open, limit.clamp(1, MAX_STEP) as usize).await? {
                    *door = None;
                }
            }
            (_, Some(Door::Locked(_))) => return Err(StoreError::Locked.into()),
            _ => return Err(invalid("encryption is not in a state to do that; ask for its status".into())),
        }
        Ok(())
    }

    fn status(&self, door: &Door) -> VaultStatus {
        let (state, header, left) = match door {
            Door::Off => (VaultState::Off, None, None),
            Door::Broken(_) => (VaultState::Broken, None, None),
            Door::Locked(header) => (VaultState::Locked, Some(header), None),
            Door::Open(open) => {
                let state = match open.header.stage {
                    Stage::Sealing => VaultState::Sealing,
                    Stage::Sealed => VaultState::Sealed,
                    Stage::Opening => VaultState::Opening,
                };
                (state, Some(&open.header), open.left.as_ref())
            }
        };
        VaultStatus {
            state,
            why: if let Door::Broken(failure) = door { Some(failure.message.clone()) } else { None },
            derivation: header.map(|header| header.derivation.clone()),
            left: left.map(|left| u32::try_from(left.len()).unwrap_or(u32::MAX)),
            damaged: self.damaged.borrow().iter().cloned().collect(),
        }
    }

    /// The door, held alone, as the stores say it stands.
    async fn known(&self) -> Result<RwLockWriteGuard<'_, Option<Door>>, Failure> {
        let mut door = self.door.write().await;
        if door.is_none() {
            *door = Some(self.find().await?);
        }
        Ok(door)
    }

    /// The door, held with others; an error if nobody may pass a broken one.
    async fn entered(&self) -> Result<Entered<'_>, Failure> {
        let mut guard = self.door.read().await;
        if guard.is_none() {
            drop(guard);
            guard = RwLockWriteGuard::downgrade(self.known().await?);
        }
        match guard.as_ref() {
            Some(Door::Broken(failure)) => Err(failure.clone()),
            _ => Ok(Entered(guard)),
        }
    }

    async fn find(&self) -> Result<Door, Failure> {
        let Some(header) = one(&self.inner, VAULT).await? else { return Ok(Door::Off) };
        let header = match Header::from_value(&header) {
            Ok(header) => header,
            Err(failure) => return Ok(Door::Broken(failure)),
        };
        let data = one(&self.session, SESSION).await?;
        Ok(match data.as_ref().and_then(Value::as_str).and_then(|digits| key(digits).ok()) {
            Some(data) => Door::Open(Box::new(Open::new(header, data))),
            None => Door::Locked(header),
        })
    }

    async fn wrap(&self, derived: &str, derivation: &Derivation, data: &Key) -> Result<String, Failure> {
        let salt = hex::decode(&derivation.salt).is_ok_and(|salt| (16..=64).contains(&salt.len()));
        if derivation.name != ARGON2ID || !salt {
            return Err(invalid("a key is derived by argon2id, with a salt of 16 to 64 bytes".into()));
        }
        let wrapped = self.cipher.seal(&key(derived)?, VAULT.as_bytes(), data).await.map_err(failed)?;
        Ok(Base64::encode_string(&wrapped))
    }

    async fn unwrap(&self, derived: &str, header: &Header) -> Result<Key, Failure> {
        let wrapped = Base64::decode_vec(&header.wrapped).unwrap_or_default();
        match self.cipher.open(&key(derived)?, VAULT.as_bytes(), &wrapped).await {
            Ok(data) => data.try_into().map_err(|_| failed(CipherError::Failed("the data key is too short".into()))),
            Err(CipherError::Refused) => {
                let message = "the passphrase is wrong; nothing was changed".into();
                Err(Failure { kind: FailureKind::WrongPassphrase, message })
            }
            Err(error) => Err(failed(error)),
        }
    }

    async fn remember(&self, data: &Key) -> Result<(), Failure> {
        Ok(self.session.set(BTreeMap::from([(SESSION.to_owned(), hex::encode(data).into())])).await?)
    }

    async fn put(&self, header: &Header) -> Result<(), Failure> {
        Ok(self.inner.set(BTreeMap::from([(VAULT.to_owned(), header.to_value()?)])).await?)
    }

    async fn drop_stale(&self, open: &Open) -> Result<Vec<String>, Failure> {
        let mut names = self.inner.keys().await?;
        let stale = open.stale(&names);
        if !stale.is_empty() {
            self.inner.remove(stale.clone()).await?;
            names.retain(|name| !stale.contains(name));
        }
        Ok(names)
    }

    /// Moves a slice of entries towards what the stage is after; whether turning off has ended.
    async fn step(&self, open: &mut Open, limit: usize) -> Result<bool, Failure> {
        if open.header.stage == Stage::Sealed {
            return Ok(false);
        }
        let mut left = match open.left.take() {
            Some(left) => left,
            None => {
                let mut names = self.drop_stale(open).await?;
                names.retain(|name| !plain(name));
                names
            }
        };
        let slice = left.split_off(left.len() - keys::at_once(left.iter().rev().take(limit)));
        let values = self.inner.get(slice.clone()).await?;
        let (mut entries, mut gone) = (BTreeMap::new(), Vec::new());
        for (name, value) in slice.into_iter().zip(values) {
            // What was removed since is of no concern.
            let Some(value) = value.filter(|value| sealed(value).is_some() == open.opening()) else { continue };
            let (to, value) = if open.opening() {
                let Some(opened) = self.unsealed(open, &name, &value).await? else { continue };
                opened
            } else {
                self.sealed(open, &name, value).await?
            };
            if to != name {
                gone.push(name);
                // What was written under the final name since is newer.
                if one(&self.inner, &to).await?.is_some() {
                    continue;
                }
            }
            entries.insert(to, value);
        }
        if !entries.is_empty() {
            self.inner.set(entries).await?;
        }
        if !gone.is_empty() {
            self.inner.remove(gone).await?;
        }
        if !left.is_empty() {
            open.left = Some(left);
            return Ok(false);
        }
        if open.opening() {
            self.inner.remove(vec![VAULT.into()]).await?;
            self.session.remove(vec![SESSION.into()]).await?;
            return Ok(true);
        }
        let header = Header { stage: Stage::Sealed, ..open.header.clone() };
        self.put(&header).await?;
        open.header = header;
        Ok(false)
    }

    /// An entry as it lies sealed.
    async fn sealed(&self, open: &Open, key: &str, value: Value) -> Result<(String, Value), StoreError> {
        let name = open.name(key);
        let text = json!([key, value]).to_string();
        let bytes = self.cipher.seal(&open.data, name.as_bytes(), text.as_bytes()).await.map_err(other)?;
        Ok((name, json!({ "sealed": Base64::encode_string(&bytes) })))
    }

    /// The entry in a sealed value; `None` if it is damaged, which is kept in mind.
    async fn unsealed(&self, open: &Open, name: &str, value: &Value) -> Result<Option<(String, Value)>, StoreError> {
        let bytes = sealed(value).and_then(|text| Base64::decode_vec(text).ok());
        let opened = match bytes {
            Some(bytes) => match self.cipher.open(&open.data, name.as_bytes(), &bytes).await {
                Err(CipherError::Failed(why)) => return Err(StoreError::Other(why)),
                opened => opened.ok(),
            },
            None => None,
        };
        let entry = opened.and_then(|text| serde_json::from_slice::<(String, Value)>(&text).ok());
        if entry.is_none() {
            self.damaged.borrow_mut().insert(name.to_owned());
        }
        Ok(entry)
    }
}

/// A door that is not broken.
struct Entered<'v>(RwLockReadGuard<'v, Option<Door>>);

impl std::ops::Deref for Entered<'_> {
    type Target = Door;
    fn deref(&self) -> &Door {
        self.0.as_ref().unwrap_or(&Door::Off)
    }
}

impl Door {
    /// What reads and writes, if anything is sealed at all.
    fn open(&self) -> Result<Option<&Open>, StoreError> {
        match self {
            Self::Off => Ok(None),
            Self::Open(open) => Ok(Some(open)),
            Self::Locked(_) | Self::Broken(_) => Err(StoreError::Locked),
        }
    }
}

impl<S: Store, C: Cipher, K: Store> Store for Vault<S, C, K> {
    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        let door = self.entered().await.map_err(broken)?;
        let Some(open) = door.open()? else { return self.inner.get(keys).await };
        // An entry may lie under both its names while it is moved.
        let names: Vec<String> = keys.iter().cloned().chain(keys.iter().map(|key| open.name(key))).collect();
        let mut plain_first = self.inner.get(names).await?;
        let renamed = plain_first.split_off(keys.len());
        let mut values = Vec::with_capacity(keys.len());
        for ((key, plain), renamed) in keys.into_iter().zip(plain_first).zip(renamed) {
            let value = if open.opening() { plain.or(renamed) } else { renamed.or(plain) };
            values.push(match value {
                Some(value) if sealed(&value).is_some() => {
                    let entry = self.unsealed(open, &open.name(&key), &value).await?;
                    Some(entry.map_or(Value::Null, |(_, value)| value))
                }
                value => value,
            });
        }
        Ok(values)
    }

    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        let door = self.entered().await.map_err(broken)?;
        let Some(open) = door.open()? else { return self.inner.set(entries).await };
        if open.opening() {
            return self.inner.set(entries).await;
        }
        let mut sealed = BTreeMap::new();
        for (key, value) in entries {
            if plain(&key) {
                sealed.insert(key, value);
            } else {
                sealed.extend([self.sealed(open, &key, value).await?]);
            }
        }
        let names: Vec<String> = sealed.keys().cloned().collect();
        self.inner.set(sealed).await?;
        // What was damaged is written over.
        self.damaged.borrow_mut().retain(|damaged| !names.contains(damaged));
        Ok(())
    }

    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        let door = self.entered().await.map_err(broken)?;
        let Some(open) = door.open()? else { return self.inner.remove(keys).await };
        let names = keys.iter().map(|key| open.name(key)).collect::<Vec<_>>();
        self.inner.remove(keys.into_iter().chain(names).collect()).await
    }

    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        let door = self.entered().await.map_err(broken)?;
        let open = door.open()?;
        let mut names = self.inner.keys().await?;
        let stale: BTreeSet<String> = open.map(|open| open.stale(&names)).unwrap_or_default().into_iter().collect();
        names.retain(|name| name != VAULT && !stale.contains(name));
        Ok(names)
    }

    async fn vault(&self, request: VaultRequest) -> Result<VaultStatus, Failure> {
        let mut door = self.known().await?;
        if let Err(failure) = self.act(&mut door, request).await {
            // Whatever a store that failed has kept, it says itself the next time.
            *door = None;
            return Err(failure);
        }
        if door.is_none() {
            *door = Some(self.find().await?);
        }
        Ok(self.status(door.as_ref().unwrap_or(&Door::Off)))
    }

    async fn ready(&self) -> Result<(), StoreError> {
        self.entered().await.map_err(broken)?.open().map(drop)
    }
}

async fn one(store: &impl Store, key: &str) -> Result<Option<Value>, StoreError> {
    Ok(store.get(vec![key.to_owned()]).await?.into_iter().next().flatten())
}

fn key(digits: &str) -> Result<Key, Failure> {
    let bytes = hex::decode(digits).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| invalid("a key has 64 hexadecimal digits".into()))
}

fn other(error: CipherError) -> StoreError {
    StoreError::Other(match error {
        CipherError::Refused => "the cipher refused".into(),
        CipherError::Failed(why) => why,
    })
}

fn failed(error: CipherError) -> Failure {
    other(error).into()
}

fn broken(failure: Failure) -> StoreError {
    match failure.kind {
        FailureKind::Quota => StoreError::Quota(failure.message),
        FailureKind::Damaged => StoreError::Damaged(failure.message),
        _ => StoreError::Other(failure.message),
    }
}
