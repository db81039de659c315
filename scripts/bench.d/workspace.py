"""A workspace of an example, by its `bench.json`: what the services are called, and how files are edited.

`edit` and `shared` name a text in a file that gets another ending each time; `lockfile` is a list of edits, each with a text to find and
what stands there next: other versions of one dependency, which neither the engine nor a cache mount has seen until they come again. Blank
lines at the end of a lockfile mean nothing to any of the tools, and make it a file that the engine has not seen.
"""

from __future__ import annotations

import json
import pathlib
import shutil
from typing import Any, Protocol

from engine import Problem

LOCKFILE_KEYS = {"file", "find", "replace"}


class Repository(Protocol):
    """What is known of a repository with several services."""

    folder: pathlib.Path
    service: str
    services: list[str]
    facts: dict[str, Any]
    lockfile: list[dict[str, Any]]


class Workspace:
    """An example as it was committed."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = pathlib.Path(folder)
        self.name = self.folder.name.removesuffix("-workspace")
        try:
            self.facts: dict[str, Any] = json.loads((self.folder / "bench.json").read_text())
            self.service: str = self.facts["service"]
            self.services: list[str] = self.facts["services"]
            self.lockfile: list[dict[str, Any]] = list(self.facts["lockfile"])
            if not all(LOCKFILE_KEYS >= set(one) >= {"file"} for one in self.lockfile) or self.service not in self.services:
                raise KeyError("lockfile")
        except (OSError, ValueError, KeyError, TypeError) as why:
            raise Problem(f"{self.folder}/bench.json is not what the bench expects: {why!r}") from None

    def copy(self, folder: pathlib.Path) -> Tree:
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Tree(self, pathlib.Path(folder))


class Tree:
    """A copy of a workspace that is edited. No two edits of one bench give the same text: `number` is another one each time."""

    def __init__(self, workspace: Repository, folder: pathlib.Path) -> None:
        self.workspace, self.folder = workspace, folder
        self.words: dict[str, str] = {}
        self.bumps = 0

    def edit(self, kind: str, number: int) -> None:
        {"edit": self.line, "shared": self.line, "lockfile": self.lock, "readme": self.readme}[kind](kind, number)

    def line(self, kind: str, number: int) -> None:
        """A line of the one service, or of the code that all share."""
        fact = self.workspace.facts[kind]
        new = f"{fact.get('replace_prefix', fact['find'])}{number}"
        self.replace(fact["file"], self.words.get(kind, fact["find"]), new)
        self.words[kind] = new

    def lock(self, _: str, number: int) -> None:
        for one in self.workspace.lockfile:
            if "find" in one:
                versions = [one["find"], *one["replace"]]
                self.replace(one["file"], versions[self.bumps % len(versions)], versions[(self.bumps + 1) % len(versions)])
            path = self.folder / one["file"]
            path.write_text(path.read_text().rstrip("\n") + "\n" * (number + 1))
        self.bumps += 1

    def readme(self, _: str, number: int) -> None:
        path = self.folder / "README.md"
        path.write_text(path.read_text() + f"\nChange {number}.\n")

    def replace(self, name: str, old: str, new: str) -> None:
        path = self.folder / name
        text = path.read_text() if path.is_file() else ""
        if old not in text:
            raise Problem(f"{self.workspace.folder.name}/{name} does not have `{old}`, which the bench edits")
        path.write_text(text.replace(old, new))


def found(folder: str) -> dict[str, Workspace]:
    """The workspaces among the examples, by name."""
    return {one.name: one for one in map(Workspace, sorted(path.parent for path in pathlib.Path(folder).glob("*-workspace/bench.json")))}
