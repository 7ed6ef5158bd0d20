//! Pictures of pages: kept where the project wants them, given out with the manifest of evidence, gone with the texts.

use super::archive::{Desktop, secret};
use super::*;
use postil::annotation::record::sha256;
use postil::archive::seal;
use postil::exchange::redaction::Redaction;
use postil::exchange::task::{Outcome, Task};
use postil::exchange::writer::Format;
use std::io::{Cursor, Read};
use zip::ZipArchive;

/// More than are moved at once.
const MANY: u32 = 23;

fn keeping(evidence: Evidence, pictures: bool) -> Desktop {
    let page = Desktop::new();
    page.said(Request::SaveProject { project: Project { evidence, pictures, ..Project::default() }.into() });
    page
}

fn decided(page: &Desktop, decision: Decision) -> bool {
    match page.said(Request::Decide { decision: decision.into() }) {
        Response::Stored { picture, .. } => picture,
        other => panic!("{other:?}"),
    }
}

/// `jpeg <number>` in Base64, for numbers of two digits.
fn keep(number: u32) -> Request {
    let end = ["MA==", "MQ==", "Mg==", "Mw==", "NA==", "NQ==", "Ng==", "Nw==", "OA==", "OQ=="][number as usize % 10];
    let start = ["anBlZyAw", "anBlZyAx", "anBlZyAy"][number as usize / 10];
    let image = format!("data:image/jpeg;base64,{start}{end}");
    Request::KeepPicture { decision: id(number), at: "2026-11-22T10:00:01.000Z".into(), image }
}

fn bytes(number: u32) -> String {
    format!("jpeg {number:02}")
}

fn with_pictures() -> Desktop {
    let page = keeping(Evidence::Full, true);
    for number in 1..=MANY {
        let at = format!("2026-11-{number:02}T10:00:00.000Z");
        assert!(decided(&page, Decision { at, ..decision(number, Action::Assigned) }));
        assert!(matches!(page.said(keep(number)), Response::Stored { .. }));
    }
    page
}

/// The file of evidence, and how many pictures are said to be in it.
fn evidence(page: &Desktop, pictures: bool) -> (usize, Vec<u8>) {
    let (format, redaction) = (Format::Evidence, Redaction::default());
    match page.run(Task::Preview { format, redaction }, &[]).unwrap().0 {
        Outcome::Preview { pictures: shown, .. } => {
            match page.run(Task::Export { format, redaction, pictures, passphrase: None }, &[]).unwrap() {
                (Outcome::Written { pictures: written, damaged: 0, .. }, file) => {
                    assert_eq!(written, if pictures { shown } else { 0 });
                    (shown, file)
                }
                other => panic!("{other:?}"),
            }
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_picture_is_wanted_where_the_project_keeps_whole_texts_and_says_so() {
    for (evidence, pictures, wanted) in [
        (Evidence::Full, true, true),
        (Evidence::Full, false, false),
        (Evidence::Quote, true, false),
        (Evidence::None, true, false),
    ] {
        let page = keeping(evidence, pictures);
        assert_eq!(decided(&page, decision(1, Action::Assigned)), wanted, "{evidence:?}, {pictures}");
        // Sent again it is stored already, and what changes it shows nothing new.
        assert!(!decided(&page, decision(1, Action::Assigned)));
        assert!(!decided(&page, revision(2, Action::Edited, 1)));
        assert_eq!(matches!(page.said(keep(1)), Response::Stored { .. }), wanted, "{evidence:?}, {pictures}");
        assert_eq!(self::evidence(&page, true).0, usize::from(wanted));
    }
}

#[test]
fn what_is_no_picture_of_a_decision_is_refused_and_the_first_one_stays() {
    let page = keeping(Evidence::Full, true);
    decided(&page, decision(1, Action::Assigned));
    let sent = |decision: String, image: String| Request::KeepPicture { decision, at: "2026".into(), image };
    let jpeg = "data:image/jpeg;base64,";
    for (request, says) in [
        (sent(id(1), "data:image/png;base64,anBlZw==".into()), "a picture is a JPEG"),
        (sent(id(1), format!("{jpeg}no base64!")), "a picture is a JPEG"),
        (sent(id(1), format!("{jpeg}{}", "A".repeat(5 << 20))), "characters"),
        (sent("1".into(), format!("{jpeg}anBlZw==")), "of a decision"),
        (keep(2), "there is no decision"),
    ] {
        let Response::Failed { failure } = page.said(request) else { panic!("{says}: it was kept") };
        assert!(failure.message.contains(says), "{}", failure.message);
    }
    assert_eq!(evidence(&page, true).0, 0);
    for number in [1, 2] {
        let Request::KeepPicture { image, .. } = keep(number) else { panic!() };
        page.said(sent(id(1), image));
    }
    let (_, file) = evidence(&page, true);
    let mut zip = ZipArchive::new(Cursor::new(file)).unwrap();
    let mut kept = String::new();
    zip.by_name(&format!("pictures/{}.jpg", id(1))).unwrap().read_to_string(&mut kept).unwrap();
    assert_eq!(kept, bytes(1));
}

#[test]
fn the_manifest_names_every_picture_beside_it() {
    let page = with_pictures();
    let (shown, file) = evidence(&page, true);
    assert_eq!(shown, MANY as usize);
    let mut zip = ZipArchive::new(Cursor::new(file.clone())).unwrap();
    let mut manifest = String::new();
    zip.by_name("manifest.csv").unwrap().read_to_string(&mut manifest).unwrap();
    let mut rows = csv::Reader::from_reader(manifest.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<BTreeMap<String, String>> = rows.deserialize().map(Result::unwrap).collect();
    assert_eq!((rows.len(), zip.len()), (MANY as usize, MANY as usize + 1));
    for (row, number) in rows.iter().zip(1..) {
        let mut kept = String::new();
        zip.by_name(&row["picture"]).unwrap().read_to_string(&mut kept).unwrap();
        assert_eq!((row["decision"].clone(), kept.clone()), (id(number), bytes(number)));
        assert_eq!(row["picture_sha256"], sha256(&kept));
        assert_eq!(row["picture_taken_at"], "2026-11-22T10:00:01.000Z");
    }
    assert_eq!(evidence(&page, true).1, file, "the same records are other bytes");

    let (format, redaction) = (Format::Evidence, Redaction::default());
    let sealed = Task::Export { format, redaction, pictures: true, passphrase: secret("of the archive") };
    let sealed = page.run(sealed, &[]).unwrap().1;
    let mut opened = Vec::new();
    let words = secret("of the archive");
    seal::opened(Box::new(Cursor::new(sealed)), words.as_ref()).unwrap().read_to_end(&mut opened).unwrap();
    assert_eq!(opened, file);

    let plain = String::from_utf8(evidence(&page, false).1).unwrap();
    assert!(plain.lines().count() == rows.len() + 1 && !plain.contains("pictures/"), "{plain}");
}

#[test]
fn pictures_are_in_the_copy_of_a_project_and_go_with_its_texts() {
    let page = with_pictures();
    let file = page.run(Task::Copy { projects: page.projects(), passphrase: None }, &[]).unwrap().1;
    let other = Desktop::new();
    other.run(Task::Restore { passphrase: None }, &file).unwrap();
    assert_eq!(evidence(&other, true), evidence(&page, true));

    let purge = |before: Option<&str>| {
        page.said(Request::Purge { after: None, before: before.map(str::to_owned) });
        evidence(&page, true)
    };
    let (left, file) = purge(Some("2026-11-11"));
    assert_eq!(left, MANY as usize - 10);
    let zip = ZipArchive::new(Cursor::new(file)).unwrap();
    assert!(!zip.file_names().flatten().any(|name| name.contains(&id(10))), "a picture that was purged is in the file");
    assert!(zip.file_names().flatten().any(|name| name.contains(&id(11))));
    assert_eq!(purge(None).0, 0);
}

#[test]
fn what_a_copy_says_of_a_picture_is_not_believed() {
    let page = with_pictures();
    let whole = match page.said(Request::Dump { project: Project::FIRST.into(), after: None, limit: 500 }) {
        Response::Dump { entries, .. } => entries,
        other => panic!("{other:?}"),
    };
    let picture = |key: &str, decision: &str, hash: &str| {
        let Request::KeepPicture { image, at, .. } = keep(1) else { panic!() };
        let value = serde_json::json!({ "decision": decision, "at": at, "sha256": hash, "image": image });
        Stored { key: format!("picture:{key}"), value }
    };
    let right = sha256(&bytes(1));
    let hostile = [
        picture("x", "../../x", &right),
        picture(&id(1), &id(2), &right),
        picture(&id(3), &id(3), &sha256("another")),
        picture(&id(4), &id(4), &right),
    ];
    let kept = whole.read().unwrap().into_iter().filter(|entry| !entry.key.starts_with("picture:"));
    page.said(Request::Restore { project: id(90), entries: kept.chain(hostile).collect::<Vec<_>>().into() });
    page.said(Request::Adopt { projects: vec![Project { id: id(90), ..Project::default() }].into() });
    let task =
        Task::Export { format: Format::Evidence, redaction: Redaction::default(), pictures: true, passphrase: None };
    let (outcome, file) = page.run(task, &[]).unwrap();
    assert!(matches!(outcome, Outcome::Written { pictures: 1, .. }), "{outcome:?}");
    let zip = ZipArchive::new(Cursor::new(file)).unwrap();
    let names: Vec<String> = zip.file_names().flatten().map(Into::into).collect();
    assert_eq!(names, [format!("pictures/{}.jpg", id(4)), "manifest.csv".into()]);
}

#[test]
fn no_picture_comes_after_its_text_was_taken_out() {
    let page = keeping(Evidence::Full, true);
    assert!(decided(&page, decision(1, Action::Assigned)));
    page.said(Request::Purge { after: None, before: None });
    assert!(matches!(page.said(keep(1)), Response::Failed { .. }));
    assert_eq!(evidence(&page, true).0, 0);
}
