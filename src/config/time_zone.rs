//! `[ui] time_zone`: the zone of the clock times on the screen.

use std::fmt;

use chrono::{DateTime, FixedOffset, Local, Utc};
use chrono_tz::Tz;

/// The zone of the clock times on the screen. Days are always those of the API, in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeZone {
    /// That of the system.
    #[default]
    Local,
    /// A zone by its name in the IANA database: `Europe/Berlin`, `UTC`.
    Named(Tz),
}

impl TimeZone {
    /// Reads `local` or a zone's name.
    pub fn parse(text: &str) -> Option<Self> {
        if text.eq_ignore_ascii_case("local") {
            return Some(Self::Local);
        }
        // People write europe/berlin and utc too.
        let named = chrono_tz::TZ_VARIANTS.iter().find(|zone| zone.name().eq_ignore_ascii_case(text));
        named.copied().map(Self::Named)
    }

    /// The time there that it is now.
    pub fn now(self) -> DateTime<FixedOffset> {
        match self {
            Self::Local => Local::now().fixed_offset(),
            Self::Named(zone) => Utc::now().with_timezone(&zone).fixed_offset(),
        }
    }
}

impl fmt::Display for TimeZone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Local => f.write_str("local"),
            Self::Named(zone) => f.write_str(zone.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_named_as_everywhere() {
        assert_eq!(TimeZone::parse("local"), Some(TimeZone::Local));
        assert_eq!(TimeZone::parse("utc").unwrap().now().offset().local_minus_utc(), 0);
        assert_eq!(TimeZone::parse("Asia/Tokyo").unwrap().now().offset().local_minus_utc(), 9 * 3600);
        assert_eq!(TimeZone::parse("europe/berlin").unwrap().to_string(), "Europe/Berlin");
        assert_eq!(TimeZone::parse("Middle/Earth"), None);
    }
}
