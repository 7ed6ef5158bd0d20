//! What the coder has set, and codebooks of the coder's own.
//!
//! Purpose: reads both from the store at the first request that needs them, gives the engine that reads with what is switched
//! on, and keeps changes.
//! Shape: `settings` holds [`Settings`]; `codebooks` the ids of the coder's own; `codebook:<id>` one model as JSON, `null` once
//! it is removed; `versions:<id>` what it was before, oldest first. Order: the default set, then of what is offered that was switched on, then one's own by id.
//! Invariants: what is in memory can be read from the store again; a stored codebook that is damaged or no longer valid is
//! passed over and named, and blocks nothing; one change is one `set`.

use super::check::MAX_ID;
use super::decisions::{check_schema, incomplete, meta_now, parse, value};
use super::protocol::{CodebookFault, Event, Failure, Json, Response, Settings, UnusableCodebook};
use super::store::Store;
use super::{Answer, Service, cards, invalid, keys, limit, read, sites};
use crate::codebook::advice::advice;
use crate::codebook::validate::{Finding, Grade, problems, validate};
use crate::codebook::{Codebook, Compiled, LoadError};
use crate::engine::Engine;
use serde_json::Value;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Most codebooks of the coder's own.
pub const MAX_OWN: usize = 20;
/// Largest codebook of the coder's own, in bytes of its JSON.
pub const MAX_CODEBOOK: usize = 2_000_000;
/// Most earlier versions of one codebook that are kept.
const MAX_VERSIONS: usize = 20;
/// Most bytes of JSON of all of them together.
const MAX_HISTORY: usize = 2 * MAX_CODEBOOK;
/// Most codebooks that can be switched off, and on.
pub const MAX_SWITCHED: usize = 100;
/// Most sites that can be switched off.
pub const MAX_SITES: usize = 500;
/// Longest match pattern of a site, in bytes: the longest name of a host, with what stands around it.
pub const MAX_PATTERN: usize = 300;
/// Most keys of the side panel that can be others than those that ship.
pub const MAX_KEYS: usize = 100;
/// Most problems of a codebook that a refusal names.
const MAX_NAMED: usize = 5;

/// Settings and codebooks as they are stored, and the engine that reads with them.
#[derive(Debug, Clone)]
pub(super) struct Active {
    settings: Settings,
    /// Ids of all stored codebooks of the coder's own.
    ids: Vec<String>,
    /// Those that can be used, switched on or off.
    own: Vec<Arc<Compiled>>,
    /// Of those that are offered, the ones that were switched on once; in the order of the offers.
    taken: Vec<Arc<Compiled>>,
    unusable: Vec<UnusableCodebook>,
    engine: Rc<Engine>,
}

impl Active {
    /// The engine with what is switched on.
    pub(super) fn engine(&self) -> &Rc<Engine> {
        &self.engine
    }

    /// Whether units that are seen are counted.
    pub(super) fn counts(&self) -> bool {
        self.settings.counting
    }

    /// Of how many units in a hundred what is suggested is hidden until they are decided about.
    pub(super) fn hidden_share(&self) -> u8 {
        self.settings.hidden_share
    }

    /// Whether readings under a codebook rest on what the coder taught.
    pub(super) fn learns(&self, id: &str) -> bool {
        self.settings.learns(id)
    }

    /// The answer to `Settings`.
    pub(super) fn settings(&self) -> Response {
        Response::Settings { settings: self.settings.clone() }
    }

    /// Lets go of a codebook of the coder's own; says whether there was one.
    fn drop_own(&mut self, id: &str) -> bool {
        let before = self.ids.len();
        self.ids.retain(|it| it != id);
        self.own.retain(|it| it.reference.id != id);
        self.unusable.retain(|it| it.id != id);
        self.ids.len() < before
    }

    /// An answer after which everybody reads again.
    pub(super) fn changed(&self, response: Response) -> Answer {
        Answer { response, event: Some(Event::Changed { settings: self.settings.clone() }) }
    }
}

impl<S: Store> Service<S> {
    /// What is stored, read once.
    pub(super) async fn active(&self) -> Result<Rc<Active>, Failure> {
        let mut active = self.active.lock().await;
        if let Some(active) = active.as_ref() {
            return Ok(Rc::clone(active));
        }
        let loaded = Rc::new(self.load().await?);
        *active = Some(Rc::clone(&loaded));
        Ok(loaded)
    }

    /// The answer to `Codebooks`.
    pub(super) fn cards(&self, active: &Active) -> Response {
        let shipped = self.engine.codebooks().iter().chain(&active.taken).map(|compiled| (compiled, false));
        let own = active.own.iter().map(|compiled| (compiled, true));
        Response::Codebooks {
            codebooks: shipped
                .chain(own)
                .map(|(compiled, own)| {
                    let id = &compiled.reference.id;
                    cards::card(compiled, self.is_on(active, id), own, active.learns(id))
                })
                .collect(),
            offers: Json::of(&self.shelf.offers().to_vec()),
            unusable: Json::of(&active.unusable),
        }
    }

    /// The answer to `Codebook`.
    pub(super) async fn codebook(&self, id: &str) -> Result<Response, Failure> {
        let active = self.active().await?;
        let mut all = self.engine.codebooks().iter().chain(&active.taken).chain(&active.own);
        let found = all.find(|compiled| compiled.reference.id == id);
        let found = found.ok_or_else(|| invalid(format!("there is no codebook `{id}` at hand; switch it on first")))?;
        Ok(Response::Codebook { codebook: value(&found.codebook)? })
    }

    pub(super) async fn set_settings(&self, settings: Json<Settings>) -> Result<Answer, Failure> {
        let settings = read(settings)?;
        let switched = [&settings.codebooks_off, &settings.codebooks_on];
        let bounded = |ids: &Vec<String>| ids.len() <= MAX_SWITCHED && ids.iter().all(|id| id.len() <= MAX_ID);
        limit(switched.into_iter().chain([&settings.learning_off, &settings.adapters_off]).all(bounded), || {
            format!(
                "at most {MAX_SWITCHED} codebooks are switched off, and as many on, by ids of at most {MAX_ID} bytes"
            )
        })?;
        sites::check(&settings.taught).map_err(invalid)?;
        let sites = &settings.sites_off;
        limit(sites.len() <= MAX_SITES && sites.iter().all(|site| site.len() <= MAX_PATTERN), || {
            format!("at most {MAX_SITES} sites are switched off, by match patterns of at most {MAX_PATTERN} bytes")
        })?;
        limit(settings.hidden_share <= 100, || "suggestions are hidden of 0 to 100 units in a hundred".into())?;
        let keys = &settings.keys;
        limit(keys.len() <= MAX_KEYS && keys.iter().all(|(does, key)| does.len().max(key.len()) <= MAX_ID), || {
            format!("at most {MAX_KEYS} keys of the side panel are changed, with names of at most {MAX_ID} bytes")
        })?;
        let _turn = self.writing.lock().await;
        let mut active = Active::clone(&*self.active().await?);
        let same = [&active.settings.codebooks_off, &active.settings.codebooks_on] == switched;
        let before = std::mem::replace(&mut active.settings, settings);
        active.settings.counting = before.counting;
        if !same {
            // What could not be read before stays so, and blocks nothing; what cannot be read now is not switched on.
            if let Some(UnusableCodebook { id, message, .. }) =
                self.take_offered(&mut active).await.into_iter().find(|one| !before.codebooks_on.contains(&one.id))
            {
                return Err(invalid(format!("`{id}` cannot be switched on: {message}")));
            }
            active.engine = self.joined(&active).map_err(|error| invalid(error.to_string()))?;
        }
        self.keep(&active, BTreeMap::new()).await?;
        let answer = active.changed(active.settings());
        *self.active.lock().await = Some(active.into());
        Ok(answer)
    }

    /// Says whether units that are seen are counted. Only while writing.
    pub(super) async fn count_seen(&self, counting: bool) -> Result<Event, Failure> {
        let mut active = Active::clone(&*self.active().await?);
        active.settings.counting = counting;
        self.keep(&active, BTreeMap::new()).await?;
        let event = Event::Changed { settings: active.settings.clone() };
        *self.active.lock().await = Some(active.into());
        Ok(event)
    }

    pub(super) async fn add_codebook(&self, codebook: Json<Codebook>) -> Result<Answer, Failure> {
        let codebook = read(codebook)?;
        let (id, model) = (codebook.id.clone(), value(&codebook)?);
        limit(!self.ships(&id), || format!("`{id}` is a codebook that ships; give yours another id"))?;
        limit(model.to_string().len() <= MAX_CODEBOOK, || {
            format!("a codebook is at most {MAX_CODEBOOK} bytes; divide it into several")
        })?;
        let compiled = usable(codebook).map_err(invalid)?;
        let _turn = self.writing.lock().await;
        let mut active = Active::clone(&*self.active().await?);
        active.drop_own(&id);
        limit(active.ids.len() < MAX_OWN, || format!("at most {MAX_OWN} codebooks of your own; remove one first"))?;
        active.ids.insert(active.ids.partition_point(|it| *it < id), id.clone());
        active.own.insert(active.own.partition_point(|it| it.reference.id < id), compiled);
        active.engine = self.joined(&active).map_err(|error| invalid(error.to_string()))?;
        let mut entries = BTreeMap::new();
        let before = self.store.get(vec![keys::codebook(&id)]).await?.into_iter().next().flatten();
        if let Some(before) = before.filter(|before| before.is_object() && *before != model) {
            let mut versions = self.versions(&id).await?;
            versions.retain(|version| *version != before);
            versions.push(before);
            let mut room = MAX_HISTORY;
            let fits = |version: &&Value| {
                let left = room.checked_sub(version.to_string().len());
                room = left.unwrap_or(room);
                left.is_some()
            };
            let kept = versions.iter().rev().take(MAX_VERSIONS).take_while(fits).count();
            entries.insert(keys::versions(&id), Value::Array(versions.split_off(versions.len() - kept)));
        }
        entries.insert(keys::codebook(&id), model);
        self.keep(&active, entries).await?;
        let answer = active.changed(self.cards(&active));
        *self.active.lock().await = Some(active.into());
        Ok(answer)
    }

    pub(super) async fn remove_codebook(&self, id: String) -> Result<Answer, Failure> {
        let _turn = self.writing.lock().await;
        let mut active = Active::clone(&*self.active().await?);
        let ships = self.ships(&id);
        if active.drop_own(&id) {
            // One that is added later under this id is not switched off by surprise.
            active.settings.codebooks_off.retain(|off| *off != id || ships);
            active.engine = self.joined(&active).map_err(|error| invalid(error.to_string()))?;
            let gone = [keys::codebook(&id), keys::versions(&id)].map(|key| (key, Value::Null));
            self.keep(&active, gone.into()).await?;
        } else {
            limit(!ships, || format!("`{id}` is a codebook that ships; switch it off instead"))?;
        }
        let answer = active.changed(self.cards(&active));
        *self.active.lock().await = Some(active.into());
        Ok(answer)
    }

    /// What a codebook of the coder's own was, oldest first. A list that cannot be read is none.
    pub(super) async fn versions(&self, id: &str) -> Result<Vec<Value>, Failure> {
        let stored = self.store.get(vec![keys::versions(id)]).await?.into_iter().next().flatten();
        Ok(match stored {
            Some(Value::Array(versions)) => versions,
            _ => Vec::new(),
        })
    }

    fn ships(&self, id: &str) -> bool {
        self.engine.codebooks().iter().any(|compiled| compiled.reference.id == id) || self.shelf.has(id)
    }

    fn is_on(&self, active: &Active, id: &str) -> bool {
        active.settings.reads_with(id, self.shelf.has(id))
    }

    /// Reads what the settings want of the offers and is not at hand, lets go of what they do not want, and names what cannot
    /// be used.
    async fn take_offered(&self, active: &mut Active) -> Vec<UnusableCodebook> {
        let mut at_hand = std::mem::take(&mut active.taken);
        let mut faulty = Vec::new();
        for offer in self.shelf.offers() {
            let id = &offer.codebook.id;
            if !active.settings.codebooks_on.contains(id) {
                continue;
            }
            let place = at_hand.iter().position(|compiled| compiled.reference == offer.codebook);
            match place {
                Some(place) => active.taken.push(at_hand.swap_remove(place)),
                None => match self.shelf.take(offer).await {
                    Ok(compiled) => {
                        active.unusable.retain(|one| one.id != *id);
                        active.taken.push(compiled);
                    }
                    Err(message) => faulty.push(UnusableCodebook { id: id.clone(), message, own: false }),
                },
            }
        }
        faulty
    }

    async fn load(&self) -> Result<Active, Failure> {
        let found = self.store.get(vec![keys::META.into(), keys::SETTINGS.into(), keys::CODEBOOKS.into()]).await?;
        let [meta, settings, ids] = found.as_slice() else { return Err(incomplete()) };
        check_schema(meta.as_ref())?;
        // Settings that cannot be read are set anew by the coder.
        let settings = settings.clone().and_then(|value| parse(value).ok()).unwrap_or_default();
        let mut ids: Vec<String> = match ids.clone().map(parse) {
            None => Vec::new(),
            Some(Ok(ids)) => ids,
            Some(Err(_)) => self.stored_ids().await?,
        };
        ids.sort_unstable();
        ids.dedup();
        let engine = Rc::clone(&self.engine);
        let mut active = Active { settings, ids, own: Vec::new(), taken: Vec::new(), unusable: Vec::new(), engine };
        active.unusable = self.take_offered(&mut active).await;
        let models = self.store.get(active.ids.iter().map(|id| keys::codebook(id)).collect()).await?;
        for (id, model) in active.ids.iter().zip(models) {
            match self.restored(id, model) {
                Ok(compiled) => active.own.push(compiled),
                Err(message) => active.unusable.push(UnusableCodebook { id: id.clone(), message, own: true }),
            }
        }
        active.engine = match self.joined(&active) {
            Ok(engine) => engine,
            Err(error) => {
                let left_out = active.own.drain(..).map(|compiled| compiled.reference.id.clone());
                active.unusable.extend(left_out.map(|id| UnusableCodebook {
                    id,
                    message: error.to_string(),
                    own: true,
                }));
                self.joined(&active).map_err(|error| invalid(error.to_string()))?
            }
        };
        Ok(active)
    }

    /// The ids by the keys, where their index cannot be read. A removed codebook's key holds nothing.
    async fn stored_ids(&self) -> Result<Vec<String>, Failure> {
        let mut keys = self.store.keys().await?;
        keys.retain(|key| key.starts_with(keys::CODEBOOK));
        let values = self.store.get(keys.clone()).await?;
        let there = keys.iter().zip(values).filter(|(_, value)| value.as_ref().is_some_and(|value| !value.is_null()));
        Ok(there.filter_map(|(key, _)| key.strip_prefix(keys::CODEBOOK)).map(str::to_owned).collect())
    }

    fn restored(&self, id: &str, model: Option<Value>) -> Result<Arc<Compiled>, String> {
        if self.ships(id) {
            return Err("a codebook that ships has this id now; add yours under another id".into());
        }
        let damaged = |why: &str| format!("what is stored of it is damaged ({why}); add it again from its file");
        let codebook: Codebook = match model {
            Some(model) => serde_json::from_value(model).map_err(|error| damaged(&error.to_string()))?,
            None => return Err(damaged("it is not there")),
        };
        if codebook.id != id {
            return Err(damaged("it has another id"));
        }
        usable(codebook)
    }

    /// The engine of what is switched on.
    fn joined(&self, active: &Active) -> Result<Rc<Engine>, LoadError> {
        let added = active.taken.iter().chain(&active.own);
        let on = added.filter(|compiled| self.is_on(active, &compiled.reference.id));
        self.engine.with(on.cloned().collect(), |id| self.is_on(active, id)).map(Rc::new)
    }

    /// Writes settings, index and what else changed.
    async fn keep(&self, active: &Active, mut entries: BTreeMap<String, Value>) -> Result<(), Failure> {
        let found = self.store.get(vec![keys::META.into()]).await?;
        let [meta] = found.as_slice() else { return Err(incomplete()) };
        check_schema(meta.as_ref())?;
        if meta.is_none() {
            entries.insert(keys::META.into(), meta_now()?);
        }
        entries.insert(keys::SETTINGS.into(), value(&active.settings)?);
        entries.insert(keys::CODEBOOKS.into(), value(&active.ids)?);
        Ok(self.store.set(entries).await?)
    }
}

/// All that is wrong with a codebook, its expressions included; of one that can be used, what is doubtful too.
pub(super) fn faults(codebook: &Codebook) -> Vec<CodebookFault> {
    let mut findings = validate(codebook);
    if findings.iter().all(|finding| finding.grade != Grade::Problem) {
        findings.extend(advice(codebook));
    }
    findings.into_iter().map(|Finding { field, message, grade }| CodebookFault { field, message, grade }).collect()
}

/// A codebook that says something that can be coded with, compiled; else its problems in words.
fn usable(codebook: Codebook) -> Result<Arc<Compiled>, String> {
    let mut problems = problems(&codebook).into_iter();
    let named: Vec<String> =
        problems.by_ref().take(MAX_NAMED).map(|problem| format!("{}: {}", problem.field, problem.message)).collect();
    let more = problems.count();
    if named.is_empty() {
        return Compiled::new(codebook).map(Arc::new).map_err(|error| error.to_string());
    }
    let more = if more == 0 { String::new() } else { format!("; and {more} more") };
    Err(format!("the codebook cannot be used: {}{more}", named.join("; ")))
}
