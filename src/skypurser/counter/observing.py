"""What can be measured of the counter, in Prometheus' form."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

_SECONDS = (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1_000)


class Observer:
    """Counts what one process answers. Its methods may be called from any thread."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
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
        self._under_way = _UnderWay()
        self.registry.register(self._under_way)
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
        self._under_way.requests += requests

    def given_back(self, seconds: float, requests: int = 1) -> None:
        """Count them as answered; those that waited together are timed together."""
        self._under_way.requests -= requests
        self._answers.observe(seconds)

    def page(self) -> bytes:
        """Return what a scraper reads."""
        return generate_latest(self.registry)


class _UnderWay(Collector):
    """How many requests the batcher has, waiting and in flight."""

    def __init__(self) -> None:
        self.requests = 0

    def collect(self) -> list[GaugeMetricFamily]:
        """Tell it."""
        return [
            GaugeMetricFamily(
                "skypurser_counter_queue", "Requests that wait for the batcher, or are in it", self.requests
            )
        ]
