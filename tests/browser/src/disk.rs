//! A small disk that can be filled, for what a browser writes into one folder.
//!
//! Invariants: it is there only while its owner is; what was in the folder before is covered, not touched.
//! Must not touch: anything outside that folder.

use anyhow::{Result, bail};
use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The file that takes up the room that is left.
const BALLAST: &str = "ballast";

/// A mounted disk.
#[derive(Debug)]
pub struct Disk(PathBuf);

impl Disk {
    /// Mounts an empty disk over a folder, which is made.
    pub fn mount(folder: &Path, bytes: u64) -> Result<Self> {
        fs::create_dir_all(folder)?;
        let size = format!("size={bytes}");
        let mut command = Command::new("mount");
        command.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder).stderr(Stdio::null());
        if !command.status().is_ok_and(|status| status.success()) {
            bail!("nothing can be mounted at {}", folder.display());
        }
        Ok(Self(folder.to_owned()))
    }

    /// Whether one can be mounted over a folder; as a rule only root may.
    pub fn is_possible(folder: &Path) -> bool {
        let possible = Self::mount(folder, 1 << 16).is_ok();
        let _ = fs::remove_dir(folder);
        possible
    }

    /// Leaves no room for anything more.
    pub fn fill(&self) -> Result<()> {
        let mut ballast = File::create(self.0.join(BALLAST))?;
        let page = [0; 4096];
        while ballast.write(&page).is_ok_and(|written| written > 0) {}
        Ok(())
    }

    /// Takes back what filled it.
    pub fn make_room(&self) -> Result<()> {
        Ok(fs::remove_file(self.0.join(BALLAST))?)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // Lazily: the last processes of a browser may still have files open.
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).stderr(Stdio::null()).status();
    }
}
