//! Care for the coder: what is covered, when a break is due, and what she has been exposed to.
//!
//! Invariants: it is hers and holds in every project; what is counted is shown to her alone and goes when she says so.

use super::{Options, confirm};
use crate::care::{Care, Day, Media, heard};
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Tiers from which units can be covered.
const TIERS: std::ops::RangeInclusive<u8> = 1..=5;
/// Minutes after which a break can be due.
const MINUTES: [u32; 3] = [25, 50, 90];

/// What a choice does to what she wants.
type Chosen = fn(&mut Care, &str);

pub(super) fn care(options: Options) -> impl IntoView {
    let browser = options.browser;
    let wanted = heard(browser);
    let days = RwSignal::new(Vec::<Day>::new());
    let load = move || {
        let host = browser.host();
        spawn_local(async move {
            match host.exposure().await {
                Ok(counted) => days.set(counted),
                Err(message) => options.notice.set(message),
            }
        });
    };
    load();
    // It is counted elsewhere, while this page is not looked at.
    window_event_listener(leptos::ev::focus, move |_| load());
    let change = move |change: &dyn Fn(&mut Care)| {
        let Some(mut care) = wanted.get_untracked() else { return };
        change(&mut care);
        wanted.set(Some(care.clone()));
        let host = browser.host();
        spawn_local(async move {
            let kept = host.set_care(&care).await;
            options.notice.set(kept.map_or_else(|message| message, |()| options.text("options_care_kept")));
        });
    };
    let choice = move |id: &'static str,
                       key: &str,
                       choices: Vec<(String, String)>,
                       is: fn(&Care) -> String,
                       chosen: Chosen| {
        let lines = choices.into_iter().map(|(value, words)| {
                let named = value.clone();
                view! { <option value=value prop:selected=move || wanted.with(|care| care.as_ref().is_some_and(|care| is(care) == named))>{words}</option> }
            });
        view! {
            <label class="named">
                <span>{options.text(key)}</span>
                <select id=id on:change=move |event| {
                    let value = event_target_value(&event);
                    change(&|care| chosen(care, &value));
                }>{lines.collect_view()}</select>
            </label>
        }
    };
    let media =
        [("off", "options_care_media_off"), ("blur", "options_care_media_blur"), ("grey", "options_care_media_grey")];
    let media = media.map(|(value, key)| (value.to_owned(), options.text(key))).to_vec();
    let mut tiers = vec![(String::new(), options.text("options_care_tier_none"))];
    tiers.extend(TIERS.map(|tier| (tier.to_string(), browser.fill("options_care_tier_from", &[&tier.to_string()]))));
    let mut minutes = vec![("0".to_owned(), options.text("options_care_never"))];
    minutes.extend(MINUTES.map(|it| (it.to_string(), browser.fill("options_care_minutes", &[&it.to_string()]))));
    view! {
        <div class="caring">
            {choice("care-media", "options_care_media", media, |care| word(care.media).to_owned(), |care, value| {
                care.media = [Media::Off, Media::Blur, Media::Grey].into_iter().find(|it| word(*it) == value).unwrap_or_default();
            })}
            {choice(
                "care-tier",
                "options_care_tier",
                tiers,
                |care| care.tier.map(|tier| tier.to_string()).unwrap_or_default(),
                |care, value| care.tier = value.parse().ok(),
            )}
            {choice("care-minutes", "options_care_break", minutes, |care| care.minutes.to_string(), |care, value| {
                care.minutes = value.parse().unwrap_or_default();
            })}
            <label class="switch">
                <input
                    type="checkbox"
                    role="switch"
                    id="care-log"
                    prop:checked=move || wanted.with(|care| care.as_ref().is_some_and(|care| care.log))
                    on:change=move |event| {
                        let on = event_target_checked(&event);
                        change(&|care| care.log = on);
                    }
                />
                <span class="name">{options.text("options_care_log")}</span>
            </label>
            <p class="hint">{options.text("options_care_log_hint")}</p>
            {move || days.with(|days| (!days.is_empty()).then(|| table(options, days)))}
            {move || days.with(|days| !days.is_empty()).then(|| {
                let forget = move || {
                    let host = browser.host();
                    spawn_local(async move {
                        match host.forget_exposure().await {
                            Ok(()) => {
                                days.set(Vec::new());
                                options.notice.set(options.text("options_care_forgotten"));
                            }
                            Err(message) => options.notice.set(message),
                        }
                    });
                };
                let words = ["options_care_forget", "options_care_forget_question"].map(|key| options.text(key));
                let [label, question] = words;
                confirm::confirm(options, "options_care_forget", label, question, Arc::new(forget))
            })}
        </div>
    }
}

fn word(media: Media) -> &'static str {
    match media {
        Media::Off => "off",
        Media::Blur => "blur",
        Media::Grey => "grey",
    }
}

fn table(options: Options, days: &[Day]) -> impl IntoView + use<> {
    let lines = days.iter().map(|day| {
        let [.., none] = day.units.as_slice() else { return ().into_any() };
        let (none, scaled) = (*none, day.units.len() - 1);
        let tiers = day.units.iter().take(scaled).enumerate().filter(|(_, number)| **number > 0);
        let mut units: Vec<String> = tiers
            .map(|(tier, number)| {
                options.browser.fill("options_care_of_tier", &[&number.to_string(), &tier.to_string()])
            })
            .collect();
        if none > 0 {
            units.push(options.browser.fill("options_care_of_none", &[&none.to_string()]));
        }
        view! {
            <tr data-day=day.day.clone()>
                <th scope="row">{day.day.clone()}</th>
                <td class="shown">{units.join(", ")}</td>
                <td class="amount lifted">{day.lifted}</td>
                <td class="amount">{day.seconds.div_ceil(60)}</td>
            </tr>
        }
        .into_any()
    });
    view! {
        <table class="fields exposure">
            <caption>{options.text("options_care_days")}</caption>
            <thead>
                <tr>
                    <th scope="col">{options.text("options_care_day")}</th>
                    <th scope="col">{options.text("options_care_units")}</th>
                    <th scope="col" class="amount">{options.text("options_care_lifted")}</th>
                    <th scope="col" class="amount">{options.text("options_care_time")}</th>
                </tr>
            </thead>
            <tbody>{lines.collect_view()}</tbody>
        </table>
    }
}
