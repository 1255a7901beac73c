//! Input of terminals, whole and in pieces.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks};

fn input() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        6 => select(vec![
            &b"\x1b"[..], b"\x1b[", b"\x1b[A", b"\x1bO", b"\x1bP", b"\x1b]", b"\x1bX", b"\x1b^", b"\x1b_", b"\x1b\\", b"\x1b[[",
            b"\x1b[M", b"\x1b[<", b"\x1b[200~", b"\x1b[201~", b"\x07", b"\x9c", b"\xc2\x9c", b"\x9b", b"\x90", b"\xc2\x9b",
            b"\x03", b"\x18", b"\r", b"\x7f", b"1;5", b"27;5;9~", b"97:65;2:3u", b"0;3;2M", b"12;40R", b"?62;22c", b"q",
            b"A", b"~", "é".as_bytes(), "✜".as_bytes(), "😀".as_bytes(), b"\xe2", b"\xff", b"11;rgb:1e1e/1e1e/2e2e",
        ])
        .prop_map(<[u8]>::to_vec),
        1 => vec(any::<u8>(), 0..8),
    ];
    (any::<u8>(), vec(piece, 0..12)).prop_map(|(choice, pieces)| [vec![choice], pieces.concat()].concat())
}

proptest! {
    #![proptest_config(cases(2_048))]

    #[test]
    fn no_answer_is_a_key_and_ctrl_c_always_arrives(input in input()) {
        checks::terminal(&input);
    }
}
