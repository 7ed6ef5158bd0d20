//! Codebooks that ship beside the default set.
//!
//! Purpose: knows them by name from the start, and has one read when it is first wanted.
//! Invariants: what is read is what was offered, by its exact content.
//! Must not touch: where the bytes lie; the face says how they are had.

use super::protocol::CodebookOffer;
use crate::codebook::Compiled;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// The bytes of a codebook, or in words why they cannot be had.
pub type Opening = Pin<Box<dyn Future<Output = Result<Vec<u8>, String>>>>;

/// What is offered, and how it is had.
pub struct Shelf {
    offers: Vec<CodebookOffer>,
    open: Box<dyn Fn(&str) -> Opening>,
}

impl fmt::Debug for Shelf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Shelf").field("offers", &self.offers).finish_non_exhaustive()
    }
}

impl Shelf {
    /// Of these offers; `open` gives the bytes of one by its id, and is asked for no other.
    pub fn new(offers: Vec<CodebookOffer>, open: impl Fn(&str) -> Opening + 'static) -> Self {
        Self { offers, open: Box::new(open) }
    }

    /// Without anything on it.
    pub(super) fn empty() -> Self {
        Self::new(Vec::new(), |_| Box::pin(async { Err("nothing is offered".to_owned()) }))
    }

    pub(super) fn offers(&self) -> &[CodebookOffer] {
        &self.offers
    }

    pub(super) fn has(&self, id: &str) -> bool {
        self.offers.iter().any(|offer| offer.codebook.id == id)
    }

    /// Reads one.
    pub(super) async fn take(&self, offer: &CodebookOffer) -> Result<Arc<Compiled>, String> {
        let bytes = (self.open)(&offer.codebook.id).await?;
        let compiled = Compiled::from_bytes(&bytes).map_err(|error| error.to_string())?;
        if compiled.reference != offer.codebook {
            return Err("its file is of another version of Postil; install Postil again".to_owned());
        }
        Ok(Arc::new(compiled))
    }
}
