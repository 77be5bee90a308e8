//! Ranks: where tasks stand in their column, as texts that sort by their bytes.
//!
//! A rank is a fraction between 0 and 1 in base 62, without its leading "0." and never ending in a zero, so between any two
//! there is always another, and moving one task changes no other's rank. Ranks of ever more moves into one gap
//! grow by a digit every six or so; a column in which one got too long is numbered anew.

const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// A rank longer than this has its whole column numbered anew.
pub(super) const LONGEST: usize = 48;
/// How many digits are walked from an end of the column: 62⁴ moves to one end fit before ranks grow.
const STEP_DIGITS: usize = 5;

fn digit(byte: u8) -> u64 {
    DIGITS.iter().position(|digit| *digit == byte).unwrap_or(0) as u64
}

fn letter(digit: u64) -> u8 {
    DIGITS[usize::try_from(digit % 62).unwrap_or(0)]
}

/// The first digits as a number.
fn head(rank: &str) -> u64 {
    let digits = rank.bytes().chain(std::iter::repeat(DIGITS[0]));
    digits.take(STEP_DIGITS).fold(0, |number, byte| number * 62 + digit(byte))
}

fn written(mut number: u64, digits: usize) -> String {
    let mut text = vec![DIGITS[0]; digits];
    for place in text.iter_mut().rev() {
        *place = letter(number);
        number /= 62;
    }
    let text: String = text.into_iter().map(char::from).collect();
    text.trim_end_matches('0').to_owned()
}

/// A rank between these two; `None` is the end of the column. `before` has to sort first.
pub(super) fn between(before: Option<&str>, after: Option<&str>) -> String {
    let most = 62_u64.pow(u32::try_from(STEP_DIGITS).unwrap_or(5));
    match (before, after) {
        (None, None) => "V".to_owned(),
        // At the ends a small step, so that thousands of moves there do not make ranks longer.
        (Some(before), None) if head(before) + 63 < most => written(head(before) + 62, STEP_DIGITS),
        (None, Some(after)) if head(after) > 63 => written(head(after) - 62, STEP_DIGITS),
        (before, after) => middle(before.unwrap_or_default(), after),
    }
}

/// The middle of two fractions with as few digits as there can be.
fn middle(low: &str, high: Option<&str>) -> String {
    let (low, mut high) = (low.as_bytes(), high.map(str::as_bytes));
    let mut text = String::new();
    for place in 0.. {
        let least = low.get(place).copied().map_or(0, digit);
        let most = high.map_or(62, |high| high.get(place).copied().map_or(0, digit));
        if least == most {
            text.push(char::from(letter(least)));
        } else if most - least > 1 {
            text.push(char::from(letter(u64::midpoint(least, most))));
            break;
        } else {
            // One digit apart: from here on only the lower one bounds.
            text.push(char::from(letter(least)));
            high = None;
        }
    }
    text
}

/// Ranks for a column of this many, evenly apart.
pub(super) fn even(count: usize) -> impl Iterator<Item = String> {
    let most = 62_u64.pow(6);
    let step = most / (count as u64 + 1);
    (1..=count as u64).map(move |place| written(place * step.max(1), 6))
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, between, even};

    #[test]
    fn there_is_always_one_between() {
        let mut ranks = vec![between(None, None)];
        let mut seed = 7_usize;
        for _ in 0..3_000 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            let place = (seed >> 33) % (ranks.len() + 1);
            let before = place.checked_sub(1).map(|place| ranks[place].as_str());
            let rank = between(before, ranks.get(place).map(String::as_str));
            ranks.insert(place, rank);
        }
        assert!(ranks.is_sorted_by(|a, b| a < b));
        assert!(ranks.iter().all(|rank| !rank.is_empty() && !rank.ends_with('0')));
        assert!(ranks.iter().map(String::len).max() < Some(20));
    }

    #[test]
    fn ranks_at_the_ends_stay_short_and_in_one_gap_grow_slowly() {
        let (mut first, mut last) = (between(None, None), between(None, None));
        for _ in 0..20_000 {
            let (next_first, next_last) = (between(None, Some(&first)), between(Some(&last), None));
            assert!(next_first < first && next_last > last);
            (first, last) = (next_first, next_last);
        }
        assert!(first.len() <= 6 && last.len() <= 6, "{first} {last}");
        let (low, mut high) = ("V".to_owned(), "W".to_owned());
        let mut times = 0;
        while high.len() <= LONGEST {
            high = between(Some(&low), Some(&high));
            assert!(high > low);
            times += 1;
        }
        assert!(times > 200, "{times}");
    }

    #[test]
    fn a_column_numbered_anew_is_in_order_and_short() {
        for count in [0, 1, 2, 61, 62, 5_000] {
            let ranks: Vec<_> = even(count).collect();
            assert_eq!(ranks.len(), count);
            assert!(ranks.is_sorted_by(|a, b| a < b) && ranks.iter().all(|rank| rank.len() <= 6));
        }
    }

    #[test]
    fn the_very_ends_have_room() {
        let mut first = "0001".to_owned();
        let mut last = "zzzz".to_owned();
        for _ in 0..500 {
            let (lower, higher) = (between(None, Some(&first)), between(Some(&last), None));
            assert!(lower < first && higher > last, "{lower} {first} {higher} {last}");
            (first, last) = (lower, higher);
        }
    }
}
