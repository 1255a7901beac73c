//! Line wrapping.

use unicode_segmentation::UnicodeSegmentation;

use super::width;

/// Wraps a text at blanks into lines of at most `columns` columns. Longer words are broken.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let mut pieces = Vec::new();
    let (mut piece, mut taken) = (String::new(), 0);
    for word in text.split(' ') {
        let wide = width(word);
        let blank = usize::from(!piece.is_empty());
        if taken + blank + wide <= columns {
            piece.extend((blank == 1).then_some(' '));
            piece.push_str(word);
            taken += blank + wide;
            continue;
        }
        if !piece.is_empty() {
            pieces.push(std::mem::take(&mut piece));
        }
        taken = 0;
        for grapheme in word.graphemes(true) {
            let wide = width(grapheme);
            if taken + wide > columns && taken > 0 {
                pieces.push(std::mem::take(&mut piece));
                taken = 0;
            }
            piece.push_str(grapheme);
            taken += wide;
        }
    }
    if !piece.is_empty() || pieces.is_empty() {
        pieces.push(piece);
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wraps_at_blanks_and_breaks_long_words() {
        assert_eq!(wrap("Hauptstr. 1, Köln", 12), ["Hauptstr. 1,", "Köln"]);
        assert_eq!(wrap("abcdefgh ij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("株式会社みどり", 5), ["株式", "会社", "みど", "り"]);
        assert_eq!(wrap("", 5), [""]);
        assert_eq!(wrap("株", 1), ["株"], "the screen cuts what is wider than the pane");
    }
}
