"""What a description of an API cannot say, for the client that reads ours."""

import schemathesis

# Rules between several values, or about what is there at the moment. Every other request that fits the description has to
# be accepted.
BEYOND_A_DESCRIPTION = (
    "from-created-date is later than to-created-date",
    "start-date is later than end-date",
    "Offset Out Of Range",
    "Duplicate X-Request-Id",
    "the client_id is not known",
)


@schemathesis.check
def fitting_requests_are_accepted(ctx, response, case):
    """Stands in for positive_data_acceptance, which knows nothing of the rules above."""
    fits = case.meta is not None and case.meta.generation.mode.is_positive
    if fits and response.status_code in (400, 405, 406, 413, 415, 422):
        told = response.text
        assert any(rule in told for rule in BEYOND_A_DESCRIPTION), f"a request that fits was refused: {told}"
