"""A repository to build, such as an example workspace, described by its `bench.json`: the names of the services, and
how files are edited. An example has its Dockerfiles in `baseline/`. In another repository, `dockerfiles` says for each
service what a target of a bake would: `dockerfile`, `context`, `target`, `args`.

`edit` and `shared` name a text in a file that gets a new ending each time. `lockfile` is a list of edits, each with a
text to find and its replacements: other versions of one dependency, which are new to the engine and its cache mounts
until the list starts again. Blank lines at the end of a lockfile mean nothing to the tools, but make the file new to
the engine. `goals` names goals of goals.py other than those of the example workspaces.
"""

from __future__ import annotations

import json
import pathlib
import shutil
from collections.abc import Sequence
from typing import Any, Protocol

import goals
from engine import Problem

LOCKFILE_KEYS = {"file", "find", "replace"}


class Repository(Protocol):
    """A repository with several services."""

    folder: pathlib.Path
    service: str
    services: list[str]
    facts: dict[str, Any]
    lockfile: list[dict[str, Any]]


class Workspace:
    """An example as committed."""

    def __init__(self, folder: pathlib.Path) -> None:
        self.folder = pathlib.Path(folder)
        self.name = self.folder.name.removesuffix("-workspace")
        try:
            self.facts: dict[str, Any] = json.loads((self.folder / "bench.json").read_text())
            self.service: str = self.facts["service"]
            self.services: list[str] = self.facts["services"]
            self.lockfile: list[dict[str, Any]] = list(self.facts.get("lockfile", []))
            self.goals: str | None = self.facts.get("goals")
            described = self.facts.get("dockerfiles")
            if described is not None and not all("dockerfile" in described[one] for one in self.services):
                raise KeyError("dockerfiles")
            if self.goals is not None and self.goals not in goals.NAMED:
                raise KeyError("goals")
            if not all(LOCKFILE_KEYS >= set(one) >= {"file"} for one in self.lockfile) or self.service not in self.services:
                raise KeyError("lockfile")
        except (OSError, ValueError, KeyError, TypeError) as why:
            raise Problem(f"{self.folder}/bench.json does not have the form that the benchmark expects: {why!r}") from None

    def copy(self, folder: pathlib.Path) -> Tree:
        # The history would make every copy slow, and no build reads it.
        shutil.copytree(self.folder, folder, dirs_exist_ok=True, symlinks=True, ignore=shutil.ignore_patterns(".git"))
        return Tree(self, pathlib.Path(folder))

    def rows(self, of: Sequence[str]) -> tuple[str, ...]:
        """The rows whose edit the description has."""
        lacks = {row for row in ("edit", "shared") if row not in self.facts} | ({"lockfile"} if not self.lockfile else set())
        if "edit" in lacks:
            lacks.add("fresh")
        if not (self.folder / "README.md").is_file():
            lacks.add("readme")
        return tuple(row for row in of if row not in lacks)


class Tree:
    """An edited copy of a workspace. `number` is new each time, because no two edits of one run may give the same
    text."""

    def __init__(self, workspace: Repository, folder: pathlib.Path) -> None:
        self.workspace, self.folder = workspace, folder
        self.words: dict[str, str] = {}
        self.bumps = 0

    def edit(self, kind: str, number: int) -> None:
        {"edit": self.line, "shared": self.line, "lockfile": self.lock, "readme": self.readme}[kind](kind, number)

    def line(self, kind: str, number: int) -> None:
        """Edits a line of one service, or of the shared code."""
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
            raise Problem(f"{self.workspace.folder.name}/{name} does not have `{old}`, which the benchmark edits")
        path.write_text(text.replace(old, new))


def found(folder: str) -> dict[str, Workspace]:
    """The workspaces among the examples, by name."""
    return {one.name: one for one in map(Workspace, sorted(path.parent for path in pathlib.Path(folder).glob("*-workspace/bench.json")))}
