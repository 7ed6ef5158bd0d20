//! A key out of a passphrase.
//!
//! Source: Argon2id, RFC 9106; what a new key costs is that RFC's second recommended choice: 64 MiB, 3 passes, 4 lanes.

use super::{Desk, invalid};
use crate::exchange::task::{Outcome, Passphrase};
use crate::service::protocol::Failure;
use crate::service::vault::Derivation;
use argon2::{Algorithm, Argon2, Params, Version};

/// The only derivation.
const NAME: &str = "argon2id";
/// Most memory that a stored derivation may ask for, in KiB.
const MAX_MEMORY: u32 = 1 << 20;
/// Most passes over it.
const MAX_PASSES: u32 = 64;

pub(super) fn key(
    desk: &impl Desk,
    passphrase: &Passphrase,
    derivation: Option<Derivation>,
) -> Result<Outcome, Failure> {
    if passphrase.0.is_empty() {
        return Err(invalid("an empty passphrase protects nothing; write one"));
    }
    // A UUID of version 4 has 122 bits that nobody can guess.
    let salt = || desk.uuid().replace('-', "");
    let derivation = derivation.unwrap_or_else(|| Derivation {
        name: NAME.into(),
        memory: 64 << 10,
        passes: 3,
        lanes: 4,
        salt: salt(),
    });
    let Derivation { name, memory, passes, lanes, salt } = &derivation;
    if name != NAME || *memory > MAX_MEMORY || *passes > MAX_PASSES {
        return Err(invalid(format!("the key is derived by `{name}` at a cost that this version does not go to")));
    }
    let salt = hex::decode(salt).map_err(|error| invalid(format!("the salt is damaged: {error}")))?;
    let mut key = [0; 32];
    let params = Params::new(*memory, *passes, *lanes, Some(key.len())).map_err(invalid)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon.hash_password_into(passphrase.0.as_bytes(), &salt, &mut key).map_err(invalid)?;
    Ok(Outcome::Key { key: hex::encode(key), derivation })
}
