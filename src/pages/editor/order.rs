//! The codes of a draft as a tree: which stand in which, and moving them about.
//!
//! Invariants: after every move parents stand before their children, and what stands in a code goes with it; no code comes to
//! stand in itself.
//! Must not touch: what codes say.

use postil::codebook::model::{Code, Codebook};

/// Places of the codes in the order of the tree, with how deep each stands. A code whose parent is not there stands at the top.
pub(super) fn outline(codes: &[Code]) -> Vec<(usize, usize)> {
    let mut outline = Vec::with_capacity(codes.len());
    let known = |id: &String| codes.iter().any(|code| code.id == *id);
    let tops = codes.iter().enumerate().filter(|(_, code)| !code.parent.as_ref().is_some_and(known));
    // From the last, because the next one is taken from the end.
    let mut open: Vec<(usize, usize)> = tops.map(|(place, _)| (place, 0)).collect();
    open.reverse();
    let mut seen = vec![false; codes.len()];
    while let Some((place, depth)) = open.pop() {
        if std::mem::replace(&mut seen[place], true) {
            continue;
        }
        outline.push((place, depth));
        let id = &codes[place].id;
        let children = codes.iter().enumerate().filter(|(_, code)| code.parent.as_ref() == Some(id));
        open.extend(children.map(|(child, _)| (child, depth + 1)).rev());
    }
    // Codes that stand in each other are at no top.
    let lost = seen.iter().enumerate().filter(|(_, seen)| !**seen).map(|(place, _)| (place, 0)).collect::<Vec<_>>();
    outline.extend(lost);
    outline
}

/// Puts the codes into the order of the tree.
pub(super) fn tidy(codebook: &mut Codebook) {
    let order = outline(&codebook.codes);
    let mut codes: Vec<Option<Code>> = std::mem::take(&mut codebook.codes).into_iter().map(Some).collect();
    codebook.codes = order.into_iter().filter_map(|(place, _)| codes.get_mut(place)?.take()).collect();
}

/// Whether a code is another, or stands in it.
pub(super) fn within(codes: &[Code], id: &str, above: &str) -> bool {
    let parent = |id: &&str| codes.iter().find(|code| code.id == **id)?.parent.as_deref();
    std::iter::successors(Some(id), parent).take(codes.len() + 1).any(|one| one == above)
}

/// Exchanges a code with the one before or after it in the same parent; false where there is none.
pub(super) fn shift(codebook: &mut Codebook, id: &str, down: bool) -> bool {
    let codes = &codebook.codes;
    let Some(at) = codes.iter().position(|code| code.id == id) else { return false };
    let beside = |place: &usize| codes[*place].parent == codes[at].parent;
    let other = if down { (at + 1..codes.len()).find(beside) } else { (0..at).rfind(beside) };
    let Some(other) = other else { return false };
    codebook.codes.swap(at, other);
    tidy(codebook);
    true
}

/// Puts a code into another, as the last there, or at the top; false where it is there already or would stand in itself.
pub(super) fn put(codebook: &mut Codebook, id: &str, parent: Option<&str>) -> bool {
    let codes = &codebook.codes;
    let Some(at) = codes.iter().position(|code| code.id == id) else { return false };
    if codes[at].parent.as_deref() == parent || parent.is_some_and(|parent| within(codes, parent, id)) {
        return false;
    }
    let mut code = codebook.codes.remove(at);
    code.parent = parent.map(str::to_owned);
    codebook.codes.push(code);
    tidy(codebook);
    true
}

/// The code before this one in the same parent: the one to put it into.
pub(super) fn before(codes: &[Code], id: &str) -> Option<String> {
    let at = codes.iter().position(|code| code.id == id)?;
    codes[..at].iter().rfind(|code| code.parent == codes[at].parent).map(|code| code.id.clone())
}

/// Takes a code out; what stood in it moves to where it stood.
pub(super) fn remove(codebook: &mut Codebook, id: &str) {
    let Some(at) = codebook.codes.iter().position(|code| code.id == id) else { return };
    let gone = codebook.codes.remove(at);
    for code in codebook.codes.iter_mut().filter(|code| code.parent.as_deref() == Some(id)) {
        code.parent.clone_from(&gone.parent);
    }
    tidy(codebook);
}

/// Gives a code another id, wherever it is named.
pub(super) fn rename(codebook: &mut Codebook, from: &str, to: &str) {
    let ids = codebook.codes.iter_mut().flat_map(|code| std::iter::once(&mut code.id).chain(&mut code.parent));
    for id in ids.chain(codebook.targets.iter_mut().map(|target| &mut target.code)).filter(|id| *id == from) {
        *id = to.to_owned();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use postil::codebook::fresh;

    /// Codes by their ids, indented as they stand.
    fn book(tree: &str) -> Codebook {
        let mut codebook = fresh::codebook("b".into(), "B".into());
        let mut above: Vec<String> = Vec::new();
        for line in tree.split(',') {
            let id = line.trim_start_matches('.');
            above.truncate(line.len() - id.len());
            let code = fresh::code(&codebook, id.into(), above.last().cloned());
            codebook.codes.push(code);
            above.push(id.into());
        }
        codebook
    }

    fn tree(codebook: &Codebook) -> String {
        let line = |(place, depth): (usize, usize)| ".".repeat(depth) + &codebook.codes[place].id;
        let lines: Vec<String> = outline(&codebook.codes).into_iter().map(line).collect();
        assert!(outline(&codebook.codes).iter().enumerate().all(|(at, (place, _))| at == *place), "in order");
        lines.join(",")
    }

    #[test]
    fn codes_move_with_what_stands_in_them() {
        const START: &str = "a,.b,..c,.d,e,f";
        type Move = fn(&mut Codebook) -> bool;
        let cases: [(Move, &str, bool); 12] = [
            (|b| shift(b, "a", true), "e,a,.b,..c,.d,f", true),
            (|b| shift(b, "a", false), START, false),
            (|b| shift(b, "d", false), "a,.d,.b,..c,e,f", true),
            (|b| shift(b, "c", true), START, false),
            (|b| shift(b, "f", false), "a,.b,..c,.d,f,e", true),
            (|b| put(b, "e", Some("b")), "a,.b,..c,..e,.d,f", true),
            (|b| put(b, "b", None), "a,.d,e,f,b,.c", true),
            (|b| put(b, "a", Some("c")), START, false),
            (|b| put(b, "a", Some("a")), START, false),
            (|b| put(b, "b", Some("a")), START, false),
            (
                |b| {
                    remove(b, "b");
                    true
                },
                "a,.c,.d,e,f",
                true,
            ),
            (
                |b| {
                    rename(b, "a", "z");
                    true
                },
                "z,.b,..c,.d,e,f",
                true,
            ),
        ];
        for (number, (change, after, done)) in cases.into_iter().enumerate() {
            let mut codebook = book(START);
            assert_eq!(change(&mut codebook), done, "{number}");
            assert_eq!(tree(&codebook), after, "{number}");
        }
        assert_eq!(before(&book(START).codes, "d").as_deref(), Some("b"));
        assert_eq!(before(&book(START).codes, "b"), None);
    }

    #[test]
    fn codes_that_stand_in_each_other_are_all_shown() {
        let mut codebook = book("a,b");
        codebook.codes[0].parent = Some("b".into());
        codebook.codes[1].parent = Some("a".into());
        assert_eq!(outline(&codebook.codes).len(), 2);
        assert!(within(&codebook.codes, "a", "b") && !within(&codebook.codes, "a", "c"));
    }
}
