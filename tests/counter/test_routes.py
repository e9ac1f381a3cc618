"""Which operation a path means."""

import pytest

from skypurser.contract.operations import OPERATIONS, PREFIX
from skypurser.counter import routes


def test_every_operation_is_found_by_its_path() -> None:
    for operation in OPERATIONS:
        path = PREFIX + operation.path.replace("{document_number}", "2792400001001").replace("{hold_id}", "7")

        found = routes.find(path.replace("{account_id}", "7"))

        assert found is not None
        assert found[0][operation.method].operation is operation


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/api/v1",
        "/api/v1/",
        "/api/v2/tickets",
        "/api/v1/tickets/",
        "/api/v1/tickets/1",
        "/api/v1/tickets//void",
        "/api/v1/tickets/1/void/",
        "/api/v1/tickets/1/2/void",
        f"/api/v1/tickets/{'1' * 65}/void",
        "/api/v1/tickets/\ud800/void",
        "/api/v1/tickets/\n/void",
        "/api/v1/holds/",
        "/api/v1/accounts/7",
    ],
)
def test_other_paths_mean_nothing(path: str) -> None:
    assert routes.find(path) is None
