//! The form of a code and of its indicators, one of which is unfolded at a time.

use super::fields::{self, Choice, Lens, faults, field, flag, lens, line, maybe, read, remover, reshape};
use super::forms::{codes, names, part, section, step};
use super::order;
use super::place::{Place, id};
use super::state::Editor;
use super::terms::{patterns, terms};
use leptos::prelude::*;
use postil::codebook::fresh;
use postil::codebook::model::*;

/// The form of the code at a place.
pub(super) fn code(editor: Editor, place: usize) -> AnyView {
    let path = format!("code[{place}]");
    let at = |name: &str| format!("{path}.{name}");
    let code: Lens<Code> = lens(move |draft| draft.codes.get_mut(place));
    let Some((label, hotkey, colour)) = editor.draft.with_untracked(|draft| {
        draft.codes.get(place).map(|code| (code.label.clone(), code.hotkey, code.colour.clone()))
    }) else {
        return ().into_any();
    };
    let stances = names(editor, |draft| draft.stances.iter().map(|it| (it.id.clone(), it.label.clone())).collect());
    let scaled = editor.draft.with_untracked(|draft| draft.scale.is_some());
    let key_path = at("hotkey");
    let keyed = {
        let (path, hotkey) = (key_path.clone(), part(&code, |code: &mut Code| &mut code.hotkey));
        move |event: leptos::ev::Event| {
            let written = event_target_value(&event);
            fields::write(editor, &path, &hotkey, written.trim().chars().next());
        }
    };
    let colour_path = at("colour");
    let coloured = {
        let (path, colour) = (colour_path.clone(), part(&code, |code: &mut Code| &mut code.colour));
        move |event: leptos::ev::Event| fields::write(editor, &path, &colour, event_target_value(&event))
    };
    let level = part(&code, |code: &mut Code| &mut code.level);
    let has_level = read(editor, &level).is_some();
    view! {
        <h2>{label}</h2>
        <div id=id(&path) tabindex="-1">{faults(editor, path.clone())}</div>
        {line(editor, &at("label"), "editor_label", None, part(&code, |code: &mut Code| &mut code.label))}
        {code_id(editor, place)}
        {parent(editor, place)}
        {fields::text(editor, &at("definition"), "editor_definition", Some("editor_definition_hint"), part(&code, |code: &mut Code| &mut code.definition))}
        {fields::texts(editor, &at("include"), "editor_include", None, part(&code, |code: &mut Code| &mut code.include))}
        {fields::texts(editor, &at("exclude"), "editor_exclude", None, part(&code, |code: &mut Code| &mut code.exclude))}
        {fields::texts(editor, &at("positive"), "editor_positive", Some("editor_positive_hint"), part(&code, |code: &mut Code| &mut code.positive))}
        {fields::texts(editor, &at("negative"), "editor_negative", Some("editor_negative_hint"), part(&code, |code: &mut Code| &mut code.negative))}
        {fields::optional(editor, &at("guidance"), "editor_guidance", None, part(&code, |code: &mut Code| &mut code.guidance))}
        {fields::texts(editor, &at("reading"), "editor_reading", None, part(&code, |code: &mut Code| &mut code.reading))}
        <div class="editor-beside">
            {field(editor, &key_path, "editor_hotkey", None, |id, described| view! {
                <input type="text" class="number" maxlength="2" autocomplete="off" id=id aria-describedby=described
                    prop:value=hotkey.map(String::from).unwrap_or_default() on:input=keyed/>
            }.into_any())}
            {field(editor, &colour_path, "editor_colour", None, |id, described| view! {
                <input type="color" id=id aria-describedby=described prop:value=colour on:input=coloured/>
            }.into_any())}
            {(scaled || has_level).then(|| step(editor, &at("level"), "editor_level", Some("editor_level_hint"), level))}
            {maybe(editor, &at("stance"), "editor_code_stance", Some("editor_code_stance_hint"), stances, part(&code, |code: &mut Code| &mut code.stance))}
        </div>
        {section(editor, &at("indicator"), "editor_indicators", Some("editor_indicators_hint"), indicators(editor, place, &code))}
    }
    .into_any()
}

/// The id, which is changed as a whole: what names it follows.
fn code_id(editor: Editor, place: usize) -> AnyView {
    let path = format!("code[{place}].id");
    let now =
        editor.draft.with_untracked(|draft| draft.codes.get(place).map(|code| code.id.clone())).unwrap_or_default();
    let bad = fields::invalid(editor, &path);
    let from = now.clone();
    let changed = move |event: leptos::ev::Event| {
        let to = event_target_value(&event).trim().to_owned();
        let taken = editor.draft.with_untracked(|draft| draft.codes.iter().any(|code| code.id == to));
        if to == from {
            return;
        }
        if taken || to.is_empty() {
            return editor.notice.set(editor.browser.fill("editor_id_taken", &[&to]));
        }
        editor.rename(&from, &to);
    };
    field(editor, &path, "editor_id", Some("editor_code_id_hint"), |id, described| {
        view! {
            <input type="text" dir="ltr" autocomplete="off" id=id aria-describedby=described
                aria-invalid=move || bad.get() prop:value=now on:change=changed/>
        }
        .into_any()
    })
}

/// The code that it stands in.
fn parent(editor: Editor, place: usize) -> AnyView {
    let path = format!("code[{place}].parent");
    let (own, now, inside) = editor.draft.with_untracked(|draft| {
        let code = &draft.codes[place];
        let inside: Vec<String> = draft
            .codes
            .iter()
            .map(|other| other.id.clone())
            .filter(|other| order::within(&draft.codes, other, &code.id))
            .collect();
        (code.id.clone(), code.parent.clone().unwrap_or_default(), inside)
    });
    let others = codes(editor).into_iter().filter(|(id, _)| !inside.contains(id));
    let options = std::iter::once((String::new(), editor.text("editor_top"))).chain(others).collect();
    let set = move |parent: String| {
        let mut draft = editor.draft.get_untracked();
        if order::put(&mut draft, &own, Some(parent.as_str()).filter(|parent| !parent.is_empty())) {
            if let Some(now) = draft.codes.iter().position(|code| code.id == own) {
                editor.place.set(Place::Code(now));
            }
            editor.reshape(|there| *there = draft);
        }
    };
    field(editor, &path, "editor_parent", None, |id, described| {
        fields::choice(editor, &path, id, described, None, Choice::new(options, now, set))
    })
}

fn indicators(editor: Editor, place: usize, code: &Lens<Code>) -> AnyView {
    let all = part(code, |code: &mut Code| &mut code.indicators);
    let ids = editor.draft.with_untracked(|draft| {
        let code = draft.codes.get(place);
        code.map(|code| code.indicators.iter().map(|it| (it.id.clone(), it.weight)).collect::<Vec<_>>())
            .unwrap_or_default()
    });
    let count = ids.len();
    let rows = ids.into_iter().enumerate().map(|(number, (name, weight))| {
        let path = format!("code[{place}].indicator[{number}]");
        let own = path.clone() + ".";
        let faulty = Memo::new({
            let path = path.clone();
            move |_| editor.faults.with(|faults| faults.iter().filter(|it| it.field == path || it.field.starts_with(&own)).count())
        });
        let open = Memo::new(move |_| editor.unfolded.get() == Some(number));
        let list = all.clone();
        let gone = move || {
            editor.unfolded.set(None);
            reshape(editor, &list, |all| {
                if number < all.len() {
                    all.remove(number);
                }
            });
        };
        let facts = editor.browser.fill("editor_weight_is", &[&weight.to_string()]);
        view! {
            <li class="indicator">
                <div class="line">
                    <button type="button" class="unfold" id=id(&path) aria-expanded=move || open.get().to_string()
                        on:click=move |_| editor.unfolded.set((!open.get_untracked()).then_some(number))>
                        <bdi>{name.clone()}</bdi>
                    </button>
                    <span class="hint">{facts}</span>
                    {move || (faulty.get() > 0).then(|| view! { <span class="fault">{editor.browser.count("editor_faults_one", "editor_faults_other", faulty.get())}</span> })}
                    {remover(editor, &name, gone)}
                </div>
                {faults(editor, path)}
                {move || open.get().then(|| indicator(editor, place, number))}
            </li>
        }
    });
    let rows = rows.collect_view();
    let more = {
        let all = all.clone();
        move || {
            let fresh =
                editor.draft.with_untracked(|draft| draft.codes.get(place).map(|code| fresh::indicator(draft, code)));
            if let Some(fresh) = fresh {
                reshape(editor, &all, |all| all.push(fresh));
                editor.jump(&format!("code[{place}].indicator[{count}].terms[0].text"));
            }
        }
    };
    view! {
        <ul class="indicators" role="list">{rows}</ul>
        {fields::adder(editor, "editor-indicator", "editor_add", &editor.text("editor_indicator"), more)}
    }
    .into_any()
}

fn indicator(editor: Editor, place: usize, number: usize) -> AnyView {
    let path = format!("code[{place}].indicator[{number}]");
    let at = |name: &str| format!("{path}.{name}");
    let one: Lens<Indicator> = lens(move |draft| draft.codes.get_mut(place)?.indicators.get_mut(number));
    let weight = part(&one, |one: &mut Indicator| &mut one.weight);
    let (value, weight_path) = (read(editor, &weight).to_string(), at("weight"));
    let weighed = {
        let path = weight_path.clone();
        move |written: &str| match written.replace(',', ".").parse::<f32>() {
            Ok(number) if number.is_finite() => {
                fields::write(editor, &path, &weight, number);
                true
            }
            _ => false,
        }
    };
    let targets = names(editor, |draft| draft.targets.iter().map(|it| (it.id.clone(), it.label.clone())).collect());
    view! {
        <div class="unfolded">
            {line(editor, &at("id"), "editor_id", Some("editor_id_hint"), part(&one, |one: &mut Indicator| &mut one.id))}
            {fields::number(editor, &weight_path, "editor_weight", Some("editor_weight_hint"), value, weighed)}
            {terms(editor, &path, part(&one, |one: &mut Indicator| &mut one.terms))}
            {patterns(editor, &path, part(&one, |one: &mut Indicator| &mut one.patterns))}
            {flags(editor, &at("entities"), "editor_entities", &ENTITIES, part(&one, |one: &mut Indicator| &mut one.entities))}
            {flags(editor, &at("evasion"), "editor_evasion", &EVASIONS, part(&one, |one: &mut Indicator| &mut one.evasion))}
            {fields::optional(editor, &at("gloss"), "editor_gloss", None, part(&one, |one: &mut Indicator| &mut one.gloss))}
            {fields::optional(editor, &at("ordinary"), "editor_ordinary", Some("editor_ordinary_hint"), part(&one, |one: &mut Indicator| &mut one.ordinary))}
            {fields::optional(editor, &at("fires"), "editor_fires", None, part(&one, |one: &mut Indicator| &mut one.fires))}
            {fields::optional(editor, &at("harmless"), "editor_harmless", None, part(&one, |one: &mut Indicator| &mut one.harmless))}
            {maybe(editor, &at("target"), "editor_names_target", Some("editor_names_target_hint"), targets, part(&one, |one: &mut Indicator| &mut one.target))}
        </div>
    }
    .into_any()
}

const ENTITIES: [(EntityClass, &str, &str); 11] = [
    (EntityClass::Bitcoin, "bitcoin", "panel_entity_bitcoin"),
    (EntityClass::Ethereum, "ethereum", "panel_entity_ethereum"),
    (EntityClass::Monero, "monero", "panel_entity_monero"),
    (EntityClass::Tron, "tron", "panel_entity_tron"),
    (EntityClass::PaymentLink, "payment-link", "panel_entity_payment_link"),
    (EntityClass::MessagingLink, "messaging-link", "panel_entity_messaging_link"),
    (EntityClass::PasteLink, "paste-link", "panel_entity_paste_link"),
    (EntityClass::Mail, "mail", "panel_entity_mail"),
    (EntityClass::Handle, "handle", "panel_entity_handle"),
    (EntityClass::Hashtag, "hashtag", "panel_entity_hashtag"),
    (EntityClass::Money, "money", "panel_entity_money"),
];

const EVASIONS: [(Evasion, &str, &str); 10] = [
    (Evasion::ZeroWidth, "zero-width", "panel_evasion_zero_width"),
    (Evasion::Homoglyph, "homoglyph", "panel_evasion_homoglyph"),
    (Evasion::Leet, "leet", "panel_evasion_leet"),
    (Evasion::Split, "split", "panel_evasion_split"),
    (Evasion::Repeated, "repeated", "panel_evasion_repeated"),
    (Evasion::Tatweel, "tatweel", "panel_evasion_tatweel"),
    (Evasion::Harakat, "harakat", "panel_evasion_harakat"),
    (Evasion::Arabizi, "arabizi", "panel_evasion_arabizi"),
    (Evasion::MixedScript, "mixed-script", "panel_evasion_mixed_script"),
    (Evasion::Emoji, "emoji", "panel_evasion_emoji"),
];

/// Some of several, each on or off; folded away while none is on.
fn flags<T: Copy + PartialEq + 'static>(
    editor: Editor,
    path: &str,
    label: &str,
    all: &[(T, &'static str, &'static str)],
    list: Lens<Vec<T>>,
) -> AnyView {
    let on = read(editor, &list);
    let boxes = all.iter().map(|&(one, name, key)| {
        let (list, said) = (list.clone(), path.to_owned());
        let set = move |on: bool| {
            editor.edit(&said, |draft| {
                if let Some(there) = list(draft) {
                    there.retain(|it| *it != one);
                    there.extend(on.then_some(one));
                }
            });
        };
        flag(&format!("{path}.{name}"), editor.text(key), on.contains(&one), set)
    });
    let boxes = boxes.collect_view();
    view! {
        <details class="editor-flags" open=!on.is_empty()>
            <summary>{editor.text(label)}</summary>
            <div role="group" aria-label=editor.text(label)>{boxes}</div>
        </details>
    }
    .into_any()
}
