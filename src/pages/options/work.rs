//! How the coder works: which suggestions are hidden until a unit is coded, and what that shows of the coder; the keys of the
//! side panel; the sessions.
//!
//! Invariants: a key that something else has is not given away silently.

use super::{Options, switch};
use crate::files::Ended;
use crate::keys::{self, BINDINGS, Binding, Keys};
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use postil::agreement::bias::{Bias, Share};
use postil::exchange::task::{Outcome, Task};
use postil::service::protocol::{Request, Response, Session, Settings};
use wasm_bindgen_futures::spawn_local;

/// Shares that can be chosen, in percent.
const SHARES: [u8; 7] = [0, 5, 10, 20, 30, 50, 100];

/// Suggestions that are hidden, and what comes of it.
pub(super) fn blind(options: Options) -> impl IntoView {
    let share = Memo::new(move |_| options.settings.with(|settings| settings.as_ref().map_or(0, |it| it.hidden_share)));
    let chosen = move |event| {
        let Ok(share) = event_target_value(&event).parse() else { return };
        options.change(move |settings| settings.hidden_share = share, options.text("options_blind_kept"));
    };
    let label = move |share: u8| match share {
        0 => options.text("options_blind_none"),
        100 => options.text("options_blind_all"),
        share => options.browser.fill("options_blind_some", &[&share.to_string()]),
    };
    let shares = move || {
        // One that was set otherwise is shown too.
        let mut shares = SHARES.to_vec();
        shares.push(share.get());
        shares.sort_unstable();
        shares.dedup();
        let shares = shares.into_iter().map(|it| {
            view! { <option value=it.to_string() selected={it == share.get()}>{label(it)}</option> }
        });
        shares.collect_view()
    };
    let measured = RwSignal::new(None::<Bias>);
    let fault = RwSignal::new(None::<String>);
    let measure = move |_| {
        fault.set(None);
        spawn_local(async move {
            match options.exporter.files.carry_out(Task::Bias, None).await {
                Some(Ok((Outcome::Bias { bias }, _))) => measured.set(Some(bias)),
                Some(Err(Ended::Failed(failure))) => fault.set(Some(failure.message)),
                _ => {}
            }
        });
    };
    view! {
        <label class="named">
            <span>{options.text("options_blind_share")}</span>
            <select id="hidden-share" on:change=chosen>{shares}</select>
        </label>
        <div class="actions">
            <button type="button" id="measure-bias" on:click=measure>{options.text("options_bias_measure")}</button>
        </div>
        <p class="fault" aria-live="polite">{move || fault.get()}</p>
        {move || measured.get().map(|bias| measure_of(options, bias))}
    }
}

/// Both shares as bars with their intervals, and the difference in words.
fn measure_of(options: Options, bias: Bias) -> AnyView {
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let row = |label: &'static str, share: Share| {
        let words = match share.estimate() {
            Some([at, low, high]) => options.browser.fill(
                "options_bias_share",
                &[&percent(at), &share.agreed.to_string(), &share.of.to_string(), &percent(low), &percent(high)],
            ),
            None => options.text("options_bias_no_units"),
        };
        let bar = share.estimate().map(|[at, low, high]| {
            let percent = |share: f64| format!("{:.1}%", share * 100.0);
            view! {
                <span class="bar" aria-hidden="true">
                    <span class="level" style:inline-size=percent(at)></span>
                    <span
                        class="interval"
                        style:inset-inline-start=percent(low)
                        style:inline-size=percent(high - low)
                    ></span>
                </span>
            }
        });
        view! { <div><dt>{options.text(label)}</dt><dd>{bar}<span>{words}</span></dd></div> }
    };
    let difference = match bias.difference() {
        Some([at, low, high]) => {
            let points = |share: f64| format!("\u{2066}{:+.0}\u{2069}", share * 100.0);
            options.browser.fill("options_bias_difference", &[&points(at), &points(low), &points(high)])
        }
        None => options.text("options_bias_undefined"),
    };
    view! {
        <dl class="bias">{row("options_bias_shown", bias.shown)} {row("options_bias_hidden", bias.hidden)}</dl>
        <p id="bias-difference">{difference}</p>
    }
    .into_any()
}

/// The keys of the side panel.
pub(super) fn shortcuts(options: Options) -> impl IntoView {
    let bound = Memo::new(move |_| options.settings.with(|it| Keys::new(it.as_ref().unwrap_or(&Settings::default()))));
    let lines = move || BINDINGS.iter().map(|binding| line(options, bound, binding)).collect_view();
    let changed = options.set(|settings| !settings.keys.is_empty());
    let reset = move |_| options.change(|settings| settings.keys.clear(), options.text("options_keys_reset_done"));
    let on_page = options.set(|settings| settings.page_keys);
    let toggled = move |on: bool| {
        let said = if on { "options_keys_page_on" } else { "options_keys_page_off" };
        options.change(move |settings| settings.page_keys = on, options.text(said));
    };
    view! {
        <ul class="shortcuts" role="list">{lines}</ul>
        <div class="actions">
            <button type="button" id="reset-keys" disabled=move || !changed.get() on:click=reset>
                {options.text("options_keys_reset")}
            </button>
        </div>
        {switch(options, "page-keys".to_owned(), options.text("options_keys_page"), on_page, Box::new(toggled))}
        <p class="hint">{options.text("options_keys_page_hint")}</p>
        <p class="hint">{options.text("options_keys_browser")}</p>
    }
}

fn line(options: Options, bound: Memo<Keys>, binding: &'static Binding) -> impl IntoView {
    let listens = RwSignal::new(false);
    let now = move || {
        let keys = bound.with(|bound| bound.of(binding));
        match keys.is_empty() {
            true => view! { <span class="hint">{options.text("options_keys_none")}</span> }.into_any(),
            false => keys.iter().map(|key| view! { <kbd>{keys::shown(key)}</kbd> " " }).collect_view().into_any(),
        }
    };
    let set = move |key: String| {
        listens.set(false);
        let other = bound.with_untracked(|bound| bound.command(&key)).filter(|it| *it != binding.command);
        let other = other.and_then(|other| BINDINGS.iter().find(|it| it.command == other));
        let said = match other {
            Some(other) => {
                options.browser.fill("options_keys_taken", &[&keys::shown(&key), &options.text(other.label)])
            }
            None => options.text("options_keys_kept"),
        };
        options.change(
            move |settings| {
                settings.keys.insert(binding.name.into(), key);
            },
            said,
        );
    };
    let pressed = move |event: KeyboardEvent| {
        if !listens.get_untracked() {
            return;
        }
        let Some(key) = keys::pressed(&event) else { return };
        event.prevent_default();
        match &*key {
            "Escape" | "Tab" | "Shift+Tab" => listens.set(false),
            _ => set(key),
        }
    };
    let label = options.text(binding.label);
    let named = options.browser.fill("options_keys_change", &[&label]);
    let words = move || options.text(if listens.get() { "options_keys_press" } else { "options_keys_set" });
    view! {
        <li data-command=binding.name>
            <span class="does">{label}</span>
            <span class="caps">{now}</span>
            <button
                type="button"
                aria-label=move || if listens.get() { options.text("options_keys_press") } else { named.clone() }
                aria-pressed=move || listens.get().to_string()
                on:click=move |_| listens.update(|listens| *listens = !*listens)
                on:keydown=pressed
                on:blur=move |_| listens.set(false)
            >
                {words}
            </button>
            <button type="button" class="link" on:click=move |_| set(String::new())>{options.text("options_keys_off")}</button>
        </li>
    }
}

/// The sessions, the last one first, and all of them as a table.
pub(super) fn sessions(options: Options) -> impl IntoView {
    let all = RwSignal::new(Vec::<Session>::new());
    Effect::new(move |_| {
        // With the settings of another project come other sessions.
        options.settings.track();
        let host = options.browser.host();
        spawn_local(async move {
            if let Ok(Response::Sessions { sessions, .. }) = host.request(&Request::Sessions).await {
                all.set(sessions);
            }
        });
    });
    let save = move |_| {
        let host = options.browser.host();
        host.save(
            &crate::export::file_name(&host, "postil-sessions", "csv"),
            "text/csv",
            table(&all.get_untracked()).into(),
        );
    };
    let rows = move || {
        let rows = all.get().into_iter().rev().map(|session| {
            let day = |at: &str| at.get(..16).unwrap_or(at).replace('T', " ");
            view! {
                <tr>
                    <td>{day(&session.began)}</td>
                    <td>{session.ended.as_deref().map_or_else(|| options.text("options_session_open"), day)}</td>
                    <td><bdi>{session.seed}</bdi></td>
                    <td>{session.seen}</td>
                    <td>{session.coded}</td>
                </tr>
            }
        });
        rows.collect_view()
    };
    let head = [
        "options_session_began",
        "options_session_ended",
        "options_session_seed",
        "options_session_seen",
        "options_session_coded",
    ];
    let head = head.map(|key| view! { <th scope="col">{options.text(key)}</th> });
    let none = move || all.with(Vec::is_empty);
    view! {
        <div class="scrolls" hidden=none>
            <table class="sessions"><thead><tr>{head.collect_view()}</tr></thead><tbody>{rows}</tbody></table>
        </div>
        <p class="hint" hidden=move || !none()>{options.text("options_sessions_none")}</p>
        <div class="actions">
            <button type="button" id="save-sessions" disabled=none on:click=save>{options.text("options_sessions_save")}</button>
        </div>
    }
}

/// Sessions as CSV (RFC 4180); a cell that a spreadsheet would take for a formula has an apostrophe before it.
fn table(sessions: &[Session]) -> String {
    let cell = |text: &str| {
        let text =
            if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\'']) { format!("'{text}") } else { text.into() };
        format!("\"{}\"", text.replace('"', "\"\""))
    };
    let mut table = "\u{feff}session,began,ended,found_via,seed,seen,coded\r\n".to_owned();
    for it in sessions {
        let via = it.found_via.and_then(|via| serde_json::to_value(via).ok());
        let via = via.as_ref().and_then(|via| via.as_str()).unwrap_or_default();
        let cells = [&it.id, &it.began, it.ended.as_deref().unwrap_or_default(), via, &it.seed].map(cell);
        table += &format!("{},{},{}\r\n", cells.join(","), it.seen, it.coded);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_of_the_table_is_a_formula() {
        let session = Session {
            id: "1".into(),
            began: "2026-11-22T09:00:00Z".into(),
            ended: None,
            found_via: None,
            seed: "=1+1,\"x\"".into(),
            seen: 3,
            coded: 2,
        };
        let lines = table(&[session]);
        assert_eq!(lines.lines().nth(1), Some("\"1\",\"2026-11-22T09:00:00Z\",\"\",\"\",\"'=1+1,\"\"x\"\"\",3,2"));
    }
}
