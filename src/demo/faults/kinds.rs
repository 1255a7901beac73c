//! The table of faults: the name, default probability and effect of each.

/// A kind of fault; its number is its index in [`FAULT_KINDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FaultKind {
    BadRequest,
    Unauthorized,
    Forbidden,
    NotFound,
    Timeout,
    TooMany,
    Internal,
    BadGateway,
    Unavailable,
    GatewayTimeout,
    Reset,
    Cut,
    Slow,
    Hang,
    Html,
    BadJson,
    BadRow,
    BadField,
    Twice,
    Total,
    Drift,
    Hostile,
}

/// The number of kinds.
pub(super) const COUNT: usize = FaultKind::Hostile as usize + 1;

/// A line of the table.
#[derive(Debug, Clone, Copy)]
pub struct FaultInfo {
    pub(super) kind: FaultKind,
    /// Its name in a specification.
    pub name: &'static str,
    /// Its probability if the specification gives none.
    pub probability: f64,
    /// The effect of the fault, in words.
    pub effect: &'static str,
}

const fn row(kind: FaultKind, name: &'static str, probability: f64, effect: &'static str) -> FaultInfo {
    FaultInfo { kind, name, probability, effect }
}

/// All kinds, each once.
pub const FAULT_KINDS: [FaultInfo; COUNT] = {
    use FaultKind as K;
    [
        row(K::BadRequest, "400", 0.02, "code 1117 with details"),
        row(K::Unauthorized, "401", 0.02, "code 4116: the token is not valid"),
        row(K::Forbidden, "403", 0.02, "code 4121: not allowed"),
        row(K::NotFound, "404", 0.02, "code 1115, 1116 or 404, depending on the path"),
        row(K::Timeout, "408", 0.02, "the server waited too long"),
        row(
            K::TooMany,
            "429",
            0.05,
            "code 4118, with `Retry-After` of 1 or 2 s in seconds or as a date, or without it",
        ),
        row(K::Internal, "500", 0.05, "code 1124, or no body at all"),
        row(K::BadGateway, "502", 0.02, "an HTML page"),
        row(K::Unavailable, "503", 0.05, "an HTML page"),
        row(K::GatewayTimeout, "504", 0.02, "an HTML page"),
        row(K::Reset, "reset", 0.02, "the connection is reset before the response"),
        row(K::Cut, "cut", 0.02, "the connection is reset in the middle of the body"),
        row(K::Slow, "slow", 0.1, "the response is delayed by 0.5 to 3 s"),
        row(K::Hang, "hang", 0.01, "no response until the client hangs up"),
        row(K::Html, "html", 0.01, "200 with an HTML page"),
        row(K::BadJson, "badjson", 0.01, "200 with truncated JSON"),
        row(K::BadRow, "badrow", 0.05, "one row of a list is a number, null, or an object without its ID"),
        row(K::BadField, "badfield", 0.05, "one field of a row or a record has a wrong type"),
        row(K::Twice, "twice", 0.05, "a row of a list comes twice"),
        row(K::Total, "total", 0.05, "`totalCount` is wrong by 1 to 3"),
        row(
            K::Drift,
            "drift",
            0.1,
            "a customer leaves its list, or comes back; its record can still be read by its ID",
        ),
        row(
            K::Hostile,
            "hostile",
            1.0,
            "14 accounts, marked by a tag, have hostile names, dates without a zone, or fields missing; the number is their share, and only that of the start counts",
        ),
    ]
};

impl FaultKind {
    /// Returns true if it affects the response as a whole, so that a response has at most one such fault.
    pub(super) fn is_whole(self) -> bool {
        !matches!(
            self,
            Self::BadRow | Self::BadField | Self::Twice | Self::Total | Self::Drift | Self::Hostile
        )
    }

    /// Returns true if the token service has it as well, since servers and gateways can fail any request so. Faults of
    /// tokens, permissions or the shape of a response are the API's alone.
    pub(super) fn is_also_of_token_service(self) -> bool {
        matches!(
            self,
            Self::TooMany
                | Self::Internal
                | Self::BadGateway
                | Self::Unavailable
                | Self::GatewayTimeout
                | Self::Reset
                | Self::Slow
                | Self::Hang
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_has_a_line_and_a_unique_name() {
        for (place, info) in FAULT_KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, place, "{}", info.name);
            assert!((0.0..=1.0).contains(&info.probability) && !info.effect.is_empty(), "{}", info.name);
            assert!(FAULT_KINDS[..place].iter().all(|other| other.name != info.name), "{}", info.name);
        }
    }
}
