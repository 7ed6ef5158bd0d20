//! The command line as a script uses it.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used, clippy::panic)]

use postil::codebook::{Codebook, builtin};
use postil::judgement::personal::ID;
use serde_json::Value;
use std::io::Write;
use std::process::{Command, Output, Stdio};

fn postil(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_postil"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A run that fails early closes its input; what matters is what it says.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    String::from_utf8(output.stdout.clone()).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn one_line_out_for_each_in_with_offsets_in_code_points() {
    let text = "👩‍👩‍👧 #khilafah by @someone t[.]me/bread";
    let input = serde_json::json!({ "id": "a", "text": text, "kind": "post", "lang": "en" }).to_string();
    let output = postil(&["classify"], input.as_bytes());
    assert!(output.status.success());
    let [line] = lines(&output).try_into().unwrap();
    assert_eq!(line["id"], "a");
    let slice = |item: &Value| -> String {
        let (start, end) = (item["start"].as_u64().unwrap() as usize, item["end"].as_u64().unwrap() as usize);
        text.chars().skip(start).take(end - start).collect()
    };
    let finding =
        line["results"][0]["findings"].as_array().unwrap().iter().find(|f| f["matched"] == "khilafah").unwrap();
    assert_eq!(slice(finding), "khilafah");
    let entities: Vec<String> = line["entities"].as_array().unwrap().iter().map(slice).collect();
    assert_eq!(entities, ["#khilafah", "@someone", "t[.]me/bread"]);
    let link = &line["entities"][2];
    assert_eq!((&link["kind"], &link["value"]), (&"messaging-link".into(), &"t.me/bread".into()));
    let result = &line["results"][0];
    for field in ["codebook", "tier", "tier_probability", "stance", "stance_probability", "targets", "support", "codes"]
    {
        assert!(!result[field].is_null(), "{field}");
    }
    assert_eq!(result["tier_probability"].as_array().unwrap().len(), 6);
    assert!(result["stance_probability"]["none"].as_f64().unwrap() > 0.0);
    assert!(line["model"]["hash"].as_str().unwrap().len() == 64);
}

#[test]
fn a_bad_line_is_answered_in_its_place_and_the_run_goes_on() {
    let input = b"{\"id\":1,\"text\":\"one\"}\nnot json\n\n{\"id\":4}\n\xff\xfe\n{\"id\":6,\"text\":\"\\ud800\"}\n{\"id\":7,\"text\":\"seven\"}\n";
    let output = postil(&["classify"], input);
    assert_eq!(output.status.code(), Some(1));
    let lines = lines(&output);
    let shape: Vec<(Value, Value, bool)> =
        lines.iter().map(|line| (line["id"].clone(), line["line"].clone(), line["error"].is_string())).collect();
    let null = Value::Null;
    assert_eq!(
        shape,
        [
            (1.into(), null.clone(), false),
            (null.clone(), 2.into(), true),
            (4.into(), 4.into(), true),
            (null.clone(), 5.into(), true),
            (null.clone(), 6.into(), true),
            (7.into(), null, false),
        ]
    );
    let errors: Vec<&str> = lines.iter().filter_map(|line| line["error"].as_str()).collect();
    assert!(errors.iter().all(|error| !error.contains("line 1")), "one count of lines: {errors:?}");
    assert!(errors[0].ends_with("at byte 2"), "{errors:?}");
}

#[test]
fn quotes_are_found_again_in_code_points() {
    let quote = r#"{"exact":"Team Alpha reported","prefix":"late. ","suffix":" it."}"#;
    let ask =
        |id: u32, text: &str, rest: &str| format!("{{\"id\":{id},\"text\":\"{text}\",\"quote\":{quote}{rest}}}\n");
    let input = [
        ask(1, "🚢 late. Team Alpha reported it.", r#","position":{"start":8,"end":27}"#),
        ask(2, "👩‍👩‍👧🚢 late. Team Alpha reported it.", r#","position":{"start":8,"end":27}"#),
        ask(3, "🚢 late. Team Beta reported it.", ""),
        ask(4, "late. Team Alpha reported it. late. Team Alpha reported it.", ""),
        ask(5, "🚢", ""),
        ask(6, "🚢", r#","position":{"start":9,"end":8}"#),
        "{\"id\":7,\"text\":\"\"}\n".to_owned(),
        "nonsense\n".to_owned(),
        ask(9, "🚢 late. Team Alpha reported it.", ""),
    ]
    .concat();
    let output = postil(&["anchor"], input.as_bytes());
    assert_eq!(output.status.code(), Some(1), "some lines were bad");
    let lines = lines(&output);
    let shape = |line: &Value| ["id", "outcome", "start", "end", "score", "line"].map(|member| line[member].clone());
    let null = || Value::Null;
    assert_eq!(
        lines.iter().map(shape).collect::<Vec<_>>(),
        [
            [1.into(), "exact".into(), 8.into(), 27.into(), 1.0.into(), null()],
            [2.into(), "moved".into(), 13.into(), 32.into(), 1.0.into(), null()],
            [3.into(), "changed".into(), 8.into(), 26.into(), 0.6667.into(), null()],
            [4.into(), "ambiguous".into(), null(), null(), 1.0.into(), null()],
            [5.into(), "orphan".into(), null(), null(), 0.0.into(), null()],
            [6.into(), null(), null(), null(), null(), 6.into()],
            [7.into(), null(), null(), null(), null(), 7.into()],
            [null(), null(), null(), null(), null(), 8.into()],
            [9.into(), "exact".into(), 8.into(), 27.into(), 1.0.into(), null()],
        ]
    );
    assert_eq!(lines[3]["candidates"][1], serde_json::json!({ "start": 36, "end": 55, "score": 1.0 }));
    assert!(lines[5]["error"].as_str().unwrap().contains("exchange"), "{}", lines[5]);
    assert!(lines[6]["error"].as_str().unwrap().contains("`quote`"), "{}", lines[6]);

    let file = std::env::temp_dir().join(format!("postil-anchor-{}.jsonl", std::process::id()));
    std::fs::write(&file, &input).unwrap();
    assert_eq!(postil(&["anchor", file.to_str().unwrap()], b"").stdout, output.stdout);
    std::fs::remove_file(&file).unwrap();
    assert_eq!(postil(&["anchor", file.to_str().unwrap()], b"").status.code(), Some(2));
}

#[test]
fn an_unknown_codebook_names_those_that_ship() {
    let output = postil(&["classify", "--codebook", "nonsense"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("militant-jihad"));
}

#[test]
fn a_codebook_file_is_checked_and_used() {
    let folder = std::env::temp_dir().join(format!("postil-command-line-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("recalls.toml");
    let sound = "format = 1\nid = \"recalls\"\nversion = \"1\"\ntitle = \"Recalls\"\ndescription = \"d\"\n\
        languages = [{ tag = \"en\", reviewed = true }]\n[[code]]\nid = \"recall\"\nlabel = \"Recall\"\ndefinition = \"d\"\n\
        colour = \"#112233\"\n[[code.indicator]]\nid = \"recalled\"\nweight = 2.5\nterms = [{ text = \"recalled\", lang = \"en\" }]\n";
    std::fs::write(&file, sound).unwrap();
    let name = file.to_str().unwrap();
    assert!(postil(&["codebook", "check", name], b"").status.success());
    let output = postil(
        &["classify", "--codebook", name, "--codebook", "militant-jihad"],
        b"{\"id\":1,\"text\":\"The kettle was recalled.\"}\n",
    );
    let [line] = lines(&output).try_into().unwrap();
    assert_eq!(line["results"].as_array().unwrap().len(), 2);
    let result = &line["results"][0];
    assert_eq!(result["codes"][0]["code"], "recall");
    assert!(result["codes"][0]["probability"].as_f64().unwrap() >= 0.5);
    assert_eq!((&result["tier"], &result["stance"]), (&Value::Null, &Value::Null), "a topical codebook has no tiers");

    std::fs::write(&file, sound.replace("colour", "hotkey = \"k\"\ncolour")).unwrap();
    let output = postil(&["codebook", "check", name], b"");
    assert!(output.status.success(), "what is doubtful refuses nothing");
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("recalls.toml:11:1: code[0].hotkey") && said.ends_with("0 left out, 1 doubtful\n"), "{said}");

    std::fs::write(&file, sound.replace("weight = 2.5", "weight = 99")).unwrap();
    let output = postil(&["codebook", "check", name], b"");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains("recalls.toml:14:1: code[0].indicator[0].weight"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn codebooks_that_ship_are_listed_and_shown() {
    let output = postil(&["codebook", "list"], b"");
    assert!(output.status.success());
    let list = String::from_utf8(output.stdout).unwrap();
    for (id, _) in builtin::all() {
        let shown = postil(&["codebook", "show", id, "--json"], b"");
        let model: Codebook = serde_json::from_slice(&shown.stdout).unwrap();
        let line = list.lines().find(|line| line.split_whitespace().next() == Some(id)).unwrap();
        assert!(line.contains(&model.version) && line.ends_with(&model.title), "{line}");
        assert_shows_all(&model, &String::from_utf8(postil(&["codebook", "show", id], b"").stdout).unwrap());
    }
    assert_eq!(list.lines().count(), builtin::all().count());
}

/// Whatever a coder needs stands on the page; wrapping may break its lines.
fn assert_shows_all(model: &Codebook, page: &str) {
    let flat = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let page_flat = flat(page);
    let mut texts = vec![&model.title, &model.description, &model.version];
    for code in &model.codes {
        texts.extend([&code.id, &code.label, &code.definition]);
        texts.extend(code.include.iter().chain(&code.exclude).chain(&code.positive).chain(&code.negative));
        texts.extend(code.guidance.iter().chain(&code.reading));
        for indicator in &code.indicators {
            texts.push(&indicator.id);
            texts.extend(indicator.gloss.iter().chain(&indicator.ordinary));
            texts.extend(indicator.terms.iter().flat_map(|term| std::iter::once(&term.text).chain(&term.variants)));
        }
    }
    for target in &model.targets {
        texts.extend([&target.id, &target.label]);
        texts.extend(target.gloss.iter().chain(target.listings.iter().map(|listing| &listing.source)));
        texts.extend(target.terms.iter().map(|term| &term.text));
    }
    let missing: Vec<&String> = texts.into_iter().filter(|text| !page_flat.contains(&flat(text))).collect();
    assert!(missing.is_empty(), "{}: {missing:#?}", model.id);
    // Only a word longer than the line may run over its end.
    let long = |line: &&str| {
        line.chars().count() > 100
            && line.trim_start().contains(' ')
            && !line.split_whitespace().any(|word| word.chars().count() > 60)
    };
    let long: Vec<&str> = page.lines().filter(long).collect();
    assert!(long.is_empty(), "{}: {long:#?}", model.id);
}

#[test]
fn a_codebook_file_is_shown_and_what_is_none_is_refused() {
    let file = std::env::temp_dir().join(format!("postil-show-{}.toml", std::process::id()));
    let source = "format = 1\nid = \"recalls\"\nversion = \"7\"\ntitle = \"Recalls\"\ndescription = \"d\"\n\
        languages = [{ tag = \"en\", reviewed = true }]\n[[code]]\nid = \"recall\"\nlabel = \"Recall\"\ndefinition = \"d\"\n\
        colour = \"#112233\"\n[[code]]\nid = \"of-kettles\"\nparent = \"recall\"\nlabel = \"Of kettles\"\n\
        definition = \"d\"\ncolour = \"#112233\"\n";
    std::fs::write(&file, source).unwrap();
    let output = postil(&["codebook", "show", file.to_str().unwrap()], b"");
    assert!(output.status.success());
    let page = String::from_utf8(output.stdout).unwrap();
    assert!(page.starts_with("Recalls\nrecalls 7\n"));
    let indent = |id: &str| page.lines().find_map(|line| line.find(id)).unwrap();
    assert!(indent("of-kettles") > indent("recall "), "a child stands further in:\n{page}");
    assert!(!page.contains("SCALE") && !page.contains("TARGETS"), "what a codebook has not is not shown");
    std::fs::remove_file(file).unwrap();
    assert_eq!(postil(&["codebook", "show", "nonsense"], b"").status.code(), Some(2));
}

/// A folder of files that goes when the test does.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, &str)]) -> Self {
        let folder = std::env::temp_dir().join(format!("postil-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        files.iter().for_each(|(file, content)| std::fs::write(folder.join(file), content).unwrap());
        Self(folder)
    }

    fn path(&self, file: &str) -> String {
        self.0.join(file).to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

const PRAISE: &str = "I support the Islamic State and praise its soldiers.";

#[test]
fn labelled_texts_are_measured_beside_texts_that_are_wholly_negative() {
    let posts = format!(
        "{{\"text\": \"{PRAISE}\", \"stance\": \"promotes\", \"tier\": 4, \"lang\": \"en\"}}\n\
        {{\"text\": \"Kettle for sale.\", \"stance\": \"none\", \"tier\": 0, \"lang\": \"en\"}}\n\
        {{\"text\": \"Quiet praise.\", \"stance\": \"promotes\", \"tier\": 3, \"lang\": \"de\"}}\n"
    );
    let made = "[[group]]\nid = \"prayer\"\nabout = \"\"\nlang = \"en\"\nstance = \"none\"\ntier = [0, 1]\n\
        templates = [\"We pray at {hour}.\"]\n[group.slots]\nhour = [\"noon\", \"sunset\"]\n";
    let negatives = format!("{{\"text\": \"Rain.\", \"label\": 7}}\n{{\"text\": \"{PRAISE}\", \"tier\": 5}}\n");
    let folder =
        Folder::new("evaluate", &[("posts.jsonl", &posts), ("made.toml", made), ("negatives.jsonl", &negatives)]);
    let (posts, made, negatives) =
        (folder.path("posts.jsonl"), folder.path("made.toml"), folder.path("negatives.jsonl"));
    let arguments = ["evaluate", &posts, &made, "--negatives", &negatives];
    let output = postil(&[&arguments[..], &["--json"]].concat(), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    let report = &whole["reports"][0];
    assert_eq!(report["codebook"]["id"], builtin::SOURCES[0].0);
    let of = |file: usize, field: &str| report["files"][file]["metrics"][field].clone();
    let null = Value::Null;
    assert_eq!((of(0, "recall"), of(0, "false_positive_rate")), (0.5.into(), 0.0.into()));
    assert_eq!(
        (of(1, "recall"), of(1, "roc_auc"), of(1, "f1")),
        (null.clone(), null.clone(), null.clone()),
        "one class"
    );
    assert_eq!((of(2, "false_positive_rate"), of(2, "precision")), (0.5.into(), null.clone()));
    assert_eq!(report["files"][1]["tier_accepted"], 1.0);
    let prayer = report["groups"][1]["slices"].as_array().unwrap();
    assert_eq!(
        (&report["groups"][1]["key"], &prayer[0]["name"], &prayer[0]["cases"]),
        (&"functionality".into(), &"prayer".into(), &2.into())
    );
    let scopes: Vec<(&Value, &Value, &Value)> =
        report["overall"].as_array().unwrap().iter().map(|o| (&o["scope"], &o["cases"], &o["clusters"])).collect();
    assert_eq!(
        scopes,
        [(&"files".into(), &5.into(), &4.into()), (&"files_and_negatives".into(), &7.into(), &6.into())]
    );
    assert_eq!(report["overall"][1]["recall_at_one_percent_of_worst"], 0.0, "praise among the negatives");
    assert_eq!(report["stances"][0]["counts"][0][0], 1);
    assert_eq!(report["stances"][1]["lang"], "de");
    assert_eq!(report["agreement"]["tier"]["cases"], 3, "only where one tier is right");
    assert_eq!(report["agreement"]["support"]["cases"], 5, "negatives are no coding");

    let page = String::from_utf8(postil(&arguments, b"").stdout).unwrap();
    assert!(["BY LANG", "BY FUNCTIONALITY", "STANCES IN de", "–"].iter().all(|part| page.contains(part)), "{page}");
    assert!(!page.contains("NaN") && !page.contains("Kettle") && !page.contains("Quiet"), "{page}");
    let page =
        String::from_utf8(postil(&["evaluate", &posts, "--by", "stance", "--threshold", "0"], b"").stdout).unwrap();
    let line = page.lines().find(|line| line.starts_with("promotes  ")).unwrap();
    assert_eq!(line.split_whitespace().nth(2), Some("2"), "all are flagged at 0: {page}");
}

#[test]
fn what_cannot_be_measured_is_named_and_never_repeated() {
    let topical = "format = 1\nid = \"recalls\"\nversion = \"1\"\ntitle = \"Recalls\"\ndescription = \"d\"\n\
        languages = [{ tag = \"en\", reviewed = true }]\n[[code]]\nid = \"recall\"\nlabel = \"Recall\"\ndefinition = \"d\"\n\
        colour = \"#112233\"\n";
    let files = [
        ("stance.jsonl", "{\"text\": \"a\"}\n{\"text\": \"hidden\", \"stance\": \"cheers\"}\n"),
        ("label.jsonl", "\n{\"text\": \"hidden\", \"label\": \"hidden\"}\n"),
        ("group.toml", "[[group]]\nid = \"no lower bound\"\n"),
        ("notes.txt", "hidden"),
        ("topical.toml", topical),
    ];
    let folder = Folder::new("evaluate-faults", &files);
    let path = |file: &str| folder.path(file);
    for (arguments, says) in [
        (vec![path("stance.jsonl")], "stance.jsonl:2: the codebook has no such `stance`"),
        (vec![path("label.jsonl")], "label.jsonl:2: `label` must be 0 or 1"),
        (vec![path("group.toml")], "group.toml:1: "),
        (vec![path("notes.txt")], "neither JSON Lines (.jsonl) nor templates (.toml)"),
        (vec![path("none.jsonl")], "cannot read"),
        (vec![path("label.jsonl"), "--codebook".into(), path("topical.toml")], "`recalls` has no scale"),
        (vec![path("label.jsonl"), "--threshold".into(), "7".into()], "from 0 to 1"),
        (vec![], "<FILE>"),
    ] {
        let arguments: Vec<&str> = std::iter::once("evaluate").chain(arguments.iter().map(String::as_str)).collect();
        let output = postil(&arguments, b"");
        let error = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(
            error.contains(says) && !error.contains("hidden") && output.stdout.is_empty(),
            "{arguments:?}: {error}"
        );
    }
}

#[test]
fn what_is_learned_is_read_with_measured_and_shown() {
    let folder = std::env::temp_dir().join(format!("postil-learn-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (input, output) = (folder.join("labels.jsonl"), folder.join("own.bin"));
    let (input, output) = (input.to_str().unwrap(), output.to_str().unwrap());
    let line = |text: String, support: bool, codes: &[&str]| {
        serde_json::json!({ "text": text, "support": support, "codes": codes, "group": "a" }).to_string() + "\n"
    };
    let labels: String = (0..30)
        .map(|number| match number % 2 {
            0 => line(format!("hail the crimson falcon, number {number}"), true, &["caliphate-advocacy"]),
            _ => line(format!("bread for the neighbours, number {number}"), false, &[]),
        })
        .collect();
    std::fs::write(input, &labels).unwrap();
    let learn = |output: &str| postil(&["learn", "--input", input, "--output", output], b"");
    let told = learn(output);
    assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    let again = folder.join("again.bin");
    learn(again.to_str().unwrap());
    assert_eq!(std::fs::read(output).unwrap(), std::fs::read(again).unwrap());

    let text = serde_json::json!({ "id": "a", "text": "we hail our crimson falcon" }).to_string();
    let classify = |more: &[&str]| {
        let arguments = [&["classify", "--codebook", "militant-jihad"], more].concat();
        let line = lines(&postil(&arguments, text.as_bytes())).remove(0);
        line["results"][0]["support"].as_f64().unwrap_or_else(|| panic!("no support: {line}"))
    };
    let (shipped, own) = (classify(&[]), classify(&["--model", output]));
    assert!(shipped < 0.1 && own > 0.5, "{shipped} {own}");
    let measured = postil(&["evaluate", "--json", "--model", output, input], b"");
    assert!(String::from_utf8_lossy(&measured.stdout).contains(ID));
    let shown = String::from_utf8(postil(&["learn", "--show", output], b"").stdout).unwrap();
    assert!(shown.lines().any(|line| line.starts_with("support\t15\t+") && line.ends_with("\tcrimson")), "{shown}");

    for (bad, says) in [
        (r#"{"text":"a","codes":["no such code"]}"#, "labels.jsonl:31: `codes` names a code"),
        (r#"{"text":"a","codes":"x"}"#, "labels.jsonl:31: `codes` must be an array"),
        (r#"{"text":"a","tier":99}"#, "labels.jsonl:31: the codebook's scale has no tier"),
        (r#"{"text":"a"}"#, "labels.jsonl:31: say at least one"),
        (r#"{"text":"#, "labels.jsonl:31: not JSON"),
    ] {
        std::fs::write(input, labels.clone() + bad).unwrap();
        let refused = learn(output);
        let error = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && error.contains(says), "{error}");
    }
    let other = postil(&["classify", "--codebook", "terror-finance", "--model", output], text.as_bytes());
    assert!(String::from_utf8_lossy(&other.stderr).contains("was learned under `militant-jihad`"));
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_sealed_file_opens_with_its_passphrase_alone() {
    let folder = std::env::temp_dir().join(format!("postil-seal-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let path = |name: &str| folder.join(name).to_string_lossy().into_owned();
    let write = |name: &str, text: &[u8]| std::fs::write(folder.join(name), text).unwrap();
    write("right", b"four words in a row\nnot this line\n");
    write("wrong", b"other words\n");
    write("plain", b"records\n");
    let run =
        |verb: &str, file: &str, secret: &str| postil(&[verb, &path(file), "--passphrase-file", &path(secret)], b"");
    let sealed = run("seal", "plain", "right").stdout;
    assert!(sealed.starts_with(b"age-encryption.org/v1\n"));
    write("sealed", &sealed);
    assert_eq!(run("open", "sealed", "right").stdout, b"records\n");
    write("cut", &sealed[..sealed.len() - 1]);
    for (file, secret, why) in [("sealed", "wrong", "passphrase"), ("cut", "right", "damaged")] {
        let refused = run("open", file, secret);
        let said = String::from_utf8_lossy(&refused.stderr);
        assert!(refused.status.code() == Some(2) && said.contains(why), "{file}, {secret}: {said}");
        // Nothing stands at a path that was to be written.
        let output = path("opened");
        postil(&["open", &path(file), "--passphrase-file", &path(secret), "--output", &output], b"");
        assert!(!std::path::Path::new(&output).exists(), "{file}");
    }
    std::fs::remove_dir_all(&folder).unwrap();
}

/// Runs `agreement` on a file of these lines.
fn agreement(name: &str, lines: &str, more: &[&str]) -> Output {
    let file = std::env::temp_dir().join(format!("postil-agreement-{name}-{}.csv", std::process::id()));
    std::fs::write(&file, lines).unwrap();
    let output = postil(&[&["agreement", "--input", file.to_str().unwrap()], more].concat(), b"");
    std::fs::remove_file(&file).unwrap();
    output
}

#[test]
fn agreement_is_measured_at_each_level_and_says_what_is_undefined() {
    // A mark at the beginning, columns in another order, one more, a set of codes and two values that are missing.
    let lines = "\u{feff}unit,note,coder,value\n1,,anna,a|b\n1,,ben,b | a\n2,x,anna,none applies\n2,,ben,a\n3,,anna,\n4,,ben,b\n5,,anna,a\n5,,ben,a\n";
    let output = agreement("nominal", lines, &["--json"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["n_units"].as_u64(), report["n_coders"].as_u64()), (Some(5), Some(2)));
    assert!((report["percent"].as_f64().unwrap() - 2.0 / 3.0).abs() < 1e-9, "{report}");
    assert_eq!(report["per_pair"][0]["n_units"], 3);
    assert!(report["per_code"]["none applies"]["alpha"].is_number(), "none applies is a value: {report}");
    assert_ne!(report["alpha_masi"], report["alpha"], "a set in another is nearer than no set");
    assert_eq!(report["undefined"], serde_json::json!({}));

    let constant = agreement("constant", "coder,unit,value\na,1,x\nb,1,x\nc,1,x\n", &["--json"]);
    let report: Value = serde_json::from_slice(&constant.stdout).unwrap();
    assert_eq!(
        (report["percent"].as_f64(), &report["alpha"], &report["cohen"]),
        (Some(1.0), &Value::Null, &Value::Null)
    );
    assert!(report["undefined"]["alpha"].as_str().unwrap().contains("the same"), "{report}");
    assert!(report["undefined"]["cohen"].as_str().unwrap().contains("two coders"), "{report}");
    let table = agreement("constant-table", "coder,unit,value\na,1,x\nb,1,x\n", &[]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("undefined"));

    for (name, lines) in [("empty", "coder,unit,value\n"), ("missing", "coder,unit,value\na,1,\n")] {
        let report: Value = serde_json::from_slice(&agreement(name, lines, &["--json"]).stdout).unwrap();
        assert_eq!(report["undefined"]["percent"], "nothing was coded", "{report}");
    }
}

#[test]
fn agreement_is_measured_under_one_codebook() {
    let lines =
        "coder,unit,codebook,value\na,1,first,x\nb,1,first,x\na,1,second,p\nb,1,second,q\na,2,first,y\nb,2,first,y\n";
    let output = agreement("both", lines, &["--json"]);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains(":4") && said.contains("--codebook"), "{said}");
    for (codebook, percent, units) in [("first", 1.0, 2), ("second", 0.0, 1)] {
        let output = agreement(codebook, lines, &["--codebook", codebook, "--json"]);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!((report["percent"].as_f64(), report["n_units"].as_u64()), (Some(percent), Some(units)), "{report}");
    }
}

#[test]
fn agreement_about_spans_is_measured() {
    let lines = "coder,start,end,value\na,0,4,x\nb,0,4,x\na,10,12,y\nc,,,\n";
    let report: Value =
        serde_json::from_slice(&agreement("spans", lines, &["--spans", "--length", "20", "--json"]).stdout).unwrap();
    assert_eq!((report["n_units"].as_u64(), report["n_coders"].as_u64()), (Some(3), Some(3)));
    for number in [&report["alpha_u"]["overall"], &report["alpha_u"]["per_code"]["x"], &report["gamma"]["value"]] {
        assert!(number.is_number(), "{report}");
    }
    let none: Value = serde_json::from_slice(
        &agreement("no-spans", "coder,start,end,value\n", &["--spans", "--length", "20", "--json"]).stdout,
    )
    .unwrap();
    assert_eq!((&none["alpha_u"]["overall"], &none["gamma"]["value"]), (&Value::Null, &Value::Null));
    assert_eq!(none["undefined"]["gamma"], "nothing was coded");
}

#[test]
fn agreement_names_the_line_and_the_mend() {
    let spans = ["--spans", "--length", "20"];
    for (name, lines, more, words) in [
        ("column", "coder,item,value\n", &[][..], [":1", "no column `unit`"]),
        ("twice", "coder,unit,value\na,1,x\na,1,y\n", &[], [":3", "join several values"]),
        ("coder", "coder,unit,value\n,1,x\n", &[], [":2", "no name"]),
        ("number", "coder,unit,value\na,1,2\nb,1,two\n", &["--level", "interval"], [":3", "`two` is no number"]),
        ("several", "coder,unit,value\na,1,2|3\n", &["--level", "ordinal"], [":2", "nominal level"]),
        ("outside", "coder,start,end,value\na,10,21,x\n", &spans, [":2", "end by 20"]),
        ("position", "coder,start,end,value\na,-1,2,x\n", &spans, [":2", "`-1` is no position"]),
    ] {
        let output = agreement(name, lines, more);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}: {said}");
        assert!(words.iter().all(|word| said.contains(word)), "{name}: {said}");
    }
    assert_eq!(agreement("length", "coder,start,end,value\n", &["--spans"]).status.code(), Some(2));
}
