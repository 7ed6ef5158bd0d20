//! Rules by which the units of sites are found: what of them can be kept, and how they stand in a file.
//!
//! Purpose: the one check of what a coder taught, whether it comes from the picker, from a text or from a file; and the form
//! of that file, which the adapters that ship have too.
//! Invariants: whatever passes is bounded in every part, and one rule is one line of text.
//! Must not touch: whether a selector is one; only a browser knows.

use super::settings::MAX_PATTERN;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Most rules that are kept, for all sites together.
pub const MAX_RULES: usize = 500;
/// Longest selector, in bytes.
pub const MAX_SELECTOR: usize = 400;
/// What a file of rules says that it is.
pub const FORMAT: &str = "postil-sites-1";

/// On a site, what matches a selector is a unit of a kind, or names a unit's author. As a line: the site, the part, the
/// selector, with a space between each; so it is kept, because settings are read where every type more costs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRule {
    /// Match pattern of the site.
    pub site: String,
    /// What is found.
    pub part: SitePart,
    /// A CSS selector. One that the browser cannot read is passed over.
    pub selector: String,
}

/// What a rule of a site finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum SitePart {
    /// A post.
    Post,
    /// A comment.
    Comment,
    /// A message.
    Message,
    /// What an account says of itself.
    Bio,
    /// In a unit, who wrote it.
    Author,
}

impl SitePart {
    const ALL: [Self; 5] = [Self::Post, Self::Comment, Self::Message, Self::Bio, Self::Author];

    /// As it stands in a line and in a file.
    pub fn word(self) -> &'static str {
        match self {
            Self::Post => "post",
            Self::Comment => "comment",
            Self::Message => "message",
            Self::Bio => "bio",
            Self::Author => "author",
        }
    }

    /// The part of this word.
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|part| part.word() == word)
    }
}

impl SiteRule {
    /// The rule that a line says.
    pub fn read(line: &str) -> Option<Self> {
        let (site, rest) = line.split_once(' ')?;
        let (part, selector) = rest.split_once(' ')?;
        Some(Self { site: site.to_owned(), part: SitePart::of(part)?, selector: selector.to_owned() })
    }
}

impl fmt::Display for SiteRule {
    fn fmt(&self, line: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(line, "{} {} {}", self.site, self.part.word(), self.selector)
    }
}

/// Whether lines can be kept as rules; else what is wrong, with the line.
pub fn check(lines: &[String]) -> Result<(), String> {
    let fits = |text: &str, most: usize| !text.is_empty() && text.len() <= most && !text.contains(char::is_control);
    let good = |line: &String| {
        SiteRule::read(line).is_some_and(|rule| fits(&rule.site, MAX_PATTERN) && fits(&rule.selector, MAX_SELECTOR))
    };
    let bad = lines.iter().find(|line| !good(line));
    if lines.len() <= MAX_RULES && bad.is_none() {
        return Ok(());
    }
    let named: String = bad.map_or("", |line| line).chars().take(80).collect();
    Err(format!(
        "at most {MAX_RULES} rules of sites are kept, each a pattern of at most {MAX_PATTERN} bytes, a part and a selector of \
         at most {MAX_SELECTOR} on one line: `{named}`"
    ))
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
    /// Regular expressions for what the site writes into the alternative text of images.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternative: Vec<String>,
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
                    alternative: Vec::new(),
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
                check(&lines(&all))?;
            }
        }
        Ok(all)
    }
}

/// Rules as they are kept.
pub fn lines(rules: &[SiteRule]) -> Vec<String> {
    rules.iter().map(SiteRule::to_string).collect()
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
