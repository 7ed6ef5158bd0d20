//! Whole files through the service: what leaves comes back, and only with its passphrase.

use super::*;
use postil::archive::{self, Desk};
use postil::exchange::redaction::Redaction;
use postil::exchange::task::{Coming, Look, Outcome, Passphrase, Task};
use postil::exchange::writer::Format;
use postil::service::projects::Projects;
use postil::service::vault::Derivation;
use std::io::Cursor;

/// A page over a store of its own.
pub(super) struct Desktop {
    projects: Projects<Memory>,
    uuids: Cell<u32>,
    /// The last word on how far the task is.
    told: Cell<usize>,
}

impl Desktop {
    pub(super) fn new() -> Self {
        Self { projects: Projects::of(service(Memory::default())), uuids: Cell::new(900), told: Cell::new(0) }
    }

    pub(super) fn said(&self, request: Request) -> Response {
        pollster::block_on(self.projects.handle(request)).response
    }

    pub(super) fn decide(&self, decision: Decision) {
        let response = self.said(Request::Decide { decision: decision.into() });
        assert!(matches!(response, Response::Stored { .. }), "{response:?}");
    }

    /// Carries out a task on a file; gives what came of it, and the file that it wrote.
    pub(super) fn run(&self, task: Task, file: &[u8]) -> Result<(Outcome, Vec<u8>), Failure> {
        let mut written = Vec::new();
        let input = Box::new(Cursor::new(file.to_vec()));
        pollster::block_on(archive::run(task, self, input, &mut written)).map(|outcome| (outcome, written))
    }

    fn export(&self, format: Format, passphrase: Option<Passphrase>) -> Vec<u8> {
        let task = Task::Export { format, redaction: Redaction::default(), pictures: true, passphrase };
        self.run(task, &[]).unwrap().1
    }

    pub(super) fn projects(&self) -> Vec<Project> {
        match self.said(Request::Projects) {
            Response::Projects { projects, .. } => projects,
            other => panic!("{other:?}"),
        }
    }
}

impl Desk for Desktop {
    async fn ask(&self, request: Request) -> Result<Response, Failure> {
        match self.projects.handle(request).await.response {
            Response::Failed { failure } => Err(failure),
            response => Ok(response),
        }
    }

    fn told(&self, done: usize) {
        self.told.set(done);
    }

    fn uuid(&self) -> String {
        self.uuids.set(self.uuids.get() + 1);
        id(self.uuids.get())
    }

    fn now(&self) -> String {
        "2026-11-22T12:00:00.000Z".into()
    }
}

pub(super) fn secret(words: &str) -> Option<Passphrase> {
    Some(Passphrase(words.into()))
}

/// A page with a few decisions, one of them by somebody on the page.
fn coded() -> Desktop {
    let page = Desktop::new();
    page.decide(Decision {
        author: Some("@somebody".into()),
        memo: Some("A note.".into()),
        ..decision(1, Action::Assigned)
    });
    page.decide(decision(2, Action::NoneApplies));
    page.decide(Decision { memo: Some("Another.".into()), ..revision(3, Action::Edited, 1) });
    page
}

#[test]
fn every_format_is_written_whole_and_the_same_under_a_passphrase() {
    let page = coded();
    for format in Format::ALL {
        let plain = page.export(format, None);
        assert!(!plain.is_empty(), "{}", format.name());
        assert!(page.told.get() == 3, "{} of 3 records told", page.told.get());
        let sealed = page.export(format, secret("the right one"));
        assert!(sealed.starts_with(b"age-encryption.org/v1\n-> scrypt "), "{}", format.name());
        let identity = age::scrypt::Identity::new(age::secrecy::SecretString::from("the right one".to_owned()));
        assert_eq!(age::decrypt(&identity, &sealed).unwrap(), plain, "{}", format.name());
    }
}

#[test]
fn codes_of_a_refi_codebook_have_their_names_and_meanings() {
    let page = coded();
    let file = String::from_utf8(page.export(Format::Qdc, None)).unwrap();
    let Response::Codebooks { codebooks, .. } = page.said(Request::Codebooks) else { panic!("no codebooks") };
    for code in &codebooks[0].codes {
        assert!(
            file.contains(&format!("name=\"{}\"", code.label.replace('&', "&amp;").replace('\'', "&apos;"))),
            "{}",
            code.label
        );
    }
}

#[test]
fn a_preview_says_what_the_file_then_holds() {
    let page = coded();
    let looked = |redaction| {
        let task = Task::Preview { format: Format::JsonLines, redaction };
        match page.run(task, &[]) {
            Ok((Outcome::Preview { leaves, damaged: 0, .. }, file)) if file.is_empty() => leaves,
            other => panic!("{other:?}"),
        }
    };
    let all = looked(Redaction::default());
    assert_eq!((all.records, all.annotations, all.units, all.pages), (3, 1, 1, 1));
    let memo = |redaction| looked(redaction).fields.iter().any(|field| field.field == "memo");
    assert!(memo(Redaction::default()) && !memo(Redaction { memo: true, ..Redaction::default() }));
}

#[test]
fn what_cannot_be_read_is_counted_and_given_as_it_is() {
    let page = coded();
    // As it could come about on a disk: a record that is half of one.
    let broken = Stored { key: format!("log:{}", id(4)), value: serde_json::json!({ "id": id(4) }) };
    let whole: Vec<Stored> = match page.said(Request::Dump { project: Project::FIRST.into(), after: None, limit: 500 })
    {
        Response::Dump { entries, .. } => entries.read().unwrap().into_iter().chain([broken.clone()]).collect(),
        other => panic!("{other:?}"),
    };
    let project = Project { id: id(5), name: "Mended".into(), ..Project::default() };
    page.said(Request::Restore { project: id(5), entries: whole.into() });
    page.said(Request::Adopt { projects: vec![project].into() });
    let task = Task::Export { format: Format::Csv, redaction: Redaction::default(), pictures: true, passphrase: None };
    assert_eq!(page.run(task, &[]).unwrap().0, Outcome::Written { records: 3, pictures: 0, damaged: 1 });
    let (outcome, file) = page.run(Task::Damaged, &[]).unwrap();
    assert_eq!(outcome, Outcome::Written { records: 1, pictures: 0, damaged: 0 });
    let line: Damaged = serde_json::from_slice(&file).unwrap();
    assert_eq!((line.key, serde_json::from_str(&line.value).ok()), (broken.key, Some(broken.value)));
}

#[test]
fn a_copy_comes_back_and_links_authors_only_if_it_was_encrypted() {
    for passphrase in [None, secret("of the team")] {
        let page = coded();
        let task = Task::Copy { projects: page.projects(), passphrase: passphrase.clone() };
        let file = page.run(task, &[]).unwrap().1;
        let other = Desktop::new();
        let names = vec!["My project".to_owned()];
        let restored = other.run(Task::Restore { passphrase: passphrase.clone() }, &file).unwrap().0;
        assert_eq!(restored, Outcome::Restored { names });
        // Nothing is lost or doubled.
        assert_eq!(other.export(Format::JsonLines, None), page.export(Format::JsonLines, None));
        let counts = match other.said(Request::Authors { url: super::page().url, names: vec!["@somebody".into()] }) {
            Response::Authors { authors } => authors[0].all.coded,
            other => panic!("{other:?}"),
        };
        assert_eq!(counts > 0, passphrase.is_some(), "{passphrase:?}: a name is linked to {counts} units");
    }
}

#[test]
fn a_wrong_passphrase_is_told_apart_from_damage_and_changes_nothing() {
    let page = coded();
    let file = page.run(Task::Copy { projects: page.projects(), passphrase: secret("right") }, &[]).unwrap().1;
    let kind = |passphrase: Option<Passphrase>, file: &[u8]| {
        let failure = page.run(Task::Restore { passphrase }, file).unwrap_err();
        assert_eq!(page.projects().len(), 1, "something was restored");
        failure.kind
    };
    assert_eq!(kind(None, &file), FailureKind::Locked);
    assert_eq!(kind(secret("wrong"), &file), FailureKind::WrongPassphrase);
    let payload = file.windows(5).position(|window| window == b"\n--- ").unwrap();
    let mac = payload + 10;
    for at in [mac, payload + 60, payload + 80, file.len() / 2, file.len() - 1] {
        let mut damaged = file.clone();
        damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
        assert_eq!(kind(secret("right"), &damaged), FailureKind::Damaged, "a changed byte {at} of {}", file.len());
    }
    // The head ends with the MAC's line and a nonce of 16 bytes.
    let head = payload + 5 + 43 + 1 + 16;
    for length in [file.len() - 1, file.len() / 2, head + 1, head, head - 1, 40] {
        assert_eq!(kind(secret("right"), &file[..length]), FailureKind::Damaged, "cut to {length}");
    }
}

#[test]
fn keys_are_those_of_argon2id() {
    // Source: test.c of the reference implementation (phc-winner-argon2), version 0x13, m = 2^8 KiB.
    let cases = [
        (1, "9dfeb910e80bad0311fee20f9c0e2b12c17987b4cac90c2ef54d5b3021c68bfe"),
        (2, "6d093c501fd5999645e0ea3bf620d7b8be7fd2db59c20d9fff9539da2bf57037"),
    ];
    let page = Desktop::new();
    for (lanes, expected) in cases {
        let derivation =
            Derivation { name: "argon2id".into(), memory: 256, passes: 2, lanes, salt: hex::encode("somesalt") };
        let task = Task::Key { passphrase: Passphrase("password".into()), derivation: Some(derivation.clone()) };
        let Outcome::Key { key, derivation: said } = page.run(task, &[]).unwrap().0 else { panic!("no key") };
        assert_eq!((key.as_str(), said), (expected, derivation));
    }
}

#[test]
fn a_new_key_has_a_salt_of_its_own_and_comes_again_from_what_is_said_of_it() {
    let page = Desktop::new();
    let key = |words: &str, derivation| {
        let task = Task::Key { passphrase: Passphrase(words.into()), derivation };
        match page.run(task, &[]) {
            Ok((Outcome::Key { key, derivation }, _)) => (key, derivation),
            other => panic!("{other:?}"),
        }
    };
    let (first, derivation) = key("the same words", None);
    let (other, another) = key("the same words", None);
    assert!(first != other && derivation.salt != another.salt, "two keys of one salt");
    assert_eq!(key("the same words", Some(derivation.clone())).0, first);
    assert_ne!(key("other words", Some(derivation)).0, first);
}

fn look(page: &Desktop, file: &[u8]) -> Look {
    match page.run(Task::Look { file: Coming::default() }, file) {
        Ok((Outcome::Looked { look: Some(look), .. }, _)) => look,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_looked_at_is_what_comes_in_and_comes_in_once() {
    let (page, other) = (coded(), Desktop::new());
    other.decide(decision(7, Action::Rejected));
    for format in [Format::JsonLines, Format::JsonLd] {
        let file = page.export(format, None);
        let before = look(&other, &file);
        let known = if format == Format::JsonLines { 0 } else { 3 };
        assert_eq!((before.report.records, before.known, before.conflicting), (3, known, 0));
        let done = other.run(Task::Import { file: Coming::default() }, &file).unwrap().0;
        assert_eq!(done, Outcome::Imported { added: 3 - known, known, conflicts: 0 });
        assert_eq!(look(&other, &file).known, 3);
    }
    assert_eq!(other.export(Format::JsonLines, None).split(|byte| *byte == b'\n').count(), 5);
}

#[test]
fn what_says_something_else_is_shown_and_kept_beside() {
    let (page, other) = (coded(), coded());
    other.decide(Decision { memo: Some("Here.".into()), ..decision(8, Action::Assigned) });
    page.decide(Decision { memo: Some("There.".into()), ..decision(8, Action::Assigned) });
    let file = page.export(Format::JsonLines, None);
    let before = look(&other, &file);
    assert_eq!((before.known, before.conflicting, before.conflicts.len()), (3, 1, 1));
    assert_eq!((before.conflicts[0].id.clone(), before.conflicts[0].fields.clone()), (id(8), vec!["memo".to_owned()]));
    let done = other.run(Task::Import { file: Coming::default() }, &file).unwrap().0;
    assert_eq!(done, Outcome::Imported { added: 0, known: 3, conflicts: 1 });
    let both = String::from_utf8(other.export(Format::JsonLines, None)).unwrap();
    assert!(both.contains("Here.") && both.contains("There."), "{both}");
}

#[test]
fn what_the_project_does_not_keep_is_no_conflict_and_is_said() {
    for evidence in [Evidence::Full, Evidence::Quote, Evidence::None] {
        let (page, file) = (coded(), coded().export(Format::JsonLines, None));
        page.said(Request::SaveProject { project: Project { evidence, ..page.projects().remove(0) }.into() });
        assert_eq!(
            page.said(Request::Purge { after: None, before: None }),
            Response::Purged { changed: 3, next: None }
        );
        let before = look(&page, &file);
        assert_eq!((before.known, before.conflicting), (3, 0), "{evidence:?}");
        let lost: Vec<usize> = before.report.remarks.iter().filter(|it| it.lost).map(|it| it.count).collect();
        let words = match evidence {
            Evidence::Full => vec![3],
            // One is about a whole unit, and has no quote.
            Evidence::Quote => vec![2],
            Evidence::None => vec![],
        };
        assert_eq!(lost, words, "{evidence:?}");
        let done = page.run(Task::Import { file: Coming::default() }, &file).unwrap().0;
        assert_eq!(done, Outcome::Imported { added: 0, known: 3, conflicts: 0 }, "{evidence:?}");
    }
}

#[test]
fn labels_of_another_tool_are_asked_about_before_they_come_in() {
    let page = Desktop::new();
    let file = br#"{"id": 1, "text": "Long live the khilafah.", "label": [[14, 22, "state"]]}"#;
    let mut coming = Coming::default();
    let looked = |coming: &Coming| match page.run(Task::Look { file: coming.clone() }, file) {
        Ok((Outcome::Looked { look, .. }, _)) => Ok(look),
        Ok(other) => panic!("{other:?}"),
        Err(failure) => Err(failure.message),
    };
    assert_eq!(looked(&coming), Ok(None), "no codebook was asked for");
    coming.codebook = Some("militant-jihad".into());
    assert!(looked(&coming).unwrap_err().contains("name the coder"));
    coming.coder = Some("ben".into());
    let look = looked(&coming).unwrap().unwrap();
    assert_eq!(
        (look.report.records, look.report.unknown.into_iter().collect::<Vec<_>>()),
        (0, vec!["state".to_owned()])
    );
    coming.mapped = vec![("state".into(), "caliphate-advocacy".into())];
    assert_eq!(looked(&coming).unwrap().unwrap().report.records, 1);
    let done = page.run(Task::Import { file: coming }, file).unwrap().0;
    assert_eq!(done, Outcome::Imported { added: 1, known: 0, conflicts: 0 });
    let codes = page.export(Format::Csv, None);
    assert!(String::from_utf8(codes).unwrap().contains("caliphate-advocacy"));
}

#[test]
fn a_file_that_is_no_file_of_records_says_so() {
    let page = Desktop::new();
    for file in ["", "{}", "words", "{\"log\": 1}", "[1, 2]"] {
        let failure = page.run(Task::Look { file: Coming::default() }, file.as_bytes());
        assert!(
            matches!(
                failure,
                Err(Failure { kind: FailureKind::Invalid, .. }) | Ok((Outcome::Looked { look: None, .. }, _))
            ),
            "{file}: {failure:?}"
        );
    }
}
