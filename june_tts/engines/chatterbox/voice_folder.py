"""The recordings in the folder of voices, as they come, change and go."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from june_runtime.errors import InvalidInput, SettingsError
from june_tts.engine import Reference
from june_tts.engines.chatterbox.voice_store import Recorded, labelled, listed, read

log = logging.getLogger(__name__)

# When a file and its label were changed, and how long they are.
Look = tuple[tuple[int, int, int] | None, ...]


@dataclass(frozen=True, slots=True)
class _Seen:
    """A file as it was looked at, and the voice in it, if there is one."""

    look: Look
    voice: Recorded | None


class VoiceFolder:
    """See the module. Blocking, and for one thread.

    A file is opened again only once it, or its label, was changed.

    Args:
        languages: what the model speaks; a voice's own languages must be among them.
        check: raises InvalidInput for a recording that no voice can be heard in.

    Attributes:
        voices: by name, as they were when they were last looked at.

    Raises:
        SettingsError: VOICES_UNREADABLE, VOICE_INVALID: a file that is wrong from the
            start is somebody's mistake, who is told.
    """

    def __init__(
        self, folder: Path, languages: Sequence[str], check: Callable[[Reference], None]
    ) -> None:
        self._folder, self._languages, self._check = folder, languages, check
        self._readable = True
        self._seen: dict[Path, _Seen] = {}
        files = listed(folder)
        names = [file.stem for file in files]
        if twice := next((name for name in names if names.count(name) > 1), None):
            raise SettingsError("VOICE_INVALID", f"{folder}: the voice {twice} is there twice")
        for file in files:
            look = _look(file)
            self._seen[file] = _Seen(look, self._voice(file))
        self.voices: Sequence[Recorded] = self._told()

    def again(self) -> bool:
        """Looks what is there by now; whether the voices are others than before.

        A file that no voice can be made of is left out and told in the log, once.
        """
        before = self.voices
        try:
            files = listed(self._folder)
        except SettingsError as failed:
            if self._readable:
                log.warning("the voices cannot be looked at", extra={"fault": failed.message})
            self._readable = False
            return False
        self._readable = True
        self._seen = {file: self._present(file) for file in self._once(files)}
        self.voices = self._told()
        return self.voices != before

    def _once(self, files: Iterable[Path]) -> Iterable[Path]:
        """One of several with the same name: the one that was there before."""
        chosen: dict[str, Path] = {}
        for file in files:
            other = chosen.setdefault(file.stem, file)
            if file in self._seen and other not in self._seen:
                chosen[file.stem] = file
        return chosen.values()

    def _present(self, file: Path) -> _Seen:
        look, seen = _look(file), self._seen.get(file)
        if seen is not None and seen.look == look:
            return seen
        try:
            voice = self._voice(file)
        except SettingsError as wrong:
            log.warning("a voice is left out", extra={"voice": file.stem, "fault": wrong.message})
            return _Seen(look, None)
        log.info("a voice is there", extra={"voice": file.stem})
        return _Seen(look, voice)

    def _voice(self, file: Path) -> Recorded:
        recording = read(file)
        try:
            self._check(recording)
        except InvalidInput as refused:
            fault = "; ".join(refused.fields.values())
            raise SettingsError("VOICE_INVALID", f"{file} {fault}") from refused
        return labelled(file, recording, self._languages)

    def _told(self) -> Sequence[Recorded]:
        return tuple(seen.voice for seen in self._seen.values() if seen.voice is not None)


def _look(file: Path) -> Look:
    return _state(file), _state(file.with_suffix(".toml"))


def _state(file: Path) -> tuple[int, int, int] | None:
    """Changes whenever the file does; None if it is not there."""
    try:
        found = os.stat(file)  # noqa: PTH116  follows links, as volumes of Kubernetes have them
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
