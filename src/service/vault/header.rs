//! What lies beside the sealed entries in the clear: how the data key is wrapped, and how far sealing is.
//!
//! Shape: `{"version", "header": TEXT, "checksum"}`; the checksum is over the version and the text as it stands.
//! Invariants: a header of which anything changed is damaged; only a sound one can say that a passphrase is wrong.

use super::wire::Derivation;
use crate::service::protocol::{Failure, FailureKind};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

const VERSION: u64 = 1;

/// Where turning on or off stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Stage {
    Sealing,
    Sealed,
    Opening,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Header {
    pub(super) stage: Stage,
    pub(super) derivation: Derivation,
    /// The data key, sealed under the derived key; Base64.
    pub(super) wrapped: String,
}

impl Header {
    pub(super) fn to_value(&self) -> Result<Value, Failure> {
        let text = serde_json::to_string(self).map_err(|error| damaged(&error.to_string()))?;
        let checksum = checksum(VERSION, &text);
        Ok(json!({ "version": VERSION, "header": text, "checksum": checksum }))
    }

    pub(super) fn from_value(value: &Value) -> Result<Self, Failure> {
        let whole = value.as_object().filter(|it| it.len() == 3).ok_or_else(|| damaged("it has not three fields"))?;
        let field = |name: &str| whole.get(name).ok_or_else(|| damaged(&format!("`{name}` is missing")));
        let (version, text) = (field("version")?.as_u64(), field("header")?.as_str());
        let (Some(version), Some(text)) = (version, text) else { return Err(damaged("a field has another type")) };
        if field("checksum")?.as_str() != Some(&checksum(version, text)) {
            return Err(damaged("its checksum does not fit"));
        }
        if version != VERSION {
            let message =
                format!("this storage was encrypted by a newer Postil (version {version}); update the extension");
            return Err(Failure { kind: FailureKind::Newer, message });
        }
        // By way of a value, as everything else that is stored.
        let header = serde_json::from_slice::<Value>(text.as_bytes()).and_then(serde_json::from_value);
        header.map_err(|error| damaged(&error.to_string()))
    }
}

fn checksum(version: u64, text: &str) -> String {
    hex::encode(Sha256::digest(format!("{version}\n{text}")))
}

fn damaged(why: &str) -> Failure {
    let message = format!(
        "the header of the encrypted storage is damaged ({why}); restore it from a backup: no passphrase opens it"
    );
    Failure { kind: FailureKind::Damaged, message }
}
