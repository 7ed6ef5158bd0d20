//! How often coders agree with what is suggested, shown and hidden.

// A test that fails by a panic is a test.
#![allow(clippy::unwrap_used)]

use postil::agreement::bias::{Bias, Counter, Share};

/// Newcombe 1998, Statistics in Medicine 17: 873-890, table II, method 10.
#[test]
fn the_interval_of_a_difference_is_newcombes() {
    for ([a, m, b, n], low, high) in
        [([56, 70, 48, 80], 0.0524, 0.3339), ([9, 10, 3, 10], 0.1705, 0.8090), ([10, 10, 0, 10], 0.6075, 1.0)]
    {
        let bias = Bias { shown: Share { agreed: a, of: m }, hidden: Share { agreed: b, of: n } };
        let [_, below, above] = bias.difference().unwrap();
        assert!((below - low).abs() < 0.00006 && (above - high).abs() < 0.00006, "{below} to {above}");
    }
}

/// Wilson's interval for 81 of 263, as in Newcombe 1998, Statistics in Medicine 17: 857-872, table I, method 3.
#[test]
fn the_interval_of_a_share_is_wilsons() {
    let [share, low, high] = Share { agreed: 81, of: 263 }.estimate().unwrap();
    assert!((share - 0.3080).abs() < 0.00006 && (low - 0.2553).abs() < 0.00006 && (high - 0.3662).abs() < 0.00006);
}

#[test]
fn the_first_word_on_a_unit_counts_in_whatever_order_they_come() {
    let words = [("a", "1", true, true), ("a", "2", true, false), ("b", "1", false, false), ("c", "3", true, false)];
    for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 3, 0, 2]] {
        let mut counter = Counter::default();
        for (unit, at, seen, agrees) in order.map(|place: usize| words[place]) {
            counter.push(unit.into(), (at.into(), String::new()), seen, agrees);
        }
        let bias = counter.finish();
        assert_eq!((bias.shown, bias.hidden), (Share { agreed: 1, of: 2 }, Share { agreed: 0, of: 1 }));
    }
}

#[test]
fn without_units_on_both_sides_there_is_no_difference() {
    assert_eq!(Bias { shown: Share { agreed: 3, of: 4 }, ..Bias::default() }.difference(), None);
    assert_eq!(Share::default().estimate(), None);
}
