"""`python -m bench.full_chatterbox FOLDER`: an English Chatterbox of full size and random
weights, for measuring where the real one is not at hand. It says noise, as fast."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
def main(folder: Path) -> None:
    """Write a full-size checkpoint of random weights."""
    from tests.engines.chatterbox import tiny

    tiny.write("english", folder)


if __name__ == "__main__":
    main()
