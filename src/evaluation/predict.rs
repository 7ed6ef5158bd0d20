//! What the engine says of many texts, read side by side.

use crate::engine::Engine;
use crate::service::protocol::CodebookReading;
use crate::text::offsets::Unit;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// Texts that a thread takes at a time.
const BLOCK: usize = 32;

/// What one codebook says of a text.
#[derive(Debug, Clone, PartialEq)]
pub struct Prediction {
    /// Probability of support; none without a scale.
    pub support: Option<f64>,
    /// Tier, likewise.
    pub tier: Option<u8>,
    /// Id of the stance; none where the codebook has no stances.
    pub stance: Option<String>,
}

impl From<CodebookReading> for Prediction {
    fn from(reading: CodebookReading) -> Self {
        Self { support: reading.support.map(f64::from), tier: reading.tier, stance: reading.stance }
    }
}

/// Reads the texts on every core. Gives for each text what each active codebook says, in order; `progress` hears how many
/// are done.
pub fn predict(engine: &Engine, texts: &[&str], mut progress: impl FnMut(usize)) -> Vec<Vec<Prediction>> {
    let next = AtomicUsize::new(0);
    let (send, done) = mpsc::channel();
    let mut predictions = vec![Vec::new(); texts.len()];
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let (next, send) = (&next, send.clone());
            scope.spawn(move || {
                loop {
                    let start = next.fetch_add(BLOCK, Ordering::Relaxed);
                    let Some(block) = texts.get(start..texts.len().min(start + BLOCK)).filter(|b| !b.is_empty()) else {
                        break;
                    };
                    let read = |text: &&str| {
                        let results = engine.read(text, Unit::CodePoints).results;
                        results.into_iter().map(Prediction::from).collect::<Vec<_>>()
                    };
                    // Nobody listens any more only if the whole has ended early.
                    if send.send((start, block.iter().map(read).collect::<Vec<_>>())).is_err() {
                        break;
                    }
                }
            });
        }
        drop(send);
        let mut count = 0;
        for (start, block) in done {
            count += block.len();
            for (place, prediction) in predictions[start..].iter_mut().zip(block) {
                *place = prediction;
            }
            progress(count);
        }
    });
    predictions
}
