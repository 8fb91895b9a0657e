"""What the hub may do, and what the disk: told in one sentence each."""

import os
import sys
from pathlib import Path

import pytest

from june_runtime.models import FETCHING
from tests.hub_server import HubServer, Repository, Sending
from tests.june_runtime.fetching import NEEDED, REPO, contents, fetched, hub, refusal

__all__ = ["hub"]


def test_a_repository_that_moved_is_followed(hub: HubServer, tmp_path: Path) -> None:
    """As its maker's new name has it; the model keeps the name it was asked for by."""
    hub.repositories["elsewhere/faster-whisper-small"] = hub.repositories[REPO]
    hub.repositories[REPO] = Repository({}, moved_to="elsewhere/faster-whisper-small")
    assert contents(fetched(hub, tmp_path).place) == NEEDED


def test_the_token_goes_to_the_hub_alone(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Large files lie with others, who are not to see it."""
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    fetched(hub, tmp_path)
    assert {asked.token for asked in hub.downloads()} == {""}
    assert {asked.token for asked in hub.asked if asked.server == "hub"} == {"Bearer hf_secret"}


def test_no_other_way_to_download_is_loaded(hub: HubServer, tmp_path: Path) -> None:
    """The hub offers xet for large files; its client would talk to hosts of its own."""
    fetched(hub, tmp_path)
    assert not [name for name in sys.modules if name.partition(".")[0] == "hf_xet"]


@pytest.mark.parametrize(
    ("repository", "name", "reason", "text"),
    [
        (Repository(NEEDED), "small@v9", "MODEL_NOT_ON_HUB", "small at v9: no such revision"),
        (Repository(NEEDED), "base", "MODEL_NOT_ON_HUB", "HF_TOKEN"),
        (Repository(NEEDED, error=(404, "RepoNotFound")), "small", "MODEL_NOT_ON_HUB", "no Sys"),
        (Repository(NEEDED, error=(403, "GatedRepo")), "small", "MODEL_GATED", "accept its terms"),
        (Repository(NEEDED, error=(403, "")), "small", "MODEL_GATED", "check HF_TOKEN"),
        (Repository(NEEDED, error=(500, "")), "small", "HUB_FAILED", "answered 500"),
        (Repository(NEEDED, locked=(401, "GatedRepo")), "small", "MODEL_GATED", "config.json of"),
        (Repository(NEEDED, locked=(404, "EntryNotFound")), "small", "MODEL_NOT_ON_HUB", "config"),
        (Repository(NEEDED, locked=(429, "")), "small", "HUB_FAILED", "answered 429"),
        (Repository(NEEDED, bare=True), "small", "HUB_FAILED", "no whole mirror"),
    ],
)
def test_what_the_hub_refuses_is_told(
    hub: HubServer, tmp_path: Path, repository: Repository, name: str, reason: str, text: str
) -> None:
    """In one sentence, with what to do."""
    hub.repositories[REPO] = repository
    told = refusal(hub, tmp_path, name)
    assert (told[0], text in told[1], "\n" in told[1]) == (reason, True, False)


def test_a_passing_fault_passes(hub: HubServer, tmp_path: Path) -> None:
    """Where the next try gets the file, nobody hears of it."""
    hub.sending = [Sending(status=503), Sending(status=429)]
    assert contents(fetched(hub, tmp_path).place) == NEEDED


def test_no_hub_is_told_at_once(tmp_path: Path) -> None:
    """There is no network, or the mirror's name is wrong."""
    nowhere = HubServer(endpoint="http://127.0.0.1:9")
    reason, text = refusal(nowhere, tmp_path)
    assert (reason, "http://127.0.0.1:9 cannot be reached" in text) == ("HUB_UNREACHABLE", True)


def test_silence_is_told(hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that never goes on does not hold for ever."""
    monkeypatch.setattr("june_runtime.model_hub._PIECE_SECONDS", 0.05)
    hub.sending = [Sending(hold_after=100), *(Sending(hold_after=0) for _ in range(5))]
    assert refusal(hub, tmp_path)[0] == "HUB_SILENT"


def test_a_full_disk_is_told(hub: HubServer, tmp_path: Path) -> None:
    """The file is one that no byte fits into."""
    hub.sending = [Sending(cut_after=0) for _ in range(5)]
    refusal(hub, tmp_path)
    [part] = (tmp_path / FETCHING / "small").glob("model.bin.*.part")
    part.unlink()
    part.symlink_to("/dev/full")
    reason, text = refusal(hub, tmp_path)
    assert (reason, "make room" in text) == ("DISK_FULL", True)


def test_too_small_a_disk_is_told_before_anything_comes(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With how much is lacking."""
    little = os.statvfs_result((1, 1, 9, 9, 9, 9, 9, 9, 0, 255))
    monkeypatch.setattr("os.statvfs", lambda _: little)
    reason, text = refusal(hub, tmp_path)
    assert (reason, "the disk has 9;" in text) == ("DISK_FULL", True)
    assert len(hub.asked) == 1


def test_a_folder_that_may_not_be_written_is_told(hub: HubServer) -> None:
    """Nor is the hub asked then."""
    reason, text = refusal(hub, Path("/sys/june/models"))
    assert (reason, "JUNE_MODELS_FOLDER" in text) == ("NOT_WRITABLE", True)
    assert not hub.asked


def test_a_folder_that_is_a_file_is_told(hub: HubServer, tmp_path: Path) -> None:
    """With what the system says."""
    (tmp_path / "models").touch()
    assert refusal(hub, tmp_path / "models")[0] == "DISK_FAILED"
