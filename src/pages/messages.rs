//! That every message the pages ask for is in the catalogue, none of theirs is there in vain, and every language has all of
//! them.

use std::collections::{BTreeMap, BTreeSet};
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
    let there: BTreeSet<String> = catalogue("en").into_keys().filter(|key| ours(key)).collect();
    assert_eq!(keys, there);
}

/// The messages of a language.
fn catalogue(language: &str) -> BTreeMap<String, String> {
    let path = format!("{}/../../extension/_locales/{language}/messages.json", env!("CARGO_MANIFEST_DIR"));
    let catalogue: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    catalogue.into_iter().map(|(key, entry)| (key, entry["message"].as_str().unwrap().to_owned())).collect()
}

/// The places in a message that are filled.
fn places(message: &str) -> BTreeSet<char> {
    message.split('$').skip(1).filter_map(|rest| rest.chars().next()).collect()
}

#[test]
fn every_language_has_every_message_with_its_places() {
    let english = catalogue("en");
    for language in ["ar", "de", "fr"] {
        let other = catalogue(language);
        assert!(other.keys().eq(english.keys()), "{language}");
        for (key, message) in &english {
            assert_eq!(places(message), places(&other[key]), "{key} in {language}");
            assert!(!other[key].trim().is_empty(), "{key} in {language}");
        }
        let same =
            english.iter().filter(|(key, message)| other[*key] == **message && message.split(' ').count() > 3).count();
        // Names are the same everywhere.
        assert!(same < 3, "{same} messages in {language} are English");
    }
    // Pages say of themselves what the catalogue says.
    for language in ["en", "ar", "de", "fr"] {
        assert_eq!(catalogue(language)["language"], language);
    }
    // What the stores take.
    for language in ["en", "ar", "de", "fr"] {
        assert!(catalogue(language)["description"].chars().count() <= 132, "{language}");
    }
}
