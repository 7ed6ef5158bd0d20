//! All figures of an evaluation, as data and as tables for a terminal.
//!
//! Invariants: holds numbers, names of files and values of keys, never a text; every false-positive rate is taken at the
//! threshold of the recall beside it; what is not defined is null, and `–` in a table.

use super::labelled::Case;
use super::metrics::{Confusion, Measures, Metric, Outcome, Ranked, share};
use super::predict::Prediction;
use super::yardstick::Yardstick;
use crate::agreement::bootstrap::{self, Interval};
use crate::agreement::{Undefined, alpha};
use crate::service::protocol::CodebookRef;
use crate::table::{Table, figure};
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// The cases of one source.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// What it is called in the report.
    pub name: String,
    /// Whether it was given as wholly negative: it then counts for alarms, and not for agreement.
    pub negatives: bool,
    /// Its cases.
    pub cases: Vec<Case>,
}

/// How well one codebook's readings fit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// The codebook.
    pub codebook: CodebookRef,
    /// Support from which a text counts as flagged.
    pub threshold: f64,
    /// Each source, in the order given.
    pub files: Vec<Slice>,
    /// The cases of all sources by the values of a key.
    pub groups: Vec<Grouping>,
    /// The sources together.
    pub overall: Vec<Overall>,
    /// Stances of people against those of the engine: of all cases, then of each language.
    pub stances: Vec<Matrix>,
    /// Agreement of people and engine.
    pub agreement: Agreement,
}

/// Cases by the values of a key.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Grouping {
    /// The key.
    pub key: String,
    /// The cases of each value.
    pub slices: Vec<Slice>,
}

/// Some of the cases.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Slice {
    /// File, or value of the key.
    pub name: String,
    /// How many they are, known to be support or not.
    pub cases: usize,
    /// How many of them are flagged.
    pub flagged: usize,
    /// Those of which it is known.
    pub confusion: Confusion,
    /// Their figures.
    pub metrics: Figures,
    /// Share of those with a stance whose stance the engine gives.
    pub stance_accepted: Option<f64>,
    /// Share of those with tiers among which the engine's is.
    pub tier_accepted: Option<f64>,
}

impl Slice {
    /// Share of the cases that are flagged.
    pub fn flagged_share(&self) -> Option<f64> {
        share(self.flagged as f64, self.cases as f64)
    }
}

/// Figures by name.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures(Measures);

impl Serialize for Figures {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(Metric::ALL.map(|metric| (metric, self.0.get(metric))))
    }
}

/// Figures of several sources, with intervals.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Overall {
    /// Which sources.
    pub scope: Scope,
    /// Cases known to be support or not.
    pub cases: u64,
    /// Those that are.
    pub positives: u64,
    /// Accounts, events, templates, or cases that stand alone: what the bootstrap draws.
    pub clusters: usize,
    /// The figures.
    pub estimates: Vec<Estimate>,
    /// Highest recall at any threshold that flags at most one in a hundred negatives of every single source: the worst of
    /// them counts, not their mean.
    pub recall_at_one_percent_of_worst: Option<f64>,
}

/// Sources taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Those that were given with labels.
    Files,
    /// And those that were given as negative.
    FilesAndNegatives,
}

/// A figure and how far it might be off.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// Which one.
    pub metric: Metric,
    /// Its value.
    pub value: Option<f64>,
    /// 95 % interval of the bootstrap.
    pub interval: Option<Interval>,
}

/// How often the engine gave each stance to the cases of each stance.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Matrix {
    /// Language of the cases; none for all of them.
    pub lang: Option<String>,
    /// The stances, in the order of rows and columns.
    pub stances: Vec<String>,
    /// Cases: a row for each stance that people gave, a column for each that the engine gave.
    pub counts: Vec<Vec<usize>>,
}

/// Krippendorff's alpha of people and engine, over the sources with labels.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Agreement {
    /// Of tiers, ordinal, where people settled on one.
    pub tier: Coefficient,
    /// Of stances, nominal.
    pub stance: Coefficient,
    /// Of being support or not, nominal: for the engine, by its tier.
    pub support: Coefficient,
}

/// A coefficient, or why there is none.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coefficient {
    /// Its value.
    pub alpha: Option<f64>,
    /// Cases that it rests on.
    pub cases: usize,
    /// Why there is no value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undefined: Option<String>,
}

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The codebook.
    pub codebook: &'a CodebookRef,
    /// What it makes of labels.
    pub yardstick: &'a Yardstick,
    /// The sources.
    pub samples: &'a [Sample],
    /// What the codebook says of the cases, in the order of the sources.
    pub predictions: &'a [&'a Prediction],
    /// Keys to group by; one that no case has is left out.
    pub keys: &'a [&'a str],
    /// Support from which a text counts as flagged.
    pub threshold: f64,
}

/// A case, what people and engine say of it, and whose it is.
#[derive(Clone, Copy)]
struct Row<'a> {
    sample: &'a Sample,
    case: &'a Case,
    prediction: &'a Prediction,
    score: f64,
    support: Option<bool>,
}

impl Row<'_> {
    fn outcome(&self) -> Option<Outcome> {
        self.support.map(|positive| Outcome { score: self.score, positive })
    }
}

impl Report {
    /// Measures.
    pub fn new(given: Given<'_>) -> Self {
        let cases = given.samples.iter().flat_map(|sample| sample.cases.iter().map(move |case| (sample, case)));
        let rows: Vec<Row<'_>> = cases
            .zip(given.predictions)
            .filter_map(|((sample, case), prediction)| {
                let support = given.yardstick.support(&case.gold);
                Some(Row { sample, case, prediction, score: prediction.support?, support })
            })
            .collect();
        let labelled: Vec<Row<'_>> = rows.iter().copied().filter(|row| !row.sample.negatives).collect();
        let slice = |name: &str, rows: Vec<Row<'_>>| slice(name, &rows, given.threshold);
        let of = |sample: &Sample| rows.iter().copied().filter(|row| std::ptr::eq(row.sample, sample)).collect();
        let mut overall = Vec::new();
        if !labelled.is_empty() {
            overall.push(summary(Scope::Files, &labelled, given));
        }
        if labelled.len() < rows.len() {
            overall.push(summary(Scope::FilesAndNegatives, &rows, given));
        }
        let groups = given.keys.iter().map(|key| Grouping {
            key: (*key).to_owned(),
            slices: by_value(&rows, key).into_iter().map(|(value, rows)| slice(value, rows)).collect(),
        });
        let stances = std::iter::once(matrix(None, &labelled, given.yardstick));
        let languages = by_value(&labelled, "lang");
        let stances = stances.chain(languages.iter().map(|(lang, rows)| matrix(Some(lang), rows, given.yardstick)));
        Self {
            codebook: given.codebook.clone(),
            threshold: given.threshold,
            files: given.samples.iter().map(|sample| slice(&sample.name, of(sample))).collect(),
            groups: groups.filter(|group| !group.slices.is_empty()).collect(),
            overall,
            stances: stances.filter(|matrix| matrix.counts.iter().flatten().any(|count| *count > 0)).collect(),
            agreement: agreement(&labelled, given.yardstick),
        }
    }
}

fn by_value<'a>(rows: &[Row<'a>], key: &str) -> BTreeMap<&'a str, Vec<Row<'a>>> {
    let mut values = BTreeMap::<_, Vec<_>>::new();
    for row in rows {
        if let Some(value) = row.case.keys.get(key) {
            values.entry(value.as_str()).or_default().push(*row);
        }
    }
    values
}

fn slice(name: &str, rows: &[Row<'_>], threshold: f64) -> Slice {
    let measures = Ranked::new(rows.iter().filter_map(Row::outcome)).measure(threshold);
    let accepted = |judged: &dyn Fn(&Row<'_>) -> Option<bool>| {
        let judged: Vec<bool> = rows.iter().filter_map(judged).collect();
        share(judged.iter().filter(|right| **right).count() as f64, judged.len() as f64)
    };
    Slice {
        name: name.to_owned(),
        cases: rows.len(),
        flagged: rows.iter().filter(|row| row.score >= threshold).count(),
        confusion: measures.confusion,
        metrics: Figures(measures),
        stance_accepted: accepted(&|row| Some(*row.case.gold.stance.as_ref()? == *row.prediction.stance.as_ref()?)),
        tier_accepted: accepted(&|row| Some(row.case.gold.tier.as_ref()?.contains(&row.prediction.tier?))),
    }
}

fn summary(scope: Scope, rows: &[Row<'_>], given: Given<'_>) -> Overall {
    let known: Vec<(Row<'_>, Outcome)> = rows.iter().filter_map(|row| Some((*row, row.outcome()?))).collect();
    let mut numbers = BTreeMap::new();
    let mut clusters = 0;
    let mut number = || {
        clusters += 1;
        clusters - 1
    };
    let cluster_of: Vec<usize> = known
        .iter()
        .map(|(row, _)| match row.case.cluster() {
            Some(cluster) => *numbers.entry(cluster).or_insert_with(&mut number),
            None => number(),
        })
        .collect();
    let ranked = Ranked::new(known.iter().map(|(_, outcome)| *outcome));
    let measures = ranked.measure(given.threshold);
    let drawn = |weights: &[u32]| ranked.measure_weighted(given.threshold, |place| weights[cluster_of[place]]).values;
    let intervals = bootstrap::intervals(clusters, drawn);
    let estimates = Metric::ALL.iter().zip(intervals);
    let worst = given.samples.iter().filter_map(|sample| {
        // The positives of all against the negatives of one: each source sets a threshold, and the highest holds for all.
        let against = known.iter().filter(|(row, outcome)| outcome.positive || std::ptr::eq(row.sample, sample));
        let measures = Ranked::new(against.map(|(_, outcome)| *outcome)).measure(given.threshold);
        measures.get(Metric::RecallAtOnePercent)
    });
    Overall {
        scope,
        cases: known.len() as u64,
        positives: measures.confusion.true_positives + measures.confusion.false_negatives,
        clusters,
        estimates: estimates
            .map(|(metric, interval)| {
                let value = measures.get(*metric);
                // Samples may define what the whole leaves open.
                Estimate { metric: *metric, value, interval: interval.filter(|_| value.is_some()) }
            })
            .collect(),
        recall_at_one_percent_of_worst: worst.min_by(f64::total_cmp),
    }
}

fn matrix(lang: Option<&str>, rows: &[Row<'_>], yardstick: &Yardstick) -> Matrix {
    let stances: Vec<String> = yardstick.stances().map(str::to_owned).collect();
    let mut counts = vec![vec![0; stances.len()]; stances.len()];
    let place = |stance: &Option<String>| stances.iter().position(|id| Some(id) == stance.as_ref());
    for row in rows {
        if let (Some(gold), Some(given)) = (place(&row.case.gold.stance), place(&row.prediction.stance)) {
            counts[gold][given] += 1;
        }
    }
    Matrix { lang: lang.map(str::to_owned), stances, counts }
}

fn agreement(rows: &[Row<'_>], yardstick: &Yardstick) -> Agreement {
    let tiers = rows.iter().filter_map(|row| {
        let tiers = row.case.gold.tier.as_ref().filter(|tiers| tiers.start() == tiers.end())?;
        Some([Some(*tiers.start()), row.prediction.tier])
    });
    let stances = rows.iter().filter_map(|row| {
        let stance = row.case.gold.stance.as_ref()?;
        Some([Some(stance), row.prediction.stance.as_ref()])
    });
    let support =
        rows.iter().filter_map(|row| Some([Some(row.support?), row.prediction.tier.map(|t| yardstick.supports(t))]));
    let coefficient = |cases: usize, alpha: Result<f64, Undefined>| Coefficient {
        alpha: alpha.ok(),
        cases,
        undefined: alpha.err().map(|why| why.to_string()),
    };
    let (tiers, stances, support): (Vec<_>, Vec<_>, Vec<_>) = (tiers.collect(), stances.collect(), support.collect());
    Agreement {
        tier: coefficient(tiers.len(), alpha::ordinal(&tiers)),
        stance: coefficient(stances.len(), alpha::nominal(&stances)),
        support: coefficient(support.len(), alpha::nominal(&support)),
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { codebook, threshold, .. } = self;
        writeln!(f, "{} {}; flagged: support of {threshold} or more", codebook.id, codebook.version)?;
        write!(f, "\nFILES\n\n{}", slices("file", &self.files))?;
        for group in &self.groups {
            write!(f, "\nBY {}\n\n{}", group.key.to_uppercase(), slices(&group.key, &group.slices))?;
        }
        self.overall.iter().try_for_each(|overall| write!(f, "{overall}"))?;
        self.stances.iter().try_for_each(|matrix| write!(f, "{matrix}"))?;
        write!(f, "{}", self.agreement)
    }
}

/// A column of shares, by its head.
type Column = (&'static str, fn(&Slice) -> Option<f64>);

/// A line for each slice. Columns about stances and tiers stand only where some case has them.
fn slices(head: &str, slices: &[Slice]) -> Table {
    let shares: [Column; 2] =
        [("stance right", |slice| slice.stance_accepted), ("tier right", |slice| slice.tier_accepted)];
    let shares: Vec<_> = shares.into_iter().filter(|(_, share)| slices.iter().any(|s| share(s).is_some())).collect();
    let metrics = [Metric::Recall, Metric::FalsePositiveRate, Metric::Precision, Metric::F1, Metric::RocAuc];
    let head = [head, "cases", "flagged", "share", "positives", "found", "negatives", "alarms"].into_iter();
    let head = head.chain(metrics.map(Metric::label)).chain(shares.iter().map(|(name, _)| *name));
    let mut table = Table::new(head);
    for slice in slices {
        let known = slice.confusion;
        let counts = [
            known.true_positives + known.false_negatives,
            known.true_positives,
            known.false_positives + known.true_negatives,
            known.false_positives,
        ];
        let cells =
            [slice.name.clone(), slice.cases.to_string(), slice.flagged.to_string(), figure(slice.flagged_share())];
        let cells = cells.into_iter().chain(counts.map(|count| count.to_string()));
        let cells = cells.chain(metrics.map(|metric| figure(slice.metrics.0.get(metric))));
        table.row(cells.chain(shares.iter().map(|(_, share)| figure(share(slice)))));
    }
    table
}

impl fmt::Display for Overall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scope = match self.scope {
            Scope::Files => "FILES WITH LABELS",
            Scope::FilesAndNegatives => "ALL FILES, WITH THE NEGATIVES",
        };
        let Self { cases, positives, clusters, .. } = self;
        writeln!(f, "\n{scope}: {cases} cases, {positives} of them support, {clusters} drawn at a time\n")?;
        let mut table = Table::new(["", "value", "from", "to (95 %)"]);
        for Estimate { metric, value, interval } in &self.estimates {
            let end = |end: fn(Interval) -> f64| figure(interval.map(end));
            table.row([metric.label().to_owned(), figure(*value), end(|i| i.low), end(|i| i.high)]);
            if *metric == Metric::RecallAtOnePercent {
                table.row(["… in the worst file".to_owned(), figure(self.recall_at_one_percent_of_worst)]);
            }
        }
        write!(f, "{table}")
    }
}

impl fmt::Display for Matrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lang = self.lang.as_ref().map_or(String::new(), |lang| format!(" IN {lang}"));
        writeln!(f, "\nSTANCES{lang}: rows as labelled, columns as read\n")?;
        let mut table = Table::new(std::iter::once("").chain(self.stances.iter().map(String::as_str)));
        for (stance, counts) in self.stances.iter().zip(&self.counts) {
            table.row(std::iter::once(stance.clone()).chain(counts.iter().map(usize::to_string)));
        }
        write!(f, "{table}")
    }
}

impl fmt::Display for Agreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "\nAGREEMENT of labels and engine: Krippendorff's alpha\n")?;
        let mut table = Table::new(["", "alpha", "cases"]);
        for (name, coefficient) in
            [("tier, ordinal", &self.tier), ("stance, nominal", &self.stance), ("support, nominal", &self.support)]
        {
            table.row([name.to_owned(), figure(coefficient.alpha), coefficient.cases.to_string()]);
        }
        write!(f, "{table}")
    }
}
