//! What the coder wrote of the words in images: it is read as any other text of the page.
//!
//! Shape: `transcript:<hash>` holds the words and when they were written, by the hash of what the image is known by.
//! Invariants: nothing is kept where the project keeps no whole texts; purging takes it out ([`purge`](super::purge)).
//! Must not touch: what is decided about an image, whose decision holds its own text.

use super::check::is_time;
use super::decisions::{parse, value};
use super::protocol::{Evidence, Failure, Response};
use super::store::Store;
use super::{MAX_TEXT, MAX_UNITS, Service, keys, limit};
use crate::annotation::record::sha256;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Longest name of an image, in bytes.
const MAX_SOURCE: usize = 4096;

/// What was written.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Transcript {
    text: String,
    at: String,
}

/// What an image is known by in records.
pub(super) fn identity(source: &str) -> Result<String, Failure> {
    limit((1..=MAX_SOURCE).contains(&source.len()), || {
        format!("what an image is known by has 1 to {MAX_SOURCE} bytes")
    })?;
    Ok(sha256(source))
}

impl<S: Store> Service<S> {
    /// What was written of these images.
    pub(super) async fn transcripts(&self, images: &[String]) -> Result<Response, Failure> {
        limit(images.len() <= MAX_UNITS, || format!("at most {MAX_UNITS} images in one request"))?;
        let keys = images.iter().map(|image| Ok(keys::transcript(&identity(image)?)));
        let found = self.store.get(keys.collect::<Result<_, Failure>>()?).await?;
        let read = |stored: Option<Value>| Some(parse::<Transcript>(stored?).ok()?.text);
        Ok(Response::Transcripts { texts: found.into_iter().map(read).collect() })
    }

    /// Keeps what was written of an image, in place of what was.
    pub(super) async fn transcribe(&self, image: &str, text: String, at: String) -> Result<Response, Failure> {
        limit(text.len() <= MAX_TEXT, || format!("the words of an image have at most {MAX_TEXT} bytes"))?;
        limit(is_time(&at), || "the time is RFC 3339 in UTC, such as 2026-01-02T03:04:05.678Z".into())?;
        let key = keys::transcript(&identity(image)?);
        let _turn = self.writing.lock().await;
        let kept = self.project.evidence == Evidence::Full && !text.is_empty();
        if kept {
            self.store.set([(key, value(&Transcript { text: text.clone(), at })?)].into()).await?;
        } else {
            self.store.remove(vec![key]).await?;
        }
        Ok(Response::Transcripts { texts: vec![kept.then_some(text)] })
    }

    /// Takes out what was written before a moment, or all of it.
    pub(super) async fn purge_transcripts(&self, before: Option<&String>) -> Result<(), Failure> {
        let mut keys = self.store.keys().await?;
        keys.retain(|key| key.starts_with(keys::TRANSCRIPT));
        let found = self.store.get(keys.clone()).await?;
        let old = |stored: Option<Value>| {
            let written = stored.and_then(|stored| parse::<Transcript>(stored).ok());
            before.is_none_or(|before| written.is_none_or(|written| written.at < *before))
        };
        let gone = keys.into_iter().zip(found).filter_map(|(key, stored)| old(stored).then_some(key)).collect();
        Ok(self.store.remove(gone).await?)
    }
}
