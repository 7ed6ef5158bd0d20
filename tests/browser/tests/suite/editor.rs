//! The editor of codebooks: from a codebook of one's own to its next version, and the decisions made with it.

use super::Suite;
use super::files::saved;
use super::options::choose;
use anyhow::{Result, ensure};
use postil::codebook::format;
use postil_browser::runner::Outcome;
use postil_browser::visit::Visit;
use postil_browser::wait::until;
use thirtyfour::{By, Key, TypingData};

/// Waits until what a selector finds says this, or something with it.
async fn says(visit: &Visit, selector: &str, words: &str) -> Result<()> {
    let driver = visit.driver()?;
    until(&format!("{selector} to say {words:?}"), async || {
        for element in driver.find_all(By::Css(selector)).await? {
            // Drawn anew between the two questions, it is asked again.
            let Ok(text) = element.text().await else { return Ok(None) };
            if text.contains(words) {
                return Ok(Some(()));
            }
        }
        Ok(None)
    })
    .await
}

/// Waits until there is this, or is not.
async fn there(visit: &Visit, selector: &str, is: bool) -> Result<()> {
    let driver = visit.driver()?;
    until(&format!("{selector} to be there: {is}"), async || {
        Ok((driver.find_all(By::Css(selector)).await?.is_empty() != is).then_some(()))
    })
    .await
}

/// Writes into a field in place of what it says.
async fn rewrite(visit: &Visit, id: &str, words: &str) -> Result<()> {
    let driver = visit.driver()?;
    let field = until(&format!("the field {id}"), async || Ok(driver.find_all(By::Id(id)).await?.pop())).await?;
    field.clear().await?;
    Ok(field.send_keys(words).await?)
}

/// Has the options open the editor of a codebook in its tab, and goes there.
async fn open(visit: &Visit, codebook: &str) -> Result<()> {
    visit.open_options().await?;
    visit.click(&format!("[data-codebook='{codebook}'] .edit")).await?;
    let driver = visit.driver()?;
    until("the tab of the editor", async || {
        for window in driver.windows().await? {
            driver.switch_to_window(window).await?;
            if driver.current_url().await?.as_str().contains("/editor.html#") {
                return Ok(Some(()));
            }
        }
        Ok(None)
    })
    .await
}

pub(super) async fn a_codebook_is_edited_tried_and_kept_as_a_version(suite: &mut Suite) -> Result<Outcome> {
    const TERMS: &str = "f-code-0-indicator-0-terms";
    let visit = &suite.visit;
    let page = visit.open(&visit.server.url("/fixtures/own.html?edited")).await?;
    visit.open_options().await?;
    choose(visit, "own.toml", ".outcome .done:last-child").await?;
    visit.go_to(&page).await?;
    visit.highlighted("zibblewort").await?;
    visit.open_panel(&page).await?;
    let unit = visit.unit("Example one", |unit| unit.codes.iter().any(|row| row.code == "invented-plant")).await?;
    visit.click(&format!("[data-unit=\"{}\"] button.accept", unit.id)).await?;
    visit.unit("Example one", |unit| unit.accepted()).await?;

    open(visit, "example-plants").await?;
    let driver = visit.driver()?;
    visit.click("[role=treeitem][data-code='invented-plant']").await?;
    visit.click("#f-code-0-indicator-0").await?;
    // A fault stands beside its field, in the list, and at the code.
    rewrite(visit, "f-code-0-indicator-0-weight", "11").await?;
    says(visit, "#f-code-0-indicator-0-weight-fault", "above 0 and at most 10").await?;
    there(visit, "#f-code-0-indicator-0-weight[aria-invalid=true]", true).await?;
    there(visit, "[data-code='invented-plant'] .faulty", true).await?;
    visit.click("[aria-current=true], .editor-parts .part").await?;
    visit.click(".editor-faults .link").await?;
    until("the focus on the field", async || {
        Ok((driver.active_element().await?.id().await?.as_deref() == Some("f-code-0-indicator-0-weight")).then_some(()))
    })
    .await?;
    rewrite(visit, "f-code-0-indicator-0-weight", "2.5").await?;
    there(visit, "#editor-faults-count[data-faults='0']", true).await?;

    // A text is read with the draft as it is.
    visit.write("editor-try", "A jar of frostmoss.").await?;
    says(visit, ".editor-read", "Nothing is found").await?;
    visit.click(&format!("#{TERMS}-add")).await?;
    visit.write(&format!("{TERMS}-1-text"), "frostmoss").await?;
    says(visit, ".editor-read mark[data-code='invented-plant']", "frostmoss").await?;

    visit.click("#f-code-0-positive-add").await?;
    visit.write("f-code-0-positive-0", "Nothing of the kind.").await?;
    visit.click("#editor-check").await?;
    says(visit, ".editor-examples .fails .why", "nothing of the code is found").await?;
    rewrite(visit, "f-code-0-positive-0", "A jar of frostmoss.").await?;
    says(visit, ".editor-examples .holds .why", "frostmoss").await?;
    visit.click("#f-code-0-positive-add").await?;
    for (button, is) in [("undo", false), ("redo", true), ("undo", false)] {
        visit.click(&format!("#editor-{button}")).await?;
        there(visit, "#f-code-0-positive-1", is).await?;
    }

    // A draft survives its page.
    driver.refresh().await?;
    says(visit, "#editor-state", "not saved").await?;
    visit.click("#editor-save").await?;
    says(visit, ".editor-changes", "code `invented-plant` › indicator `zibblewort` › term `frostmoss`: added").await?;
    says(visit, ".editor-changes", "positive: added “A jar of frostmoss.”").await?;
    rewrite(visit, "editor-version", "0.1.0").await?;
    visit.click("#editor-save-now").await?;
    says(visit, "#editor-save-fault", "0.1.0").await?;
    rewrite(visit, "editor-version", "0.1.1").await?;
    visit.click("#editor-save-now").await?;
    says(visit, "#editor-state", "All is saved").await?;

    // A code gets another id, and what was decided follows on the coder's word.
    visit.click("[role=treeitem][data-code='invented-plant']").await?;
    rewrite(visit, "f-code-0-id", "made-up-plant").await?;
    driver.active_element().await?.send_keys(Key::Tab + "").await?;
    there(visit, "[role=treeitem][data-code='made-up-plant']", true).await?;
    visit.click("#editor-save").await?;
    says(visit, ".editor-changes", "code `invented-plant`: renamed to `made-up-plant`").await?;
    rewrite(visit, "editor-version", "0.2.0").await?;
    visit.click("#editor-save-now").await?;
    says(visit, "#editor-fates-gone [data-code='invented-plant']", "1 decision").await?;
    visit.click("#editor-migrate-now").await?;
    says(visit, ".notice", "1 decision has its new code").await?;
    there(visit, "#editor-fates-gone [data-code='invented-plant']", false).await?;

    // What is written reads as what it is, and the versions are there.
    visit.click("#editor-toml").await?;
    let (file, written) =
        saved(visit, ["example-plants-0.2.0", ".toml"], |bytes| format::read(std::str::from_utf8(bytes).ok()?).ok())
            .await?;
    ensure!(written.codes[0].id == "made-up-plant" && written.version == "0.2.0", "{written:?}");
    rewrite(visit, "f-code-0-label", "Something else").await?;
    says(visit, "#editor-state", "not saved").await?;
    driver.find(By::Id("editor-file")).await?.send_keys(file.to_string_lossy()).await?;
    says(visit, "#editor-state", "All is saved").await?;
    visit.click("#editor-history").await?;
    for version in ["0.2.0", "0.1.1", "0.1.0"] {
        there(visit, &format!(".editor-versions [data-version='{version}']"), true).await?;
    }
    visit.click(".editor-versions [data-version='0.1.0'] .compare").await?;
    says(visit, ".editor-versions .editor-changes", "renamed to `made-up-plant`").await?;
    driver.close_window().await?;

    // A suggestion that was accepted and then given another code is a code of the coder's own.
    visit.open_panel(&page).await?;
    there(visit, "[data-assigned='made-up-plant']", true).await?;
    visit.open_options().await?;
    visit.click("[data-codebook='example-plants'] .remove").await?;
    visit.click("[data-codebook='example-plants'] .danger").await?;
    there(visit, "[data-codebook='example-plants']", false).await?;
    visit.close(page).await?;
    Ok(Outcome::Passed)
}

pub(super) async fn a_new_codebook_is_begun_and_its_codes_are_moved_by_keys(suite: &mut Suite) -> Result<Outcome> {
    let visit = &suite.visit;
    let driver = visit.driver()?;
    visit.go_to_base().await?;
    driver.goto(format!("{}/editor.html", visit.origin())).await?;
    visit.write("editor-title", "Garden talk").await?;
    visit.click("#editor-begin").await?;
    says(visit, "#editor-state", "never saved").await?;
    ensure!(driver.current_url().await?.as_str().ends_with("#garden-talk"), "the address names the codebook");
    for (number, label) in ["Herbs", "Trees"].into_iter().enumerate() {
        visit.click("#editor-code-add").await?;
        rewrite(visit, &format!("f-code-{number}-label"), label).await?;
        says(visit, &format!("#editor-tree-{number}"), label).await?;
    }
    let key = async |keys: TypingData| -> Result<()> { Ok(driver.active_element().await?.send_keys(keys).await?) };
    visit.click("#editor-tree-1").await?;
    key(Key::Alt + Key::Up).await?;
    says(visit, "#editor-tree-0", "Trees").await?;
    let focused = async |id: &str| {
        until("the focus to go with the code", async || {
            Ok((driver.active_element().await?.id().await?.as_deref() == Some(id)).then_some(()))
        })
        .await
    };
    focused("editor-tree-0").await?;
    key(Key::Down + "").await?;
    there(visit, "#editor-tree-1[aria-selected=true]", true).await?;
    focused("editor-tree-1").await?;
    key(Key::Alt + Key::Right).await?;
    there(visit, "#editor-tree-1[aria-level='2']", true).await?;
    focused("editor-tree-1").await?;
    key(Key::Delete + "").await?;
    visit.click(".editor-parts .danger").await?;
    there(visit, "#editor-tree-1", false).await?;
    visit.click("#editor-undo").await?;
    there(visit, "#editor-tree-1[aria-level='2']", true).await?;
    // What is not saved is asked about when the page is left; it goes with its tab.
    visit.open_options().await?;
    Ok(Outcome::Passed)
}
