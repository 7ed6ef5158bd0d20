//! The forms: every field of the model, for the codebook, its targets, its lists, and a code.
//!
//! Invariants: a form is drawn anew where it comes to consist of something else, and not while a field is typed in.
//! Must not touch: what the fields mean; findings about them come from the engine.

use super::fields::{self, Choice, Lens, adder, choice, faults, field, flag, lens, line, read, remover, reshape};
use super::place::{Place, id};
use super::state::Editor;
use super::terms::terms;
use leptos::prelude::*;
use postil::codebook::fresh;
use postil::codebook::model::*;
use std::rc::Rc;

/// The form of what is chosen.
pub(super) fn form(editor: Editor) -> impl IntoView {
    move || {
        editor.shape.track();
        match editor.place.get() {
            Place::Book => book(editor).into_any(),
            Place::Targets => targets(editor),
            Place::Lists => lists(editor),
            Place::Code(place) => super::code::code(editor, place),
        }
    }
}

/// Names with ids, as they stand in the draft now.
pub(super) fn names(editor: Editor, of: impl Fn(&Codebook) -> Vec<(String, String)>) -> Vec<(String, String)> {
    editor.draft.with_untracked(of)
}

/// All codes by id and label.
pub(super) fn codes(editor: Editor) -> Vec<(String, String)> {
    names(editor, |draft| draft.codes.iter().map(|code| (code.id.clone(), code.label.clone())).collect())
}

/// The languages of the codebook, and none.
pub(super) fn languages(editor: Editor) -> Vec<(String, String)> {
    let mut all = names(editor, |draft| draft.languages.iter().map(|it| (it.tag.clone(), it.tag.clone())).collect());
    all.push(("und".into(), editor.text("editor_language_none")));
    all
}

/// A member of a list, by its place in it.
pub(super) fn member<T: 'static>(list: &Lens<Vec<T>>, place: usize) -> Lens<T> {
    let list = Rc::clone(list);
    lens(move |draft| list(draft)?.get_mut(place))
}

/// A part of something.
pub(super) fn part<T: 'static, U: 'static>(
    of: &Lens<T>,
    way: impl for<'p> Fn(&'p mut T) -> &'p mut U + 'static,
) -> Lens<U> {
    let of = Rc::clone(of);
    lens(move |draft| of(draft).map(&way))
}

/// A list of things, each in a frame with a way to take it out, and a button for one more.
pub(super) fn many<T: 'static>(
    editor: Editor,
    path: &str,
    label: &str,
    list: Lens<Vec<T>>,
    one: impl Fn(usize, Lens<T>, String) -> AnyView,
    fresh: impl Fn(&Codebook) -> T + 'static,
) -> AnyView {
    let mut count = 0;
    editor.draft.update_untracked(|draft| count = list(draft).map_or(0, |list| list.len()));
    let rows = (0..count).map(|place| one(place, member(&list, place), format!("{path}[{place}]"))).collect();
    let all = Rc::clone(&list);
    let remove = move |place: usize| {
        reshape(editor, &all, |all| {
            if place < all.len() {
                all.remove(place);
            }
        });
    };
    let add = move || {
        let one = editor.draft.with_untracked(&fresh);
        reshape(editor, &list, |all| all.push(one));
    };
    framed(editor, path, label, rows, Rc::new(remove), Box::new(add))
}

/// The frames of a list, the same whatever it is of.
fn framed(
    editor: Editor,
    path: &str,
    label: &str,
    rows: Vec<AnyView>,
    remove: Rc<dyn Fn(usize)>,
    add: Box<dyn Fn()>,
) -> AnyView {
    let named = editor.text(label);
    let next = format!("{path}[{}]", rows.len());
    let rows = rows.into_iter().enumerate().map(|(place, row)| {
        let of = format!("{path}[{place}]");
        let (element, remove) = (id(&of), Rc::clone(&remove));
        view! {
            <li class="editor-one" id=element tabindex="-1">
                {row}
                {faults(editor, of)}
                {remover(editor, &format!("{named} {}", place + 1), move || remove(place))}
            </li>
        }
    });
    let rows = rows.collect_view();
    let more = move || {
        add();
        editor.jump(&next);
    };
    view! {
        <ul class="editor-many" role="list">{rows}</ul>
        {adder(editor, &id(path), "editor_add", &named, more)}
    }
    .into_any()
}

/// A part of a form under its heading.
pub(super) fn section(editor: Editor, path: &str, heading: &str, hint: Option<&str>, content: AnyView) -> AnyView {
    let heading_id = format!("{}-title", id(path));
    let labelled = heading_id.clone();
    view! {
        <section class="editor-section" aria-labelledby=labelled>
            <h3 id=heading_id>{editor.text(heading)}</h3>
            {hint.map(|hint| view! { <p class="hint">{editor.text(hint)}</p> })}
            <div id=id(path) tabindex="-1">{faults(editor, path.to_owned())}</div>
            {content}
        </section>
    }
    .into_any()
}

fn book(editor: Editor) -> impl IntoView {
    let id_of = editor.draft.with_untracked(|draft| draft.id.clone());
    let tags: Lens<Vec<Language>> = lens(|draft| Some(&mut draft.languages));
    let language = move |_, one: Lens<Language>, path: String| {
        let tag = part(&one, |one: &mut Language| &mut one.tag);
        let tag_path = format!("{path}.tag");
        let reviewed = part(&one, |one: &mut Language| &mut one.reviewed);
        let reviewed_path = format!("{path}.reviewed");
        let on = read(editor, &reviewed);
        let said = reviewed_path.clone();
        view! {
            {line(editor, &tag_path, "editor_language_tag", Some("editor_language_tag_hint"), tag)}
            {flag(&reviewed_path, editor.text("editor_reviewed"), on, move |on| fields::write(editor, &said, &reviewed, on))}
        }
        .into_any()
    };
    let fresh_language = |_: &Codebook| Language { tag: String::new(), reviewed: false };
    view! {
        <h2>{editor.text("editor_part_book")}</h2>
        <p class="hint" id=id("id") tabindex="-1">{editor.browser.fill("editor_id_is", &[&id_of])}</p>
        {faults(editor, "id".into())}
        {line(editor, "title", "editor_title", None, lens(|draft| Some(&mut draft.title)))}
        {line(editor, "version", "editor_version", Some("editor_version_hint"), lens(|draft| Some(&mut draft.version)))}
        {fields::text(editor, "description", "editor_description", Some("editor_description_hint"), lens(|draft| Some(&mut draft.description)))}
        <div id=id("code") tabindex="-1">{faults(editor, "code".into())}</div>
        {section(editor, "languages", "editor_languages", Some("editor_languages_hint"),
            many(editor, "languages", "editor_language", tags, language, fresh_language))}
        {scale(editor)}
        {section(editor, "stance", "editor_stances", Some("editor_stances_hint"), stances(editor))}
    }
}

fn scale(editor: Editor) -> AnyView {
    let has = editor.draft.with_untracked(|draft| draft.scale.is_some());
    let switched = move |on: bool| {
        let (none, praise) = (editor.text("editor_tier_first"), editor.text("editor_tier_next"));
        let tier = |label: String| Tier { label, definition: String::new() };
        let scale = Scale { support_from: 1, named: None, tiers: vec![tier(none), tier(praise)] };
        editor.reshape(|draft| draft.scale = on.then_some(scale));
    };
    let inner = has.then(|| {
        let scale: Lens<Scale> = lens(|draft| draft.scale.as_mut());
        let tiers = part(&scale, |scale: &mut Scale| &mut scale.tiers);
        let tier = move |_, one: Lens<Tier>, path: String| {
            view! {
                {line(editor, &format!("{path}.label"), "editor_label", None, part(&one, |one: &mut Tier| &mut one.label))}
                {fields::text(editor, &format!("{path}.definition"), "editor_definition", None, part(&one, |one: &mut Tier| &mut one.definition))}
            }
            .into_any()
        };
        let steps = tier_names(editor);
        let from = part(&scale, |scale: &mut Scale| &mut scale.support_from);
        let named = part(&scale, |scale: &mut Scale| &mut scale.named);
        let chosen = read(editor, &from).to_string();
        let set = move |step: String| fields::write(editor, "scale.support_from", &from, step.parse().unwrap_or_default());
        view! {
            {many(editor, "scale.tier", "editor_tier", tiers, tier, |_| Tier { label: String::new(), definition: String::new() })}
            {field(editor, "scale.support_from", "editor_support_from", Some("editor_support_from_hint"), |id, described| {
                choice(editor, "scale.support_from", id, described, None, Choice::new(steps.clone(), chosen, set))
            })}
            {step(editor, "scale.named", "editor_named", Some("editor_named_hint"), named)}
        }
    });
    let content = view! {
        {flag("scale.on", editor.text("editor_has_scale"), has, switched)}
        {inner}
    };
    section(editor, "scale", "editor_scale", Some("editor_scale_hint"), content.into_any())
}

/// The tiers by their numbers.
fn tier_names(editor: Editor) -> Vec<(String, String)> {
    names(editor, |draft| {
        let tiers = draft.scale.iter().flat_map(|scale| &scale.tiers).enumerate();
        tiers.map(|(number, tier)| (number.to_string(), format!("{number} {}", tier.label))).collect()
    })
}

/// A tier or none.
pub(super) fn step(editor: Editor, path: &str, label: &str, hint: Option<&str>, of: Lens<Option<u8>>) -> AnyView {
    let chosen = read(editor, &of).map(|step| step.to_string()).unwrap_or_default();
    let all = std::iter::once((String::new(), editor.text("editor_none"))).chain(tier_names(editor)).collect();
    let path_of = path.to_owned();
    let set = move |step: String| fields::write(editor, &path_of, &of, step.parse().ok());
    field(editor, path, label, hint, |id, described| {
        choice(editor, path, id, described, None, Choice::new(all, chosen, set))
    })
}

fn stances(editor: Editor) -> AnyView {
    let list: Lens<Vec<Stance>> = lens(|draft| Some(&mut draft.stances));
    let one = move |_, one: Lens<Stance>, path: String| {
        let roles = [
            ("default", "editor_role_default"),
            ("mention", "editor_role_mention"),
            ("negation", "editor_role_negation"),
            ("undecided", "editor_role_undecided"),
        ];
        let all = [StanceRole::Default, StanceRole::Mention, StanceRole::Negation, StanceRole::Undecided];
        let role = part(&one, |one: &mut Stance| &mut one.role);
        let now = read(editor, &role);
        let chosen = all.iter().zip(roles).find(|(role, _)| Some(**role) == now).map_or("", |(_, (id, _))| id);
        let options = std::iter::once((String::new(), editor.text("editor_none")));
        let options = options.chain(roles.map(|(id, key)| (id.to_owned(), editor.text(key)))).collect();
        let role_path = format!("{path}.role");
        let said = role_path.clone();
        let set = move |id: String| {
            let role_of = all.into_iter().zip(roles).find(|(_, (name, _))| *name == id).map(|(role, _)| role);
            fields::write(editor, &said, &role, role_of);
        };
        view! {
            {line(editor, &format!("{path}.id"), "editor_id", Some("editor_id_hint"), part(&one, |one: &mut Stance| &mut one.id))}
            {line(editor, &format!("{path}.label"), "editor_label", None, part(&one, |one: &mut Stance| &mut one.label))}
            {fields::text(editor, &format!("{path}.definition"), "editor_definition", None, part(&one, |one: &mut Stance| &mut one.definition))}
            {field(editor, &role_path, "editor_role", Some("editor_role_hint"), |id, described| {
                choice(editor, &role_path, id, described, None, Choice::new(options, chosen.to_owned(), set))
            })}
            {reach(editor, &format!("{path}.tiers"), part(&one, |one: &mut Stance| &mut one.tiers))}
        }
        .into_any()
    };
    let fresh = |draft: &Codebook| {
        let taken = |id: &str| draft.stances.iter().any(|stance| stance.id == id);
        let tiers = draft.scale.as_ref().map(|_| [0, 0]);
        Stance {
            id: fresh::id("stance", "stance", taken),
            label: String::new(),
            definition: String::new(),
            tiers,
            role: None,
        }
    };
    many(editor, "stance", "editor_stance", list, one, fresh)
}

/// Lowest and highest tier of a stance, written as two numbers.
fn reach(editor: Editor, path: &str, tiers: Lens<Option<[u8; 2]>>) -> AnyView {
    let value = read(editor, &tiers).map(|[low, high]| format!("{low}-{high}")).unwrap_or_default();
    let path_of = path.to_owned();
    fields::number(editor, path, "editor_tiers", Some("editor_tiers_hint"), value, move |written| {
        let pair = || {
            let (low, high) = written.split_once(['-', '–']).unwrap_or((written, written));
            Some([low.trim().parse().ok()?, high.trim().parse().ok()?])
        };
        let sound = written.is_empty() || pair().is_some();
        if sound {
            fields::write(editor, &path_of, &tiers, pair());
        }
        sound
    })
}

fn targets(editor: Editor) -> AnyView {
    let list: Lens<Vec<Target>> = lens(|draft| Some(&mut draft.targets));
    let all = codes(editor);
    let one = move |_, one: Lens<Target>, path: String| {
        let code = part(&one, |one: &mut Target| &mut one.code);
        let (code_path, chosen) = (format!("{path}.code"), read(editor, &code));
        let said = code_path.clone();
        let set = move |id: String| fields::write(editor, &said, &code, id);
        let all = all.clone();
        view! {
            {line(editor, &format!("{path}.id"), "editor_id", Some("editor_id_hint"), part(&one, |one: &mut Target| &mut one.id))}
            {line(editor, &format!("{path}.label"), "editor_label", None, part(&one, |one: &mut Target| &mut one.label))}
            {field(editor, &code_path, "editor_target_code", Some("editor_target_code_hint"), |id, described| {
                choice(editor, &code_path, id, described, None, Choice::new(all, chosen, set))
            })}
            {fields::optional(editor, &format!("{path}.gloss"), "editor_target_gloss", None, part(&one, |one: &mut Target| &mut one.gloss))}
            {fields::optional(editor, &format!("{path}.kept_off"), "editor_kept_off", Some("editor_kept_off_hint"), part(&one, |one: &mut Target| &mut one.kept_off))}
            <h4>{editor.text("editor_listings")}</h4>
            {many(editor, &format!("{path}.listing"), "editor_listing", part(&one, |one: &mut Target| &mut one.listings), move |_, one, path| listing(editor, &one, &path), |_| Listing {
                jurisdiction: String::new(), source: String::new(), from: String::new(), to: None,
            })}
            {terms(editor, &path, part(&one, |one: &mut Target| &mut one.terms))}
        }
        .into_any()
    };
    let fresh = |draft: &Codebook| {
        let taken = |id: &str| draft.targets.iter().any(|target| target.id == id);
        Target {
            id: fresh::id("target", "target", taken),
            label: String::new(),
            code: draft.codes.first().map(|code| code.id.clone()).unwrap_or_default(),
            gloss: None,
            listings: Vec::new(),
            kept_off: None,
            terms: vec![fresh::term(draft)],
        }
    };
    view! {
        <h2>{editor.text("editor_part_targets")}</h2>
        <p class="hint">{editor.text("editor_targets_hint")}</p>
        {many(editor, "target", "editor_target", list, one, fresh)}
    }
    .into_any()
}

fn listing(editor: Editor, one: &Lens<Listing>, path: &str) -> AnyView {
    view! {
        {line(editor, &format!("{path}.jurisdiction"), "editor_jurisdiction", Some("editor_jurisdiction_hint"), part(one, |one: &mut Listing| &mut one.jurisdiction))}
        {line(editor, &format!("{path}.source"), "editor_source", None, part(one, |one: &mut Listing| &mut one.source))}
        {line(editor, &format!("{path}.from"), "editor_from", Some("editor_date_hint"), part(one, |one: &mut Listing| &mut one.from))}
        {fields::optional(editor, &format!("{path}.to"), "editor_to", Some("editor_to_hint"), part(one, |one: &mut Listing| &mut one.to))}
    }
    .into_any()
}

fn lists(editor: Editor) -> AnyView {
    let all = editor.draft.with_untracked(|draft| draft.lists.keys().cloned().collect::<Vec<_>>());
    let rows = all.into_iter().map(|name| {
        let path = format!("lists.{name}");
        let (key, from, gone_name, named) = (name.clone(), name.clone(), name.clone(), name.clone());
        let words: Lens<Vec<String>> = lens(move |draft| draft.lists.get_mut(&key));
        let renamed = move |event: leptos::ev::Event| {
            let to = event_target_value(&event).trim().to_owned();
            let free = editor.draft.with_untracked(|draft| !to.is_empty() && !draft.lists.contains_key(&to));
            if free {
                editor.reshape(|draft| rename_list(draft, &from, &to));
            }
        };
        let gone = move || editor.reshape(|draft| drop(draft.lists.remove(&gone_name)));
        let label = editor.text("editor_list_words");
        let (element, described) = (id(&path), format!("{}-fault", id(&path)));
        view! {
            <li class="editor-one">
                <div class="editor-field">
                    <label for=format!("{element}-name")>{editor.text("editor_list_name")}</label>
                    <input type="text" dir="auto" id=format!("{element}-name") prop:value=name on:change=renamed/>
                </div>
                <div class="editor-field">
                    <span class="field-label">{label.clone()}</span>
                    {fields::words(editor, &path, element, described, label, words)}
                    {faults(editor, path)}
                </div>
                {remover(editor, &named, gone)}
            </li>
        }
    });
    let rows = rows.collect_view();
    let more = move || {
        let mut fresh = String::new();
        editor.reshape(|draft| {
            fresh = fresh::id("list", "list", |id| draft.lists.contains_key(id));
            draft.lists.insert(fresh.clone(), Vec::new());
        });
        editor.jump(&format!("lists.{fresh}"));
    };
    view! {
        <h2>{editor.text("editor_part_lists")}</h2>
        <p class="hint">{editor.text("editor_lists_hint")}</p>
        <ul class="editor-many" role="list">{rows}</ul>
        {adder(editor, "f-lists", "editor_add", &editor.text("editor_list"), more)}
    }
    .into_any()
}

/// Gives a list another name, also where patterns name it.
fn rename_list(draft: &mut Codebook, from: &str, to: &str) {
    let Some(words) = draft.lists.remove(from) else { return };
    draft.lists.insert(to.to_owned(), words);
    let (before, after) = (format!("{{{from}}}"), format!("{{{to}}}"));
    for pattern in draft.codes.iter_mut().flat_map(|code| &mut code.indicators).flat_map(|it| &mut it.patterns) {
        pattern.regex = pattern.regex.replace(&before, &after);
        pattern.anchors.iter_mut().for_each(|anchor| *anchor = anchor.replace(&before, &after));
    }
}
