//! From reading to a kept decision by the keyboard alone: ten units with right suggestions, a realistic mix, and what stands
//! beside the codes.

use super::Suite;
use anyhow::{Context as _, Result, ensure};
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use serde_json::{Value, json};
use thirtyfour::{By, Key, TypingData};

/// The unit that keys act on: how many of its codes are open, accepted and rejected, the codes of the coder's own, what stands
/// beside them.
const CURRENT: &str = "
    const card = document.querySelector('.card.current');
    const all = selector => [...card.querySelectorAll(selector)];
    return {
        text: card.querySelector('.excerpt').textContent,
        saving: document.querySelector('.saving') !== null,
        open: all('.code:not(.accepted, .rejected)').map(code => code.dataset.code),
        accepted: all('.code.accepted').map(code => code.dataset.code),
        rejected: all('.code.rejected').map(code => code.dataset.code),
        own: all('[data-assigned]').map(own => own.dataset.assigned),
        said: all('.said').map(said => said.textContent),
        none: all('.none-applies[aria-pressed=true]').length > 0,
        skipped: all('.skipped').length > 0,
        flagged: all('.flagged').length > 0,
        related: all('.related').map(line => line.querySelector('span').textContent),
        memo: all('.memo').map(memo => memo.textContent),
    };";

/// Accepted suggestions, and decided units as the head of the panel counts them.
const DONE: &str = "return [document.querySelectorAll('.code.accepted').length,
    Number(document.querySelectorAll('.counts .count b')[2].textContent)];";

async fn current(visit: &Visit) -> Result<Value> {
    Ok(visit.driver()?.execute(CURRENT, Vec::new()).await?.json().clone())
}

/// Waits until the current unit is as wanted, and nothing is on its way.
async fn shows(visit: &Visit, what: &str, wanted: impl Fn(&Value) -> bool) -> Result<Value> {
    let last = std::cell::RefCell::new(Value::Null);
    let shown = until(what, async || {
        let now = current(visit).await?;
        let fits = now["saving"] == false && wanted(&now);
        last.replace(now.clone());
        Ok(fits.then_some(now))
    })
    .await;
    shown.with_context(|| format!("the current unit is {}", last.borrow()))
}

async fn press(visit: &Visit, keys: impl Into<TypingData>) -> Result<()> {
    Ok(visit.driver()?.action_chain().send_keys(keys).perform().await?)
}

async fn press_with_control(visit: &Visit, key: &str) -> Result<()> {
    let chain = visit.driver()?.action_chain().key_down(Key::Control).send_keys(key).key_up(Key::Control);
    Ok(chain.perform().await?)
}

fn holds(unit: &Value, words: &str) -> bool {
    unit["text"].as_str().is_some_and(|text| text.contains(words))
}

/// Switches off, or on again, that suggestions rest on what other cases taught.
async fn learns(visit: &Visit, on: bool) -> Result<()> {
    visit.open_options().await?;
    let script = "
        const port = api.runtime.connect({ name: 'postil' });
        const ask = request => new Promise(resolve => {
            const heard = ({ response }) => { port.onMessage.removeListener(heard); resolve(response); };
            port.onMessage.addListener(heard);
            port.postMessage({ id: 1, request });
        });
        const { settings } = await ask({ type: 'settings' });
        settings.learningOff = given === 'true' ? [] : ['militant-jihad', 'terror-finance'];
        return (await ask({ type: 'setSettings', settings })).type;";
    let said = visit.ask(script, &on.to_string()).await?;
    ensure!(said == "settings", "{said}");
    Ok(())
}

/// Opens the ten units at an address of their own with the panel beside them, the first one current.
async fn ten(visit: &Visit, name: &str) -> Result<postil_browser::visit::Opened> {
    learns(visit, false).await?;
    let page = visit.open(&visit.server.url(&format!("/fixtures/flow.html?{name}"))).await?;
    visit.open_panel(&page).await?;
    visit.unit("Unit ten", |unit| !unit.codes.is_empty()).await?;
    press(visit, "k").await?;
    shows(visit, "the first unit to be current", |unit| holds(unit, "Unit one")).await?;
    Ok(page)
}

pub(super) async fn right_suggestions_are_accepted_by_one_key_each(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = ten(visit, "right").await?;
    let driver = visit.driver()?;
    let done = async || Ok::<_, anyhow::Error>(driver.execute(DONE, Vec::new()).await?.convert::<[usize; 2]>()?);
    let mut keystrokes = 0;
    while done().await?[1] < 10 {
        press(visit, "a").await?;
        keystrokes += 1;
        until("one more to be accepted", async || Ok((done().await?[0] == keystrokes).then_some(()))).await?;
    }
    println!("ten units with right suggestions: {keystrokes} keystrokes");
    ensure!(keystrokes == 10, "{keystrokes} keystrokes for ten units");
    shows(visit, "the last unit to be current", |unit| holds(unit, "Unit ten")).await?;
    // They are there again.
    visit.open_panel(&page).await?;
    for number in ["one", "five", "ten"] {
        visit.unit(&format!("Unit {number}:"), postil_browser::visit::Unit::accepted).await?;
    }
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_realistic_mix_takes_no_pointer(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = ten(visit, "mix").await?;
    let mut keystrokes = 0;
    let mut count = |keys: usize| keystrokes += keys;
    // One: right.
    press(visit, "a").await?;
    count(1);
    shows(visit, "the second unit", |unit| holds(unit, "Unit two")).await?;
    // Two: wrong.
    press(visit, "r").await?;
    count(1);
    shows(visit, "the third unit", |unit| holds(unit, "Unit three")).await?;
    // Three: nothing applies.
    press(visit, "n").await?;
    count(1);
    shows(visit, "the fourth unit", |unit| holds(unit, "Unit four")).await?;
    // Four: passed over.
    press(visit, "-").await?;
    count(1);
    shows(visit, "the fifth unit", |unit| holds(unit, "Unit five")).await?;
    // Five: the suggested code, on another tier.
    press(visit, ">").await?;
    until("the form", async || Ok(visit.driver()?.find_all(By::Css("#coding-tier:focus")).await?.pop())).await?;
    press(visit, "1" + Key::Enter).await?;
    count(3);
    shows(visit, "the tier", |unit| unit["own"].as_array().is_some_and(|own| own.len() == 1)).await?;
    press(visit, "j").await?;
    count(1);
    shows(visit, "the sixth unit", |unit| holds(unit, "Unit six")).await?;
    // Six: another code, found by typing, and done.
    press(visit, "c").await?;
    until("the form", async || Ok(visit.driver()?.find_all(By::Css("#coding-code:focus")).await?.pop())).await?;
    press(visit, "report").await?;
    let first = "return document.querySelector('#coding-codes .option.at')?.dataset.code ?? null;";
    until("the list to be filtered", async || {
        let code = visit.driver()?.execute(first, Vec::new()).await?.json().clone();
        Ok((code == "militant-jihad reporting-and-research").then_some(()))
    })
    .await?;
    press(visit, Key::Enter).await?;
    until("the stance", async || Ok(visit.driver()?.find_all(By::Css("#coding-stance:focus")).await?.pop())).await?;
    press(visit, Key::Enter).await?;
    count(1 + 6 + 2);
    shows(visit, "the code", |unit| unit["own"] == json!(["reporting-and-research"])).await?;
    press(visit, "j").await?;
    count(1);
    shows(visit, "the seventh unit", |unit| holds(unit, "Unit seven")).await?;
    // Seven: a code by its key.
    press(visit, "y").await?;
    count(1);
    let given =
        shows(visit, "a code by its key", |unit| unit["own"].as_array().is_some_and(|own| own.len() == 1)).await?;
    press(visit, "j").await?;
    count(1);
    shows(visit, "the eighth unit", |unit| holds(unit, "Unit eight")).await?;
    // Eight: right, and a note.
    press(visit, "a").await?;
    shows(visit, "the ninth unit", |unit| holds(unit, "Unit nine")).await?;
    press(visit, "k,").await?;
    until("the form", async || Ok(visit.driver()?.find_all(By::Css("#coding-memo:focus")).await?.pop())).await?;
    press(visit, "why").await?;
    press_with_control(visit, "\u{e007}").await?;
    count(1 + 2 + 3 + 1);
    shows(visit, "the note", |unit| unit["memo"] == json!(["why"])).await?;
    // Nine: urgent, and right.
    press(visit, "j!").await?;
    shows(visit, "the flag", |unit| holds(unit, "Unit nine") && unit["flagged"] == true).await?;
    press(visit, "a").await?;
    count(3);
    shows(visit, "the tenth unit", |unit| holds(unit, "Unit ten")).await?;
    // Ten: wrong, no, right after all.
    press(visit, "r").await?;
    shows(visit, "the rejection", |unit| unit["rejected"] != json!([])).await?;
    press_with_control(visit, "z").await?;
    shows(visit, "the rejection to be taken back", |unit| unit["rejected"] == json!([])).await?;
    press(visit, "a").await?;
    count(3);
    shows(visit, "the acceptance", |unit| unit["accepted"] != json!([])).await?;
    println!("ten units, a realistic mix: {keystrokes} keystrokes; unit seven was given {}", given["own"]);

    // Nothing of it is lost.
    visit.open_panel(&page).await?;
    for (words, wanted) in [
        ("Unit one", "accepted"),
        ("Unit two", "rejected"),
        ("Unit five", "own"),
        ("Unit six", "own"),
        ("Unit eight", "memo"),
        ("Unit nine", "flagged"),
        ("Unit four", "skipped"),
    ] {
        let unit = visit.unit(words, |_| true).await?;
        visit.click(&format!("[data-unit=\"{}\"] h3", unit.id)).await?;
        shows(visit, words, |unit| holds(unit, words) && unit[wanted] != json!([]) && unit[wanted] != json!(false))
            .await?;
    }
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn steps_are_taken_back_and_done_again(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = ten(visit, "steps").await?;
    press(visit, "a").await?;
    shows(visit, "the second unit", |unit| holds(unit, "Unit two")).await?;
    for _ in 0..2 {
        press_with_control(visit, "z").await?;
        shows(visit, "the first unit as it was", |unit| holds(unit, "Unit one") && unit["accepted"] == json!([]))
            .await?;
        press_with_control(visit, "y").await?;
        shows(visit, "the first unit again", |unit| holds(unit, "Unit one") && unit["accepted"] != json!([])).await?;
    }
    // No key acts while the coder types.
    press(visit, "e").await?;
    until("the form", async || Ok(visit.driver()?.find_all(By::Css("#coding-code:focus")).await?.pop())).await?;
    press(visit, "ran").await?;
    press(visit, Key::Escape).await?;
    shows(visit, "the unit as it was", |unit| {
        holds(unit, "Unit one") && unit["accepted"] != json!([]) && unit["none"] == false
    })
    .await?;
    // A unit is passed over under each codebook, and that is one step.
    press(visit, "j-").await?;
    shows(visit, "the third unit", |unit| holds(unit, "Unit three")).await?;
    press(visit, "k").await?;
    shows(visit, "the unit passed over", |unit| holds(unit, "Unit two") && unit["skipped"] == true).await?;
    press_with_control(visit, "z").await?;
    shows(visit, "the unit before it was", |unit| holds(unit, "Unit two") && unit["skipped"] == false).await?;
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_decision_is_related_to_another(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = ten(visit, "related").await?;
    press(visit, "a").await?;
    shows(visit, "the second unit", |unit| holds(unit, "Unit two")).await?;
    press(visit, "a").await?;
    shows(visit, "the third unit", |unit| holds(unit, "Unit three")).await?;
    let dialogs = async || {
        Ok::<_, anyhow::Error>(visit.driver()?.find_all(By::Css(".relating[open] #relating-to option")).await?)
    };
    press(visit, "k&").await?;
    until("the dialog", async || Ok(dialogs().await?.pop())).await?;
    visit.driver()?.active_element().await?.send_keys(Key::Escape).await?;
    until("the dialog to close", async || Ok(dialogs().await?.is_empty().then_some(()))).await?;
    press(visit, "&").await?;
    until("the dialog again", async || Ok(dialogs().await?.pop())).await?;
    visit.click(".relating .choice:nth-of-type(2) input").await?;
    visit.click("#relating-to option").await?;
    visit.click("#relating-save").await?;
    let related = |unit: &Value| unit["related"].as_array().is_some_and(|lines| lines.len() == 1);
    let unit = shows(visit, "the relation", |unit| holds(unit, "Unit two") && related(unit)).await?;
    ensure!(unit["related"][0].as_str().is_some_and(|line| line.contains("quotes")), "{unit}");
    visit.open_panel(&page).await?;
    let unit = visit.unit("Unit two", |_| true).await?;
    visit.click(&format!("[data-unit=\"{}\"] h3", unit.id)).await?;
    let named = |unit: &Value| unit["related"][0].as_str().is_some_and(|line| line.contains("Unit one"));
    shows(visit, "the relation to be there again", |unit| holds(unit, "Unit two") && related(unit) && named(unit))
        .await?;
    visit.click(".card.current .related .withdraw").await?;
    shows(visit, "the relation to be taken back", |unit| unit["related"] == json!([])).await?;
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_text_that_was_coded_before_says_so(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = ten(visit, "before").await?;
    press(visit, "a").await?;
    shows(visit, "the second unit", |unit| holds(unit, "Unit two")).await?;
    visit.close(page).await?;
    // A successor account posts the same, nearly.
    let page = visit.open(&visit.server.url("/fixtures/again.html")).await?;
    visit.open_panel(&page).await?;
    visit.unit("exhibition opens", |_| true).await?;
    until("the earlier unit", async || {
        let before = visit.driver()?.find_all(By::Css(".card .before .detail")).await?;
        Ok(match before.first() {
            Some(line) => line.text().await?.contains("flow.html?before").then_some(()),
            None => None,
        })
    })
    .await?;
    ensure!(
        visit.driver()?.find_all(By::Css(".before")).await?.len() == 1,
        "units that nobody decided about say so too"
    );
    let unit = visit.unit("Unit one", |_| true).await?;
    visit.click(&format!("[data-unit=\"{}\"] h3", unit.id)).await?;
    press(visit, "=").await?;
    shows(visit, "the same decision", |unit| holds(unit, "Unit one") && unit["accepted"] != json!([])).await?;
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn suggestions_are_hidden_until_a_unit_is_coded(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    visit.open_options().await?;
    visit.click("#hidden-share option[value='100']").await?;
    visit.notice("Kept").await?;
    let page = visit.open(&visit.server.url("/fixtures/flow.html?hidden")).await?;
    visit.open_panel(&page).await?;
    let unit = visit.unit("Unit one", |unit| unit.codes.is_empty()).await?;
    let veiled = async || Ok::<_, anyhow::Error>(visit.driver()?.find_all(By::Css(".veiled")).await?.len());
    until("all ten to be hidden", async || Ok((veiled().await? == 10).then_some(()))).await?;
    ensure!(visit.driver()?.find_all(By::Css(".card mark")).await?.is_empty(), "words are marked in hidden units");
    visit.go_to(&page).await?;
    ensure!(visit.highlights().await?.iter().all(|it| it.texts.is_empty()), "the page shows what is hidden");
    visit.open_panel(&page).await?;
    visit.click(&format!("[data-unit=\"{}\"] h3", unit.id)).await?;
    // Its own code, by key; then what was suggested is there to be compared.
    press(visit, "y").await?;
    shows(visit, "the code and the suggestion", |unit| {
        holds(unit, "Unit one") && unit["own"] != json!([]) && unit["open"] != json!([])
    })
    .await?;
    ensure!(veiled().await? == 9, "more was revealed than was coded");
    visit.go_to(&page).await?;
    visit.highlighted("kuffar").await?;
    visit.open_options().await?;
    visit.click("#hidden-share option[value='0']").await?;
    visit.notice("Kept").await?;
    visit.click("#measure-bias").await?;
    let rows = until("the comparison", async || {
        let rows = visit.driver()?.find_all(By::Css(".bias dd")).await?;
        Ok((rows.len() == 2).then_some(rows))
    })
    .await?;
    let hidden = rows[1].text().await?;
    ensure!(hidden.contains("of 1 units"), "{hidden}");
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_session_counts_what_is_coded_in_it(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let page = ten(visit, "session").await?;
    visit.click("#session-begin").await?;
    visit.write("session-seed", "#example").await?;
    visit.click("#session-via option[value='hashtag']").await?;
    visit.click("#session-start").await?;
    let running = async |words: &str| {
        until(&format!("the session to say {words}"), async || {
            let line = visit.driver()?.find_all(By::Css(".session .running")).await?;
            Ok(match line.first() {
                Some(line) => line.text().await.unwrap_or_default().contains(words).then_some(()),
                None => None,
            })
        })
        .await
    };
    running("#example").await?;
    let unit = visit.unit("Unit one", |_| true).await?;
    visit.click(&format!("[data-unit=\"{}\"] h3", unit.id)).await?;
    press(visit, "a").await?;
    shows(visit, "the second unit", |unit| holds(unit, "Unit two")).await?;
    press(visit, "n").await?;
    running("2 coded").await?;
    visit.click("#session-end").await?;
    until("the session to end", async || Ok(visit.driver()?.find_all(By::Id("session-begin")).await?.pop())).await?;
    visit.open_options().await?;
    let row = until("the session in the table", async || {
        let rows = visit.driver()?.find_all(By::Css(".sessions tbody tr")).await?;
        Ok(match rows.first() {
            Some(row) => Some(row.text().await?),
            None => None,
        })
    })
    .await?;
    ensure!(row.contains("#example") && row.trim().ends_with('2'), "{row}");
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn an_urgent_flag_shows_what_the_project_says(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    visit.open_options().await?;
    visit.write("project-escalation", "Call the duty desk.").await?;
    press(visit, Key::Tab).await?;
    visit.notice("Kept").await?;
    let page = ten(visit, "urgent").await?;
    press(visit, "!").await?;
    until("the project's words", async || {
        let words = visit.driver()?.find_all(By::Css(".escalation[open] .words")).await?;
        Ok(match words.first() {
            Some(words) => (words.text().await? == "Call the duty desk.").then_some(()),
            None => None,
        })
    })
    .await?;
    visit.click("#escalation-close").await?;
    shows(visit, "the flag", |unit| unit["flagged"] == true).await?;
    press(visit, "!").await?;
    shows(visit, "the flag to be taken back", |unit| unit["flagged"] == false).await?;
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn keys_are_what_the_coder_makes_them(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    visit.open_options().await?;
    visit.click("[data-command=accept] button:not(.link)").await?;
    press(visit, "5").await?;
    visit.notice("key").await?;
    let page = ten(visit, "keys").await?;
    press(visit, "5").await?;
    shows(visit, "the second unit", |unit| holds(unit, "Unit two")).await?;
    press(visit, "k").await?;
    shows(visit, "the first unit, accepted", |unit| holds(unit, "Unit one") && unit["accepted"] != json!([])).await?;
    visit.open_options().await?;
    visit.click("#reset-keys").await?;
    visit.notice("as they ship").await?;
    visit.close(page).await?;
    learns(visit, true).await?;
    Ok(Outcome::Passed)
}
