"""Files that browsers send: no more of one is taken than any page wants. It is the last field of its form."""

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from skypurser.importing.raw import MOST_BYTES

_TOO_LARGE = "skypurser_upload_too_large"


class Bounded(FileUploadHandler):
    """Stops a request whose files are larger than any page takes, whatever it says of its length."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self._taken = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:  # noqa: ARG002 — Django's signature
        """Count what comes, and pass it on."""
        self._taken += len(raw_data)
        if self._taken > MOST_BYTES:
            if self.request is not None:
                setattr(self.request, _TOO_LARGE, True)
            raise StopUpload(connection_reset=False)  # the rest is read and thrown away, so that a page can say it
        return raw_data

    def file_complete(self, file_size: int) -> None:  # noqa: ARG002 — Django's signature
        """Leave the file to the handlers that follow."""
        return


def was_too_large(request: HttpRequest) -> bool:
    """Tell whether the request's files were larger than any page takes; nothing of them is there."""
    return bool(getattr(request, _TOO_LARGE, False))
