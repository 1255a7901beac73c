//! Formatting of sentences.

/// Adds a capital letter at the start and a full stop at the end.
pub fn sentence(text: &str) -> String {
    let mut rest = text.chars();
    let start = rest.next().map(|first| first.to_uppercase().chain(rest).collect::<String>());
    let text = start.unwrap_or_default();
    if text.ends_with(['.', '!', '?']) { text } else { text + "." }
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
