//! The authors whom the page shows, told apart as records tell them.
//!
//! Invariants: a name is known here only while the page shows it; what is kept of an author are counts of units.
//! Must not touch: how anything looks, pseudonyms (the service makes them).

use leptos::prelude::RwSignal;
use postil::annotation::pseudonym::{identity, site};
use postil::service::protocol::AuthorCounts;
use std::collections::HashMap;

/// What makes an author the same: the site, and the handle or else the name.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Who {
    site: String,
    identity: String,
}

impl Who {
    /// Whom a page at this address shows under this name; none where no name is left.
    pub(crate) fn new(url: &str, shown: &str) -> Option<Self> {
        let identity = identity(shown);
        (!identity.is_empty()).then(|| Self { site: site(url), identity })
    }
}

/// An author of units of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Author {
    /// Which one.
    pub(crate) who: Who,
    /// As the page writes it first.
    pub(crate) shown: String,
    /// Address of the page, as the browser gives it.
    pub(crate) url: String,
    /// How many units on the page are theirs.
    pub(crate) units: usize,
}

/// What the panel knows of authors; a handle, cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Authors {
    /// Whether they are listed.
    pub(crate) open: RwSignal<bool>,
    /// The one whose units alone are shown.
    pub(crate) only: RwSignal<Option<Author>>,
    /// What stands of their units.
    pub(crate) counts: RwSignal<HashMap<Who, AuthorCounts>>,
    /// Raised with every decision that is stored.
    pub(crate) decided: RwSignal<u32>,
}

impl Authors {
    /// Knows nothing yet.
    pub(crate) fn new() -> Self {
        Self {
            open: RwSignal::new(false),
            only: RwSignal::new(None),
            counts: RwSignal::new(HashMap::new()),
            decided: RwSignal::new(0),
        }
    }
}

/// The authors of some units, each given by the address of its page and the name shown, in the order of their first units.
pub(crate) fn authors<'a>(units: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Author> {
    let mut authors: Vec<Author> = Vec::new();
    let mut places: HashMap<Who, usize> = HashMap::new();
    for (url, shown) in units {
        let Some(who) = Who::new(url, shown) else { continue };
        let place = *places.entry(who.clone()).or_insert(authors.len());
        match authors.get_mut(place) {
            Some(author) => author.units += 1,
            None => authors.push(Author { who, shown: shown.to_owned(), url: url.to_owned(), units: 1 }),
        }
    }
    authors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_listed_once_where_the_page_shows_them_first() {
        let page = "https://example.org/1";
        let units = [(page, "Tea @tea"), (page, "Salt"), (page, "\u{200f}"), ("https://m.example.org/2", "@TEA")];
        let listed = authors(units.into_iter().chain([("https://example.com", "@tea")]));
        let seen: Vec<(&str, usize)> = listed.iter().map(|author| (&*author.shown, author.units)).collect();
        assert_eq!(seen, [("Tea @tea", 2), ("Salt", 1), ("@tea", 1)]);
    }
}
