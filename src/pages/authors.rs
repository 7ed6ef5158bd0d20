//! The authors whom the page shows, told apart by how it writes their names.
//!
//! Invariants: a name is known here only while the page shows it; what is kept of an author are counts of units. Whether two
//! spellings are one author is the service's matter: they have the same pseudonym and the same counts.
//! Must not touch: how anything looks, pseudonyms (the service makes them).

use crate::store::bare;
use leptos::prelude::RwSignal;
use postil::service::protocol::AuthorCounts;
use std::collections::HashMap;

/// What makes an author the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Who {
    /// Address of the page without fragment.
    pub(crate) url: String,
    /// Name or handle, as the page writes it.
    pub(crate) shown: String,
}

impl Who {
    /// Whom a page at this address shows under this name.
    pub(crate) fn new(url: &str, shown: &str) -> Self {
        Self { url: bare(url).to_owned(), shown: shown.to_owned() }
    }
}

/// An author of units of the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Author {
    /// Which one.
    pub(crate) who: Who,
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
        let who = Who::new(url, shown);
        let place = *places.entry(who.clone()).or_insert(authors.len());
        match authors.get_mut(place) {
            Some(author) => author.units += 1,
            None => authors.push(Author { who, units: 1 }),
        }
    }
    authors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_author_is_listed_once_where_the_page_shows_them_first() {
        let (page, frame) = ("https://example.org/1", "https://example.com/2");
        let units = [(page, "Tea @tea"), (page, "Salt"), (frame, "Salt"), ("https://example.org/1#salt", "Tea @tea")];
        let listed = authors(units.into_iter());
        let seen: Vec<_> = listed.iter().map(|it| (&*it.who.url, &*it.who.shown, it.units)).collect();
        assert_eq!(seen, [(page, "Tea @tea", 2), (page, "Salt", 1), (frame, "Salt", 1)]);
    }
}
