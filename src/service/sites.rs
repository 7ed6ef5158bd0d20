//! Rules by which the units of sites are found: what of them can be kept, and how they stand in a file.
//!
//! Purpose: the one check of what a coder taught, whether it comes from the picker, from a text or from a file; and the form
//! of that file, which the adapters that ship have too.
//! Invariants: whatever passes is bounded in every part, and one rule is one line of text.
//! Must not touch: whether a selector is one; only a browser knows.

use super::protocol::{SitePart, SiteRule};
use super::settings::MAX_PATTERN;
use serde::{Deserialize, Serialize};

/// Most rules that are kept, for all sites together.
pub const MAX_RULES: usize = 500;
/// Longest selector, in bytes.
pub const MAX_SELECTOR: usize = 400;
/// What a file of rules says that it is.
pub const FORMAT: &str = "postil-sites-1";

/// Whether rules can be kept; else what is wrong, with the site's name.
pub fn check(rules: &[SiteRule]) -> Result<(), String> {
    if rules.len() > MAX_RULES {
        return Err(format!("at most {MAX_RULES} rules of sites are kept; remove some first"));
    }
    let bad = |text: &str, most: usize| text.is_empty() || text.len() > most || text.contains(char::is_control);
    match rules.iter().find(|rule| bad(&rule.site, MAX_PATTERN) || bad(&rule.selector, MAX_SELECTOR)) {
        None => Ok(()),
        Some(SiteRule { site, .. }) => {
            let named: String = site.chars().take(80).collect();
            Err(format!(
                "a rule of `{named}` cannot be kept: the site's pattern has 1 to {MAX_PATTERN} bytes, the selector 1 to \
                 {MAX_SELECTOR}, each on one line"
            ))
        }
    }
}

/// Rules of sites in a file; `docs/adapters.md` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct File {
    /// [`FORMAT`].
    pub format: String,
    /// The sites.
    pub sites: Vec<Site>,
}

/// A site in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Site {
    /// Names a shipped adapter in the settings; what coders exchange has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
    /// For people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Match patterns of whole sites.
    #[serde(rename = "match")]
    pub patterns: Vec<String>,
    /// Nobody has seen it work on the site since the date.
    #[serde(default)]
    pub unverified: bool,
    /// When it was written, `YYYY-MM-DD`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub date: String,
    /// What there is to know about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What finds what.
    pub rules: Vec<Rule>,
}

/// A rule of a site in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// What is found.
    pub part: SitePart,
    /// A CSS selector.
    pub selector: String,
}

impl File {
    /// What was taught, as a file.
    pub fn of(rules: &[SiteRule]) -> Self {
        let mut sites: Vec<Site> = Vec::new();
        for SiteRule { site, part, selector } in rules {
            let rule = Rule { part: *part, selector: selector.clone() };
            match sites.iter_mut().find(|known| known.patterns.iter().any(|pattern| pattern == site)) {
                Some(known) => known.rules.push(rule),
                None => sites.push(Site {
                    id: String::new(),
                    name: String::new(),
                    patterns: vec![site.clone()],
                    unverified: false,
                    date: String::new(),
                    note: String::new(),
                    rules: vec![rule],
                }),
            }
        }
        Self { format: FORMAT.to_owned(), sites }
    }

    /// The rules of a file, if all can be kept; else what is wrong.
    pub fn rules(self) -> Result<Vec<SiteRule>, String> {
        if self.format != FORMAT {
            return Err(format!("`format` is not `{FORMAT}`: the file is of another kind or version"));
        }
        let mut all = Vec::new();
        for Site { patterns, rules, .. } in self.sites {
            for pattern in patterns {
                if !whole_site(&pattern) {
                    let named: String = pattern.chars().take(80).collect();
                    return Err(format!("`{named}` is no pattern of a whole site, as `*://example.org/*` is one"));
                }
                let of_site =
                    |rule: &Rule| SiteRule { site: pattern.clone(), part: rule.part, selector: rule.selector.clone() };
                all.extend(rules.iter().take(MAX_RULES + 1).map(of_site));
                check(&all)?;
            }
        }
        Ok(all)
    }
}

/// Whether a match pattern covers a whole site, or all sites under a name.
fn whole_site(pattern: &str) -> bool {
    let Some((scheme, rest)) = pattern.split_once("://") else { return false };
    let host = rest.strip_suffix("/*").unwrap_or("/");
    let name = host.strip_prefix("*.").unwrap_or(host);
    match scheme {
        "file" => host.is_empty(),
        "*" | "http" | "https" => !name.is_empty() && !name.contains(['/', '*', ':', ' ']),
        _ => false,
    }
}
