//! The build tool: what turns the workspace into two packages and a site, and serves the pages on which they are tried.
//!
//! - [`types`]: the TypeScript declarations of the wire, from the Rust types;
//! - [`package`]: both packages, from cargo to the zip files, and the site with the workbench;
//! - [`closed`]: whether what ships could ask anything of another machine;
//! - [`size`]: the sizes of what ships against their budgets;
//! - [`serve`]: the workbench, the sample feed and the fixture pages, on this machine only;
//! - [`cases`]: the TOML test cases as JSON, for readers without a TOML parser.
//!
//! Invariants: the same sources give the same bytes; everything written lies under `target/`.
//! Must not touch: what the engine decides. This crate ships to nobody.

pub mod cases;
pub mod closed;
pub mod package;
pub mod serve;
pub mod size;
pub mod types;

use std::path::{Path, PathBuf};

/// The folders of this checkout.
#[derive(Debug, Clone)]
pub struct Tree {
    root: PathBuf,
}

impl Tree {
    /// The checkout that this tool was compiled in.
    pub fn here() -> Self {
        let member = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self { root: member.ancestors().nth(2).unwrap_or(member).to_path_buf() }
    }

    /// A path inside the checkout.
    pub fn path(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.root.join(inside)
    }

    /// A path inside `target/`.
    pub fn target(&self, inside: impl AsRef<Path>) -> PathBuf {
        self.root.join("target").join(inside)
    }
}
