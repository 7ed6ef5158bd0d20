//! Rules of sites in files: what ships is held to the form that coders' own files are held to.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::service::sites::{FORMAT, File, MAX_RULES, MAX_SELECTOR, SitePart, SiteRule, check};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn shipped() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("extension/adapters.json");
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn read(file: &Value) -> Result<Vec<SiteRule>, String> {
    let file: File = serde_json::from_value(file.clone()).map_err(|error| error.to_string())?;
    file.rules()
}

#[test]
fn the_adapters_that_ship_have_the_form_of_the_file() {
    let file: File = serde_json::from_value(shipped()).unwrap();
    let ids: Vec<&str> = file.sites.iter().map(|site| &*site.id).collect();
    assert_eq!(ids, ["instagram", "x", "telegram", "youtube", "reddit"]);
    for site in &file.sites {
        assert!(site.unverified, "nobody has seen {} work", site.id);
        let date: Vec<usize> = site.date.split('-').map(str::len).collect();
        assert!(
            date == [4, 2, 2] && site.date.bytes().all(|byte| byte == b'-' || byte.is_ascii_digit()),
            "{}",
            site.date
        );
        assert!(!site.name.is_empty() && site.note.len() <= 300, "{}", site.id);
        let parts: Vec<SitePart> = site.rules.iter().map(|rule| rule.part).collect();
        assert!(parts.contains(&SitePart::Author), "{} has no author", site.id);
        assert!(parts.iter().any(|part| *part != SitePart::Author), "{} has no unit", site.id);
        let each: BTreeSet<&str> = site.rules.iter().map(|rule| &*rule.selector).collect();
        assert_eq!(each.len(), site.rules.len(), "{} says something twice", site.id);
    }
    let patterns: Vec<&String> = file.sites.iter().flat_map(|site| &site.patterns).collect();
    assert_eq!(patterns.iter().collect::<BTreeSet<_>>().len(), patterns.len());
    assert!(file.rules().unwrap().len() < 100);
}

#[test]
fn what_was_taught_comes_back_from_its_file() {
    let rule = |site: &str, part, selector: &str| SiteRule { site: site.into(), part, selector: selector.into() };
    let taught = [
        rule("https://example.org/*", SitePart::Post, "div.post"),
        rule("https://example.org/*", SitePart::Author, "div.post > b"),
        rule("file:///*", SitePart::Bio, "#about"),
    ];
    let file = serde_json::to_value(File::of(&taught)).unwrap();
    assert_eq!(file["format"], FORMAT);
    assert_eq!(file["sites"][0]["rules"][1], json!({ "part": "author", "selector": "div.post > b" }));
    assert_eq!(read(&file).unwrap(), taught);
    for rule in &taught {
        assert_eq!(SiteRule::read(&rule.to_string()).as_ref(), Some(rule));
    }
    for line in ["", "https://example.org/*", "https://example.org/* post", "https://example.org/* advert p"] {
        assert!(check(&[line.into()]).is_err(), "{line}");
    }
}

#[test]
fn a_file_that_is_none_is_refused_by_what_is_wrong() {
    let site = |pattern: &str, part: &str, selector: &str| json!({ "format": FORMAT, "sites": [{ "match": [pattern], "rules": [{ "part": part, "selector": selector }] }] });
    assert!(read(&site("https://example.org/*", "post", "p")).is_ok());
    let mut cases = vec![
        (json!({ "format": "postil-sites-2", "sites": [] }), "postil-sites-1"),
        (json!({ "format": FORMAT, "sites": [], "more": 1 }), "more"),
        (site("https://example.org/*", "advert", "p"), "advert"),
        (site("https://example.org/*", "post", ""), "https://example.org/*"),
        (site("https://example.org/*", "post", "p\np"), "https://example.org/*"),
        (site("https://example.org/*", "post", &"p".repeat(MAX_SELECTOR + 1)), "400"),
    ];
    for pattern in [
        "<all_urls>",
        "https://*/*",
        "https://example.org/some/*",
        "example.org",
        "ftp://example.org/*",
        "file:///home/*",
    ] {
        cases.push((site(pattern, "post", "p"), pattern));
    }
    let mut many = site("https://example.org/*", "post", "p");
    many["sites"][0]["rules"] = vec![json!({ "part": "post", "selector": "p" }); MAX_RULES + 1].into();
    cases.push((many, "500"));
    for (file, named) in cases {
        let refused = read(&file).unwrap_err();
        assert!(refused.contains(named), "`{refused}` does not name `{named}`");
    }
}
