//! Text made up for property tests.

use proptest::prelude::*;

/// Text as pages have it: letters of many scripts, marks, emoji with joiners, bidi and zero-width controls.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[a-zA-Z0-9 .,!#@_'-]{1,8}",
        "[\\x{0621}-\\x{064A}\\x{064B}-\\x{0652}\\x{0640}]{1,6}",
        "[а-яёй]{1,5}",
        "[à-ü\\x{0300}-\\x{036F}]{1,4}",
        "[\\x{1100}-\\x{11FF}가-힣]{1,3}",
        Just("👩‍👩‍👧".to_owned()),
        Just("🏴‍☠️".to_owned()),
        Just("☝🏽".to_owned()),
        "[\\x{200B}-\\x{200F}\\x{202A}-\\x{202E}\\x{2066}-\\x{2069}\\x{FEFF}\\x{FFFD}]{1,3}",
        "\\PC{1,4}",
        "[ \t\n\\x{00A0}\\x{3000}]{1,3}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}
