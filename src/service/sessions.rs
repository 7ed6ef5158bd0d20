//! Coding sessions: what a coder set out from, and how much was seen and coded, which is the denominator of what was found.
//!
//! Shape: `session:<id>` holds one; `sessions` which there are, and which is open. What is decided while one is open names it.
//! Invariants: one is open at the most; numbers are counted here alone, whatever a face says that they are.
//! Must not touch: the clock; faces say when a session begins and ends.

use super::check::{MAX_NAME, is_time};
use super::decisions::{is_uuid, parse, value};
use super::protocol::{Failure, Json, Response, Session};
use super::store::Store;
use super::{Answer, Service, keys, limit, read};
use serde::{Deserialize, Serialize};

/// Most sessions that are kept; of more, the last.
const MAX_SESSIONS: usize = 1_000;

/// Which sessions there are.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Sessions {
    /// The first one first.
    ids: Vec<String>,
    open: Option<String>,
}

impl<S: Store> Service<S> {
    /// All sessions, the first one first.
    pub(super) async fn sessions(&self) -> Result<Response, Failure> {
        let list = self.session_list().await?;
        let stored = self.store.get(list.ids.iter().map(|id| keys::session(id)).collect()).await?;
        let sessions: Vec<Session> = stored.into_iter().flatten().filter_map(|value| parse(value).ok()).collect();
        Ok(Response::Sessions { sessions, open: list.open })
    }

    /// Keeps a session, in place of the one with its id. Without an end it is the open one from now on; one that was open
    /// before ends when this one begins.
    pub(super) async fn save_session(&self, session: Json<Session>) -> Result<Answer, Failure> {
        let mut session = read(session)?;
        limit(is_uuid(&session.id), || "a session's id is a UUID".into())?;
        limit(is_time(&session.began) && session.ended.as_deref().is_none_or(is_time), || {
            "a session begins and ends at a time, RFC 3339 in UTC".into()
        })?;
        limit(session.seed.len() <= MAX_NAME, || format!("what a session sets out from has at most {MAX_NAME} bytes"))?;
        {
            let _turn = self.writing.lock().await;
            let mut list = self.session_list().await?;
            (session.seen, session.coded) = self.session(&session.id).await?.map_or((0, 0), |it| (it.seen, it.coded));
            let mut entries = [(keys::session(&session.id), value(&session)?)].into_iter().collect();
            if let Some(open) = list.open.take().filter(|open| *open != session.id) {
                match session.ended {
                    // Another one is changed after its end; the open one goes on.
                    Some(_) => list.open = Some(open),
                    None => self.end_session(&open, &session.began, &mut entries).await?,
                }
            }
            if session.ended.is_none() {
                list.open = Some(session.id.clone());
            }
            if !list.ids.contains(&session.id) {
                list.ids.push(session.id);
                let over = list.ids.len().saturating_sub(MAX_SESSIONS);
                list.ids.drain(..over);
            }
            entries.insert(keys::SESSIONS.into(), value(&list)?);
            self.store.set(entries).await?;
            let was = self.active().await?.counts();
            if was != list.open.is_some() {
                let event = self.count_seen(!was).await?;
                return Ok(Answer { response: self.sessions().await?, event: Some(event) });
            }
        }
        self.sessions().await.map(Into::into)
    }

    async fn end_session(
        &self,
        id: &str,
        at: &str,
        entries: &mut std::collections::BTreeMap<String, serde_json::Value>,
    ) -> Result<(), Failure> {
        if let Some(mut session) = self.session(id).await? {
            session.ended = Some(at.to_owned());
            entries.insert(keys::session(id), value(&session)?);
        }
        Ok(())
    }

    /// Adds units that were seen to the open session, if there is one.
    pub(super) async fn seen_in_session(&self, units: u32) -> Result<Response, Failure> {
        let _turn = self.writing.lock().await;
        let Some(mut session) = self.open_session().await? else { return Ok(Response::Seen) };
        session.seen = session.seen.saturating_add(units);
        self.store.set([(keys::session(&session.id), value(&session)?)].into()).await?;
        Ok(Response::Seen)
    }

    /// The open session.
    pub(super) async fn open_session(&self) -> Result<Option<Session>, Failure> {
        match self.session_list().await?.open {
            Some(open) => self.session(&open).await,
            None => Ok(None),
        }
    }

    async fn session(&self, id: &str) -> Result<Option<Session>, Failure> {
        let stored = self.store.get(vec![keys::session(id)]).await?.into_iter().next().flatten();
        Ok(stored.and_then(|stored| parse(stored).ok()))
    }

    async fn session_list(&self) -> Result<Sessions, Failure> {
        let stored = self.store.get(vec![keys::SESSIONS.into()]).await?.into_iter().next().flatten();
        Ok(stored.and_then(|stored| parse(stored).ok()).unwrap_or_default())
    }
}
