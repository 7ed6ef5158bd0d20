//! The evidence model: additive log-odds over findings in context.
//!
//! Shape: support is a logistic of base + contributions. The support side and the other side each share their mass among
//! their stances (softmax of the evidence for each) and among their tiers (softmax of the evidence at each level); the tier
//! is the median, the stance the majority. So P(support) is the same number whichever way it is read.

use super::features::{Feature, Source, of_evidence};
use super::heads::{Heads, Logits, Stretch};
use super::logistic::{sigmoid, softmax};
use super::model::Model;
use super::{Evidence, PARAMETERS as P, context};
use crate::codebook::Compiled;
use crate::codebook::compile::Place;
use crate::codebook::model::{Code, Codebook, Indicator, Stance, StanceRole, Target};
use crate::matching::Hit;
use crate::order::Order;
use crate::service::protocol::Context;
use crate::text::evasion::Evasions;
use crate::text::sentences::{sentence_at, sentences};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A unit under one codebook; offsets in bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement<'c> {
    /// Median tier.
    pub tier: Option<u8>,
    /// Probability of each tier.
    pub tier_probability: Vec<f32>,
    /// Proposed stance.
    pub stance: Option<&'c str>,
    /// Probability of each declared stance, in the codebook's order.
    pub stance_probability: Vec<(&'c str, f32)>,
    /// Stance towards each named target.
    pub targets: Vec<(&'c str, &'c str)>,
    /// Probability of support.
    pub support: Option<f32>,
    /// Log-odds of support before evidence.
    pub base: f32,
    /// Codes with evidence, most probable first.
    pub codes: Vec<(&'c str, f32)>,
    /// The evidence in the order of the text.
    pub findings: Vec<Reason<'c>>,
    /// What models weigh in the words themselves, heaviest first.
    pub cues: Vec<Cue>,
}

/// Words and what they do by themselves.
#[derive(Debug, Clone, PartialEq)]
pub struct Cue {
    /// Where, in bytes.
    pub span: Range<usize>,
    /// What they add to the logit of support.
    pub contribution: f32,
}

/// A finding and what it does.
#[derive(Debug, Clone, PartialEq)]
pub struct Reason<'c> {
    /// Code id.
    pub code: &'c str,
    /// Indicator or target id.
    pub indicator: &'c str,
    /// Where, in bytes.
    pub span: Range<usize>,
    /// What it adds to the logit of support.
    pub contribution: f32,
    /// What changed its weight.
    pub context: Vec<Context>,
    /// How it was disguised.
    pub evasion: Evasions,
}

/// A unit under one codebook as evidence and models have it, with all that models look at: what another model learns from.
#[derive(Debug, Clone, PartialEq)]
pub struct Ground {
    /// What they say.
    pub said: Logits,
    /// Features of the text and of the evidence.
    pub features: Vec<Feature>,
}

/// A codebook with the models that apply to it, each of which rests on those before it, and what they answer.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The codebook.
    pub compiled: &'a Compiled,
    models: Vec<(&'a Model, Heads)>,
}

impl<'a> Asked<'a> {
    /// A codebook with those of the models that apply to it.
    pub fn new(compiled: &'a Compiled, models: impl Iterator<Item = &'a Model>) -> Self {
        let answers = |model: &'a Model| Some((model, model.heads(&compiled.codebook)?));
        Self { compiled, models: models.filter_map(answers).collect() }
    }

    /// Whether any model answers.
    pub fn answered(&self) -> bool {
        !self.models.is_empty()
    }
}

/// What a further model learns from in one text under one codebook; `words` are the features of the text.
pub fn ground(text: &str, hits: &[Hit], words: &[Feature], asked: &Asked<'_>) -> Ground {
    let codebook = &asked.compiled.codebook;
    let evidence = gather(codebook, text, hits);
    let scored = Scored::new(codebook, &evidence);
    let mut said = scored.logits();
    let features: Vec<Feature> = words.iter().copied().chain(scored.features()).collect();
    for (model, heads) in &asked.models {
        said.add(heads, model.frame().stretch, &model.answers(&features, |_, _| {}));
    }
    Ground { said, features }
}

/// Judges the hits of one codebook in one text; `words` are the features of the text.
pub fn judge<'c>(text: &str, hits: &[Hit], words: &[Feature], asked: &Asked<'c>) -> Judgement<'c> {
    let codebook = &asked.compiled.codebook;
    let evidence = gather(codebook, text, hits);
    let scored = Scored::new(codebook, &evidence);
    let mut said = scored.logits();
    let mut contributions = scored.contribution.clone();
    let mut base = P.base;
    let mut cues = BTreeMap::<(usize, usize), f32>::new();
    let learned = asked.answered();
    if learned {
        let features: Vec<Feature> = words.iter().copied().chain(scored.features()).collect();
        for (model, heads) in &asked.models {
            let Some(head) = heads.support() else {
                said.add(heads, Stretch::NONE, &model.answers(&features, |_, _| {}));
                continue;
            };
            let stretch = model.frame().stretch;
            base = base * stretch.support + model.frame().bias[head];
            contributions.iter_mut().chain(cues.values_mut()).for_each(|part| *part *= stretch.support);
            let answers = model.answers(&features, |feature, adds| match feature.source {
                Source::Text(start, end) => *cues.entry((start, end)).or_default() += adds,
                Source::Evidence(index) => contributions[index] += adds,
            });
            said.add(heads, stretch, &answers);
        }
    }
    let support = codebook.scale.as_ref().map(|_| sigmoid(said.support));
    let stance_probability = scored.stances(support, &said);
    let stance = scored.choice(&stance_probability, support, learned);
    let tier_probability = scored.tiers(support, &said);
    Judgement {
        tier: median(&tier_probability).map(|tier| on_side(codebook, tier, support)),
        tier_probability,
        stance,
        stance_probability,
        targets: scored.targets(stance),
        support,
        base,
        codes: scored.codes(&said.codes),
        findings: scored.reasons(&contributions),
        cues: heaviest(cues),
    }
}

fn heaviest(cues: BTreeMap<(usize, usize), f32>) -> Vec<Cue> {
    let cues = cues.into_iter().filter(|(_, contribution)| *contribution != 0.0);
    let mut cues: Vec<Cue> = cues.map(|((start, end), contribution)| Cue { span: start..end, contribution }).collect();
    cues.order_by(|a, b| b.contribution.abs().total_cmp(&a.contribution.abs()));
    cues
}

/// Puts each hit into its sentence and notes what surrounds it.
fn gather<'h>(codebook: &Codebook, text: &str, hits: &'h [Hit]) -> Vec<Evidence<'h>> {
    if hits.is_empty() {
        return Vec::new();
    }
    let sentences = sentences(text);
    let quotations = context::quotations(text);
    let mut evidence: Vec<Evidence<'h>> = hits
        .iter()
        .map(|hit| {
            let sentence = sentence_at(&sentences, hit.span.start);
            let mut context = Vec::new();
            if context::negated(text, &sentences[sentence], &hit.span) {
                context.push(Context::Negated);
            }
            if context::quoted(&quotations, &hit.span) {
                context.push(Context::Quoted);
            }
            Evidence { hit, sentence, context }
        })
        .collect();
    // Said of what is stated, not of what is quoted or denied: a report inside the quotation is the quoted one's.
    let countering: BTreeSet<usize> = evidence
        .iter()
        .filter(|e| e.context.is_empty() && is_counter(codebook, e.hit.place))
        .map(|e| e.sentence)
        .collect();
    for e in &mut evidence {
        if countering.contains(&e.sentence) && !is_counter(codebook, e.hit.place) {
            e.context.push(Context::Countered);
        }
    }
    evidence
}

/// Whether a place speaks strongly for a stance that is neither support nor the default.
fn is_counter(codebook: &Codebook, place: Place) -> bool {
    match (side(codebook, place), indicator(codebook, place)) {
        (Side::Other { default: false, .. }, Some(indicator)) => indicator.weight >= P.decisive,
        _ => false,
    }
}

/// What a piece of evidence speaks for.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Side<'c> {
    /// A stance of support.
    Support { stance: &'c str },
    /// A stance that is not.
    Other { stance: &'c str, default: bool },
    /// None: it names a topic, or codes something else.
    Topic,
}

fn code(codebook: &Codebook, place: Place) -> Option<&Code> {
    match place {
        Place::Indicator { code, .. } => codebook.codes.get(usize::from(code)),
        Place::Target(target) => {
            let target = codebook.targets.get(usize::from(target))?;
            codebook.codes.iter().find(|code| code.id == target.code)
        }
    }
}

fn indicator(codebook: &Codebook, place: Place) -> Option<&Indicator> {
    match place {
        Place::Indicator { code, indicator } => {
            codebook.codes.get(usize::from(code))?.indicators.get(usize::from(indicator))
        }
        Place::Target(_) => None,
    }
}

fn named(codebook: &Codebook, place: Place) -> Option<&Target> {
    match place {
        Place::Target(target) => codebook.targets.get(usize::from(target)),
        Place::Indicator { .. } => {
            let id = indicator(codebook, place)?.target.as_ref()?;
            codebook.targets.iter().find(|target| target.id == *id)
        }
    }
}

fn side(codebook: &Codebook, place: Place) -> Side<'_> {
    if matches!(place, Place::Target(_)) {
        return Side::Topic;
    }
    let stance = code(codebook, place).and_then(|code| code.stance.as_ref());
    let Some(stance) = stance.and_then(|id| codebook.stances.iter().find(|stance| stance.id == *id)) else {
        return Side::Topic;
    };
    if supports(codebook, stance.tiers) {
        Side::Support { stance: &stance.id }
    } else {
        Side::Other { stance: &stance.id, default: stance.role == Some(StanceRole::Default) }
    }
}

pub(super) fn supports(codebook: &Codebook, tiers: Option<[u8; 2]>) -> bool {
    match (&codebook.scale, tiers) {
        (Some(scale), Some([low, _])) => low >= scale.support_from,
        _ => false,
    }
}

struct Scored<'c, 'e> {
    codebook: &'c Codebook,
    evidence: &'e [Evidence<'e>],
    /// Whether this is the occurrence that counts for its indicator.
    counts: Vec<bool>,
    /// What each adds to the logit of support.
    contribution: Vec<f32>,
    /// Targets named in each sentence that names any.
    targets_in: BTreeMap<usize, BTreeSet<&'c str>>,
}

impl<'c, 'e> Scored<'c, 'e> {
    fn new(codebook: &'c Codebook, evidence: &'e [Evidence<'e>]) -> Self {
        let mut targets_in = BTreeMap::<usize, BTreeSet<&'c str>>::new();
        for e in evidence {
            if let Some(target) = named(codebook, e.hit.place) {
                targets_in.entry(e.sentence).or_default().insert(&target.id);
            }
        }
        let (counts, contribution) = (vec![false; evidence.len()], vec![0.0; evidence.len()]);
        let mut scored = Self { codebook, evidence, counts, contribution, targets_in };
        // An indicator counts once, where its context weakens it least: saying a word ten times proves nothing more.
        let mut best = BTreeMap::<Place, usize>::new();
        for (index, e) in evidence.iter().enumerate() {
            let entry = best.entry(e.hit.place).or_insert(index);
            if e.context.len() < evidence[*entry].context.len() {
                *entry = index;
            }
        }
        for index in best.into_values() {
            scored.counts[index] = true;
        }
        scored.contributions();
        scored
    }

    /// What the evidence says.
    fn logits(&self) -> Logits {
        let others = self.other_logits();
        let stance = |stance: &Stance| {
            let decides = stance.role != Some(StanceRole::Undecided);
            let other = decides && !supports(self.codebook, stance.tiers);
            other.then(|| others.get(stance.id.as_str()).copied().unwrap_or(0.0))
        };
        Logits {
            support: P.base + self.contribution.iter().sum::<f32>(),
            stances: self.codebook.stances.iter().map(stance).collect(),
            tiers: self.tier_logits(),
            codes: self.code_logits(),
        }
    }

    /// What models look at in the evidence: not that words are disguised, so that a text says the same in disguise.
    fn features(&self) -> Vec<Feature> {
        let said = self.counted().filter(|(_, _, indicator)| indicator.evasion.is_empty());
        of_evidence(said.filter_map(|(index, e, indicator)| {
            let states_support =
                indicator.weight >= -P.base && matches!(side(self.codebook, e.hit.place), Side::Support { .. });
            Some((index, e, indicator.id.as_str(), code(self.codebook, e.hit.place)?.id.as_str(), states_support))
        }))
    }

    /// The evidence that counts, with its indicator.
    fn counted(&self) -> impl Iterator<Item = (usize, &'e Evidence<'e>, &'c Indicator)> {
        let codebook = self.codebook;
        let evidence = self.evidence;
        self.counts.iter().enumerate().filter(|(_, counts)| **counts).filter_map(move |(index, _)| {
            Some((index, &evidence[index], indicator(codebook, evidence[index].hit.place)?))
        })
    }

    fn contributions(&mut self) {
        let mut raw: Vec<(usize, f32, Group)> = Vec::new();
        for (index, e, indicator) in self.counted() {
            let weight = indicator.weight;
            match side(self.codebook, e.hit.place) {
                Side::Support { .. } if e.context.contains(&Context::Negated) => {
                    raw.push((index, -P.negated * weight, Group::Free));
                }
                Side::Support { .. } => {
                    let weight = if e.context.is_empty() { weight } else { weight * P.discount };
                    raw.push((index, weight, if indicator.weight < 1.0 { Group::WeakSupport } else { Group::Free }));
                }
                Side::Other { default: true, .. } => raw.push((index, -weight, Group::Default)),
                Side::Other { default: false, .. } => {
                    let weight = if e.context.is_empty() { weight } else { weight * P.discount };
                    let weight = if self.aims_elsewhere(e) { weight * P.elsewhere } else { weight };
                    raw.push((index, -weight, if indicator.weight < 1.0 { Group::WeakOther } else { Group::Free }));
                }
                Side::Topic => {}
            }
        }
        for (group, cap) in
            [(Group::WeakSupport, P.weak_cap), (Group::WeakOther, P.weak_cap), (Group::Default, P.default_cap)]
        {
            let sum: f32 = raw.iter().filter(|(.., g)| *g == group).map(|(_, weight, _)| weight.abs()).sum();
            let factor = saturation(sum, cap);
            for (_, weight, _) in raw.iter_mut().filter(|(.., g)| *g == group) {
                *weight *= factor;
            }
        }
        for (index, weight, _) in raw {
            self.contribution[index] = weight;
        }
    }

    /// Whether an objection names a target, and every statement of support names others: one group's supporters denounce
    /// another's.
    fn aims_elsewhere(&self, objection: &Evidence<'_>) -> bool {
        let against = self.targets_of(objection);
        let mut others = false;
        for (_, e, indicator) in self.counted() {
            let strong = indicator.weight >= 1.0 && !e.context.contains(&Context::Negated);
            if strong && matches!(side(self.codebook, e.hit.place), Side::Support { .. }) {
                let towards = self.targets_of(e);
                if towards.is_empty() || !towards.is_disjoint(against) {
                    return false;
                }
                others = true;
            }
        }
        others && !against.is_empty()
    }

    /// Targets named by a piece of evidence or beside it in its sentence.
    fn targets_of(&self, e: &Evidence<'_>) -> &BTreeSet<&'c str> {
        const NONE: &BTreeSet<&str> = &BTreeSet::new();
        self.targets_in.get(&e.sentence).unwrap_or(NONE)
    }

    /// Whether a piece of evidence names a listed target, or stands beside one in its sentence.
    fn names_listed(&self, e: &Evidence<'_>) -> bool {
        let targets = self.targets_of(e);
        self.codebook.targets.iter().any(|target| target.listed() && targets.contains(target.id.as_str()))
    }

    /// Strength of a piece of evidence for its own code or level, after context.
    fn strength(e: &Evidence<'_>, indicator: &Indicator, discount: f32) -> f32 {
        e.context.iter().fold(indicator.weight, |weight, _| weight * discount)
    }

    /// Evidence for each code, as logits.
    fn code_logits(&self) -> Vec<f32> {
        let mut sums = vec![(0.0_f32, 0.0_f32); self.codebook.codes.len()];
        for (_, e, indicator) in self.counted() {
            let Place::Indicator { code, .. } = e.hit.place else {
                continue;
            };
            let strength = Self::strength(e, indicator, P.code_discount);
            let (strong, weak) = &mut sums[usize::from(code)];
            if indicator.weight < 1.0 { *weak += strength } else { *strong += strength }
        }
        sums.into_iter().map(|(strong, weak)| P.code_base + strong + weak * saturation(weak, P.weak_cap)).collect()
    }

    /// The codes with evidence: a model makes a code more or less probable, and names none that nothing in the text points at.
    fn codes(&self, said: &[f32]) -> Vec<(&'c str, f32)> {
        let found: BTreeSet<&str> =
            self.evidence.iter().filter_map(|e| Some(code(self.codebook, e.hit.place)?.id.as_str())).collect();
        let all = self.codebook.codes.iter().zip(said);
        let mut codes: Vec<(&'c str, f32)> =
            all.map(|(code, logit)| (code.id.as_str(), sigmoid(*logit))).filter(|(id, _)| found.contains(id)).collect();
        codes.order_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
        codes
    }

    fn names_target(&self) -> bool {
        !self.targets_in.is_empty()
    }

    /// Evidence for each stance that is not support, as logits; weak evidence saturates per stance.
    fn other_logits(&self) -> BTreeMap<&'c str, f32> {
        let mut sums = BTreeMap::<&'c str, (f32, f32)>::new();
        for (_, e, indicator) in self.counted() {
            match side(self.codebook, e.hit.place) {
                Side::Other { stance, .. } => {
                    let (strong, weak) = sums.entry(stance).or_default();
                    let strength = Self::strength(e, indicator, P.discount);
                    if indicator.weight < 1.0 { *weak += strength } else { *strong += strength }
                }
                Side::Support { .. } if e.context.contains(&Context::Negated) => {
                    if let Some(stance) = self.role(StanceRole::Negation) {
                        sums.entry(stance).or_default().0 += indicator.weight * P.negated;
                    }
                }
                _ => {}
            }
        }
        let mut logits: BTreeMap<&'c str, f32> = sums
            .into_iter()
            .map(|(stance, (strong, weak))| (stance, strong + weak * saturation(weak, P.weak_cap)))
            .collect();
        if let Some(default) = self.role(StanceRole::Default) {
            *logits.entry(default).or_default() += P.default_prior;
        }
        if self.names_target()
            && let Some(mention) = self.role(StanceRole::Mention)
        {
            *logits.entry(mention).or_default() += P.mention;
        }
        logits
    }

    fn role(&self, role: StanceRole) -> Option<&'c str> {
        self.codebook.stances.iter().find(|stance| stance.role == Some(role)).map(|stance| stance.id.as_str())
    }

    /// The probability of each stance.
    fn stances(&self, support: Option<f32>, said: &Logits) -> Vec<(&'c str, f32)> {
        let support = support.unwrap_or(0.0);
        let mut supporting = BTreeMap::<&str, f32>::new();
        for (_, e, indicator) in self.counted() {
            if let Side::Support { stance } = side(self.codebook, e.hit.place) {
                *supporting.entry(stance).or_default() += Self::strength(e, indicator, P.discount);
            }
        }
        let within = |stance: &Stance| {
            let logit = supporting.get(stance.id.as_str()).copied().unwrap_or(0.0);
            supports(self.codebook, stance.tiers).then_some(logit)
        };
        let inside = softmax(&self.codebook.stances.iter().map(within).collect::<Vec<_>>());
        let outside = softmax(&said.stances);
        self.codebook
            .stances
            .iter()
            .enumerate()
            .map(|(index, stance)| (stance.id.as_str(), support * inside[index] + (1.0 - support) * outside[index]))
            .collect()
    }

    /// The stance to propose. Evidence alone gives none that says "undecided" a probability: there it is the stance if no
    /// other has a majority. With a model it is the most probable on the side that support is on.
    fn choice(&self, stances: &[(&'c str, f32)], support: Option<f32>, learned: bool) -> Option<&'c str> {
        let most =
            |stances: &mut dyn Iterator<Item = &(&'c str, f32)>| stances.max_by(|a, b| a.1.total_cmp(&b.1)).copied();
        if learned && let Some(support) = support {
            let on_side = |(id, _): &&(&'c str, f32)| self.is_support(id) == (support >= 0.5);
            return most(&mut stances.iter().filter(on_side)).map(|(stance, _)| stance);
        }
        let (stance, probability) = most(&mut stances.iter())?;
        if probability >= 0.5 { Some(stance) } else { self.role(StanceRole::Undecided) }
    }

    /// Evidence for each tier among those on its side, as logits.
    fn tier_logits(&self) -> Vec<f32> {
        let Some(scale) = &self.codebook.scale else {
            return Vec::new();
        };
        let from = usize::from(scale.support_from);
        let mut scores = vec![0.0_f32; scale.tiers.len()];
        scores[0] = P.bare_tier;
        scores[from] += P.support_tier;
        if self.names_target() && from > 1 {
            scores[1] += P.mention;
        }
        let mut weak = vec![0.0_f32; scale.tiers.len()];
        for (index, e, indicator) in self.counted() {
            let Some(level) = code(self.codebook, e.hit.place).and_then(|code| code.level).map(usize::from) else {
                continue;
            };
            let strength = Self::strength(e, indicator, P.code_discount);
            let into = if indicator.weight < 1.0 { &mut weak } else { &mut scores };
            if level >= from {
                if self.contribution[index] > 0.0 {
                    into[level] += strength;
                }
                // Seen from the other side, words of support that are not support are contested terms named.
                into[1.min(from - 1)] += strength;
            } else if e.context.is_empty() {
                into[level] += strength;
            } else {
                into[level.min(1)] += strength;
            }
        }
        let names = |(index, e, _): (usize, &Evidence<'_>, _)| self.contribution[index] >= 1.0 && self.names_listed(e);
        if let Some(named) = scale.named
            && self.counted().any(names)
        {
            scores[usize::from(named)] += P.named;
        }
        for (score, weak) in scores.iter_mut().zip(weak) {
            *score += weak * saturation(weak, P.weak_cap);
        }
        scores
    }

    /// The probability of each tier.
    fn tiers(&self, support: Option<f32>, said: &Logits) -> Vec<f32> {
        let (Some(scale), Some(support)) = (&self.codebook.scale, support) else {
            return Vec::new();
        };
        let from = usize::from(scale.support_from);
        let share = |tiers: Range<usize>| {
            let logits: Vec<Option<f32>> =
                said.tiers.iter().enumerate().map(|(tier, logit)| tiers.contains(&tier).then_some(*logit)).collect();
            softmax(&logits)
        };
        let (below, above) = (share(0..from), share(from..said.tiers.len()));
        (0..said.tiers.len()).map(|tier| (1.0 - support) * below[tier] + support * above[tier]).collect()
    }

    /// Per named target, what its own sentences say; else the unit's stance if that is not support, else mere mention.
    fn targets(&self, unit: Option<&'c str>) -> Vec<(&'c str, &'c str)> {
        let mut sentences = BTreeMap::<&'c str, BTreeSet<usize>>::new();
        for (sentence, targets) in &self.targets_in {
            for target in targets {
                sentences.entry(target).or_default().insert(*sentence);
            }
        }
        let only = sentences.len() == 1;
        let mut found = Vec::new();
        for (target, sentences) in sentences {
            let mut sums = BTreeMap::<&'c str, f32>::new();
            for (index, e, indicator) in self.counted().filter(|(_, e, _)| sentences.contains(&e.sentence)) {
                if let Some(aim) = &indicator.target
                    && aim != target
                {
                    continue;
                }
                match side(self.codebook, e.hit.place) {
                    Side::Support { stance } if self.contribution[index] > 0.0 => {
                        *sums.entry(stance).or_default() += self.contribution[index];
                    }
                    Side::Support { .. } => {
                        if let Some(stance) = self.role(StanceRole::Negation) {
                            *sums.entry(stance).or_default() += indicator.weight * P.negated;
                        }
                    }
                    Side::Other { stance, default: false } => {
                        *sums.entry(stance).or_default() += Self::strength(e, indicator, P.discount);
                    }
                    _ => {}
                }
            }
            let strongest =
                sums.iter().max_by(|a, b| a.1.total_cmp(b.1)).filter(|(_, sum)| **sum >= 1.0).map(|(s, _)| *s);
            let unit_says = unit.filter(|stance| only || !self.is_support(stance));
            if let Some(stance) = strongest.or(unit_says).or(self.role(StanceRole::Mention)) {
                found.push((target, stance));
            }
        }
        found
    }

    fn is_support(&self, id: &str) -> bool {
        self.codebook.stances.iter().any(|stance| stance.id == id && supports(self.codebook, stance.tiers))
    }

    fn reasons(&self, contributions: &[f32]) -> Vec<Reason<'c>> {
        self.evidence
            .iter()
            .zip(contributions)
            .filter_map(|(e, contribution)| {
                let indicator = match e.hit.place {
                    Place::Indicator { .. } => &indicator(self.codebook, e.hit.place)?.id,
                    Place::Target(_) => &named(self.codebook, e.hit.place)?.id,
                };
                Some(Reason {
                    code: &code(self.codebook, e.hit.place)?.id,
                    indicator,
                    span: e.hit.span.clone(),
                    contribution: *contribution,
                    context: e.context.clone(),
                    evasion: e.hit.evasion,
                })
            })
            .collect()
    }
}

/// Contributions that are bounded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Group {
    Free,
    WeakSupport,
    WeakOther,
    Default,
}

/// The factor that brings a sum under a cap smoothly: cap × (1 − e^(−sum/cap)) in all.
fn saturation(sum: f32, cap: f32) -> f32 {
    if sum <= 0.0 { 1.0 } else { cap * (1.0 - libm::expf(-sum / cap)) / sum }
}

/// A tier on the side that support is on: at one half exactly, sums of rounded numbers may fall to either.
fn on_side(codebook: &Codebook, tier: u8, support: Option<f32>) -> u8 {
    match (&codebook.scale, support) {
        (Some(scale), Some(support)) if support >= 0.5 => tier.max(scale.support_from),
        (Some(scale), Some(_)) => tier.min(scale.support_from.saturating_sub(1)),
        _ => tier,
    }
}

/// The highest tier that the text reaches with probability one half or more.
fn median(tiers: &[f32]) -> Option<u8> {
    let mut above = 0.0;
    for (tier, probability) in tiers.iter().enumerate().rev() {
        above += probability;
        if above >= 0.5 {
            return u8::try_from(tier).ok();
        }
    }
    (!tiers.is_empty()).then_some(0)
}
