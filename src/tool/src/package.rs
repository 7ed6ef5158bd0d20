//! Both packages, from cargo to the zip files, and the site with the workbench.
//!
//! Invariants: the same sources give the same bytes, in whichever folder they lie; a step whose inputs are unchanged
//! is not done again where that saves more than a second; the two packages differ in their manifest alone.
//! Must not touch: sources. It reads them and writes below `target/`.

use crate::{Tree, closed, size, types};
use anyhow::{Context as _, Result, bail};
use postil::codebook::CompiledSet;
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::env;
use std::ffi::OsString;
use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use wasm_bindgen_cli_support::Bindgen;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The browsers that a package is made for.
pub const BROWSERS: [&str; 2] = ["chromium", "firefox"];

/// Where the workbench and the sample feed lie below `target/`, as any server of files can serve them.
pub const SITE: &str = "dist/www";

/// A wasm member as it is compiled for a purpose.
struct Module {
    member: &'static str,
    /// What its files are called.
    name: &'static str,
    /// Where they lie below `target/wasm`.
    folder: &'static str,
    /// What Cargo is told beyond the profile.
    options: &'static [&'static str],
}

const ENGINE: Module = Module { member: "postil-wasm", name: "engine", folder: "engine", options: &[] };
/// The core is made fast for the engine; where people or one task wait for it, it is made small.
const SMALL: [&str; 2] = ["--config", "profile.wasm.package.postil.opt-level='z'"];
/// The side panel and the popup.
const PANEL: Module = pages("panel", "panel", &[SMALL[0], SMALL[1], "--no-default-features", "--features", "panel"]);
/// The options.
const OPTIONS: Module =
    pages("options", "options", &[SMALL[0], SMALL[1], "--no-default-features", "--features", "options"]);
/// The editor of codebooks.
const EDITOR: Module =
    pages("editor", "editor", &[SMALL[0], SMALL[1], "--no-default-features", "--features", "editor"]);
/// The workbench, which the extension does not carry.
const WORKBENCH: Module =
    pages("pages", "workbench", &[SMALL[0], SMALL[1], "--no-default-features", "--features", "workbench"]);
/// Files are written and read in a worker.
const ARCHIVE: Module = Module { member: "postil-archive", name: "archive", folder: "archive", options: &SMALL };

/// What the extension carries.
const CARRIED: [&Module; 5] = [&ENGINE, &PANEL, &OPTIONS, &EDITOR, &ARCHIVE];

/// The pages' member, compiled for some of them.
const fn pages(name: &'static str, folder: &'static str, options: &'static [&'static str]) -> Module {
    Module { member: "postil-pages", name, folder, options }
}

/// Builds everything, and checks that it is closed and its sizes.
pub fn build(tree: &Tree) -> Result<()> {
    step("types", || types::write(tree))?;
    for module in CARRIED {
        make(tree, module)?;
    }
    let [parts, site] = ["extension", "site"].map(|folder| tree.target(folder));
    step("extension: bundle", || bundle(tree, [&parts, &site]))?;
    step("packages", || {
        let files = collect(tree, &parts, &CARRIED)?;
        BROWSERS.iter().try_for_each(|browser| pack(tree, browser, &files))
    })?;
    make(tree, &WORKBENCH)?;
    step("site", || write(&tree.target(SITE), &collect(tree, &site, &[&ENGINE, &WORKBENCH])?))?;
    size::check(&tree.target("dist/chromium"))?;
    for browser in BROWSERS {
        let zip = tree.target(format!("dist/postil-{browser}.zip"));
        println!("{} ({} bytes)", zip.display(), fs::metadata(&zip)?.len());
    }
    Ok(())
}

/// One wasm member, compiled, with its JavaScript face.
fn make(tree: &Tree, module: &Module) -> Result<()> {
    let folder = tree.target("wasm").join(module.folder);
    step(&format!("{}: compile", module.folder), || compile(tree, module.member, module.options))?;
    step(&format!("{}: bind and optimise", module.folder), || bind(tree, module, &folder))
}

/// Builds the engine with its benchmarks' exports, and writes what they read.
pub fn bench(tree: &Tree) -> Result<()> {
    let folder = tree.target("bench");
    step("engine: compile", || compile(tree, ENGINE.member, &["--features", "bench"]))?;
    step("engine: bind and optimise", || bind(tree, &ENGINE, &folder))?;
    let codebook = postil_benches::codebook();
    for (file, terms) in [("codebooks.bin", 0), ("codebooks-2000.bin", 2_000)] {
        let set = CompiledSet::compile(vec![postil_benches::grown(codebook.clone(), terms)])?;
        fs::write(folder.join(file), set.to_bytes()?)?;
    }
    fs::write(folder.join("prose.txt"), postil_benches::prose(&codebook, 4 << 20))?;
    Ok(())
}

/// Says what goes on, and how long it took.
fn step<T>(name: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    eprintln!("== {name}");
    let start = Instant::now();
    let result = work().with_context(|| format!("{name} failed"));
    let seconds = start.elapsed().as_secs_f32();
    if result.is_ok() && seconds >= 1.0 {
        eprintln!("   {name}: {seconds:.1} s");
    }
    result
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if status.success() { Ok(()) } else { bail!("{} ended with {status}", command.get_program().display()) }
}

/// Compiles one member by itself: compiled together, each would get the features that the other asked of `postil`.
fn compile(tree: &Tree, member: &str, more: &[&str]) -> Result<()> {
    let root = tree.path("");
    let home = env::var_os("CARGO_HOME").map(PathBuf::from).or_else(|| Some(env::home_dir()?.join(".cargo")));
    let mut flags = OsString::new();
    // Panic messages name source files: without this, the folders of the machine end up in the package.
    for (folder, name) in [(home, "cargo"), (Some(root.clone()), "postil")] {
        let Some(folder) = folder else { continue };
        if !flags.is_empty() {
            flags.push("\u{1f}");
        }
        flags.push("--remap-path-prefix=");
        flags.push(folder.components().as_path());
        flags.push(format!("=/{name}"));
    }
    run(Command::new("cargo")
        .args(["build", "--locked", "--profile", "wasm", "--target", "wasm32-unknown-unknown", "-p", member])
        .args(more)
        .arg("--target-dir")
        .arg(tree.target(""))
        .env("CARGO_ENCODED_RUSTFLAGS", flags)
        .current_dir(root))
}

/// Makes the JavaScript face of a compiled member and optimises it, unless it is unchanged since the last time.
fn bind(tree: &Tree, module: &Module, folder: &Path) -> Result<()> {
    let &Module { member, name, .. } = module;
    let compiled = tree.target("wasm32-unknown-unknown/wasm").join(format!("{}.wasm", member.replace('-', "_")));
    let stamp_path = folder.join("stamp");
    let stamp = stamp(tree, &compiled)?;
    if fs::read_to_string(&stamp_path).is_ok_and(|old| old == stamp) {
        return Ok(());
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    Bindgen::new().input_path(&compiled).out_name(name).web(true)?.typescript(true).generate(folder)?;
    let wasm = folder.join(format!("{name}_bg.wasm"));
    run(Command::new("node")
        .arg(tree.path("extension/node_modules/binaryen/bin/wasm-opt"))
        .args(["-O3", "--strip-debug", "--strip-producers", "--strip-target-features"])
        .arg(&wasm)
        .arg("-o")
        .arg(&wasm))?;
    fs::write(&stamp_path, stamp)?;
    Ok(())
}

/// Changes when the compiled member or a tool that works on it does.
fn stamp(tree: &Tree, compiled: &Path) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for path in [compiled, &tree.path("extension/package-lock.json"), &tree.path("Cargo.lock")] {
        fs::read(path).with_context(|| format!("cannot read {}", path.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Has the extension's own script write its part of the package and of the site.
fn bundle(tree: &Tree, folders: [&Path; 2]) -> Result<()> {
    for folder in folders {
        if folder.exists() {
            fs::remove_dir_all(folder)?;
        }
        fs::create_dir_all(folder)?;
    }
    run(Command::new("node").arg("build.mjs").args(folders).current_dir(tree.path("extension")))
}

/// Every file of what is built from a folder and two modules, by its path: both packages share theirs.
fn collect(tree: &Tree, parts: &Path, modules: &[&Module]) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut files = BTreeMap::new();
    add(&mut files, parts, "")?;
    for Module { name, folder, .. } in modules {
        for file in [format!("{name}.js"), format!("{name}_bg.wasm")] {
            let bytes = fs::read(tree.target("wasm").join(folder).join(&file))?;
            files.insert(file, bytes);
        }
    }
    let codebooks = postil::codebook::builtin::files()
        .map_err(|error| anyhow::anyhow!("the built-in codebooks do not compile: {error}"))?;
    files.insert("codebooks.bin".to_owned(), codebooks.shipped);
    files.extend(postil::judgement::shipped::MODELS.iter().map(|(_, bytes)| ("model.bin".to_owned(), bytes.to_vec())));
    files.extend(codebooks.further.into_iter().map(|(id, bytes)| (format!("codebooks/{id}.bin"), bytes)));
    Ok(files)
}

fn add(files: &mut BTreeMap<String, Vec<u8>>, folder: &Path, prefix: &str) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().display());
        if entry.file_type()?.is_dir() {
            add(files, &entry.path(), &format!("{name}/"))?;
        } else {
            files.insert(name, fs::read(entry.path())?);
        }
    }
    Ok(())
}

/// Writes one browser's package, unpacked and zipped; an error if it could ask other machines for anything.
fn pack(tree: &Tree, browser: &str, shared: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    let mut files = shared.clone();
    let source = tree.path("extension/manifest.json");
    let source = fs::read_to_string(&source).with_context(|| format!("cannot read {}", source.display()))?;
    let mut manifest = serde_json::to_vec_pretty(&manifest(&source, browser)?)?;
    manifest.push(b'\n');
    files.insert("manifest.json".to_owned(), manifest);
    closed::check(&files)?;

    let dist = tree.target("dist");
    let folder = dist.join(browser);
    write(&folder, &files)?;
    // Fixed times and rights, sorted names: the archive depends on nothing but the files' content.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(fs::File::create(make_parent(dist.join(format!("postil-{browser}.zip")))?)?);
    for (name, bytes) in &files {
        zip.start_file(name.as_str(), options)?;
        zip.write_all(bytes)?;
    }
    zip.finish()?;
    Ok(())
}

/// Writes files into a folder of their own.
fn write(folder: &Path, files: &BTreeMap<String, Vec<u8>>) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    for (name, bytes) in files {
        fs::write(make_parent(folder.join(name))?, bytes)?;
    }
    Ok(())
}

fn make_parent(path: PathBuf) -> Result<PathBuf> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    Ok(path)
}

/// One browser's manifest: what is common, what is its own, and the version of the workspace.
fn manifest(source: &str, browser: &str) -> Result<Value> {
    let mut common: Map<String, Value> = serde_json::from_str(source).context("manifest.json is not a JSON object")?;
    let mut own = Value::Null;
    for name in BROWSERS {
        let part = common.remove(name).with_context(|| format!("manifest.json has no part for {name}"))?;
        if name == browser {
            own = part;
        }
    }
    common.insert("version".to_owned(), env!("CARGO_PKG_VERSION").into());
    let mut manifest = Value::Object(common);
    merge(&mut manifest, own);
    Ok(manifest)
}

/// Objects are merged, lists are joined, anything else is replaced.
fn merge(into: &mut Value, from: Value) {
    match (into, from) {
        (Value::Object(into), Value::Object(from)) => {
            for (key, value) in from {
                match into.get_mut(&key) {
                    Some(present) => merge(present, value),
                    None => {
                        into.insert(key, value);
                    }
                }
            }
        }
        (Value::Array(into), Value::Array(from)) => into.extend(from),
        (into, from) => *into = from,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_manifest_is_the_common_part_and_the_browsers_own() {
        let source = r#"{
            "name": "n", "permissions": ["storage"], "background": {"type": "module"},
            "chromium": {"permissions": ["sidePanel"], "background": {"service_worker": "b.js"}},
            "firefox": {"background": {"scripts": ["b.js"]}}
        }"#;
        let version = env!("CARGO_PKG_VERSION");
        assert_eq!(
            manifest(source, "chromium").unwrap(),
            json!({"name": "n", "version": version, "permissions": ["storage", "sidePanel"],
                   "background": {"type": "module", "service_worker": "b.js"}})
        );
        assert_eq!(
            manifest(source, "firefox").unwrap(),
            json!({"name": "n", "version": version, "permissions": ["storage"],
                   "background": {"type": "module", "scripts": ["b.js"]}})
        );
    }

    #[test]
    fn a_manifest_without_a_browsers_part_is_refused() {
        assert!(manifest(r#"{"chromium": {}}"#, "chromium").is_err());
    }
}
