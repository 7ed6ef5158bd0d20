//! The words of the catalogue, for whatever part of a page shows them.

use crate::host::Host;
use leptos::prelude::*;

/// Who has the messages; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Texts(pub(crate) StoredValue<Host, LocalStorage>);

impl Texts {
    /// A message of the catalogue.
    pub(crate) fn text(&self, key: &str) -> String {
        self.0.with_value(|host| host.text(key))
    }

    /// A message of the catalogue, with its placeholders filled.
    pub(crate) fn fill(&self, key: &str, args: &[&str]) -> String {
        self.0.with_value(|host| host.fill(key, args))
    }

    /// A message about a number of things.
    pub(crate) fn count(&self, one: &str, other: &str, number: usize) -> String {
        self.0.with_value(|host| host.count(one, other, number))
    }
}
