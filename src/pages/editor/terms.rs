//! Terms and patterns: what is looked for, a row for each.

use super::fields::{Choice, Lens, bare_line, choice, faults, read, words};
use super::forms::{languages, many, part};
use super::place::id;
use super::state::Editor;
use leptos::prelude::*;
use postil::codebook::fresh;
use postil::codebook::model::{Boundary, Pattern, Term};

/// The terms of an indicator or a target.
pub(super) fn terms(editor: Editor, path: &str, list: Lens<Vec<Term>>) -> AnyView {
    let spoken = languages(editor);
    let row = move |_, one: Lens<Term>, path: String| {
        let text = part(&one, |one: &mut Term| &mut one.text);
        let boundary = part(&one, |one: &mut Term| &mut one.boundary);
        let variants = part(&one, |one: &mut Term| &mut one.variants);
        let at = |name: &str| format!("{path}.{name}");
        let (match_path, variants_path) = (at("match"), at("variants"));
        view! {
            {labelled(editor, &at("text"), "editor_term", text)}
            {language(editor, &at("lang"), spoken.clone(), part(&one, |one: &mut Term| &mut one.lang))}
            {how(editor, &match_path, boundary)}
            {words(editor, &variants_path, id(&variants_path), String::new(), editor.text("editor_variants"), variants)}
        }
        .into_any()
    };
    view! {
        <h4>{editor.text("editor_terms")}</h4>
        <p class="hint">{editor.text("editor_terms_hint")}</p>
        <div class="editor-rows terms">{many(editor, &format!("{path}.terms"), "editor_term", list, row, fresh::term)}</div>
    }
    .into_any()
}

/// The patterns of an indicator.
pub(super) fn patterns(editor: Editor, path: &str, list: Lens<Vec<Pattern>>) -> AnyView {
    let spoken = languages(editor);
    let row = move |_, one: Lens<Pattern>, path: String| {
        let at = |name: &str| format!("{path}.{name}");
        let anchors = part(&one, |one: &mut Pattern| &mut one.anchors);
        let anchors_path = at("anchors");
        view! {
            {labelled(editor, &at("regex"), "editor_regex", part(&one, |one: &mut Pattern| &mut one.regex))}
            {language(editor, &at("lang"), spoken.clone(), part(&one, |one: &mut Pattern| &mut one.lang))}
            {words(editor, &anchors_path, id(&anchors_path), String::new(), editor.text("editor_anchors"), anchors)}
        }
        .into_any()
    };
    let fresh = |draft: &postil::codebook::Codebook| Pattern {
        lang: fresh::term(draft).lang,
        regex: String::new(),
        anchors: Vec::new(),
    };
    view! {
        <h4>{editor.text("editor_patterns")}</h4>
        <p class="hint">{editor.text("editor_patterns_hint")}</p>
        <div class="editor-rows patterns">{many(editor, &format!("{path}.patterns"), "editor_pattern", list, row, fresh)}</div>
    }
    .into_any()
}

/// A line whose label is for those who do not see the row, with what is wrong below it.
fn labelled(editor: Editor, path: &str, label: &str, text: Lens<String>) -> AnyView {
    let described = format!("{}-fault", id(path));
    view! {
        <div class="cell">
            {bare_line(editor, path, id(path), described, Some(editor.text(label)), text)}
            {faults(editor, path.to_owned())}
        </div>
    }
    .into_any()
}

fn language(editor: Editor, path: &str, spoken: Vec<(String, String)>, tag: Lens<String>) -> AnyView {
    let (chosen, path_of) = (read(editor, &tag), path.to_owned());
    let set = move |chosen: String| super::fields::write(editor, &path_of, &tag, chosen);
    let label = Some(editor.text("editor_language"));
    let described = format!("{}-fault", id(path));
    view! {
        <div class="cell">
            {choice(editor, path, id(path), described, label, Choice::new(spoken, chosen, set))}
            {faults(editor, path.to_owned())}
        </div>
    }
    .into_any()
}

fn how(editor: Editor, path: &str, boundary: Lens<Boundary>) -> AnyView {
    let ways = [
        (Boundary::Word, "word", "editor_match_word"),
        (Boundary::Prefix, "prefix", "editor_match_prefix"),
        (Boundary::Infix, "infix", "editor_match_infix"),
        (Boundary::Exact, "exact", "editor_match_exact"),
    ];
    let now = read(editor, &boundary);
    let chosen = ways.iter().find(|(way, ..)| *way == now).map_or("", |(_, id, _)| id);
    let options = ways.map(|(_, id, key)| (id.to_owned(), editor.text(key))).to_vec();
    let path_of = path.to_owned();
    let set = move |chosen: String| {
        let way = ways.iter().find(|(_, id, _)| *id == chosen).map_or(Boundary::Word, |(way, ..)| *way);
        super::fields::write(editor, &path_of, &boundary, way);
    };
    let label = Some(editor.text("editor_match"));
    choice(editor, path, id(path), String::new(), label, Choice::new(options, chosen.to_owned(), set))
}
