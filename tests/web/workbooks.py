"""Read the workbooks that the desk sends."""

from io import BytesIO
from typing import Any

from django.test import Client
from python_calamine import CalamineWorkbook

#: Title, filters, an empty line.
ABOVE = 3


def read(browser: Client, url: str) -> tuple[list[str], list[list[Any]]]:
    """Return the header and the rows under it, with the totals where there are any."""
    answer = browser.get(url)
    assert answer.status_code == 200, url
    assert "attachment" in answer.headers["Content-Disposition"]
    content = b"".join(answer)
    answer.close()
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    return [str(title) for title in rows[ABOVE]], rows[ABOVE + 1 :]
