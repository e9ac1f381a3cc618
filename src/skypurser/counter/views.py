"""The counter's operations inside Django, at the same paths and with the same answers."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.http.request import RawPostDataException, UnreadablePostError
from django.views.decorators.csrf import csrf_exempt

from skypurser.contract.envelope import BodyTooLarge, LengthRequired, RequestTimeout
from skypurser.counter.desk import run_at_once
from skypurser.counter.direct import DirectDesk
from skypurser.counter.handling import handle
from skypurser.counter.observing import Observer

#: Limits and counts are this process's.
desk = DirectDesk()
observer = Observer()


class _Exchange:
    """A request of Django's."""

    def __init__(self, request: HttpRequest) -> None:
        self.method = request.method or ""
        self.path = request.path_info
        self._request = request

    def header(self, name: str) -> str:
        if name == "x-request-id":  # the one that the log of this request has
            bound = structlog.contextvars.get_contextvars().get("request_id")
            if bound:
                return str(bound)
        return self._request.headers.get(name, "")

    def query(self) -> str:
        return str(self._request.META.get("QUERY_STRING", ""))

    async def body(self, most: int) -> bytes:
        if "HTTP_TRANSFER_ENCODING" in self._request.META:
            raise LengthRequired  # Django reads no body that does not say its length
        try:
            if int(self._request.META.get("CONTENT_LENGTH") or 0) > most:
                raise BodyTooLarge
            body = self._request.read(most + 1)
        except (UnreadablePostError, RawPostDataException) as error:
            raise RequestTimeout from error
        if len(body) > most:
            raise BodyTooLarge
        return body


@csrf_exempt  # a key is sent on purpose; no browser adds it by itself
def operation(request: HttpRequest, **_variables: str) -> HttpResponse:
    """Answer any of the counter's operations."""
    response = run_at_once(handle(_Exchange(request), desk, observer))
    return HttpResponse(response.body, status=response.status, headers=response.headers)
