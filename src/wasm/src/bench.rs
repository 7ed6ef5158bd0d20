//! The stages of the pipeline one by one.

use postil::codebook::CompiledSet;
use postil::engine::Engine;
use postil::matching::Matcher;
use postil::text::fold::Folded;
use postil::text::offsets::Unit;
use wasm_bindgen::prelude::*;

/// Folds a text; gives the bytes of the result, so that nothing is optimised away.
#[wasm_bindgen]
pub fn bench_fold(text: &str) -> usize {
    Folded::new(text).text().len()
}

/// A matcher and an engine over the same codebooks.
#[wasm_bindgen]
pub struct Bench {
    matcher: Matcher,
    engine: Engine,
}

#[wasm_bindgen]
impl Bench {
    /// From compiled codebooks.
    ///
    /// # Errors
    /// If the bytes are not compiled codebooks of this version.
    #[wasm_bindgen(constructor)]
    pub fn new(codebooks: &[u8]) -> Result<Bench, JsError> {
        Ok(Self {
            matcher: Matcher::new(CompiledSet::from_bytes(codebooks)?),
            engine: Engine::new(CompiledSet::from_bytes(codebooks)?),
        })
    }

    /// Folds and matches; gives the number of hits.
    pub fn matches(&self, text: &str) -> usize {
        self.matcher.find(text, &Folded::new(text), &[]).iter().map(Vec::len).sum()
    }

    /// The whole pipeline; gives the number of findings.
    pub fn read(&self, text: &str) -> usize {
        self.engine.read(text, Unit::Utf16).results.iter().map(|result| result.findings.len()).sum()
    }
}
