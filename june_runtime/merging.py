"""The figures of several replicas as those of one. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from june.metrics.v1 import metrics_pb2

from june_runtime.figures import percentiles
from june_runtime.metrics import tell_known_names


def merged(parts: Sequence[metrics_pb2.Metrics]) -> metrics_pb2.Metrics:
    """All of them together, not judged and without `replica`.

    Counts, errors and gauges are added up; percentiles are made from the measurements
    themselves, which each part brings along in `recent`.
    """
    # Sums of fractions depend on their order, and a store tells the parts in any.
    parts = sorted(parts, key=_names)
    whole = metrics_pb2.Metrics()
    for part in parts:
        whole.service = part.service
        for name, value in part.counts.items():
            whole.counts[name] += value
        for name, value in part.gauges.items():
            whole.gauges[name] += value
        for reason, number in part.errors.items():
            whole.errors[reason] += number
    whole.replicas.extend(sorted({name for part in parts for name in _names(part)}))
    if parts:
        whole.since.CopyFrom(min((part.since for part in parts), key=lambda at: at.ToNanoseconds()))
    names = sorted({timing.name for part in parts for timing in part.timings})
    for name in names:
        same = (timing for part in parts for timing in part.timings if timing.name == name)
        whole.timings.append(_together(name, list(same)))
    tell_known_names(whole)
    return whole


def _names(part: metrics_pb2.Metrics) -> list[str]:
    return list(part.replicas) or ([part.replica] if part.replica else [])


def _together(name: str, timings: Sequence[metrics_pb2.Timing]) -> metrics_pb2.Timing:
    count = sum(timing.count for timing in timings)
    total = sum(timing.count * timing.mean for timing in timings)
    p50, p95, p99 = percentiles(
        [value for timing in timings for value in timing.recent], 50, 95, 99
    )
    return metrics_pb2.Timing(
        name=name, count=count, mean=total / count if count else 0.0, p50=p50, p95=p95, p99=p99
    )
