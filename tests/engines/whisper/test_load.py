"""When another stream would be one too many."""

from june_stt.engines.whisper.load import LATE_SECONDS, Load


def test_captions_that_all_come_late_leave_no_room() -> None:
    load = Load()
    for second in range(60):
        load.note(second * 0.5, 3 * LATE_SECONDS)
    assert load.too_high(30)


def test_a_single_late_one_is_no_sign() -> None:
    load = Load()
    load.note(0, 5 * LATE_SECONDS)
    assert not load.too_high(0)


def test_there_is_room_again_once_they_come_in_time() -> None:
    load = Load()
    for at in range(100):
        load.note(at * 0.1, 1.0)
    for at in range(100, 160):
        load.note(at * 0.1, 0.05)
    assert not load.too_high(16)


def test_what_was_long_ago_is_forgotten() -> None:
    """Nobody spoke since."""
    load = Load()
    for at in range(100):
        load.note(at * 0.1, 1.0)
    assert load.too_high(10)
    assert not load.too_high(20)
    load.note(20, 0.1)
    assert not load.too_high(20)
