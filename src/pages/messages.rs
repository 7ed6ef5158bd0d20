//! That every message the pages ask for is in the catalogue, and none of theirs is there in vain.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn asked(folder: &Path, keys: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            asked(&path, keys);
        } else if path.extension().is_some_and(|extension| extension == "rs") && !path.ends_with("messages.rs") {
            let source = fs::read_to_string(&path).unwrap();
            keys.extend(source.split('"').filter(|piece| ours(piece)).map(str::to_owned));
        }
    }
}

fn ours(key: &str) -> bool {
    let page = ["panel_", "popup_", "options_", "coding_", "export_", "workbench_", "editor_"]
        .iter()
        .any(|page| key.starts_with(page));
    page && key.chars().all(|char| char.is_ascii_lowercase() || char == '_')
}

#[test]
fn the_catalogue_has_every_message_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut keys = BTreeSet::new();
    asked(folder, &mut keys);
    let catalogue = fs::read_to_string(folder.join("../../extension/_locales/en/messages.json")).unwrap();
    let catalogue: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&catalogue).unwrap();
    let there: BTreeSet<String> = catalogue.keys().filter(|key| ours(key)).cloned().collect();
    assert_eq!(keys, there);
}
