//! The codebooks: which there are, which are used, one more, one less.
//!
//! Invariants: a file that is refused changes nothing.

use super::{Options, confirm, switch};
use crate::files::{self, Ended};
use leptos::prelude::*;
use postil::codebook::format::Fault;
use postil::codebook::model::Codebook;
use postil::codebook::validate::Grade;
use postil::exchange::task::{self, Task};
use postil::service::protocol::{CodebookCard, CodebookOffer, CodebookRef, Json, Request, UnusableCodebook};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;

/// Faults that are listed; the rest is counted.
const LISTED: usize = 50;

/// What became of a file.
#[derive(Clone)]
enum Outcome {
    /// It could not be used, for these reasons.
    Faulty(Vec<Fault>),
    /// It could not be had or kept, for this reason.
    Failed(String),
    /// It is used; what of it is left out, or doubtful.
    Added(Vec<Fault>),
}

/// Where a codebook comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Origin {
    /// It ships and is on at first.
    BuiltIn,
    /// It ships and is off at first.
    Offered,
    /// It is the coder's own.
    Own,
}

/// What a line says of a codebook, which need not be at hand for it.
struct Book {
    codebook: CodebookRef,
    title: String,
    description: String,
    codes: usize,
    tiers: usize,
    /// A list of words in another language that nobody competent has reviewed.
    lexicon: bool,
    origin: Origin,
}

impl Book {
    fn of(card: CodebookCard) -> Self {
        Self {
            codebook: card.codebook,
            title: card.title,
            description: card.description,
            codes: card.codes.len(),
            tiers: card.tiers.len(),
            lexicon: false,
            origin: if card.own { Origin::Own } else { Origin::BuiltIn },
        }
    }

    fn offered(offer: CodebookOffer) -> Self {
        let CodebookOffer { codebook, title, description, codes, tiers, reviewed } = offer;
        Self { codebook, title, description, codes, tiers, lexicon: !reviewed, origin: Origin::Offered }
    }
}

/// All codebooks: the default set, what is offered, and one's own. A line stays where it is when it is switched.
fn books(options: Options) -> Vec<Book> {
    let offers = options.offers.get();
    let offered = |card: &CodebookCard| offers.iter().any(|offer| offer.codebook == card.codebook);
    let cards = options.codebooks.get().unwrap_or_default().into_iter();
    let (own, built_in): (Vec<_>, Vec<_>) =
        cards.filter(|card| !offered(card)).map(Book::of).partition(|book| book.origin == Origin::Own);
    built_in.into_iter().chain(offers.into_iter().map(Book::offered)).chain(own).collect()
}

pub(super) fn codebooks(options: Options) -> impl IntoView {
    let outcome = RwSignal::new(None::<(String, Outcome)>);
    let chosen = move |event: leptos::ev::Event| {
        if let Some(file) = files::chosen(&event) {
            outcome.set(None);
            options.notice.set(String::new());
            add(options, file, outcome);
        }
    };
    view! {
        <ul class="books" role="list">
            {lines(options, false)}
            <For
                each=move || options.unusable.get().into_iter().filter(|codebook| codebook.own)
                key=|codebook| codebook.id.clone()
                children=move |codebook| unusable(options, codebook)
            />
        </ul>
        <div class="add">
            <p class="field-label" id="codebook-add">{options.text("options_codebook_add")}</p>
            <p class="hint" id="codebook-file-hint">{options.text("options_codebook_add_hint")}</p>
            <label class="file">
                <input
                    type="file"
                    id="codebook-file"
                    accept=".toml,.qdc,application/toml"
                    aria-describedby="codebook-add codebook-file-hint"
                    on:change=chosen
                />
                {options.text("options_codebook_choose")}
            </label>
            <button type="button" id="codebook-new" on:click=move |_| options.browser.host().open_editor("")>
                {options.text("options_codebook_new")}
            </button>
            <div class="outcome" aria-live="polite">
                {move || outcome.get().map(|(name, outcome)| told(options, &name, &outcome))}
            </div>
        </div>
    }
}

pub(super) fn lexicons(options: Options) -> impl IntoView {
    view! {
        <ul class="books" role="list">
            {lines(options, true)}
        </ul>
    }
}

/// The lines of the lexicons, or of everything else.
fn lines(options: Options, lexicons: bool) -> impl IntoView {
    view! {
        <For
            each=move || books(options).into_iter().filter(move |book| book.lexicon == lexicons)
            key=|book| book.codebook.hash.clone()
            children=move |of| book(options, &of)
        />
    }
}

fn book(options: Options, book: &Book) -> impl IntoView + use<> {
    let browser = options.browser;
    let offered = book.origin == Origin::Offered;
    let own = book.origin == Origin::Own;
    let id = StoredValue::new(book.codebook.id.clone());
    let title = StoredValue::new(book.title.clone());
    let toggled = move |on: bool| {
        let said = if on { "options_codebook_now_on" } else { "options_codebook_now_off" };
        let said = browser.fill(said, &[&title.get_value()]);
        options.change(move |settings| settings.switch(&id.get_value(), offered, on), said);
    };
    let on = options.set(move |settings| id.with_value(|id| settings.reads_with(id, offered)));
    let mut facts = vec![
        browser.fill("options_codebook_version", &[&book.codebook.version]),
        browser.text(if own { "options_codebook_own" } else { "options_codebook_built_in" }),
        browser.count("options_codebook_codes_one", "options_codebook_codes_other", book.codes),
    ];
    if book.lexicon {
        facts.push(browser.text("options_codebook_unreviewed"));
    }
    if book.tiers > 0 {
        facts.push(browser.count("options_codebook_tiers_one", "options_codebook_tiers_other", book.tiers));
    }
    let facts = facts.into_iter().map(|fact| view! { <li>{fact}</li> }).collect_view();
    let remover = own.then(|| {
        confirm::confirm(
            options,
            "options_remove",
            browser.fill("options_codebook_remove_named", &[&book.title]),
            browser.fill("options_codebook_remove_question", &[&book.title]),
            Arc::new(move || remove(options, id.get_value(), title.get_value())),
        )
    });
    let (key, named) = match own {
        true => ("options_codebook_edit", "options_codebook_edit_named"),
        false => ("options_codebook_copy", "options_codebook_copy_named"),
    };
    let edited = browser.fill(named, &[&book.title]);
    let edit = move |_| browser.host().open_editor(&id.get_value());
    // Lexicons are edited where their words are known; what is not at hand cannot be copied.
    let at_hand = options.codebooks.with(|all| all.iter().flatten().any(|card| card.codebook.id == book.codebook.id));
    let editor = (own || at_hand && !book.lexicon).then(|| {
        view! {
            <button type="button" class="edit" aria-label=edited on:click=edit>{browser.text(key)}</button>
        }
    });
    // Why what was switched on is not read with all the same.
    let fault = move || {
        let shipped = |codebook: &&UnusableCodebook| !codebook.own && id.with_value(|id| codebook.id == *id);
        let message = options.unusable.with(|all| all.iter().find(shipped).map(|codebook| codebook.message.clone()));
        message.map(|message| view! { <p class="fault">{browser.fill("options_codebook_unusable", &[&message])}</p> })
    };
    let description = view! { <p class="description" dir="auto">{marked(&book.description)}</p> };
    // Lexicons say much the same of themselves: it unfolds for the one that is switched on.
    let description = if book.lexicon {
        view! {
            <details prop:open=move || on.get()>
                <summary>{browser.text("options_codebook_about")}</summary>
                {description}
            </details>
        }
        .into_any()
    } else {
        description.into_any()
    };
    view! {
        <li class="book" data-codebook=book.codebook.id.clone()>
            {switch(options, format!("codebook-{}", book.codebook.id), book.title.clone(), on, Box::new(toggled))}
            <ul class="facts" role="list" title=book.codebook.hash.clone()>{facts}</ul>
            {fault}
            {description}
            <div class="actions">{editor}</div>
            {remover}
        </li>
    }
}

/// A description with what stands between backticks set apart.
fn marked(description: &str) -> impl IntoView + use<> {
    let pieces = pieces(description).into_iter().map(|(code, text)| match code {
        true => view! { <code>{text}</code> }.into_any(),
        false => text.into_any(),
    });
    pieces.collect_view()
}

/// What stands between backticks, and what does not; a backtick without another is an ordinary sign.
fn pieces(text: &str) -> Vec<(bool, String)> {
    let pieces: Vec<&str> = text.split('`').collect();
    if pieces.len().is_multiple_of(2) {
        return vec![(false, text.to_owned())];
    }
    pieces.into_iter().enumerate().map(|(place, piece)| (place % 2 == 1, piece.to_owned())).collect()
}

/// A codebook of the coder's own that cannot be used: why, and the way to be rid of it.
fn unusable(options: Options, codebook: UnusableCodebook) -> impl IntoView {
    let browser = options.browser;
    let id = StoredValue::new(codebook.id.clone());
    view! {
        <li class="book" data-codebook=codebook.id.clone()>
            <p class="name"><bdi>{codebook.id.clone()}</bdi></p>
            <p class="fault">{browser.fill("options_codebook_unusable", &[&codebook.message])}</p>
            {confirm::confirm(
                options,
                "options_remove",
                browser.fill("options_codebook_remove_named", &[&codebook.id]),
                browser.fill("options_codebook_remove_question", &[&codebook.id]),
                Arc::new(move || remove(options, id.get_value(), id.get_value())),
            )}
        </li>
    }
}

fn remove(options: Options, id: String, title: String) {
    let host = options.browser.host();
    spawn_local(async move {
        match host.request(&Request::RemoveCodebook { id }).await {
            Ok(response) => {
                options.heard_codebooks(response);
                options.notice.set(options.browser.fill("options_codebook_removed", &[&title]));
                // The button that had the focus is gone.
                crate::panel::focus_by_id("codebook-file");
            }
            Err(failure) => options.notice.set(options.browser.fill("options_not_kept", &[&failure.message])),
        }
    });
}

fn add(options: Options, file: web_sys::File, outcome: RwSignal<Option<(String, Outcome)>>) {
    let name = file.name();
    spawn_local(async move {
        let became = match options.exporter.files.carry_out(Task::Codebook, Some(file)).await {
            Some(Ok((task::Outcome::Codebook { codebook: Some(codebook), faults }, _))) => {
                match keep(options, codebook).await {
                    Ok(()) => Outcome::Added(faults),
                    Err(message) => Outcome::Failed(message),
                }
            }
            Some(Ok((task::Outcome::Codebook { codebook: None, faults }, _))) => Outcome::Faulty(faults),
            Some(Err(Ended::Failed(failure))) => Outcome::Failed(failure.message),
            _ => return,
        };
        outcome.set(Some((name, became)));
    });
}

async fn keep(options: Options, codebook: Json<Codebook>) -> Result<(), String> {
    let host = options.browser.host();
    let response = host.request(&Request::AddCodebook { codebook }).await.map_err(|failure| failure.message)?;
    options.heard_codebooks(response);
    Ok(())
}

/// What became of a file, in words.
fn told(options: Options, name: &str, outcome: &Outcome) -> AnyView {
    let browser = options.browser;
    match outcome {
        Outcome::Failed(message) => view! {
            <p class="fault">{browser.fill("options_codebook_refused", &[name])}</p>
            <p>{message.clone()}</p>
        }
        .into_any(),
        Outcome::Faulty(faults) => view! {
            <p class="fault">{browser.fill("options_codebook_refused", &[name])}</p>
            {listed(options, faults)}
        }
        .into_any(),
        Outcome::Added(remarks) if remarks.is_empty() => {
            view! { <p class="done">{browser.fill("options_codebook_added", &[name])}</p> }.into_any()
        }
        Outcome::Added(remarks) => view! {
            <p class="done">{browser.fill("options_codebook_added", &[name])}</p>
            <p>{browser.count("options_codebook_remarks_one", "options_codebook_remarks_other", remarks.len())}</p>
            {listed(options, remarks)}
        }
        .into_any(),
    }
}

fn listed(options: Options, faults: &[Fault]) -> impl IntoView {
    let browser = options.browser;
    let lines = faults.iter().take(LISTED).map(|fault| {
        let (grade, word) = match fault.grade {
            Grade::Problem => ("grade fault", "options_fault_problem"),
            Grade::Skipped => ("grade", "options_fault_skipped"),
            Grade::Doubtful => ("grade", "options_fault_doubtful"),
        };
        view! {
            <li>
                <span class="place">
                    {browser.fill("options_fault_place", &[&fault.line.to_string(), &fault.column.to_string()])}
                </span>
                {(!fault.field.is_empty()).then(|| view! { <code dir="ltr">{fault.field.clone()}</code> })}
                <span class=grade>{browser.text(word)}</span>
                <span class="message" dir="auto">{fault.message.clone()}</span>
            </li>
        }
    });
    let more = faults.len().saturating_sub(LISTED);
    view! {
        <ol class="faults" role="list">{lines.collect_view()}</ol>
        {(more > 0).then(|| view! { <p class="hint">{browser.fill("options_faults_more", &[&more.to_string()])}</p> })}
    }
}

#[cfg(test)]
mod tests {
    use super::pieces;

    #[test]
    fn backticks_set_words_apart() {
        let told = |text| pieces(text).into_iter().map(|(code, text)| if code { format!("[{text}]") } else { text });
        let cases = [
            ("Plain words.", "Plain words."),
            ("Needs `militant-jihad` beside it.", "Needs [militant-jihad] beside it."),
            ("`a` and `b`", "[a] and [b]"),
            ("A sign ` alone.", "A sign ` alone."),
        ];
        for (text, shown) in cases {
            assert_eq!(told(text).collect::<String>(), shown);
        }
    }
}
