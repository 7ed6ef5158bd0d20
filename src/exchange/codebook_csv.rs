//! Codes as a table, for Taguette.
//!
//! Source: Taguette 1.5.2, `import_codebook.py` (a column `tag`, one `description`, others left aside; what is no text for
//! `chardet` is misread, and a byte order mark tells it) and `validate.py` (a tag has at most 200 code points). Taguette shows
//! with a tag those that begin like it: a code's tag begins with those of the codes above it.
//! Shape: CSV as in `csv.rs`; [`COLUMNS`]; a row for each code of the codebooks at hand and, beyond them, each that records name.

use super::csv::table;
use super::refi::{Codes, meaning};
use super::writer::Failed;
use std::collections::HashSet;

/// The columns, in order.
const COLUMNS: [&str; 4] = ["tag", "description", "codebook", "code"];
/// Longest tag, in code points.
const MAX_TAG: usize = 200;
/// Between the names in a tag.
const BELOW: &str = " / ";

/// The table.
pub(super) fn write(all: &Codes) -> Result<Vec<u8>, Failed> {
    let books = all.books()?;
    let (several, mut tags) = (books.len() > 1, HashSet::new());
    let mut rows = Vec::new();
    let mut row = |book: &str, above: Vec<&str>, name: &str, id: &str, description: String| {
        let named = above.into_iter().chain([name]).collect::<Vec<_>>().join(BELOW);
        let fits = |tag: &String| tag.chars().count() <= MAX_TAG && !tags.contains(tag);
        // Two tags of one name would be one, and ids tell codes apart.
        let tag = Some(named).filter(fits).unwrap_or_else(|| format!("{book}{BELOW}{id}"));
        tags.insert(tag.clone());
        rows.push([tag, description, book.to_owned(), id.to_owned()]);
    };
    for book in &books {
        let title = several.then(|| book.codebook.map_or(book.id, |codebook| &codebook.title));
        for code in book.codebook.iter().flat_map(|codebook| &codebook.codes) {
            let mut above: Vec<&str> = book.above(code).into_iter().map(|code| code.label.as_str()).collect();
            above.extend(title);
            above.reverse();
            row(book.id, above, &code.label, &code.id, meaning(code));
        }
        for name in &book.beyond {
            row(book.id, title.into_iter().collect(), name, name, String::new());
        }
    }
    table(COLUMNS.map(str::to_owned), rows.into_iter())
}
