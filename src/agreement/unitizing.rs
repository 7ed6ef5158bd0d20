//! Krippendorff's unitizing alpha: whether coders found the same spans, and how far those are apart that they found.
//!
//! After K. Krippendorff 2004, *Content Analysis*, 2nd ed., section 11.6 (and 1995, *On the reliability of unitizing contiguous
//! data*): each code is a continuum of its own, in which a coder's spans and the gaps between them are sections; b is where one
//! begins, l its length, L the length of the continuum, m the number of coders, N that of all spans of the code.
//!
//! ```text
//! δ²  = (b − b')² + (b + l − b' − l')²    two spans that share a position
//!     = l²                                a span that lies wholly in a gap of the other coder
//! D_o = Σ δ² over all pairs of sections of different coders / (m (m − 1) L²)
//! D_e = 2/L · Σ over spans [ (N − 1)/3 · (2l³ − 3l² + l) + l² · Σ over gaps, l' ≥ l, of (l' − l + 1) ]
//!       / ( mL (mL − 1) − Σ over spans l (l − 1) )
//! α   = 1 − D_o / D_e      of one code; of all, with both summed over the codes
//! ```

use super::Undefined;
use super::continuum::Continuum;
use std::ops::Range;

/// Alpha of all codes together, and of each by itself.
#[derive(Debug, Clone, PartialEq)]
pub struct Unitizing {
    /// Of all.
    pub overall: Result<f64, Undefined>,
    /// Of each code, by its place.
    pub codes: Vec<Result<f64, Undefined>>,
}

/// How far apart coders are, and would be by chance.
#[derive(Debug, Clone, Copy, Default)]
struct Disagreement {
    observed: f64,
    expected: f64,
}

impl Disagreement {
    fn alpha(self) -> Result<f64, Undefined> {
        if self.expected > 0.0 { Ok(1.0 - self.observed / self.expected) } else { Err(Undefined::Constant) }
    }
}

/// Alpha of what coders found in a continuum.
pub fn alpha(continuum: &Continuum) -> Unitizing {
    let coders = continuum.coders().len();
    let codes: Vec<_> = (0..continuum.codes())
        .map(|code| {
            let sections = Sections::new(continuum.of(code), continuum.length());
            if coders < 2 { Err(Undefined::Unpaired) } else { Ok(sections.disagreement()) }
        })
        .collect();
    let sum = codes.iter().try_fold(Disagreement::default(), |sum, code| {
        code.map(|code| Disagreement { observed: sum.observed + code.observed, expected: sum.expected + code.expected })
    });
    let overall = if codes.is_empty() { Err(Undefined::Empty) } else { sum.and_then(Disagreement::alpha) };
    Unitizing { overall, codes: codes.into_iter().map(|code| code.and_then(Disagreement::alpha)).collect() }
}

/// The sections that coders cut a continuum into.
struct Sections {
    spans: Vec<Vec<Range<u64>>>,
    /// Lengths of all gaps of all coders, ascending.
    gaps: Vec<u64>,
    length: f64,
}

impl Sections {
    fn new(spans: Vec<Vec<Range<u64>>>, length: u64) -> Self {
        let mut gaps = Vec::new();
        for spans in &spans {
            let starts = spans.iter().map(|span| span.start).chain([length]);
            let ends = [0].into_iter().chain(spans.iter().map(|span| span.end));
            gaps.extend(starts.zip(ends).map(|(start, end)| start - end).filter(|gap| *gap > 0));
        }
        gaps.sort_unstable();
        Self { spans, gaps, length: length as f64 }
    }

    fn disagreement(&self) -> Disagreement {
        let m = self.spans.len() as f64;
        let pairs = (0..self.spans.len())
            .flat_map(|one| (0..self.spans.len()).filter(move |other| *other != one).map(move |other| (one, other)));
        let observed: f64 = pairs.map(|(one, other)| apart(&self.spans[one], &self.spans[other])).sum();
        let lengths: Vec<f64> = self.spans.iter().flatten().map(|span| (span.end - span.start) as f64).collect();
        // How long the gaps are from each on.
        let mut longer = vec![0.0; self.gaps.len() + 1];
        for (at, gap) in self.gaps.iter().enumerate().rev() {
            longer[at] = longer[at + 1] + *gap as f64;
        }
        let expected: f64 = (lengths.iter())
            .map(|l| {
                let from = self.gaps.partition_point(|gap| (*gap as f64) < *l);
                let places = longer[from] - (self.gaps.len() - from) as f64 * (l - 1.0);
                (lengths.len() as f64 - 1.0) / 3.0 * (2.0 * l.powi(3) - 3.0 * l.powi(2) + l) + l.powi(2) * places
            })
            .sum();
        let whole = m * self.length;
        let possible = whole * (whole - 1.0) - lengths.iter().map(|l| l * (l - 1.0)).sum::<f64>();
        Disagreement {
            observed: observed / (m * (m - 1.0) * self.length.powi(2)),
            expected: if possible > 0.0 { 2.0 / self.length * expected / possible } else { 0.0 },
        }
    }
}

/// What the spans of one coder differ from those of another. Summed over both orders each pair of spans counts twice, as does
/// each span in a gap.
fn apart(one: &[Range<u64>], other: &[Range<u64>]) -> f64 {
    let square = |a: u64, b: u64| (a.abs_diff(b) as f64).powi(2);
    (one.iter())
        .map(|span| {
            let from = other.partition_point(|it| it.end <= span.start);
            let met: Vec<&Range<u64>> = other[from..].iter().take_while(|it| it.start < span.end).collect();
            match met[..] {
                [] => 2.0 * square(span.start, span.end),
                ref met => met.iter().map(|it| square(span.start, it.start) + square(span.end, it.end)).sum(),
            }
        })
        .sum()
}
