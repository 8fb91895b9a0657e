"""The hub that models come from: the only file that knows huggingface_hub.

Of that its listing of a repository, its session and its errors. Its own downloads throw
away what an interrupted process had, check no checksum, and by way of hf-xet talk to
other hosts: docs/decisions/0017-models-in-folders-of-their-own.md.

The library reads HF_ENDPOINT, HF_TOKEN, HF_HUB_OFFLINE and the variables for proxies
itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

from huggingface_hub import HfApi, hf_hub_url
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoSibling
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status, httpx

from june_runtime.errors import JuneError, NotFound, Refused, TimedOut, Unavailable

# Until the hub lists a repository, and for each piece of a download.
_LISTING_SECONDS, _PIECE_SECONDS = 30.0, 10.0
# In a row that bring no byte.
_TRIES = 5
_LIBRARY = "june"


@dataclass(frozen=True, slots=True)
class Listed:
    """A file on the hub.

    Attributes:
        sha256: of its content; told of large files only, else "".
        git_sha1: git's name for the content of a small one, else "".
    """

    path: str
    size: int
    sha256: str = ""
    git_sha1: str = ""

    @property
    def content(self) -> str:
        """Names the content: the same for the same bytes only."""
        return self.sha256 or self.git_sha1


@dataclass(frozen=True, slots=True)
class Listing:
    """The files of a repository at one commit, which never change."""

    repo: str
    commit: str
    files: tuple[Listed, ...]


class Hub:
    """Lists and downloads. Blocking.

    Args:
        endpoint: its address; None takes HF_ENDPOINT, or the public hub.
        pause: waits so many seconds.

    Every method raises NotFound (MODEL_NOT_ON_HUB), Refused (MODEL_GATED), TimedOut
    (HUB_SILENT) or Unavailable (HUB_UNREACHABLE, HUB_FAILED, HUB_OFFLINE).
    """

    def __init__(
        self, endpoint: str | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        self._pause = pause
        self._api = HfApi(endpoint=endpoint, library_name=_LIBRARY)

    def listing(self, repo: str, revision: str) -> Listing:
        """What the repository holds where `revision` points now."""
        with self._explained(f"{repo} at {revision}"):
            info = self._api.model_info(
                repo, revision=revision, files_metadata=True, timeout=_LISTING_SECONDS
            )
        files = tuple(_listed(info.siblings or ()))
        if info.sha is None or (info.siblings and not files):
            raise Unavailable(
                "HUB_FAILED",
                f"{self._api.endpoint} tells no commit, size and checksum of {repo}: it is no"
                " whole mirror; set HF_ENDPOINT to another one",
            )
        return Listing(repo, info.sha, files)

    def download(self, listing: Listing, file: Listed, into: IO[bytes]) -> None:
        """Appends what is lacking to `into`, which stands at the end of the file's
        beginning.

        What breaks off goes on at the very byte, and is given up where several tries
        bring none. Where the hub sends the whole file again, `into` is truncated first.
        """
        address = hf_hub_url(
            listing.repo, file.path, revision=listing.commit, endpoint=self._api.endpoint
        )
        vain = 0
        while (have := into.tell()) < file.size:
            failed: JuneError | None = None
            try:
                with self._explained(f"{file.path} of {listing.repo}"):
                    self._stream(address, file, into)
            except (TimedOut, Unavailable) as passing:
                failed = passing
            vain = 0 if into.tell() > have else vain + 1
            if vain == _TRIES:
                raise failed or Unavailable("HUB_FAILED", f"{file.path} comes too short")
            if into.tell() < file.size:
                self._pause(2.0**vain / 2)

    def _stream(self, address: str, file: Listed, into: IO[bytes]) -> None:
        """One try."""
        have = into.tell()
        # Compressed, a range would be one of other bytes.
        headers = build_hf_headers(library_name=_LIBRARY) | {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        request = get_session().stream("GET", address, headers=headers, timeout=_PIECE_SECONDS)
        with request as response:
            hf_raise_for_status(response)
            if have and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-"):
                into.seek(0)
                into.truncate()
            for piece in response.iter_bytes():
                into.write(piece)
                if into.tell() > file.size:
                    return  # An endless one would fill the disk; its check will tell.

    @contextmanager
    def _explained(self, what: str) -> Iterator[None]:
        """Turns the library's errors, but for those of the disk, into June's."""
        try:
            yield
        except OfflineModeIsEnabled as failed:
            raise Unavailable(
                "HUB_OFFLINE", f"HF_HUB_OFFLINE forbids to fetch {what}; unset it"
            ) from failed
        except HfHubHTTPError as failed:
            raise self._refusal(what, failed) from failed
        except httpx.TimeoutException as failed:
            raise TimedOut(
                "HUB_SILENT", f"{self._api.endpoint} fell silent over {what}; try again"
            ) from failed
        except httpx.TransportError as failed:
            raise Unavailable(
                "HUB_UNREACHABLE",
                f"{self._api.endpoint} cannot be reached for {what} ({failed}); try again where"
                " there is a network, or set HF_ENDPOINT to a mirror",
            ) from failed

    def _refusal(self, what: str, failed: HfHubHTTPError) -> JuneError:
        status = failed.response.status_code
        match failed:
            case GatedRepoError():
                return Refused(
                    "MODEL_GATED",
                    f"{what} is given only to those who accept its terms at"
                    f" {self._api.endpoint}; do so and set HF_TOKEN",
                )
            case RevisionNotFoundError():
                return NotFound("MODEL_NOT_ON_HUB", f"the hub has no {what}: no such revision")
            case RepositoryNotFoundError():
                return NotFound(
                    "MODEL_NOT_ON_HUB",
                    f"the hub has no {what}, or shows it only with a HF_TOKEN that may see it",
                )
        if status in (401, 403):
            return Refused("MODEL_GATED", f"the hub refuses {what} ({status}); check HF_TOKEN")
        if status == 404:
            return NotFound("MODEL_NOT_ON_HUB", f"the hub has no {what}")
        return Unavailable(
            "HUB_FAILED", f"{self._api.endpoint} answered {status} for {what}; try again later"
        )


def _listed(siblings: Iterable[RepoSibling]) -> Iterator[Listed]:
    """The files of which the hub tells enough to check them."""
    for sibling in siblings:
        if sibling.size is None:
            continue
        if sibling.lfs is not None:
            yield Listed(sibling.rfilename, sibling.size, sha256=sibling.lfs.sha256)
        elif sibling.blob_id is not None:
            yield Listed(sibling.rfilename, sibling.size, git_sha1=sibling.blob_id)
