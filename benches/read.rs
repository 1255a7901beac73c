//! Benchmarks reading a page against the minimum that parsing JSON costs, and making names safe to print.

mod support;

use std::hint::black_box;

use divan::{Bencher, counter::BytesCount};
use vipmp::{model::CustomerPage, text};

fn main() {
    divan::main();
}

/// The floor: parses the same bytes into `serde_json::Value`.
#[divan::bench]
fn page_into_value(bencher: Bencher<'_, '_>) {
    let body = support::body();
    bencher
        .counter(BytesCount::of_slice(&body))
        .bench(|| serde_json::from_slice::<serde_json::Value>(black_box(&body)));
}

#[divan::bench]
fn page_into_customers(bencher: Bencher<'_, '_>) {
    let (body, query) = (support::body(), support::query());
    bencher
        .counter(BytesCount::of_slice(&body))
        .bench(|| CustomerPage::from_slice(query.clone(), black_box(&body)));
}

#[divan::bench(args = ["Acme Print GmbH", "株式会社みどり出版"])]
fn clean(name: &str) -> usize {
    text::clean(black_box(name)).len()
}

#[divan::bench]
fn clean_a_hostile_name() -> usize {
    text::clean(black_box("Evil \x1b]52;c;aGk=\x07 \u{202e}name")).len()
}

#[divan::bench]
fn clean_a_name_of_a_megabyte(bencher: Bencher<'_, '_>) {
    let name = "long \x1b[31m name ".repeat(64 * 1024);
    bencher.bench(|| text::clean(black_box(&name)).len());
}
