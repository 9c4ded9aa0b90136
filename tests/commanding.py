"""Runs the commands of a group, as users do, and looks at how they end."""

from __future__ import annotations

import click
from click.testing import CliRunner, Result


class Group:
    """A group of commands: ``placelines cache``.

    Parameters
    ----------
    commands
        The group.
    """

    def __init__(self, commands: click.Group) -> None:
        self._commands = commands

    def run(self, *arguments: object) -> Result:
        """Return how a command ends."""
        return CliRunner().invoke(self._commands, [*map(str, arguments)])

    def done(self, *arguments: object) -> str:
        """Return what a command prints that does its work and complains of nothing."""
        result = self.run(*arguments)
        assert (result.exit_code, result.stderr) == (0, "")
        return result.stdout

    def failed(self, code: int, *arguments: object) -> str:
        """Return the one line that a command says when it fails."""
        result = self.run(*arguments)
        assert (result.exit_code, result.stdout) == (code, "")
        (line,) = result.stderr.splitlines()
        return line
