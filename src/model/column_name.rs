//! The names by which users call columns: `--columns`, `--sort` and the commands of the screen all know the same ones.

/// The names of each column that has several, in lower case. The same data has another key in some tables, such as the next
/// renewal of a customer and the renewal date of a subscription.
const NAMES: [&[&str]; 17] = [
    &["company", "name", "companyname"],
    &["customer-id", "id"],
    &["created", "joined", "creationdate", "date"],
    &["reference", "ref"],
    &["reseller-id", "reseller"],
    &["status", "status-code"],
    &["market-segment", "segment"],
    &["discount-licence", "level"],
    &["admin", "contact"],
    &["admin-email", "email", "mail"],
    &["next-renewal", "renewal-date", "renewal"],
    &["changed-at", "changed"],
    &["gone-at", "gone"],
    &["seats", "quantity", "licences"],
    &["lapsing-seats", "lapsing"],
    &["3yc-status", "3yc"],
    &["follow-up", "follow"],
];

/// Returns true if a name that was typed means the column with this key.
pub fn means_column(typed: &str, key: &str) -> bool {
    let is_among = |names: &&&[&str], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
    typed.eq_ignore_ascii_case(key)
        || NAMES.iter().any(|names| is_among(&names, typed) && is_among(&names, key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_means_one_column() {
        let mut all: Vec<&str> = NAMES.concat();
        let count = all.len();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), count);
        assert!(means_column("Mail", "admin-email") && means_column("CITY", "city"));
        assert!(!means_column("mail", "admin") && !means_column("", "city"));
    }
}
