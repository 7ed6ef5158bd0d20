//! In which texts a word of a codebook is looked for.
//!
//! Purpose: a word of one language is not found in a text that is surely in another, where it is another word. Arabic in Latin
//! letters is a foreign word in English, German and French, and an everyday one where the language has made it its own.
//! Invariants: where the language is unclear, everything is looked for; names and signs always are.

use crate::text::language::{Decision, Language, Languages, Script};
use serde::{Deserialize, Serialize};

/// Tag of what has no language: emoji, numbers, signs.
pub const NO_LANGUAGE: &str = "und";

/// Tag of Arabic words in Latin letters, as other languages write them.
pub const TRANSLITERATED: &str = "ar-Latn";

/// In which texts something is looked for. Carried as one byte: there is one for every term.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", from = "u8")]
pub enum Scope {
    /// In all.
    Everywhere,
    /// Where what is written in its script is not surely in another language. `None` is one that cannot be recognised.
    Language(Script, Option<Language>),
    /// Where what is written in Latin letters is not surely in a language that has such words of its own.
    Transliterated,
}

impl Scope {
    /// Of a word or phrase with its BCP 47 tag.
    pub fn new(tag: &str, written: &str) -> Self {
        let primary = tag.split('-').next().unwrap_or_default();
        match written.chars().find_map(Script::of) {
            _ if tag == NO_LANGUAGE => Self::Everywhere,
            _ if tag == TRANSLITERATED => Self::Transliterated,
            Some(script) => {
                Self::Language(script, Language::ALL.into_iter().find(|language| language.tag() == primary))
            }
            None => Self::Everywhere,
        }
    }

    /// Whether it is looked for in a text.
    pub fn admits(self, languages: &Languages) -> bool {
        match self {
            Self::Everywhere => true,
            Self::Language(script, own) => match languages.written(script) {
                Decision::Is(language) => own == Some(language),
                Decision::Other => own.is_none(),
                Decision::Unclear => true,
            },
            Self::Transliterated => matches!(
                languages.written(Script::Latin),
                Decision::Is(Language::English | Language::German | Language::French) | Decision::Unclear
            ),
        }
    }
}

/// What the byte of a script has beside its language.
const SCRIPT: u8 = 16;

impl From<Scope> for u8 {
    fn from(scope: Scope) -> Self {
        let number = |at: Option<usize>| at.map_or(0, |at| at as u8 + 1);
        match scope {
            Scope::Everywhere => 0,
            Scope::Transliterated => 1,
            Scope::Language(script, language) => {
                let language = language.and_then(|own| Language::ALL.iter().position(|one| *one == own));
                SCRIPT * number(Script::ALL.iter().position(|one| *one == script)) + number(language)
            }
        }
    }
}

impl From<u8> for Scope {
    /// A byte that says nothing is no limit: it comes from damage, and no text is to be read with less than the codebook.
    fn from(byte: u8) -> Self {
        let [script, language] = [byte / SCRIPT, byte % SCRIPT].map(|number| usize::from(number).checked_sub(1));
        match script.and_then(|at| Script::ALL.get(at)) {
            Some(script) => Self::Language(*script, language.and_then(|at| Language::ALL.get(at)).copied()),
            None if byte == 1 => Self::Transliterated,
            None => Self::Everywhere,
        }
    }
}
