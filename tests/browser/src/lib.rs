//! Drives real browsers with the built extension in them.
//!
//! - [`driver`]: one browser, from its start to its end;
//! - [`disk`]: a small disk to fill, for a browser to write on;
//! - [`visit`]: what a coder does in it: open a page, allow the site, read the panel, decide;
//! - [`recorder`]: what the browser asked of other machines;
//! - [`wait`]: waiting for conditions;
//! - [`runner`]: cases, one after the other, in one browser.
//!
//! Invariants: looks at the extension from outside, by its packages, its pages and the page that it reads.
//! Must not touch: the extension's code or storage.

pub mod disk;
pub mod driver;
pub mod recorder;
pub mod runner;
pub mod visit;
pub mod wait;
