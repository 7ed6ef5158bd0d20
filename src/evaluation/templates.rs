//! Texts made from templates with slots.
//!
//! ```toml
//! [slots]                      # shared by all groups
//! city = ["Leeds", "Basel"]
//!
//! [[group]]
//! id = "mention-in-news"
//! about = "A neutral report names a group."
//! lang = "en"
//! stance = "reports"
//! tier = [0, 1]                # lowest and highest tier accepted
//! templates = ["{city}: police said on {day} that …"]
//! limit = 10                   # most cases from each template
//! [group.slots]                # its own, before the shared ones
//! day = ["Monday", "Friday"]
//! ```
//!
//! `{{` is a brace. A slot that stands twice in a template has the same value in both places.
//! Invariants: the same file makes the same texts in the same order; no two texts of a template use the same values; if the
//! limit lets each slot's every value appear, it does.
//! Must not touch: codebooks: whether there is such a stance or tier is not known here.

use super::Fault;
use super::labelled::{Case, Gold};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::{Range, RangeInclusive};
use toml::Spanned;

/// Most cases from one template.
pub const MAX_LIMIT: usize = 1_000;

/// Cases from one template where the group does not say.
const LIMIT: usize = 10;

/// Texts that check one thing.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// Its name, unique in the file.
    pub id: String,
    /// What it checks.
    pub about: String,
    /// Language, as BCP 47.
    pub lang: String,
    /// The right stance.
    pub stance: String,
    /// The tiers that are right.
    pub tier: RangeInclusive<u8>,
    /// Its templates, in order.
    pub templates: Vec<Template>,
}

/// The texts made from one template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    /// Where it stands in its file, from 1.
    pub line: usize,
    /// The texts.
    pub texts: Vec<String>,
}

impl Group {
    /// Its texts as labelled cases: `functionality` is the group's id, and cases of one template are a cluster.
    pub fn cases(&self) -> impl Iterator<Item = Case> {
        self.templates.iter().zip(1..).flat_map(move |(template, number)| {
            let keys: BTreeMap<String, String> = [
                ("functionality", self.id.clone()),
                ("lang", self.lang.clone()),
                ("stance", self.stance.clone()),
                ("templ_id", format!("{}#{number}", self.id)),
            ]
            .into_iter()
            .map(|(key, value)| (key.to_owned(), value))
            .collect();
            template.texts.iter().map(move |text| Case {
                line: template.line,
                text: text.clone(),
                codes: None,
                gold: Gold { support: None, stance: Some(self.stance.clone()), tier: Some(self.tier.clone()) },
                keys: keys.clone(),
            })
        })
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    slots: Slots,
    #[serde(default, rename = "group")]
    groups: Vec<Written>,
}

type Slots = BTreeMap<String, Spanned<Vec<String>>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    id: Spanned<String>,
    about: String,
    lang: Spanned<String>,
    stance: String,
    tier: Spanned<[u8; 2]>,
    templates: Spanned<Vec<Spanned<String>>>,
    limit: Option<Spanned<usize>>,
    #[serde(default)]
    slots: Slots,
}

/// Reads a file of groups and makes their texts.
///
/// # Errors
/// The first fault of the file.
pub fn parse(source: &str) -> Result<Vec<Group>, Fault> {
    let line = |span: Range<usize>| source.get(..span.start).unwrap_or(source).matches('\n').count() + 1;
    let fault = |span: Range<usize>, message: String| Fault { line: line(span), message };
    let file: File = toml::from_str(source)
        .map_err(|error| fault(error.span().unwrap_or_default(), error.message().trim_end().to_owned()))?;
    let mut ids = BTreeSet::new();
    let groups = file.groups.iter().map(|written| {
        if !ids.insert(written.id.get_ref()) {
            let message = format!("two groups have the id `{}`; give one of them another", written.id.get_ref());
            return Err((written.id.span(), message));
        }
        let texts = written.make(&file.slots)?;
        let templates = written.templates.get_ref().iter().zip(texts);
        let [low, high] = *written.tier.get_ref();
        Ok(Group {
            id: written.id.get_ref().clone(),
            about: written.about.clone(),
            lang: written.lang.get_ref().clone(),
            stance: written.stance.clone(),
            tier: low..=high,
            templates: templates.map(|(template, texts)| Template { line: line(template.span()), texts }).collect(),
        })
    });
    groups.map(|group| group.map_err(|(span, message)| fault(span, message))).collect()
}

/// What is wrong, and at which bytes of the file.
type Misplaced = (Range<usize>, String);

impl Written {
    /// The texts of each template.
    fn make(&self, shared: &Slots) -> Result<Vec<Vec<String>>, Misplaced> {
        let limit = self.check()?;
        let empty = self.slots.iter().chain(shared).find(|(_, values)| values.get_ref().is_empty());
        if let Some((name, values)) = empty {
            return Err((values.span(), format!("slot `{name}` has no values; give it one or take it out")));
        }
        let mut used = BTreeSet::new();
        let mut made = Vec::new();
        for template in self.templates.get_ref() {
            let wrong = |message| (template.span(), format!("group `{}`: {message}", self.id.get_ref()));
            let pieces = pieces(template.get_ref()).map_err(wrong)?;
            let mut slots = Vec::<(&str, &[String])>::new();
            for name in pieces.iter().filter_map(|piece| piece.slot) {
                let values = self.slots.get(name).or_else(|| shared.get(name));
                let values =
                    values.ok_or_else(|| wrong(format!("there is no slot `{name}`; name its values under slots")))?;
                used.insert(name);
                if !slots.iter().any(|(other, _)| *other == name) {
                    slots.push((name, values.get_ref()));
                }
            }
            let sizes: Vec<usize> = slots.iter().map(|(_, values)| values.len()).collect();
            made.push(choices(&sizes, limit).map(|chosen| fill(&pieces, &slots, &chosen)).collect());
        }
        match self.slots.iter().find(|(name, _)| !used.contains(name.as_str())) {
            Some((name, values)) => Err((values.span(), format!("slot `{name}` stands in no template of its group"))),
            None => Ok(made),
        }
    }

    /// What can be said of the group without its templates; gives its limit.
    fn check(&self) -> Result<usize, Misplaced> {
        let plain = |text: &str| {
            !text.is_empty()
                && text.split('-').all(|part| !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric()))
        };
        let id = self.id.get_ref();
        if !plain(id) || id.contains(|c: char| c.is_ascii_uppercase()) {
            return Err((
                self.id.span(),
                "an id is words in lower case with hyphens between, as in `mention-in-news`".into(),
            ));
        }
        if !plain(self.lang.get_ref()) {
            return Err((self.lang.span(), format!("group `{id}`: `lang` is a BCP 47 tag, as `en` or `ar-Latn`")));
        }
        let [low, high] = *self.tier.get_ref();
        if low > high {
            return Err((self.tier.span(), format!("group `{id}`: the lowest tier comes first: [{high}, {low}]")));
        }
        if self.templates.get_ref().is_empty() {
            return Err((self.templates.span(), format!("group `{id}` has no templates")));
        }
        match &self.limit {
            None => Ok(LIMIT),
            Some(limit) if (1..=MAX_LIMIT).contains(limit.get_ref()) => Ok(*limit.get_ref()),
            Some(limit) => Err((limit.span(), format!("group `{id}`: `limit` is 1 to {MAX_LIMIT}"))),
        }
    }
}

/// A stretch of a template, and the slot after it.
struct Piece<'t> {
    before: String,
    slot: Option<&'t str>,
}

fn pieces(template: &str) -> Result<Vec<Piece<'_>>, String> {
    if template.trim().is_empty() {
        return Err("a template is empty".into());
    }
    let mut pieces = Vec::new();
    let (mut before, mut rest) = (String::new(), template);
    while let Some((text, after)) = rest.split_once('{') {
        before.push_str(text);
        if let Some(after) = after.strip_prefix('{') {
            before.push('{');
            rest = after;
            continue;
        }
        let (name, after) =
            after.split_once('}').ok_or("a slot `{name}` is not closed; write `{{` where a brace is meant")?;
        pieces.push(Piece { before: std::mem::take(&mut before), slot: Some(name) });
        rest = after;
    }
    pieces.push(Piece { before: before + rest, slot: None });
    Ok(pieces)
}

fn fill(pieces: &[Piece<'_>], slots: &[(&str, &[String])], chosen: &[usize]) -> String {
    let mut text = String::new();
    for piece in pieces {
        text.push_str(&piece.before);
        let value = slots.iter().zip(chosen).find(|((name, _), _)| piece.slot == Some(*name));
        text.push_str(value.map_or("", |((_, values), index)| &values[*index]));
    }
    text
}

/// Which value each slot takes in each of at most `limit` texts: the slots count up side by side, so that every value comes
/// soon, and where their round begins anew the later slot moves one on, so that no choice comes twice.
fn choices(sizes: &[usize], limit: usize) -> impl Iterator<Item = Vec<usize>> {
    // Where a product is capped it exceeds every limit, and how far does not matter.
    let product = |sizes: &[usize]| sizes.iter().fold(1_usize, |product, size| product.saturating_mul(*size));
    (0..product(sizes).min(limit)).map(move |number| {
        let mut chosen = vec![0; sizes.len()];
        let mut number = number;
        for slot in (0..sizes.len()).rev() {
            let (earlier, size) = (product(&sizes[..slot]), sizes[slot]);
            let round = (earlier / gcd(earlier, size)).saturating_mul(size);
            chosen[slot] = (number + number / round) % size;
            number %= earlier;
        }
        chosen
    })
}

fn gcd(a: usize, b: usize) -> usize {
    if b == 0 { a } else { gcd(b, a % b) }
}
