//! The table of the kinds: what can go wrong, how a user names it, and how likely it is where nothing is said.

/// A kind of fault; its number is its place in [`FAULT_KINDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
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
}

/// The number of kinds there are.
pub(super) const COUNT: usize = Kind::Drift as usize + 1;

/// One line of the table.
#[derive(Debug, Clone, Copy)]
pub struct FaultKind {
    pub(super) kind: Kind,
    /// Its name in a specification.
    pub name: &'static str,
    /// Its probability where the specification gives none.
    pub usual: f64,
    /// The effect of the fault.
    pub words: &'static str,
}

const fn row(kind: Kind, name: &'static str, usual: f64, words: &'static str) -> FaultKind {
    FaultKind { kind, name, usual, words }
}

/// Every kind once.
pub const FAULT_KINDS: [FaultKind; COUNT] = {
    use Kind as K;
    [
        row(K::BadRequest, "400", 0.02, "code 1117 with details"),
        row(K::Unauthorized, "401", 0.02, "code 4116: the token is not valid"),
        row(K::Forbidden, "403", 0.02, "code 4121: not allowed"),
        row(K::NotFound, "404", 0.02, "code 1115, 1116 or 404, as the path has it"),
        row(K::Timeout, "408", 0.02, "the server waited too long"),
        row(
            K::TooMany,
            "429",
            0.05,
            "code 4118, with `Retry-After` of 1 or 2 s: in seconds, as a date, or without",
        ),
        row(K::Internal, "500", 0.05, "code 1124, or no body at all"),
        row(K::BadGateway, "502", 0.02, "an HTML page"),
        row(K::Unavailable, "503", 0.05, "an HTML page"),
        row(K::GatewayTimeout, "504", 0.02, "an HTML page"),
        row(K::Reset, "reset", 0.02, "the connection is torn before any byte of the answer"),
        row(K::Cut, "cut", 0.02, "the connection is torn in the middle of the body"),
        row(K::Slow, "slow", 0.1, "the answer is held back for 0.5 to 3 s"),
        row(K::Hang, "hang", 0.01, "no answer until the client hangs up"),
        row(K::Html, "html", 0.01, "200 with an HTML page"),
        row(K::BadJson, "badjson", 0.01, "200 with JSON that ends in the middle"),
        row(K::BadRow, "badrow", 0.05, "one row of a list is a number, null, or an object without its id"),
        row(K::BadField, "badfield", 0.05, "one field of a row or a record has a wrong type"),
        row(K::Twice, "twice", 0.05, "a row of a list comes twice"),
        row(K::Total, "total", 0.05, "`totalCount` is wrong by 1 to 3"),
        row(
            K::Drift,
            "drift",
            0.1,
            "a customer leaves its list, or comes back; its record can still be read by its id",
        ),
    ]
};

impl Kind {
    /// Returns true if it is about the answer as a whole, so that an answer has one of these at most.
    pub(super) fn is_whole(self) -> bool {
        !matches!(self, Self::BadRow | Self::BadField | Self::Twice | Self::Total | Self::Drift)
    }

    /// Returns true if the token service has it too: what servers and gateways do to any request. What is about the token, the
    /// rights or the shape of an answer is the API's alone.
    pub(super) fn is_of_tokens_too(self) -> bool {
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
    fn every_kind_has_its_line_and_a_name_of_its_own() {
        for (place, info) in FAULT_KINDS.iter().enumerate() {
            assert_eq!(info.kind as usize, place, "{}", info.name);
            assert!((0.0..=1.0).contains(&info.usual) && !info.words.is_empty(), "{}", info.name);
            assert!(FAULT_KINDS[..place].iter().all(|other| other.name != info.name), "{}", info.name);
        }
    }
}
