"""Makes tests/models/tiny-whisper: speech, training, export, score.

    python -m tools.tiny_whisper [--steps N] [--seed N] [--work FOLDER] [--out FOLDER]

About an hour on two cores. Whatever is there already in the work folder is used: a
run that was stopped goes on where it was.
"""

import argparse
from pathlib import Path

from tools.tiny_whisper import corpus
from tools.tiny_whisper.alignment import best_head
from tools.tiny_whisper.export import export
from tools.tiny_whisper.readme import write_readme
from tools.tiny_whisper.score import Score
from tools.tiny_whisper.tokens import Tokens
from tools.tiny_whisper.training import Plan, Training


def main() -> None:
    asked = _arguments()
    held_out = asked.work / "held-out"
    corpus.make(held_out, asked.seed, held_out=True)
    corpus.make(asked.work / "trained", asked.seed, held_out=False)
    training = Training(asked.work, Plan(asked.steps, asked.seed))
    training.run()
    head = best_head(training.checkpoint, asked.work / "heads", held_out)
    export(training.checkpoint, asked.out, [head])
    rows = []
    for row in Score(asked.out, held_out).rows():
        print(f"{row.what}: {', '.join(row.cells)}", flush=True)
        rows.append(row)
    write_readme(asked.out, rows, asked.steps, head, len(Tokens()))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.tiny_whisper", description=__doc__)
    parser.add_argument("--steps", type=int, default=4_000, help="of training")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--work", type=Path, default=Path("build/tiny-whisper"))
    parser.add_argument("--out", type=Path, default=Path("tests/models/tiny-whisper"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
