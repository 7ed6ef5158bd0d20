//! What of a codebook is edited, and where in the forms a field stands.
//!
//! Invariants: the path of a field is the one that findings about it have, such as `code[3].indicator[0].weight`.

/// What the form shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// The codebook itself: title, languages, scale, stances.
    Book,
    /// The groups that a stance may be towards.
    Targets,
    /// The lists of words.
    Lists,
    /// A code, by its place.
    Code(usize),
}

impl Place {
    /// Where the field with a path is edited.
    pub(super) fn of(path: &str) -> Self {
        match (index(path, "code"), path) {
            (Some(code), _) => Self::Code(code),
            (None, path) if path.starts_with("target") => Self::Targets,
            (None, path) if path.starts_with("lists") => Self::Lists,
            _ => Self::Book,
        }
    }
}

/// The number behind a name in a path.
pub(super) fn index(path: &str, name: &str) -> Option<usize> {
    let step = path.split('.').find_map(|step| step.strip_prefix(name)?.strip_prefix('['))?;
    step.strip_suffix(']')?.parse().ok()
}

/// The id of a field's element.
pub(super) fn id(path: &str) -> String {
    let mut id = "f-".to_owned();
    id.extend(path.chars().filter(|c| *c != ']').map(|c| if matches!(c, '[' | '.') { '-' } else { c }));
    id
}

/// The paths of what a field stands in, itself first: the first of them that is shown is where a finding about it is.
pub(super) fn outwards(path: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(Some(path), |path| path.rfind(['.', '[']).map(|end| &path[..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_leads_to_its_field() {
        let cases = [
            ("code[12].indicator[0].terms[3].lang", Place::Code(12), "f-code-12-indicator-0-terms-3-lang"),
            ("code", Place::Book, "f-code"),
            ("stance[1].tiers", Place::Book, "f-stance-1-tiers"),
            ("target[0].listing[1].from", Place::Targets, "f-target-0-listing-1-from"),
            ("lists.meals", Place::Lists, "f-lists-meals"),
        ];
        for (path, place, element) in cases {
            assert_eq!((Place::of(path), id(path).as_str()), (place, element));
        }
        assert_eq!(index("code[1].indicator[7].weight", "indicator"), Some(7));
        assert_eq!(outwards("code[1].id").collect::<Vec<_>>(), ["code[1].id", "code[1]", "code"]);
    }
}
