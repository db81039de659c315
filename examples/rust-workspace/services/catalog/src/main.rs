//! The catalog: what there is, and what it costs.

use pricing::{Price, price};
use serde::Serialize;

const TITLE: &str = "tea";

#[derive(Serialize)]
struct Item {
    title: &'static str,
    price: Price,
}

fn main() {
    server::serve("catalog", |path| (path == "/items").then(|| vec![Item { title: TITLE, price: price(450, 1) }]));
}
