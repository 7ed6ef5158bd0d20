//! What the types do not say of a decision, whether a face sends it or a file has it as an entry of a log.
//!
//! Invariants: whatever passes is bounded in every part; the two are held to the same rules.

use super::decisions::is_uuid;
use super::protocol::{Action, CodebookRef, Decision, Failure, Page, Proposal, Region, Relation, UnitKind};
use super::{MAX_TEXT, MAX_URL, address, invalid, limit};
use crate::annotation::LogEntry;
use crate::annotation::record::sha256;
use crate::annotation::selector::{End, Selector};

/// Longest id of a code, a stance or a codebook, in bytes.
pub(super) const MAX_ID: usize = 80;
/// Longest memo, in bytes.
pub(crate) const MAX_MEMO: usize = 10_000;
/// Longest name of a project, a coder or a version, in bytes.
pub(super) const MAX_NAME: usize = 200;
/// Most selectors of an entry; Postil makes three.
const MAX_SELECTORS: usize = 8;

/// What both say.
struct Said<'d> {
    id: &'d str,
    at: &'d str,
    page: &'d Page,
    text: Option<&'d String>,
    action: Action,
    codebook: &'d CodebookRef,
    code: Option<&'d String>,
    stance: Option<&'d String>,
    memo: Option<&'d String>,
    revises: Option<&'d String>,
    relation: Option<&'d Relation>,
    proposed: Option<&'d Proposal>,
}

/// Of a decision.
pub(super) fn decision(decision: &Decision) -> Result<(), Failure> {
    said(&Said {
        id: &decision.id,
        at: &decision.at,
        page: &decision.page,
        text: Some(&decision.text),
        action: decision.action,
        codebook: &decision.codebook,
        code: decision.code.as_ref(),
        stance: decision.stance.as_ref(),
        memo: decision.memo.as_ref(),
        revises: decision.revises.as_ref(),
        relation: decision.relation.as_ref(),
        proposed: decision.proposed.as_ref(),
    })?;
    let region = decision.image.as_ref().and_then(|image| image.region);
    limit(region.is_none_or(|region| region.is_part()) && (region.is_none() || decision.span.is_none()), || {
        "a part of an image lies within it and is not empty; a decision is about a part of an image or about words of it".into()
    })?;
    let bare = decision.image.is_none() && decision.span.is_none();
    on_an_account(decision.kind, decision.stance.as_ref(), decision.tier, bare)
}

/// Whether what is said of an account can be: a stance and a tier are of what people write, and no scale is applied to people.
fn on_an_account(kind: UnitKind, stance: Option<&String>, tier: Option<u8>, bare: bool) -> Result<(), Failure> {
    limit(kind != UnitKind::Account || stance.is_none() && tier.is_none() && bare, || {
        "an account is given codes as a whole, and no stance and no tier".into()
    })
}

/// Of an entry that comes from elsewhere; what is said names it.
pub(super) fn entry(entry: &LogEntry) -> Result<(), Failure> {
    let checked = said(&Said {
        id: &entry.id,
        at: &entry.at,
        page: &entry.page,
        text: entry.unit.text.as_ref(),
        action: entry.action,
        codebook: &entry.codebook,
        // In the log, what is tied to other words says again which code it has.
        code: entry.code.as_ref().filter(|_| entry.action != Action::Reattached),
        stance: entry.stance.as_ref(),
        memo: entry.memo.as_ref(),
        revises: entry.revises.as_ref(),
        relation: entry.relation.as_ref(),
        proposed: entry.proposed.as_ref(),
    });
    checked.and_then(|()| logged(entry)).map_err(|failure| {
        let id: String = entry.id.chars().take(MAX_ID).collect();
        invalid(format!("the entry `{id}`: {}; mend it in the file or leave it out", failure.message))
    })
}

fn said(it: &Said<'_>) -> Result<(), Failure> {
    let within = |text: Option<&String>, most: usize| text.is_none_or(|text| text.len() <= most);
    limit(is_uuid(it.id), || "a decision's id is a UUID".into())?;
    limit(is_time(it.at), || "the time is RFC 3339 in UTC, such as 2026-01-02T03:04:05.678Z".into())?;
    address(&it.page.url)?;
    limit(it.page.title.len() <= MAX_TEXT, || format!("a title is at most {MAX_TEXT} bytes"))?;
    limit(within(it.text, MAX_TEXT), || format!("a unit is at most {MAX_TEXT} bytes"))?;
    limit(it.codebook.id.len() <= MAX_ID, || format!("a codebook's id is at most {MAX_ID} bytes"))?;
    limit(it.codebook.version.len().max(it.codebook.hash.len()) <= MAX_NAME, || {
        format!("a codebook's version and hash have at most {MAX_NAME} bytes each")
    })?;
    let proposed = it.proposed.map(|proposal| [proposal.code.as_ref(), proposal.stance.as_ref()]).unwrap_or_default();
    limit(within(it.stance, MAX_ID) && proposed.iter().all(|id| within(*id, MAX_ID)), || {
        format!("a stance's id is at most {MAX_ID} bytes, and so is that of what was proposed")
    })?;
    limit(within(it.memo, MAX_MEMO), || format!("a memo is at most {MAX_MEMO} bytes; shorten it"))?;
    match (it.action, it.code) {
        (Action::Accepted | Action::Rejected | Action::Assigned | Action::Edited, code) => {
            limit(code.is_some_and(|code| (1..=MAX_ID).contains(&code.len())), || {
                format!("accepting, rejecting, assigning and editing name a code of 1 to {MAX_ID} bytes")
            })?;
        }
        (_, code) => {
            limit(code.is_none(), || {
                "accepting, rejecting, assigning and editing name a code; other decisions name none".into()
            })?;
        }
    }
    let related = it.relation.is_none_or(|it| is_uuid(&it.from) && is_uuid(&it.to) && it.from != it.to);
    limit((it.action == Action::Related) == it.relation.is_some() && related, || {
        "a relation names two decisions by their ids; other decisions relate nothing".into()
    })?;
    let revises = matches!(it.action, Action::Edited | Action::Reattached | Action::Withdrawn);
    limit(revises == it.revises.is_some() && it.revises.iter().all(|id| is_uuid(id) && *id != it.id), || {
        "an edit, tying to other words and a withdrawal name the decision that they revise by its id; other decisions revise none".into()
    })
}

/// What an entry says beyond a decision.
fn logged(entry: &LogEntry) -> Result<(), Failure> {
    limit(is_name(&entry.coder), || format!("a coder has a name of 1 to {MAX_NAME} bytes"))?;
    limit(!entry.page.url.contains('#'), || "an address is kept without its fragment".into())?;
    limit(entry.code.as_ref().is_none_or(|code| code.len() <= MAX_ID), || {
        format!("a code has at most {MAX_ID} bytes")
    })?;
    let unit = &entry.unit;
    let short = [&entry.model.id, &entry.model.hash, &unit.kind, &unit.projection];
    limit(short.iter().all(|text| text.len() <= MAX_NAME), || {
        format!(
            "a model's id and hash, the kind of a unit's state and its projection have at most {MAX_NAME} bytes each"
        )
    })?;
    limit(unit.title.len() <= MAX_TEXT, || format!("a title is at most {MAX_TEXT} bytes"))?;
    limit(unit.image.as_ref().is_none_or(|image| is_hash(image)), || {
        "what an image is known by is a SHA-256, as 64 hexadecimal digits".into()
    })?;
    on_an_account(unit.unit, entry.stance.as_ref(), entry.tier, unit.image.is_none())?;
    limit(is_time(&unit.source_date), || "the time of capture is RFC 3339 in UTC".into())?;
    limit(is_hash(&unit.sha256) && unit.text.as_ref().is_none_or(|text| sha256(text) == unit.sha256), || {
        "the SHA-256 of a unit is that of its text, as 64 hexadecimal digits".into()
    })?;
    let made = |urn: &String| urn.strip_prefix("urn:uuid:").is_some_and(is_uuid);
    limit(entry.annotation.iter().all(made), || "an annotation's id is `urn:uuid:` and the decision's id".into())?;
    limit(entry.selector.len() <= MAX_SELECTORS && entry.selector.iter().all(selects), || {
        format!(
            "at most {MAX_SELECTORS} selectors, each of at most {MAX_TEXT} bytes, whose positions end after they begin"
        )
    })
}

fn selects(selector: &Selector) -> bool {
    match selector {
        Selector::TextQuote(quote) => {
            [&quote.exact, &quote.prefix, &quote.suffix].iter().all(|text| text.len() <= MAX_TEXT)
        }
        Selector::TextPosition(position) => position.start <= position.end,
        Selector::Fragment(fragment) => Region::of(&fragment.value).is_some(),
        Selector::Range(stretch) => [&stretch.start, &stretch.end].iter().all(|end| {
            let End::XPath { value, .. } = end;
            value.len() <= MAX_URL
        }),
    }
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Whether somebody or something can be called so.
pub(super) fn is_name(name: &str) -> bool {
    !name.trim().is_empty() && name.len() <= MAX_NAME
}

/// Whether it is a time as records have it: RFC 3339 in UTC. Its digits are not looked into.
pub(super) fn is_time(text: &str) -> bool {
    let Some((moment, fraction)) = text.strip_suffix('Z').and_then(|text| text.split_at_checked(19)) else {
        return false;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let form = moment.bytes().zip(b"0000-00-00T00:00:00".iter()).all(|(byte, form)| match form {
        b'0' => byte.is_ascii_digit(),
        _ => byte == *form,
    });
    form && text.len() <= 40
        && (fraction.is_empty() || fraction.strip_prefix('.').is_some_and(|part| !part.is_empty() && digits(part)))
}
