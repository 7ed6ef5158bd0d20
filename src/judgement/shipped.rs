//! The models that ship, from their files of weights.
//!
//! Invariants: each applies to a codebook that ships; `postil train` makes each from the list of sources that lies beside it.

use super::model::{Model, ModelError};
use std::sync::Arc;

/// Codebook and weights of each model that ships.
pub const MODELS: &[(&str, &[u8])] = &[("militant-jihad", include_bytes!("model/militant-jihad.bin"))];

/// The models that ship.
///
/// # Errors
/// If a file does not belong to this version: a fault of this build.
pub fn models() -> Result<Vec<Arc<Model>>, ModelError> {
    MODELS.iter().map(|(_, bytes)| Model::from_bytes(bytes).map(Arc::new)).collect()
}
