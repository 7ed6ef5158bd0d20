//! All that can be said of how far some coders agree, as data, as JSON and as tables for a terminal.
//!
//! Invariants: a coefficient that does not exist says why and is no number; the same coding gives the same report on every
//! machine.

use super::bootstrap::{self, Interval};
use super::coding::{self, Coding, Level, numeric};
use super::continuum::Continuum;
use super::counts::{Table as Counted, said};
use super::gamma::{Gamma, gamma};
use super::{Undefined, alpha, kappa, sets, unitizing};
use crate::table::{Table, figure};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;

/// Most values that are measured one by one.
const MAX_CODES: usize = 1_000;

/// A coefficient, or why there is none.
pub type Coefficient = Result<f64, Undefined>;

/// Coefficients by name: those that apply.
pub type Measures = Vec<(&'static str, Coefficient)>;

/// How far coders agree about units.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// All coders together.
    pub measures: Measures,
    /// 95 % intervals of these, by a bootstrap over units; none where none can be told.
    pub intervals: Vec<Option<Interval>>,
    /// At the nominal level each value by itself, given or not.
    pub codes: Vec<(String, Measures)>,
    /// Each pair of coders.
    pub pairs: Vec<Pair>,
    /// Units.
    pub units: usize,
    /// Coders.
    pub coders: usize,
}

/// How far two coders agree.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// Who.
    pub coders: [String; 2],
    /// Units that both coded.
    pub units: usize,
    /// The coefficients.
    pub measures: Measures,
}

/// How many coefficients there are at most.
const MOST: usize = 10;

/// What coders said of a unit, as places in the list of all that was said.
type Said = Vec<Option<usize>>;

/// What coefficients need to know of values that are places in a list, and of what was said.
struct Placed<'v> {
    level: Level,
    coders: usize,
    /// The number that each is, at a level of numbers.
    numbers: &'v [f64],
    /// How far sets are apart; empty where each value is one code, and only same or not.
    masi: &'v [Vec<f64>],
    jaccard: &'v [Vec<f64>],
    /// What was said, and of which units by both of two coders.
    all: Counted<usize>,
    both: Counted<usize>,
    pairs: Vec<Option<[usize; 2]>>,
}

impl Report {
    /// Measures a coding.
    pub fn new(coding: &Coding) -> Self {
        let values = coding.values();
        let places: HashMap<_, usize> = values.iter().enumerate().map(|(at, it)| (*it, at)).collect();
        let row = |unit: &Vec<Option<_>>| unit.iter().map(|said| places.get(said.as_ref()?).copied()).collect();
        let units: Vec<Said> = coding.said().iter().map(row).collect();
        let several = values.iter().any(|set| set.len() > 1);
        let apart = |distance: fn(&coding::Values, &coding::Values) -> f64| match several {
            true => values.iter().map(|a| values.iter().map(|b| distance(a, b)).collect()).collect(),
            false => Vec::new(),
        };
        let numbers: Vec<f64> = values.iter().map(|set| numeric(set)).collect();
        let (masi, jaccard): (Vec<Vec<f64>>, Vec<Vec<f64>>) = (apart(sets::masi), apart(sets::jaccard));
        let placed = |coders, units: &[Said]| {
            let pair = |unit: &Said| if let [Some(a), Some(b)] = unit[..] { Some([a, b]) } else { None };
            let pairs: Vec<_> = units.iter().map(pair).collect();
            Placed {
                level: coding.level(),
                coders,
                numbers: &numbers,
                masi: &masi,
                jaccard: &jaccard,
                all: Counted::new(said(units).map(|said| said.into_iter().copied().collect()), usize::cmp),
                both: Counted::new(pairs.iter().map(|pair| pair.map_or_else(Vec::new, Vec::from)), usize::cmp),
                pairs,
            }
        };
        let coders = coding.coders();
        let all = placed(coders.len(), &units);
        let measures = all.measures(&vec![1; units.len()]);
        let intervals = bootstrap::intervals(units.len(), |drawn| {
            let mut figures = all.measures(drawn).into_iter().map(|(_, figure)| figure.ok());
            [(); MOST].map(|()| figures.next().flatten())
        });
        let pair = |one: usize, other: usize| {
            let said = |unit: &Said| [one, other].map(|coder| unit.get(coder).copied().flatten()).to_vec();
            let units: Vec<Said> = units.iter().map(said).collect();
            let placed = placed(2, &units);
            Pair {
                coders: [one, other].map(|coder| coders[coder].clone()),
                units: placed.pairs.iter().flatten().count(),
                measures: placed.measures(&vec![1; units.len()]),
            }
        };
        let pairs = (0..coders.len()).flat_map(|one| (one + 1..coders.len()).map(move |other| (one, other)));
        Self {
            intervals: intervals.into_iter().take(measures.len()).collect(),
            measures,
            codes: codes(coding),
            pairs: pairs.map(|(one, other)| pair(one, other)).collect(),
            units: units.len(),
            coders: coders.len(),
        }
    }

    /// The report for programs.
    pub fn json(&self) -> Value {
        let mut json = object(&self.measures);
        let intervals: Map<String, Value> = (self.measures.iter().zip(&self.intervals))
            .filter_map(|((name, _), interval)| {
                Some(((*name).to_owned(), json!([interval.as_ref()?.low, interval.as_ref()?.high])))
            })
            .collect();
        json.insert("intervals".to_owned(), intervals.into());
        let codes = self.codes.iter().map(|(code, measures)| (code.clone(), object(measures).into()));
        json.insert("per_code".to_owned(), Value::Object(codes.collect()));
        let pair = |pair: &Pair| {
            let mut json = object(&pair.measures);
            json.insert("coders".to_owned(), json!(pair.coders));
            json.insert("n_units".to_owned(), pair.units.into());
            Value::Object(json)
        };
        json.insert("per_pair".to_owned(), self.pairs.iter().map(pair).collect());
        json.insert("n_units".to_owned(), self.units.into());
        json.insert("n_coders".to_owned(), self.coders.into());
        json.into()
    }
}

/// Coefficients by name, with the reasons of those that do not exist.
fn object(measures: &Measures) -> Map<String, Value> {
    let mut json: Map<String, Value> =
        measures.iter().map(|(name, figure)| ((*name).to_owned(), json!(figure.ok()))).collect();
    let reasons: Map<String, Value> = (measures.iter())
        .filter_map(|(name, figure)| Some(((*name).to_owned(), figure.err()?.to_string().into())))
        .collect();
    json.insert("undefined".to_owned(), reasons.into());
    json
}

impl Placed<'_> {
    /// The coefficients that apply, in an order that depends on the level and the number of coders alone, with each unit as often
    /// as it was drawn.
    fn measures(&self, drawn: &[u32]) -> Measures {
        let counts = self.all.drawn(drawn);
        let number = |place: usize| self.numbers[place];
        // Tables have those values alone that occur.
        let of = |place: usize| self.all.values[place];
        let pairs: Vec<([usize; 2], f64)> =
            self.pairs.iter().zip(drawn).filter_map(|(pair, times)| Some(((*pair)?, f64::from(*times)))).collect();
        let two = |difference: &dyn Fn(usize, usize) -> f64| match self.coders {
            0..=2 => kappa::of_two(&pairs, self.numbers.len(), difference),
            _ => Err(Undefined::Coders),
        };
        let sets = |table: &[Vec<f64>]| match table {
            [] => counts.agreement(|_, _| 1.0),
            table => counts.agreement(|a, b| table[of(a)][of(b)]),
        };
        let mut measures: Measures = vec![("percent", counts.alike()), ("cohen", two(&|_, _| 1.0))];
        if self.level != Level::Nominal {
            measures.push(("cohen_linear", two(&|a, b| (number(a) - number(b)).abs())));
            measures.push(("cohen_quadratic", two(&|a, b| (number(a) - number(b)).powi(2))));
        }
        let scott = if self.coders > 2 { Err(Undefined::Coders) } else { kappa::by_all(&self.both.drawn(drawn)) };
        measures.push(("scott", scott));
        measures.push(("fleiss", kappa::by_all(&counts)));
        measures.push(("ac1", kappa::first_order(&counts)));
        let alpha = match self.level {
            Level::Nominal => counts.agreement(|_, _| 1.0),
            Level::Ordinal => alpha::by_rank(&counts),
            Level::Interval => counts.agreement(|a, b| alpha::distance(number(of(a)), number(of(b)))),
            Level::Ratio => counts.agreement(|a, b| alpha::proportion(number(of(a)), number(of(b)))),
        };
        measures.push(("alpha", alpha));
        if self.level == Level::Nominal {
            measures.push(("alpha_masi", sets(self.masi)));
            measures.push(("alpha_jaccard", sets(self.jaccard)));
        }
        if self.all.values.is_empty() {
            measures.iter_mut().for_each(|(_, figure)| *figure = Err(Undefined::Empty));
        }
        measures
    }
}

/// Each value by itself.
fn codes(coding: &Coding) -> Vec<(String, Measures)> {
    let codes: BTreeSet<&String> = coding.values().into_iter().flatten().collect();
    if coding.level() != Level::Nominal || codes.len() > MAX_CODES {
        return Vec::new();
    }
    let of = |code: &String| {
        let given =
            |unit: &Vec<Option<BTreeSet<_>>>| unit.iter().map(|said| Some(said.as_ref()?.contains(code))).collect();
        let units: Vec<Vec<Option<bool>>> = coding.said().iter().map(given).collect();
        let measures = vec![
            ("percent", kappa::percent(&units)),
            ("fleiss", kappa::fleiss(&units)),
            ("ac1", kappa::ac1(&units)),
            ("alpha", alpha::nominal(&units)),
        ];
        (code.clone(), measures)
    };
    codes.into_iter().map(of).collect()
}

/// A table of coefficients that have the same names, with a row for each.
fn table<'m>(
    f: &mut fmt::Formatter<'_>,
    head: &[&str],
    rows: impl Iterator<Item = (Vec<String>, &'m Measures)>,
) -> fmt::Result {
    let mut rows = rows.peekable();
    let Some((_, first)) = rows.peek() else { return Ok(()) };
    let mut table = Table::new(head.iter().copied().chain(first.iter().map(|(name, _)| *name)));
    for (cells, measures) in rows {
        table.row(cells.into_iter().chain(measures.iter().map(|(_, value)| figure(value.ok()))));
    }
    write!(f, "\n{table}")
}

/// A coefficient in a table.
fn told(value: Coefficient) -> String {
    value.map_or_else(|_| "undefined".to_owned(), |value| figure(Some(value)))
}

/// Why coefficients do not exist.
fn reasons<'n>(f: &mut fmt::Formatter<'_>, measures: impl Iterator<Item = (&'n str, Coefficient)>) -> fmt::Result {
    let mut reasons: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, why) in measures.filter_map(|(name, value)| Some((name, value.err()?))) {
        reasons.entry(why.to_string()).or_default().push(name);
    }
    reasons.iter().try_for_each(|(why, names)| write!(f, "\n{}: {why}\n", names.join(", ")))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} units, {} coders\n", self.units, self.coders)?;
        let mut all = Table::new(["", "value", "95 % interval"]);
        for ((name, value), interval) in self.measures.iter().zip(&self.intervals) {
            let interval = interval.as_ref().map(|it| format!("{:.3} to {:.3}", it.low, it.high));
            all.row([(*name).to_owned(), told(*value), interval.unwrap_or_default()]);
        }
        write!(f, "{all}")?;
        reasons(f, self.measures.iter().map(|(name, value)| (*name, *value)))?;
        table(f, &["code"], self.codes.iter().map(|(code, measures)| (vec![code.clone()], measures)))?;
        if self.pairs.len() > 1 {
            let row = |pair: &'_ Pair| vec![pair.coders.join(" × "), pair.units.to_string()];
            table(f, &["coders", "units"], self.pairs.iter().map(|pair| (row(pair), &pair.measures)))?;
        }
        Ok(())
    }
}

/// How far coders agree about spans.
#[derive(Debug, Clone, PartialEq)]
pub struct SpanReport {
    /// Unitizing alpha of all codes together.
    pub overall: Coefficient,
    /// Unitizing alpha of each code.
    pub codes: Vec<(String, Coefficient)>,
    /// Gamma, with its best alignment.
    pub gamma: Result<Gamma, Undefined>,
    /// Spans.
    pub spans: usize,
    /// Coders.
    pub coders: usize,
}

impl SpanReport {
    /// Measures a continuum; `names` are those of its codes.
    pub fn new(continuum: &Continuum, names: &[String]) -> Self {
        let alpha = unitizing::alpha(continuum);
        Self {
            overall: alpha.overall,
            codes: names.iter().cloned().zip(alpha.codes).collect(),
            gamma: gamma(continuum),
            spans: continuum.coders().iter().map(Vec::len).sum(),
            coders: continuum.coders().len(),
        }
    }

    /// The report for programs.
    pub fn json(&self) -> Value {
        let codes = self.codes.iter().map(|(code, alpha)| (code.clone(), json!(alpha.ok())));
        let mut undefined: Map<String, Value> = (self.codes.iter())
            .filter_map(|(code, alpha)| Some((format!("alpha_u.per_code.{code}"), alpha.err()?.to_string().into())))
            .collect();
        if let Err(why) = self.overall {
            undefined.insert("alpha_u.overall".to_owned(), why.to_string().into());
        }
        if let Err(why) = &self.gamma {
            undefined.insert("gamma".to_owned(), why.to_string().into());
        }
        let gamma = self.gamma.as_ref().ok();
        json!({
            "alpha_u": { "overall": self.overall.ok(), "per_code": codes.collect::<Map<_, _>>() },
            "gamma": { "value": gamma.map(|it| it.value), "disorder": gamma.map(|it| it.disorder) },
            "n_units": self.spans,
            "n_coders": self.coders,
            "undefined": undefined,
        })
    }
}

impl fmt::Display for SpanReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} spans, {} coders\n", self.spans, self.coders)?;
        let codes = self.codes.iter().map(|(code, alpha)| (format!("alpha_u {code}"), *alpha));
        let gamma = self.gamma.as_ref().map(|it| it.value).map_err(|why| *why);
        let all: Vec<(String, Coefficient)> = [("alpha_u".to_owned(), self.overall)]
            .into_iter()
            .chain(codes)
            .chain([("gamma".to_owned(), gamma)])
            .collect();
        let mut table = Table::new(["", "value"]);
        for (name, value) in &all {
            table.row([name.clone(), told(*value)]);
        }
        write!(f, "{table}")?;
        if let Ok(Gamma { disorder, expected, .. }) = &self.gamma {
            writeln!(f, "\ndisorder of the best alignment {disorder:.3}, by chance {expected:.3}")?;
        }
        reasons(f, all.iter().map(|(name, value)| (name.as_str(), *value)))
    }
}
