//! Files that should be tables.

use vipmp::{
    reconcile::{MatchKey, compare_lists, read_lines},
    tables::{Meaning, ReadOptions, WantedColumns, find_table, read_bytes},
};

use super::is_clean;

/// Whatever a file holds, it is read or refused in words, and each row is read or counted as left out.
pub fn tables(data: &[u8]) {
    let (choice, bytes) = data.split_first().map_or((0, data), |(first, rest)| (*first, rest));
    let file = match read_bytes(bytes) {
        Ok(file) => file,
        Err(error) => return assert!(is_clean(&error.to_string()), "{error}"),
    };
    let others: Vec<Meaning> =
        Meaning::ALL.into_iter().filter(|meaning| *meaning != Meaning::OfferId).collect();
    let wanted = WantedColumns { key: Meaning::OfferId, needed: &[], one_of: &[], others: &others };
    let dates = ["dmy", "mdy", ""][usize::from(choice % 3)].parse().ok();
    let options = ReadOptions { dates, columns: Vec::new() };
    for key in [MatchKey::SubscriptionId, MatchKey::CustomerProduct] {
        let Ok(table) = find_table(file.clone(), &key.wanted_columns(), &options) else { continue };
        let lines = read_lines(table, key);
        assert!(lines.unread.iter().all(|unread| is_clean(unread)), "{:?}", lines.unread);
        assert!(compare_lists(&lines, &[], false).len() <= lines.count());
    }
    let table = match find_table(file, &wanted, &options) {
        Ok(table) => table,
        Err(error) => return assert!(is_clean(&error.to_string()), "{error}"),
    };
    for line in table.report.lines() {
        assert!(is_clean(&line), "{line}");
    }
    assert_eq!(table.rows().count() as u64, table.report.rows);
    for row in table.rows() {
        for meaning in Meaning::ALL {
            assert_eq!(row.id(meaning), row.id(meaning));
            let _ = (row.date(meaning), row.quantity(meaning), row.flag(meaning), row.text(meaning));
        }
        assert!(row.number() > 0);
    }
}
