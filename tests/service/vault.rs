//! What is stored under a passphrase is unreadable without it, and reads the same with it, whenever it is cut short.

use super::*;
use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use postil::service::keys;
use postil::service::projects::Projects;
use postil::service::vault::{Cipher, CipherError, Key, Vault};
use serde_json::json;

/// AES-256-GCM of RustCrypto. Nonces are counted: nothing here outlives its test.
#[derive(Default)]
struct Aes(Cell<u32>);

impl Cipher for Aes {
    fn draw(&self) -> Result<Key, CipherError> {
        Ok([9; 32])
    }
    async fn seal(&self, key: &Key, aad: &[u8], plain: &[u8]) -> Result<Vec<u8>, CipherError> {
        self.0.set(self.0.get() + 1);
        let mut nonce = [0; 12];
        nonce[..4].copy_from_slice(&self.0.get().to_le_bytes());
        let cipher = Aes256Gcm::new_from_slice(key).unwrap();
        let text = cipher.encrypt(&Nonce::from(nonce), Payload { msg: plain, aad }).unwrap();
        Ok([nonce.to_vec(), text].concat())
    }
    async fn open(&self, key: &Key, aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, CipherError> {
        let (nonce, text) = sealed.split_first_chunk::<12>().ok_or(CipherError::Refused)?;
        let cipher = Aes256Gcm::new_from_slice(key).unwrap();
        cipher.decrypt(&Nonce::from(*nonce), Payload { msg: text, aad }).map_err(|_| CipherError::Refused)
    }
}

type Tried = Vault<Mortal, Aes, Mortal>;

const PAGE: &str = "page:00112233445566778899aabbccddeeff";

/// What the browser keeps on disk, and what it keeps while it runs.
struct Profile(Rc<Memory>, Rc<Memory>);

impl Profile {
    fn new() -> Self {
        let profile = Self(Rc::default(), Rc::default());
        let entries = [("meta", json!({"schema": 1})), ("settings", json!({"coder": "Ada"}))];
        let entries = entries.map(|(key, value)| (key.to_owned(), value)).into_iter().chain(contents());
        pollster::block_on(profile.0.set(entries.collect())).unwrap();
        profile
    }

    fn vault(&self) -> Tried {
        self.mortal(u32::MAX)
    }

    /// One that lives for a number of writes.
    fn mortal(&self, writes: u32) -> Tried {
        let writes = Rc::new(Cell::new(writes));
        let [disk, session] = [&self.0, &self.1].map(|store| Mortal(Rc::clone(store), Rc::clone(&writes)));
        Vault::new(disk, Aes::default(), session)
    }

    /// All of the disk, as somebody who finds it reads it.
    fn raw(&self) -> String {
        let keys = pollster::block_on(self.0.keys()).unwrap();
        let values = pollster::block_on(self.0.get(keys.clone())).unwrap();
        keys.iter().zip(values).map(|(key, value)| format!("{key} {}\n", value.unwrap())).collect()
    }

    fn put(&self, key: &str, value: Value) {
        pollster::block_on(self.0.set(BTreeMap::from([(key.to_owned(), value)]))).unwrap();
    }

    fn got(&self, key: &str) -> Value {
        pollster::block_on(self.0.get(vec![key.into()])).unwrap().remove(0).unwrap()
    }
}

/// Entries of the project without a name, and of another.
fn contents() -> impl Iterator<Item = (String, Value)> {
    let names =
        [PAGE, "log:1", "log:2", "annotation:1", "project:p-1:settings", "project:p-1:page:00ff", "page:0011:1"];
    names.into_iter().enumerate().map(|(index, key)| (key.to_owned(), json!({"text": format!("plum{index}")})))
}

fn derivation() -> Derivation {
    Derivation { name: "argon2id".into(), memory: 65_536, passes: 3, lanes: 1, salt: "5a".repeat(16) }
}

fn begin() -> VaultRequest {
    VaultRequest::Begin { key: "11".repeat(32), derivation: derivation() }
}

fn unlock(byte: &str) -> VaultRequest {
    VaultRequest::Unlock { key: byte.repeat(32) }
}

fn end() -> VaultRequest {
    VaultRequest::End { key: "11".repeat(32) }
}

fn say(vault: &Tried, request: VaultRequest) -> Result<VaultStatus, Failure> {
    pollster::block_on(vault.vault(request))
}

fn kind(vault: &Tried, request: VaultRequest) -> FailureKind {
    say(vault, request).unwrap_err().kind
}

/// Steps until nothing is left to be moved.
fn finish(vault: &Tried) -> Result<VaultState, Failure> {
    loop {
        let state = say(vault, VaultRequest::Step { limit: 2 })?.state;
        if !matches!(state, VaultState::Sealing | VaultState::Opening) {
            return Ok(state);
        }
    }
}

fn read(vault: &Tried, key: &str) -> Option<Value> {
    pollster::block_on(vault.get(vec![key.into()])).unwrap().remove(0)
}

fn holds_everything(vault: &Tried, when: &str) {
    for (key, value) in contents() {
        assert_eq!(read(vault, &key), Some(value), "{key} {when}");
    }
}

fn sealed() -> Profile {
    let profile = Profile::new();
    let vault = profile.vault();
    say(&vault, begin()).unwrap();
    assert_eq!(finish(&vault).unwrap(), VaultState::Sealed);
    profile
}

#[test]
fn nothing_sealed_is_readable_in_the_store_and_all_of_it_through_the_vault() {
    let profile = sealed();
    holds_everything(&profile.vault(), "after sealing");
    let raw = profile.raw();
    for word in ["plum", "Ada", PAGE, "page:00ff", "page:0011:1", "11111111", "09090909"] {
        assert!(!raw.contains(word), "{word} in\n{raw}");
    }
    let vault = profile.vault();
    pollster::block_on(vault.set(BTreeMap::from([(PAGE.into(), json!("quince"))]))).unwrap();
    assert_eq!(read(&vault, PAGE), Some(json!("quince")));
    assert!(!profile.raw().contains("quince"));

    let mut names = pollster::block_on(vault.keys()).unwrap();
    assert_eq!(names.len(), 2 + contents().count(), "{names:?}");
    names.retain(|name| name.starts_with("project:"));
    pollster::block_on(vault.remove(names)).unwrap();
    assert_eq!(read(&vault, "project:p-1:page:00ff"), None);
    pollster::block_on(vault.remove(vec![PAGE.into()])).unwrap();
    assert_eq!(read(&vault, PAGE), None);
}

#[test]
fn a_closed_browser_forgets_the_key_and_a_woken_background_does_not() {
    let Profile(disk, session) = sealed();
    assert_eq!(say(&Profile(disk.clone(), session).vault(), VaultRequest::Status).unwrap().state, VaultState::Sealed);
    let profile = Profile(disk, Rc::default());
    let vault = profile.vault();
    let status = say(&vault, VaultRequest::Status).unwrap();
    assert_eq!((status.state, status.derivation), (VaultState::Locked, Some(derivation())));
    let before = profile.raw();
    assert_eq!(pollster::block_on(vault.get(vec![PAGE.into()])), Err(StoreError::Locked));
    assert_eq!(pollster::block_on(vault.set(contents().collect())), Err(StoreError::Locked));
    assert_eq!(pollster::block_on(vault.remove(vec![PAGE.into()])), Err(StoreError::Locked));
    assert_eq!(pollster::block_on(vault.keys()), Err(StoreError::Locked));
    for request in [VaultRequest::Step { limit: 1 }, end(), begin()] {
        assert_eq!(kind(&vault, request), FailureKind::Locked);
    }
    assert_eq!(kind(&vault, unlock("12")), FailureKind::WrongPassphrase);
    assert_eq!(profile.raw(), before);
    assert_eq!(say(&vault, unlock("11")).unwrap().state, VaultState::Sealed);
    holds_everything(&vault, "unlocked");
    assert_eq!(say(&vault, VaultRequest::Lock).unwrap().state, VaultState::Locked);
    assert_eq!(pollster::block_on(profile.1.keys()).unwrap(), Vec::<String>::new());
}

#[test]
fn a_change_of_one_character_in_the_header_is_damage_and_no_wrong_passphrase() {
    let profile = sealed();
    let header = profile.got("vault");
    let text = header.to_string();
    let mut tried = 0;
    for (at, _) in text.char_indices() {
        for with in ["0", "z", "A", ""] {
            let changed = format!("{}{with}{}", &text[..at], &text[at + 1..]);
            let Ok(changed) = serde_json::from_str::<Value>(&changed) else { continue };
            if changed == header {
                continue;
            }
            let other = Profile(Rc::clone(&profile.0), Rc::default());
            other.put("vault", changed);
            assert_eq!(kind(&other.vault(), unlock("11")), FailureKind::Damaged, "{at} {with:?}");
            assert_eq!(kind(&other.vault(), unlock("12")), FailureKind::Damaged, "{at} {with:?}");
            tried += 1;
        }
    }
    assert!(tried > 1000, "{tried}");
}

#[test]
fn damaged_and_exchanged_values_are_named_and_block_nothing() {
    let profile = sealed();
    let [one, two] = ["log:1", "log:2"].map(|key| profile.got(key));
    profile.put("log:1", two);
    profile.put("annotation:1", json!({"sealed": one["sealed"].as_str().unwrap().replace('A', "B")}));
    let vault = profile.vault();
    for key in ["log:1", "annotation:1"] {
        assert_eq!(read(&vault, key), Some(Value::Null), "{key}");
    }
    assert_eq!(read(&vault, "log:2"), Some(json!({"text": "plum2"})));
    assert_eq!(say(&vault, VaultRequest::Status).unwrap().damaged, ["annotation:1", "log:1"]);
    say(&vault, end()).unwrap();
    assert_eq!(finish(&vault).unwrap(), VaultState::Off);
    assert_eq!(read(&vault, "log:2"), Some(json!({"text": "plum2"})));
}

#[test]
fn another_passphrase_rewraps_and_seals_nothing_anew() {
    let profile = sealed();
    let vault = profile.vault();
    let change =
        |old: &str| VaultRequest::Change { old: old.repeat(32), new: "22".repeat(32), derivation: derivation() };
    let before = profile.got("log:1");
    assert_eq!(kind(&vault, change("12")), FailureKind::WrongPassphrase);
    say(&vault, change("11")).unwrap();
    assert_eq!(profile.got("log:1"), before);
    say(&vault, VaultRequest::Lock).unwrap();
    assert_eq!(kind(&vault, unlock("11")), FailureKind::WrongPassphrase);
    say(&vault, unlock("22")).unwrap();
    holds_everything(&vault, "under another passphrase");
}

/// On, to another passphrase, and off, with a death after every possible number of writes, a write of the coder's in between,
/// and the session lost or not.
#[test]
fn a_death_at_any_write_loses_nothing_and_can_be_gone_on_from() {
    for keeps_session in [true, false] {
        let (mut writes, mut lived) = (0, false);
        while !lived {
            writes += 1;
            let mut profile = Profile::new();
            let all = |vault: &Tried| -> Result<(), Failure> {
                say(vault, begin())?;
                say(vault, VaultRequest::Step { limit: 2 })?;
                pollster::block_on(vault.set(contents().take(1).collect()))?;
                finish(vault)?;
                let (old, new) = ("11".repeat(32), "22".repeat(32));
                say(vault, VaultRequest::Change { old, new: new.clone(), derivation: derivation() })?;
                say(vault, VaultRequest::End { key: new })?;
                finish(vault).map(drop)
            };
            lived = all(&profile.mortal(writes)).is_ok();
            if !keeps_session {
                profile.1 = Rc::default();
            }
            let vault = profile.vault();
            if say(&vault, VaultRequest::Status).unwrap().state == VaultState::Locked {
                say(&vault, unlock("11")).or_else(|_| say(&vault, unlock("22"))).unwrap();
            }
            holds_everything(&vault, &format!("after {writes} writes"));
            match finish(&vault) {
                Ok(VaultState::Sealed) => assert!(!profile.raw().contains("plum"), "after {writes} writes"),
                // It was not begun yet, or ended.
                Ok(_) | Err(_) => {
                    assert_eq!(say(&vault, VaultRequest::Status).unwrap().state, VaultState::Off);
                    assert!(!profile.raw().contains("sealed"), "after {writes} writes:\n{}", profile.raw());
                }
            }
            holds_everything(&vault, &format!("gone on with after {writes} writes"));
        }
        assert!(writes > 12, "{writes}");
    }
}

/// What is written while sealing runs is not undone by a step that comes after.
#[test]
fn a_step_does_not_bring_back_what_was_written_over() {
    let profile = Profile::new();
    let vault = profile.vault();
    let write = |word: &str| {
        pollster::block_on(vault.set(contents().map(|(key, _)| (key, json!(word))).collect())).unwrap();
    };
    let reads = |word: &str| contents().all(|(key, _)| read(&vault, &key) == Some(json!(word)));
    say(&vault, begin()).unwrap();
    say(&vault, VaultRequest::Step { limit: 1 }).unwrap();
    write("medlar");
    assert!(reads("medlar"));
    finish(&vault).unwrap();
    assert!(reads("medlar"));
    say(&vault, end()).unwrap();
    say(&vault, VaultRequest::Step { limit: 1 }).unwrap();
    write("quince");
    assert!(reads("quince"));
    finish(&vault).unwrap();
    assert!(reads("quince"));
}

/// Turned off before turning on was done, with an entry written over that no step had come to.
#[test]
fn turning_off_half_way_keeps_what_was_written_last() {
    let profile = Profile::new();
    let vault = profile.vault();
    say(&vault, begin()).unwrap();
    pollster::block_on(vault.set(BTreeMap::from([(PAGE.into(), json!("medlar"))]))).unwrap();
    say(&vault, end()).unwrap();
    assert_eq!(read(&vault, PAGE), Some(json!("medlar")));
    assert_eq!(finish(&vault).unwrap(), VaultState::Off);
    assert_eq!(read(&vault, PAGE), Some(json!("medlar")));
}

#[test]
fn the_service_works_over_a_vault_and_gives_nothing_from_memory_once_it_is_locked() {
    let profile = Profile(Rc::default(), Rc::default());
    let service = service(profile.vault());
    let vault = service.store();
    say(vault, begin()).unwrap();
    finish(vault).unwrap();
    let author = Some("@example".into());
    decide(&service, Decision { author, ..decision(1, Action::Accepted) });
    decide(&service, revision(2, Action::Withdrawn, 1));
    decide(&service, decision(3, Action::Rejected));
    assert_eq!(marks(&service, TEXT).len(), 1);
    assert_eq!(records(&service, 2).len(), 3);
    for word in ["khilafah", "example.org", "caliphate", "accepted"] {
        assert!(!profile.raw().contains(word), "{word}");
    }
    say(vault, VaultRequest::Lock).unwrap();
    let read = || Request::Read { images: vec![], page: page(), units: vec![TEXT.into()] };
    for request in [read(), Request::Codebooks, Request::Settings, Request::PageDecisions { url: page().url }] {
        assert_eq!(refused(&service, request).kind, FailureKind::Locked);
    }
    say(vault, unlock("11")).unwrap();
    assert_eq!(marks(&service, TEXT).len(), 1);
}

#[test]
fn turning_off_asks_for_the_passphrase() {
    let profile = sealed();
    let vault = profile.vault();
    let with = |byte: &str| VaultRequest::End { key: byte.repeat(32) };
    assert_eq!(kind(&vault, with("12")), FailureKind::WrongPassphrase);
    assert_eq!(say(&vault, VaultRequest::Status).unwrap().state, VaultState::Sealed);
    assert_eq!(say(&vault, with("11")).unwrap().state, VaultState::Opening);
}

#[test]
fn a_damaged_header_is_said_to_be_one_and_what_is_written_over_is_damaged_no_more() {
    let profile = sealed();
    profile.put("log:1", json!({"sealed": "AAAA"}));
    let vault = profile.vault();
    assert_eq!(read(&vault, "log:1"), Some(Value::Null));
    assert_eq!(say(&vault, VaultRequest::Status).unwrap().damaged, ["log:1"]);
    pollster::block_on(vault.set(BTreeMap::from([("log:1".into(), json!("plum"))]))).unwrap();
    assert!(say(&vault, VaultRequest::Status).unwrap().damaged.is_empty());

    profile.put("vault", json!("torn"));
    let status = say(&profile.vault(), VaultRequest::Status).unwrap();
    assert_eq!((status.state, status.derivation), (VaultState::Broken, None));
    assert!(status.why.unwrap().contains("restore it from a backup"));
}

#[test]
fn projects_say_nothing_once_they_are_locked_and_tell_everybody() {
    let profile = Profile(Rc::default(), Rc::default());
    // As it was before there were several projects.
    profile.put("settings", json!({"quiet": true}));
    let desk = Projects::of(service(profile.vault()));
    let answer = |request| pollster::block_on(desk.handle(request));
    let vault = |request| match answer(Request::Vault { request }) {
        Answer { response: Response::Vault { status }, event } => {
            let told = event.map(|event| match event {
                Event::Vault { state } => state,
                other => panic!("{other:?}"),
            });
            (status.state, told)
        }
        other => panic!("{other:?}"),
    };
    use VaultState::{Locked, Off, Opening, Sealed, Sealing};
    let step = || VaultRequest::Step { limit: 500 };
    assert_eq!(vault(VaultRequest::Status), (Off, None));
    assert_eq!(vault(begin()), (Sealing, Some(Sealing)));
    assert_eq!(vault(step()), (Sealed, Some(Sealed)));
    // Scripts in pages know without a key whether they are to be seen.
    assert_eq!(
        profile.got(keys::FACE),
        json!({"quiet": true, "sitesOff": [], "taught": [], "adaptersOff": [], "counting": false})
    );
    answer(Request::Decide { decision: decision(1, Action::Accepted).into() });
    answer(Request::Projects);
    assert_eq!(vault(VaultRequest::Lock), (Locked, Some(Locked)));
    let dump = Request::Dump { project: "first".into(), after: None, limit: 5 };
    let read = Request::Read { images: vec![], page: page(), units: vec![TEXT.into()] };
    for request in [Request::Projects, Request::Settings, Request::Records { after: None, limit: 5 }, dump, read] {
        match answer(request) {
            Answer { response: Response::Failed { failure }, event: None } => {
                assert_eq!(failure.kind, FailureKind::Locked);
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(vault(VaultRequest::Status), (Locked, None));
    assert_eq!(vault(unlock("11")), (Sealed, Some(Sealed)));
    let Response::Records { records, .. } = answer(Request::Records { after: None, limit: 5 }).response else {
        panic!()
    };
    assert_eq!(records.read().unwrap().len(), 1);
    assert!(!profile.raw().contains("khilafah"));
    let Response::Vault { .. } = answer(Request::Vault { request: end() }).response else { panic!() };
    assert_eq!(vault(VaultRequest::Status), (Opening, None));
    assert_eq!(vault(step()), (Off, Some(Off)));
    assert!(profile.raw().contains("khilafah"));

    let plain = Projects::of(service(Memory::default()));
    let refused = pollster::block_on(plain.handle(Request::Vault { request: VaultRequest::Status })).response;
    assert!(matches!(refused, Response::Failed { failure } if failure.message.contains("cannot be encrypted")));
}
