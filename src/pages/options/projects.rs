//! Projects: which is open, what each keeps, and the file that holds them.
//!
//! Invariants: what is changed is kept at once and said; what cannot be undone is asked for twice; today's date comes from the
//! browser, and a project whose last day has passed says so.

use super::Options;
use super::confirm::confirm;
use crate::export::file_name;
use crate::files::{self, Ended};
use crate::secret::{self, Sealing};
use leptos::ev::SubmitEvent;
use leptos::html;
use leptos::prelude::*;
use postil::exchange::task::{Outcome, Passphrase, Task};
use postil::service::protocol::{Evidence, Project, Request, Response};
use std::sync::Arc;
use wasm_bindgen_futures::spawn_local;
use web_sys::File;

/// What can be kept, with the messages that name and explain it.
const EVIDENCE: [(Evidence, &str, &str); 3] = [
    (Evidence::Full, "full", "options_evidence_full"),
    (Evidence::Quote, "quote", "options_evidence_quote"),
    (Evidence::None, "none", "options_evidence_none"),
];

#[derive(Clone, Copy)]
struct Projects {
    options: Options,
    /// All of them, and the id of the one that is open; absent until they have come.
    listed: RwSignal<Option<(Vec<Project>, String)>>,
    /// How far a file has come, in words.
    busy: RwSignal<Option<String>>,
    fault: RwSignal<Option<String>>,
    sealing: Sealing,
    /// A copy that waits for its passphrase.
    locked: RwSignal<Option<File>, LocalStorage>,
}

pub(super) fn projects(options: Options) -> impl IntoView {
    let projects = Projects {
        options,
        listed: RwSignal::new(None),
        busy: RwSignal::new(None),
        fault: RwSignal::new(None),
        sealing: Sealing::new(options.browser),
        locked: RwSignal::new_local(None),
    };
    projects.ask(Request::Projects, None);
    options.browser.host().on_event(move |_| projects.ask(Request::Projects, None));
    let name = NodeRef::<html::Input>::new();
    let coder = NodeRef::<html::Input>::new();
    let field = move |id: &'static str, label: &str, node: NodeRef<html::Input>| {
        view! {
            <label class="named">
                <span>{options.text(label)}</span>
                <input type="text" id=id maxlength="60" autocomplete="off" required node_ref=node />
            </label>
        }
    };
    let add = move |event: SubmitEvent| {
        event.prevent_default();
        let value = |node: NodeRef<html::Input>| node.get_untracked().map(|field| field.value().trim().to_owned());
        let (Some(name), Some(coder)) = (value(name), value(coder)) else { return };
        let id = options.browser.host().uuid();
        let said = options.browser.fill("options_project_added", &[&name]);
        let project = Project { id: id.clone(), name, coder, ..Project::default() };
        projects.ask(Request::SaveProject { project: project.into() }, None);
        projects.ask(Request::OpenProject { id }, Some(said));
    };
    view! {
        {move || projects.listed.get().map(|(all, open)| projects.list(&all, &open))}
        <details class="more">
            <summary>{options.text("options_project_new")}</summary>
            <form class="add" on:submit=add>
                {field("project-name", "options_project_name", name)}
                {field("project-coder", "options_project_coder", coder)}
                <button type="submit" id="project-add">{options.text("options_project_add")}</button>
            </form>
        </details>
        {projects.copies()}
    }
}

impl Projects {
    fn ask(self, request: Request, said: Option<String>) {
        let host = self.options.browser.host();
        spawn_local(async move {
            match host.request(&request).await {
                Ok(Response::Projects { projects, open }) => {
                    let listed = Some((projects, open));
                    if self.listed.with_untracked(|now| *now != listed) {
                        self.listed.set(listed);
                    }
                    if let Some(said) = said {
                        self.options.notice.set(said);
                    }
                }
                Ok(_) => {}
                Err(failure) => {
                    self.options.notice.set(self.options.browser.fill("options_not_kept", &[&failure.message]));
                    self.listed.update(|_| {});
                }
            }
        });
    }

    fn list(self, all: &[Project], open: &str) -> AnyView {
        let lines = all.iter().map(|project| {
            let is_open = project.id == open;
            let (id, name) = (project.id.clone(), project.name.clone());
            let said = self.options.browser.fill("options_project_open_now", &[&name]);
            let choose = move |_| self.ask(Request::OpenProject { id: id.clone() }, Some(said.clone()));
            view! {
                <li class="book project">
                    <label class="choice">
                        <input type="radio" name="project" prop:checked=is_open on:change=choose />
                        <bdi class="name">{name}</bdi>
                    </label>
                    {self.due(project)}
                    {is_open.then(|| self.details(project))}
                </li>
            }
        });
        view! { <ul class="books" role="list" id="project-list">{lines.collect_view()}</ul> }.into_any()
    }

    fn due(self, project: &Project) -> Option<AnyView> {
        let today: String = self.options.browser.host().now().chars().take(10).collect();
        let day = project.keep_until.clone().filter(|day| *day < today)?;
        Some(view! { <p class="fault">{self.options.browser.fill("options_project_due", &[&day])}</p> }.into_any())
    }

    fn details(self, project: &Project) -> AnyView {
        let options = self.options;
        let project = StoredValue::new(project.clone());
        let change = move |change: &dyn Fn(&mut Project)| {
            let mut changed = project.get_value();
            change(&mut changed);
            self.ask(Request::SaveProject { project: changed.into() }, Some(options.text("options_project_kept")));
        };
        let text = move |label: &str, value: String, set: fn(&mut Project, String)| {
            view! {
                <label class="named">
                    <span>{options.text(label)}</span>
                    <input
                        type="text"
                        maxlength="60"
                        prop:value=value
                        on:change=move |event| change(&|project| set(project, event_target_value(&event)))
                    />
                </label>
            }
        };
        let Project { id, name, coder, evidence, keep_until, pictures, escalation } = project.get_value();
        let kinds = EVIDENCE.map(|(kind, value, label)| {
            view! { <option value=value selected=kind == evidence>{options.text(label)}</option> }
        });
        let kept = move |event| {
            let value = event_target_value(&event);
            let kind = EVIDENCE.iter().find(|(_, name, _)| *name == value).map_or(Evidence::Full, |(kind, ..)| *kind);
            change(&|project| project.evidence = kind);
        };
        let day = move |event| {
            let day = event_target_value(&event);
            change(&|project| project.keep_until = Some(day.clone()).filter(|day| !day.is_empty()));
        };
        let pictured = move |event| {
            let on = event_target_checked(&event);
            change(&|project| project.pictures = on);
        };
        let purge = Arc::new(move || self.purge());
        let said = options.browser.fill("options_project_deleted", &[&name]);
        let delete = Arc::new(move || self.ask(Request::DeleteProject { id: id.clone() }, Some(said.clone())));
        view! {
            <div class="details">
                {text("options_project_name", name.clone(), |project, name| project.name = name)}
                {text("options_project_coder", coder, |project, coder| project.coder = coder)}
                <label class="named">
                    <span>{options.text("options_evidence")}</span>
                    <select id="project-evidence" on:change=kept>{kinds}</select>
                </label>
                <label class="named">
                    <span>{options.text("options_keep_until")}</span>
                    <input type="date" id="project-until" prop:value=keep_until.unwrap_or_default() on:change=day />
                </label>
                {(evidence == Evidence::Full)
                    .then(|| {
                        view! {
                            <label class="choice">
                                <input
                                    type="checkbox"
                                    id="project-pictures"
                                    aria-describedby="pictures-hint"
                                    prop:checked=pictures
                                    on:change=pictured
                                />
                                <span>{options.text("options_pictures")}</span>
                            </label>
                            <p class="hint" id="pictures-hint">{options.text("options_pictures_hint")}</p>
                        }
                    })}
                <label class="named">
                    <span>{options.text("options_escalation")}</span>
                    <textarea
                        id="project-escalation"
                        rows="2"
                        maxlength="2000"
                        dir="auto"
                        placeholder=options.text("options_escalation_hint")
                        prop:value=escalation
                        on:change=move |event| change(&|project| project.escalation = event_target_value(&event))
                    ></textarea>
                </label>
                <div class="actions">
                    <button type="button" id="project-save" on:click=move |_| self.save(vec![project.get_value()])>
                        {options.text("options_project_save")}
                    </button>
                    {confirm(
                        options,
                        "options_purge",
                        options.text("options_purge"),
                        options.text("options_purge_sure"),
                        purge,
                    )}
                    <div class="confirm-delete">
                        {confirm(
                            options,
                            "options_project_delete",
                            options.browser.fill("options_project_delete_named", &[&name]),
                            options.browser.fill("options_project_delete_sure", &[&name]),
                            delete,
                        )}
                    </div>
                </div>
            </div>
        }
        .into_any()
    }

    /// Everything as one file, and back.
    fn copies(self) -> impl IntoView {
        let options = self.options;
        let all = move |_| {
            if let Some((projects, _)) = self.listed.get_untracked() {
                self.save(projects);
            }
        };
        let chosen = move |event: leptos::ev::Event| {
            if let Some(file) = files::chosen(&event) {
                self.restore(file, None);
            }
        };
        view! {
            <div class="add">
                <p class="hint" id="copies-hint">{options.text("options_copies_hint")}</p>
                {self.sealing.view("copy-secret", "options_seal")}
                <div class="field">
                    <button type="button" id="backup" aria-describedby="copies-hint" on:click=all>
                        {options.text("options_backup")}
                    </button>
                    <label class="file">
                        <input
                            type="file"
                            id="restore"
                            accept=".jsonl,.age"
                            aria-label=options.text("options_restore")
                            on:change=chosen
                        />
                        {options.text("options_restore")}
                    </label>
                </div>
                <p class="progress" aria-live="polite">{move || self.busy.get()}</p>
                <p class="fault" aria-live="polite">{move || self.fault.get()}</p>
                {move || self.locked.get().map(|file| self.unlock(file))}
            </div>
        }
    }

    fn unlock(self, file: File) -> AnyView {
        let file = StoredValue::new_local(file);
        let given = move |passphrase| self.restore(file.get_value(), Some(passphrase));
        secret::ask(self.options.browser, "restore-secret", "options_secret_file", "options_open", Arc::new(given))
    }

    fn far(self, number: usize) {
        self.busy.set(Some(self.options.browser.fill("options_copies_running", &[&number.to_string()])));
    }

    fn save(self, projects: Vec<Project>) {
        let Ok(passphrase) = self.sealing.take() else { return };
        let ending = if passphrase.is_some() { "jsonl.age" } else { "jsonl" };
        self.fault.set(None);
        let options = self.options;
        spawn_local(async move {
            match options.exporter.files.carry_out(Task::Copy { projects, passphrase }, None).await {
                Some(Ok((_, file))) => {
                    let host = options.browser.host();
                    host.save_blob(&file_name(&host, "postil-projects", ending), "application/x-ndjson", &file);
                    options.notice.set(options.text("options_backup_done"));
                }
                Some(Err(Ended::Failed(failure))) => self.fault.set(Some(failure.message)),
                _ => {}
            }
        });
    }

    fn restore(self, file: File, passphrase: Option<Passphrase>) {
        self.fault.set(None);
        self.locked.set(None);
        let options = self.options;
        spawn_local(async move {
            match options.exporter.files.carry_out(Task::Restore { passphrase }, Some(file.clone())).await {
                Some(Ok((Outcome::Restored { names }, _))) => {
                    let names = names.join(", ");
                    self.ask(Request::Projects, Some(options.browser.fill("options_restored", &[&names])));
                }
                Some(Err(Ended::Failed(failure))) => {
                    if failure.kind.wants_passphrase() {
                        self.locked.set(Some(file));
                    }
                    self.fault.set(Some(options.browser.fill("options_not_restored", &[&failure.message])));
                }
                _ => {}
            }
        });
    }

    fn purge(self) {
        let host = self.options.browser.host();
        spawn_local(async move {
            let (mut after, mut sum) = (None, 0);
            loop {
                match host.request(&Request::Purge { after, before: None }).await {
                    Ok(Response::Purged { changed, next }) => {
                        sum += changed as usize;
                        self.far(sum);
                        after = next;
                        if after.is_none() {
                            break;
                        }
                    }
                    Ok(_) => break,
                    Err(failure) => {
                        self.fault.set(Some(failure.message));
                        break;
                    }
                }
            }
            self.busy.set(None);
            self.options.notice.set(self.options.browser.count("options_purged_one", "options_purged_other", sum));
        });
    }
}
