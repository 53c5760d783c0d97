//! What is derived, as it should stand: one function for each kind, which compares with what does stand. The doctor
//! reports the difference, a rebuild writes it.

pub mod links;
pub mod outlines;
pub mod seats;
pub mod unions;

/// Numbers that were derived in another order may differ in their last digits.
fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}
