//! What the coder can have done by a key, and which keys do it.
//!
//! Shape: a key is written as its browser names it, with `Ctrl+`, `Alt+` and, for keys that write nothing, `Shift+` before it.
//! Invariants: a key does one thing; what the coder changed takes the place of all that ships for it.
//! Must not touch: what is done.

use crate::codebooks::Codebooks;
use postil::service::protocol::Settings;
use std::collections::HashMap;
use web_sys::KeyboardEvent;

/// Something that a key does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Command {
    /// Go to the next unit.
    Next,
    /// Go to the one before.
    Previous,
    /// Go to the open unit that would teach most.
    Useful,
    /// Show the unit on its page.
    Reveal,
    /// The suggestion is right.
    Accept,
    /// The suggestion is wrong.
    Reject,
    /// No code applies.
    None,
    /// Pass the unit over, and go on.
    Skip,
    /// Decide as about the unit that it nearly equals.
    Same,
    /// Choose a code.
    Code,
    /// Change what was said last.
    Edit,
    /// Change its stance.
    Stance,
    /// Change its tier.
    Tier,
    /// Say how sure.
    Confidence,
    /// Write a note.
    Memo,
    /// Code a part of an image.
    Region,
    /// Write down the words in an image.
    Transcribe,
    /// Code the account that wrote the unit.
    Account,
    /// Relate it to another decision.
    Relate,
    /// Flag the unit as urgent.
    Urgent,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Choose which units are listed.
    Filter,
    /// Show the keys.
    Help,
}

impl Command {
    fn needs_no_field(self) -> bool {
        matches!(
            self,
            Self::Next
                | Self::Previous
                | Self::Useful
                | Self::Accept
                | Self::Reject
                | Self::None
                | Self::Skip
                | Self::Same
                | Self::Urgent
        )
    }
}

/// A command with its name in the settings, the keys that ship, and its message.
pub(crate) struct Binding {
    pub(crate) command: Command,
    pub(crate) name: &'static str,
    pub(crate) keys: &'static [&'static str],
    pub(crate) label: &'static str,
}

const fn binding(command: Command, name: &'static str, keys: &'static [&'static str], label: &'static str) -> Binding {
    Binding { command, name, keys, label }
}

/// All of them, in the order in which they are shown. Letters are left to the codes.
pub(crate) const BINDINGS: [Binding; 24] = [
    binding(Command::Next, "next", &["j", "ArrowDown"], "panel_key_next"),
    binding(Command::Previous, "previous", &["k", "ArrowUp"], "panel_key_previous"),
    binding(Command::Useful, "useful", &["."], "panel_key_useful"),
    binding(Command::Reveal, "reveal", &["Enter"], "panel_key_reveal"),
    binding(Command::Accept, "accept", &["a"], "panel_key_accept"),
    binding(Command::Reject, "reject", &["r"], "panel_key_reject"),
    binding(Command::None, "none", &["n"], "panel_key_none"),
    binding(Command::Skip, "skip", &["-"], "panel_key_skip"),
    binding(Command::Same, "same", &["="], "panel_key_same"),
    binding(Command::Code, "code", &["c"], "panel_key_code"),
    binding(Command::Edit, "edit", &["e"], "panel_key_edit"),
    binding(Command::Stance, "stance", &["<"], "panel_key_stance"),
    binding(Command::Tier, "tier", &[">"], "panel_key_tier"),
    binding(Command::Confidence, "confidence", &["+"], "panel_key_confidence"),
    binding(Command::Memo, "memo", &[","], "panel_key_memo"),
    binding(Command::Region, "region", &["%"], "panel_key_region"),
    binding(Command::Transcribe, "transcribe", &["\""], "panel_key_transcribe"),
    binding(Command::Account, "account", &["@"], "panel_key_account"),
    binding(Command::Relate, "relate", &["&"], "panel_key_relate"),
    binding(Command::Urgent, "urgent", &["!"], "panel_key_urgent"),
    binding(Command::Undo, "undo", &["Ctrl+z"], "panel_key_undo"),
    binding(Command::Redo, "redo", &["Ctrl+Shift+z", "Ctrl+y"], "panel_key_redo"),
    binding(Command::Filter, "filter", &["/"], "panel_key_filter"),
    binding(Command::Help, "help", &["?"], "panel_key_help"),
];

/// Which key does what now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Keys(HashMap<String, Command>);

impl Default for Keys {
    fn default() -> Self {
        Self::new(&Settings::default())
    }
}

impl Keys {
    /// As the coder set them. Of two commands on one key the one that the coder set has it.
    pub(crate) fn new(settings: &Settings) -> Self {
        let mut keys = HashMap::new();
        let (own, shipped): (Vec<&Binding>, Vec<&Binding>) =
            BINDINGS.iter().partition(|binding| settings.keys.contains_key(binding.name));
        for binding in shipped {
            keys.extend(binding.keys.iter().map(|key| ((*key).to_owned(), binding.command)));
        }
        let own = own.iter().filter_map(|binding| Some((settings.keys.get(binding.name)?.clone(), binding.command)));
        keys.extend(own.filter(|(key, _)| !key.is_empty()));
        Self(keys)
    }

    /// What a key does.
    pub(crate) fn command(&self, key: &str) -> Option<Command> {
        self.0.get(key).copied()
    }

    /// The keys that act while the page has the focus: those that write a sign, of what needs no field of the panel, and those
    /// of codes.
    pub(crate) fn on_page(&self, codebooks: &Codebooks) -> Vec<String> {
        let acts = |(key, command): &(&String, &Command)| is_sign(key) && command.needs_no_field();
        let own = self.0.iter().filter(acts).map(|(key, _)| key.clone());
        let codes = codebooks.active().flat_map(|card| &card.codes).filter_map(|code| code.hotkey);
        let codes = codes.map(String::from).filter(|key| !self.0.contains_key(key));
        own.chain(codes).collect()
    }

    /// The keys that do something, in the order in which they ship.
    pub(crate) fn of(&self, binding: &Binding) -> Vec<String> {
        let mut keys: Vec<String> =
            self.0.iter().filter(|(_, command)| **command == binding.command).map(|(key, _)| key.clone()).collect();
        keys.sort_by_key(|key| (binding.keys.iter().position(|shipped| shipped == key), key.clone()));
        keys
    }
}

/// What is pressed; nothing for a key that only changes others, or while letters are put together.
pub(crate) fn pressed(event: &KeyboardEvent) -> Option<String> {
    let key = event.key();
    let alone =
        matches!(&*key, "Shift" | "Control" | "Alt" | "AltGraph" | "Meta" | "Dead" | "Process" | "Unidentified");
    if alone || event.is_composing() {
        return None;
    }
    // A sign that a layout writes with AltGr is the sign.
    let sign = event.get_modifier_state("AltGraph");
    let control = (event.ctrl_key() || event.meta_key()) && !sign;
    Some(written(&key, control, event.alt_key() && !sign, event.shift_key()))
}

fn written(key: &str, control: bool, alt: bool, shift: bool) -> String {
    let writes = is_sign(key);
    let mut name = String::new();
    for (held, prefix) in [(control, "Ctrl+"), (alt, "Alt+"), (shift && (!writes || control || alt), "Shift+")] {
        if held {
            name += prefix;
        }
    }
    if control || alt { name + &key.to_lowercase() } else { name + key }
}

/// Whether a key writes a sign.
fn is_sign(key: &str) -> bool {
    key.chars().nth(1).is_none()
}

/// A key as it is shown.
pub(crate) fn shown(key: &str) -> String {
    key.replace("ArrowDown", "↓").replace("ArrowUp", "↑").replace("ArrowLeft", "←").replace("ArrowRight", "→")
}

#[cfg(test)]
mod tests {
    use super::*;
    use postil::codebook::advice::PANEL_KEYS;
    use std::collections::{BTreeMap, HashSet};

    #[test]
    fn every_key_does_one_thing() {
        let keys: Vec<&str> = BINDINGS.iter().flat_map(|binding| binding.keys).copied().collect();
        assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        let names: HashSet<&str> = BINDINGS.iter().map(|binding| binding.name).collect();
        assert_eq!(names.len(), BINDINGS.len());
    }

    #[test]
    fn codebooks_are_told_of_every_key_that_a_code_cannot_have() {
        let single = |key: &&str| key.chars().nth(1).is_none();
        let keys = BINDINGS.iter().flat_map(|binding| binding.keys).copied().filter(single);
        let keys: HashSet<char> = keys.flat_map(str::chars).collect();
        assert_eq!(keys, PANEL_KEYS.into_iter().collect());
    }

    #[test]
    fn what_the_coder_set_takes_the_place_of_what_ships() {
        let changed = BTreeMap::from([
            ("accept".to_owned(), "j".to_owned()),
            ("reject".to_owned(), String::new()),
            ("gone".to_owned(), "g".to_owned()),
        ]);
        let keys = Keys::new(&Settings { keys: changed, ..Settings::default() });
        assert_eq!(keys.command("j"), Some(Command::Accept));
        assert_eq!([keys.command("a"), keys.command("r"), keys.command("g")], [None; 3]);
        assert_eq!(keys.command("ArrowDown"), Some(Command::Next));
        assert_eq!(keys.of(&BINDINGS[0]), ["ArrowDown"]);
        assert_eq!(Keys::default().of(&BINDINGS[21]), ["Ctrl+Shift+z", "Ctrl+y"]);
    }

    #[test]
    fn keys_are_written_one_way() {
        assert_eq!(written("Z", true, false, true), "Ctrl+Shift+z");
        assert_eq!(written("?", false, false, true), "?");
        assert_eq!(written("ArrowUp", false, false, true), "Shift+ArrowUp");
        assert_eq!(written("ß", false, true, false), "Alt+ß");
    }
}
