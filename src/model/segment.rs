//! The market segments of customers.

/// The codes of the market segments, with their labels.
pub const SEGMENTS: [(&str, &str); 3] = [("COM", "Commercial"), ("EDU", "Education"), ("GOV", "Government")];

/// Returns the label of a market segment, or its code if that is not known.
pub fn segment_label(code: &str) -> &str {
    SEGMENTS.into_iter().find(|(known, _)| *known == code).map_or(code, |(_, label)| label)
}
