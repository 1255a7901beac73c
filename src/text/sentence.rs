//! Formatting of sentences.

/// Adds a capital letter at the start and a full stop at the end.
pub fn sentence(text: &str) -> String {
    let text = capitalized(text);
    if text.ends_with(['.', '!', '?']) { text } else { text + "." }
}

/// Returns the text with a capital at its beginning.
pub fn capitalized(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_begin_with_a_capital_letter_and_end_with_a_full_stop() {
        assert_eq!(sentence("the disk is full"), "The disk is full.");
        assert_eq!(sentence("Really?"), "Really?");
        assert_eq!(sentence("ähnlich!"), "Ähnlich!");
    }
}
