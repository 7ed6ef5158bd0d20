//! Words that a model weighs by themselves, beside the evidence of the codebook: which raise support, which lower it, and how much.
//!
//! Invariants: what the chips and the line for the rest say sums to what the reading says; a reading without a model shows
//! nothing of it; strength is told by a number, and the bar under a word only repeats it.

use super::words;
use crate::host::Browser;
use leptos::prelude::*;
use postil::service::protocol::{CodebookReading, Cue};

/// A contribution smaller than this is shown as none.
pub(super) const SLIGHT: f32 = 0.05;

/// The same words in a unit, with what they add in all.
#[derive(Debug, Clone, PartialEq)]
struct Chip {
    matched: String,
    /// Where they first stand, UTF-16.
    span: [u32; 2],
    times: usize,
    contribution: f32,
}

/// What is shown of the words of a unit.
#[derive(Debug, Default, PartialEq)]
struct Shown {
    /// Heaviest first.
    raising: Vec<Chip>,
    /// Heaviest first.
    lowering: Vec<Chip>,
    /// What all other words add.
    rest: f32,
}

/// Whether a model said anything of a unit's words.
pub(super) fn any(result: &CodebookReading) -> bool {
    result.support.is_some() && (!result.cues.is_empty() || result.other != 0.0)
}

fn shown(cues: &[Cue], other: f32) -> Shown {
    let mut chips: Vec<Chip> = Vec::new();
    for cue in cues {
        let span = [cue.start, cue.end];
        match chips.iter_mut().find(|chip| chip.matched == cue.matched) {
            Some(chip) => {
                chip.span = chip.span.min(span);
                chip.times += 1;
                chip.contribution += cue.contribution;
            }
            None => {
                chips.push(Chip { matched: cue.matched.clone(), span, times: 1, contribution: cue.contribution });
            }
        }
    }
    let mut shown = Shown { rest: other, ..Shown::default() };
    for chip in chips {
        let list = match chip.contribution {
            amount if amount.abs() < SLIGHT => {
                shown.rest += amount;
                continue;
            }
            amount if amount > 0.0 => &mut shown.raising,
            _ => &mut shown.lowering,
        };
        let place = list.partition_point(|it| it.contribution.abs() >= chip.contribution.abs());
        list.insert(place, chip);
    }
    shown
}

/// The words, as lines of the explanation; `longest` is the contribution of a full bar, `reveal` shows a span of the unit.
pub(super) fn cues(
    browser: Browser,
    result: &CodebookReading,
    longest: f32,
    reveal: &(impl Fn([u32; 2]) + Clone + 'static),
) -> Option<AnyView> {
    if !any(result) {
        return None;
    }
    let Shown { raising, lowering, rest } = shown(&result.cues, result.other);
    let several = !raising.is_empty() || !lowering.is_empty();
    let rest = (rest.abs() >= SLIGHT || !several).then(|| {
        let key = if several { "panel_words_rest" } else { "panel_words_all" };
        view! { <li class="sum words-rest"><span>{browser.text(key)}</span> <span class="amount">{words::signed(rest)}</span></li> }
    });
    Some(
        view! {
            {group(browser, "panel_words_raise", "raises", &raising, longest, reveal)}
            {group(browser, "panel_words_lower", "lowers", &lowering, longest, reveal)}
            {rest}
        }
        .into_any(),
    )
}

fn group(
    browser: Browser,
    key: &'static str,
    class: &'static str,
    chips: &[Chip],
    longest: f32,
    reveal: &(impl Fn([u32; 2]) + Clone + 'static),
) -> Option<AnyView> {
    if chips.is_empty() {
        return None;
    }
    let items = chips.iter().map(|chip| {
        let (reveal, span) = (reveal.clone(), chip.span);
        let times = (chip.times > 1).then(|| format!(" ×{}", chip.times));
        let share = format!("{:.2}", (chip.contribution.abs() / longest).min(1.0));
        view! {
            <li>
                <button
                    type="button"
                    class="chip"
                    style=("--share", share)
                    title=browser.text("panel_reveal")
                    on:click=move |_| reveal(span)
                >
                    <bdi>{chip.matched.clone()}</bdi>
                    {times}
                    " "
                    <span class="amount">{words::signed(chip.contribution)}</span>
                </button>
            </li>
        }
    });
    let title = browser.text(key);
    Some(
        view! {
            <li class=format!("cues {class}")>
                <p class="preface" aria-hidden="true">{title.clone()}</p>
                <ul class="chips" role="list" aria-label=title>{items.collect_view()}</ul>
            </li>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cue(matched: &str, start: u32, contribution: f32) -> Cue {
        Cue { start, end: start + 4, matched: matched.to_owned(), contribution }
    }

    fn told(chips: &[Chip]) -> Vec<(&str, u32, usize)> {
        chips.iter().map(|chip| (&*chip.matched, chip.span[0], chip.times)).collect()
    }

    #[test]
    fn the_same_words_stand_once_where_they_first_are() {
        let shown = shown(&[cue("glory", 40, 0.75), cue("tea", 9, -0.5), cue("glory", 3, 0.25)], 0.0);
        assert_eq!(told(&shown.raising), [("glory", 3, 2)]);
        assert_eq!(told(&shown.lowering), [("tea", 9, 1)]);
        assert!((shown.raising[0].contribution - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_heaviest_come_first_on_each_side() {
        let cues = [cue("a", 0, 0.5), cue("b", 5, -0.25), cue("c", 10, -1.0), cue("a", 15, -0.25), cue("d", 20, 0.5)];
        let shown = shown(&cues, 0.0);
        assert_eq!(told(&shown.raising), [("d", 20, 1), ("a", 0, 2)]);
        assert_eq!(told(&shown.lowering), [("c", 10, 1), ("b", 5, 1)]);
    }

    #[test]
    fn what_has_no_chip_is_in_the_rest() {
        let cues = [cue("a", 0, 1.0), cue("b", 5, 0.04), cue("c", 10, -0.03), cue("d", 15, -2.0), cue("e", 20, 0.5)];
        let shown = shown(&cues, -0.3);
        assert!((shown.rest + 0.29).abs() < 1e-6, "{}", shown.rest);
        let chips: f32 = shown.raising.iter().chain(&shown.lowering).map(|chip| chip.contribution).sum();
        let all: f32 = cues.iter().map(|cue| cue.contribution).sum();
        assert!((chips + shown.rest - (all - 0.3)).abs() < 1e-6);
    }

    #[test]
    fn words_that_cancel_out_are_no_chip() {
        assert_eq!(told(&shown(&[cue("a", 0, 0.5), cue("a", 9, -0.5)], 0.0).raising), []);
    }
}
