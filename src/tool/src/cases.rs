//! The TOML cases under `tests/data`, as one JSON file.
//!
//! Purpose: the cases run through the shipped engine in Node too, which reads no TOML.
//! Invariants: one member per file, named like the file without its ending.
//! Must not touch: what a case means.

use crate::Tree;
use anyhow::{Context as _, Result};
use serde_json::{Map, Value};
use std::fs;

/// Writes `target/cases.json`.
pub fn write(tree: &Tree) -> Result<()> {
    let mut all = Map::new();
    let folder = tree.path("tests/data");
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        let (Some("toml"), Some(name)) =
            (path.extension().and_then(|ending| ending.to_str()), path.file_stem().and_then(|name| name.to_str()))
        else {
            continue;
        };
        let text = fs::read_to_string(&path)?;
        let value: Value = toml::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))?;
        all.insert(name.to_owned(), value);
    }
    let path = tree.target("cases.json");
    fs::write(&path, serde_json::to_vec(&Value::Object(all))?)
        .with_context(|| format!("cannot write {}", path.display()))
}
