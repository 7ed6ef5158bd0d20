//! The codebook as its authors mean it: codes, their rules and the indicators that point at them.
//!
//! Purpose: one model behind the TOML file, the form in the options page and the compiled engine.
//! Invariants: plain data, and what follows from it at a glance; validity is `validate`'s business, speed is `compile`'s.
//! Must not touch: text being read, storage, the browser.

pub use crate::text::evasion::Evasion;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A codebook: everything needed to code a text and to teach a person to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Codebook {
    /// Version of this file format; 1.
    pub format: u32,
    /// Stable id: lower-case letters, digits and hyphens.
    pub id: String,
    /// The codebook's own version, raised by its authors on every change.
    pub version: String,
    /// Name shown to people.
    pub title: String,
    /// What the codebook is for, and what it is not for.
    pub description: String,
    /// Languages of its terms, each reviewed or not.
    pub languages: Vec<Language>,
    /// The ordered scale, if the codebook has one; a topical codebook has none.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// Stances a unit may take.
    #[serde(default, rename = "stance")]
    pub stances: Vec<Stance>,
    /// Whom a stance may be towards: the reference list of named groups.
    #[serde(default, rename = "target")]
    pub targets: Vec<Target>,
    /// Named word lists that patterns refer to as `{name}`; entries are plain words, not regex.
    #[serde(default)]
    pub lists: BTreeMap<String, Vec<String>>,
    /// The codes, parents before children.
    #[serde(rename = "code")]
    pub codes: Vec<Code>,
}

/// A language of the codebook's terms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Language {
    /// BCP 47 tag.
    pub tag: String,
    /// Whether a competent reader has reviewed the terms. Unreviewed terms are left out of a compiled codebook with a scale;
    /// in one without they are found, and decide no tier.
    pub reviewed: bool,
}

/// An ordered scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scale {
    /// The first tier that counts as support.
    pub support_from: u8,
    /// The tier of support for a listed target, where the scale tells it apart.
    #[serde(default)]
    pub named: Option<u8>,
    /// The tiers, from 0 up.
    #[serde(rename = "tier")]
    pub tiers: Vec<Tier>,
}

/// One step of a scale.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Short name.
    pub label: String,
    /// What belongs here.
    pub definition: String,
}

/// A stance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stance {
    /// Stable id.
    pub id: String,
    /// Name shown to people.
    pub label: String,
    /// What it means.
    pub definition: String,
    /// Lowest and highest tier that go with it; required where the codebook has a scale.
    #[serde(default, deserialize_with = "two_tiers")]
    pub tiers: Option<[u8; 2]>,
    /// What the engine takes this stance for when the evidence does not name it.
    #[serde(default)]
    pub role: Option<StanceRole>,
}

/// Two numbers and no more: TOML would leave a third aside without a word.
fn two_tiers<'de, D: Deserializer<'de>>(input: D) -> Result<Option<[u8; 2]>, D::Error> {
    struct Two([u8; 2]);
    struct TwoVisitor;

    impl<'de> Visitor<'de> for TwoVisitor {
        type Value = Two;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an array of length 2")
        }

        fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Two, A::Error> {
            let mut next = |place| items.next_element()?.ok_or_else(|| A::Error::invalid_length(place, &TwoVisitor));
            let two = [next(0)?, next(1)?];
            match items.next_element::<u8>()? {
                None => Ok(Two(two)),
                Some(_) => Err(A::Error::invalid_length(3, &self)),
            }
        }
    }

    impl<'de> Deserialize<'de> for Two {
        fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
            input.deserialize_tuple(2, TwoVisitor)
        }
    }

    Ok(Option::<Two>::deserialize(input)?.map(|Two(tiers)| tiers))
}

/// What the engine takes a stance for when the evidence does not name it. Each role belongs to one stance at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StanceRole {
    /// No evidence speaks for any other.
    Default,
    /// A target is named, and nothing is said for or against it.
    Mention,
    /// A statement of support is negated.
    Negation,
    /// No stance has a majority: the text does not decide.
    Undecided,
}

/// A group, movement or person towards whom a unit may take a stance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Target {
    /// Stable id.
    pub id: String,
    /// Name shown to people.
    pub label: String,
    /// The code that its mentions are shown under.
    pub code: String,
    /// One line about it, with its ordinary sense where a name is also a word.
    #[serde(default)]
    pub gloss: Option<String>,
    /// Where authorities have designated it. A listing that has ended stays here for the record, because texts are older
    /// than lists; see [`Target::listed`].
    #[serde(default, rename = "listing")]
    pub listings: Vec<Listing>,
    /// Why the authors keep it off the reference list although a listing stands.
    #[serde(default)]
    pub kept_off: Option<String>,
    /// The names it is written with, aliases included.
    pub terms: Vec<Term>,
}

impl Target {
    /// Whether it stands on the codebook's reference list, so that support for it is support for a named target: some
    /// listing has not ended, and the authors do not keep it off.
    pub fn listed(&self) -> bool {
        self.kept_off.is_none() && self.listings.iter().any(|listing| listing.to.is_none())
    }
}

/// A designation by an authority: designations differ between jurisdictions and change over time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listing {
    /// Whose: `UN`, `EU`, or an ISO 3166-1 code such as `US`.
    pub jurisdiction: String,
    /// Which list, with its reference number where it has one.
    pub source: String,
    /// First day, `YYYY-MM-DD`, or as much of it as is known.
    pub from: String,
    /// Last day; absent while it stands.
    #[serde(default)]
    pub to: Option<String>,
}

/// A code: what a coder assigns.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// Stable id.
    pub id: String,
    /// Id of the parent code.
    #[serde(default)]
    pub parent: Option<String>,
    /// Name shown to people.
    pub label: String,
    /// What the code means.
    pub definition: String,
    /// When to assign it.
    #[serde(default)]
    pub include: Vec<String>,
    /// When not to.
    #[serde(default)]
    pub exclude: Vec<String>,
    /// Texts that have the code.
    #[serde(default)]
    pub positive: Vec<String>,
    /// Texts that look like it and do not have it.
    #[serde(default)]
    pub negative: Vec<String>,
    /// The tier that a clear case of this code stands for; none for a topical code.
    #[serde(default)]
    pub level: Option<u8>,
    /// The stance that this code's evidence speaks for, if it speaks for one.
    #[serde(default)]
    pub stance: Option<String>,
    /// Highlight colour, `#rrggbb`.
    pub colour: String,
    /// One character that assigns the code.
    #[serde(default)]
    pub hotkey: Option<char>,
    /// Advice for hard cases.
    #[serde(default)]
    pub guidance: Option<String>,
    /// Further reading.
    #[serde(default)]
    pub reading: Vec<String>,
    /// What points at the code.
    #[serde(default, rename = "indicator")]
    pub indicators: Vec<Indicator>,
}

/// Something in a text that speaks for a code: a set of terms, or a pattern.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Id, unique within the codebook.
    pub id: String,
    /// Weight of evidence in log-odds, above 0. Below 1 the indicator is *weak*: it colours a reading and cannot decide it,
    /// however many stand together. 2 or more decides its code alone.
    pub weight: f32,
    /// Whether it names a target, whose stance it then helps to settle.
    #[serde(default)]
    pub target: Option<String>,
    /// Words, phrases, hashtags (without #) or emoji.
    #[serde(default)]
    pub terms: Vec<Term>,
    /// Patterns.
    #[serde(default)]
    pub patterns: Vec<Pattern>,
    /// Things with a form of their own that it points at, such as an address with a right checksum.
    #[serde(default)]
    pub entities: Vec<EntityClass>,
    /// Ways of writing around a filter: it points at any word of this codebook that is written so.
    #[serde(default)]
    pub evasion: Vec<Evasion>,
    /// What the term means.
    #[serde(default)]
    pub gloss: Option<String>,
    /// What it ordinarily means, to people who mean no harm.
    #[serde(default)]
    pub ordinary: Option<String>,
    /// A text in which it fires.
    #[serde(default)]
    pub fires: Option<String>,
    /// A text of ordinary use, in which it may be found and must not decide.
    #[serde(default)]
    pub harmless: Option<String>,
}

/// A literal to find.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The text; it is folded like the page, so case, marks and variant letters do not matter.
    pub text: String,
    /// BCP 47 tag; emoji have `und`, Arabic in Latin letters `ar-Latn`.
    pub lang: String,
    /// How the match must sit in its surroundings.
    #[serde(default, rename = "match")]
    pub boundary: Boundary,
    /// Other spellings of the same word, matched the same way.
    #[serde(default)]
    pub variants: Vec<String>,
}

/// How a match must sit among the letters around it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Boundary {
    /// A whole word or phrase; in Arabic script the usual proclitics may precede it.
    #[default]
    Word,
    /// The beginning of a word.
    Prefix,
    /// Anywhere.
    Infix,
    /// A whole word written exactly so: case and marks count.
    Exact,
}

/// A regular expression over folded text, run only near its anchors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pattern {
    /// BCP 47 tag.
    pub lang: String,
    /// The expression, in the syntax of the `regex` crate without Unicode classes; `{name}` stands for any word of that list.
    /// Spaces match any white space. It sees folded text: lower case, no marks.
    pub regex: String,
    /// Literals of which one stands in every match, at the beginning of a word; `{name}` takes a whole list. The expression
    /// runs only around them.
    pub anchors: Vec<String>,
}

/// Classes of things with a form of their own. The kind of an entity begins with the name of its class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EntityClass {
    /// Address of Bitcoin's main net.
    Bitcoin,
    /// Address of Ethereum and chains like it.
    Ethereum,
    /// Address of Monero's main net.
    Monero,
    /// Address of TRON's main net.
    Tron,
    /// Link to a service that takes payments or gifts.
    PaymentLink,
    /// Link to a chat, a channel or an account of a messenger.
    MessagingLink,
    /// Link to a service where texts or files are dropped.
    PasteLink,
    /// Mail address.
    Mail,
    /// `@name`.
    Handle,
    /// `#word`.
    Hashtag,
    /// An amount of money with its currency.
    Money,
}
