//! What the coder's decisions teach, kept beside them.
//!
//! Shape: `label:<codebook>:<number>` holds what one standing decision teaches; numbers rise, and a label that its decision no
//! longer backs holds `null`. `label:<codebook>:<entry>` holds the number of the label of an entry, `label:<codebook>` how
//! many there are ([`Tally`]). These are written in the `set` of the decision, by looking at the entries of its unit alone:
//! how many labels there are delays no decision. `learned:<codebook>` holds a model, and of how much it is; a request that
//! needs it first learns what is not in it, [`SLICE`] labels at most.
//! Invariants: the model is a function of the labels in the order of their numbers, so what is stored of it is a cache: if it
//! is missing, damaged or of another codebook or version, it is made again from the labels, and these from the log. Until it
//! is, readings rest on the one before, if it was learned in this way. A coder who switches learning off sees readings as if
//! there were none.
//! Must not touch: how is learned (`judgement::personal`), which decisions stand (`standing`).

use super::check::MAX_ID;
use super::decisions::{parse, value};
use super::protocol::{Action, Event, Failure, Json, Learned, Response, UnitKind};
use super::standing::{Word, standing};
use super::store::Store;
use super::{Answer, MAX_TEXT, MAX_UNITS, Service, keys, limit};
use crate::annotation::LogEntry;
use crate::annotation::record::sha256;
use crate::codebook::Compiled;
use crate::codebook::model::{Codebook, StanceRole};
use crate::engine::Engine;
use crate::judgement::Ground;
use crate::judgement::features::{Key, Source};
use crate::judgement::heads::Truth;
use crate::judgement::lessons::lessons;
use crate::judgement::logistic::sigmoid;
use crate::judgement::model::Model;
use crate::judgement::personal::{ID, Label, Personal, Record};
use crate::order::Order;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

/// Most labels under one codebook; later decisions are kept, and teach nothing.
pub const MAX_LABELS: u32 = 5_000;
/// Most labels that one request learns.
pub const SLICE: usize = 200;
/// Labels that take as long to learn as one does to be made again from its text.
const MADE_AGAIN: usize = 8;
/// Labels that are read at once.
const READ: usize = 50;
/// Most units that are named as the most useful next ones.
pub const MAX_USEFUL: usize = 10;
/// What a rejected code of support counts as a word against support: it may be another code's unit.
const REJECTED: f32 = 0.5;

/// What a codebook's labels taught.
#[derive(Debug)]
pub(super) struct Taught {
    head: Head,
    /// What readings rest on.
    model: Option<Arc<Model>>,
    /// As it is stored; none where no label was ever written, or before this was kept.
    tally: Option<Tally>,
    learner: Option<Learner>,
}

/// How many labels there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
struct Tally {
    /// The number of the next one; one that is taken back uses up a number too, so that this tells two states apart.
    next: u32,
    /// Those that count.
    live: u32,
}

/// What is on its way to be a model.
#[derive(Debug)]
struct Learner {
    ground: String,
    personal: Personal,
    /// Numbers of the labels that are not learned yet.
    waiting: Vec<u32>,
}

/// The stored model.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Head {
    /// What the labels rest on ([`ground_of`]).
    ground: String,
    labels: usize,
    record: Record,
    /// The file of the model, in hex; none without labels.
    model: Option<String>,
    /// What the next number was when it was made.
    #[serde(default)]
    of: Option<u32>,
}

/// A stored label.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Kept {
    /// Id of the first decision.
    decision: String,
    /// Id of the entry whose words count: the first decision or an edit of it.
    word: String,
    /// What it rests on.
    ground: String,
    /// The label, in hex.
    label: String,
}

/// What a decision teaches, once it is stored.
#[derive(Debug)]
pub(super) struct Lesson {
    tally: Tally,
    /// The labels that it adds.
    added: Vec<u32>,
    /// Whether it takes others back.
    unlearns: bool,
}

impl Taught {
    fn new(stored: Option<Value>, ground: &str, tally: Option<Tally>) -> Self {
        let Some(stored) = stored else {
            return Self { head: Head { ground: ground.into(), ..Head::default() }, model: None, tally, learner: None };
        };
        let head = parse(stored).ok().filter(|head: &Head| head.ground.split('+').next() == ground.split('+').next());
        let read = |model: &String| Some(Arc::new(Model::from_bytes(&hex::decode(model).ok()?).ok()?));
        let model = head.as_ref().and_then(|head| head.model.as_ref().map(read));
        let (head, model) = match (head, model) {
            (Some(head), None) => (head, None),
            (Some(head), Some(Some(model))) => (head, Some(model)),
            // What is there and cannot be used rests on nothing that there is.
            _ => (Head::default(), None),
        };
        Self { head, model, tally, learner: None }
    }

    /// Whether it is of all labels that there are.
    fn is_of_all(&self, ground: &str) -> bool {
        self.head.ground == ground && self.head.of == self.tally.map(|tally| tally.next)
    }

    /// Goes on with what its learner has learned.
    fn take_over(&mut self, learner: &Learner, codebook: &Codebook) {
        let labels = learner.personal.labels();
        // A model that ran away is left out of readings, and shows as one that learned nothing.
        self.model = learner.personal.model(codebook).ok().filter(|_| labels > 0).map(Arc::new);
        let model = self.model.as_ref().and_then(|model| model.to_bytes().ok()).map(hex::encode);
        let of = self.tally.map(|tally| tally.next);
        self.head = Head { ground: learner.ground.clone(), labels, record: learner.personal.record(), model, of };
    }
}

/// What a label under a codebook rests on, by its exact content: the codebook, what is read with beneath, and how is learned.
fn ground_of(compiled: &Compiled, engine: &Engine) -> String {
    let short = |hash: &str| hash.get(..16).unwrap_or(hash).to_owned();
    format!("{ID}+{}+{}", short(&compiled.reference.hash), short(&engine.model().hash))
}

impl<S: Store> Service<S> {
    /// The personal models that readings rest on, in the order of the codebooks, each with the number of its labels.
    pub(super) async fn personal(&self) -> Result<(Vec<Arc<Model>>, Vec<usize>), Failure> {
        let active = self.active().await?;
        let mut models = Vec::new();
        let mut learning = self.learning.lock().await;
        for compiled in active.engine().codebooks().iter().filter(|it| active.learns(&it.reference.id)) {
            let taught = self.taught(&mut learning, compiled, active.engine()).await?;
            models.extend(taught.model.clone().map(|model| (model, taught.head.labels)));
        }
        Ok(models.into_iter().unzip())
    }

    /// The same, after a slice of what is not learned yet was.
    pub(super) async fn personal_now(&self) -> Result<(Vec<Arc<Model>>, Vec<usize>), Failure> {
        let active = self.active().await?;
        for compiled in active.engine().codebooks().iter().filter(|it| active.learns(&it.reference.id)) {
            self.catch_up(compiled, active.engine()).await?;
        }
        self.personal().await
    }

    /// What is in memory of a codebook; read from the store, if nothing is.
    async fn taught<'l>(
        &self,
        learning: &'l mut BTreeMap<String, Taught>,
        compiled: &Compiled,
        engine: &Engine,
    ) -> Result<&'l mut Taught, Failure> {
        let id = &compiled.reference.id;
        if !learning.contains_key(id) {
            let found = self.store.get(vec![keys::learned(id), keys::labels(id)]).await?;
            let mut found = found.into_iter().map(|value| value.filter(|value| !value.is_null()));
            let (stored, tally) = (found.next().flatten(), found.next().flatten());
            let tally = tally.and_then(|tally| parse(tally).ok());
            learning.insert(id.clone(), Taught::new(stored, &ground_of(compiled, engine), tally));
        }
        learning.get_mut(id).ok_or_else(super::decisions::incomplete)
    }

    /// Learns a slice of the labels that are not in the model; says whether some are left. The model changes when none is.
    async fn catch_up(&self, compiled: &Compiled, engine: &Engine) -> Result<bool, Failure> {
        let (id, ground) = (&compiled.reference.id, ground_of(compiled, engine));
        if self.taught(&mut *self.learning.lock().await, compiled, engine).await?.is_of_all(&ground) {
            return Ok(false);
        }
        let _turn = self.writing.lock().await;
        let mut learning = self.learning.lock().await;
        let taught = self.taught(&mut learning, compiled, engine).await?;
        // Taken out while it changes: it begins anew, if it cannot go on.
        let mut learner = match taught.learner.take().filter(|learner| learner.ground == ground) {
            Some(learner) => learner,
            None => Learner { ground, personal: Personal::new(&compiled.codebook), waiting: self.numbers(id).await? },
        };
        let (mut entries, mut worth) = (BTreeMap::new(), 0);
        while worth < SLICE && !learner.waiting.is_empty() {
            let most = learner.waiting.len().min(READ);
            let names: Vec<String> = learner.waiting.drain(..most).map(|it| keys::numbered_label(id, it)).collect();
            let values = self.store.get(names.clone()).await?;
            for (name, kept) in names.into_iter().zip(values) {
                let Some(kept) = kept.and_then(|value| parse::<Kept>(value).ok()) else { continue };
                let known = (kept.ground == learner.ground).then(|| hex::decode(&kept.label).ok()).flatten();
                let mut label = known.and_then(|bytes| Label::from_bytes(&bytes, &compiled.codebook));
                worth += 1;
                if label.is_none() {
                    worth += MADE_AGAIN;
                    label = self.made_again(compiled, engine, &kept).await?;
                    if let Some(label) = &label {
                        let (ground, label) = (learner.ground.clone(), hex::encode(label.to_bytes()));
                        entries.insert(name, value(&Kept { ground, label, ..kept })?);
                    }
                }
                if let Some(label) = label {
                    learner.personal.learn(&label);
                }
            }
        }
        let left = !learner.waiting.is_empty();
        if !left {
            taught.take_over(&learner, &compiled.codebook);
            entries.insert(keys::learned(id), value(&taught.head)?);
        }
        taught.learner = Some(learner);
        if !entries.is_empty() {
            // What there is no room for is learned again after the next start.
            let _ = self.store.set(entries).await;
        }
        Ok(left)
    }

    /// A label from the log; none if what it needs of that is not there any more.
    async fn made_again(&self, compiled: &Compiled, engine: &Engine, kept: &Kept) -> Result<Option<Label>, Failure> {
        let logs = self.store.get(vec![keys::log(&kept.decision), keys::log(&kept.word)]).await?;
        let logs: Vec<LogEntry> = logs.into_iter().flatten().filter_map(|log| parse(log).ok()).collect();
        let [first, last] = logs.as_slice() else { return Ok(None) };
        Ok(label(compiled, engine, &Word { first, last }, last.unit.text.as_deref()))
    }

    /// The numbers of all labels under a codebook, also of those that were taken back.
    async fn numbers(&self, id: &str) -> Result<Vec<u32>, Failure> {
        let prefix = keys::label(id);
        let names = self.store.keys().await?;
        let mut numbers: Vec<u32> = names.iter().filter_map(|name| name.strip_prefix(&prefix)?.parse().ok()).collect();
        numbers.order_by_key(|number| *number);
        Ok(numbers)
    }

    /// All labels that count.
    async fn labels(&self, id: &str) -> Result<Vec<(u32, Kept)>, Failure> {
        let numbers = self.numbers(id).await?;
        let values = self.store.get(numbers.iter().map(|it| keys::numbered_label(id, *it)).collect()).await?;
        let labels = numbers.into_iter().zip(values);
        Ok(labels.filter_map(|(number, kept)| Some((number, parse(kept?).ok()?))).collect())
    }

    /// What to write when `entry` is said after `before`, the part of the log that it may bear on, so that it is learned from
    /// later; `said` is the unit's text, which need not be kept. To be taken up once it is written ([`Service::learned`]).
    pub(super) async fn lesson(
        &self,
        before: &[LogEntry],
        entry: &LogEntry,
        said: &str,
        entries: &mut BTreeMap<String, Value>,
    ) -> Result<Option<Lesson>, Failure> {
        let id = &entry.codebook.id;
        let active = self.active().await?;
        let engine = active.engine();
        let Some(compiled) = engine.codebooks().iter().find(|compiled| compiled.reference.id == *id) else {
            return Ok(None);
        };
        let unit: Vec<LogEntry> = before.iter().chain([entry]).cloned().collect();
        let words = || unit.iter().map(|it| keys::label_of(id, &it.id));
        let found = self.store.get(words().collect()).await?;
        let mut numbers: Vec<Option<u32>> = found.into_iter().map(|value| parse(value?).ok()).collect();
        let (known, of) = {
            let mut learning = self.learning.lock().await;
            let taught = self.taught(&mut learning, compiled, engine).await?;
            (taught.tally, taught.head.of)
        };
        let tally = match known {
            Some(tally) => tally,
            None => {
                // Of labels that were written before they were counted, or where the count is damaged.
                let labels = self.labels(id).await?;
                for (number, kept) in &labels {
                    entries.insert(keys::label_of(id, &kept.word), (*number).into());
                    if let Some(place) = unit.iter().position(|it| it.id == kept.word) {
                        numbers[place] = Some(*number);
                    }
                }
                let last = self.numbers(id).await?.last().copied().max(of);
                let next = last.map_or(0, |last| last.saturating_add(1));
                Tally { next, live: labels.len() as u32 }
            }
        };
        let mut lesson = Lesson { tally, added: Vec::new(), unlearns: false };
        let Tally { next, live } = &mut lesson.tally;
        let (stand, said_hash) = (standing(&unit), sha256(said));
        for ((it, name), number) in unit.iter().zip(words()).zip(numbers) {
            match (stand.iter().find(|word| word.last.id == it.id), number) {
                (None, Some(number)) => {
                    let gone = [keys::numbered_label(id, number), name];
                    entries.extend(gone.map(|key| (key, Value::Null)));
                    (*next, *live) = (next.saturating_add(1), live.saturating_sub(1));
                    lesson.unlearns = true;
                }
                (Some(word), None) if *live < MAX_LABELS => {
                    let unit = &word.last.unit;
                    let text = if unit.sha256 == said_hash { Some(said) } else { unit.text.as_deref() };
                    let Some(label) = label(compiled, engine, word, text) else { continue };
                    let kept = Kept {
                        decision: word.first.id.clone(),
                        word: word.last.id.clone(),
                        ground: ground_of(compiled, engine),
                        label: hex::encode(label.to_bytes()),
                    };
                    entries.insert(keys::numbered_label(id, *next), value(&kept)?);
                    entries.insert(name, (*next).into());
                    lesson.added.push(*next);
                    (*next, *live) = (next.saturating_add(1), *live + 1);
                }
                _ => {}
            }
        }
        if known == Some(lesson.tally) {
            return Ok(None);
        }
        entries.insert(keys::labels(id), value(&lesson.tally)?);
        Ok(Some(lesson))
    }

    /// Takes up a lesson, after it was written.
    pub(super) async fn learned(&self, codebook: &str, lesson: Option<Lesson>) {
        let mut learning = self.learning.lock().await;
        if let (Some(lesson), Some(taught)) = (lesson, learning.get_mut(codebook)) {
            taught.tally = Some(lesson.tally);
            taught.learner = taught.learner.take().filter(|_| !lesson.unlearns);
            if let Some(learner) = &mut taught.learner {
                learner.waiting.extend(lesson.added);
            }
        }
    }

    /// The answer to `Learned`: of all labels, however long that takes. Others are heard between two slices.
    pub(super) async fn show_learned(&self, id: &str) -> Result<Response, Failure> {
        let active = self.active().await?;
        let engine = active.engine();
        let compiled = engine.codebooks().iter().find(|compiled| compiled.reference.id == id);
        let Some(compiled) = compiled else {
            return Err(super::invalid(format!("there is no codebook `{id}`; switch it on")));
        };
        while self.catch_up(compiled, engine).await? {}
        let (Head { labels, record, .. }, model) = {
            let mut learning = self.learning.lock().await;
            let taught = self.taught(&mut learning, compiled, engine).await?;
            (taught.head.clone(), taught.model.clone())
        };
        let logs = self.labels(id).await?.iter().map(|(_, kept)| keys::log(&kept.word)).collect();
        let logs = self.store.get(logs).await?.into_iter().flatten();
        let texts: Vec<String> = logs.filter_map(|log| parse::<LogEntry>(log).ok()?.unit.text).collect();
        let told = model.as_ref().map(|model| {
            let lessons = lessons(model, texts.iter().map(String::as_str));
            Model::clone(model).with_lessons(lessons)
        });
        let learned = Learned {
            codebook: compiled.reference.clone(),
            on: active.learns(id),
            labels,
            asked: record.asked,
            right: record.right,
            model: model.as_ref().map(|model| model.reference().clone()),
            lessons: told.as_ref().map(|model| model.lessons().to_vec()).unwrap_or_default(),
        };
        let file = told.and_then(|model| model.to_bytes().ok()).map(hex::encode).unwrap_or_default();
        Ok(Response::Learned { learned: Json::of(&learned), file })
    }

    /// Forgets what was learned under a codebook; the decisions stay.
    pub(super) async fn forget(&self, id: String) -> Result<Answer, Failure> {
        limit(id.len() <= MAX_ID, || format!("a codebook's id is at most {MAX_ID} bytes"))?;
        let _turn = self.writing.lock().await;
        let active = self.active().await?;
        let prefix = keys::label(&id);
        let names = self.store.keys().await?.into_iter().filter(|key| key.starts_with(&prefix));
        let names = names.chain([keys::labels(&id), keys::learned(&id)]);
        let entries: BTreeMap<String, Value> = names.map(|key| (key, Value::Null)).collect();
        self.store.set(entries).await?;
        self.learning.lock().await.remove(&id);
        let Response::Settings { settings } = active.settings() else {
            return Err(super::decisions::incomplete());
        };
        Ok(Answer { response: active.settings(), event: Some(Event::Changed { settings }) })
    }

    /// The answer to `MostUseful`: uncertain units, each unlike what was learned from and unlike those named before it.
    pub(super) async fn most_useful(&self, units: &[String]) -> Result<Response, Failure> {
        limit(units.len() <= MAX_UNITS && units.iter().all(|unit| unit.len() <= MAX_TEXT), || {
            format!("at most {MAX_UNITS} units of at most {MAX_TEXT} bytes each")
        })?;
        let (active, (models, _)) = (self.active().await?, self.personal_now().await?);
        let mut left: Vec<Candidate> = units
            .iter()
            .enumerate()
            .map(|(place, text)| {
                let grounds = active.engine().ground(&models, text);
                Candidate::new(place, &grounds, &models)
            })
            .collect();
        let mut order = Vec::new();
        while order.len() < MAX_USEFUL
            && let Some(best) = (0..left.len()).max_by(|&a, &b| left[a].worth.total_cmp(&left[b].worth).then(b.cmp(&a)))
        {
            let chosen = left.swap_remove(best);
            order.push(chosen.place);
            for other in &mut left {
                other.apart_from(&chosen);
            }
        }
        Ok(Response::MostUseful { order })
    }
}

/// A unit that might be decided next.
struct Candidate {
    place: usize,
    words: HashSet<Key>,
    /// How little is known of it.
    open: f32,
    worth: f32,
}

impl Candidate {
    fn new(place: usize, grounds: &[(&Compiled, Ground)], models: &[Arc<Model>]) -> Self {
        let uncertain = |logit: f32| 1.0 - (2.0 * sigmoid(logit) - 1.0).abs();
        let answers = grounds.iter().flat_map(|(compiled, ground)| {
            let support = compiled.codebook.scale.is_some().then_some(ground.said.support);
            support.into_iter().chain(ground.said.codes.iter().copied())
        });
        let margin = answers.map(uncertain).fold(0.0, f32::max);
        let features = grounds.iter().flat_map(|(_, ground)| &ground.features);
        let words: HashSet<Key> =
            features.filter(|feature| matches!(feature.source, Source::Text(..))).map(|feature| feature.key).collect();
        let new = words.iter().filter(|word| !models.iter().any(|model| model.knows(**word))).count();
        let open = margin * (1.0 + new as f32 / words.len().max(1) as f32);
        Self { place, words, open, worth: open }
    }

    /// Is worth the less, the more it shares with one that comes before it.
    fn apart_from(&mut self, chosen: &Self) {
        let shared = self.words.intersection(&chosen.words).count() as f32;
        let all = (self.words.len() + chosen.words.len()) as f32 - shared;
        self.worth = self.worth.min(self.open * (1.0 - shared / all.max(1.0)));
    }
}

/// What a standing decision teaches; nothing, if what it names is not in the codebook or its text was not kept.
fn label(compiled: &Compiled, engine: &Engine, word: &Word<'_>, text: Option<&str>) -> Option<Label> {
    let (truth, weight) = truth(&compiled.codebook, word)?;
    // An account's pseudonym says nothing, and an image without words teaches nothing of words.
    let text = text.filter(|text| !text.is_empty() && word.last.unit.unit != UnitKind::Account)?;
    let mut grounds = engine.ground(&[], text).into_iter();
    let (_, ground) = grounds.find(|(it, _)| it.reference.id == compiled.reference.id)?;
    Some(Label::new(ground, truth, weight))
}

fn truth(codebook: &Codebook, word: &Word<'_>) -> Option<(Truth, f32)> {
    let (action, last) = (word.action(), word.last);
    let code = last.code.as_ref().and_then(|id| codebook.codes.iter().position(|code| code.id == *id));
    let stance_named = |id: &String| codebook.stances.iter().position(|stance| stance.id == *id);
    let mut truth = Truth {
        stance: last.stance.as_ref().and_then(stance_named),
        tier: last.tier.map(usize::from),
        ..Truth::default()
    };
    let scale = codebook.scale.as_ref();
    let from = scale.map(|scale| usize::from(scale.support_from));
    let side = |stance: usize| Some(codebook.stances.get(stance)?.tiers.map(|[low, _]| usize::from(low)) >= from);
    let mut weight = 1.0;
    match action {
        Action::NoneApplies => {
            truth.no_other = true;
            if from.is_some() && truth.stance.is_none() && truth.tier.is_none() {
                truth.stance = codebook.stances.iter().position(|stance| stance.role == Some(StanceRole::Default));
                truth.tier = Some(0);
            }
        }
        Action::Accepted | Action::Assigned => {
            truth.codes.push((code?, true));
            if truth.stance.is_none() && truth.tier.is_none() {
                truth.stance = codebook.codes[code?].stance.as_ref().and_then(stance_named);
            }
        }
        Action::Rejected => {
            truth.codes.push((code?, false));
            let supports = codebook.codes[code?].stance.as_ref().and_then(stance_named).and_then(side);
            if truth.stance.is_none() && truth.tier.is_none() && supports == Some(true) {
                truth.support = Some(false);
                weight = REJECTED;
            }
        }
        Action::Edited
        | Action::Reattached
        | Action::Withdrawn
        | Action::Skipped
        | Action::Flagged
        | Action::Related => return None,
    }
    if let Some(from) = from {
        let by_tier = truth.tier.map(|tier| tier >= from);
        truth.support = truth.support.or(by_tier).or(truth.stance.and_then(side));
    }
    Some((truth, weight))
}
