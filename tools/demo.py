"""Starts June, asks it a question aloud and has it answer, then stops it.

    python -m tools.demo [question.wav]

Without a recording the question is one that June speaks itself. Everything that
is made lies in demo/. The exit status is 0 only where June answered.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

JUNE = str(Path(sys.executable).with_name("june"))
FOLDER = Path("demo")
QUESTION = "What is your name?"
FIRST_PORT, SERVICES = 50050, 3
READY_SECONDS, STOP_SECONDS = 60.0, 20.0


def main(arguments: list[str]) -> int:
    FOLDER.mkdir(exist_ok=True)
    base = str(free_ports())
    with services(base) as up:
        if not ready(up, base):
            return 1
        question = Path(arguments[0]) if arguments else FOLDER / "question.wav"
        answer = FOLDER / "answer.wav"
        if not arguments and june("say", QUESTION, "--out", str(question), "--port-base", base):
            return 1
        status = june("talk", str(question), "--out", str(answer), "--port-base", base)
    if status == 0:
        print(f"\nThe question is {question}, June's answer {answer}.")
    return status


def june(*arguments: str) -> int:
    print(f"\n$ june {' '.join(repr(part) if ' ' in part else part for part in arguments)}")
    sys.stdout.flush()
    return subprocess.run([JUNE, *arguments], check=False).returncode


@contextmanager
def services(base: str) -> Iterator[subprocess.Popen[bytes]]:
    """The three services, stopped on leaving; what they log goes to a file."""
    up_june = ["up", "--port-base", base, "--no-http"]
    print(f"$ june {' '.join(up_june)}    (its log: {FOLDER / 'june.log'})", flush=True)
    with (FOLDER / "june.log").open("wb") as log:
        up = subprocess.Popen(
            [JUNE, *up_june],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield up
        finally:
            up.terminate()
            try:
                up.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                up.kill()
                up.wait()


def ready(up: subprocess.Popen[bytes], base: str) -> bool:
    """Whether all services came to be ready; says so where they did not."""
    deadline = time.monotonic() + READY_SECONDS
    while up.poll() is None and time.monotonic() < deadline:
        asked = [JUNE, "health", "--port-base", base]
        if subprocess.run(asked, check=False, capture_output=True).returncode == 0:
            return True
        time.sleep(1.0)
    print((FOLDER / "june.log").read_text(errors="replace")[-3000:], file=sys.stderr)
    print("demo: June did not start; see above", file=sys.stderr)
    return False


def free_ports() -> int:
    """The first port base, from June's own one on, whose ports are all free."""
    base = FIRST_PORT
    while not all(is_free(base + offset) for offset in range(SERVICES)):
        base += 10
    return base


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
