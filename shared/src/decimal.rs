//! Numbers as people type them: exact, with up to six decimals.
//!
//! Floating point is deliberately absent: two databases and two browsers would print it differently,
//! and its formatting alone would cost the widget several kilobytes.

use crate::compact::compact_struct;
use std::fmt;

/// A decimal number between −999,999,999,999 and 999,999,999,999, counted in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Decimal(i64);

compact_struct!(Decimal { 0 });

const UNIT: i64 = 1_000_000;

impl Decimal {
    pub const fn whole(n: i32) -> Self {
        Self(n as i64 * UNIT)
    }

    /// Reads `12`, `-3.5`, `.25`; `None` for anything else, more than twelve digits before the point
    /// or six after it.
    pub fn parse(raw: &str) -> Option<Self> {
        let (negative, digits) = match raw.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, raw.strip_prefix('+').unwrap_or(raw)),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.len() + fraction.len() == 0 || whole.len() > 12 || fraction.len() > 6 {
            return None;
        }
        let mut value: i64 = 0;
        for byte in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', 6 - fraction.len())) {
            value = value * 10 + i64::from(char::from(byte).to_digit(10)?);
        }
        Some(Self(if negative { -value } else { value }))
    }

    pub const fn is_whole(self) -> bool {
        self.0 % UNIT == 0
    }
}

impl Decimal {
    /// As people write it: `-3.5`.
    pub fn as_text(self) -> String {
        let magnitude = self.0.unsigned_abs();
        let sign = if self.0 < 0 { "-" } else { "" };
        let mut text = [sign, &digits(magnitude / UNIT as u64)].concat();
        let mut fraction = magnitude % UNIT as u64;
        if fraction > 0 {
            text.push('.');
        }
        let mut step = UNIT as u64 / 10;
        while fraction > 0 {
            text.push(char::from(b'0' + (fraction / step) as u8));
            fraction %= step;
            step /= 10;
        }
        text
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_text())
    }
}

/// A number in digits: as `to_string`, whose formatting would cost the widget a kilobyte.
pub fn digits(number: u64) -> String {
    let mut text = Vec::new();
    let mut rest = number;
    loop {
        text.insert(0, b'0' + (rest % 10) as u8);
        rest /= 10;
        if rest == 0 {
            return text.into_iter().map(char::from).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn numbers_are_written_in_digits() {
        for number in [0, 7, 10, 9_007_199_254_740_993, u64::MAX] {
            assert_eq!(digits(number), number.to_string());
        }
    }

    #[test]
    fn reads_what_people_type() {
        for (raw, shown) in [("12", "12"), ("-3.50", "-3.5"), (".25", "0.25"), ("0.000001", "0.000001"), ("-0", "0")] {
            assert_eq!(Decimal::parse(raw).unwrap().to_string(), shown);
        }
        for raw in ["", "-", ".", "1e5", "1,5", "1.2.3", "1.0000001", "1234567890123", "٣"] {
            assert_eq!(Decimal::parse(raw), None, "{raw}");
        }
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_back(raw in "-?[0-9]{1,12}(\\.[0-9]{1,6})?") {
            let once = Decimal::parse(&raw).unwrap();
            prop_assert_eq!(Decimal::parse(&once.to_string()), Some(once));
        }
    }
}
