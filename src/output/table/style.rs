//! Text and colour of cells for reading.

use std::io::{self, Write};

use crate::{
    columns::Cell,
    model::{EntityKind, Status},
    text,
};

/// The meaning of a text, which sets its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::output) enum CellStyle {
    Plain,
    Strong,
    Dim,
    Good,
    Warn,
    Bad,
}

/// Returns the text and tone of a cell. Dates are in ISO 8601, as they are typed and sorted.
pub(in crate::output) fn styled(cell: &Cell<'_>) -> (String, CellStyle) {
    let words = match cell {
        Cell::Empty => "—".to_owned(),
        Cell::Moment(at) => at.date_naive().to_string(),
        Cell::Number(number) => text::group_digits(*number),
        Cell::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        Cell::Status(status, kind) => return status_words(status, *kind),
        Cell::OtherDate(day) => return (format!("({day})"), CellStyle::Dim),
        Cell::Text(_) | Cell::Id(_) | Cell::Date(_) => text::clean(&cell.plain()).into_owned(),
    };
    (words, CellStyle::Plain)
}

/// Returns the text and tone of a status, as on the screen.
fn status_words(status: &Status, kind: EntityKind) -> (String, CellStyle) {
    let label = text::clean(status.label(kind));
    let tone = match (kind, status.code()) {
        (_, "1000") => CellStyle::Good,
        (_, "1002") | (EntityKind::Subscription, "1009") => CellStyle::Warn,
        (EntityKind::Account, "1004") | (EntityKind::Order, "1008") | (EntityKind::Subscription, _) => {
            CellStyle::Dim
        }
        (EntityKind::Account, "1026") | (EntityKind::Order, _) => CellStyle::Bad,
        (EntityKind::Account, _) => CellStyle::Plain,
    };
    let words =
        if kind == EntityKind::Account { format!("{} {label}", status.symbol()) } else { label.into_owned() };
    (words, tone)
}

/// Writes a text, with `colour` in the terminal's own colours.
pub(in crate::output) fn paint(
    out: &mut impl Write,
    colour: bool,
    tone: CellStyle,
    words: &str,
) -> io::Result<()> {
    let code = match tone {
        CellStyle::Plain => None,
        CellStyle::Strong => Some("1"),
        CellStyle::Dim => Some("2"),
        CellStyle::Bad => Some("31"),
        CellStyle::Good => Some("32"),
        CellStyle::Warn => Some("33"),
    };
    match code.filter(|_| colour) {
        Some(code) => write!(out, "\x1b[{code}m{words}\x1b[0m"),
        None => write!(out, "{words}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statuses_have_the_colours_of_the_screen() {
        let tone = |kind, code: &str| styled(&Cell::status(Some(&Status::new(code)), kind));
        let account = ["1000", "1002", "1004", "1026", "7777"].map(|code| tone(EntityKind::Account, code).1);
        assert_eq!(
            account,
            [CellStyle::Good, CellStyle::Warn, CellStyle::Dim, CellStyle::Bad, CellStyle::Plain]
        );
        let order = ["1000", "1002", "1008", "1004", "1020"].map(|code| tone(EntityKind::Order, code).1);
        assert_eq!(order, [CellStyle::Good, CellStyle::Warn, CellStyle::Dim, CellStyle::Bad, CellStyle::Bad]);
        let subscription =
            ["1000", "1002", "1009", "1004"].map(|code| tone(EntityKind::Subscription, code).1);
        assert_eq!(subscription, [CellStyle::Good, CellStyle::Warn, CellStyle::Warn, CellStyle::Dim]);
        assert_eq!(tone(EntityKind::Account, "1000").0, "● Active");
        assert_eq!(tone(EntityKind::Order, "1000").0, "Complete");
    }

    #[test]
    fn without_colour_only_the_text_is_written() {
        let mut out = Vec::new();
        paint(&mut out, false, CellStyle::Bad, "1026").unwrap();
        assert_eq!(out, b"1026");
    }
}
