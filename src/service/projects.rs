//! Several bodies of work beside each other in one store: each with its own codebooks, settings, coder and records.
//!
//! Shape: [`PROJECTS`] lists them and says which is open. The first one's keys are as they were before there were others;
//! every key of another begins with its own prefix. A [`Service`] is of one project: opening another makes a new one, and what
//! was asked of the one before is answered there.
//! Invariants: a decision goes to the project that was open when it was sent; a project is listed whole or not at all: what is
//! being deleted or restored is named in the list as such, and what is left of it is swept away at the next start.
//! A list that cannot be read is made again from the keys of the store, blocks nothing, and is kept and named as it was.
//! Must not touch: what a project holds.

use super::check::{MAX_MEMO, MAX_NAME, is_name};
use super::decisions::{check_schema, incomplete, is_uuid, parse, value};
use super::listing::Listing;
use super::protocol::{Damaged, Event, Evidence, Failure, Json, Project, Request, Response, Stored};
use super::store::{Store, StoreError};
use super::vault::wire::{VaultRequest, VaultState};
use super::{Answer, Service, invalid, keys, limit, read};
use crate::annotation::LogEntry;
use async_lock::Mutex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::rc::Rc;

/// Key of the list.
pub const PROJECTS: &str = "projects";
/// Beginning of the key of a list that could not be read.
const ASIDE: &str = "projects-damaged-";
/// Beginning of every key of a project that is not the first.
const PREFIX: &str = "project:";
/// Most projects.
const MAX_PROJECTS: usize = 100;
/// Longest key that is restored, in bytes.
const MAX_KEY: usize = 200;
/// Entries in one write, where many are moved.
const SLICE: usize = 500;
/// Largest value that is restored, in bytes of its JSON.
const MAX_VALUE: usize = 8 << 20;
/// Keys of a project, by how they begin.
const KINDS: [&str; 20] = [
    keys::META,
    keys::SETTINGS,
    keys::CODEBOOKS,
    keys::CODEBOOK,
    keys::VERSIONS,
    keys::ANNOTATION,
    keys::LOG,
    keys::CONFLICT,
    keys::IMPORT,
    keys::AUTHOR_KEY,
    "author:",
    "label:",
    "learned:",
    "page:",
    keys::PURGED,
    keys::VIA,
    keys::TRANSCRIPT,
    keys::PICTURE,
    keys::SESSION,
    keys::NEAR,
];

/// The part of a store that is one project's.
#[derive(Debug)]
pub struct Scoped<S> {
    store: Rc<S>,
    /// Empty for the first project.
    prefix: String,
}

impl<S> Scoped<S> {
    fn new(store: &Rc<S>, project: &str) -> Self {
        Self { store: Rc::clone(store), prefix: prefix(project) }
    }

    fn named(&self, keys: Vec<String>) -> Vec<String> {
        keys.into_iter().map(|key| format!("{}{key}", self.prefix)).collect()
    }
}

/// Beginning of a project's keys.
fn prefix(project: &str) -> String {
    if project == Project::FIRST { String::new() } else { format!("{PREFIX}{project}:") }
}

/// Id of the project that a key is of.
fn owner(key: &str) -> Option<&str> {
    match key.strip_prefix(PREFIX) {
        Some(rest) => rest.split_once(':').map(|(id, _)| id).filter(|id| is_uuid(id)),
        None => KINDS.iter().any(|kind| key.starts_with(kind)).then_some(Project::FIRST),
    }
}

/// What a store says, later. Kept apart from who waits for it: a copy of the store's work in each of these weighs kilobytes.
type Later<'s, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + 's>>;

impl<S: Store> Store for Scoped<S> {
    async fn ready(&self) -> Result<(), StoreError> {
        let ready: Later<'_, _> = Box::pin(self.store.ready());
        ready.await
    }

    async fn get(&self, keys: Vec<String>) -> Result<Vec<Option<Value>>, StoreError> {
        let values: Later<'_, _> = Box::pin(self.store.get(self.named(keys)));
        values.await
    }

    async fn set(&self, entries: BTreeMap<String, Value>) -> Result<(), StoreError> {
        let entries = entries.into_iter().map(|(key, value)| (format!("{}{key}", self.prefix), value)).collect();
        let written: Later<'_, _> = Box::pin(self.store.set(entries));
        written.await
    }

    async fn remove(&self, keys: Vec<String>) -> Result<(), StoreError> {
        let removed: Later<'_, _> = Box::pin(self.store.remove(self.named(keys)));
        removed.await
    }

    async fn keys(&self) -> Result<Vec<String>, StoreError> {
        let keys: Later<'_, Vec<String>> = Box::pin(self.store.keys());
        let keys = keys.await?.into_iter();
        let own = keys.filter_map(|key| key.strip_prefix(&self.prefix).map(str::to_owned));
        Ok(own.filter(|key| KINDS.iter().any(|kind| key.starts_with(kind))).collect())
    }
}

/// The list as it is stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct List {
    open: String,
    projects: Vec<Project>,
    /// Ids of what is only partly there.
    partial: Vec<String>,
    /// Keys of lists that could not be read.
    #[serde(default)]
    aside: Vec<String>,
}

impl Default for List {
    fn default() -> Self {
        Self { open: Project::FIRST.into(), projects: vec![Project::default()], partial: Vec::new(), aside: Vec::new() }
    }
}

impl List {
    fn project(&self, id: &str) -> Option<&Project> {
        self.projects.iter().find(|project| project.id == id)
    }

    fn answer(&self) -> Response {
        Response::Projects { projects: self.projects.clone(), open: self.open.clone() }
    }
}

struct Open<S> {
    list: List,
    service: Rc<Service<Scoped<S>>>,
}

/// The service over a store with several projects.
pub struct Projects<S> {
    store: Rc<S>,
    /// What every project's service is made like.
    like: Service<()>,
    open: Mutex<Option<Open<S>>>,
    /// Held over every change of the list.
    changing: Mutex<()>,
    /// The keys of the project that is dumped, while slices of it are asked for.
    listing: Listing,
}

impl<S: Store> Projects<S> {
    /// Over all of a service's store; touches it on the first request.
    pub fn of(service: Service<S>) -> Self {
        let (store, like) = service.apart();
        Self {
            store: Rc::new(store),
            like,
            open: Mutex::new(None),
            changing: Mutex::new(()),
            listing: Listing::default(),
        }
    }

    /// Carries out one request.
    pub async fn handle(&self, request: Request) -> Answer {
        let answer = match request {
            Request::Vault { request } => self.vault(request).await,
            Request::Projects => self.list().await.map(|list| list.answer().into()),
            Request::SaveProject { project } => self.save(project).await,
            Request::OpenProject { id } => self.enter(id).await,
            Request::DeleteProject { id } => self.delete(&id).await,
            Request::Dump { project, after, limit } => self.dump(&project, after, limit).await.map(Into::into),
            Request::Restore { project, entries } => self.restore(&project, entries).await.map(Into::into),
            Request::Adopt { projects } => self.adopt(projects).await,
            other => self.pass(other).await,
        };
        let answer = answer.unwrap_or_else(|failure| Response::Failed { failure }.into());
        self.show(answer).await
    }

    /// Asks the open project; lists that could not be read are named with the first of its records.
    async fn pass(&self, request: Request) -> Result<Answer, Failure> {
        let begins = matches!(request, Request::Records { after: None, .. });
        let mut answer = self.service().await?.handle(request).await;
        if let Response::Records { damaged, .. } = &mut answer.response
            && begins
        {
            let aside = self.list().await?.aside;
            let values = self.store.get(aside.clone()).await?;
            let mut all = read(damaged.clone())?;
            all.extend(aside.into_iter().zip(values).map(|(key, value)| Damaged {
                key,
                why: "the list of projects could not be read, and was made again".into(),
                value: value.unwrap_or_default().to_string(),
            }));
            *damaged = all.into();
        }
        Ok(answer)
    }

    /// Keeps what scripts in pages have to know in step with what everybody is told.
    async fn show(&self, answer: Answer) -> Answer {
        let Some(Event::Changed { settings }) = &answer.event else { return answer };
        let face = serde_json::json!({
            "quiet": settings.quiet,
            "sitesOff": settings.sites_off,
            "taught": settings.taught,
            "adaptersOff": settings.adapters_off,
            "counting": settings.counting,
        });
        match self.store.set([(keys::FACE.to_owned(), face)].into()).await {
            Ok(()) => answer,
            Err(error) => Answer { response: Response::Failed { failure: error.into() }, ..answer },
        }
    }

    /// What is asked about encryption, before anything is read.
    async fn vault(&self, request: VaultRequest) -> Result<Answer, Failure> {
        if let VaultRequest::Begin { .. } = request {
            // Before there were several projects, it stood in what is sealed now.
            let shown = self.changed().await?;
            if let Answer { response: Response::Failed { failure }, .. } = self.show(shown).await {
                return Err(failure);
            }
        }
        let turns = matches!(request, VaultRequest::Lock | VaultRequest::Unlock { .. });
        let asks = matches!(request, VaultRequest::Status);
        let steps = matches!(request, VaultRequest::Step { .. });
        let status = self.store.vault(request).await;
        if turns {
            // What is in memory goes with the key, also where it could not be seen whether that is gone.
            *self.open.lock().await = None;
            self.listing.forget().await;
        }
        let status = status?;
        let state = status.state;
        let on_its_way = steps && matches!(state, VaultState::Sealing | VaultState::Opening);
        let event = (!asks && !on_its_way).then_some(Event::Vault { state });
        Ok(Answer { response: Response::Vault { status }, event })
    }

    async fn service(&self) -> Result<Rc<Service<Scoped<S>>>, Failure> {
        let mut open = self.open.lock().await;
        if let Some(open) = open.as_ref() {
            return Ok(Rc::clone(&open.service));
        }
        let found = self.store.get(vec![PROJECTS.into(), keys::META.into()]).await?;
        let [stored, meta] = found.as_slice() else { return Err(incomplete()) };
        check_schema(meta.as_ref())?;
        let mut list: List = match stored.clone() {
            None => List::default(),
            Some(stored) => match parse::<List>(stored.clone()).ok().filter(|list| !list.projects.is_empty()) {
                Some(list) => list,
                None => self.made_again(stored).await?,
            },
        };
        if !list.partial.is_empty() {
            for id in std::mem::take(&mut list.partial) {
                self.sweep(&id).await?;
            }
            self.write(&list).await?;
        }
        let opened = self.opened(list)?;
        let service = Rc::clone(&opened.service);
        *open = Some(opened);
        Ok(service)
    }

    /// The list, from what can be read of it and what the store holds; it takes the place of the one that is damaged.
    async fn made_again(&self, damaged: Value) -> Result<List, Failure> {
        let keys = self.store.keys().await?;
        let told = damaged.get("projects").and_then(Value::as_array).into_iter().flatten().cloned();
        let mut projects: Vec<Project> = Vec::new();
        for project in told.filter_map(|project| parse::<Project>(project).ok()) {
            let sound = check(&project).is_ok() && (project.id == Project::FIRST || is_uuid(&project.id));
            if sound && projects.iter().all(|there| there.id != project.id) {
                projects.push(project);
            }
        }
        for id in keys.iter().filter_map(|key| owner(key)) {
            if projects.iter().all(|there| there.id != id) {
                let place = if id == Project::FIRST { 0 } else { projects.len() };
                projects.insert(place, self.guessed(id, projects.len() + 1, &keys).await?);
            }
        }
        if projects.is_empty() {
            projects.push(Project::default());
        }
        let open = damaged.get("open").and_then(Value::as_str).unwrap_or_default().to_owned();
        let mut aside: Vec<String> = keys.into_iter().filter(|key| key.starts_with(ASIDE)).collect();
        let key = (1..).map(|number| format!("{ASIDE}{number}")).find(|key| !aside.contains(key)).unwrap_or_default();
        aside.push(key.clone());
        let list = List { open, projects, partial: Vec::new(), aside };
        self.store.set([(PROJECTS.to_owned(), value(&list)?), (key, damaged)].into()).await?;
        Ok(list)
    }

    /// A project by some of its entries: who most of them are by, and how much they keep. Its name is lost.
    async fn guessed(&self, id: &str, number: usize, keys: &[String]) -> Result<Project, Failure> {
        let logs = prefix(id) + keys::LOG;
        let keys = keys.iter().filter(|key| key.starts_with(&logs)).take(SLICE).cloned().collect();
        let logs = self.store.get(keys).await?.into_iter().flatten();
        let logs: Vec<LogEntry> = logs.filter_map(|log| parse(log).ok()).collect();
        let coders = || logs.iter().map(|entry| &entry.coder);
        let coder = coders().max_by_key(|one| coders().filter(|coder| coder == one).count()).cloned();
        let texts = logs.is_empty() || logs.iter().any(|entry| entry.unit.text.is_some());
        let quotes = logs.iter().flat_map(|entry| &entry.selector).any(|one| one.quote().is_some());
        let evidence = match (texts, quotes) {
            (true, _) => Evidence::Full,
            (false, true) => Evidence::Quote,
            (false, false) => Evidence::None,
        };
        let like = Project::default();
        let name = if id == Project::FIRST { like.name } else { format!("Project {number}") };
        Ok(Project { id: id.into(), name, coder: coder.unwrap_or(like.coder), evidence, ..Project::default() })
    }

    fn opened(&self, list: List) -> Result<Open<S>, Failure> {
        let project = list.project(&list.open).or(list.projects.first()).cloned().ok_or_else(incomplete)?;
        let service = self.like.with(project.clone(), Scoped::new(&self.store, &project.id));
        Ok(Open { list: List { open: project.id, ..list }, service: service.into() })
    }

    async fn list(&self) -> Result<List, Failure> {
        self.service().await?;
        self.open.lock().await.as_ref().map(|open| open.list.clone()).ok_or_else(incomplete)
    }

    /// Writes the list, and goes on from it. A service whose project did not change stays, with all it has in memory.
    async fn keep(&self, list: List) -> Result<(), Failure> {
        let mut open = self.open.lock().await;
        self.write(&list).await?;
        match open.as_mut().filter(|open| list.project(&list.open) == Some(open.service.project())) {
            Some(open) => open.list = list,
            None => *open = Some(self.opened(list)?),
        }
        Ok(())
    }

    async fn write(&self, list: &List) -> Result<(), Failure> {
        Ok(self.store.set([(PROJECTS.to_owned(), value(list)?)].into()).await?)
    }

    /// The answer after the open project changed.
    async fn changed(&self) -> Result<Answer, Failure> {
        let list = self.list().await?;
        let settings = self.service().await?.active().await?.settings();
        let Response::Settings { settings } = settings else { return Err(incomplete()) };
        Ok(Answer { response: list.answer(), event: Some(Event::Changed { settings }) })
    }

    async fn save(&self, project: Json<Project>) -> Result<Answer, Failure> {
        let project = read(project)?;
        check(&project)?;
        let _turn = self.changing.lock().await;
        let mut list = self.list().await?;
        match list.projects.iter_mut().find(|it| it.id == project.id) {
            Some(there) => {
                if there.coder != project.coder {
                    let keys = Scoped::new(&self.store, &project.id).keys().await?;
                    limit(!keys.iter().any(|key| key.starts_with(keys::LOG)), || {
                        format!(
                            "decisions were made as `{}` already; make a new project for another coder",
                            there.coder
                        )
                    })?;
                }
                *there = project;
            }
            None => {
                limit(list.projects.len() < MAX_PROJECTS, || {
                    format!("there are {MAX_PROJECTS} projects already; export one and delete it")
                })?;
                limit(is_uuid(&project.id), || "a new project's id is a UUID".into())?;
                list.projects.push(project);
            }
        }
        self.keep(list).await?;
        self.changed().await
    }

    async fn enter(&self, id: String) -> Result<Answer, Failure> {
        let _turn = self.changing.lock().await;
        let list = self.list().await?;
        limit(list.project(&id).is_some(), || format!("there is no project `{id}`"))?;
        self.keep(List { open: id, ..list }).await?;
        self.changed().await
    }

    async fn delete(&self, id: &str) -> Result<Answer, Failure> {
        let _turn = self.changing.lock().await;
        let mut list = self.list().await?;
        limit(list.project(id).is_some(), || format!("there is no project `{id}`"))?;
        list.projects.retain(|project| project.id != id);
        if list.projects.is_empty() {
            list.projects.push(Project::default());
        }
        if list.project(&list.open).is_none() || list.open == id {
            list.open = list.projects[0].id.clone();
        }
        list.partial.push(id.to_owned());
        {
            // Nothing is asked of any project meanwhile, and what is in memory goes before what is stored.
            let mut open = self.open.lock().await;
            self.write(&list).await?;
            *open = None;
            self.sweep(id).await?;
            list.partial.retain(|one| one != id);
            // Sweeping again at the next start does no harm, unless there is a project of this name.
            if list.project(id).is_some() {
                self.write(&list).await?;
            }
            *open = Some(self.opened(list)?);
        }
        self.changed().await
    }

    /// Removes all that a project holds.
    async fn sweep(&self, id: &str) -> Result<(), Failure> {
        let scope = Scoped::new(&self.store, id);
        let keys = scope.keys().await?;
        for keys in keys.chunks(SLICE) {
            scope.remove(keys.to_vec()).await?;
        }
        Ok(())
    }

    /// A slice of what a project holds, in the order of its keys.
    async fn dump(&self, project: &str, after: Option<String>, most: u32) -> Result<Response, Failure> {
        limit(self.list().await?.project(project).is_some(), || format!("there is no project `{project}`"))?;
        if after.is_none() {
            self.settle(project).await?;
        }
        let scope = Scoped::new(&self.store, project);
        let most = most.clamp(1, SLICE as u32) as usize;
        let (keys, next, _) = self.listing.slice(project, after, most, &scope, lasts).await?;
        let values = scope.get(keys.clone()).await?;
        let entries = keys.into_iter().zip(values).filter_map(|(key, value)| Some(Stored { key, value: value? }));
        Ok(Response::Dump { entries: Json::of(&entries.collect()), next })
    }

    /// Finishes an import that will be, so that no copy holds a part of it.
    async fn settle(&self, id: &str) -> Result<(), Failure> {
        let open = self.service().await?;
        if open.project().id == id {
            return open.settle().await;
        }
        let list = self.list().await?;
        let project = list.project(id).cloned().ok_or_else(incomplete)?;
        self.like.with(project, Scoped::new(&self.store, id)).settle().await
    }

    /// Puts entries where a project is to be: it is one once it is adopted, and is swept away if it never is.
    async fn restore(&self, id: &str, entries: Json<Vec<Stored>>) -> Result<Response, Failure> {
        let entries = read(entries)?;
        limit(is_uuid(id), || "a restored project's id is a new UUID".into())?;
        limit(entries.len() <= SLICE, || format!("at most {SLICE} entries in one request"))?;
        for Stored { key, value } in &entries {
            limit(KINDS.iter().any(|kind| key.starts_with(kind)) && lasts(key) && key.len() <= MAX_KEY, || {
                format!("`{key}` is nothing that a project holds; choose a file that Postil saved")
            })?;
            limit(value.to_string().len() <= MAX_VALUE, || format!("`{key}` holds more than {MAX_VALUE} bytes"))?;
            if key == keys::META {
                check_schema(Some(value))?;
            }
        }
        let _turn = self.changing.lock().await;
        let mut list = self.list().await?;
        limit(list.project(id).is_none(), || format!("there is a project `{id}` already; it is not overwritten"))?;
        if !list.partial.iter().any(|one| one == id) {
            list.partial.push(id.to_owned());
            self.keep(list).await?;
        }
        let entries = entries.into_iter().map(|Stored { key, value }| (key, value)).collect();
        Scoped::new(&self.store, id).set(entries).await?;
        Ok(Response::Restored)
    }

    /// Lists restored projects, all at once, and opens the first of them.
    async fn adopt(&self, projects: Json<Vec<Project>>) -> Result<Answer, Failure> {
        let projects = read(projects)?;
        let _turn = self.changing.lock().await;
        let mut list = self.list().await?;
        limit(list.projects.len() + projects.len() <= MAX_PROJECTS, || format!("at most {MAX_PROJECTS} projects"))?;
        for project in projects {
            check(&project)?;
            let id = project.id.clone();
            let known = list.partial.iter().position(|one| *one == id);
            let place = known.ok_or_else(|| invalid(format!("nothing was restored for the project `{id}`")))?;
            list.partial.remove(place);
            list.open = id;
            list.projects.push(project);
        }
        self.keep(list).await?;
        self.changed().await
    }
}

/// Whether a key is of what a copy holds, and not of an import that is on its way.
fn lasts(key: &str) -> bool {
    !key.starts_with(keys::IMPORT)
}

fn check(project: &Project) -> Result<(), Failure> {
    limit(project.escalation.len() <= MAX_MEMO, || {
        format!("what is to be done about what is urgent has at most {MAX_MEMO} bytes")
    })?;
    limit(is_name(&project.name) && is_name(&project.coder), || {
        format!("a project and its coder have names of 1 to {MAX_NAME} bytes")
    })?;
    let day = |day: &String| day.len() == 10 && day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    limit(project.keep_until.iter().all(day), || "a date is written YYYY-MM-DD".into())
}
