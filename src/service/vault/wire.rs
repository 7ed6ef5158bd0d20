//! What faces say about encryption and hear of it.
//!
//! Invariants: no passphrase is on this wire; a key is what was derived from one, as 64 hexadecimal digits.

use serde::{Deserialize, Serialize};

/// How a key is made of a passphrase.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(deny_unknown_fields)]
pub struct Derivation {
    /// The function; `argon2id` is the only one.
    pub name: String,
    /// Memory, in KiB.
    pub memory: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
    /// 16 to 64 random bytes, as hexadecimal digits.
    pub salt: String,
}

/// How far the store is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(rename_all = "lowercase")]
pub enum VaultState {
    /// Not at all.
    Off,
    /// It is, wholly or in part, and the key is not here.
    Locked,
    /// Being turned on: what is written is sealed, the rest is sealed step by step.
    Sealing,
    /// All of it, with the key at hand.
    Sealed,
    /// Being turned off: what is written is plain, the rest is opened step by step.
    Opening,
    /// It is, and what says how is damaged or of a newer Postil: nothing is read or written.
    Broken,
}

/// The state of encryption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VaultStatus {
    /// How far it is.
    pub state: VaultState,
    /// What is wrong and how it is mended, in English; with `broken` alone.
    pub why: Option<String>,
    /// What a key to unlock with is derived by; absent while off or broken.
    pub derivation: Option<Derivation>,
    /// Entries that turning on or off has yet to look at; absent until its first step in this life of the background.
    pub left: Option<u32>,
    /// Keys of entries that did not open although the data key is right: they are damaged.
    pub damaged: Vec<String>,
}

/// What is asked about encryption; each is answered by a [`VaultStatus`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
#[serde(tag = "do", rename_all = "camelCase")]
pub enum VaultRequest {
    /// How it stands.
    Status,
    /// Turn encryption on.
    Begin {
        /// The derived key.
        key: String,
        /// How it was derived.
        derivation: Derivation,
    },
    /// Make the stored readable until it is locked or the browser is closed.
    Unlock {
        /// The derived key.
        key: String,
    },
    /// Forget the key.
    Lock,
    /// Another passphrase in the place of this one.
    Change {
        /// Derived from the passphrase until now.
        old: String,
        /// Derived from the next.
        new: String,
        /// How the next was derived.
        derivation: Derivation,
    },
    /// Turn encryption off.
    End {
        /// The derived key, so that nobody else does it.
        key: String,
    },
    /// Go on with turning on or off.
    Step {
        /// Most entries in this step; 1 to 500.
        limit: u32,
    },
}

/// Keys show themselves in no message.
impl std::fmt::Debug for VaultRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Status => "Status",
            Self::Begin { .. } => "Begin",
            Self::Unlock { .. } => "Unlock",
            Self::Lock => "Lock",
            Self::Change { .. } => "Change",
            Self::End { .. } => "End",
            Self::Step { .. } => "Step",
        })
    }
}
