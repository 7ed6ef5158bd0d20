//! Several projects in one store: apart, whole, and gone when they are deleted.

use super::*;
use postil::service::keys::FACE;
use postil::service::projects::Projects;
use serde_json::json;

type Desk = Projects<Shared>;

fn desk(store: &Rc<Memory>) -> Desk {
    Projects::of(service(Shared(Rc::clone(store))))
}

fn ask_all(desk: &Desk, request: Request) -> Answer {
    pollster::block_on(desk.handle(request))
}

fn said(desk: &Desk, request: Request) -> Response {
    ask_all(desk, request).response
}

fn fails(desk: &Desk, request: Request) -> String {
    match said(desk, request) {
        Response::Failed { failure } => failure.message,
        other => panic!("{other:?}"),
    }
}

fn project(number: u32, name: &str) -> Project {
    Project { id: id(number), name: name.into(), coder: format!("coder-{name}"), ..Project::default() }
}

fn save(desk: &Desk, project: Project) {
    let response = said(desk, Request::SaveProject { project: project.into() });
    assert!(matches!(response, Response::Projects { .. }), "{response:?}");
}

fn open(desk: &Desk, id: &str) {
    let Answer { response, event } = ask_all(desk, Request::OpenProject { id: id.into() });
    assert!(matches!(&response, Response::Projects { open, .. } if open == id), "{response:?}");
    assert!(matches!(event, Some(Event::Changed { .. })), "pages are not told to read again");
}

fn listed(desk: &Desk) -> (Vec<String>, String) {
    match said(desk, Request::Projects) {
        Response::Projects { projects, open } => (projects.into_iter().map(|it| it.name).collect(), open),
        other => panic!("{other:?}"),
    }
}

fn put(desk: &Desk, decision: Decision) {
    let response = said(desk, Request::Decide { decision: decision.into() });
    assert!(matches!(response, Response::Stored { .. }), "{response:?}");
}

fn all(desk: &Desk) -> Vec<Record> {
    match said(desk, Request::Records { after: None, limit: 500 }) {
        Response::Records { records, .. } => records.read().unwrap(),
        other => panic!("{other:?}"),
    }
}

fn coders(desk: &Desk) -> Vec<String> {
    all(desk).into_iter().map(|record| record.log.coder).collect()
}

fn dump(desk: &Desk, project: &str) -> Vec<Stored> {
    let (mut dumped, mut after) = (Vec::new(), None);
    loop {
        match said(desk, Request::Dump { project: project.into(), after, limit: 2 }) {
            Response::Dump { entries, next } => {
                dumped.extend(entries.read().unwrap());
                if next.is_none() {
                    return dumped;
                }
                after = next;
            }
            other => panic!("{other:?}"),
        }
    }
}

fn raw(store: &Rc<Memory>) -> BTreeMap<String, Value> {
    let keys = pollster::block_on(store.keys()).unwrap();
    let values = pollster::block_on(store.get(keys.clone())).unwrap();
    keys.into_iter().zip(values.into_iter().flatten()).collect()
}

#[test]
fn each_project_has_its_own_records_settings_and_coder() {
    let store = Rc::new(Memory::default());
    let one = desk(&store);
    put(&one, decision(1, Action::Accepted));
    save(&one, project(70, "second"));
    assert_eq!(listed(&one), (vec!["My project".into(), "second".into()], "first".into()));
    open(&one, &id(70));
    assert!(all(&one).is_empty());
    put(&one, decision(2, Action::Accepted));
    let settings = Settings { quiet: true, ..Settings::default() };
    said(&one, Request::SetSettings { settings: settings.into() });
    assert_eq!(coders(&one), ["coder-second"]);
    assert_eq!(
        raw(&store)[FACE],
        json!({ "quiet": true, "sitesOff": [], "taught": [], "adaptersOff": [], "counting": false })
    );
    // What was opened stays open, and what is shown to pages follows.
    let two = desk(&store);
    assert_eq!(coders(&two), ["coder-second"]);
    open(&two, "first");
    assert_eq!(coders(&two), ["coder-1"]);
    assert_eq!(
        raw(&store)[FACE],
        json!({ "quiet": false, "sitesOff": [], "taught": [], "adaptersOff": [], "counting": false })
    );
}

#[test]
fn each_project_leaves_its_own_sites_alone() {
    let store = Rc::new(Memory::default());
    let desk = desk(&store);
    let shown = || raw(&store)[FACE]["sitesOff"].clone();
    let leave_alone = |sites: &[&str]| {
        let sites_off = sites.iter().map(|&site| site.into()).collect();
        said(&desk, Request::SetSettings { settings: Settings { sites_off, ..Settings::default() }.into() });
        assert_eq!(shown(), json!(sites), "scripts are told at once");
    };
    leave_alone(&["https://one.example/*"]);
    save(&desk, project(70, "second"));
    open(&desk, &id(70));
    assert_eq!(shown(), json!([]), "a new project reads what is allowed, and nothing is told of another");
    leave_alone(&["https://two.example/*", "file:///*"]);
    open(&desk, "first");
    assert_eq!(shown(), json!(["https://one.example/*"]));
    // What a project leaves alone goes with it, and is told no longer once it is gone.
    let stored = dump(&desk, &id(70)).into_iter().find(|entry| entry.key == "settings").unwrap();
    assert_eq!(stored.value["sitesOff"], json!(["https://two.example/*", "file:///*"]));
    said(&desk, Request::DeleteProject { id: "first".into() });
    assert_eq!(shown(), stored.value["sitesOff"]);
}

#[test]
fn a_decision_goes_to_the_project_that_was_open_when_it_was_sent() {
    let store = Rc::new(Memory::default());
    let one = desk(&store);
    save(&one, project(70, "second"));
    let requests = [
        Request::Decide { decision: decision(1, Action::Accepted).into() },
        Request::OpenProject { id: id(70) },
        Request::Decide { decision: decision(2, Action::Accepted).into() },
    ];
    together(requests.into_iter().map(|request| one.handle(request)));
    let here = all(&one).len();
    open(&one, "first");
    assert_eq!(here + all(&one).len(), 2);
    for record in all(&one) {
        assert_eq!(record.log.coder, "coder-1");
    }
}

#[test]
fn a_deleted_project_leaves_nothing_and_takes_nothing_of_another() {
    for (doomed, stays, coder) in [(id(70), "first".to_owned(), "coder-1"), ("first".into(), id(70), "coder-second")] {
        let store = Rc::new(Memory::default());
        let one = desk(&store);
        save(&one, project(70, "second"));
        put(&one, Decision { author: Some("@salt_and_tea".into()), ..decision(1, Action::Accepted) });
        open(&one, &id(70));
        put(&one, Decision { author: Some("@salt_and_tea".into()), ..decision(2, Action::Accepted) });
        said(&one, Request::DeleteProject { id: doomed.clone() });
        assert_eq!(listed(&one).1, stays, "deleting {doomed}");
        assert_eq!(coders(&one), [coder]);
        let gone = if doomed == "first" { id(1) } else { id(2) };
        let left: Vec<String> = raw(&store).into_keys().filter(|key| key.contains(&gone)).collect();
        assert!(left.is_empty(), "{left:?}");
        assert_eq!(coders(&desk(&store)), [coder]);
    }
    let store = Rc::new(Memory::default());
    let one = desk(&store);
    put(&one, decision(1, Action::Accepted));
    said(&one, Request::DeleteProject { id: "first".into() });
    assert_eq!(listed(&one), (vec!["My project".into()], "first".into()));
    // The next start does not take what came after for what was deleted.
    put(&one, decision(2, Action::Accepted));
    assert_eq!(all(&desk(&store)).len(), 1);
}

/// After a death at any write a deleted project is there in whole or gone, and what is done after deleting stays.
#[test]
fn a_death_while_deleting_leaves_all_of_a_project_or_nothing() {
    for doomed in ["first".to_owned(), id(70)] {
        let (mut writes, mut lived) = (0, false);
        while !lived {
            let store = Rc::new(Memory::default());
            let before = desk(&store);
            put(&before, decision(1, Action::Accepted));
            if doomed != "first" {
                save(&before, project(70, "second"));
                open(&before, &doomed);
                put(&before, decision(1, Action::Accepted));
            }
            let one = Projects::of(service(Mortal(Rc::clone(&store), Rc::new(Cell::new(writes)))));
            let deleted = pollster::block_on(one.handle(Request::DeleteProject { id: doomed.clone() })).response;
            lived = !matches!(deleted, Response::Failed { .. });
            let again = desk(&store);
            let listed = match said(&again, Request::Projects) {
                Response::Projects { projects, .. } => projects.iter().any(|it| it.id == doomed),
                other => panic!("{other:?}"),
            };
            let prefix = if doomed == "first" { "log:".to_owned() } else { format!("project:{doomed}:") };
            let left = raw(&store).into_keys().filter(|key| key.starts_with(&prefix)).count();
            assert_eq!(left > 0, writes == 0, "{doomed} after {writes} writes");
            // The first one is there again, empty, where there is no other.
            assert!(listed == (doomed == "first" || writes == 0), "{doomed} after {writes} writes");
            put(&again, decision(2, Action::Accepted));
            assert!(all(&desk(&store)).iter().any(|it| it.log.id == id(2)), "{doomed} after {writes} writes");
            writes += 1;
        }
        assert!(writes > 2, "{writes}");
    }
}

#[test]
fn a_dump_lists_the_keys_once() {
    let store = storage::Counted::default();
    let one = Projects::of(service(store.clone()));
    let said = |request| pollster::block_on(one.handle(request)).response;
    for number in 0..20 {
        said(Request::Decide { decision: decision(number, Action::NoneApplies).into() });
    }
    store.0.2.set(0);
    let (mut held, mut after) = (0, None);
    loop {
        let Response::Dump { entries, next } = said(Request::Dump { project: "first".into(), after, limit: 3 }) else {
            panic!()
        };
        held += entries.read().unwrap().len();
        after = next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!((held, store.0.2.get()), (pollster::block_on(store.keys()).unwrap().len(), 1));
}

#[test]
fn a_dump_restored_is_the_same_project_and_half_of_one_is_none() {
    let store = Rc::new(Memory::default());
    let one = desk(&store);
    for number in 1..6 {
        put(&one, Decision { author: Some("@salt_and_tea".into()), ..decision(number, Action::Assigned) });
    }
    let dumped = dump(&one, "first");
    let to = Rc::new(Memory::default());
    let other = desk(&to);
    let half = dumped.len() / 2;
    said(&other, Request::Restore { project: id(80), entries: dumped[..half].to_vec().into() });
    // Closed in the middle: nothing of it is left.
    let other = desk(&to);
    assert_eq!(listed(&other).0, ["My project"]);
    assert_eq!(raw(&to).into_keys().filter(|key| key.contains(&id(80))).count(), 0);
    assert!(
        fails(&other, Request::Adopt { projects: vec![project(80, "again")].into() }).contains("nothing was restored")
    );

    for entries in dumped.chunks(3) {
        assert_eq!(
            said(&other, Request::Restore { project: id(81), entries: entries.to_vec().into() }),
            Response::Restored
        );
    }
    let adopted = Project { coder: "coder-1".into(), ..project(81, "again") };
    said(&other, Request::Adopt { projects: vec![adopted].into() });
    assert_eq!(listed(&other), (vec!["My project".into(), "again".into()], id(81)));
    assert_eq!(all(&other), all(&one));
    assert_eq!(dump(&other, &id(81)), dumped);
    let refused = |request| fails(&other, request);
    assert!(refused(Request::Restore { project: id(81), entries: Vec::new().into() }).contains("not overwritten"));
    let strange = Stored { key: "vault".into(), value: json!({}) };
    assert!(
        refused(Request::Restore { project: id(82), entries: vec![strange].into() })
            .contains("nothing that a project holds")
    );
    let newer = Stored { key: "meta".into(), value: json!({ "schema": 99 }) };
    assert!(refused(Request::Restore { project: id(82), entries: vec![newer].into() }).contains("newer"));
}

#[test]
fn a_project_keeps_the_evidence_it_says() {
    for (evidence, text, quote) in
        [(Evidence::Full, true, true), (Evidence::Quote, false, true), (Evidence::None, false, false)]
    {
        let store = Rc::new(Memory::default());
        let one = desk(&store);
        save(&one, Project { evidence, ..Project::default() });
        put(&one, decision(1, Action::Assigned));
        let stored = serde_json::to_string(&raw(&store)).unwrap();
        assert_eq!(stored.contains("to the end of it"), text, "{evidence:?}");
        assert_eq!(stored.contains("TextQuoteSelector"), quote, "{evidence:?}");
        assert_eq!(stored.contains("\"title\":\"Feed\""), text, "{evidence:?}");
        // What was decided is found again on the same text, whatever was kept of it.
        let again = desk(&store);
        let Response::Readings { readings, .. } =
            said(&again, Request::Read { images: vec![], page: page(), units: vec![TEXT.into()] })
        else {
            panic!()
        };
        let [mark] = readings[0].marks.as_slice() else { panic!("{:?}", readings[0].marks) };
        assert_eq!((mark.outcome, mark.code.as_deref()), (Outcome::Exact, Some("caliphate-advocacy")), "{evidence:?}");
        put(&again, Decision { code: Some("takfir".into()), ..revision(2, Action::Edited, 1) });
        assert_eq!(all(&again)[0].annotation.as_ref().unwrap().body.code, "takfir");
    }
}

#[test]
fn a_purge_takes_the_words_and_leaves_the_decisions() {
    let store = Rc::new(Memory::default());
    let one = desk(&store);
    let codebook = CodebookRef { id: "elsewhere".into(), version: "1".into(), hash: "00".into() };
    for number in 0..450 {
        let codebook = codebook.clone();
        let at = if number < 400 { "2026-01-01T00:00:00.000Z" } else { "2026-11-01T00:00:00.000Z" };
        put(
            &one,
            Decision {
                at: at.into(),
                text: format!("{TEXT} {number}"),
                codebook,
                ..decision(number, Action::Assigned)
            },
        );
    }
    let purge = |before: Option<&str>| {
        let (mut sum, mut after) = (0, None);
        loop {
            let request = Request::Purge { after, before: before.map(str::to_owned) };
            let Response::Purged { changed, next } = said(&one, request) else { panic!() };
            sum += changed;
            if next.is_none() {
                return sum;
            }
            after = next;
        }
    };
    assert_eq!(purge(Some("2026-06-01T00:00:00.000Z")), 400);
    let with_text = |records: &[Record]| records.iter().filter(|record| record.log.unit.text.is_some()).count();
    assert_eq!(with_text(&all(&one)), 50);
    assert_eq!(purge(None), 50);
    let left = all(&one);
    assert_eq!((left.len(), with_text(&left)), (450, 0));
    assert!(left.iter().all(|it| it.annotation.as_ref().unwrap().body.code == "caliphate-advocacy"));
    assert!(!serde_json::to_string(&raw(&store)).unwrap().contains("khilafah"));
    assert_eq!(purge(None), 0);
}

#[test]
fn how_a_page_was_found_goes_with_what_is_decided_on_it() {
    let store = Rc::new(Memory::default());
    let one = desk(&store);
    put(&one, decision(1, Action::NoneApplies));
    let via = |found_via| Request::SetFoundVia { url: page().url, found_via };
    let recommended = Response::FoundVia { found_via: Some(FoundVia::Recommendation) };
    assert_eq!(said(&one, via(Some(FoundVia::Recommendation))), recommended);
    assert_eq!(said(&one, Request::FoundVia { url: page().url }), recommended);
    assert_eq!(
        said(&one, Request::FoundVia { url: "https://example.org/other".into() }),
        Response::FoundVia { found_via: None }
    );
    put(&one, decision(2, Action::NoneApplies));
    said(&one, via(None));
    put(&one, decision(3, Action::NoneApplies));
    let found: Vec<_> = all(&one).into_iter().map(|record| record.log.unit.found_via).collect();
    assert_eq!(found, [None, Some(FoundVia::Recommendation), None]);
}

/// Three projects with a decision each, whose list is then damaged.
fn damaged(damage: impl Fn(&mut Value)) -> (Rc<Memory>, Value) {
    let store = Rc::new(Memory::default());
    let one = desk(&store);
    put(&one, decision(1, Action::Assigned));
    for (number, name, evidence) in [(70, "second", Evidence::Quote), (71, "third", Evidence::None)] {
        save(&one, Project { evidence, ..project(number, name) });
        open(&one, &id(number));
        put(&one, decision(1, Action::Assigned));
    }
    save(&one, project(72, "empty"));
    let mut list = raw(&store).remove("projects").unwrap();
    damage(&mut list);
    pollster::block_on(store.set([("projects".to_owned(), list.clone())].into())).unwrap();
    (store, list)
}

#[test]
fn a_damaged_list_of_projects_is_made_again_and_kept() {
    let whole = ["My project", "second", "third", "empty"];
    type Damage = fn(&mut Value);
    let cases: [(Damage, &[&str], String); 6] = [
        (|list| *list = json!("torn"), &["My project", "Project 2", "Project 3"], "first".into()),
        (|list| *list = Value::Null, &["My project", "Project 2", "Project 3"], "first".into()),
        (|list| list["partial"] = json!(3), &whole, id(71)),
        (|list| list["open"] = json!(3), &whole, "first".into()),
        (|list| list["projects"] = json!([]), &["My project", "Project 2", "Project 3"], id(71)),
        (|list| list["projects"][1] = json!({ "id": id(70) }), &["My project", "third", "empty", "Project 4"], id(71)),
    ];
    for (damage, names, opened) in cases {
        let (store, was) = damaged(damage);
        let before = raw(&store);
        let again = desk(&store);
        assert_eq!(listed(&again), (names.iter().map(ToString::to_string).collect(), opened.clone()), "{was}");
        let Response::Projects { projects, .. } = said(&again, Request::Projects) else { panic!() };
        for (number, coder, evidence) in
            [(0, "coder-1", Evidence::Full), (70, "coder-second", Evidence::Quote), (71, "coder-third", Evidence::None)]
        {
            let id = if number == 0 { "first".to_owned() } else { id(number) };
            let found = projects.iter().find(|project| project.id == id).unwrap();
            assert_eq!((found.coder.as_str(), found.evidence), (coder, evidence), "{was}");
            open(&again, &id);
            assert_eq!(coders(&again), [coder]);
        }
        // What it was is kept and named; nothing is gone, also after the next start.
        for desk in [again, desk(&store)] {
            let Response::Records { damaged, .. } = said(&desk, Request::Records { after: None, limit: 5 }) else {
                panic!()
            };
            let [one] = &*damaged.clone().read().unwrap() else { panic!("{damaged:?}") };
            assert_eq!(
                (one.key.as_str(), &serde_json::from_str::<Value>(&one.value).unwrap()),
                ("projects-damaged-1", &was)
            );
            put(&desk, decision(2, Action::NoneApplies));
        }
        let after = raw(&store);
        assert!(before.keys().all(|key| after.contains_key(key)));
        // Once more: the first is not written over.
        pollster::block_on(store.set([("projects".to_owned(), json!("again"))].into())).unwrap();
        assert_eq!(listed(&desk(&store)).0.len(), 3);
        let kept = raw(&store);
        assert_eq!((&kept["projects-damaged-1"], &kept["projects-damaged-2"]), (&was, &json!("again")));
    }
}

#[test]
fn what_cannot_be_is_refused_with_its_mend() {
    let one = desk(&Rc::default());
    put(&one, decision(1, Action::NoneApplies));
    let save = |project: Project| fails(&one, Request::SaveProject { project: project.into() });
    let first = Project::default();
    assert!(save(Project { coder: "other".into(), ..first.clone() }).contains("new project"));
    assert!(save(Project { id: "second".into(), ..first.clone() }).contains("UUID"));
    assert!(save(Project { name: " ".into(), ..first.clone() }).contains("1 to"));
    assert!(save(Project { keep_until: Some("soon".into()), ..first }).contains("YYYY-MM-DD"));
    assert!(fails(&one, Request::OpenProject { id: id(9) }).contains("no project"));
    assert!(fails(&one, Request::DeleteProject { id: id(9) }).contains("no project"));
    assert!(refused(&service(Memory::default()), Request::Projects).message.contains("one project"));
}
