"""What can be measured of the counter, in Prometheus' form.

Several processes behind one address keep their metrics in files, the library's way, each in a folder of its own beside
the others': whichever of them is asked tells the sums.
"""

from collections.abc import Iterable
from pathlib import Path

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, Metric, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000)


class Observer:
    """Counts what one process answers.

    `handed_over` and `given_back` are called from one thread, the event loop's; the others from any.

    Args:
        folder: This process's own, where the library keeps its metrics, beside those of others; None where it is alone.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self.registry = CollectorRegistry()
        self._folder = folder
        self._requests = Counter(
            "skypurser_counter_requests", "Requests answered", ("operation", "status"), registry=self.registry
        )
        self._problems = Counter("skypurser_counter_problems", "Problems told", ("code",), registry=self.registry)
        self._batches = Histogram(
            "skypurser_counter_batch_size", "Requests per commit", registry=self.registry, buckets=_SIZES
        )
        self._commits = Histogram(
            "skypurser_counter_commit_seconds",
            "How long it took to write and commit a batch",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._answers = Histogram(
            "skypurser_counter_posting_seconds",
            "From handing a request, or a batch of them, to the batcher until the answer is committed",
            registry=self.registry,
            buckets=_SECONDS,
        )
        self._queue = Gauge(
            "skypurser_counter_queue",
            "Requests that wait for the batcher, or are in it",
            registry=self.registry,
            multiprocess_mode="livesum",
        )
        self._under_way = 0
        # Labelled children are looked up by ourselves: the library takes a lock for each.
        self._by_answer: dict[tuple[str, int], Counter] = {}
        self._by_code: dict[str, Counter] = {}

    def answered(self, operation: str, status: int, code: str) -> None:
        """Count a response; `code` is the problem's, empty where all is well."""
        counter = self._by_answer.get((operation, status))
        if counter is None:
            counter = self._by_answer[operation, status] = self._requests.labels(operation or "none", str(status))
        counter.inc()
        if code:
            problems = self._by_code.get(code)
            if problems is None:
                problems = self._by_code[code] = self._problems.labels(code)
            problems.inc()

    def batch(self, size: int, seconds: float) -> None:
        """Count a commit of so many requests, which took so long."""
        self._batches.observe(size)
        self._commits.observe(seconds)

    def handed_over(self, requests: int = 1) -> None:
        """Count requests as waiting for their answers."""
        self._count(requests)

    def given_back(self, seconds: float, requests: int = 1) -> None:
        """Count them as answered; those that waited together are timed together."""
        self._count(-requests)
        self._answers.observe(seconds)

    def _count(self, requests: int) -> None:
        self._under_way += requests
        if self._folder is not None:  # another process may be asked; alone, it is told when somebody asks
            self._queue.set(self._under_way)

    def page(self) -> bytes:
        """Return what a scraper reads."""
        if self._folder is None:
            self._queue.set(self._under_way)
            return generate_latest(self.registry)
        registry = CollectorRegistry()
        registry.register(_Merged(self._folder.parent))
        return generate_latest(registry)


class _Merged(Collector):
    """The metrics of all processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def collect(self) -> Iterable[Metric]:
        """Sum them up; a file that is being made says nothing yet."""
        files = [str(file) for file in self._folder.glob("*/*.db") if _size(file)]
        return MultiProcessCollector.merge(files)  # type: ignore[no-any-return, no-untyped-call]


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except FileNotFoundError:  # its process starts again
        return 0
