//! What a coder is about to say in the form: about which words, and with what the form begins.
//!
//! Invariants: a draft holds all that its decision needs, so that it outlives its unit and its page.
//! Must not touch: signals that are shown, the document.

use crate::codebooks::Codebooks;
use crate::decisions::Stand;
use crate::store::{Unit, found, proposal};
use leptos::prelude::GetUntracked;
use postil::service::protocol::{
    Action, CodeCard, CodebookReading, Confidence, Decision, Page, Pictured, Proposal, Region, UnitKind,
};
use postil::service::tab::ShownImage;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What the form begins with, or ends with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Values {
    /// Codebook id and code id.
    pub(crate) code: Option<(String, String)>,
    /// Stance id.
    pub(crate) stance: Option<String>,
    /// Tier.
    pub(crate) tier: Option<u8>,
    /// How sure.
    pub(crate) confidence: Option<Confidence>,
    /// Note; empty: none.
    pub(crate) memo: String,
    /// The part of an image; absent: all of it.
    pub(crate) region: Option<Region>,
}

/// A field of the form.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Field {
    /// The code.
    #[default]
    Code,
    /// Stance.
    Stance,
    /// Tier.
    Tier,
    /// How sure.
    Confidence,
    /// The note.
    Memo,
}

/// What is being coded.
#[derive(Debug)]
pub(crate) struct Draft {
    /// Id of the unit within the tab.
    pub(crate) unit: String,
    page: Arc<Page>,
    /// The unit's whole text, as the coder saw it.
    pub(crate) text: String,
    kind: UnitKind,
    author: Option<String>,
    path: Option<String>,
    /// The image that it is, if it is one.
    pub(crate) image: Option<ShownImage>,
    /// Where in the text; absent: all of it.
    pub(crate) span: Option<[u32; 2]>,
    /// The decision that is changed, with its codebook; absent for a new one.
    pub(crate) revises: Option<String>,
    /// What was proposed, by codebook; the last word counts.
    proposed: Vec<(String, Proposal)>,
    /// What the form begins with.
    pub(crate) begins: Values,
    /// The field that has the focus first.
    pub(crate) field: Field,
    hidden: bool,
    touched: AtomicBool,
}

impl Draft {
    fn new(unit: &Unit, span: Option<[u32; 2]>, begins: Values) -> Self {
        let content = unit.content.get_untracked();
        let hidden = unit.is_hidden();
        let readings = content.readings(None).filter(|result| found(result));
        // Of what was not shown, the leading code is kept, to be compared with what the coder says.
        let leading = |result: &CodebookReading| result.codes.first().map(|code| code.code.clone());
        let proposed = readings.map(|result| {
            let code = leading(result).filter(|_| hidden);
            (result.codebook.id.clone(), proposal(result, code.as_deref()))
        });
        Self {
            unit: unit.id.clone(),
            page: unit.page(),
            text: content.text.clone(),
            kind: content.kind,
            author: content.author.clone(),
            path: content.path.clone(),
            image: content.image.as_ref().map(|image| image.shown.clone()),
            span,
            revises: None,
            proposed: proposed.collect(),
            begins,
            field: Field::default(),
            hidden,
            touched: AtomicBool::new(false),
        }
    }

    /// A code for a stretch of a unit, or for all of it.
    pub(crate) fn of_span(unit: &Unit, span: Option<[u32; 2]>) -> Self {
        Self::new(unit, span, Values::default())
    }

    /// A code for a part of an image, or for all of it.
    pub(crate) fn of_region(unit: &Unit, region: Option<Region>) -> Self {
        Self::new(unit, None, Values { region, ..Values::default() })
    }

    /// A code for the account that wrote a unit.
    pub(crate) fn of_account(unit: &Unit, name: &str) -> Self {
        Self {
            text: name.to_owned(),
            kind: UnitKind::Account,
            author: Some(name.to_owned()),
            path: None,
            image: None,
            proposed: Vec::new(),
            hidden: false,
            ..Self::new(unit, None, Values::default())
        }
    }

    /// Whether it is about an account, to which no scale is applied.
    pub(crate) fn is_of_account(&self) -> bool {
        self.kind == UnitKind::Account
    }

    /// A code in place of a suggested one.
    pub(crate) fn instead(unit: &Unit, result: &CodebookReading, code: &str, span: Option<[u32; 2]>) -> Self {
        let codebook = &result.codebook.id;
        let begins = Values {
            code: Some((codebook.clone(), code.to_owned())),
            stance: result.stance.clone(),
            tier: result.tier,
            ..Values::default()
        };
        let mut draft = Self::new(unit, span, begins);
        draft.proposed.push((codebook.clone(), proposal(result, Some(code))));
        draft
    }

    /// An earlier decision.
    pub(crate) fn revising(unit: &Unit, stand: &Stand) -> Self {
        let mark = &stand.mark;
        let begins = Values {
            code: mark.code.as_ref().map(|code| (mark.codebook.clone(), code.clone())),
            stance: mark.stance.clone(),
            tier: mark.tier,
            confidence: mark.confidence,
            memo: mark.memo.clone().unwrap_or_default(),
            region: mark.region,
        };
        let draft = Self::new(unit, stand.span(), begins);
        Self { revises: Some(mark.decision.clone()), proposed: Vec::new(), ..draft }
    }

    /// The same, with the focus in a field.
    pub(crate) fn at(self, field: Field) -> Self {
        Self { field, ..self }
    }

    /// Whether the coder has changed anything in the form.
    pub(crate) fn is_touched(&self) -> bool {
        self.touched.load(Ordering::Relaxed)
    }

    /// Says that the coder has changed something in the form.
    pub(crate) fn touch(&self) {
        self.touched.store(true, Ordering::Relaxed);
    }

    /// The one codebook whose codes may be chosen; absent: all active ones.
    pub(crate) fn codebook(&self) -> Option<&str> {
        let (codebook, _) = self.begins.code.as_ref().filter(|_| self.revises.is_some())?;
        Some(codebook)
    }

    /// Whether it is about something on the page with this address, and new.
    pub(crate) fn may_take(&self, url: &str) -> bool {
        self.revises.is_none() && crate::store::bare(&self.page.url) == url
    }

    /// The decision that says this; none without a code of a codebook that is there.
    pub(crate) fn decision(&self, codebooks: &Codebooks, values: Values, id: String, at: String) -> Option<Decision> {
        let (codebook, code) = values.code?;
        let card = codebooks.card(&codebook)?;
        let memo = values.memo.trim();
        let image = self.image.as_ref();
        Some(Decision {
            hidden: self.hidden,
            relation: None,
            id,
            at,
            page: (*self.page).clone(),
            text: self.text.clone(),
            kind: self.kind,
            author: self.author.clone(),
            path: self.path.clone(),
            image: image.map(|image| Pictured { source: image.source.clone(), region: values.region }),
            action: if self.revises.is_some() { Action::Edited } else { Action::Assigned },
            codebook: card.codebook.clone(),
            code: Some(code),
            stance: values.stance,
            tier: values.tier,
            confidence: values.confidence,
            memo: (!memo.is_empty()).then(|| memo.to_owned()),
            span: self.span.filter(|_| values.region.is_none()),
            revises: self.revises.clone(),
            proposed: self.proposed.iter().rfind(|(id, _)| *id == codebook).map(|(_, proposal)| proposal.clone()),
        })
    }
}

/// Codes in the order of a tree, each with its depth in it.
pub(crate) fn tree(codes: &[CodeCard]) -> Vec<(usize, &CodeCard)> {
    let mut children: BTreeMap<Option<&str>, Vec<&CodeCard>> = BTreeMap::new();
    for code in codes {
        // What names a parent that is not there stands on its own.
        let parent = code.parent.as_deref().filter(|parent| codes.iter().any(|code| code.id == *parent));
        children.entry(parent).or_default().push(code);
    }
    let mut under = |parent| children.remove(&parent).unwrap_or_default().into_iter().rev();
    let mut tree = Vec::new();
    let mut waiting: Vec<(usize, &CodeCard)> = under(None).map(|code| (0, code)).collect();
    while let Some((depth, code)) = waiting.pop() {
        tree.push((depth, code));
        waiting.extend(under(Some(&*code.id)).map(|child| (depth + 1, child)));
    }
    tree
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(id: &str, parent: Option<&str>) -> CodeCard {
        CodeCard {
            id: id.to_owned(),
            parent: parent.map(str::to_owned),
            label: String::new(),
            definition: String::new(),
            colour: String::new(),
            hotkey: None,
            indicators: Vec::new(),
        }
    }

    fn shape(codes: &[CodeCard]) -> Vec<(usize, &str)> {
        tree(codes).into_iter().map(|(depth, code)| (depth, &*code.id)).collect()
    }

    #[test]
    fn children_stand_under_their_parents() {
        let codes =
            [code("a", None), code("b", None), code("c", Some("a")), code("d", Some("c")), code("e", Some("a"))];
        assert_eq!(shape(&codes), [(0, "a"), (1, "c"), (2, "d"), (1, "e"), (0, "b")]);
    }

    #[test]
    fn a_parent_that_is_not_there_hides_no_code() {
        assert_eq!(shape(&[code("a", Some("gone")), code("b", None)]), [(0, "a"), (0, "b")]);
    }
}
