"""What happens in each row of a comparison: how the engine is prepared, what is edited, and how often it is repeated.

Each row runs every way once a round, in turn (pairs.py). A round that starts from an emptied engine empties it for each
way, so no way can use what another left.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from engine import Build
from pairs import alternate
from throwaway import Throwaway
from ways import AnyWay

# In the order in which they run: the first leaves base images on the engine, the last removes everything.
ALL = ("cold", "no-op", "edit", "shared", "lockfile", "readme", "fresh")
WHAT = {
    "cold": "nothing is on the engine but base images",
    "no-op": "nothing changed",
    "edit": "one line of one service",
    "shared": "one line of the code that all services share",
    "lockfile": "one dependency has a version that is new to the engine",
    "readme": "README.md",
    "fresh": "an empty engine with --cache-from, and one line of one service",
}
ROUNDS = {"cold": 3, "fresh": 3, "lockfile": 3}


class Rows:
    """The rows of some ways (name → Way) on an engine. `number` returns a new number each time, `ref` the name of the
    cache of a way's target."""

    def __init__(self, engine: Throwaway, ways: dict[str, AnyWay], number: Callable[[], int], ref: Callable[[str, str], str], status: Callable[[str], None]) -> None:
        self.engine, self.ways, self.number, self.ref, self.status = engine, ways, number, ref, status
        self.is_built = False

    def run(self, row: str, rounds: int | None) -> dict[str, list[Build]]:
        """Name → Builds of a row. The engine keeps the image of a pinned frontend, so `cold`, `lockfile` and `fresh`
        only use the built-in one."""
        rounds = rounds or ROUNDS.get(row, 5)
        if row == "cold":
            return self.cold(rounds)
        if row == "fresh":
            return self.fresh(rounds)
        if not self.is_built:
            for name, way in self.ways.items():
                self.status(f"first build: {name}")
                way.build()
            self.is_built = True
        # A version is new to cache mounts only once: a second way with the same steps would find it there.
        ways = first_two(self.ways) if row == "lockfile" else self.ways
        return self.alternate(row, ways, rounds, lambda name, way: self.edited(row, way))

    def edited(self, row: str, way: AnyWay) -> Build:
        if row != "no-op":
            way.tree.edit(row, self.number())
        return way.build()

    def cold(self, rounds: int) -> dict[str, list[Build]]:
        ways = first_two(self.ways)
        for name, way in ways.items():
            self.status(f"base images: {name}")
            way.build()

        def build(_: str, way: AnyWay) -> Build:
            self.engine.keep_bases_only()
            return way.build()

        self.is_built = False
        return self.alternate("cold", ways, rounds, build, warm_up=0)

    def fresh(self, rounds: int) -> dict[str, list[Build]]:
        ways = first_two(self.ways)
        refs = {name: functools.partial(self.ref, name) for name in ways}
        for name, way in ways.items():
            self.status(f"filling the cache in the registry: {name}")
            way.build(*way.cache_to(refs[name]))

        def build(name: str, way: AnyWay) -> Build:
            self.engine.start()
            way.tree.edit("edit", self.number())
            return way.build(*way.cache_from(refs[name]))

        self.is_built = False
        return self.alternate("fresh", ways, rounds, build, warm_up=0)

    def alternate(self, row: str, ways: dict[str, AnyWay], rounds: int, build: Callable[[str, AnyWay], Build], warm_up: int = 1) -> dict[str, list[Build]]:
        return alternate(
            {name: functools.partial(without_number, build, name, way) for name, way in ways.items()},
            rounds,
            warm_up=warm_up,
            status=lambda text: self.status(f"{row}, {text}"),
        )


def without_number(build: Callable[[str, AnyWay], Build], name: str, way: AnyWay, _: int) -> Build:
    """Rows number their edits themselves, because no two edits may be the same."""
    return build(name, way)


def first_two(ways: dict[str, AnyWay]) -> dict[str, AnyWay]:
    """Both ways of the Dockerfile have the same steps: if the engine has none of them cached, a pinned frontend makes
    no visible difference."""
    return dict(list(ways.items())[:2])
