//! Tables with any bytes in them, and nearly right ones.

use proptest::{collection::vec, prelude::*, sample::select};

use crate::{cases, checks};

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        8 => select(vec![
            "Offer ID", "offerId", "Qty", "Menge", "Renewal Date", "Auto Renew", "Taxes", "65304966CA01A12", "1,173", "1.000",
            "1.00954554E+8", "1.0E+99", "'9200486769'", "=\"12\"", "05/06/2026", "30/11/2026", "11/30/2026", "30-Nov-2026",
            "2026年11月30日", "46356", "-", "(5)", "Y", "はい", "Total", "\"", "\"\"\"", "a\u{301}", "\u{202e}", "\x1b[2J", "",
            "ĳ12", "1\u{202f}173", "99:", "T:", " :",
        ])
        .prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

fn file() -> impl Strategy<Value = String> {
    let line = (vec(cell(), 0..6), select(vec![";", ",", "\t"]));
    vec(line, 0..12).prop_map(|lines| {
        let lines = lines.into_iter().map(|(cells, delimiter)| cells.join(delimiter));
        lines.collect::<Vec<_>>().join("\r\n")
    })
}

proptest! {
    #![proptest_config(cases(1_024))]

    #[test]
    fn whatever_stands_in_a_table_it_is_read_or_told(choice in any::<u8>(), text in file(), encoding in 0_u8..4) {
        let mut data = vec![choice];
        match encoding {
            0 => data.extend(text.as_bytes()),
            1 => data.extend(text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?'))),
            2 => data.extend([0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes))),
            _ => data.extend([0xfe, 0xff].into_iter().chain(text.encode_utf16().flat_map(u16::to_be_bytes))),
        }
        checks::tables(&data);
    }

    #[test]
    fn any_bytes_are_refused_in_words(data in vec(any::<u8>(), 0..400)) {
        checks::tables(&data);
    }

    #[test]
    fn a_workbook_with_bytes_changed_brings_nothing_down(
        changes in vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut data = include_bytes!("../../fuzz/seeds/tables/workbook.bin").to_vec();
        for (at, byte) in changes {
            let at = at.index(data.len());
            data[at] = byte;
        }
        checks::tables(&data);
    }
}
