//! A codebook as a page of plain text, for people.
//!
//! Invariants: nothing that the codebook says is left out; lines end before column [`WIDTH`] wherever a word lets them;
//! pages and colours are the reader's business.

use postil::codebook::model::{
    Boundary, Code, Codebook, Indicator, Language, Listing, Pattern, Scale, Stance, Target, Term,
};
use std::collections::BTreeMap;

/// Columns of a line.
const WIDTH: usize = 100;

/// The whole codebook.
pub(crate) fn page(codebook: &Codebook) -> String {
    let mut page = Page::default();
    page.line(0, &codebook.title);
    page.line(0, &format!("{} {}", codebook.id, codebook.version));
    page.gap();
    page.line(0, &codebook.description);
    page.heading("Languages");
    codebook.languages.iter().for_each(|language| page.language(codebook, language));
    if let Some(scale) = &codebook.scale {
        page.scale(scale);
    }
    if !codebook.stances.is_empty() {
        page.heading("Stances");
        codebook.stances.iter().for_each(|stance| page.stance(stance));
    }
    page.heading("Codes");
    for code in codebook.codes.iter().filter(|code| code.parent.is_none()) {
        page.tree(codebook, code, 1);
    }
    if !codebook.targets.is_empty() {
        page.heading("Targets");
        codebook.targets.iter().for_each(|target| page.target(target));
    }
    if !codebook.lists.is_empty() {
        page.heading("Word lists of the patterns");
        for (name, words) in &codebook.lists {
            page.item(1, &format!("{{{name}}}  "), &words.join(", "));
        }
    }
    page.text
}

/// What a language is of which nobody competent has reviewed the words, and what becomes of them.
pub(crate) fn unreviewed(codebook: &Codebook) -> &'static str {
    match codebook.scale {
        Some(_) => "not reviewed: its words are not looked for",
        None => "not reviewed: its words are found, and decide no tier",
    }
}

/// Text under way; indents count in steps of two columns.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn gap(&mut self) {
        self.text.push('\n');
    }

    fn heading(&mut self, name: &str) {
        self.gap();
        self.line(0, &name.to_uppercase());
        self.gap();
    }

    fn line(&mut self, indent: usize, text: &str) {
        self.item(indent, "", text);
    }

    /// A mark and the text after it; what does not fit hangs below the text.
    fn item(&mut self, indent: usize, mark: &str, text: &str) {
        let hanging = indent * 2 + mark.chars().count().min(16);
        let mut column = indent * 2 + mark.chars().count();
        let mut begun = false;
        self.text.push_str(&" ".repeat(indent * 2));
        self.text.push_str(mark);
        for word in text.split_whitespace() {
            let length = word.chars().count();
            if begun && column + 1 + length > WIDTH {
                self.text.push('\n');
                self.text.push_str(&" ".repeat(hanging));
                column = hanging;
            } else if begun {
                self.text.push(' ');
                column += 1;
            }
            self.text.push_str(word);
            column += length;
            begun = true;
        }
        self.text.push('\n');
    }

    fn list(&mut self, indent: usize, name: &str, mark: &str, items: &[String]) {
        if !items.is_empty() {
            self.line(indent, name);
            items.iter().for_each(|item| self.item(indent + 1, mark, item));
        }
    }

    fn note(&mut self, indent: usize, name: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.item(indent, &format!("{name}: "), text);
        }
    }

    fn language(&mut self, codebook: &Codebook, language: &Language) {
        let reviewed = if language.reviewed { "reviewed" } else { unreviewed(codebook) };
        self.item(1, &format!("{}  ", language.tag), reviewed);
    }

    fn scale(&mut self, scale: &Scale) {
        self.heading("Scale");
        let named = scale.named.map_or(String::new(), |tier| format!("; for a listed target, {tier}"));
        self.line(1, &format!("A text counts as support from tier {}{named}.", scale.support_from));
        for (number, tier) in scale.tiers.iter().enumerate() {
            self.item(1, &format!("{number}  "), &format!("{}. {}", tier.label, tier.definition));
        }
    }

    fn stance(&mut self, stance: &Stance) {
        let tiers = stance.tiers.map_or(String::new(), |[low, high]| format!(" (tiers {low} to {high})"));
        self.item(1, &format!("{}  ", stance.id), &format!("{}{tiers}. {}", stance.label, stance.definition));
    }

    fn tree(&mut self, codebook: &Codebook, code: &Code, depth: usize) {
        self.code(code, depth);
        for child in codebook.codes.iter().filter(|child| child.parent.as_ref() == Some(&code.id)) {
            self.tree(codebook, child, depth + 1);
        }
    }

    fn code(&mut self, code: &Code, depth: usize) {
        let mut facts = vec![code.colour.clone()];
        facts.extend(code.hotkey.map(|key| format!("key {key}")));
        facts.extend(code.level.map(|level| format!("tier {level}")));
        facts.extend(code.stance.as_ref().map(|stance| format!("speaks for {stance}")));
        self.item(depth, &format!("{}  ", code.id), &format!("{} ({})", code.label, facts.join(", ")));
        let inside = depth + 1;
        self.line(inside, &code.definition);
        self.list(inside, "Assign it to", "- ", &code.include);
        self.list(inside, "Do not assign it to", "- ", &code.exclude);
        self.list(inside, "Texts that have it", "+ ", &code.positive);
        self.list(inside, "Texts that look like it and do not", "- ", &code.negative);
        self.note(inside, "Hard cases", code.guidance.as_ref());
        self.list(inside, "Further reading", "- ", &code.reading);
        if !code.indicators.is_empty() {
            self.line(inside, "Indicators");
            code.indicators.iter().for_each(|indicator| self.indicator(indicator, inside + 1));
        }
        self.gap();
    }

    fn indicator(&mut self, indicator: &Indicator, indent: usize) {
        let grade = match indicator.weight {
            weight if weight < 1.0 => "weak: colours a reading, never decides",
            weight if weight < 2.0 => "decides with others",
            _ => "decides its code alone",
        };
        let target = indicator.target.as_ref().map_or(String::new(), |target| format!(", names {target}"));
        let facts = format!("weight {} ({grade}){target}", indicator.weight);
        self.item(indent, &format!("{}  ", indicator.id), &facts);
        let inside = indent + 1;
        if let Some(gloss) = &indicator.gloss {
            self.line(inside, gloss);
        }
        self.note(inside, "Ordinarily", indicator.ordinary.as_ref());
        self.note(inside, "Fires in", indicator.fires.as_ref());
        self.note(inside, "Harmless in", indicator.harmless.as_ref());
        self.terms(inside, &indicator.terms);
        indicator.patterns.iter().for_each(|pattern| self.pattern(inside, pattern));
        let names = |values: Vec<String>| (!values.is_empty()).then(|| values.join(", "));
        self.note(inside, "Entities", names(indicator.entities.iter().map(name_of).collect()).as_ref());
        self.note(inside, "Evasion", names(indicator.evasion.iter().map(name_of).collect()).as_ref());
    }

    fn terms(&mut self, indent: usize, terms: &[Term]) {
        let mut languages = BTreeMap::<&str, Vec<String>>::new();
        for term in terms {
            let matched = match term.boundary {
                Boundary::Word => "",
                Boundary::Prefix => " (begins a word)",
                Boundary::Infix => " (anywhere)",
                Boundary::Exact => " (written exactly so)",
            };
            let spellings = std::iter::once(&term.text).chain(&term.variants);
            languages.entry(&term.lang).or_default().extend(spellings.map(|spelling| format!("{spelling}{matched}")));
        }
        for (language, spellings) in languages {
            self.item(indent, &format!("{language}  "), &spellings.join(", "));
        }
    }

    fn pattern(&mut self, indent: usize, pattern: &Pattern) {
        self.item(indent, &format!("{}  pattern ", pattern.lang), &pattern.regex);
    }

    fn target(&mut self, target: &Target) {
        let listed = if target.listed() { "on the reference list" } else { "not on the reference list" };
        self.item(1, &format!("{}  ", target.id), &format!("{} ({listed}; shown under {})", target.label, target.code));
        if let Some(gloss) = &target.gloss {
            self.line(2, gloss);
        }
        self.note(2, "Kept off the list", target.kept_off.as_ref());
        target.listings.iter().for_each(|listing| self.listing(listing));
        self.terms(2, &target.terms);
        self.gap();
    }

    fn listing(&mut self, listing: &Listing) {
        let until = listing.to.as_ref().map_or(String::new(), |to| format!(", ended {to}"));
        let facts = format!("{}, since {}{until}", listing.source, listing.from);
        self.item(2, &format!("{}  ", listing.jurisdiction), &facts);
    }
}

/// The name of a value as it is written in a codebook.
fn name_of<T: serde::Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}
