//! What coders said of units, as it is measured.
//!
//! Invariants: a coder says one thing of a unit, a set of values that is not empty; at a level of numbers it is one number, and
//! numbers that are equal are the same value however they were written.

use std::cmp::Ordering;
use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::fmt;

/// What may be done with values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Level {
    /// They are the same or not.
    #[default]
    Nominal,
    /// Numbers that say which is more.
    Ordinal,
    /// Numbers that say by how much.
    Interval,
    /// Numbers with a true zero, of which none is below it.
    Ratio,
}

/// What was said of a unit.
pub type Values = BTreeSet<String>;

/// Why something said cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// The coder has spoken of the unit.
    Twice,
    /// Several values where the level asks for one number.
    Several,
    /// No number, or none of the level.
    Number(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Twice => f.write_str("this coder has coded this unit above; join several values of one unit by `|`"),
            Self::Several => f.write_str("several values have no order; measure them at the nominal level"),
            Self::Number(value) => {
                write!(f, "`{value}` is no number of this level; correct it or measure at the nominal level")
            }
        }
    }
}

impl Error for Fault {}

/// What some coders said of some units.
#[derive(Debug, Clone, Default)]
pub struct Coding {
    level: Level,
    coders: Names,
    units: Names,
    /// Of each unit, what each coder said; rows may lack their last coders.
    said: Vec<Vec<Option<Values>>>,
}

#[derive(Debug, Clone, Default)]
struct Names {
    all: Vec<String>,
    places: HashMap<String, usize>,
}

impl Names {
    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.places.insert(name.to_owned(), self.all.len());
        self.all.push(name.to_owned());
        self.all.len() - 1
    }
}

impl Coding {
    /// Nothing said as yet.
    pub fn new(level: Level) -> Self {
        Self { level, ..Self::default() }
    }

    /// Adds what a coder said of a unit. Nothing said is a value that is missing: it makes both known, and counts for nothing.
    ///
    /// # Errors
    /// If it cannot be taken; the coding is then as it was.
    pub fn say(&mut self, coder: &str, unit: &str, values: Values) -> Result<(), Fault> {
        let values = match self.level {
            Level::Nominal => values,
            _ if values.len() > 1 => return Err(Fault::Several),
            level => values.into_iter().map(|value| number(level, value)).collect::<Result<_, _>>()?,
        };
        let (coder, unit) = (self.coders.place(coder), self.units.place(unit));
        self.said.resize(self.units.all.len(), Vec::new());
        let row = &mut self.said[unit];
        row.resize(row.len().max(coder + 1), None);
        match &mut row[coder] {
            Some(_) => Err(Fault::Twice),
            free => {
                *free = (!values.is_empty()).then_some(values);
                Ok(())
            }
        }
    }

    /// The level of what is said.
    pub fn level(&self) -> Level {
        self.level
    }

    /// The coders, in the order in which they came.
    pub fn coders(&self) -> &[String] {
        &self.coders.all
    }

    /// The units, in the order in which they came.
    pub fn units(&self) -> &[String] {
        &self.units.all
    }

    /// Of each unit, what each coder said; a row may lack its last coders.
    pub fn said(&self) -> &[Vec<Option<Values>>] {
        &self.said
    }

    /// All that was said of any unit, in the order of the level.
    pub(super) fn values(&self) -> Vec<&Values> {
        let all: BTreeSet<&Values> = self.said.iter().flatten().flatten().collect();
        let mut all: Vec<&Values> = all.into_iter().collect();
        if self.level != Level::Nominal {
            all.sort_by(|a, b| order(a, b));
        }
        all
    }
}

/// The number that a value of a level of numbers is.
pub(super) fn numeric(values: &Values) -> f64 {
    values.first().and_then(|value| value.parse().ok()).unwrap_or(f64::NAN)
}

fn order(a: &Values, b: &Values) -> Ordering {
    numeric(a).total_cmp(&numeric(b))
}

/// The one way to write a number.
fn number(level: Level, value: String) -> Result<String, Fault> {
    match value.trim().parse::<f64>() {
        // Zero has two signs, and one meaning.
        Ok(number) if number.is_finite() && (level != Level::Ratio || number >= 0.0) => Ok((number + 0.0).to_string()),
        _ => Err(Fault::Number(value)),
    }
}
