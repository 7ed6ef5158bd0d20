//! What a personal model learned, in words.
//!
//! Purpose: a model knows features by their hashes alone; the texts that it learned from say which words these are.
//! Invariants: the same model and texts give the same list; it is bounded, and holds single words and pairs, never more of a
//! text.
//! Must not touch: what a model says of a text.

use super::features::{Source, of_text};
use super::model::Model;
use crate::entities;
use crate::order::Order;
use crate::text::fold::Folded;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Most lessons of one model.
pub const MAX_LESSONS: usize = 200;
/// Longest words of a lesson, in code points.
const MAX_WORDS: usize = 60;

/// Words and what they do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Lesson {
    /// What they speak for or against: `support`, or `code` and the id of a code.
    pub about: String,
    /// One word or two, folded.
    pub words: String,
    /// What they add to its logit on average where they stand, with their runs of letters: it raises above 0, lowers below.
    pub weight: f32,
    /// In how many of the texts they stand.
    pub texts: u32,
}

/// What weighs most in these texts, heaviest first.
pub fn lessons<'t>(model: &Model, texts: impl Iterator<Item = &'t str>) -> Vec<Lesson> {
    let asked = |name: &String| name == "support" || name.starts_with("code ");
    let heads: Vec<usize> = (0..model.frame().heads.len()).filter(|head| asked(&model.frame().heads[*head])).collect();
    let mut sums = BTreeMap::<(usize, String), (f32, u32)>::new();
    for text in texts {
        let mut here = BTreeMap::<(usize, usize), Vec<f32>>::new();
        for feature in of_text(&Folded::new(text), &entities::find(text)) {
            if let Source::Text(start, end) = feature.source {
                let adds = here.entry((start, end)).or_insert_with(|| vec![0.0; heads.len()]);
                for (add, head) in adds.iter_mut().zip(&heads) {
                    *add += feature.value * model.weight(feature.key, *head);
                }
            }
        }
        for ((start, end), adds) in here {
            let words: String = Folded::new(&text[start..end]).text().chars().take(MAX_WORDS).collect();
            for (head, add) in heads.iter().zip(adds).filter(|(_, add)| *add != 0.0) {
                let (sum, texts) = sums.entry((*head, words.clone())).or_default();
                *sum += add;
                *texts += 1;
            }
        }
    }
    let mut heaviest: Vec<_> = sums.into_iter().collect();
    heaviest.order_by(|a, b| b.1.0.abs().total_cmp(&a.1.0.abs()).then_with(|| a.0.cmp(&b.0)));
    heaviest.truncate(MAX_LESSONS);
    let lesson = |((head, words), (sum, texts)): ((usize, String), (f32, u32))| Lesson {
        about: model.frame().heads[head].clone(),
        words,
        weight: sum / texts as f32,
        texts,
    };
    heaviest.into_iter().map(lesson).collect()
}
