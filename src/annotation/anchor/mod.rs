//! Finding a stored quote in a text read now.
//!
//! Purpose: five outcomes, of which the first two need nobody's word: `exact`, `moved`, `changed`, `ambiguous`, `orphan`.
//! The policy, with its reasons, stands in `docs/anchoring.md`; in short: (1) the quote in its old position with all of its
//! context; (2) the quote with all of its context anywhere, once; (3) every place where the quote, or most of its words,
//! stands, weighed by words and context: one that no other comes near to, or none.
//! Invariants: the text of an `exact` or `moved` place is the quote, code point for code point; nearness to the old position
//! counts nowhere; the work for one quote is bounded however text and quote are made. Spans are byte ranges of the text.
//! Must not touch: codebooks, pages. Where in a DOM a text stands is the page's business.

mod across;
mod align;
mod record;
mod search;
mod words;

pub use across::{Passage, Units, settle};
pub use record::{Anchor, anchor};

use crate::order::Order;
use crate::text::offsets::CodePoints;
use align::Row;
use memchr::memmem::Finder;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::ops::Range;
use words::{Id, UNKNOWN, Words, cut, is_inside, splits_grapheme};

/// Least share of words that a passage must have in common with the quote.
pub const FLOOR: f64 = 0.5;
/// How much better than the next one the best place must be, in score.
pub const MARGIN: f64 = 0.1;
/// Most places named by [`Found::Ambiguous`].
pub const NAMED: usize = 16;
/// Most words of a quote that is looked for word by word; longer ones are found unchanged only.
pub const MAX_WORDS: usize = 1_000;

/// Words of a context that count, the nearest ones, on each side.
const CONTEXT_WORDS: usize = 16;
/// Bytes of a context that are cut into words.
const CONTEXT_BYTES: usize = 512;
/// Most places of the quote's own text that are looked at; what stands more often is told apart by its context alone.
const LOOKED_AT: usize = 256;
/// What is lost of the score where nothing of the context agrees.
const CONTEXT_SHARE: f64 = 0.25;
/// Share of the context from which it speaks for a place.
const SUPPORT: f64 = 0.5;
/// Share of the context below which a place is taken as one in another context.
const TRACE: f64 = 0.25;

/// Letters up to which a quote without context says nothing by itself.
const SLIGHT: usize = 3;

/// What is looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'q> {
    /// The quote.
    pub exact: &'q str,
    /// What stood before it.
    pub prefix: Context<'q>,
    /// What stood after it.
    pub suffix: Context<'q>,
    /// Where it stood, in code points; it may lie beyond the text.
    pub position: Option<(u32, u32)>,
}

/// What stood on one side of a quote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Context<'q> {
    /// The text; empty where none is known.
    pub text: &'q str,
    /// Whether it reached the text's edge, and so has to reach it again.
    pub to_edge: bool,
}

/// A place in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// Its bytes.
    pub span: Range<usize>,
    /// How much of quote and context agrees, 0 to 1: the share of words common to quote and passage, of which a quarter
    /// is taken off as far as the context is gone.
    pub score: f64,
}

/// What became of a quote.
#[derive(Debug, Clone, PartialEq)]
pub enum Found {
    /// It stands where it stood.
    Exact(Place),
    /// It stands elsewhere, for certain.
    Moved(Place),
    /// Something like it stands here, or the quote itself among other words: a person has to say.
    Changed(Place),
    /// Several places are as good: a person has to say. At most [`NAMED`], the best and then the earliest first.
    Ambiguous(Vec<Place>),
    /// It is gone.
    Orphan,
}

/// One text in which quotes are looked for. What all of them need is made once, when the first one asks for it.
#[derive(Debug)]
pub struct Anchorer<'t> {
    text: Cow<'t, str>,
    points: OnceCell<CodePoints>,
    words: OnceCell<Words>,
}

/// A place with what speaks for it.
struct Candidate {
    span: Range<usize>,
    /// Whether it is the quote, with the same edges of words.
    verbatim: bool,
    /// Share of words in common.
    quote: f64,
    /// Words of the quote that stand here.
    agreeing: usize,
    /// Share of the context that agrees; none if no word of context is known.
    context: Option<f64>,
}

impl Candidate {
    fn score(&self) -> f64 {
        self.quote * (1.0 - CONTEXT_SHARE * (1.0 - self.share()))
    }

    /// Share of the context that agrees; what is not known is not missed.
    fn share(&self) -> f64 {
        self.context.unwrap_or(1.0)
    }

    fn place(&self) -> Place {
        Place { span: self.span.clone(), score: self.score() }
    }
}

/// All places that something speaks for.
struct Candidates {
    all: Vec<Candidate>,
    /// Whether the quote's own text stands nowhere else; otherwise none of its places is the only one.
    complete: bool,
    /// Words of the text where its context may stand around something else than the quote.
    vacant: Vec<Range<usize>>,
    /// What it took to find them, in comparisons of two words.
    steps: usize,
}

/// How one context stands beside a place.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    /// All of it, and enough to say something.
    Whole,
    /// All of it that could stand here: there is none, or little, or the text ends within it.
    AsMuch,
    Other,
}

impl Side {
    /// Characters of context that say something.
    const ENOUGH: usize = 8;

    /// Compares a context with what stands in the text, both read away from the quote.
    fn new(mut context: impl Iterator<Item = char>, mut text: impl Iterator<Item = char>) -> Self {
        let mut same = 0;
        loop {
            match (context.next(), text.next()) {
                (None, _) if same >= Self::ENOUGH => return Self::Whole,
                (None, _) => return Self::AsMuch,
                (Some(_), None) if same >= Self::ENOUGH => return Self::AsMuch,
                (Some(wanted), Some(found)) if wanted == found => same += 1,
                _ => return Self::Other,
            }
        }
    }
}

/// A quote cut into words of the text.
struct Cut {
    /// The quote between its contexts.
    row: Row,
    /// The farthest word before the quote, folded: cut off, it is the end of a word.
    first: String,
    /// The farthest word after the quote, folded: cut off, it is the beginning of a word.
    last: String,
}

impl Cut {
    fn quote(&self) -> usize {
        self.row.quote.len()
    }
}

impl<'q> Wanted<'q> {
    fn has_context(&self) -> bool {
        [self.prefix, self.suffix].iter().any(|side| side.to_edge || !side.text.is_empty())
    }

    /// Letters and digits of the quote, as far as their number matters.
    fn letters(&self) -> usize {
        self.exact.chars().filter(|c| c.is_alphanumeric()).take(64).count()
    }

    /// Whether there is too little to it for standing somewhere to mean anything.
    fn is_slight(&self) -> bool {
        !self.has_context() && self.letters() <= SLIGHT
    }

    /// Whether the quote begins and ends inside a word, as far as its context tells.
    fn inside(&self) -> [bool; 2] {
        let (before, after) = (tail(self.prefix.text), head(self.suffix.text));
        let (first, last) = (head(self.exact), tail(self.exact));
        [is_inside(&[before, first].concat(), before.len()), is_inside(&[last, after].concat(), last.len())]
    }
}

impl<'t> Anchorer<'t> {
    /// For a text.
    pub fn new(text: impl Into<Cow<'t, str>>) -> Self {
        Self { text: text.into(), points: OnceCell::new(), words: OnceCell::new() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// A byte range in code points. The ends are on character boundaries.
    pub fn code_points(&self, span: &Range<usize>) -> (u32, u32) {
        let points = self.points();
        (points.point(&self.text, span.start), points.point(&self.text, span.end))
    }

    /// What became of a quote.
    pub fn find(&self, wanted: &Wanted<'_>) -> Found {
        if wanted.exact.is_empty() {
            return Found::Orphan;
        }
        self.certain(wanted).unwrap_or_else(|| self.weigh(wanted))
    }

    /// What became of a quote if it stands somewhere with all of its context; nothing if it does not.
    pub fn certain(&self, wanted: &Wanted<'_>) -> Option<Found> {
        let position = self.position(wanted);
        if let Some(span) = position.filter(|span| self.stands(wanted, span) && self.splits_nothing(wanted, span)) {
            let elsewhere = || self.verbatim(wanted).0.iter().any(|place| *place != span);
            return if wanted.is_slight() && elsewhere() { None } else { Some(Found::Exact(whole(span))) };
        }
        if !wanted.has_context() {
            return None;
        }
        let whole_text = [wanted.prefix.text, wanted.exact, wanted.suffix.text].concat();
        let inner = wanted.prefix.text.len()..wanted.prefix.text.len() + wanted.exact.len();
        let spans = occurrences(&self.text, &whole_text).map(|at| at + inner.start..at + inner.end);
        let mut places: Vec<Place> = Vec::new();
        for (looked_at, span) in spans.enumerate() {
            if looked_at == LOOKED_AT && places.len() < 2 {
                return None;
            }
            if self.stands(wanted, &span) && self.edges_hold(wanted, &span) {
                places.push(whole(span));
            }
            if places.len() == NAMED {
                break;
            }
        }
        match places.len() {
            0 => None,
            1 => places
                .pop()
                .map(|place| if wanted.position.is_some() { Found::Moved(place) } else { Found::Exact(place) }),
            _ => Some(Found::Ambiguous(places)),
        }
    }

    /// Weighs every place where the quote or something like it stands.
    fn weigh(&self, wanted: &Wanted<'_>) -> Found {
        let cut = self.cut(wanted);
        let Candidates { mut all, complete, vacant, .. } = self.speaking(wanted, &cut);
        all.order_by_key(|candidate| candidate.span.start);
        settle(&mut all, |candidate| (candidate.score(), candidate.share()));
        let best = match all.as_slice() {
            [] => return Found::Orphan,
            [best] => best,
            several => return Found::Ambiguous(several.iter().map(Candidate::place).collect()),
        };
        let here = self.position(wanted).as_ref() == Some(&best.span);
        let sure = best.verbatim && complete && self.is_sure(wanted, &cut, best, here, &vacant);
        match (sure, here) {
            (false, _) => Found::Changed(best.place()),
            (true, true) => Found::Exact(best.place()),
            (true, false) => Found::Moved(best.place()),
        }
    }

    /// The candidates that enough speaks for, in no order.
    fn speaking(&self, wanted: &Wanted<'_>, cut: &Cut) -> Candidates {
        let mut candidates = self.candidates(wanted, cut);
        candidates.all.retain(|candidate| speaks(candidate, is_distinctive(wanted, cut.quote())));
        candidates
    }

    /// Every place of the quote, and of passages that have enough words in common with it.
    fn candidates(&self, wanted: &Wanted<'_>, cut: &Cut) -> Candidates {
        let words = self.words();
        let (verbatim, complete) = self.verbatim(wanted);
        // Of too many to look at, context alone tells one.
        let verbatim = verbatim.into_iter().filter(|_| complete || !wanted.has_context());
        let mut all: Vec<Candidate> = verbatim
            .map(|span| {
                let context = self.context(cut, &words.within(&span));
                Candidate { span, verbatim: true, quote: 1.0, agreeing: cut.quote(), context }
            })
            .collect();
        let mut vacant = Vec::new();
        if !(1..=MAX_WORDS).contains(&cut.quote()) {
            return Candidates { all, complete, vacant, steps: 0 };
        }
        let (fits, steps) = search::fits(words, &cut.row);
        for fit in fits {
            let quote = 2.0 * fit.agreeing as f64 / (cut.quote() + fit.place.len()) as f64;
            if quote < FLOOR {
                vacant.push(fit.place);
                continue;
            }
            let context = self.context(cut, &fit.place);
            let span = self.with_punctuation(wanted.exact, words.bytes(fit.place));
            if all.iter().all(|other| other.span.end <= span.start || span.end <= other.span.start) {
                let verbatim = self.text[span.clone()] == *wanted.exact && self.edges_hold(wanted, &span);
                all.push(Candidate { span, verbatim, quote, agreeing: fit.agreeing, context });
            }
        }
        Candidates { all, complete, vacant, steps }
    }

    /// Whether nobody has to be asked about the only place of a quote, which does not have all of its context around it.
    fn is_sure(&self, wanted: &Wanted<'_>, cut: &Cut, place: &Candidate, here: bool, vacant: &[Range<usize>]) -> bool {
        let Some(context) = place.context else {
            return wanted.letters() > SLIGHT || wanted.position.is_none() && !wanted.has_context();
        };
        let sides = self.sides(wanted, &place.span);
        let whole = |side: &Side| *side != Side::Other;
        let agrees = |place| self.context(cut, place).is_some_and(|around| context <= around);
        if context >= TRACE && vacant.iter().any(agrees) {
            return false;
        }
        sides.iter().all(whole)
            || here && sides[0] == Side::Whole
            || context < TRACE && is_very_distinctive(wanted, cut.quote())
    }

    /// Both contexts, any run of white space taken as one space.
    fn sides(&self, wanted: &Wanted<'_>, span: &Range<usize>) -> [Side; 2] {
        let (before, after) = (&self.text[..span.start], &self.text[span.end..]);
        [
            Side::new(spaced(wanted.prefix.text.chars().rev()), spaced(before.chars().rev())),
            Side::new(spaced(wanted.suffix.text.chars()), spaced(after.chars())),
        ]
    }

    /// The places of the quote's own text with the same edges of words, and whether these are all.
    fn verbatim(&self, wanted: &Wanted<'_>) -> (Vec<Range<usize>>, bool) {
        let indexed = self.words.get().and_then(|words| words.occurrences(&self.text, wanted.exact));
        let read = indexed.is_none().then(|| occurrences(&self.text, wanted.exact));
        let starts = indexed.into_iter().flatten().chain(read.into_iter().flatten());
        let mut spans = starts.map(|at| at..at + wanted.exact.len());
        let looked_at = spans.by_ref().take(LOOKED_AT).filter(|span| self.edges_hold(wanted, span)).collect();
        (looked_at, spans.next().is_none())
    }

    /// The bytes of the old position, if the quote stands there.
    fn position(&self, wanted: &Wanted<'_>) -> Option<Range<usize>> {
        let (start, end) = wanted.position?;
        let points = self.points();
        let span = points.byte(&self.text, start)?..points.byte(&self.text, end)?;
        (self.text.get(span.clone()) == Some(wanted.exact)).then_some(span)
    }

    /// Whether the quote stands here with all of its context.
    fn stands(&self, wanted: &Wanted<'_>, span: &Range<usize>) -> bool {
        let (before, after) = (&self.text[..span.start], &self.text[span.end..]);
        let (prefix, suffix) = (wanted.prefix, wanted.suffix);
        before.ends_with(prefix.text)
            && after.starts_with(suffix.text)
            && (!prefix.to_edge || before.len() == prefix.text.len())
            && (!suffix.to_edge || after.len() == suffix.text.len())
    }

    /// Whether the quote here begins and ends between graphemes, where no context says that it did not.
    fn splits_nothing(&self, wanted: &Wanted<'_>, span: &Range<usize>) -> bool {
        let split = |side: Context<'_>, at| side.text.is_empty() && splits_grapheme(&self.text, at);
        !split(wanted.prefix, span.start) && !split(wanted.suffix, span.end)
    }

    /// Whether the quote here begins and ends inside a word if, and only if, it did; beside its own context it does.
    fn edges_hold(&self, wanted: &Wanted<'_>, span: &Range<usize>) -> bool {
        let stands = [
            !wanted.prefix.text.is_empty() && self.text[..span.start].ends_with(wanted.prefix.text),
            !wanted.suffix.text.is_empty() && self.text[span.end..].starts_with(wanted.suffix.text),
        ];
        let here = [span.start, span.end].map(|at| is_inside(&self.text, at));
        let there = wanted.inside();
        (0..2).all(|side| stands[side] || here[side] == there[side])
    }

    /// How far the context stands around some words of the text as it stood around the quote.
    fn context(&self, cut: &Cut, place: &Range<usize>) -> Option<f64> {
        let (words, row) = (self.words(), &cut.row);
        let (before, after) = (row.quote.start, row.ids.len() - row.quote.end);
        let same =
            |of_row: usize, of_text: usize| row.ids[of_row] == words.ids()[of_text] && row.ids[of_row] != UNKNOWN;
        let changes = align::changes(before, place.start.min(2 * before), |i, j| {
            let (of_row, of_text) = (before - 1 - i, place.start - 1 - j);
            same(of_row, of_text) || i + 1 == before && words.folded(&self.text, of_text).ends_with(&cut.first)
        }) + align::changes(after, (words.len() - place.end).min(2 * after), |i, j| {
            let (of_row, of_text) = (row.quote.end + i, place.end + j);
            same(of_row, of_text) || i + 1 == after && words.folded(&self.text, of_text).starts_with(&cut.last)
        });
        (before + after > 0).then(|| 1.0 - changes as f64 / (before + after) as f64)
    }

    /// The quote and its context as words of this text.
    fn cut(&self, wanted: &Wanted<'_>) -> Cut {
        let words = self.words();
        let prefix = wanted.prefix.text;
        let prefix = &prefix[prefix.ceil_char_boundary(prefix.len().saturating_sub(CONTEXT_BYTES))..];
        let suffix = wanted.suffix.text;
        let suffix = &suffix[..suffix.floor_char_boundary(CONTEXT_BYTES)];
        // Words that are looked for one by one are few; of more than that the number does not matter.
        let beyond = if wanted.exact.len() > MAX_WORDS { cut(wanted.exact).nth(MAX_WORDS) } else { None };
        let quote = beyond.map_or(wanted.exact, |(at, raw)| &wanted.exact[..at + raw.len()]);
        let (mut before, quote, mut after) = (words.of(prefix), words.of(quote), words.of(suffix));
        before.drain(..before.len().saturating_sub(CONTEXT_WORDS));
        after.truncate(CONTEXT_WORDS);
        let ids = |words: &[(Id, String)]| words.iter().map(|(id, _)| *id).collect::<Vec<_>>();
        let row = Row {
            ids: [ids(&before), ids(&quote), ids(&after)].concat(),
            quote: before.len()..before.len() + quote.len(),
        };
        let first = before.into_iter().next().map_or_else(String::new, |(_, word)| word);
        let last = after.pop().map_or_else(String::new, |(_, word)| word);
        Cut { row, first, last }
    }

    /// A place with the quote's own punctuation at its edges, where that stands here too.
    fn with_punctuation(&self, exact: &str, mut span: Range<usize>) -> Range<usize> {
        let first = cut(exact).next().map_or(0, |(at, _)| at);
        let last = cut(exact).next_back().map_or(exact.len(), |(at, raw)| at + raw.len());
        if self.text[..span.start].ends_with(&exact[..first]) {
            span.start -= first;
        }
        if self.text[span.end..].starts_with(&exact[last..]) {
            span.end += exact.len() - last;
        }
        span
    }

    fn points(&self) -> &CodePoints {
        self.points.get_or_init(|| CodePoints::new(&self.text))
    }

    fn words(&self) -> &Words {
        self.words.get_or_init(|| Words::new(&self.text))
    }
}

/// Whether enough speaks for a place to show it to anybody.
fn speaks(candidate: &Candidate, distinctive: bool) -> bool {
    match candidate.context {
        None => candidate.verbatim || candidate.agreeing > 1 || candidate.quote >= 1.0,
        // A few everyday words among none of their neighbours are another mention.
        Some(context) if candidate.verbatim => context >= TRACE || distinctive,
        Some(context) => context >= SUPPORT || candidate.quote >= 0.7 && candidate.agreeing >= 5,
    }
}

/// Whether a quote is more than a few everyday words.
fn is_distinctive(wanted: &Wanted<'_>, words: usize) -> bool {
    words >= 3 && wanted.letters() >= 16
}

/// Whether a quote is one that hardly anybody writes twice.
fn is_very_distinctive(wanted: &Wanted<'_>, words: usize) -> bool {
    words >= 8 && wanted.letters() >= 40
}

/// Characters with any run of white space as one space.
fn spaced(text: impl Iterator<Item = char>) -> impl Iterator<Item = char> {
    let mut in_space = false;
    text.filter_map(move |c| {
        let again = in_space && c.is_whitespace();
        in_space = c.is_whitespace();
        (!again).then_some(if in_space { ' ' } else { c })
    })
}

fn whole(span: Range<usize>) -> Place {
    Place { span, score: 1.0 }
}

/// The bytes where a needle stands in a text, also where it overlaps itself. An empty one stands nowhere.
fn occurrences<'a>(text: &'a str, needle: &'a str) -> impl Iterator<Item = usize> + 'a {
    let finder = Finder::new(needle.as_bytes());
    let mut next = 0;
    std::iter::from_fn(move || {
        let rest = text.as_bytes().get(next..).filter(|_| !needle.is_empty())?;
        let at = next + finder.find(rest)?;
        next = at + 1;
        Some(at)
    })
}

/// As much of a text's end as tells whether a word goes on.
fn tail(text: &str) -> &str {
    &text[text.ceil_char_boundary(text.len().saturating_sub(128))..]
}

/// As much of a text's beginning as tells whether a word goes on.
fn head(text: &str) -> &str {
    &text[..text.floor_char_boundary(128)]
}
