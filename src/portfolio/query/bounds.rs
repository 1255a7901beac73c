//! Comparisons and ranges, before their ends are read: `>100`, `10..50`, `..30d`.

/// The ends of a range, as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Bounds<'a> {
    /// `100` or `=100`.
    Exactly(&'a str),
    /// `>100`.
    Above(&'a str),
    /// `>=100`.
    AtLeast(&'a str),
    /// `<100`.
    Below(&'a str),
    /// `<=100`.
    AtMost(&'a str),
    /// `10..50`, `10..` or `..50`; one of them is given.
    Between(Option<&'a str>, Option<&'a str>),
}

impl<'a> Bounds<'a> {
    /// Reads a value; `None` if an end is missing.
    pub(super) fn read(text: &'a str) -> Option<Self> {
        let given = |end: &'a str| Some(end.trim()).filter(|end| !end.is_empty());
        let text = text.trim();
        let after = |operator| text.strip_prefix(operator).map(given);
        if let Some(end) = after(">=") {
            return end.map(Self::AtLeast);
        } else if let Some(end) = after("<=") {
            return end.map(Self::AtMost);
        } else if let Some(end) = after(">") {
            return end.map(Self::Above);
        } else if let Some(end) = after("<") {
            return end.map(Self::Below);
        } else if let Some(end) = after("=") {
            return end.map(Self::Exactly);
        }
        let Some((from, to)) = text.split_once("..") else { return given(text).map(Self::Exactly) };
        let (from, to) = (given(from), given(to));
        from.or(to).map(|_| Self::Between(from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_every_form() {
        for (text, expected) in [
            ("5", Some(Bounds::Exactly("5"))),
            ("=5", Some(Bounds::Exactly("5"))),
            (" > 5 ", Some(Bounds::Above("5"))),
            (">=5", Some(Bounds::AtLeast("5"))),
            ("<5", Some(Bounds::Below("5"))),
            ("<= 5", Some(Bounds::AtMost("5"))),
            ("1..5", Some(Bounds::Between(Some("1"), Some("5")))),
            ("1 ..", Some(Bounds::Between(Some("1"), None))),
            ("..5", Some(Bounds::Between(None, Some("5")))),
            ("", None),
            ("..", None),
            (">", None),
            (">= ", None),
        ] {
            assert_eq!(Bounds::read(text), expected, "{text:?}");
        }
    }
}
