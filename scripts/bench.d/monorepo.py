"""Two hundred Go services and five thousand files in one repository, compared with one Dockerfile with the service as
an argument.

First, what the size of the repository adds to a no-op build of one service. Both ways walk and list the files; Slipway
also reads what the service imports. Then all services by bake.
"""

from __future__ import annotations

import functools
import pathlib
import shutil
import subprocess
import time
from collections.abc import Callable
from typing import Any

import records
import steps
import transfer
import ways
from engine import Build, Problem
from pairs import alternate, times
from report import Found
from setting import Setting
from spread import spread
from throwaway import Throwaway
from workspace import Tree

TITLE = "Two hundred Go services in five thousand files"
LARGE, SMALL = (200, 5000), (1, 60)
GOAL = 0.150
# The number of services in one bake. All frontends of a bake start at once, and BuildKit gives each container ten
# seconds for its first message (net/http2 waits that long for a client's preface), which is too short for two hundred
# of them on two cores that others use as well.
AT_ONCE = 20
# For the Dockerfile's first bake: each service in a bake compiles the standard library separately, with its own memory.
AT_FIRST = 8
# Seconds after a bake in which BuildKit still writes the traces of its builds.
SETTLE = 20
EDIT = {"file": "services/s000/main.go", "find": "s000 says", "replace_prefix": "s000 says "}


class Generated:
    """A workspace written by the generator of the end-to-end tests."""

    def __init__(self, setting: Setting, services: int, files: int) -> None:
        self.folder = setting.folder("monorepo")
        self.name = "monorepo"
        self.service, self.services = "s000", [f"s{number:03}" for number in range(services)]
        self.facts: dict[str, Any] = {"edit": EDIT}
        self.lockfile: list[dict[str, Any]] = []
        command = ["cargo", "run", "--quiet", "--locked", "--package", "slipway-tests", "--example", "monorepo", "--"]
        setting.report.status("writing the repository (compiles its generator first)")
        done = subprocess.run([*command, str(self.folder), str(services), str(files)], cwd=setting.checkout, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Problem(f"the generator of the repository failed: {done.stderr.strip()[-300:]}")

    def copy(self, folder: pathlib.Path) -> Tree:
        shutil.copytree(self.folder, folder, dirs_exist_ok=True)
        return Tree(self, folder)


class One:
    TITLE = f"{TITLE}: one of them, built already"

    @classmethod
    def run(cls, setting: Setting, rounds: int | None) -> Found:
        engine = started(setting)
        found = {"title": cls.TITLE, "tables": [], "lines": [], "values": {}}
        analysis(setting, engine, Generated(setting, *LARGE), Generated(setting, *SMALL), rounds or 11, found)
        return found


class All:
    TITLE = f"{TITLE}: all of them by bake"

    @classmethod
    def run(cls, setting: Setting, rounds: int | None) -> Found:
        engine = started(setting)
        found = {"title": cls.TITLE, "lines": [], "values": {}}
        all_services(setting, engine, Generated(setting, *LARGE), rounds, found)
        return found


def started(setting: Setting) -> Throwaway:
    if not shutil.which("cargo"):
        raise Problem("the generator requires `cargo`, which is not installed")
    setting.throwaway.start()
    return setting.throwaway


def copy_of(setting: Setting, repository: Generated, kind: str, file: str) -> tuple[Tree, Callable[[str], str]]:
    """A copy for one way to build it, and the names of its images."""
    tag = f"monorepo-{len(repository.services)}-{kind}-{'ours' if file == ways.SPEC else 'theirs'}"
    return repository.copy(setting.folder("monorepo-copy")), lambda service: setting.own_tag(f"{tag}-{service}")


def alone(setting: Setting, engine: Throwaway, repository: Generated, file: str, syntax: str) -> ways.Alone:
    tree, image = copy_of(setting, repository, "alone", file)
    return ways.Alone(engine, tree, image, {repository.service: definition(tree, file)[repository.service]}, syntax)


class Nothing(ways.Baked):
    """A bake without images."""

    def output(self, _: str) -> str:
        return "type=cacheonly"


def baked(setting: Setting, engine: Throwaway, repository: Generated, file: str, syntax: str | None, kind: type[ways.Baked] = ways.Baked) -> ways.Baked:
    tree, image = copy_of(setting, repository, "baked", file)
    return kind(engine, tree, image, definition(tree, file), syntax)


def definition(tree: Tree, file: str) -> ways.Definition:
    """From the spec, or from the Dockerfile with the service as an argument."""
    if file == ways.SPEC:
        return ways.of_spec(tree)
    return {name: {"context": ".", "dockerfile": file, "args": {"SERVICE": name}} for name in tree.workspace.services}


def analysis(setting: Setting, engine: Throwaway, large: Generated, small: Generated, rounds: int, found: Found) -> None:
    """No-op builds of one service, in the large repository and in a small one."""
    pinned = setting.newest_dockerfile_frontend
    if not pinned:
        raise Problem("the comparison requires the official Dockerfile frontend as an image")
    each = {}
    for words, repository in (("large", large), ("small", small)):
        each[f"{ways.SLIPWAY}, {words}"] = alone(setting, engine, repository, ways.SPEC, setting.frontend)
        each[f"{ways.PINNED}, {words}"] = alone(setting, engine, repository, "Dockerfile", pinned)
    for name, one in each.items():
        setting.report.status(f"first build: {name}")
        build_one(one)
    builds = alternate({name: functools.partial(build_one, one) for name, one in each.items()}, rounds, warm_up=2, status=setting.report.status)
    walls = {name: [build.seconds for build in done] for name, done in builds.items()}
    ours = [a - b for a, b in zip(walls[f"{ways.SLIPWAY}, large"], walls[f"{ways.SLIPWAY}, small"])]
    theirs = [a - b for a, b in zip(walls[f"{ways.PINNED}, large"], walls[f"{ways.PINNED}, small"])]
    beyond = spread([a - b for a, b in zip(ours, theirs)])
    found["tables"] += [
        {"title": "no-op build of one service", "unit": "seconds", "rows": {name: spread(values) for name, values in walls.items()}},
        {
            "title": "what the size of the repository adds",
            "unit": "milliseconds",
            "rows": {ways.SLIPWAY: spread(ours), ways.PINNED: spread(theirs), "Slipway beyond the Dockerfile: its analysis": beyond},
        },
    ]
    verdict = "MET" if beyond["median"] < GOAL else "MISSED"
    found["lines"].append(f"goal: analysis adds less than {GOAL * 1000:.0f} ms: {verdict}")
    found["values"] = {"ours": spread(ours), "theirs": spread(theirs), "beyond": beyond}


def build_one(one: ways.AnyWay, _: int = 0) -> Build:
    return one.build()


def all_services(setting: Setting, engine: Throwaway, large: Generated, rounds: int | None, found: Found) -> None:
    """All of them: the first bake, then no-op, README and an edit."""
    both = {
        ways.SLIPWAY: baked(setting, engine, large, ways.SPEC, setting.frontend),
        ways.DOCKERFILE: baked(setting, engine, large, "Dockerfile", None),
    }
    lines = [f"{'row':10}{'Slipway':>10}{'Dockerfile':>12}{'ratio':>7}  {'min-max':12}{'steps':>8}{'other':>8}{'sent':>11}{'other':>11}"]
    for row, count in (("first", 1), ("no-op", rounds or 3), ("readme", rounds or 2), ("edit", rounds or 2)):
        builds = alternate(
            {name: functools.partial(bake, one, row, AT_FIRST if row == "first" and name == ways.DOCKERFILE else AT_ONCE, setting) for name, one in both.items()},
            count,
            warm_up=0,
            status=functools.partial(say, setting, row),
        )
        measured = times(builds)
        ratio = next(iter(measured["ratios"].values()))
        last = {name: done[-1] for name, done in builds.items()}
        ran = {name: len({vertex.digest for vertex in records.read(one.log, both[name].targets) if vertex.ran}) for name, one in last.items()}
        sent = {name: transfer.sent(one) for name, one in last.items()}
        seconds = [measured["seconds"][name]["median"] for name in both]
        lines.append(
            f"{row:10}{seconds[0]:>9.2f}s{seconds[1]:>11.2f}s{ratio['median']:>7.2f}  {ratio['min']:.2f}-{ratio['max']:<7.2f}"
            + "".join(f"{ran[name]:>8}" for name in both)
            + "".join(f"{sent[name] / 1e3:>8.1f} kB" for name in both)
        )
        found["values"][row] = {"seconds": measured["seconds"], "ratio": ratio, "executed": ran, "sent": sent}
        if row == "edit":
            executed = {service: count for service, count in steps.executed(last[ways.SLIPWAY], both[ways.SLIPWAY]).items() if count}
            lines.append(f"  goal: only the edited service has steps: {'MET' if set(executed) == {large.service} else 'MISSED'}; {executed}")
    found["lines"] += [*lines, f"  in bakes of {AT_ONCE} services each, the Dockerfile's first ones of {AT_FIRST}"]
    if setting.empty_frontend:
        both["empty frontend"] = baked(setting, engine, large, "Dockerfile", setting.empty_frontend, Nothing)
    at_once(setting, both, rounds or 3, found)


def at_once(setting: Setting, each: dict[str, ways.Baked], rounds: int, found: Found) -> None:
    """All of them in one bake, with nothing changed. BuildKit may give up on frontends that start too slowly."""
    walls: dict[str, list[float]] = {name: [] for name in each}
    failed = dict.fromkeys(each, 0)
    for number in range(rounds):
        for name, one in each.items():
            setting.report.status(f"in one bake, round {number + 1} of {rounds}: {name}")
            time.sleep(SETTLE)
            try:
                walls[name].append(one.build().seconds)
            except Problem:
                failed[name] += 1
    found["lines"].append(f"no-op in one bake, {rounds} rounds")
    for name, seconds in walls.items():
        median = f"{spread(seconds)['median']:>9.2f}s" if seconds else f"{'-':>10}"
        found["lines"].append(f"  {name:16}{median}{f', {failed[name]} failed' if failed[name] else ''}")
    found["values"]["at once"] = {"seconds": walls, "failed": failed}


def say(setting: Setting, row: str, text: str) -> None:
    setting.report.status(f"{row}, {text}")


def bake(one: ways.Baked, row: str, size: int, setting: Setting, _: int) -> Build:
    if row in ("readme", "edit"):
        one.tree.edit(row, setting.number())
    done = [one.build(only=one.targets[start : start + size]) for start in range(0, len(one.targets), size)]
    return Build(sum(build.seconds for build in done), "\n".join(build.log for build in done))
