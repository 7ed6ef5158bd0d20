//! Codebooks as faces show them.

use super::protocol::{CodeCard, CodebookCard, IndicatorCard, Label, StanceCard};
use crate::codebook::Compiled;
use crate::codebook::model::{Code, Codebook};

/// The card of a codebook.
pub(super) fn card(compiled: &Compiled, active: bool, own: bool, learns: bool) -> CodebookCard {
    let codebook = &compiled.codebook;
    CodebookCard {
        codebook: compiled.reference.clone(),
        title: codebook.title.clone(),
        description: codebook.description.clone(),
        active,
        own,
        learns,
        tiers: codebook.scale.iter().flat_map(|scale| &scale.tiers).map(|tier| tier.label.clone()).collect(),
        support_from: codebook.scale.as_ref().map(|scale| scale.support_from),
        stances: codebook
            .stances
            .iter()
            .map(|stance| StanceCard {
                id: stance.id.clone(),
                label: stance.label.clone(),
                definition: stance.definition.clone(),
                tiers: stance.tiers,
            })
            .collect(),
        targets: codebook
            .targets
            .iter()
            .map(|target| Label {
                id: target.id.clone(),
                label: target.label.clone(),
                definition: target.gloss.clone().unwrap_or_default(),
            })
            .collect(),
        codes: codebook.codes.iter().map(|code| code_card(codebook, code)).collect(),
    }
}

fn code_card(codebook: &Codebook, code: &Code) -> CodeCard {
    let own = code.indicators.iter().map(|indicator| IndicatorCard {
        id: indicator.id.clone(),
        gloss: indicator.gloss.clone(),
        ordinary: indicator.ordinary.clone(),
    });
    let named = codebook.targets.iter().filter(|target| target.code == code.id).map(|target| IndicatorCard {
        id: target.id.clone(),
        gloss: target.gloss.clone(),
        ordinary: None,
    });
    CodeCard {
        id: code.id.clone(),
        parent: code.parent.clone(),
        label: code.label.clone(),
        definition: code.definition.clone(),
        colour: code.colour.clone(),
        hotkey: code.hotkey,
        indicators: own.chain(named).collect(),
    }
}
