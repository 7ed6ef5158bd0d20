//! Addresses of Bitcoin, Ethereum, Monero and TRON on their main nets, each with its checksum.
//!
//! Sources: Bitcoin's base58check, BIP-173, BIP-350, EIP-55, Monero's block-wise base58 with Keccak, TRON's base58check.
//! Invariants: a token is taken whole or not at all; private keys and other nets are no addresses.

use super::Kind;
use bech32::Fe32;
use bech32::primitives::decode::SegwitHrpstring;
use sha2::Digest;
use sha2::Sha256;
use sha3::Keccak256;

/// Shortest address, in bytes: witness version 1 with the shortest program.
pub(super) const SHORTEST: usize = 14;

/// What a token is, if it is an address.
pub(super) fn kind(token: &str) -> Option<Kind> {
    match (token.as_bytes().first()?, token.len()) {
        (b'1' | b'3' | b'T', 26..=35) => base58check(token),
        (b'b' | b'B', 14..=90) => segwit(token),
        (b'0', 42) => ethereum(token),
        (b'4' | b'8', 95 | 106) => monero(token),
        _ => None,
    }
}

fn base58check(token: &str) -> Option<Kind> {
    let mut bytes = [0; 25];
    if bs58::decode(token).onto(&mut bytes).ok()? != bytes.len() {
        return None;
    }
    let (payload, checksum) = bytes.split_last_chunk::<4>()?;
    if !Sha256::digest(Sha256::digest(payload)).starts_with(checksum) {
        return None;
    }
    match payload[0] {
        0x00 | 0x05 => Some(Kind::BitcoinBase58),
        0x41 => Some(Kind::Tron),
        _ => None,
    }
}

fn segwit(token: &str) -> Option<Kind> {
    let address = SegwitHrpstring::new(token).ok()?;
    let main = address.hrp() == bech32::hrp::BC;
    main.then(|| if address.witness_version() == Fe32::Q { Kind::BitcoinBech32 } else { Kind::BitcoinBech32m })
}

fn ethereum(token: &str) -> Option<Kind> {
    let digits = token.strip_prefix("0x")?;
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let has = |test: fn(&u8) -> bool| digits.as_bytes().iter().any(test);
    let (lower, upper) = (has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase));
    let hash = Keccak256::digest(digits.to_ascii_lowercase());
    let checked = digits.bytes().enumerate().filter(|(_, digit)| digit.is_ascii_alphabetic()).all(|(index, digit)| {
        let nibble = hash[index / 2] >> (if index % 2 == 0 { 4 } else { 0 }) & 15;
        digit.is_ascii_uppercase() == (nibble >= 8)
    });
    match (checked, lower, upper) {
        (true, true, _) | (true, _, true) => Some(Kind::Ethereum),
        (false, true, true) => None,
        _ => Some(Kind::EthereumUnchecked),
    }
}

fn monero(token: &str) -> Option<Kind> {
    let bytes = base58_monero::decode(token).ok()?;
    let (payload, checksum) = bytes.split_last_chunk::<4>()?;
    if !Keccak256::digest(payload).starts_with(checksum) {
        return None;
    }
    // The tag, two keys, and in an integrated address a payment id of 8 bytes.
    match (payload[0], payload.len()) {
        (18, 65) => Some(Kind::Monero),
        (19, 73) => Some(Kind::MoneroIntegrated),
        (42, 65) => Some(Kind::MoneroSubaddress),
        _ => None,
    }
}
