//! What the engine says of the draft: its faults, what it finds in a text as that is typed, and whether its examples hold.
//!
//! Must not touch: how a text is read, and when an example holds.

use super::examples::{Kind, Verdict};
use super::state::Editor;
use crate::codebooks::SLOTS;
use crate::excerpt::{Piece, pieces};
use crate::panel::words::percent;
use leptos::prelude::*;
use postil::codebook::model::Codebook;
use postil::codebook::validate::Grade;
use postil::service::protocol::CodebookReading;

/// Faults and examples that are listed; the rest is counted.
const LISTED: usize = 100;

/// The column of what the engine says.
pub(super) fn bench(editor: Editor) -> impl IntoView {
    view! {
        <aside class="editor-bench" aria-label=editor.text("editor_bench")>
            {faults(editor)}
            {tried(editor)}
            {examples(editor)}
        </aside>
    }
}

fn faults(editor: Editor) -> impl IntoView {
    let lines = move || {
        editor.faults.with(|faults| {
            let more = faults.len().saturating_sub(LISTED);
            let lines = faults.iter().take(LISTED).map(|fault| {
                let (class, key) = match fault.grade {
                    Grade::Problem => ("grade fault", "options_fault_problem"),
                    Grade::Skipped => ("grade", "options_fault_skipped"),
                    Grade::Doubtful => ("grade", "options_fault_doubtful"),
                };
                let path = fault.field.clone();
                view! {
                    <li>
                        <button type="button" class="link" on:click=move |_| editor.jump(&path)>
                            <span dir="auto">{fault.message.clone()}</span>
                        </button>
                        <code dir="ltr">{fault.field.clone()}</code>
                        <span class=class>{editor.text(key)}</span>
                    </li>
                }
            });
            let lines = lines.collect_view();
            let more = (more > 0).then(
                || view! { <p class="hint">{editor.browser.fill("options_faults_more", &[&more.to_string()])}</p> },
            );
            view! { <ol class="editor-faults" role="list">{lines}</ol> {more} }
        })
    };
    let count = Memo::new(move |_| editor.faults.with(Vec::len));
    let summary = move || match count.get() {
        0 => editor.text("editor_sound"),
        number => editor.browser.count("editor_faults_one", "editor_faults_other", number),
    };
    view! {
        <section aria-labelledby="editor-faults-title">
            <h2 id="editor-faults-title">{editor.text("editor_faults")}</h2>
            <p class="hint" id="editor-faults-count" role="status" data-faults=move || count.get().to_string()>{summary}</p>
            {lines}
        </section>
    }
}

fn tried(editor: Editor) -> impl IntoView {
    let typed = move |event: leptos::ev::Event| {
        editor.tried.set(event_target_value(&event));
        editor.touched();
    };
    let shown = move || {
        editor.reading.with(|reading| match reading {
            Some((text, Ok(reading))) if !text.trim().is_empty() => {
                editor.draft.with_untracked(|draft| read(editor, draft, text, reading)).into_any()
            }
            Some((_, Err(why))) => view! { <p class="fault">{why.clone()}</p> }.into_any(),
            _ => ().into_any(),
        })
    };
    view! {
        <section aria-labelledby="editor-try-title">
            <h2 id="editor-try-title"><label for="editor-try">{editor.text("editor_try")}</label></h2>
            <p class="hint" id="editor-try-hint">{editor.text("editor_try_hint")}</p>
            <textarea id="editor-try" dir="auto" rows="4" aria-describedby="editor-try-hint" on:input=typed></textarea>
            <div class="editor-read" aria-live="polite">{shown}</div>
        </section>
    }
}

/// A text with what was found in it marked, and what it comes to.
fn read(editor: Editor, draft: &Codebook, text: &str, reading: &CodebookReading) -> impl IntoView + use<> {
    let place = |code: &str| draft.codes.iter().position(|known| known.id == code).unwrap_or_default();
    let spans: Vec<(u32, u32)> = reading.findings.iter().map(|finding| (finding.start, finding.end)).collect();
    let marked = pieces(text, &spans, true).into_iter().map(|piece| match piece {
        Piece::Text(text, by) => match by.first().and_then(|by| reading.findings.get(*by)) {
            Some(finding) => {
                let class = format!("slot slot-{}", place(&finding.code) % SLOTS + 1);
                let title = format!("{} · {}", finding.code, finding.indicator);
                view! { <mark class=class title=title data-code=finding.code.clone()>{text}</mark> }.into_any()
            }
            None => text.into_any(),
        },
        Piece::Cut => ().into_any(),
    });
    let marked = marked.collect_view();
    let label = |code: &str| {
        draft.codes.iter().find(|known| known.id == code).map_or(code.to_owned(), |known| known.label.clone())
    };
    let codes = reading.codes.iter().map(|code| {
        let why = reading
            .findings
            .iter()
            .filter(|it| it.code == code.code)
            .map(|it| format!("“{}” ({})", it.matched, it.indicator));
        let why = why.collect::<Vec<_>>().join(", ");
        view! {
            <li data-code=code.code.clone()>
                <span class=format!("swatch slot slot-{}", place(&code.code) % SLOTS + 1)></span>
                <bdi>{label(&code.code)}</bdi>
                <span class="probability">{percent(editor.browser, code.probability)}</span>
                <span class="hint" dir="auto">{why}</span>
            </li>
        }
    });
    let codes = codes.collect_view();
    let stance = reading.stance.as_ref().map(|stance| {
        let name = draft.stances.iter().find(|it| it.id == *stance).map_or(stance.clone(), |it| it.label.clone());
        let tier = reading.tier.map(|tier| {
            let label = draft.scale.as_ref().and_then(|scale| scale.tiers.get(usize::from(tier)));
            format!(" · {tier} {}", label.map_or("", |tier| tier.label.as_str()))
        });
        view! { <p class="hint">{name + &tier.unwrap_or_default()}</p> }
    });
    let nothing =
        reading.findings.is_empty().then(|| view! { <p class="hint">{editor.text("editor_nothing_found")}</p> });
    view! { <p class="excerpt" dir="auto">{marked}</p> {nothing} {stance} <ul role="list">{codes}</ul> }
}

fn examples(editor: Editor) -> impl IntoView {
    let toggled = move |_| {
        editor.checking.update(|on| *on = !*on);
        if editor.checking.get_untracked() {
            editor.touched();
        } else {
            editor.checked.set(None);
        }
    };
    let outcome = move || {
        editor.checked.with(|checked| {
            checked.as_ref().map(|checked| {
                let failing: Vec<_> = checked.iter().filter(|(_, verdict)| !verdict.holds).collect();
                let summary = if failing.is_empty() {
                    editor.browser.count("editor_examples_hold_one", "editor_examples_hold_other", checked.len())
                } else {
                    editor.browser.fill("editor_examples_fail", &[&failing.len().to_string(), &checked.len().to_string()])
                };
                let lines = failing.iter().copied().chain(checked.iter().filter(|(_, verdict)| verdict.holds)).take(LISTED);
                let lines = lines.map(|(example, verdict)| {
                    let path = example.path.clone();
                    let code = editor.draft.with_untracked(|draft| draft.codes.get(example.code).map(|code| code.label.clone()));
                    let (sign, word) = if verdict.holds { ("✓", "editor_holds") } else { ("✗", "editor_fails") };
                    view! {
                        <li class=if verdict.holds { "holds" } else { "fails" }>
                            <span class="sign" role="img" aria-label=editor.text(word)>{sign}</span>
                            <span class="hint">{code.unwrap_or_default()} " · " {editor.text(kind(example.kind))}</span>
                            <button type="button" class="link" on:click=move |_| editor.jump(&path)><span dir="auto">{example.text.clone()}</span></button>
                            <span class="why" dir="auto">{why(editor, example.kind, verdict)}</span>
                        </li>
                    }
                });
                let lines = lines.collect_view();
                view! { <p id="editor-examples-said" role="status">{summary}</p> <ul class="editor-examples" role="list">{lines}</ul> }
            })
        })
    };
    view! {
        <section aria-labelledby="editor-examples-title">
            <h2 id="editor-examples-title">{editor.text("editor_examples")}</h2>
            <p class="hint">{editor.text("editor_examples_hint")}</p>
            <button type="button" id="editor-check" aria-pressed=move || editor.checking.get().to_string() on:click=toggled>
                {editor.text("editor_examples_check")}
            </button>
            {outcome}
        </section>
    }
}

fn kind(kind: Kind) -> &'static str {
    match kind {
        Kind::Positive => "editor_positive",
        Kind::Negative => "editor_negative",
        Kind::Fires => "editor_fires",
        Kind::Harmless => "editor_harmless",
    }
}

/// Why an example holds or does not.
fn why(editor: Editor, kind: Kind, verdict: &Verdict) -> String {
    let found =
        verdict.found.iter().map(|word| editor.browser.fill("editor_quoted", &[word])).collect::<Vec<_>>().join(", ");
    let probability = percent(editor.browser, verdict.probability);
    match (kind, found.is_empty()) {
        (Kind::Positive | Kind::Fires, true) => editor.text("editor_why_silent"),
        (Kind::Positive | Kind::Fires, false) => editor.browser.fill("editor_why_found", &[&found, &probability]),
        (Kind::Negative | Kind::Harmless, true) => editor.text("editor_why_quiet"),
        (Kind::Negative | Kind::Harmless, false) => editor.browser.fill("editor_why_decided", &[&found, &probability]),
    }
}
