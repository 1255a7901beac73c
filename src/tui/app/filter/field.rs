//! The fields of the filter panel, and the line that each of them is on.

/// One line of the panel that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Field {
    /// One of the listed statuses, by its place.
    Status(usize),
    AllStatuses,
    Name,
    From,
    To,
    Sort,
    PageSize,
}

impl Field {
    pub(crate) const ALL: [Self; 10] = [
        Self::Status(0),
        Self::Status(1),
        Self::Status(2),
        Self::Status(3),
        Self::AllStatuses,
        Self::Name,
        Self::From,
        Self::To,
        Self::Sort,
        Self::PageSize,
    ];

    /// Whether it holds text that a person types.
    pub(crate) fn is_text(self) -> bool {
        matches!(self, Self::Name | Self::From | Self::To | Self::PageSize)
    }

    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Status(_) | Self::AllStatuses => "Status",
            Self::Name => "Name",
            Self::From => "From",
            Self::To => "To",
            Self::Sort => "Sort",
            Self::PageSize => "Page",
        }
    }
}

/// The line of the filter panel that each field is on.
pub(crate) const FIELD_LINES: [(u16, Field); 10] = [
    (1, Field::Status(0)),
    (2, Field::Status(1)),
    (3, Field::Status(2)),
    (4, Field::Status(3)),
    (5, Field::AllStatuses),
    (7, Field::Name),
    (8, Field::From),
    (9, Field::To),
    (11, Field::Sort),
    (12, Field::PageSize),
];
