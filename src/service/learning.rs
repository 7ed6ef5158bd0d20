//! What the coder's decisions teach, kept beside them.
//!
//! Shape: `label:<codebook>:<number>` holds what one standing decision teaches; numbers rise, and a label that its decision no
//! longer backs holds `null`. `learned:<codebook>` holds the model of all of them. Both are written in the `set` of the
//! decision.
//! Invariants: the model is a function of the labels in the order of their numbers, so what is stored of it is a cache: if it
//! is missing, damaged or of another codebook or version, it is made again from the labels, and these from the log; a coder
//! who switches learning off sees readings as if there were none.
//! Must not touch: how is learned (`judgement::personal`), which decisions stand (`standing`).

use super::check::MAX_ID;
use super::decisions::{parse, value};
use super::protocol::{Action, Event, Failure, Learned, Response};
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
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Most labels under one codebook; later decisions are kept, and teach nothing. The first decision after a start waits until all
/// of them are learned again, about half a millisecond each.
pub const MAX_LABELS: usize = 2_000;
/// Most units that are named as the most useful next ones.
pub const MAX_USEFUL: usize = 10;
/// What a rejected code of support counts as a word against support: it may be another code's unit.
const REJECTED: f32 = 0.5;

/// What a codebook's labels taught, as readings need it.
#[derive(Debug)]
pub(super) struct Taught {
    head: Head,
    model: Option<Arc<Model>>,
    /// What is needed to learn more.
    full: Option<Full>,
}

#[derive(Debug)]
struct Full {
    kept: BTreeMap<u32, Kept>,
    personal: Personal,
}

/// The stored model.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Head {
    /// What the labels rest on ([`ground_of`]).
    ground: String,
    labels: usize,
    record: Record,
    /// The file of the model, in hex; none without labels.
    model: Option<String>,
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

impl Taught {
    fn from_head(head: Head) -> Option<Self> {
        let model = match &head.model {
            None => None,
            Some(model) => Some(Arc::new(Model::from_bytes(&hex::decode(model).ok()?).ok()?)),
        };
        Some(Self { head, model, full: None })
    }

    fn from_full(full: Full, ground: String, codebook: &Codebook) -> Self {
        let labels = full.personal.labels();
        // A model that ran away is left out of readings, and shows as one that learned nothing.
        let model = full.personal.model(codebook).ok().filter(|_| labels > 0).map(Arc::new);
        let bytes = model.as_ref().and_then(|model| model.to_bytes().ok()).map(hex::encode);
        let head = Head { ground, labels, record: full.personal.record(), model: bytes };
        Self { head, model, full: Some(full) }
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
        let engine = active.engine();
        let mut models = Vec::new();
        for compiled in engine.codebooks().iter().filter(|it| active.learns(&it.reference.id)) {
            let taught = self.taught(compiled, engine, false).await?;
            models.extend(taught.model.clone().map(|model| (model, taught.head.labels)));
        }
        Ok(models.into_iter().unzip())
    }

    /// What was learned under a codebook; `full` says that more is to be learned.
    async fn taught(&self, compiled: &Compiled, engine: &Engine, full: bool) -> Result<Rc<Taught>, Failure> {
        let id = &compiled.reference.id;
        let ground = ground_of(compiled, engine);
        let mut learning = self.learning.lock().await;
        if let Some(taught) = learning.get(id).filter(|it| it.head.ground == ground && (!full || it.full.is_some())) {
            return Ok(Rc::clone(taught));
        }
        let stored = match full {
            true => None,
            false => self.store.get(vec![keys::learned(id)]).await?.into_iter().next().flatten(),
        };
        let head = stored.and_then(|head| parse::<Head>(head).ok()).filter(|head| head.ground == ground);
        let taught = match head.and_then(Taught::from_head) {
            Some(taught) => taught,
            None => Taught::from_full(self.rebuilt(compiled, engine, &ground).await?, ground, &compiled.codebook),
        };
        let taught = Rc::new(taught);
        learning.insert(id.clone(), Rc::clone(&taught));
        Ok(taught)
    }

    /// Learns from all stored labels; those that rest on something else are made again from the log.
    async fn rebuilt(&self, compiled: &Compiled, engine: &Engine, ground: &str) -> Result<Full, Failure> {
        let prefix = keys::label(&compiled.reference.id);
        let mut names = self.store.keys().await?;
        names.retain(|key| key.starts_with(&prefix));
        names.sort_unstable();
        names.truncate(MAX_LABELS);
        let values = self.store.get(names.clone()).await?;
        let mut full = Full { kept: BTreeMap::new(), personal: Personal::new(&compiled.codebook) };
        for (name, value) in names.iter().zip(values) {
            let number = name.strip_prefix(&prefix).and_then(|number| number.parse().ok());
            let kept = value.and_then(|value| parse::<Kept>(value).ok());
            let (Some(number), Some(mut kept)) = (number, kept) else { continue };
            let known = (kept.ground == ground).then(|| hex::decode(&kept.label).ok()).flatten();
            let label = match known.and_then(|bytes| Label::from_bytes(&bytes, &compiled.codebook)) {
                Some(label) => label,
                None => {
                    let logs = vec![keys::log(&kept.decision), keys::log(&kept.word)];
                    let logs: Vec<LogEntry> =
                        self.store.get(logs).await?.into_iter().flatten().filter_map(|log| parse(log).ok()).collect();
                    let [first, last] = logs.as_slice() else { continue };
                    let Some(label) = label(compiled, engine, &Word { first, last }, last.unit.text.as_deref()) else {
                        continue;
                    };
                    kept = Kept { ground: ground.to_owned(), label: hex::encode(label.to_bytes()), ..kept };
                    label
                }
            };
            full.personal.learn(&label);
            full.kept.insert(number, kept);
        }
        Ok(full)
    }

    /// What to write when `entry` is said after `before`, the part of the log that it may bear on, and what is learned by
    /// then; `said` is the unit's text, which need not be kept. To be put into
    /// place once it is written ([`Service::learned`]).
    pub(super) async fn lesson(
        &self,
        before: &[LogEntry],
        entry: &LogEntry,
        said: &str,
        entries: &mut BTreeMap<String, Value>,
    ) -> Result<Option<Taught>, Failure> {
        let id = &entry.codebook.id;
        let active = self.active().await?;
        let engine = active.engine();
        let Some(compiled) = engine.codebooks().iter().find(|compiled| compiled.reference.id == *id) else {
            return Ok(None);
        };
        let unit: Vec<LogEntry> = before.iter().chain([entry]).cloned().collect();
        let stand = standing(&unit);
        let taught = self.taught(compiled, engine, true).await?;
        // Taken out of memory while it changes: if it is not written, it is read from the store again.
        self.learning.lock().await.remove(id);
        let Some(Taught { head, model, full: Some(mut full) }) = Rc::into_inner(taught) else {
            return Ok(None);
        };
        let ground = ground_of(compiled, engine);
        let about = |kept: &Kept| unit.iter().any(|it| it.id == kept.decision);
        let gone: Vec<u32> = full
            .kept
            .iter()
            .filter(|(_, kept)| about(kept) && !stand.iter().any(|word| word.last.id == kept.word))
            .map(|(number, _)| *number)
            .collect();
        for number in &gone {
            full.kept.remove(number);
            entries.insert(keys::numbered_label(id, *number), Value::Null);
        }
        if !gone.is_empty() {
            let known = full.kept.values().filter_map(|kept| hex::decode(&kept.label).ok());
            let labels: Vec<Label> = known.filter_map(|bytes| Label::from_bytes(&bytes, &compiled.codebook)).collect();
            full.personal = Personal::of(&compiled.codebook, labels.iter());
        }
        let (said_hash, learned) = (sha256(said), full.personal.labels());
        for word in stand {
            if full.kept.len() >= MAX_LABELS || full.kept.values().any(|kept| kept.word == word.last.id) {
                continue;
            }
            let unit = &word.last.unit;
            let text = if unit.sha256 == said_hash { Some(said) } else { unit.text.as_deref() };
            let Some(label) = label(compiled, engine, &word, text) else { continue };
            let last = full.kept.keys().next_back().copied().max(gone.iter().max().copied());
            let number = last.map_or(0, |last| last + 1);
            let kept = Kept {
                decision: word.first.id.clone(),
                word: word.last.id.clone(),
                ground: ground.clone(),
                label: hex::encode(label.to_bytes()),
            };
            entries.insert(keys::numbered_label(id, number), value(&kept)?);
            full.personal.learn(&label);
            full.kept.insert(number, kept);
        }
        if gone.is_empty() && full.personal.labels() == learned {
            let taught = Taught { head, model, full: Some(full) };
            self.learning.lock().await.insert(id.clone(), Rc::new(taught));
            return Ok(None);
        }
        let taught = Taught::from_full(full, ground, &compiled.codebook);
        entries.insert(keys::learned(id), value(&taught.head)?);
        Ok(Some(taught))
    }

    /// Puts what was learned into place, after it was written.
    pub(super) async fn learned(&self, codebook: &str, taught: Option<Taught>) {
        if let Some(taught) = taught {
            self.learning.lock().await.insert(codebook.to_owned(), Rc::new(taught));
        }
    }

    /// The answer to `Learned`.
    pub(super) async fn show_learned(&self, id: &str) -> Result<Response, Failure> {
        let active = self.active().await?;
        let engine = active.engine();
        let compiled = engine.codebooks().iter().find(|compiled| compiled.reference.id == id);
        let Some(compiled) = compiled else {
            return Err(super::invalid(format!("there is no codebook `{id}`; switch it on")));
        };
        let taught = self.taught(compiled, engine, true).await?;
        let Taught { head, model, full: Some(full) } = &*taught else {
            return Err(super::decisions::incomplete());
        };
        let logs = full.kept.values().map(|kept| keys::log(&kept.word)).collect();
        let logs = self.store.get(logs).await?.into_iter().flatten();
        let texts: Vec<String> = logs.filter_map(|log| parse::<LogEntry>(log).ok()?.unit.text).collect();
        let told = model.as_ref().map(|model| {
            let lessons = lessons(model, texts.iter().map(String::as_str));
            Model::clone(model).with_lessons(lessons)
        });
        let learned = Learned {
            codebook: compiled.reference.clone(),
            on: active.learns(id),
            labels: head.labels,
            asked: head.record.asked,
            right: head.record.right,
            model: model.as_ref().map(|model| model.reference().clone()),
            lessons: told.as_ref().map(|model| model.lessons().to_vec()).unwrap_or_default(),
        };
        let file = told.and_then(|model| model.to_bytes().ok()).map(hex::encode).unwrap_or_default();
        Ok(Response::Learned { learned: learned.into(), file })
    }

    /// Forgets what was learned under a codebook; the decisions stay.
    pub(super) async fn forget(&self, id: String) -> Result<Answer, Failure> {
        limit(id.len() <= MAX_ID, || format!("a codebook's id is at most {MAX_ID} bytes"))?;
        let _turn = self.writing.lock().await;
        let active = self.active().await?;
        let prefix = keys::label(&id);
        let names = self.store.keys().await?.into_iter().filter(|key| key.starts_with(&prefix));
        let mut entries: BTreeMap<String, Value> = names.map(|key| (key, Value::Null)).collect();
        entries.insert(keys::learned(&id), Value::Null);
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
        let (active, (models, _)) = (self.active().await?, self.personal().await?);
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
    let mut grounds = engine.ground(&[], text?).into_iter();
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
        Action::Edited | Action::Reattached | Action::Withdrawn => return None,
    }
    if let Some(from) = from {
        let by_tier = truth.tier.map(|tier| tier >= from);
        truth.support = truth.support.or(by_tier).or(truth.stance.and_then(side));
    }
    Some((truth, weight))
}
