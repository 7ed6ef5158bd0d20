//! The declarations of the wire types for TypeScript, in one module.
//!
//! Invariants: declares every type that a message can hold, each once, in the order of their names.
//! Must not touch: the types. They are declared in Rust alone.

use crate::Tree;
use anyhow::{Context as _, Result};
use postil::service::protocol::{Event, Request, Response};
use postil::service::tab::{TabEvent, TabRequest};
use std::collections::BTreeMap;
use std::fs;
use ts_rs::{Config, TS, TypeVisitor};

struct Declarations {
    config: Config,
    found: BTreeMap<String, String>,
}

impl Declarations {
    fn add<T: TS + 'static + ?Sized>(&mut self) {
        // Only derived types have a file of their own; strings, vectors and options have none and are declared nowhere.
        if T::output_path().is_some() {
            let name = T::ident(&self.config);
            if self.found.contains_key(&name) {
                return;
            }
            let docs = T::docs().unwrap_or_default();
            self.found.insert(name, format!("{docs}export {}\n", T::decl(&self.config)));
        }
        T::visit_dependencies(self);
        T::visit_generics(self);
    }
}

impl TypeVisitor for Declarations {
    fn visit<T: TS + 'static + ?Sized>(&mut self) {
        self.add::<T>();
    }
}

/// The text of the declarations.
pub fn declarations() -> String {
    let mut all = Declarations { config: Config::new().with_large_int("number"), found: BTreeMap::new() };
    all.add::<Request>();
    all.add::<Response>();
    all.add::<Event>();
    all.add::<TabRequest>();
    all.add::<TabEvent>();
    let body: Vec<String> = all.found.into_values().collect();
    format!("// Generated from src/service by postil-tool.\n\n{}", body.join("\n"))
}

/// Writes the declarations where the extension's `tsconfig.json` looks for them.
pub fn write(tree: &Tree) -> Result<()> {
    let path = tree.target("types/protocol.d.ts");
    let text = declarations();
    if fs::read_to_string(&path).is_ok_and(|old| old == text) {
        return Ok(());
    }
    fs::create_dir_all(tree.target("types"))?;
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_that_is_named_is_declared() {
        let text = declarations();
        for name in ["Request", "Response", "Event", "TabRequest", "TabEvent", "Annotation", "LogEntry", "Finding"] {
            assert!(text.contains(&format!("export type {name} = ")), "{name} is missing in\n{text}");
        }
        assert!(!text.contains("bigint"));
        assert_eq!(text.matches("export type Finding = ").count(), 1);
    }
}
