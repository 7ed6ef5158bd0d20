//! An image in the panel: the words in it, and which part of it is coded.
//!
//! Invariants: the image itself is not here; nothing is fetched. A part of it is shown as an outline in the image's shape.

use super::card::Card;
use super::{focus_on, transcript_id};
use crate::drafts::Draft;
use crate::store::{Content, Store};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use postil::service::protocol::Region;
use postil::service::tab::ShownImage;
use wasm_bindgen::JsCast;

/// Longest transcription, in UTF-16 units.
const WORDS: &str = "10000";
/// Longest side of an outline, in CSS pixels.
const OUTLINE: f64 = 96.0;

/// The field for the words in an image, and the way to a part of it.
pub(super) fn image(card: &Card, content: &Content) -> Option<AnyView> {
    let image = content.image.clone()?;
    let store = card.store;
    let id = transcript_id(&card.unit.id);
    let hint = format!("{id}-hint");
    let (wrote, parted, left) = (card.clone(), card.clone(), card.unit.id.clone());
    let typed = move |event: KeyboardEvent| {
        let done = event.key() == "Enter" && (event.ctrl_key() || event.meta_key());
        if done || event.key() == "Escape" {
            event.prevent_default();
            // What was written is kept when the field is left.
            focus_on(&left);
        }
    };
    Some(
        view! {
            <div class="pictured">
                <label for=id.clone()>{store.text("panel_transcript")}</label>
                <textarea
                    id=id
                    rows="2"
                    dir="auto"
                    maxlength=WORDS
                    aria-describedby=hint.clone()
                    prop:value=image.transcript
                    on:keydown=typed
                    on:change=move |event| wrote.store.transcribe(&wrote.unit, event_target_value(&event))
                ></textarea>
                <p class="hint" id=hint>{store.text("panel_transcript_hint")}</p>
                <button type="button" class="part" on:click=move |_| parted.store.code_region(&parted.unit)>
                    {store.text("panel_region")}
                </button>
            </div>
        }
        .into_any(),
    )
}

/// Which part of an image is coded, to be changed while the form is new.
pub(super) fn part(store: Store, draft: &Draft, region: RwSignal<Option<Region>>) -> Option<AnyView> {
    let image = draft.image.clone()?;
    let fixed = draft.revises.is_some();
    if fixed || region.get_untracked().is_none() {
        return region.get_untracked().map(|region| outline(store, &image, region));
    }
    let unit = draft.unit.clone();
    Effect::new({
        let unit = unit.clone();
        move |_| {
            if let Some((_, drawn)) = store.drawn.get().filter(|(of, _)| *of == unit) {
                region.set(drawn);
            }
        }
    });
    let side = |name: &'static str, label: &'static str, of: fn(&mut Region) -> &mut u16| {
        let changed = move |event: leptos::ev::Event| {
            let field = event.target().and_then(|it| it.dyn_into::<web_sys::HtmlInputElement>().ok());
            let percent = field.map_or(f64::NAN, |field| field.value_as_number());
            let Some(mut wanted) = region.get_untracked().filter(|_| percent.is_finite()) else { return };
            *of(&mut wanted) = (percent.clamp(0.0, 100.0) * 10.0).round() as u16;
            region.set(Some(within(wanted)));
        };
        let now = move || region.get().map(|mut region| f64::from(*of(&mut region)) / 10.0);
        view! {
            <div>
                <label for=name>{store.text(label)}</label>
                <input id=name type="number" min="0" max="100" step="0.1" prop:value=now on:change=changed />
            </div>
        }
    };
    let draw = (!store.quiet.get_untracked()).then(|| {
        view! {
            <button type="button" id="coding-draw" on:click=move |_| store.draw(&unit, region.get_untracked())>
                {store.text("coding_draw")}
            </button>
        }
    });
    let shown = move || match region.get() {
        Some(region) => outline(store, &image, region),
        None => view! { <p class="hint">{store.text("coding_image_whole")}</p> }.into_any(),
    };
    Some(
        view! {
            <fieldset class="part-of">
                <legend>{store.text("coding_part")}</legend>
                {shown}
                <div class="sides">
                    {side("coding-x", "coding_part_left", |region| &mut region.x)}
                    {side("coding-y", "coding_part_top", |region| &mut region.y)}
                    {side("coding-width", "coding_part_width", |region| &mut region.width)}
                    {side("coding-height", "coding_part_height", |region| &mut region.height)}
                </div>
                {draw}
                <p class="hint">{store.text("coding_part_hint")}</p>
            </fieldset>
        }
        .into_any(),
    )
}

/// The same, cut to what lies within the image and is not nothing.
fn within(region: Region) -> Region {
    let (x, y) = (region.x.min(Region::WHOLE - 1), region.y.min(Region::WHOLE - 1));
    Region { x, y, width: region.width.clamp(1, Region::WHOLE - x), height: region.height.clamp(1, Region::WHOLE - y) }
}

/// The class of the whole. (One that is no literal keeps Leptos from making the element through `innerHTML`.)
const ALL: &str = "all";

/// A part of an image, drawn in the shape of the image, with its place in words.
pub(super) fn outline(store: Store, image: &ShownImage, region: Region) -> AnyView {
    let (width, height) = (f64::from(image.width.max(1)), f64::from(image.height.max(1)));
    let scale = OUTLINE / width.max(height);
    let percent = |tenths: u16| format!("{}%", f64::from(tenths) / 10.0);
    let [x, y, wide, high] = [region.x, region.y, region.width, region.height].map(percent);
    let words = store.fill("panel_region_is", &[&x, &y, &wide, &high]);
    view! {
        <p class="region" dir="ltr">
            <svg width=(width * scale).round() height=(height * scale).round() aria-hidden="true">
                <rect class=ALL width="100%" height="100%"></rect>
                <rect class="some" x=x y=y width=wide height=high></rect>
            </svg>
            <span dir="auto">{words}</span>
        </p>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_stays_within_its_image() {
        for wanted in [[0, 0, 0, 0], [1000, 1000, 1000, 1000], [990, 0, 500, 1], [65535, 3, 65535, 65535]] {
            let [x, y, width, height] = wanted;
            let part = within(Region { x, y, width, height });
            assert!(part.is_part(), "{wanted:?} became {part:?}");
        }
        let part = Region { x: 100, y: 200, width: 300, height: 400 };
        assert_eq!(within(part), part);
    }
}
