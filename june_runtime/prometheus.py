"""A service's figures as Prometheus reads them. The one importer of prometheus_client."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from june_runtime.figures import Figure, Kind, Timing
from june_runtime.metrics import Metrics
from june_runtime.telemetry import version


def exposition(metrics: Metrics, replica: str) -> tuple[bytes, str]:
    """The text format of all figures, and its content type.

    Names are `<service>_<figure>`, in base units: milliseconds become seconds. Label
    values are escaped by the library.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures(metrics, replica))
    return generate_latest(registry), CONTENT_TYPE_PLAIN_0_0_4


class _Figures(Collector):
    def __init__(self, metrics: Metrics, replica: str) -> None:
        self._metrics = metrics
        self._replica = replica

    def collect(self) -> Iterator[Metric]:
        metrics, prefix = self._metrics, self._metrics.service
        about = {"version": version(), "replica": self._replica}
        yield InfoMetricFamily(prefix, "Which June this is.", about)
        started = metrics.since.ToNanoseconds() / 1e9
        yield _gauge(f"{prefix}_start_time_seconds", "When the figures begin, Unix time.", started)
        values = metrics.counts() | metrics.gauges()
        for figure in metrics.figures.values():
            if figure.kind is Kind.TIMING:
                yield _histogram(prefix, figure, metrics.timings[figure.name])
            elif figure.kind is Kind.COUNT:
                name = f"{prefix}_{figure.name}"
                yield CounterMetricFamily(name, figure.meaning, values[figure.name])
            elif figure.name in values:
                yield _gauge(f"{prefix}_{figure.name}", figure.meaning, values[figure.name])
        yield self._errors(prefix)
        yield self._expectations(prefix)

    def _errors(self, prefix: str) -> Metric:
        family = CounterMetricFamily(
            f"{prefix}_errors", "Errors sent to callers, by reason.", labels=["reason"]
        )
        for reason, number in sorted(self._metrics.errors.items()):
            family.add_metric([reason], number)
        return family

    def _expectations(self, prefix: str) -> Metric:
        judged = self._metrics.snapshot()
        self._metrics.judge(judged)
        family = GaugeMetricFamily(
            f"{prefix}_expectation_met", "1 where it is kept; absent unjudged.", labels=["name"]
        )
        for expectation in judged.expectations:
            if expectation.HasField("actual"):
                family.add_metric([expectation.name], float(expectation.met))
        return family


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value)


def _histogram(prefix: str, figure: Figure, timing: Timing) -> Metric:
    """Cumulative buckets; what was measured in milliseconds is told in seconds."""
    in_ms = figure.name.endswith("_ms")
    name = f"{figure.name.removesuffix('_ms')}_seconds" if in_ms else figure.name
    scale = 1_000.0 if in_ms else 1.0
    buckets, sofar = [], 0
    for bound, number in zip((*timing.bounds, float("inf")), timing.buckets, strict=True):
        sofar += number
        edge: str = floatToGoString(bound / scale)  # type: ignore[no-untyped-call]
        buckets.append((edge, float(sofar)))
    family = HistogramMetricFamily(f"{prefix}_{name}", figure.meaning)
    family.add_metric([], buckets, sum_value=timing.total / scale)
    return family
