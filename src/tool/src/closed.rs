//! Whether what ships could ask anything of another machine.
//!
//! The manifest gives it no way out, no script has a word for one beyond `fetch`, which the policy of our own pages keeps
//! to our own files and which no script for web pages has, and every absolute address in it stands in a table here, with
//! what it is for.
//!
//! Invariants: a gate; an address is let through by this table, with a reason in the commit, or not at all.
//! Must not touch: what is built. The codebooks are data that nothing is loaded from; their examples may hold addresses.

use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::collections::BTreeMap;

/// Addresses that nobody asks for: the file, where it is but one, and how they begin.
const ADDRESSES: &[(Option<&str>, &str)] = &[
    // The name of a kind of element, and of the exported format.
    (None, "http://www.w3.org/2000/svg"),
    (None, "http://www.w3.org/ns/anno.jsonld"),
    (None, "http://www.w3.org/TR/media-frags/"),
    // In a comment of wasm-bindgen's.
    (Some("engine.js"), "https://developer.mozilla.org/"),
    (Some("panel.js"), "https://developer.mozilla.org/"),
    (Some("options.js"), "https://developer.mozilla.org/"),
    (Some("editor.js"), "https://developer.mozilla.org/"),
    (Some("archive.js"), "https://developer.mozilla.org/"),
    // In the licences of age's translations, and in what it says where nothing gives random bytes.
    (Some("archive_bg.wasm"), "http://www.apache.org/licenses/LICENSE-2.0>"),
    (Some("archive_bg.wasm"), "http://opensource.org/licenses/MIT>"),
    (Some("archive_bg.wasm"), "https://docs.rs/getrandom#"),
    // In what quick-xml says of names that XML keeps for itself.
    (Some("archive_bg.wasm"), "http://www.w3.org/XML/1998/namespace'"),
    (Some("archive_bg.wasm"), "http://www.w3.org/2000/xmlns/'"),
    // Before what the coder wrote, to see which site is meant.
    (Some("host.js"), "https://${"),
];

/// Schemes that lead to other machines.
const SCHEMES: &[&str] = &["http", "https", "ws", "wss", "ftp"];

/// What a script asks others with, beyond `fetch`.
const WAYS: &[&str] = &[
    "EventSource",
    "RTCPeerConnection",
    "WebSocket",
    "WebTransport",
    "XMLHttpRequest",
    "importScripts",
    "new Function",
    "new Image",
    "sendBeacon",
    "eval(",
];

/// Scripts that run in web pages, whose policies are not ours. They ask for nothing at all.
const IN_PAGES: &[&str] =
    &["care.js", "content.js", "early.js", "mirror.js", "overlay.js", "quiet.js", "region.js", "teach.js"];

/// What they have no word for either.
const WAYS_OF_PAGES: &[&str] = &["fetch", ".src=", ".srcset", "url(", "@import"];

/// Parts of a manifest that let others in, or bring something in.
const DOORS: &[&str] = &[
    "content_scripts",
    "externally_connectable",
    "host_permissions",
    "sandbox",
    "update_url",
    "web_accessible_resources",
];

/// Sources that are our own.
const OWN: &[&str] = &["'none'", "'self'", "'wasm-unsafe-eval'"];

/// An error that names every way out of a package, given as its files by their paths.
pub fn check(package: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let manifest = package.get("manifest.json").context("the package has no manifest")?;
    let mut faults = doors(&serde_json::from_slice(manifest)?);
    for (name, bytes) in package {
        faults.extend(ways(name, bytes));
    }
    if faults.is_empty() { Ok(()) } else { bail!("what ships could ask other machines:\n  {}", faults.join("\n  ")) }
}

/// What in a manifest is not closed.
fn doors(manifest: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    visit(manifest, &mut |key, _| {
        if DOORS.contains(&key) {
            faults.push(format!("manifest.json: {key} must not be there"));
        }
    });
    let policies = &manifest["content_security_policy"];
    for (page, policy) in policies.as_object().into_iter().flatten() {
        let policy = policy.as_str().unwrap_or_default();
        if !policy.starts_with("default-src 'none';") {
            faults.push(format!("manifest.json: the policy of {page} must begin with default-src 'none'"));
        }
        for directive in policy.split(';') {
            for source in directive.split_whitespace().skip(1).filter(|source| !OWN.contains(source)) {
                faults.push(format!("manifest.json: {source} in the policy of {page} is not our own"));
            }
        }
    }
    if policies["extension_pages"].as_str().is_none() {
        faults.push("manifest.json: our pages have no policy".to_owned());
    }
    faults
}

/// Calls for each key of each object, however deep.
fn visit(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                see(key, value);
                visit(value, see);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| visit(value, see)),
        _ => {}
    }
}

/// Addresses and words in a file that lead to other machines.
fn ways(name: &str, bytes: &[u8]) -> Vec<String> {
    let ending = name.rsplit('.').next().unwrap_or_default();
    if name == "codebooks.bin" || name == "model.bin" || name.starts_with("codebooks/") || ending == "png" {
        return Vec::new();
    }
    let text = String::from_utf8_lossy(bytes);
    let mut faults = Vec::new();
    for (at, _) in text.match_indices("://") {
        // In a compiled module texts stand without a space between them.
        let ends = |scheme: &&&str| {
            let from = at.checked_sub(scheme.len());
            from.and_then(|from| text.get(from..at)).is_some_and(|before| before.eq_ignore_ascii_case(scheme))
        };
        let Some(scheme) = SCHEMES.iter().find(ends) else { continue };
        let address = &text[at - scheme.len()..];
        let known =
            ADDRESSES.iter().any(|(file, start)| file.is_none_or(|file| file == name) && address.starts_with(start));
        if !known {
            faults.push(format!("{name}: {}", address.chars().take(60).collect::<String>()));
        }
    }
    let mut words: Vec<&str> = Vec::new();
    match ending {
        "js" => words.extend(WAYS),
        // An address without a scheme has that of its page.
        "html" | "css" => words.extend(["\"//", "'//", "(//", "=//", "@import"]),
        _ => {}
    }
    if IN_PAGES.contains(&name) {
        words.extend(WAYS_OF_PAGES);
    }
    faults.extend(words.into_iter().filter(|word| text.contains(word)).map(|word| format!("{name}: {word}")));
    faults
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

    #[test]
    fn addresses_and_words_that_lead_out_are_named() {
        let cases: &[(&str, &str, bool)] = &[
            ("background.js", "fetch(chrome.runtime.getURL('a'))", true),
            ("background.js", "fetch('https://a.example/')", false),
            ("background.js", "new WebSocket(a)", false),
            ("background.js", "a='WSS://a.example'", false),
            ("background.js", "a='file:///*'", true),
            ("host.js", "`https://${written}`", true),
            ("background.js", "`https://${written}`", false),
            ("engine.js", "// see https://developer.mozilla.org/en-US/", true),
            ("engine_bg.wasm", "svgformhttp://www.w3.org/2000/svgpath", true),
            ("engine_bg.wasm", "formhttp://a.example/", false),
            ("quiet.js", "fetch(a)", false),
            ("quiet.js", "image.src=a", false),
            ("panel.html", "<script src=\"host.js\">", true),
            ("panel.html", "<script src=\"//a.example\">", false),
            ("pages.css", "a{background:url(//a.example/)}", false),
            ("codebooks.bin", "https://a.example", true),
            ("codebooks/fruit.bin", "https://a.example", true),
        ];
        for (name, text, closed) in cases {
            assert_eq!(ways(name, text.as_bytes()).is_empty(), *closed, "{name}: {text}");
        }
    }

    #[test]
    fn a_manifest_with_a_door_is_refused() {
        let with = |key: &str, value: Value| {
            let mut manifest = json!({ "content_security_policy": { "extension_pages": POLICY } });
            manifest[key] = value;
            doors(&manifest).len()
        };
        assert_eq!(with("name", json!("n")), 0);
        assert_eq!(with("web_accessible_resources", json!([])), 1);
        assert_eq!(with("externally_connectable", json!({ "matches": [] })), 1);
        assert_eq!(with("browser_specific_settings", json!({ "gecko": { "update_url": "" } })), 1);
        assert_eq!(with("content_security_policy", json!({})), 1);
        assert_eq!(with("content_security_policy", json!({ "extension_pages": "script-src 'self'" })), 1);
        let open = format!("{POLICY} a.example");
        assert_eq!(with("content_security_policy", json!({ "extension_pages": open })), 1);
    }
}
