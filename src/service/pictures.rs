//! Pictures of pages, kept with decisions as evidence.
//!
//! Shape: `picture:<decision>` holds one [`Picture`].
//! Invariants: a decision has one at the most, and the first stays; none comes where the whole text is not kept; what a copy that
//! was restored says of a picture is not believed.
//! Must not touch: how a picture is taken.

use super::decisions::{incomplete, is_uuid, parse, value};
use super::protocol::{Evidence, Failure, Json, Picture, Response};
use super::store::Store;
use super::{Service, invalid, keys, limit};
use crate::annotation::LogEntry;
use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

/// Longest picture, in characters of its data URL: 3 MB of a JPEG.
const MAX_PICTURE: usize = 4 << 20;
/// How its data URL begins.
const JPEG: &str = "data:image/jpeg;base64,";

impl<S: Store> Service<S> {
    /// Whether a picture of the page is wanted with a decision.
    pub(super) fn wants_picture(&self, entry: &LogEntry) -> bool {
        let keeps = self.project.pictures && self.project.evidence == Evidence::Full;
        keeps && entry.revises.is_none() && entry.unit.text.is_some()
    }

    pub(super) async fn keep_picture(&self, decision: String, at: String, image: String) -> Result<Response, Failure> {
        limit(is_uuid(&decision) && at.len() <= 40 && image.len() <= MAX_PICTURE, || {
            format!("a picture is of a decision, and has at most {MAX_PICTURE} characters")
        })?;
        let bytes = image.strip_prefix(JPEG).and_then(|data| Base64::decode_vec(data).ok());
        let bytes = bytes.ok_or_else(|| invalid(format!("a picture is a JPEG, as `{JPEG}…`")))?;
        let _turn = self.writing.lock().await;
        let key = keys::picture(&decision);
        let found = self.store.get(vec![keys::log(&decision), key.clone()]).await?;
        let [Some(entry), kept] = found.as_slice() else {
            return Err(invalid(format!("there is no decision `{decision}` in the open project")));
        };
        limit(self.wants_picture(&parse(entry.clone())?), || "the open project keeps no pictures".into())?;
        if kept.is_none() {
            let picture = Picture { decision: decision.clone(), at, sha256: hex::encode(Sha256::digest(bytes)), image };
            self.store.set([(key, value(&picture)?)].into()).await?;
        }
        Ok(Response::Stored { id: decision, picture: false })
    }

    /// One of them, in the order of the decisions' ids.
    pub(super) async fn picture(&self, after: Option<String>) -> Result<Response, Failure> {
        let pictures = |key: &str| key.starts_with(keys::PICTURE);
        let (keys, next, left) = self.listing.slice(keys::PICTURE, after, 1, &self.store, pictures).await?;
        let (project, left) = (self.project.id.clone(), u32::try_from(left).unwrap_or(u32::MAX));
        let Some(key) = keys.into_iter().next() else {
            return Ok(Response::Picture { project, picture: Json::of(&None), next: None, left: 0 });
        };
        let found = self.store.get(vec![key.clone()]).await?.into_iter().next().ok_or_else(incomplete)?;
        // One that was purged meanwhile, or cannot be read, is none.
        let picture = found.and_then(|value| parse::<Picture>(value).ok());
        let own = |it: &Picture| is_uuid(&it.decision) && keys::picture(&it.decision) == key;
        Ok(Response::Picture { project, picture: Json::of(&picture.filter(own)), next, left })
    }
}
