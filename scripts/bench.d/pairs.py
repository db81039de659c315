"""Alternating rounds: every way once, then every way again, so changes of the machine's speed affect all ways
equally."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypedDict

from engine import Build
from spread import Spread, ratios, spread


class Times(TypedDict):
    """Wall times by the name of a way, and ratios by the names of two ways."""

    seconds: dict[str, Spread]
    ratios: dict[str, Spread]


def alternate(ways: Mapping[str, Callable[[int], Build]], rounds: int, warm_up: int = 1, status: Callable[[str], object] = lambda text: None) -> dict[str, list[Build]]:
    """Runs each way (name → function that takes the round's number and returns a Build) once a round. Rounds below 0
    warm up.

    Returns name → Builds of the measured rounds."""
    builds: dict[str, list[Build]] = {name: [] for name in ways}
    for number in range(-warm_up, rounds):
        for name, build in ways.items():
            status(f"{'warm-up' if number < 0 else f'round {number + 1} of {rounds}'}: {name}")
            done = build(number)
            if number >= 0:
                builds[name].append(done)
    return builds


def times(builds: Mapping[str, list[Build]]) -> Times:
    """Wall times of each way, and ratios of the first way to every other."""
    walls = {name: [build.seconds for build in done] for name, done in builds.items()}
    first, *others = walls
    return {
        "seconds": {name: spread(values) for name, values in walls.items()},
        "ratios": {f"{first} / {other}": ratios(walls[first], walls[other]) for other in others},
    }
