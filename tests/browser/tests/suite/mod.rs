//! What holds in both browsers.
//!
//! Invariants: no case needs another to have run before it; what a case stores, it stores about a page of its own.

mod accessible;
mod anchors;
mod authors;
mod care;
mod coding;
mod crash;
mod editor;
mod files;
mod flow;
mod full;
mod images;
mod learning;
mod options;
mod overlay;
mod pictures;
mod projects;
mod quiet;
mod records;
mod sites;
mod stopped;
mod teach;
mod vault;
mod windows;
mod workbench;

use accessible::{
    an_arabic_browser_shows_pages_from_right_to_left, nothing_moves_for_who_wants_no_motion,
    the_pages_are_accessible_to_the_rules_of_axe,
};
use anchors::{
    a_decision_is_found_again_on_every_kind_of_page, a_decision_stands_on_one_of_two_posts_that_are_nearly_alike,
    changed_words_are_tied_by_the_coder_and_untied,
};
use anyhow::{Context as _, Result, bail, ensure};
use authors::{an_author_is_whom_the_page_means, authors_are_counted_and_kept_under_pseudonyms};
use care::{
    a_break_is_due_and_put_off_or_taken, pictures_are_covered_until_they_are_asked_for,
    texts_of_a_tier_are_covered_until_they_are_asked_for, what_was_seen_is_counted_for_the_coder_alone,
};
use coding::{
    a_selection_is_coded_in_the_panel_and_changed_and_taken_back, the_command_brings_the_selection_to_the_sidebar,
};
use crash::what_was_acknowledged_survives_a_killed_browser;
use editor::{
    a_codebook_is_edited_tried_and_kept_as_a_version, a_new_codebook_is_begun_and_its_codes_are_moved_by_keys,
};
use files::{
    a_file_of_another_tool_is_brought_in_with_the_codes_it_means, what_another_coded_is_brought_in_once,
    what_leaves_is_shown_before_and_only_its_passphrase_opens_it,
};
use flow::{
    a_decision_is_related_to_another, a_realistic_mix_takes_no_pointer, a_session_counts_what_is_coded_in_it,
    a_text_that_was_coded_before_says_so, an_urgent_flag_shows_what_the_project_says,
    keys_are_what_the_coder_makes_them, right_suggestions_are_accepted_by_one_key_each,
    steps_are_taken_back_and_done_again, suggestions_are_hidden_until_a_unit_is_coded,
};
use full::a_full_disk_is_said_and_loses_nothing;
use images::{
    a_part_of_an_image_is_drawn_on_its_page, an_account_is_given_a_code_and_no_scale,
    keys_act_on_the_page_and_never_while_the_coder_types, words_in_an_image_are_read_like_any_other_text,
};
use learning::{the_most_useful_unit_comes_next, what_was_learned_is_shown_saved_and_forgotten};
use options::{
    a_codebook_of_ones_own_finds_its_terms, a_codebook_that_is_off_finds_nothing,
    a_codebook_that_ships_switched_off_is_switched_on, an_export_for_other_tools_holds_the_codes_that_stand,
};
use overlay::{
    a_selection_is_what_is_read_of_it, the_first_hover_brings_the_card,
    the_toolbar_codes_a_selection_and_undo_takes_it_back,
};
use pictures::a_picture_is_kept_where_the_browser_permits_it;
use postil_browser::driver::{Kind, Options};
use postil_browser::recorder::Recorder;
use postil_browser::runner::{Case, LIMIT, Outcome, run};
use postil_browser::visit::{Unit, Visit};
use postil_browser::wait::until;
use postil_tool::{Tree, serve};
use projects::{a_project_leaves_alone_what_is_off_in_it, projects_are_apart_and_come_back_from_their_file};
use quiet::{
    a_page_is_as_it_was_once_its_site_is_left, a_page_that_looks_for_us_sees_nothing_in_quiet_mode,
    quiet_mode_is_switched_while_a_page_is_open,
};
use serde_json::Value;
use sites::{
    a_feed_without_end_is_read_once, a_view_with_an_address_is_a_page, editors_are_left_alone,
    frames_are_read_where_they_are_allowed, rows_that_are_used_again_show_their_own_findings,
    text_from_the_right_is_highlighted_to_the_letter, what_comes_in_steps_is_read,
    what_is_edited_in_place_is_read_again,
};
use std::fs;
use std::process::ExitCode;
use stopped::what_was_decided_as_the_background_stopped_is_stored_once;
use teach::{
    a_site_is_found_by_what_ships_for_it, a_site_is_taught_by_keyboard_in_quiet_mode, a_site_is_taught_by_pointing,
};
use vault::what_is_stored_is_locked_and_opened_by_its_passphrase_alone;
use windows::windows_that_decide_at_once_lose_nothing;
use workbench::{
    the_workbench_reads_a_file_row_by_row, the_workbench_reads_again_with_what_is_switched_on,
    the_workbench_reads_as_the_native_engine_does, words_that_a_model_weighs_are_shown_beside_the_evidence,
};

/// A browser with the site allowed, and what watches it.
pub(crate) struct Suite {
    visit: Visit,
    recorder: Recorder,
}

macro_rules! cases {
    ($($name:ident $(within $limit:expr)?),* $(,)?) => {
        &[$(Case { name: stringify!($name), run: |suite| Box::pin($name(suite)), limit: cases!(@ $($limit)?) }),*]
    };
    (@) => { LIMIT };
    (@ $limit:expr) => { $limit };
}

/// Runs every case in one browser.
pub(crate) fn main(kind: Kind) -> ExitCode {
    let cases: &[Case<Suite>] = cases![
        what_a_page_asks_of_others_is_recorded,
        the_extensions_pages_may_not_ask_others,
        a_site_that_is_not_allowed_is_left_alone,
        the_sample_feed_is_read_and_not_changed,
        a_page_that_allows_nothing_is_read_all_the_same,
        an_open_shadow_root_is_read,
        text_is_what_is_seen,
        what_comes_late_is_read,
        the_panel_stands_beside_the_page,
        the_toolchains_own_pages_stay_as_they_are,
        a_woken_background_goes_on,
        decisions_are_there_after_a_restart,
        an_export_holds_what_was_decided,
        the_first_hover_brings_the_card,
        the_toolbar_codes_a_selection_and_undo_takes_it_back,
        a_selection_is_what_is_read_of_it,
        a_page_that_looks_for_us_sees_nothing_in_quiet_mode,
        quiet_mode_is_switched_while_a_page_is_open,
        a_page_is_as_it_was_once_its_site_is_left,
        a_selection_is_coded_in_the_panel_and_changed_and_taken_back,
        the_command_brings_the_selection_to_the_sidebar,
        right_suggestions_are_accepted_by_one_key_each,
        a_realistic_mix_takes_no_pointer,
        steps_are_taken_back_and_done_again,
        words_in_an_image_are_read_like_any_other_text,
        a_part_of_an_image_is_drawn_on_its_page,
        an_account_is_given_a_code_and_no_scale,
        keys_act_on_the_page_and_never_while_the_coder_types,
        a_decision_is_related_to_another,
        a_text_that_was_coded_before_says_so,
        suggestions_are_hidden_until_a_unit_is_coded,
        a_session_counts_what_is_coded_in_it,
        an_urgent_flag_shows_what_the_project_says,
        keys_are_what_the_coder_makes_them,
        an_author_is_whom_the_page_means,
        authors_are_counted_and_kept_under_pseudonyms,
        a_codebook_that_is_off_finds_nothing,
        a_codebook_of_ones_own_finds_its_terms,
        a_codebook_that_ships_switched_off_is_switched_on,
        a_codebook_is_edited_tried_and_kept_as_a_version,
        a_new_codebook_is_begun_and_its_codes_are_moved_by_keys,
        an_export_for_other_tools_holds_the_codes_that_stand,
        projects_are_apart_and_come_back_from_their_file,
        a_project_leaves_alone_what_is_off_in_it,
        a_picture_is_kept_where_the_browser_permits_it,
        what_leaves_is_shown_before_and_only_its_passphrase_opens_it,
        what_another_coded_is_brought_in_once,
        a_file_of_another_tool_is_brought_in_with_the_codes_it_means,
        what_is_stored_is_locked_and_opened_by_its_passphrase_alone,
        what_was_learned_is_shown_saved_and_forgotten,
        the_most_useful_unit_comes_next,
        frames_are_read_where_they_are_allowed,
        what_comes_in_steps_is_read,
        a_view_with_an_address_is_a_page,
        a_feed_without_end_is_read_once,
        rows_that_are_used_again_show_their_own_findings,
        what_is_edited_in_place_is_read_again,
        text_from_the_right_is_highlighted_to_the_letter,
        a_site_is_taught_by_pointing,
        a_site_is_taught_by_keyboard_in_quiet_mode,
        a_site_is_found_by_what_ships_for_it,
        pictures_are_covered_until_they_are_asked_for,
        texts_of_a_tier_are_covered_until_they_are_asked_for,
        a_break_is_due_and_put_off_or_taken,
        what_was_seen_is_counted_for_the_coder_alone,
        editors_are_left_alone,
        a_decision_is_found_again_on_every_kind_of_page,
        a_decision_stands_on_one_of_two_posts_that_are_nearly_alike,
        changed_words_are_tied_by_the_coder_and_untied,
        what_was_decided_as_the_background_stopped_is_stored_once,
        windows_that_decide_at_once_lose_nothing,
        a_full_disk_is_said_and_loses_nothing,
        the_workbench_reads_as_the_native_engine_does,
        the_workbench_reads_a_file_row_by_row,
        the_workbench_reads_again_with_what_is_switched_on,
        words_that_a_model_weighs_are_shown_beside_the_evidence,
        the_pages_are_accessible_to_the_rules_of_axe within accessible::LIMIT,
        an_arabic_browser_shows_pages_from_right_to_left,
        nothing_moves_for_who_wants_no_motion,
        nothing_was_asked_of_other_machines,
        // Last but one: a browser that was killed opens its maker's own start page by itself.
        what_was_acknowledged_survives_a_killed_browser within crash::limit(),
        the_console_has_no_complaints,
    ];
    run(kind.name(), cases, async || {
        let recorder = Recorder::start()?;
        let options = Options {
            kind,
            headless: true,
            dark: false,
            proxy: Some(recorder.address()),
            disk: None,
            everywhere: false,
            language: None,
        };
        let visit = Visit::start(&Tree::here(), options).await?;
        let page = visit.open(&visit.server.url("/fixtures/strict-csp.html")).await?;
        visit.grant(&page).await?;
        visit.close(page).await?;
        Ok(Suite { visit, recorder })
    })
}

impl Suite {
    /// The same page under a name of this machine that is not allowed.
    fn elsewhere(&self, path: &str) -> String {
        self.visit.server.url(path).replace("127.0.0.1", "localhost")
    }

    /// The markup of a page where the extension may not read.
    async fn untouched(&self, path: &str) -> Result<String> {
        let page = self.visit.open(&self.elsewhere(path)).await?;
        let markup = self.visit.markup().await?;
        self.visit.close(page).await?;
        Ok(markup.replace("http://localhost:", "http://127.0.0.1:"))
    }
}

/// A recorder that never records would prove nothing: whoever asks, and in whatever way, is seen.
async fn what_a_page_asks_of_others_is_recorded(suite: &mut Suite) -> Result<Outcome> {
    let page = suite.visit.open(&suite.visit.server.url("/fixtures/foreign.html")).await?;
    for line in [
        "GET http://recorded.example/picture.png ",
        "CONNECT secure.recorded.example:443 ",
        "CONNECT socket.recorded.example:80 ",
        "POST http://beacon.recorded.example/ ",
        "GET http://worker.recorded.example/ ",
        "GET http://service.recorded.example/ ",
    ] {
        until(&format!("{line}to be recorded"), async || {
            Ok(suite.recorder.seen().iter().any(|seen| seen.starts_with(line)).then_some(()))
        })
        .await
        .with_context(|| format!("recorded is {:#?}", suite.recorder.seen()))?;
    }
    suite.visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// No machine: what the extension's pages try to ask.
const FORBIDDEN: &str = "forbidden.example";

/// In every way that a script has. What it resolves to says which of them got anywhere.
const ASK_OTHERS: &str = "
    const refused = promise => promise.then(value => `answered: ${value}`, () => 'refused');
    const loads = (name, attributes) => refused(new Promise((resolve, reject) => {
        const made = document.createElement(name);
        made.onload = resolve;
        made.onerror = reject;
        for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
        document.body.append(made);
    }));
    const socket = new Promise((resolve, reject) => {
        const opened = new WebSocket(`wss://${given}/socket`);
        opened.onopen = resolve;
        opened.onerror = reject;
    });
    const forbidden = [];
    document.addEventListener('securitypolicyviolation', ({ blockedURI }) => forbidden.push(blockedURI));
    const all = await Promise.all([
        refused(fetch(`https://${given}/fetch`)),
        refused(fetch(`http://${given}/plain`, { mode: 'no-cors' })),
        loads('img', { src: `https://${given}/img` }),
        loads('script', { src: `https://${given}/script` }),
        loads('link', { rel: 'stylesheet', href: `https://${given}/style` }),
        refused(socket),
    ]);
    return { all, forbidden: forbidden.length };";

/// The pages of the extension may ask nobody: their policy forbids it before anything is asked.
async fn the_extensions_pages_may_not_ask_others(suite: &mut Suite) -> Result<Outcome> {
    suite.visit.go_to_base().await?;
    let answer = suite.visit.ask(ASK_OTHERS, FORBIDDEN).await?;
    ensure!(answer["all"].as_array().is_some_and(|all| all.iter().all(|it| it == "refused")), "{answer}");
    ensure!(answer["forbidden"].as_u64().is_some_and(|forbidden| forbidden >= 6), "{answer}");
    let asked = suite.recorder.seen().into_iter().find(|line| line.contains(FORBIDDEN));
    ensure!(asked.is_none(), "asked: {asked:?}");
    Ok(Outcome::Passed)
}

async fn a_site_that_is_not_allowed_is_left_alone(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let refused = visit.open(&suite.elsewhere("/fixtures/late.html")).await?;
    // By the time the same page is highlighted where it is allowed, it would be highlighted here too.
    let allowed = visit.open(&visit.server.url("/fixtures/late.html")).await?;
    visit.highlighted("kuffar").await?;
    visit.go_to(&refused).await?;
    ensure!(visit.highlights().await?.is_empty(), "a page without a permission has highlights");
    visit.close(refused).await?;
    visit.close(allowed).await?;
    Ok(Outcome::Passed)
}

async fn the_sample_feed_is_read_and_not_changed(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let before = suite.untouched("/").await?;
    let page = visit.open(&visit.server.url("/")).await?;
    visit.open_panel(&page).await?;
    let units = visit.units().await?;
    ensure!(units.len() >= 30, "the feed has {} units", units.len());
    let supporting = |unit: &&Unit| unit.support.parse::<f32>().is_ok_and(|support| support >= 0.5);
    let supports = units.iter().filter(supporting).count();
    ensure!(supports >= 1, "no unit of the feed shows support");
    ensure!(supports * 2 < units.len(), "{supports} of {} units show support", units.len());
    for stance in ["promotes", "opposes", "reports"] {
        ensure!(units.iter().any(|unit| unit.stance == stance), "no unit of the feed {stance}");
    }
    let found = units.iter().find(|unit| supporting(unit)).context("no unit shows support")?;
    let word = found.codes.iter().flat_map(|row| &row.matched).next().context("a finding without its words")?;
    ensure!(found.text.contains(word.as_str()), "\"{word}\" is not in \"{}\"", found.text);
    visit.go_to(&page).await?;
    until("highlights on the feed", async || Ok((!visit.highlights().await?.is_empty()).then_some(()))).await?;
    let after = visit.markup().await?;
    visit.close(page).await?;
    same(&before, &after)
}

async fn a_page_that_allows_nothing_is_read_all_the_same(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let before = suite.untouched("/fixtures/strict-csp.html").await?;
    let page = visit.open(&visit.server.url("/fixtures/strict-csp.html")).await?;
    visit.highlighted("kuffar").await?;
    // An emoji before a word must not move its highlight.
    visit.highlighted("kafir").await?;
    let after = visit.markup().await?;
    visit.open_panel(&page).await?;
    visit.unit("Example one", |unit| !unit.codes.is_empty()).await?;
    visit.unit("Example two", |unit| unit.codes.is_empty()).await?;
    visit.close(page).await?;
    same(&before, &after)
}

async fn an_open_shadow_root_is_read(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/shadow.html")).await?;
    visit.highlighted("kuffar").await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

async fn text_is_what_is_seen(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/text.html")).await?;
    visit.open_panel(&page).await?;
    let texts: Vec<String> = visit.units().await?.into_iter().map(|unit| unit.text).collect();
    let expected = [
        "A post with bold words.\nA second line.",
        "A comment of its own.",
        "A picture 🙂 for a word.",
        "kept   as\nit is",
        "In view.\nMore.",
        "نص من اليمين إلى اليسار",
        "Before the slot, what fills it.",
    ];
    ensure!(texts == expected, "the panel shows {texts:#?}");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

async fn what_comes_late_is_read(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/late.html")).await?;
    visit.highlighted("kuffar").await?;
    visit.click("#more").await?;
    visit.highlighted("murtad").await?;
    visit.highlighted("kuffar").await?;
    visit.open_panel(&page).await?;
    visit.unit("came late", |unit| !unit.codes.is_empty()).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

async fn the_panel_stands_beside_the_page(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/")).await?;
    match visit.browser.kind() {
        Kind::Chromium => {
            visit.open_side_panel(&page).await?;
            until("the side panel to be filled", async || {
                Ok(visit.units().await?.iter().any(|unit| !unit.codes.is_empty()).then_some(()))
            })
            .await?;
        }
        Kind::Firefox => visit.open_sidebar(&page).await?,
    }
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

async fn the_toolchains_own_pages_stay_as_they_are(suite: &mut Suite) -> Result<Outcome> {
    if serve::documentation(&Tree::here()).is_none() {
        return Ok(Outcome::Skipped("the toolchain has no rust-docs component".to_owned()));
    }
    let visit = &suite.visit;
    // Pages with a playground ask another machine about it by themselves, and are left out for that.
    for path in ["/doc/index.html", "/doc/std/option/enum.Option.html", "/doc/rustc/command-line-arguments.html"] {
        let before = suite.untouched(path).await?;
        let page = visit.open(&visit.server.url(path)).await?;
        visit.open_panel(&page).await?;
        visit.go_to(&page).await?;
        let after = visit.markup().await?;
        visit.close(page).await?;
        same(&before, &after).with_context(|| format!("{path} is not as it was"))?;
    }
    Ok(Outcome::Passed)
}

async fn a_woken_background_goes_on(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/late.html")).await?;
    visit.highlighted("kuffar").await?;
    visit.browser.stop_background().await?;
    visit.go_to(&page).await?;
    visit.click("#more").await?;
    visit.highlighted("murtad").await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

async fn decisions_are_there_after_a_restart(suite: &mut Suite) -> Result<Outcome> {
    let address = suite.visit.server.url("/fixtures/decisions.html");
    let visit = &mut suite.visit;
    let page = visit.open(&address).await?;
    let plain = visit.highlighted("kuffar").await?;
    visit.open_panel(&page).await?;
    for (words, button, decided) in DECISIONS {
        let unit = visit.unit(words, |unit| !unit.codes.is_empty()).await?;
        visit.click(&format!("[data-unit=\"{}\"] {button}", unit.id)).await?;
        visit.unit(words, decided).await?;
    }
    visit.go_to(&page).await?;
    let accepted = until("the accepted words to look accepted", async || {
        Ok(Some(visit.highlights_of("kuffar").await?).filter(|names| names.is_superset(&plain) && *names != plain))
    })
    .await?;

    visit.restart().await?;
    let page = visit.open(&address).await?;
    until("the accepted words to look accepted again", async || {
        Ok((visit.highlights_of("kuffar").await? == accepted).then_some(()))
    })
    .await?;
    visit.open_panel(&page).await?;
    for (words, _, decided) in DECISIONS {
        visit.unit(words, decided).await?;
    }
    visit.unit("left undecided", |unit| DECISIONS.iter().all(|(_, _, decided)| !decided(unit))).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

/// The text of the one element at a path.
const AT_PATH: &str = "
    const found = document.evaluate(arguments[0], document, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
    return found.snapshotLength === 1 ? found.snapshotItem(0).innerText.trim() : `${found.snapshotLength} elements`;";

async fn an_export_holds_what_was_decided(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let address = visit.server.url("/fixtures/decisions.html?exported");
    let page = visit.open(&address).await?;
    visit.open_panel(&page).await?;
    let unit = visit.accept("to accept").await?;
    visit.click("button.export").await?;
    let text = until("the exported file", async || {
        let Ok(folder) = fs::read_dir(visit.browser.downloads()) else { return Ok(None) };
        let mut files = folder.flatten().map(|entry| entry.path());
        // The browser gives a file its name when all of it is there.
        let Some(file) = files.find(|path| path.extension().is_some_and(|ending| ending == "jsonl")) else {
            return Ok(None);
        };
        Ok(Some(fs::read_to_string(file)?).filter(|text| text.ends_with('\n')))
    })
    .await?;
    let records = text.lines().map(serde_json::from_str).collect::<Result<Vec<Value>, _>>()?;
    let [record] = records.iter().filter(|record| record["log"]["page"]["url"] == address).collect::<Vec<_>>()[..]
    else {
        bail!("not one record of {address} in {text}");
    };
    ensure!(record["log"]["action"] == "accepted", "{record}");
    let annotation = &record["annotation"];
    ensure!(annotation["@context"] == "http://www.w3.org/ns/anno.jsonld", "{annotation}");
    ensure!(
        annotation["target"]["selector"][0]["exact"].as_str().is_some_and(|exact| unit.text.contains(exact)),
        "{annotation}"
    );
    ensure!(annotation["target"]["state"]["postil:text"] == unit.text.as_str(), "{annotation}");
    // The path leads any other tool to the element that was coded.
    let path = &annotation["target"]["selector"][2]["startSelector"]["value"];
    visit.go_to(&page).await?;
    let text: String = visit.driver()?.execute(AT_PATH, vec![path.clone()]).await?.convert()?;
    ensure!(text == unit.text, "{path} leads to {text:?}");
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

async fn nothing_was_asked_of_other_machines(suite: &mut Suite) -> Result<Outcome> {
    let foreign: Vec<String> =
        suite.recorder.seen().into_iter().filter(|line| !line.contains("recorded.example")).collect();
    ensure!(foreign.is_empty(), "asked of other machines: {foreign:#?}");
    Ok(Outcome::Passed)
}

async fn the_console_has_no_complaints(suite: &mut Suite) -> Result<Outcome> {
    let mut complaints = suite.visit.complaints().await?;
    // What one case tried, to see it refused.
    complaints.retain(|line| !line.contains(FORBIDDEN));
    ensure!(complaints.is_empty(), "the console says: {complaints:#?}");
    Ok(Outcome::Passed)
}

/// How a unit looks once it is decided about.
type Look = fn(&Unit) -> bool;

/// Words of a unit of the page to decide about, the button for it, and how the unit looks afterwards.
const DECISIONS: [(&str, &str, Look); 3] = [
    ("to accept", "button.accept", Unit::accepted),
    ("to reject", "button.reject", |unit| unit.codes.iter().any(|row| row.rejected)),
    ("where none applies", "button.none-applies", |unit| unit.none_applies),
];

/// Passes where the markup is the same, and says where it first differs.
fn same(before: &str, after: &str) -> Result<Outcome> {
    if before == after {
        return Ok(Outcome::Passed);
    }
    let at = before.bytes().zip(after.bytes()).take_while(|(one, other)| one == other).count();
    let around = |text: &str| {
        let from = text.floor_char_boundary(at.saturating_sub(60));
        text[from..text.floor_char_boundary(at + 120)].to_owned()
    };
    bail!("the page was changed\nbefore: {}\nafter:  {}", around(before), around(after))
}
