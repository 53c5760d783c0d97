//! Amounts of money.

use rust_decimal::Decimal;

use super::error::{ViolationCode, Violations};

/// An amount of money with its cents, as it is kept: not negative, in whole cents, below a hundred billion euros.
pub fn money(path: &str, mut amount: Decimal, found: &mut Violations) -> Decimal {
    if amount.is_sign_negative() && !amount.is_zero() || amount >= Decimal::from(100_000_000_000_i64) {
        found.add(path, ViolationCode::OutOfRange, "is in euros, from 0 to below 100000000000");
    } else if amount.normalize().scale() > 2 {
        found.add(path, ViolationCode::Invalid, "has at most two decimals: whole cents");
    }
    amount.rescale(2);
    amount.abs()
}
