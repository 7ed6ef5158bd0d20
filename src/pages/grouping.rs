//! Which units the panel shows, and in what company.
//!
//! Invariants: the order is the document's; units without findings stand together in runs, one line each run; a unit that
//! is still waiting for its reading is counted and not shown.
//! Must not touch: signals, the document.

use std::collections::HashSet;

/// What the list needs to know of a unit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Facts {
    /// Its reading has come.
    pub(crate) read: bool,
    /// Something was found in it, or the coder assigned a code to it before.
    pub(crate) found: bool,
    /// A suggestion waits for the coder's word.
    pub(crate) open: bool,
    /// The coder has had a last word on it.
    pub(crate) decided: bool,
}

/// Which units to show.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Filter {
    /// All.
    #[default]
    All,
    /// Those with findings.
    Found,
    /// Those with a suggestion that waits for the coder's word.
    Open,
}

impl Filter {
    /// Whether a unit is shown.
    pub(crate) fn shows(self, facts: Facts) -> bool {
        match self {
            Self::All => true,
            Self::Found => facts.found,
            Self::Open => facts.open,
        }
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum Item {
    /// A unit, by its id.
    Unit(String),
    /// A run of units without findings, by the id of its first.
    Quiet {
        /// Id of the first unit.
        first: String,
        /// How many there are.
        count: usize,
    },
}

/// Numbers for the header.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// Units on the page.
    pub(crate) units: usize,
    /// Units whose reading has come.
    pub(crate) read: usize,
    /// Units with findings.
    pub(crate) found: usize,
    /// Units that the coder has decided about.
    pub(crate) decided: usize,
}

/// The lines of the list. `unfolded` holds the runs shown unit by unit; `keep` is shown whatever the filter says, lest a
/// unit vanish under the coder's hands.
pub(crate) fn items<'a>(
    units: impl Iterator<Item = (&'a str, Facts)>,
    filter: Filter,
    unfolded: &HashSet<String>,
    keep: Option<&str>,
) -> Vec<Item> {
    let mut items = Vec::new();
    let mut run: Vec<&str> = Vec::new();
    for (id, facts) in units.filter(|(_, facts)| facts.read) {
        if filter == Filter::All && !facts.found {
            run.push(id);
            continue;
        }
        if filter.shows(facts) || keep == Some(id) {
            close(&mut run, unfolded, &mut items);
            items.push(Item::Unit(id.to_owned()));
        }
    }
    close(&mut run, unfolded, &mut items);
    items
}

/// The id of the first of the run in which a unit is folded.
pub(crate) fn run_of<'a>(units: impl Iterator<Item = (&'a str, Facts)>, unit: &str) -> Option<&'a str> {
    let mut first = None;
    for (id, facts) in units.filter(|(_, facts)| facts.read) {
        first = if facts.found { None } else { first.or(Some(id)) };
        if id == unit {
            return first;
        }
    }
    None
}

fn close(run: &mut Vec<&str>, unfolded: &HashSet<String>, items: &mut Vec<Item>) {
    let Some(first) = run.first() else { return };
    items.push(Item::Quiet { first: (*first).to_owned(), count: run.len() });
    if unfolded.contains(*first) {
        items.extend(run.iter().map(|id| Item::Unit((*id).to_owned())));
    }
    run.clear();
}

/// The numbers for the header.
pub(crate) fn counts(units: impl Iterator<Item = Facts>) -> Counts {
    units.fold(Counts::default(), |counts, facts| Counts {
        units: counts.units + 1,
        read: counts.read + usize::from(facts.read),
        found: counts.found + usize::from(facts.found),
        decided: counts.decided + usize::from(facts.decided),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Facts = Facts { read: true, found: false, open: false, decided: false };
    const OPEN: Facts = Facts { read: true, found: true, open: true, decided: false };
    const DONE: Facts = Facts { read: true, found: true, open: false, decided: true };
    const WAITING: Facts = Facts { read: false, found: false, open: false, decided: false };

    fn list(units: &[(&str, Facts)], filter: Filter, unfolded: &[&str], keep: Option<&str>) -> Vec<String> {
        let unfolded = unfolded.iter().map(|id| (*id).to_owned()).collect();
        items(units.iter().copied(), filter, &unfolded, keep)
            .into_iter()
            .map(|item| match item {
                Item::Unit(id) => id,
                Item::Quiet { first, count } => format!("{first}+{count}"),
            })
            .collect()
    }

    const PAGE: [(&str, Facts); 7] =
        [("a", QUIET), ("b", QUIET), ("c", OPEN), ("d", WAITING), ("e", QUIET), ("f", DONE), ("g", QUIET)];

    #[test]
    fn runs_of_quiet_units_fold_into_a_line() {
        assert_eq!(list(&PAGE, Filter::All, &[], None), ["a+2", "c", "e+1", "f", "g+1"]);
    }

    #[test]
    fn an_unfolded_run_shows_its_units_after_its_line() {
        assert_eq!(list(&PAGE, Filter::All, &["a"], None), ["a+2", "a", "b", "c", "e+1", "f", "g+1"]);
    }

    #[test]
    fn filters_leave_quiet_units_out() {
        assert_eq!(list(&PAGE, Filter::Found, &[], None), ["c", "f"]);
        assert_eq!(list(&PAGE, Filter::Open, &[], None), ["c"]);
    }

    #[test]
    fn the_kept_unit_stays() {
        assert_eq!(list(&PAGE, Filter::Open, &[], Some("f")), ["c", "f"]);
        assert_eq!(list(&PAGE, Filter::All, &[], Some("e")), ["a+2", "c", "e+1", "f", "g+1"]);
    }

    #[test]
    fn a_waiting_unit_does_not_part_a_run() {
        let page = [("a", QUIET), ("b", WAITING), ("c", QUIET)];
        assert_eq!(list(&page, Filter::All, &[], None), ["a+2"]);
    }

    #[test]
    fn a_folded_unit_is_in_a_run() {
        let run = |unit| run_of(PAGE.iter().copied(), unit);
        assert_eq!(["a", "b", "e", "g"].map(run), [Some("a"), Some("a"), Some("e"), Some("g")]);
        assert_eq!(["c", "d", "f", "x"].map(run), [None; 4]);
    }

    #[test]
    fn everything_is_counted() {
        let counts = counts(PAGE.iter().map(|(_, facts)| *facts));
        assert_eq!(counts, Counts { units: 7, read: 6, found: 2, decided: 1 });
    }
}
