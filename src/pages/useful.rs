//! The way from one unit whose decision would teach much to the next.
//!
//! Invariants: a unit is gone to once until every open one has been; what was decided meanwhile is passed over; after a
//! decision the way is asked for anew, because something was learned.
//! Must not touch: what is useful; that is the service's judgement.

use std::collections::HashSet;

/// A way through the units of a page, by their ids.
#[derive(Debug, Default)]
pub(crate) struct Way {
    /// The next one first.
    ahead: Vec<String>,
    behind: HashSet<String>,
}

impl Way {
    /// Goes to the next unit ahead that is still open, if there is one.
    pub(crate) fn go(&mut self, open: &[String]) -> Option<String> {
        let next = self.ahead.iter().find(|id| open.contains(id) && !self.behind.contains(*id)).cloned();
        match &next {
            Some(id) => {
                self.behind.insert(id.clone());
            }
            None => self.ahead.clear(),
        }
        next
    }

    /// Of the open units those to ask about, at most so many: those not gone to yet, or if there are none all over again.
    pub(crate) fn ask(&mut self, open: &[String], most: usize) -> Vec<String> {
        if open.iter().all(|id| self.behind.contains(id)) {
            self.behind.clear();
        }
        open.iter().filter(|id| !self.behind.contains(*id)).take(most).cloned().collect()
    }

    /// What was answered: the places of the units asked about, the most useful first.
    pub(crate) fn told(&mut self, asked: &[String], order: &[usize]) {
        self.ahead = order.iter().filter_map(|place| asked.get(*place).cloned()).collect();
    }

    /// Something was decided.
    pub(crate) fn learned(&mut self) {
        self.ahead.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Way;

    fn ids(ids: &str) -> Vec<String> {
        ids.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn the_way_leads_over_every_open_unit_and_begins_again() {
        let (mut way, open) = (Way::default(), ids("a b c d"));
        assert_eq!(way.go(&open), None);
        assert_eq!(way.ask(&open, 3), ids("a b c"));
        way.told(&ids("a b c"), &[2, 0, 7, 1]);
        assert_eq!([way.go(&open), way.go(&open)].map(Option::unwrap), ["c", "a"]);
        // What was decided meanwhile is passed over.
        assert_eq!(way.go(&ids("a c d")), None);
        assert_eq!(way.ask(&ids("a c d"), 3), ids("d"));
        way.told(&ids("d"), &[0]);
        assert_eq!(way.go(&ids("a c d")).unwrap(), "d");
        assert_eq!(way.ask(&ids("a c d"), 9), ids("a c d"));
    }

    #[test]
    fn after_a_decision_the_way_is_asked_for_anew() {
        let (mut way, open) = (Way::default(), ids("a b c"));
        way.told(&open, &[1, 0, 2]);
        assert_eq!(way.go(&open).unwrap(), "b");
        way.learned();
        assert_eq!(way.go(&open), None);
        assert_eq!(way.ask(&open, 9), ids("a c"));
        assert_eq!(way.ask(&[], 9), ids(""));
    }
}
