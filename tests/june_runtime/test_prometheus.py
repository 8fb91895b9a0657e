"""Figures in the text that Prometheus reads."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from june_orchestrator.expectations import judge as judge_orchestrator
from june_orchestrator.metrics import FIGURES as ORCHESTRATOR
from june_runtime.figures import Figure, Kind
from june_runtime.metrics import Judge, Metrics
from june_runtime.prometheus import exposition
from june_stt.metrics import FIGURES as STT
from june_stt.metrics import judge as judge_stt
from june_tts.metrics import FIGURES as TTS
from june_tts.metrics import judge as judge_tts

SERVICES: dict[str, tuple[tuple[Figure, ...], Judge]] = {
    "june_orchestrator": (ORCHESTRATOR, judge_orchestrator),
    "june_stt": (STT, judge_stt),
    "june_tts": (TTS, judge_tts),
}


def busy(service: str) -> Metrics:
    """Every figure has moved."""
    metrics = Metrics(service, *SERVICES[service])
    for number, figure in enumerate(metrics.figures.values(), 1):
        if figure.kind is Kind.COUNT:
            metrics.count(figure.name, number)
        elif figure.kind is Kind.GAUGE:
            metrics.reads(figure.name, lambda number=number: number)  # type: ignore[misc]
        else:
            for value in (0.5, 80, 4_000, 99_999):
                metrics.time(figure.name, value)
    metrics.error("AT_CAPACITY")
    return metrics


def samples(metrics: Metrics) -> dict[str, list[Sample]]:
    text, _ = exposition(metrics, "r1")
    found: dict[str, list[Sample]] = {}
    for family in text_string_to_metric_families(text.decode()):
        for sample in family.samples:
            found.setdefault(sample.name, []).append(sample)
    return found


@pytest.mark.parametrize("service", SERVICES)
def test_promtool_finds_nothing_to_say(service: str, promtool: Path) -> None:
    """Names, units, types and help texts are as Prometheus wants them."""
    text, _ = exposition(busy(service), "r1")
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=text, capture_output=True, check=False, timeout=30
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, b"", b"")


@pytest.mark.parametrize("service", SERVICES)
def test_every_figure_is_there(service: str) -> None:
    """With the same numbers as june.metrics.v1 tells."""
    metrics = busy(service)
    told, snapshot = samples(metrics), metrics.snapshot()
    for name, value in snapshot.counts.items():
        assert told[f"{service}_{name}_total"][0].value == value
    for name, value in snapshot.gauges.items():
        assert told[f"{service}_{name}"][0].value == value
    for timing in snapshot.timings:
        base = f"{service}_{timing.name}".replace("_ms", "_seconds")
        scale = 1_000 if timing.name.endswith("_ms") else 1
        assert told[f"{base}_count"][0].value == timing.count
        assert told[f"{base}_sum"][0].value == pytest.approx(timing.mean * timing.count / scale)


def test_buckets_count_up_in_seconds() -> None:
    metrics = busy("june_stt")
    buckets = samples(metrics)["june_stt_final_infer_seconds_bucket"]
    values = {bucket.labels["le"]: bucket.value for bucket in buckets}
    assert (values["0.001"], values["0.1"], values["5.0"], values["+Inf"]) == (1, 2, 3, 4)
    assert [bucket.value for bucket in buckets] == sorted(bucket.value for bucket in buckets)


def test_a_hostile_reason_breaks_nothing() -> None:
    """Quotes, backslashes and line ends are escaped."""
    metrics, reason = Metrics("june_tts"), 'a"b\\c\nd} 1'
    metrics.error(reason)
    (sample,) = samples(metrics)["june_tts_errors_total"]
    assert (sample.labels["reason"], sample.value) == (reason, 1)


def test_expectations_are_told_once_they_can_be_judged() -> None:
    metrics = Metrics("june_tts", TTS, judge_tts)
    assert "june_tts_expectation_met" not in samples(metrics)
    metrics.time("first_audio_ms", 500)
    (sample,) = samples(metrics)["june_tts_expectation_met"]
    assert (sample.labels, sample.value) == ({"name": "first_audio_ms"}, 0)


def test_who_tells_is_told() -> None:
    (sample,) = samples(Metrics("june_tts"))["june_tts_info"]
    assert sample.labels["replica"] == "r1"
    assert sample.labels["version"]


def test_the_content_type_is_the_classic_text() -> None:
    assert exposition(Metrics("june_tts"), "r1")[1].startswith("text/plain; version=0.0.4")
