//! Text and terms to measure with, made from the codebooks that ship and from nothing else.
//!
//! Invariants: the same bytes on every machine; English and Arabic prose mixed as a page mixes them.

use postil::codebook::Codebook;
use postil::codebook::builtin::SOURCES;
use postil::codebook::format::parse;

/// Sentences of the codebooks that ship: definitions, rules, examples, glosses.
fn sentences(codebook: &Codebook) -> Vec<&str> {
    codebook
        .codes
        .iter()
        .flat_map(|code| {
            let glosses = code
                .indicators
                .iter()
                .flat_map(|i| i.gloss.iter().chain(&i.ordinary).chain(&i.fires).chain(&i.harmless));
            std::iter::once(&code.definition)
                .chain(&code.include)
                .chain(&code.exclude)
                .chain(&code.positive)
                .chain(&code.negative)
                .chain(glosses)
                .map(String::as_str)
        })
        .collect()
}

/// The first codebook that ships.
pub fn codebook() -> Codebook {
    SOURCES.first().and_then(|(_, source)| parse(source).ok()).map(|parsed| parsed.codebook).unwrap_or_else(|| {
        eprintln!("the codebook that ships is not sound; `postil codebook check` says where");
        std::process::exit(1)
    })
}

/// Sentences that no codebook is about.
const PLAIN: [&str; 12] = [
    "The ferry leaves at seven and comes back before the shops close, unless the wind turns in the afternoon.",
    "She planted beans along the fence because the old rows had given nothing since the wet summer.",
    "Every second step of the staircase creaks, so the children have learned to jump.",
    "A parcel for the third floor stood in the hall for a week, and nobody remembered ordering it.",
    "Wir haben den Zug verpasst und sind am Fluss entlang nach Hause gelaufen.",
    "The committee moved the meeting to Thursday and forgot to tell the person who has the key.",
    "نزل المطر طوال الليل وفي الصباح كانت الشوارع لامعة والهواء بارداً",
    "Knead the dough for ten minutes, let it rest under a cloth, and shape it into small rounds.",
    "فتح الخباز دكانه قبل شروق الشمس وملأت رائحة الخبز الحارة كلها",
    "His bicycle has three gears, of which the second is a matter of luck 🚲.",
    "The museum shows maps of rivers that have since changed their beds twice.",
    "اشتريت كتاباً عن النجوم وقرأته لأختي الصغيرة حتى نامت",
];
/// The same numbers on every machine: Knuth's generator, of which the high bits are random enough to shuffle sentences.
#[derive(Debug)]
pub struct Random(u64);

impl Default for Random {
    fn default() -> Self {
        Self(1)
    }
}

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    /// A number below another one, which is not 0.
    pub fn below(&mut self, end: usize) -> usize {
        self.next() as usize % end
    }
}

/// How many plain sentences stand between two that a codebook knows.
const BETWEEN: u64 = 6;

/// Mixed prose of about this many bytes, in paragraphs; the order is fixed by a small generator.
pub fn prose(codebook: &Codebook, bytes: usize) -> String {
    let sentences = sentences(codebook);
    let mut text = String::with_capacity(bytes + 1_000);
    let mut state = Random::default();
    while text.len() < bytes {
        let random = state.next();
        let from = if random.is_multiple_of(BETWEEN + 1) { sentences.as_slice() } else { &PLAIN };
        text.push_str(from[(random / (BETWEEN + 1)) as usize % from.len()]);
        text.push_str(if (state.0 >> 60) == 0 { "\n\n" } else { " " });
    }
    text
}

/// The codebook with made-up terms added until it has this many, spelt from syllables so that they share beginnings as
/// words do.
pub fn grown(mut codebook: Codebook, terms: usize) -> Codebook {
    const SYLLABLES: [&str; 20] = [
        "ba", "ko", "ri", "mu", "ta", "sen", "lo", "da", "vi", "shu", "pa", "ne", "gro", "fi", "wal", "je", "su", "ma",
        "ti", "ho",
    ];
    let Some(indicator) = codebook.codes.first_mut().and_then(|code| code.indicators.first_mut()) else {
        return codebook;
    };
    let Some(template) = indicator.terms.first().cloned() else { return codebook };
    for number in 0..terms {
        let mut text = String::new();
        let mut rest = number + 400;
        while rest > 0 {
            text.push_str(SYLLABLES[rest % SYLLABLES.len()]);
            rest /= SYLLABLES.len();
        }
        indicator.terms.push(postil::codebook::model::Term { text, variants: Vec::new(), ..template.clone() });
    }
    codebook
}
