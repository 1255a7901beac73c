//! Suggestions for misspelt names.

use super::fold_case;

/// Returns the candidate that `word` probably stands for: the one with the smallest edit distance, if that is small.
pub fn did_you_mean<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long word is not a misspelling of a short name, and comparing it would take long.
    let word: Vec<char> = fold(word).take(65).collect();
    let allowed = (word.len() / 3).max(1);
    let distances = candidates.into_iter().map(|candidate| {
        let letters: Vec<char> = fold(candidate).collect();
        (distance(&word, &letters), candidate)
    });
    distances
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Folds case, and drops hyphens, underscores and blanks, so that `PageSize` equals `page_size`.
fn fold(word: &str) -> impl Iterator<Item = char> {
    let letters: Vec<char> =
        fold_case(word).chars().filter(|letter| !matches!(letter, '-' | '_' | ' ')).collect();
    letters.into_iter()
}

/// Returns the number of letters to add, drop, change or swap with a neighbour (restricted Damerau-Levenshtein).
fn distance(from: &[char], to: &[char]) -> usize {
    let mut rows: Vec<Vec<usize>> = vec![(0..=to.len()).collect()];
    for (i, letter) in from.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in to.iter().enumerate() {
            let mut best =
                (rows[i][j] + usize::from(letter != other)).min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && from[i - 1] == *other && *letter == to[j - 1] {
                best = best.min(rows[i - 1][j - 1] + 1);
            }
            row.push(best);
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_is_found() {
        let names = ["mouse", "page_size", "next-row", "next-page"];
        assert_eq!(did_you_mean("page_szie", names), Some("page_size"));
        assert_eq!(did_you_mean("pagesize", names), Some("page_size"));
        assert_eq!(did_you_mean("Page_Size", names), Some("page_size"));
        assert_eq!(did_you_mean("muose", names), Some("mouse"));
        assert_eq!(did_you_mean("next-rwo", names), Some("next-row"));
        assert_eq!(did_you_mean("page\u{a0}size\u{200b}", names), Some("page_size"));
        assert_eq!(did_you_mean("cafe\u{301}", ["café", "cafes"]), Some("café"));
        assert_eq!(did_you_mean("theme", names), None);
        assert_eq!(did_you_mean("", names), None);
        assert_eq!(did_you_mean(&"x".repeat(1_000_000), names), None);
    }
}
