//! A codebook as the text of its TOML file, laid out as people write it.
//!
//! Invariants: what is read from the text is the codebook that was written, whatever its strings hold; what is absent or empty is
//! left out; a term, a pattern or a tier has one line.

use super::model::{Boundary, Code, Codebook, Indicator, Listing, Pattern, Stance, Target, Term};
use serde::Serialize;
use std::fmt::Write as _;

/// The file.
pub fn toml(codebook: &Codebook) -> String {
    let mut file = File(String::new());
    file.raw("format", codebook.format);
    file.text("id", &codebook.id);
    file.text("version", &codebook.version);
    file.text("title", &codebook.title);
    file.text("description", &codebook.description);
    let language = |tag: &str, reviewed: bool| inline([field("tag", tag), Some(format!("reviewed = {reviewed}"))]);
    file.array("languages", codebook.languages.iter().map(|it| language(&it.tag, it.reviewed)), true);
    if !codebook.lists.is_empty() {
        file.table("[lists]");
        for (name, words) in &codebook.lists {
            let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
            file.strings(&if bare { name.clone() } else { quoted(name) }, words, true);
        }
    }
    if let Some(scale) = &codebook.scale {
        file.table("[scale]");
        file.raw("support_from", scale.support_from);
        if let Some(named) = scale.named {
            file.raw("named", named);
        }
        let tiers = scale.tiers.iter();
        file.array(
            "tier",
            tiers.map(|it| inline([field("label", &it.label), field("definition", &it.definition)])),
            true,
        );
    }
    codebook.stances.iter().for_each(|stance| file.stance(stance));
    codebook.targets.iter().for_each(|target| file.target(target));
    // Without any, the list itself is what the file must not lack.
    if codebook.codes.is_empty() {
        file.0 = format!("code = []\n{}", file.0);
    }
    codebook.codes.iter().for_each(|code| file.code(code));
    file.0
}

struct File(String);

impl File {
    fn line(&mut self, line: std::fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = writeln!(self.0, "{line}");
    }

    fn table(&mut self, head: &str) {
        self.line(format_args!("\n{head}"));
    }

    fn raw(&mut self, name: &str, value: impl std::fmt::Display) {
        self.line(format_args!("{name} = {value}"));
    }

    fn text(&mut self, name: &str, text: &str) {
        self.raw(name, quoted(text));
    }

    fn optional(&mut self, name: &str, text: Option<&String>) {
        if let Some(text) = text {
            self.text(name, text);
        }
    }

    /// Values, one a line; none, unless the field must be there.
    fn array(&mut self, name: &str, values: impl Iterator<Item = String>, needed: bool) {
        let values: String = values.map(|value| format!("  {value},\n")).collect();
        match (values.is_empty(), needed) {
            (false, _) => self.line(format_args!("{name} = [\n{values}]")),
            (true, true) => self.line(format_args!("{name} = []")),
            (true, false) => {}
        }
    }

    fn strings(&mut self, name: &str, strings: &[String], needed: bool) {
        self.array(name, strings.iter().map(|string| quoted(string)), needed);
    }

    fn stance(&mut self, stance: &Stance) {
        self.table("[[stance]]");
        self.text("id", &stance.id);
        self.text("label", &stance.label);
        self.text("definition", &stance.definition);
        if let Some([low, high]) = stance.tiers {
            self.line(format_args!("tiers = [{low}, {high}]"));
        }
        if let Some(role) = &stance.role {
            self.text("role", &named(role));
        }
    }

    fn target(&mut self, target: &Target) {
        self.table("[[target]]");
        self.text("id", &target.id);
        self.text("label", &target.label);
        self.text("code", &target.code);
        self.optional("gloss", target.gloss.as_ref());
        self.optional("kept_off", target.kept_off.as_ref());
        let listing = |it: &Listing| {
            let to = it.to.as_ref().and_then(|to| field("to", to));
            inline([field("jurisdiction", &it.jurisdiction), field("source", &it.source), field("from", &it.from), to])
        };
        self.array("listing", target.listings.iter().map(listing), false);
        self.array("terms", target.terms.iter().map(term), true);
    }

    fn code(&mut self, code: &Code) {
        self.table("[[code]]");
        self.text("id", &code.id);
        self.optional("parent", code.parent.as_ref());
        self.text("label", &code.label);
        self.text("definition", &code.definition);
        let lists = [
            ("include", &code.include),
            ("exclude", &code.exclude),
            ("positive", &code.positive),
            ("negative", &code.negative),
        ];
        for (name, strings) in lists {
            self.strings(name, strings, false);
        }
        if let Some(level) = code.level {
            self.raw("level", level);
        }
        self.optional("stance", code.stance.as_ref());
        self.text("colour", &code.colour);
        if let Some(hotkey) = code.hotkey {
            self.text("hotkey", &hotkey.to_string());
        }
        self.optional("guidance", code.guidance.as_ref());
        self.strings("reading", &code.reading, false);
        code.indicators.iter().for_each(|indicator| self.indicator(indicator));
    }

    fn indicator(&mut self, indicator: &Indicator) {
        self.table("[[code.indicator]]");
        self.text("id", &indicator.id);
        self.raw("weight", format!("{:?}", indicator.weight).to_ascii_lowercase());
        let texts = [
            ("target", &indicator.target),
            ("gloss", &indicator.gloss),
            ("ordinary", &indicator.ordinary),
            ("fires", &indicator.fires),
            ("harmless", &indicator.harmless),
        ];
        for (name, text) in texts {
            self.optional(name, text.as_ref());
        }
        self.array("terms", indicator.terms.iter().map(term), false);
        self.array("patterns", indicator.patterns.iter().map(pattern), false);
        self.array("entities", indicator.entities.iter().map(|class| quoted(&named(class))), false);
        self.array("evasion", indicator.evasion.iter().map(|way| quoted(&named(way))), false);
    }
}

fn term(term: &Term) -> String {
    let boundary = (term.boundary != Boundary::Word).then(|| format!("match = {}", quoted(&named(&term.boundary))));
    let variants = (!term.variants.is_empty()).then(|| listed("variants", &term.variants));
    inline([field("text", &term.text), field("lang", &term.lang), boundary, variants])
}

fn pattern(pattern: &Pattern) -> String {
    let regex = format!("regex = {}", literal(&pattern.regex));
    inline([field("lang", &pattern.lang), Some(regex), Some(listed("anchors", &pattern.anchors))])
}

fn inline<const N: usize>(fields: [Option<String>; N]) -> String {
    let fields: Vec<String> = fields.into_iter().flatten().collect();
    format!("{{ {} }}", fields.join(", "))
}

fn field(name: &str, text: &str) -> Option<String> {
    Some(format!("{name} = {}", quoted(text)))
}

fn listed(name: &str, strings: &[String]) -> String {
    let strings: Vec<String> = strings.iter().map(|string| quoted(string)).collect();
    format!("{name} = [{}]", strings.join(", "))
}

/// A string as it stands where a backslash is one, if it can.
fn literal(text: &str) -> String {
    let plain = !text.contains("'''") && !text.ends_with('\'') && !text.chars().any(char::is_control);
    if plain && text.contains(['\\', '"']) && !text.starts_with('\'') { format!("'''{text}'''") } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::with_capacity(text.len() + 2);
    quoted.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// What a file calls one of several.
fn named(one: &impl Serialize) -> String {
    serde_json::to_value(one).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
