//! Journals: any bytes, and any damage.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks};

/// Pieces of what a journal is made of.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(vec![
            "{\"vipmp_export\":2,\"plan\":", "{\"vipmp_export\":1,\"plan\":{}}", "{\"vipmp_export\":", "\n", "\t", "}",
            "{\"part\":0,\"place\":null,\"rows\":[]}", "{\"part\":18446744073709551615,\"place\":null,\"rows\":[{}]}",
            "{\"part\":0,\"place\":{\"offset\":49},\"rows\":[1,\"x\",null]}", "\"ended\":{\"rows\":1}",
            "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        ])
        .prop_map(str::to_owned),
        1 => "\\PC{0,12}",
    ]
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn damage_is_refused_or_costs_the_lines_behind_it(data in vec(any::<u8>(), 0..64)) {
        checks::journal(&data);
    }

    #[test]
    fn any_lines_are_read_or_refused(pieces in vec(piece(), 0..12)) {
        checks::journal(pieces.concat().as_bytes());
    }
}
