//! The orders: each has a number of its own.

use pricing::{Price, price};
use serde::Serialize;
use uuid::Uuid;

const STATE: &str = "open";

#[derive(Serialize)]
struct Order {
    id: String,
    state: &'static str,
    total: Price,
}

fn main() {
    server::serve("orders", |path| {
        let count = path.strip_prefix("/new/")?.parse().ok()?;
        Some(Order { id: Uuid::new_v4().to_string(), state: STATE, total: price(450, count) })
    });
}
