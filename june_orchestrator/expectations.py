"""What users of June were promised, and whether it is kept."""

from __future__ import annotations

import operator

from june_runtime.promises import Promise, judging, mean_of, share_of

PROMISES = (
    Promise(
        "first_token_ms",
        "first token under 500 ms on average (2,600 in the HTTP system)",
        500.0,
        mean_of("first_token_ms"),
    ),
    Promise(
        "first_audio_ms",
        "first audio under 300 ms on average (2,300 in the HTTP system)",
        300.0,
        mean_of("first_audio_ms"),
    ),
    Promise(
        "end_to_end_ms",
        "end to end under 1,500 ms on average (4,900 in the HTTP system)",
        1_500.0,
        mean_of("end_to_end_ms"),
    ),
    Promise(
        "concurrent_tts_share",
        "concurrent synthesis in over 80 % of conversations",
        0.8,
        share_of("conversations_concurrent", "conversations"),
        operator.gt,
    ),
    Promise(
        "partial_interval_ms",
        "partials every 200 ms on average",
        200.0,
        mean_of("partial_interval_ms"),
        operator.le,
    ),
)
judge = judging(PROMISES)
