//! The parts of the codebook, its codes as a tree: to choose, add, move and delete.
//!
//! Invariants: one stop of the Tab key; within it arrows choose, and with Alt they move what is chosen.
//! Must not touch: what the parts say.

use super::fields::adder;
use super::order;
use super::place::Place;
use super::state::{Editor, Fate};
use crate::codebooks::SLOTS;
use crate::panel::focus_by_id;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use postil::codebook::fresh;
use postil::codebook::validate::Grade;

/// The sign of a code with something wrong in it.
const FAULTY: &str = "!";

/// The column at the side.
pub(super) fn tree(editor: Editor) -> impl IntoView {
    let deleting = RwSignal::new(false);
    // What belongs to another code is not asked on.
    Effect::new(move |_| {
        editor.place.track();
        deleting.set(false);
    });
    let parts = [
        (Place::Book, "editor_part_book"),
        (Place::Targets, "editor_part_targets"),
        (Place::Lists, "editor_part_lists"),
    ];
    let parts = parts.map(|(place, key)| {
        let current = move || (editor.place.get() == place).then_some("true");
        view! {
            <li>
                <button type="button" class="part" aria-current=current on:click=move |_| editor.go(place)>{editor.text(key)}</button>
            </li>
        }
    });
    view! {
        <nav class="editor-parts" aria-label=editor.text("editor_parts")>
            <ul role="list">{parts.collect_view()}</ul>
            <h2 id="editor-codes">{editor.text("editor_codes")}</h2>
            <ul role="tree" aria-labelledby="editor-codes" aria-describedby="editor-keys" on:keydown=move |event| pressed(editor, deleting, &event)>
                {items(editor)}
            </ul>
            <p class="hint" id="editor-keys">{editor.text("editor_keys")}</p>
            <div class="actions">
                {adder(editor, "editor-code", "editor_add", &editor.text("editor_code"), move || add(editor, false))}
                {move || selected(editor).map(|_| buttons(editor, deleting))}
            </div>
            {move || deleting.get().then(|| delete(editor, deleting))}
        </nav>
    }
}

/// The id of the code that is shown.
fn selected(editor: Editor) -> Option<String> {
    let Place::Code(place) = editor.place.get() else { return None };
    editor.draft.with(|draft| draft.codes.get(place).map(|code| code.id.clone()))
}

/// A line of the tree.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Row {
    place: usize,
    depth: usize,
    id: String,
    label: String,
}

fn rows(editor: Editor) -> Vec<Row> {
    editor.draft.with(|draft| {
        let outline = order::outline(&draft.codes).into_iter();
        let row = outline.filter_map(|(place, depth)| {
            let code = draft.codes.get(place)?;
            let label = if code.label.trim().is_empty() { &code.id } else { &code.label };
            Some(Row { place, depth, id: code.id.clone(), label: label.clone() })
        });
        row.collect()
    })
}

/// What changes of a line while it stays where it is changes in place, so that it keeps the focus.
fn items(editor: Editor) -> impl IntoView {
    let all = Memo::new(move |_| rows(editor));
    // Where the Tab key stops.
    let stop = Memo::new(move |_| match editor.place.get() {
        Place::Code(code) => Some(code),
        _ => all.with(|all| all.first().map(|row| row.place)),
    });
    let item = move |Row { place, depth, id, label }: Row| {
        let of = Place::Code(place);
        let faulty = Memo::new(move |_| {
            editor.faults.with(|faults| {
                faults.iter().any(|fault| fault.grade != Grade::Doubtful && Place::of(&fault.field) == of)
            })
        });
        let chosen = move |_| {
            editor.go(of);
            focus_by_id(&format!("editor-tree-{place}"));
        };
        view! {
            <li
                role="treeitem"
                id=format!("editor-tree-{place}")
                data-code=id
                class=format!("depth-{}", depth.min(6))
                prop:ariaLevel=(depth + 1).to_string()
                aria-selected=move || (editor.place.get() == of).to_string()
                tabindex=move || if stop.get() == Some(place) { "0" } else { "-1" }
                on:click=chosen
            >
                <span class=format!("swatch slot slot-{}", place % SLOTS + 1)></span>
                <bdi>{label}</bdi>
                {move || faulty.get().then(|| view! {
                    <span class="faulty" role="img" aria-label=editor.text("editor_has_faults")>{FAULTY}</span>
                })}
            </li>
        }
    };
    view! { <For each=move || all.get() key=Clone::clone children=item/> }
}

fn pressed(editor: Editor, deleting: RwSignal<bool>, event: &KeyboardEvent) {
    let outline = editor.draft.with_untracked(|draft| order::outline(&draft.codes));
    let place = |at: usize| outline.get(at).map(|(place, _)| *place);
    let now = match editor.place.get_untracked() {
        Place::Code(code) => outline.iter().position(|(place, _)| *place == code),
        _ => None,
    };
    let to = match (event.key().as_str(), event.alt_key()) {
        ("ArrowDown", false) => place(now.map_or(0, |at| at + 1)),
        ("ArrowUp", false) => place(now.map_or(0, |at| at.saturating_sub(1))),
        ("Home", false) => place(0),
        ("End", false) => place(outline.len().saturating_sub(1)),
        ("Enter" | " ", false) => {
            event.prevent_default();
            if let Some(code) = now.and_then(place) {
                editor.jump(&format!("code[{code}].label"));
            }
            return;
        }
        ("Delete", false) => {
            deleting.set(now.is_some());
            event.prevent_default();
            return;
        }
        ("ArrowDown", true) => return shifted(editor, event, Shift::Down),
        ("ArrowUp", true) => return shifted(editor, event, Shift::Up),
        ("ArrowRight" | "ArrowLeft", true) => {
            // Inwards is where the text runs to.
            let back = editor.browser.host().direction() == "rtl";
            let inwards = (event.key() == "ArrowRight") != back;
            return shifted(editor, event, if inwards { Shift::In } else { Shift::Out });
        }
        _ => return,
    };
    event.prevent_default();
    if let Some(to) = to {
        editor.go(Place::Code(to));
        request_animation_frame(move || focus_by_id(&format!("editor-tree-{to}")));
    }
}

/// Where a code is moved.
#[derive(Clone, Copy)]
enum Shift {
    Up,
    Down,
    In,
    Out,
}

fn shifted(editor: Editor, event: &KeyboardEvent, by: Shift) {
    event.prevent_default();
    shift(editor, by);
    if let Place::Code(to) = editor.place.get_untracked() {
        request_animation_frame(move || focus_by_id(&format!("editor-tree-{to}")));
    }
}

/// Moves the code that is shown, which stays so.
fn shift(editor: Editor, by: Shift) {
    let Some(id) = untrack(|| selected(editor)) else { return };
    let mut draft = editor.draft.get_untracked();
    let parent = draft.codes.iter().find(|code| code.id == id).and_then(|code| code.parent.clone());
    let moved = match by {
        Shift::Up => order::shift(&mut draft, &id, false),
        Shift::Down => order::shift(&mut draft, &id, true),
        Shift::In => order::before(&draft.codes, &id).is_some_and(|into| order::put(&mut draft, &id, Some(&into))),
        Shift::Out => parent.is_some_and(|parent| {
            let above = draft.codes.iter().find(|code| code.id == parent).and_then(|code| code.parent.clone());
            order::put(&mut draft, &id, above.as_deref())
        }),
    };
    if !moved {
        return editor.notice.set(editor.text("editor_not_moved"));
    }
    stay(editor, &draft.codes.iter().position(|code| code.id == id));
    editor.reshape(|now| *now = draft);
    editor.notice.set(editor.text("editor_moved"));
}

fn stay(editor: Editor, place: &Option<usize>) {
    if let Some(place) = place {
        editor.place.set(Place::Code(*place));
    }
}

/// A new code: in the one that is shown, or beside the others at the top.
fn add(editor: Editor, within: bool) {
    let parent = untrack(|| selected(editor)).filter(|_| within);
    let mut draft = editor.draft.get_untracked();
    let code = fresh::code(&draft, editor.text("editor_new_code"), parent);
    let id = code.id.clone();
    draft.codes.push(code);
    order::tidy(&mut draft);
    let place = draft.codes.iter().position(|code| code.id == id);
    editor.reshape(|now| *now = draft);
    editor.unfolded.set(None);
    stay(editor, &place);
    if let Some(place) = place {
        editor.jump(&format!("code[{place}].label"));
    }
}

fn buttons(editor: Editor, deleting: RwSignal<bool>) -> impl IntoView {
    let moves = [
        ("editor_up", "↑", Shift::Up),
        ("editor_down", "↓", Shift::Down),
        ("editor_in", "⇥", Shift::In),
        ("editor_out", "⇤", Shift::Out),
    ];
    let moves = moves.map(|(key, sign, by)| {
        let named = editor.text(key);
        view! {
            <button type="button" class="move" aria-label=named.clone() title=named on:click=move |_| shift(editor, by)>{sign}</button>
        }
    });
    view! {
        {adder(editor, "editor-child", "editor_add_within", &editor.text("editor_code"), move || add(editor, true))}
        {moves.collect_view()}
        <button type="button" class="remove" id="editor-delete" aria-expanded=move || deleting.get().to_string() on:click=move |_| deleting.update(|on| *on = !*on)>
            {editor.text("editor_delete")}
        </button>
    }
}

/// What is asked before a code is deleted: what becomes of the decisions under it.
fn delete(editor: Editor, deleting: RwSignal<bool>) -> Option<impl IntoView> {
    let id = untrack(|| selected(editor))?;
    let draft = editor.draft.get_untracked();
    let label = draft.codes.iter().find(|code| code.id == id).map(|code| code.label.clone()).unwrap_or_default();
    let others: Vec<(String, String)> =
        draft.codes.iter().filter(|code| code.id != id).map(|code| (code.id.clone(), code.label.clone())).collect();
    let kept = editor
        .stored
        .with_untracked(|stored| stored.as_ref().is_some_and(|s| s.codes.iter().any(|code| code.id == id)));
    let fate = RwSignal::new(Fate::Stay);
    let options = others
        .into_iter()
        .map(|(id, label)| view! { <option value=id>{editor.browser.fill("editor_fate_become", &[&label])}</option> });
    let chosen = move |event: leptos::ev::Event| {
        fate.set(match event_target_value(&event) {
            stay if stay.is_empty() => Fate::Stay,
            each if each == "*" => Fate::Each,
            code => Fate::Become(code),
        });
    };
    let asked = kept.then(|| {
        view! {
            <label for="editor-fate">{editor.text("editor_fate")}</label>
            <select id="editor-fate" on:change=chosen>
                <option value="">{editor.text("editor_fate_stay")}</option>
                <option value="*">{editor.text("editor_fate_each")}</option>
                {options.collect_view()}
            </select>
        }
    });
    let done = move |_| {
        let id = id.clone();
        editor.fates.update(|fates| {
            let gone = Fate::Become(id.clone());
            let said = fate.get_untracked();
            // What was to become it becomes what it becomes.
            fates.values_mut().filter(|fate| **fate == gone).for_each(|fate| *fate = said.clone());
            if kept {
                fates.insert(id.clone(), said);
            }
        });
        editor.place.set(Place::Book);
        editor.reshape(|draft| order::remove(draft, &id));
        editor.notice.set(editor.text("editor_deleted"));
        focus_by_id("editor-code-add");
    };
    Some(view! {
        <div class="question" role="group" aria-label=editor.text("editor_delete")>
            <p>{editor.browser.fill("editor_delete_question", &[&label])}</p>
            {asked}
            <button type="button" class="danger" on:click=done>{editor.text("editor_delete")}</button>
            <button type="button" on:click=move |_| deleting.set(false)>{editor.text("editor_cancel")}</button>
        </div>
    })
}
