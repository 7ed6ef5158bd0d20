//! Files of cases: `[[case]]`, one after the other.

use serde::Deserialize;
use serde::de::DeserializeOwned;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases<T> {
    case: Vec<T>,
}

/// The cases of a file.
pub(crate) fn read<T: DeserializeOwned>(file: &str) -> Vec<T> {
    toml::from_str::<Cases<T>>(file).unwrap().case
}
