"""A model comes whole, from wherever a fetch before broke off. The hub is a real one's
wire format on loopback, the client the real one."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from june_runtime.errors import SettingsError, Unavailable
from june_runtime.model_fetch import fetch, obtain
from june_runtime.model_hub import Hub
from june_runtime.model_names import named
from june_runtime.models import FETCHING, faults, manifest_of, resolve
from tests.hub_server import HubServer, Repository, Sending
from tests.june_runtime.fetching import (
    NEEDED,
    OTHERS,
    REPO,
    WEIGHTS,
    Seen,
    contents,
    fetched,
    hub,
    ranges,
    refusal,
)  # fmt: skip

__all__ = ["hub"]


def test_a_model_is_fetched_with_what_it_needs(hub: HubServer, tmp_path: Path) -> None:
    """Its engine's files and no others, and where they came from."""
    done = fetched(hub, tmp_path)
    assert resolve("small", tmp_path) == done.place
    assert contents(done.place) == NEEDED
    assert done.received == sum(map(len, NEEDED.values())) == done.manifest.size
    assert done.manifest == manifest_of(done.place)
    assert (done.manifest.repo, done.manifest.commit) == (REPO, hub.repositories[REPO].commit)
    assert not list(faults(done.place, done.manifest))


def test_a_model_that_is_here_needs_no_network(hub: HubServer, tmp_path: Path) -> None:
    """Neither to be fetched, nor to be found."""
    fetched(hub, tmp_path)
    hub.asked.clear()
    done = fetched(hub, tmp_path)
    assert (done.received, hub.asked) == (0, [])


def test_what_breaks_off_goes_on_at_the_very_byte(hub: HubServer, tmp_path: Path) -> None:
    """Within one fetch, as long as every try brings something."""
    hub.sending = [Sending(cut_after=5_000) for _ in range(8)]
    done = fetched(hub, tmp_path)
    assert contents(done.place) == NEEDED
    assert ranges(hub, "model.bin") == ["", *(f"bytes={5_000 * n}-" for n in range(1, 9))]
    assert done.received == done.manifest.size


def test_what_breaks_off_for_good_is_taken_up_by_the_next_fetch(
    hub: HubServer, tmp_path: Path
) -> None:
    """Five tries without a byte end it; what came before them stays."""
    hub.sending = [Sending(cut_after=7_000), *(Sending(cut_after=0) for _ in range(5))]
    assert refusal(hub, tmp_path)[0] == "HUB_UNREACHABLE"
    hub.asked.clear()
    seen = Seen()
    done = fetch(named("small"), tmp_path, Hub(hub.endpoint), seen)
    assert contents(done.place) == NEEDED
    assert ranges(hub, "model.bin") == ["bytes=7000-"]
    assert seen.have == 7_000 + len(NEEDED["config.json"])
    assert done.received == done.manifest.size - seen.have == sum(seen.counts)


def test_a_range_that_is_not_honoured_begins_anew(hub: HubServer, tmp_path: Path) -> None:
    """And what had come is not counted twice."""
    hub.sending = [Sending(cut_after=9_000), Sending(whole=True)]
    done = fetched(hub, tmp_path)
    assert contents(done.place) == NEEDED
    assert done.received == done.manifest.size


def test_a_file_that_changed_on_the_hub_meanwhile_begins_anew(
    hub: HubServer, tmp_path: Path
) -> None:
    """Nothing of two versions gets into one file; what did not change stays, and what
    is no more goes."""
    hub.sending = [Sending(cut_after=7_000), *(Sending(cut_after=0) for _ in range(5))]
    hub.repositories[REPO].files = {"preprocessor_config.json": b"{}"} | NEEDED
    refusal(hub, tmp_path)
    changed = NEEDED | {"model.bin": WEIGHTS[::-1]}
    hub.repositories[REPO].files = changed
    hub.sending = [Sending(cut_after=7_000), *(Sending(cut_after=0) for _ in range(5))]
    refusal(hub, tmp_path)
    assert len(list((tmp_path / FETCHING).rglob("*.part"))) == 1
    hub.asked.clear()
    assert contents(fetched(hub, tmp_path).place) == changed
    assert ranges(hub, "model.bin") == ["bytes=7000-"]
    assert not [asked for asked in hub.asked if asked.path.endswith("config.json")]


@pytest.mark.parametrize("path", ["model.bin", "config.json"])
def test_wrong_bytes_never_become_a_model(hub: HubServer, tmp_path: Path, path: str) -> None:
    """Large files and small ones are checked; what is wrong goes, the rest stays."""
    repository = hub.repositories[REPO]
    repository.instead = {path: b"\0" * len(NEEDED[path])}
    reason, text = refusal(hub, tmp_path)
    assert (reason, path in text) == ("MODEL_CORRUPTED", True)
    assert not list((tmp_path / FETCHING).rglob(f"{path}*"))
    with pytest.raises(SettingsError, match="is not in"):
        resolve("small", tmp_path)
    repository.instead = {}
    assert contents(fetched(hub, tmp_path).place) == NEEDED


@pytest.mark.parametrize(
    ("sent", "reason"), [(WEIGHTS + b"more", "MODEL_CORRUPTED"), (WEIGHTS[:-100], "HUB_FAILED")]
)
def test_another_length_never_becomes_a_model(
    hub: HubServer, tmp_path: Path, sent: bytes, reason: str
) -> None:
    """Neither longer nor shorter."""
    hub.repositories[REPO].instead = {"model.bin": sent}
    assert refusal(hub, tmp_path)[0] == reason
    hub.repositories[REPO].instead = {}
    assert contents(fetched(hub, tmp_path).place) == NEEDED


def test_what_is_too_long_is_not_read_to_its_end(hub: HubServer, tmp_path: Path) -> None:
    """An endless answer would fill the disk."""
    hub.repositories[REPO].instead = {"model.bin": WEIGHTS * 100}
    seen = Seen()
    with pytest.raises(Unavailable, match=r"model\.bin came with other bytes"):
        fetch(named("small"), tmp_path, Hub(hub.endpoint), seen)
    assert sum(seen.counts) < 3 * len(WEIGHTS) + 65_536


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    breaks=st.lists(
        st.tuples(st.sampled_from([0, 1, 4_096, 30_000, 51_199, 51_200]), st.booleans()),
        max_size=12,
    )
)
def test_however_it_breaks_off_the_same_model_comes(
    hub: HubServer, tmp_path_factory: pytest.TempPathFactory, breaks: list[tuple[int, bool]]
) -> None:
    """As many fetches as it takes; none leaves something that is not whole."""
    folder = tmp_path_factory.mktemp("models")
    hub.sending = [Sending(cut_after=after, whole=whole) for after, whole in breaks]
    for _ in range(len(breaks) + 1):
        try:
            done = fetched(hub, folder)
        except Unavailable:
            assert not (folder / "small").exists()
        else:
            break
    assert contents(done.place) == NEEDED


def test_a_lost_file_is_fetched_again_alone(hub: HubServer, tmp_path: Path) -> None:
    """What is still right is taken over without being sent."""
    place = fetched(hub, tmp_path).place
    (place / "tokenizer.json").write_bytes(b"cut")
    hub.asked.clear()
    done = fetched(hub, tmp_path)
    assert (contents(done.place), done.received) == (NEEDED, len(NEEDED["tokenizer.json"]))
    assert ranges(hub, "model.bin") == []


def test_fetching_again_mends_what_only_a_checksum_shows(hub: HubServer, tmp_path: Path) -> None:
    """And an ordinary fetch takes what has its size."""
    place = fetched(hub, tmp_path).place
    (place / "model.bin").write_bytes(WEIGHTS[::-1])
    assert fetched(hub, tmp_path).received == 0
    assert fetched(hub, tmp_path, again=True).received == len(WEIGHTS)
    assert contents(place) == NEEDED


def test_fetching_again_takes_what_is_new(hub: HubServer, tmp_path: Path) -> None:
    """Only what changed is sent; what the hub has no more goes."""
    place = fetched(hub, tmp_path).place
    newer = {**NEEDED, "vocabulary.json": b"[]"}
    del newer["vocabulary.txt"]
    hub.repositories[REPO].files = newer
    assert fetched(hub, tmp_path).received == 0
    done = fetched(hub, tmp_path, again=True)
    assert (contents(place), done.received) == (newer, 2)
    assert done.manifest.commit == hub.repositories[REPO].commit


def test_nothing_is_left_over(hub: HubServer, tmp_path: Path) -> None:
    """Beside the models only an empty file that keeps fetches apart."""
    fetched(hub, tmp_path)
    fetched(hub, tmp_path)
    fetched(hub, tmp_path, again=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == [FETCHING, "small"]
    assert [path.name for path in (tmp_path / FETCHING).iterdir()] == ["small.lock"]


@pytest.mark.parametrize("name", ["someone/whisper", "someone/whisper@main"])
def test_any_repository_with_a_models_files_will_do(
    hub: HubServer, tmp_path: Path, name: str
) -> None:
    """Which engine it is for its files tell."""
    hub.repositories["someone/whisper"] = Repository(NEEDED | OTHERS)
    assert fetched(hub, tmp_path, name).place == tmp_path / "someone--whisper"
    assert contents(resolve("someone/whisper", tmp_path)) == NEEDED


def test_a_commit_may_be_asked_for(hub: HubServer, tmp_path: Path) -> None:
    """It lies beside the main revision."""
    commit = hub.repositories[REPO].commit
    fetched(hub, tmp_path)
    done = fetched(hub, tmp_path, f"small@{commit}")
    assert resolve(f"small@{commit}", tmp_path) == done.place != resolve("small", tmp_path)
    assert done.manifest.revision == done.manifest.commit == commit


@pytest.mark.parametrize(
    ("files", "name", "text"),
    [
        (OTHERS, "small", "lacks config.json, model.bin, tokenizer.json, vocabulary.*"),
        (OTHERS, REPO + "@main", "lacks config.json"),
        ({"onnx/" + path: data for path, data in NEEDED.items()}, "small", "lacks config.json"),
        (OTHERS, "someone/else", "lacks what June's engines need"),
        ({}, "someone/else", "lacks what June's engines need"),
    ],
)
def test_what_is_no_model_is_not_fetched(
    hub: HubServer, tmp_path: Path, files: dict[str, bytes], name: str, text: str
) -> None:
    """Nothing of it, however large it is."""
    hub.repositories = {REPO: Repository(files), "someone/else": Repository(files)}
    reason, told = refusal(hub, tmp_path, name)
    assert (reason, text in told) == ("MODEL_UNUSABLE", True)
    assert len(hub.asked) == 1


def test_a_service_fetches_only_where_it_may(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise it says what is missing; a folder of one's own is never filled."""
    monkeypatch.setattr("june_runtime.model_fetch.load_hub", lambda: Hub(hub.endpoint))
    for name, may_fetch, reason in (
        ("small", False, "MODEL_MISSING"),
        ("nothing", True, "MODEL_UNKNOWN"),
        (str(tmp_path / "x"), True, "MODEL_MISSING"),
    ):
        with pytest.raises(SettingsError) as refused:
            obtain(name, tmp_path, may_fetch=may_fetch)
        assert refused.value.reason == reason
    assert not hub.asked
    assert obtain("small", tmp_path, may_fetch=True) == resolve("small", tmp_path)
    assert obtain("small", tmp_path, may_fetch=False) == resolve("small", tmp_path)


def test_why_a_service_could_not_fetch_is_a_fault_of_its_settings(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stops the start, as a missing model does."""
    monkeypatch.setattr("june_runtime.model_fetch.load_hub", lambda: Hub(hub.endpoint))
    with pytest.raises(SettingsError) as refused:
        obtain("base", tmp_path, may_fetch=True)
    assert refused.value.reason == "MODEL_NOT_ON_HUB"
