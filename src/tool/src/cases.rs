//! The TOML cases under `tests/data`, as one JSON file, with what the shipped engine needs to run them.
//!
//! Purpose: the cases run through the shipped engine in Node too, which reads no TOML and compiles no codebook.
//! Invariants: one member per file, named like the file without its ending; a case that brings terms of its own carries
//! the compiled codebook of those terms.
//! Must not touch: what a case means.

use crate::Tree;
use anyhow::{Context as _, Result, anyhow};
use postil::codebook::format::parse;
use postil::codebook::{CompiledSet, Shipped};
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
        let mut value: Value = toml::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))?;
        for case in value["case"].as_array_mut().into_iter().flatten() {
            if let Some(codebook) = own_codebook(case)? {
                case["codebook"] = codebook.into();
            }
        }
        all.insert(name.to_owned(), value);
    }
    let path = tree.target("cases.json");
    fs::write(&path, serde_json::to_vec(&Value::Object(all))?)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// The compiled codebook of a case's own terms: those it names, or the fold that it expects, as a term to be found.
fn own_codebook(case: &Value) -> Result<Option<Vec<u8>>> {
    let boundary = case["match"].as_str().unwrap_or("word");
    let (terms, boundary) = match (case["terms"].as_array(), case["folded"].as_str()) {
        (Some(terms), _) => (terms.iter().filter_map(Value::as_str).collect(), boundary),
        (None, Some(folded)) => (vec![folded], "infix"),
        (None, None) => return Ok(None),
    };
    let mut source = String::from(
        "format = 1\nid = \"case\"\nversion = \"1\"\ntitle = \"t\"\ndescription = \"d\"\n\
         languages = [{ tag = \"en\", reviewed = true }]\n\
         [[code]]\nid = \"c\"\nlabel = \"l\"\ndefinition = \"d\"\ncolour = \"#000000\"\n",
    );
    for (index, term) in terms.into_iter().enumerate() {
        source += &format!(
            "[[code.indicator]]\nid = \"i{index}\"\nweight = 1.0\nterms = [{{ text = {}, lang = \"und\", match = \"{boundary}\" }}]\n",
            toml::Value::from(term)
        );
    }
    let parsed = parse(&source).map_err(|faults| anyhow!("case {}: {faults:?}", case["name"]))?;
    Ok(Some(Shipped::new(CompiledSet::compile(vec![parsed.codebook])?, []).to_bytes()?))
}
