//! Requests in, responses and events out, over a store.
//!
//! Purpose: the one door for every face. It reads units with the engine, keeps decisions in order, and finds them again.
//! Invariants: writes happen one at a time; each is one `set` that holds everything the operation changes; `Stored` is
//! answered only after the store has confirmed; a request that failed changed nothing; the same decision sent twice is
//! stored once. Nothing lives only here: everything in memory can be read from the store again.
//! Must not touch: the browser, the clock (faces send the time), how messages travel.

mod annotations;
pub mod authors;
pub mod before;
mod blind;
mod cards;
pub(crate) mod check;
mod decisions;
mod images;
mod import;
pub mod json;
pub mod keys;
pub mod learning;
mod listing;
pub(crate) mod log;
mod pictures;
pub mod projects;
pub mod protocol;
pub(crate) mod purge;
mod sessions;
pub mod settings;
pub mod shelf;
pub mod sites;
pub mod standing;
pub mod store;
pub mod tab;
pub mod unfound;
pub mod vault;

use crate::annotation::LogEntry;
use crate::annotation::anchor::{Anchor, Anchorer, anchor};
use crate::annotation::record::sha256;
use crate::engine::Engine;
use crate::text::offsets::{FromBytes, Unit};
use async_lock::Mutex;
use authors::Chance;
use blind::Lots;
use import::Import;
use listing::Listing;
use protocol::{Event, Failure, FailureKind, Json, Mark, Page, Project, Request, Response, UnitKind, UnitReading};
use serde::de::DeserializeOwned;
use serde_json::Value;
use settings::Active;
use shelf::Shelf;
use standing::{Word, words};
use std::cell::LazyCell;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use store::Store;
use unfound::LookedThrough;

/// Most units in one request.
pub const MAX_UNITS: usize = 256;
/// Longest unit, in bytes.
pub const MAX_TEXT: usize = 1 << 20;
/// Longest address, in bytes.
pub const MAX_URL: usize = 64 << 10;

/// The service over an engine and a store.
#[derive(Debug)]
pub struct Service<S> {
    /// With the default set of the codebooks that ship, all of it.
    engine: Rc<Engine>,
    shelf: Rc<Shelf>,
    chance: Rc<Chance>,
    project: Project,
    store: S,
    /// Held over read-modify-write.
    writing: Mutex<()>,
    /// The log of the page asked for last.
    recent: Mutex<Option<(String, Rc<Vec<LogEntry>>)>>,
    /// The keys of all log entries, while slices of records are asked for.
    listing: Listing,
    /// Whether what an earlier life left of an import was seen to.
    begun: Mutex<bool>,
    /// The import that came to its end last.
    ended: RefCell<Option<Import>>,
    /// Settings, codebooks of the coder's own, and the engine that reads with what is switched on.
    active: Mutex<Option<Rc<Active>>>,
    /// What was learned under each codebook that was asked for.
    learning: Mutex<BTreeMap<String, learning::Taught>>,
    looked_through: LookedThrough,
}

/// An answer, and what everybody else should hear.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// To the face that asked.
    pub response: Response,
    /// To every face.
    pub event: Option<Event>,
}

impl<S> Service<S> {
    /// A service; touches the store on the first request.
    pub fn new(engine: Engine, store: S) -> Self {
        Self::over(Rc::new(engine), store)
    }

    fn over(engine: Rc<Engine>, store: S) -> Self {
        Self {
            engine,
            shelf: Shelf::empty().into(),
            chance: Chance::new(|| Err("there is no source of random bytes".to_owned())).into(),
            project: Project::default(),
            store,
            writing: Mutex::new(()),
            recent: Mutex::new(None),
            listing: Listing::default(),
            begun: Mutex::new(false),
            ended: RefCell::new(None),
            active: Mutex::new(None),
            learning: Mutex::new(BTreeMap::new()),
            looked_through: LookedThrough::default(),
        }
    }

    /// The same, with codebooks that the coder can switch on.
    #[must_use]
    pub fn offering(self, shelf: Shelf) -> Self {
        Self { shelf: shelf.into(), ..self }
    }

    /// The same, able to keep authors: `draw` gives 32 bytes at random for the key of their pseudonyms, when it is made.
    #[must_use]
    pub fn drawing(self, draw: impl Fn() -> Result<[u8; 32], String> + 'static) -> Self {
        Self { chance: Chance::new(draw).into(), ..self }
    }

    /// The store, and a service like this one over none.
    fn apart(self) -> (S, Service<()>) {
        let like = Service { shelf: self.shelf, chance: self.chance, ..Service::over(self.engine, ()) };
        (self.store, like)
    }

    /// A service like this one for a project, over its store.
    fn with<T>(&self, project: Project, store: T) -> Service<T> {
        let (shelf, chance) = (Rc::clone(&self.shelf), Rc::clone(&self.chance));
        Service { shelf, chance, project, ..Service::over(Rc::clone(&self.engine), store) }
    }

    /// The project that it serves.
    fn project(&self) -> &Project {
        &self.project
    }
}

impl<S: Store> Service<S> {
    /// The store, for what is asked of it beside records, such as its encryption.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Carries out one request.
    pub async fn handle(&self, request: Request) -> Answer {
        if !matches!(request, Request::Unfound { .. }) {
            self.looked_through.forget();
        }
        if let Err(error) = self.store.ready().await {
            // What is locked is not read from memory either.
            self.forget_all().await;
            return Response::Failed { failure: error.into() }.into();
        }
        if let Err(failure) = self.begin().await {
            return Response::Failed { failure }.into();
        }
        let answer = match request {
            Request::Read { page, units, images } => self.read(&page, &units, &images).await.map(Into::into),
            Request::Codebooks => self.active().await.map(|active| self.cards(&active).into()),
            Request::PageDecisions { url } => self.page_decisions(&url).await.map(Into::into),
            Request::Unfound { url, decisions, units } => self.unfound(&url, &decisions, &units).await.map(Into::into),
            Request::Decide { decision } => self.decide(decision).await,
            Request::Settings => self.active().await.map(|active| active.settings().into()),
            Request::CheckCodebook { codebook } => {
                read(codebook).map(|it| Response::Checked { faults: settings::faults(&it) }.into())
            }
            Request::Codebook { id } => self.codebook(&id).await.map(Into::into),
            Request::Versions { id } => {
                let versions = self.versions(&id).await;
                versions.map(|all| Response::Codebook { codebook: Value::Array(all) }.into())
            }
            Request::SetSettings { settings } => self.set_settings(settings).await,
            Request::AddCodebook { codebook } => self.add_codebook(codebook).await,
            Request::RemoveCodebook { id } => self.remove_codebook(id).await,
            Request::Authors { url, names } => self.authors(&url, &names).await.map(Into::into),
            Request::Learned { codebook } => self.show_learned(&codebook).await.map(Into::into),
            Request::Forget { codebook } => self.forget(codebook).await,
            Request::KeepPicture { decision, at, image } => {
                self.keep_picture(decision, at, image).await.map(Into::into)
            }
            Request::Picture { after } => self.picture(after).await.map(Into::into),
            Request::MostUseful { units } => self.most_useful(&units).await.map(Into::into),
            Request::Before { page, units } => self.before(&page, &units).await.map(Into::into),
            Request::Transcripts { images } => self.transcripts(&images).await.map(Into::into),
            Request::Transcribe { image, text, at } => self.transcribe(&image, text, at).await.map(Into::into),
            Request::Sessions => self.sessions().await.map(Into::into),
            Request::SaveSession { session } => self.save_session(session).await,
            Request::Seen { units } => self.seen_in_session(units).await.map(Into::into),
            Request::FoundVia { url } => self.found_via(&url).await.map(Into::into),
            Request::SetFoundVia { url, found_via } => self.set_found_via(&url, found_via).await.map(Into::into),
            Request::Purge { after, before } => self.purge(after, before).await.map(Into::into),
            Request::Projects
            | Request::SaveProject { .. }
            | Request::OpenProject { .. }
            | Request::DeleteProject { .. }
            | Request::Dump { .. }
            | Request::Restore { .. }
            | Request::Adopt { .. }
            | Request::Vault { .. } => Err(invalid("this store holds one project alone".into())),
            Request::Stage { import, number, records } => self.stage(import, number, records).await.map(Into::into),
            Request::Import { import, slices } => self.import(&import, slices).await,
            Request::Records { after, limit } => self.records(after, limit).await.map(Into::into),
        };
        answer.unwrap_or_else(|failure| Response::Failed { failure }.into())
    }

    /// Forgets what was read from the store; it is read again when it is needed.
    async fn forget_all(&self) {
        *self.recent.lock().await = None;
        self.listing.forget().await;
        *self.active.lock().await = None;
        self.learning.lock().await.clear();
        self.looked_through.forget();
    }

    async fn read(&self, page: &Page, units: &[String], images: &[Option<String>]) -> Result<Response, Failure> {
        limit(units.len() <= MAX_UNITS, || {
            format!("at most {MAX_UNITS} units in one request; send the rest in another")
        })?;
        limit(units.iter().all(|unit| unit.len() <= MAX_TEXT), || {
            format!("a unit is at most {MAX_TEXT} bytes; cut it")
        })?;
        // A page whose address is too long to keep has no decisions; it is read all the same.
        let decisions = match page.url.len() {
            ..=MAX_URL => self.decisions(&address(&page.url)?).await?,
            _ => Rc::default(),
        };
        let active = self.active().await?;
        let (engine, (models, labels)) = (active.engine(), self.personal_now().await?);
        let words = words(&decisions);
        let lots = Lots::new(active.hidden_share(), &self.project.id, &decisions);
        let readings = units
            .iter()
            .zip(images.iter().map(Option::as_ref).chain(std::iter::repeat(None)))
            .map(|(text, image)| {
                let image = image.map(|source| sha256(source));
                let mut reading = engine.read_with(&models, text, Unit::Utf16);
                for result in &mut reading.results {
                    let own = models.iter().zip(&labels).find(|(it, _)| it.frame().codebook == result.codebook.id);
                    result.labels = own.map_or(0, |(_, labels)| *labels);
                }
                let hash = LazyCell::new(|| image.clone().unwrap_or_else(|| sha256(text)));
                let marks = marks(text, image.as_deref(), &hash, &words);
                UnitReading { hidden: lots.hide(&hash, &marks), marks, ..reading }
            })
            .collect();
        Ok(Response::Readings { readings, model: engine.model_with(&models) })
    }

    async fn page_decisions(&self, url: &str) -> Result<Response, Failure> {
        let log = self.decisions(&address(url)?).await?;
        Ok(Response::PageDecisions { decisions: Json::of(&*log) })
    }
}

impl From<Response> for Answer {
    fn from(response: Response) -> Self {
        Self { response, event: None }
    }
}

/// The decisions that stand again in a unit, or in the image that it is.
fn marks<H>(text: &str, image: Option<&str>, identity: &LazyCell<String, H>, words: &[Word<'_>]) -> Vec<Mark>
where
    H: FnOnce() -> String,
{
    let mut marks = Vec::new();
    let unit = Anchorer::new(text);
    for word in words {
        let captured = &word.last.unit;
        let same_image = image.is_some() && captured.image.as_deref() == image;
        // Another image may say the same, and an account is none of the page's units.
        if captured.unit == UnitKind::Account || image.is_some() && captured.image.is_some() && !same_image {
            continue;
        }
        let whole = same_image && word.last.selector.iter().all(|one| one.quote().is_none());
        let found = if whole { Some(Anchor::EXACT) } else { anchor(&unit, &word.last.selector, captured) };
        let Some(found) = found else {
            continue;
        };
        let span = found.span.map(|span| {
            let mut units = FromBytes::new(text, Unit::Utf16);
            (units.at(span.start), units.at(span.end))
        });
        let mark = Mark {
            outcome: found.outcome,
            same_unit: captured.identity() == **identity,
            start: span.map(|(start, _)| start),
            end: span.map(|(_, end)| end),
            ..word.mark()
        };
        standing::put(&mut marks, mark);
    }
    marks
}

/// What was handed over.
fn read<T: DeserializeOwned>(thing: Json<T>) -> Result<T, Failure> {
    thing.read().map_err(|error| invalid(format!("not what was to be handed over: {error}")))
}

/// An address as records keep it: without the fragment.
fn address(url: &str) -> Result<String, Failure> {
    limit(!url.is_empty() && url.len() <= MAX_URL, || format!("an address has 1 to {MAX_URL} bytes"))?;
    Ok(url.split('#').next().unwrap_or_default().to_owned())
}

fn limit(holds: bool, message: impl FnOnce() -> String) -> Result<(), Failure> {
    if holds { Ok(()) } else { Err(invalid(message())) }
}

fn invalid(message: String) -> Failure {
    Failure { kind: FailureKind::Invalid, message }
}
