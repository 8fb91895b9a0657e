"""What users of June were promised, and whether it is kept."""

from __future__ import annotations

from june_runtime.promises import Promise, judging, mean_of, share_of

PROMISES = (
    Promise(
        "first_token_ms",
        "first token within 500 ms on average (2,600 in the HTTP system)",
        500.0,
        mean_of("first_token_ms"),
    ),
    Promise(
        "first_audio_ms",
        "first audio within 300 ms on average (2,300 in the HTTP system)",
        300.0,
        mean_of("first_audio_ms"),
    ),
    Promise(
        "end_to_end_ms",
        "end to end within 1,500 ms on average (4,900 in the HTTP system)",
        1_500.0,
        mean_of("end_to_end_ms"),
    ),
    Promise(
        "concurrent_tts_share",
        "concurrent synthesis in 80 % of conversations or more",
        0.8,
        share_of("conversations_concurrent", "conversations"),
        least=True,
    ),
    Promise(
        "partial_interval_ms",
        "partials every 200 ms on average",
        200.0,
        mean_of("partial_interval_ms"),
    ),
)
judge = judging(PROMISES)
