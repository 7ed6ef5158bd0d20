//! A button that asks once more, in its own place, before it does what cannot be undone.
//!
//! Invariants: the focus goes to the question, and back to the button where the answer is no.

use super::Options;
use leptos::html;
use leptos::prelude::*;
use std::sync::Arc;

/// `verb` is the button, `label` names what is done and `question` asks for it.
pub(super) fn confirm(
    options: Options,
    verb: &'static str,
    label: String,
    question: String,
    act: Arc<dyn Fn() + Send + Sync>,
) -> AnyView {
    let asking = RwSignal::new(false);
    let first = NodeRef::<html::Button>::new();
    let back = NodeRef::<html::Button>::new();
    // Once the one or the other stands there; not as the page is built.
    Effect::new(move |before: Option<bool>| {
        let now = asking.get();
        let target = if now { back } else { first };
        if before.is_some_and(|before| before != now)
            && let Some(button) = target.get_untracked()
        {
            // A button that cannot take the focus can still be clicked.
            let _ = button.focus();
        }
        now
    });
    let shown = move || {
        if asking.get() {
            let act = Arc::clone(&act);
            view! {
                <div class="question" role="group" aria-label=question.clone()>
                    <p>{question.clone()}</p>
                    <button type="button" class="danger" on:click=move |_| act()>{options.text(verb)}</button>
                    <button type="button" node_ref=back on:click=move |_| asking.set(false)>
                        {options.text("options_keep")}
                    </button>
                </div>
            }
            .into_any()
        } else {
            view! {
                <button type="button" class="remove" node_ref=first aria-label=label.clone() on:click=move |_| asking.set(true)>
                    {options.text(verb)}
                </button>
            }
            .into_any()
        }
    };
    shown.into_any()
}
