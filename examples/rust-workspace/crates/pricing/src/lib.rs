//! What things cost; the catalog and the orders agree on it.

use serde::Serialize;

/// What prices are in.
pub const CURRENCY: &str = "EUR";

/// A price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Price {
    pub cents: u64,
    pub currency: &'static str,
}

/// The price of a number of things.
pub fn price(each: u64, count: u64) -> Price {
    Price { cents: each * count, currency: CURRENCY }
}
