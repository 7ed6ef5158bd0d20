//! The authors on the page, with what the coder coded of each: counts of units.
//!
//! Invariants: nothing here is a tier, a probability or a score, and it says so; the pseudonym stands beside the name only
//! while the page shows that name.

use super::words;
use crate::authors::{Author, Who};
use crate::store::Store;
use leptos::prelude::*;
use postil::service::protocol::{AuthorCounts, UnitCounts};

/// The id of the list of authors.
const LIST: &str = "authors-list";

pub(super) fn authors(store: Store) -> impl IntoView {
    let open = store.authors.open;
    view! {
        <section class="authors" aria-labelledby="authors">
            <h2>
                <button
                    type="button"
                    class="disclosure"
                    id="authors"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=LIST
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    {store.text("panel_authors")}
                </button>
            </h2>
            {move || store.authors.only.get().map(|author| view! {
                <p class="only-author">
                    <span>{store.text("panel_author_only")} " " <bdi class="author">{author.who.shown}</bdi></span>
                    <button type="button" id="all-authors" on:click=move |_| store.show_author(None)>
                        {store.text("panel_author_all")}
                    </button>
                </p>
            })}
            {move || open.get().then(|| list(store))}
        </section>
    }
}

fn list(store: Store) -> impl IntoView {
    let authors = Memo::new(move |_| store.page_authors());
    Effect::new(move |_| {
        store.authors.decided.track();
        authors.with(|authors| store.load_authors(authors));
    });
    let people = move || {
        let authors = authors.get();
        let people = authors.into_iter().map(|author| view! { <li class="person">{person(store, author)}</li> });
        people.collect_view()
    };
    view! {
        <div class="people-shown" id=LIST>
            <p class="hint">{store.text("panel_authors_hint")}</p>
            {move || authors.with(Vec::is_empty).then(|| view! { <p class="empty">{store.text("panel_authors_none")}</p> })}
            <ul class="people" role="list" aria-label=store.text("panel_authors")>{people}</ul>
        </div>
    }
}

fn person(store: Store, author: Author) -> impl IntoView {
    let Author { who, units } = author.clone();
    let shown = who.shown.clone();
    let counts = Memo::new({
        let who = who.clone();
        move |_| store.authors.counts.with(|counts| counts.get(&who).cloned().unwrap_or_default())
    });
    let alone = Memo::new(move |_| store.authors.only.with(|only| only.as_ref().is_some_and(|only| only.who == who)));
    let code = {
        let who = author.who.clone();
        move |_| store.code_account(&who)
    };
    let on_account = {
        let who = author.who.clone();
        move || counts.with(|counts| account(store, &who, counts))
    };
    let pressed = move |_| store.show_author((!alone.get_untracked()).then(|| author.clone()));
    view! {
        <div class="head">
            <bdi class="author">{shown.clone()}</bdi>
            <button
                type="button"
                class="only"
                aria-label=store.fill("panel_author_show_named", &[&shown])
                aria-pressed=move || alone.get().to_string()
                on:click=pressed
            >
                {store.text("panel_author_show")}
            </button>
            <button type="button" class="code-account" aria-label=store.fill("panel_account_code_named", &[&shown]) on:click=code>
                {store.text("panel_code")}
            </button>
        </div>
        {on_account}
        {move || counts.with(|counts| counted(store, counts, units))}
    }
}

/// Codes that were given to the account itself.
fn account(store: Store, who: &Who, counts: &AuthorCounts) -> Option<AnyView> {
    if counts.account.is_empty() {
        return None;
    }
    let codebooks = store.codebooks.get();
    let codes = counts.account.iter().map(|mark| {
        let code = mark.code.clone().unwrap_or_default();
        let label = store.code_name(&mark.codebook, &code);
        let (who, mark, class) = (who.clone(), mark.clone(), codebooks.slot(&mark.codebook, &code));
        let memo = mark.memo.clone().map(|memo| view! { <span class="memo" dir="auto">{memo}</span> });
        view! {
            <li class=class data-account=code>
                {words::swatch()} <span>{label.clone()}</span> {memo}
                <button
                    type="button"
                    class="link withdraw"
                    aria-label=store.fill("panel_withdraw_named", &[&label])
                    on:click=move |_| store.withdraw_account(&who, &mark)
                >
                    {store.text("panel_withdraw")}
                </button>
            </li>
        }
    });
    Some(view! { <ul class="tally account" role="list" aria-label=store.text("panel_account")>{codes.collect_view()}</ul> }.into_any())
}

fn counted(store: Store, counts: &AuthorCounts, units: usize) -> AnyView {
    let line = |key: &str, first: Option<usize>, counts: &UnitCounts| {
        let numbers = first.into_iter().chain([counts.coded as usize, counts.none as usize]);
        let numbers: Vec<String> = numbers.map(|number| number.to_string()).collect();
        store.fill(key, &numbers.iter().map(String::as_str).collect::<Vec<_>>())
    };
    let pseudonym = counts.pseudonym.map(|pseudonym| {
        view! {
            <p class="detail">{store.text("panel_author_stored")} " " <code class="pseudonym" dir="ltr">{pseudonym.short()}</code></p>
        }
    });
    let elsewhere = (counts.all != counts.here).then(|| {
        view! {
            <p class="detail">{line("panel_author_everywhere", None, &counts.all)}</p>
            {tally(store, "panel_author_tally_all", "tally all", &counts.all)}
        }
    });
    view! {
        <p class="detail">{line("panel_author_here", Some(units), &counts.here)}</p>
        {tally(store, "panel_author_tally", "tally here", &counts.here)}
        {elsewhere}
        {pseudonym}
    }
    .into_any()
}

/// Units by code and by stance.
fn tally(store: Store, name: &str, class: &'static str, counts: &UnitCounts) -> Option<AnyView> {
    if counts.codes.is_empty() && counts.stances.is_empty() {
        return None;
    }
    let codebooks = store.codebooks.get();
    let codes = counts.codes.iter().map(|it| {
        let label = store.code_name(&it.codebook, &it.code);
        view! {
            <li class=codebooks.slot(&it.codebook, &it.code) data-code=it.code.clone()>
                {words::swatch()} <span>{label}</span> " " <b>{it.units}</b>
            </li>
        }
    });
    let stances = counts.stances.iter().map(|it| {
        let label = codebooks.stance_label(&it.codebook, &it.stance);
        view! { <li data-stance=it.stance.clone()><span>{label}</span> " " <b>{it.units}</b></li> }
    });
    Some(
        view! {
            <ul class=class role="list" aria-label=store.text(name)>{codes.collect_view()} {stances.collect_view()}</ul>
        }
        .into_any(),
    )
}
