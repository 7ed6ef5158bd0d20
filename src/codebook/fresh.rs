//! New parts of a codebook, with what they cannot be without.
//!
//! Purpose: one place for the editor and for files that lack what a codebook needs.
//! Invariants: an id made here is one that `validate` takes, and is not among those that it is to differ from.

use super::model::{Boundary, Code, Codebook, Indicator, Term};

/// Colours for codes, in turn; they can be told apart on light and dark ground.
pub const COLOURS: [&str; 12] = [
    "#b7860b", "#d9480f", "#c2255c", "#9c36b5", "#6741d9", "#3b5bdb", "#1971c2", "#0c8599", "#099268", "#2f9e44",
    "#5c940d", "#846358",
];

/// Longest id that is made of a name, in bytes; there is room for a number behind it.
const MAX_MADE: usize = 60;

/// An id made of a name: `kind` where the name has no Latin letter or digit; with a number where `taken` has it already.
pub fn id(name: &str, kind: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut made = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        match c {
            _ if made.len() >= MAX_MADE => break,
            'a'..='z' | '0'..='9' => made.push(c),
            _ if made.is_empty() || made.ends_with('-') => {}
            _ => made.push('-'),
        }
    }
    let made = made.trim_end_matches('-');
    let made = if made.is_empty() { kind } else { made };
    let numbered = (2..).map(|number| format!("{made}-{number}"));
    std::iter::once(made.to_owned()).chain(numbered).find(|id| !taken(id)).unwrap_or_default()
}

/// A codebook without codes.
pub fn codebook(id: String, title: String) -> Codebook {
    Codebook {
        format: 1,
        id,
        version: "1.0.0".into(),
        title,
        description: String::new(),
        languages: Vec::new(),
        scale: None,
        stances: Vec::new(),
        targets: Vec::new(),
        lists: Default::default(),
        codes: Vec::new(),
    }
}

/// A code in the next colour.
pub fn code(codebook: &Codebook, label: String, parent: Option<String>) -> Code {
    let taken = |id: &str| codebook.codes.iter().any(|code| code.id == id);
    Code {
        id: id(&label, "code", taken),
        parent,
        label,
        definition: String::new(),
        include: Vec::new(),
        exclude: Vec::new(),
        positive: Vec::new(),
        negative: Vec::new(),
        level: None,
        stance: None,
        colour: COLOURS[codebook.codes.len() % COLOURS.len()].into(),
        hotkey: None,
        guidance: None,
        reading: Vec::new(),
        indicators: Vec::new(),
    }
}

/// An indicator that suggests and does not decide alone, with one term to write.
pub fn indicator(codebook: &Codebook, code: &Code) -> Indicator {
    let taken = |id: &str| {
        codebook.targets.iter().any(|target| target.id == id)
            || codebook.codes.iter().flat_map(|code| &code.indicators).any(|indicator| indicator.id == id)
    };
    Indicator {
        id: id(&code.id, "indicator", taken),
        weight: 1.0,
        target: None,
        terms: vec![term(codebook)],
        patterns: Vec::new(),
        entities: Vec::new(),
        evasion: Vec::new(),
        gloss: None,
        ordinary: None,
        fires: None,
        harmless: None,
    }
}

/// A term to write, in the first language.
pub fn term(codebook: &Codebook) -> Term {
    let lang = codebook.languages.first().map_or("und", |language| &language.tag);
    Term { text: String::new(), lang: lang.into(), boundary: Boundary::Word, variants: Vec::new() }
}
