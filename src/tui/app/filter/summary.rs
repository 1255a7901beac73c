//! The filter in a few words.

use crate::{
    model::{CustomerFilter, EntityKind, StatusFilter, format_date},
    text,
};

/// Returns the parts of the line that replaces the panel on narrow screens.
pub(crate) fn summary(filter: &CustomerFilter) -> Vec<String> {
    let mut parts = vec![match &filter.status {
        StatusFilter::All => "All statuses".to_owned(),
        StatusFilter::One(status) => status.label(EntityKind::Account).to_owned(),
    }];
    parts.extend(match filter.resellers.as_slice() {
        [] => None,
        [one] => Some(format!("reseller {}", text::clean(one))),
        several => Some(format!("{} resellers", several.len())),
    });
    parts.extend(
        filter
            .portfolio
            .as_ref()
            .filter(|query| !query.is_empty())
            .map(|query| text::clean(query).into_owned()),
    );
    parts.extend(filter.name.as_ref().map(|name| format!("name {}", text::clean(name.sent()))));
    parts.extend(match (filter.from.map(format_date), filter.to.map(format_date)) {
        (Some(from), Some(to)) => Some(format!("created {from} – {to}")),
        (Some(from), None) => Some(format!("created from {from}")),
        (None, Some(to)) => Some(format!("created up to {to}")),
        (None, None) => None,
    });
    parts
}
