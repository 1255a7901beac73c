//! The fields of the filter panel, and the line that each of them is on.

use super::Preset;
use crate::{text, tui::app::table::CustomerTable};

/// One line of the panel that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterField {
    /// One of the listed statuses, by its index.
    Status(usize),
    AllStatuses,
    Name,
    From,
    To,
    /// A range of creation dates.
    Preset(Preset),
    Sort,
    PageSize,
}

impl FilterField {
    pub(crate) const ALL: [Self; 14] = [
        Self::Status(0),
        Self::Status(1),
        Self::Status(2),
        Self::Status(3),
        Self::AllStatuses,
        Self::Name,
        Self::From,
        Self::To,
        Self::Preset(Preset::ThisMonth),
        Self::Preset(Preset::Last30Days),
        Self::Preset(Preset::Last90Days),
        Self::Preset(Preset::ThisYear),
        Self::Sort,
        Self::PageSize,
    ];

    /// Returns whether the field holds text that the user types.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::From | Self::To | Self::PageSize)
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Status(_) | Self::AllStatuses => "Status",
            Self::Name => "Name",
            Self::From => "From",
            Self::To => "To",
            Self::Preset(preset) => preset.label(),
            Self::Sort => "Sort",
            Self::PageSize => "Page",
        }
    }

    /// The line of the panel that the field is on.
    pub(crate) fn line(self) -> u16 {
        match self {
            Self::Status(index) => 1 + u16::try_from(index).unwrap_or_default(),
            Self::AllStatuses => 5,
            Self::Name => 7,
            Self::From => 10,
            Self::To => 11,
            Self::Preset(Preset::ThisMonth) => 12,
            Self::Preset(Preset::Last30Days) => 13,
            Self::Preset(Preset::Last90Days) => 14,
            Self::Preset(Preset::ThisYear) => 15,
            Self::Sort => 17,
            Self::PageSize => 18,
        }
    }

    /// The field on a line of the panel.
    pub(crate) fn at(line: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.line() == line)
    }
}

/// The headings of groups of fields, and their lines.
pub(crate) const FIELD_HEADINGS: [(u16, &str); 2] = [(0, "Status"), (9, "Created")];

/// Columns of a field's label and the blanks behind it.
pub(crate) const FIELD_LABEL: u16 = 8;

/// Returns the width of the panel beside the table: that of its statuses with their counts, or of a date. A long name
/// does not widen it, since the names in the table need the room.
pub(crate) fn panel_width(table: &CustomerTable) -> u16 {
    const STATUS: usize = 13;
    const USUAL_COUNT: usize = 7;
    const EDGES: usize = 4;
    let counts = &table.counts.all;
    let sum =
        counts.iter().filter_map(|count| count.value()).fold(0, |sum: u64, count| sum.saturating_add(*count));
    let wide = STATUS + text::width(&text::group_digits(sum)).max(USUAL_COUNT) + EDGES;
    u16::try_from(wide).unwrap_or(u16::MAX).min(32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::app::layout::PANEL_LINES;

    #[test]
    fn each_field_has_a_line_of_its_own_from_top_to_bottom() {
        assert!(FilterField::ALL.windows(2).all(|pair| pair[0].line() < pair[1].line()));
        for field in FilterField::ALL {
            assert_eq!(FilterField::at(field.line()), Some(field));
            assert!(FIELD_HEADINGS.iter().all(|(line, _)| *line != field.line()));
        }
        assert_eq!(FilterField::PageSize.line() + 1, PANEL_LINES);
    }
}
