"""The command `june`: finds the subcommand, and says in one line what went wrong."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from june_cli.errors import CliError, Stopped

COMMANDS = (
    "up",
    "talk",
    "say",
    "transcribe",
    "status",
    "configure",
    "health",
    "voices",
    "models",
    "bench",
    "drain",
)


class Commands(click.Group):
    """Loads each command from its file only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"june_cli.commands.{cmd_name}").command
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="june", prog_name="june")
def june() -> None:
    """June, a voice assistant of your own.

    \b
    june up                      start the three services here
    june talk question.wav       ask June something and hear the answer
    june transcribe speech.wav   only write down what is said
    june say "Good morning."     only speak
    june status --watch          watch what the services do
    june models fetch small      have a model here, for good
    june bench --compare         streaming beside one step after another

    Every command takes --json: one JSON object a line. The exit status is 0 where
    what was asked for was done, 2 for a mistake in the command line or a file, 3
    where nothing answers, 4 where what answers stays silent, 130 after Ctrl-C and
    1 for every other failure.
    """


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs `june` and returns its exit status."""
    try:
        status = june.main(args=arguments, prog_name="june", standalone_mode=False)
    except click.ClickException as failed:
        failed.show()
        return failed.exit_code
    except (click.Abort, KeyboardInterrupt):
        return Stopped.exit_code
    except BrokenPipeError:
        # The reader went, as `head` does; nothing more may be written at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as failed:
        # The edge: whoever types a command sees no traceback.
        if sys.flags.dev_mode:
            raise
        CliError(
            f"a fault of June's own: {type(failed).__name__}: {failed}"
            " (python -X dev -m june_cli ... shows where)"
        ).show()
        return 1
    return status if isinstance(status, int) else 0


if __name__ == "__main__":
    sys.exit(main())
