//! Natural order of file names: `frame2` before `frame10`.

use std::cmp::Ordering;

/// Compares two names; runs of digits compare as numbers of any length, the rest
/// byte by byte. Names that differ only in leading zeros fall back to byte order,
/// so that the order is total.
pub(in crate::camera) fn compare(a: &str, b: &str) -> Ordering {
    let (mut x, mut y) = (a.as_bytes(), b.as_bytes());
    loop {
        match (x.first(), y.first()) {
            (None, None) => return a.cmp(b),
            (None, Some(_)) => return Ordering::Less,
            (Some(_), None) => return Ordering::Greater,
            (Some(p), Some(q)) if p.is_ascii_digit() && q.is_ascii_digit() => {
                let (m, rest_x) = number(x);
                let (n, rest_y) = number(y);
                // The number with more digits (without leading zeros) is larger.
                match m.len().cmp(&n.len()).then_with(|| m.cmp(n)) {
                    Ordering::Equal => (x, y) = (rest_x, rest_y),
                    unequal => return unequal,
                }
            }
            (Some(p), Some(q)) if p != q => return p.cmp(q),
            _ => (x, y) = (&x[1..], &y[1..]),
        }
    }
}

/// The leading digits without leading zeros, and what follows them.
fn number(text: &[u8]) -> (&[u8], &[u8]) {
    let end = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let zeros = digits.iter().take_while(|&&digit| digit == b'0').count();
    (&digits[zeros..], rest)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_as_numbers() {
        let mut names = ["f10.png", "f9.png", "f09.png", "f1.png", "a100.png", "f.png"];
        names.sort_by(|a, b| compare(a, b));
        assert_eq!(names, ["a100.png", "f.png", "f1.png", "f09.png", "f9.png", "f10.png"]);
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[a0-9.]{0,8}", b in "[a0-9.]{0,8}", c in "[a0-9.]{0,8}") {
            prop_assert_eq!(compare(&a, &b), compare(&b, &a).reverse());
            prop_assert_eq!(compare(&a, &b) == Ordering::Equal, a == b);
            if compare(&a, &b).is_le() && compare(&b, &c).is_le() {
                prop_assert!(compare(&a, &c).is_le());
            }
        }
    }
}
