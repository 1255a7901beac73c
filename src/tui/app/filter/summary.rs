//! The filter in a few words.

use crate::model::{CustomerFilter, StatusFilter};

/// The filter in one line, for screens on which the panel is folded.
pub(crate) fn summary(filter: &CustomerFilter) -> Vec<String> {
    let mut parts = vec![match &filter.status {
        StatusFilter::All => "All statuses".to_owned(),
        StatusFilter::One(status) => status.label(crate::model::Kind::Account).to_owned(),
    }];
    parts.extend(filter.name.as_ref().map(|name| format!("name {}", crate::text::clean(name.sent()))));
    parts.extend(filter.from.map(|day| format!("from {day}")));
    parts.extend(filter.to.map(|day| format!("to {day}")));
    parts
}
