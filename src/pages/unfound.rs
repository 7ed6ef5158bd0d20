//! The search through the page for decisions that are found on no unit of it.
//!
//! Invariants: a unit is looked through once for as long as its text and the decisions stay; slices are small, so that the
//! background is never held for long.
//! Must not touch: signals, how requests travel.

use postil::annotation::anchor::settle;
use postil::service::MAX_UNITS;
use postil::service::protocol::Likeness;
use postil::service::unfound::{MAX_SOUGHT, SLICE};
use std::collections::HashMap;

/// A passage that may be what a decision was about.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Candidate {
    /// Id of its unit within the tab.
    pub(crate) unit: String,
    /// UTF-16 offsets into the unit's text.
    pub(crate) span: [u32; 2],
    score: f64,
    context: f64,
}

/// What to ask next.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Slice {
    /// Ids of the units.
    pub(crate) units: Vec<String>,
    /// Their texts.
    pub(crate) texts: Vec<String>,
    /// Ids of the decisions on one page, at most as many as may be asked for at once.
    pub(crate) sought: Vec<String>,
}

/// What was looked for where, and what was found.
#[derive(Debug, Default)]
pub(crate) struct Search {
    sought: Vec<String>,
    /// Texts of the units that were looked through, and how many of the decisions were looked for in them.
    seen: HashMap<String, (String, usize)>,
    found: HashMap<String, Vec<Candidate>>,
}

impl Search {
    /// The next slice; none when all units were looked through for all decisions.
    pub(crate) fn next(&mut self, sought: Vec<String>, units: &[(String, String)]) -> Option<Slice> {
        if self.sought != sought {
            *self = Self { sought, ..Self::default() };
        }
        let now: HashMap<&str, &str> = units.iter().map(|(id, text)| (&**id, &**text)).collect();
        self.seen.retain(|id, (text, _)| now.get(&**id) == Some(&&**text));
        let seen = &self.seen;
        self.found.values_mut().for_each(|found| found.retain(|it| seen.contains_key(&it.unit)));
        let done = |id: &str| self.seen.get(id).map_or(0, |(_, done)| *done);
        let first = units.iter().map(|(id, _)| done(id)).find(|done| *done < self.sought.len())?;
        let (mut slice, mut bytes) = (Slice { units: Vec::new(), texts: Vec::new(), sought: Vec::new() }, 0);
        for (id, text) in units.iter().filter(|(id, _)| done(id) == first) {
            bytes += text.len();
            if !slice.units.is_empty() && (bytes > SLICE || slice.units.len() == MAX_UNITS) {
                break;
            }
            slice.units.push(id.clone());
            slice.texts.push(text.clone());
        }
        slice.sought = self.sought.iter().skip(first).take(MAX_SOUGHT).cloned().collect();
        for (id, text) in slice.units.iter().zip(&slice.texts) {
            self.seen.insert(id.clone(), (text.clone(), first + slice.sought.len()));
        }
        Some(slice)
    }

    /// Takes in what a slice holds. Decisions that the answer did not come to are looked for again.
    pub(crate) fn told(&mut self, slice: &Slice, passages: Vec<Vec<Likeness>>) {
        let left = slice.sought.len().saturating_sub(passages.len().max(1));
        for unit in &slice.units {
            if let Some((_, done)) = self.seen.get_mut(unit) {
                *done = done.saturating_sub(left);
            }
        }
        for (decision, passages) in slice.sought.iter().zip(passages) {
            let found = self.found.entry(decision.clone()).or_default();
            found.extend(passages.into_iter().filter_map(|it| {
                let unit = slice.units.get(it.unit)?.clone();
                Some(Candidate { unit, span: [it.start, it.end], score: it.score, context: it.context })
            }));
        }
    }

    /// The passages between which the coder has to choose, by decision.
    pub(crate) fn likely(&self) -> HashMap<String, Vec<Candidate>> {
        let mut all = self.found.clone();
        all.values_mut().for_each(|found| settle(found, |it| (it.score, it.context)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_is_looked_through_once_for_every_decision() {
        let mut search = Search::default();
        let sought: Vec<String> = (0..MAX_SOUGHT + 1).map(|it| it.to_string()).collect();
        let mut units: Vec<(String, String)> = (0..3).map(|it| (it.to_string(), "x".repeat(SLICE / 2))).collect();
        let mut asked = Vec::new();
        while let Some(slice) = search.next(sought.clone(), &units) {
            asked.push((slice.units.len(), slice.sought.len()));
        }
        assert_eq!(asked, [(2, MAX_SOUGHT), (2, 1), (1, MAX_SOUGHT), (1, 1)]);
        units[1].1.push('y');
        let slice = search.next(sought.clone(), &units).unwrap();
        assert_eq!(slice.units, ["1"]);
        let likeness = Likeness { unit: 0, start: 0, end: 1, score: 0.8, context: 1.0 };
        search.told(&slice, vec![vec![likeness]]);
        assert_eq!(search.likely()["0"].len(), 1);
        let rest = search.next(sought, &units).unwrap();
        assert_eq!(
            (&*rest.units, &*rest.sought[0]),
            (&["1".to_owned()][..], "1"),
            "what was not come to is asked again"
        );
        units.remove(1);
        assert!(search.next(vec!["0".to_owned()], &units).is_some());
        assert!(search.likely().is_empty());
    }
}
