//! Which language a text is in, as far as a codebook's words need to know.
//!
//! Purpose: German „die“, Turkish *din* and Urdu شہید are everyday words of their languages and must not be found as words of
//! English or Arabic. Each script of a text is judged by itself: an English sentence in an Arabic post is English.
//! Invariants: a short or mixed text is [`Decision::Unclear`], and so is Arabic in Latin letters; addresses, handles, hashtags
//! and emoji do not count; only the first [`PREFIX`] bytes are looked at, once.
//! Must not touch: codebooks; what follows from a language is the matcher's business.

mod profiles;

use caseless::Caseless;
use profiles::{PROFILES, Profile, TRANSLITERATED};
use std::collections::HashMap;
use std::sync::OnceLock;

/// How much of a text is looked at, in bytes.
pub const PREFIX: usize = 4_000;

/// A language that can be recognised.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Language {
    English,
    Arabic,
    German,
    French,
    Turkish,
    Russian,
    Indonesian,
    Urdu,
    Uzbek,
    Kyrgyz,
    Uyghur,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 11] = [
        Self::English,
        Self::Arabic,
        Self::German,
        Self::French,
        Self::Turkish,
        Self::Russian,
        Self::Indonesian,
        Self::Urdu,
        Self::Uzbek,
        Self::Kyrgyz,
        Self::Uyghur,
    ];

    /// Its primary subtag in BCP 47.
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Arabic => "ar",
            Self::German => "de",
            Self::French => "fr",
            Self::Turkish => "tr",
            Self::Russian => "ru",
            Self::Indonesian => "id",
            Self::Urdu => "ur",
            Self::Uzbek => "uz",
            Self::Kyrgyz => "ky",
            Self::Uyghur => "ug",
        }
    }
}

/// A script that several languages share, so that one's words can be taken for another's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Script {
    Latin,
    Arabic,
    Cyrillic,
}

impl Script {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Latin, Self::Arabic, Self::Cyrillic];

    /// The script of a letter.
    pub fn of(c: char) -> Option<Self> {
        match c {
            'a'..='z' | 'A'..='Z' | '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' if c.is_alphabetic() => {
                Some(Self::Latin)
            }
            '\u{400}'..='\u{52F}' => Some(Self::Cyrillic),
            '\u{620}'..='\u{64A}' | '\u{66E}'..='\u{6D3}' | '\u{6D5}' | '\u{6FA}'..='\u{6FC}' => Some(Self::Arabic),
            _ => None,
        }
    }
}

/// What a text is in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Surely this language.
    Is(Language),
    /// Surely none of the languages that can be recognised.
    Other,
    /// Too short, too mixed, or in nothing that is known.
    Unclear,
}

/// The languages of one text, script by script.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Languages {
    decisions: [Decision; Script::ALL.len()],
    words: [usize; Script::ALL.len()],
}

/// Fewest words that say what language they are.
const FEWEST: usize = 4;
/// Least evidence for a decision, in small words.
const LEAST: f32 = 2.4;
/// Least evidence for each word of the text.
const COVERED: f32 = 0.21;
/// Most that the second language may have of the evidence for the first.
const SECOND: f32 = 0.62;
/// The same for English, whose words are quoted everywhere and must not be lost.
const ENGLISH: f32 = 0.4;
/// Least that the first is ahead of the second.
const AHEAD: f32 = 1.4;
/// What an ending or beginning says, against 1 for a small word.
const AFFIX: f32 = 0.45;
/// What a word with letters that few languages have says.
const LETTERS: f32 = 0.5;
/// How many languages of the script few are.
const FEW: u32 = 4;
/// What a word that a language cannot write says against it.
const FOREIGN: f32 = 0.7;
/// Least share of the words that the script of a whole text has.
const MAIN: f32 = 0.7;

impl Languages {
    /// Of a text.
    #[inline(never)]
    pub fn of(text: &str) -> Self {
        let mut evidence = vec![0.0f32; PROFILES.len()];
        let mut words = [0; Script::ALL.len()];
        let known = Known::get();
        each_word(&text[..text.floor_char_boundary(PREFIX)], |script, word| {
            words[script as usize] += 1;
            known.weigh(script, word, &mut evidence);
        });
        let decide = |script| decide(script, words[script as usize], &evidence);
        Self { decisions: Script::ALL.map(decide), words }
    }

    /// Of what is written in a script.
    pub fn written(&self, script: Script) -> Decision {
        self.decisions[script as usize]
    }

    /// Of the whole text: unclear where no script has most of its words.
    pub fn whole(&self) -> Decision {
        let all: usize = self.words.iter().sum();
        let most = self.words.iter().zip(self.decisions).max_by_key(|(words, _)| **words);
        most.filter(|(words, _)| **words as f32 >= MAIN * all as f32)
            .map_or(Decision::Unclear, |(_, decision)| decision)
    }
}

/// What the evidence for the languages of a script says.
fn decide(script: Script, words: usize, evidence: &[f32]) -> Decision {
    let of_script = || PROFILES.iter().zip(evidence).enumerate().filter(|(_, (profile, _))| profile.script == script);
    let Some((first, (profile, best))) = of_script().max_by(|(_, (_, a)), (_, (_, b))| a.total_cmp(b)) else {
        return Decision::Unclear;
    };
    let others = || of_script().filter(|(at, _)| *at != first).map(|(_, (profile, evidence))| (profile, *evidence));
    let most = |evidence: f32, (_, other): (&Profile, f32)| evidence.max(other);
    let second = others().fold(0.0, most);
    let english = others().filter(|(profile, _)| profile.language == Some(Language::English)).fold(0.0, most);
    let alone = second <= SECOND * best && best - second >= AHEAD && english <= ENGLISH * best;
    let sure = alone && words >= FEWEST && *best >= LEAST && *best >= COVERED * words as f32;
    match profile.language {
        _ if !sure || first == TRANSLITERATED => Decision::Unclear,
        Some(language) => Decision::Is(language),
        None => Decision::Other,
    }
}

/// What is known of the words and letters of languages, with the set of the profiles that have it.
struct Known {
    sets: HashMap<(Kind, &'static str), u64>,
    scripts: [u64; Script::ALL.len()],
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Word,
    Letter,
    Ending,
    Beginning,
}

/// Shortest and longest ending or beginning, in letters.
const SHORTEST_AFFIX: usize = 2;
const LONGEST_AFFIX: usize = 6;
/// Fewest letters of a word beside them.
const REST: usize = 3;

// A set of profiles is a bit mask.
const _: () = assert!(PROFILES.len() <= u64::BITS as usize);

impl Known {
    fn get() -> &'static Self {
        static KNOWN: OnceLock<Known> = OnceLock::new();
        KNOWN.get_or_init(|| {
            let mut known = Self { sets: HashMap::new(), scripts: [0; Script::ALL.len()] };
            for (at, profile) in PROFILES.iter().enumerate() {
                let set = 1 << at;
                known.scripts[profile.script as usize] |= set;
                let letters = profile.letters.split_inclusive(|_| true).map(|letter| (Kind::Letter, letter));
                let words = profile.words.split_ascii_whitespace().map(|word| (Kind::Word, word));
                let affixes = profile.affixes.split_ascii_whitespace().map(|affix| match affix.strip_prefix('-') {
                    Some(ending) => (Kind::Ending, ending),
                    None => (Kind::Beginning, affix.trim_end_matches('-')),
                });
                for key in letters.chain(words).chain(affixes) {
                    *known.sets.entry(key).or_default() |= set;
                }
            }
            known
        })
    }

    #[inline(never)]
    fn set(&self, kind: Kind, text: &str) -> Option<u64> {
        self.sets.get(&(kind, text)).copied()
    }

    /// Adds what one word says for and against each language of its script.
    #[inline(never)]
    fn weigh(&self, script: Script, word: &str, evidence: &mut [f32]) {
        let all = self.scripts[script as usize];
        match self.set(Kind::Word, word).unwrap_or(0) & all {
            0 => each(self.affixed(word) & all, |at| evidence[at] += AFFIX),
            small => each(small, |at| evidence[at] += PROFILES[at].weight),
        }
        // Letters of no profile are everybody's, and so are those of ASCII.
        let special = word.split_inclusive(|_| true).filter(|letter| !letter.is_ascii());
        let able = special.filter_map(|letter| self.set(Kind::Letter, letter)).fold(all, |able, set| able & set);
        if able != all && able != 0 {
            each(all & !able, |at| evidence[at] -= FOREIGN);
            if able.count_ones() <= FEW {
                each(able, |at| evidence[at] += LETTERS);
            }
        }
    }

    /// The languages that have an ending or a beginning of this word.
    fn affixed(&self, word: &str) -> u64 {
        let mut found = 0;
        let most = LONGEST_AFFIX.min(word.chars().count().saturating_sub(REST));
        for (end, _) in word.char_indices().skip(SHORTEST_AFFIX).take((most + 1).saturating_sub(SHORTEST_AFFIX)) {
            found |= self.set(Kind::Beginning, &word[..end]).unwrap_or(0);
        }
        for (start, _) in word.char_indices().rev().take(most).skip(SHORTEST_AFFIX - 1) {
            found |= self.set(Kind::Ending, &word[start..]).unwrap_or(0);
        }
        found
    }
}

/// Calls with every profile of a set.
fn each(mut set: u64, mut call: impl FnMut(usize)) {
    while set != 0 {
        call(set.trailing_zeros() as usize);
        set &= set - 1;
    }
}

/// Longest word that is looked at, in bytes: a run of letters without end is no word.
const LONGEST_WORD: usize = 80;

/// Gives the words of a text in lower case with their scripts, without what is no language: addresses, handles and hashtags,
/// and words in disguise, whose letters are of two scripts, among digits or set apart.
fn each_word(text: &str, give: impl FnMut(Script, &str)) {
    let mut words = Words { give, word: String::new(), script: None, disguised: false, letter: None, apart: false };
    for chunk in text.split_whitespace() {
        let named = chunk.trim_start_matches(|c: char| c.is_ascii_punctuation() && c != '#');
        if chunk.contains("://") || chunk.contains('@') || named.starts_with('#') || is_host(chunk) {
            continue;
        }
        let mut chars = chunk.chars().peekable();
        while let Some(c) = chars.next() {
            if unwritten(c) {
                continue;
            }
            match Script::of(c) {
                Some(script) => words.letter(script, c),
                None if c.is_alphanumeric() => words.disguised = true,
                // The Uzbek letters o‘ and g‘; elsewhere an apostrophe parts words: l'eau, don't.
                None if is_apostrophe(c)
                    && words.word.ends_with(['o', 'g'])
                    && chars.peek().is_some_and(|c| c.is_alphabetic()) =>
                {
                    words.word.push('ʻ');
                }
                None => words.end(is_apostrophe(c)),
            }
        }
        words.end(false);
    }
    words.settle();
}

/// Words on their way out.
struct Words<G> {
    give: G,
    word: String,
    script: Option<Script>,
    disguised: bool,
    /// A word of one letter, until it is known that none like it follows.
    letter: Option<(Script, String)>,
    /// Whether the last word was a letter in a row of them.
    apart: bool,
}

impl<G: FnMut(Script, &str)> Words<G> {
    fn letter(&mut self, script: Script, c: char) {
        self.disguised |= self.script.is_some_and(|other| other != script);
        self.script = Some(script);
        self.word.extend(std::iter::once(plain(c)).default_case_fold().filter(|c| !unwritten(*c)));
    }

    #[inline(never)]
    fn end(&mut self, elided: bool) {
        let word = std::mem::take(&mut self.word);
        let disguised = std::mem::take(&mut self.disguised);
        let Some(script) = self.script.take() else { return };
        if word.chars().count() == 1 && !elided {
            self.apart = self.letter.take().is_some() || self.apart;
            if !self.apart {
                self.letter = Some((script, word));
            }
        } else {
            self.settle();
            if !disguised && word.len() <= LONGEST_WORD {
                (self.give)(script, &word);
            }
        }
    }

    /// Gives the letter that turned out to stand alone.
    fn settle(&mut self) {
        self.apart = false;
        if let Some((script, word)) = self.letter.take() {
            (self.give)(script, &word);
        }
    }
}

/// `example.org/path`: dots among letters, and no space.
fn is_host(chunk: &str) -> bool {
    let host = chunk.split('/').next().unwrap_or_default();
    host.is_ascii() && host.split('.').count() > 1 && host.split('.').all(|part| part.len() > 1)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '´' | 'ʻ' | 'ʼ')
}

/// Marks that a word may have or not: Arabic vowel signs and tatweel, combining marks, invisible characters.
fn unwritten(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6ED}'
        | '\u{200B}'..='\u{200F}' | '\u{AD}' | '\u{FEFF}')
}

/// Letters of careful spelling as everyday spelling has them.
fn plain(c: char) -> char {
    match c {
        'ٱ' => 'ا',
        c => c,
    }
}
