"""A build without changes: only the frontend and the cache work."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

from engine import Build
from pairs import Times, alternate, times
from report import Found
from setting import BUILT_IN, EMPTY, IMAGE, OURS, Copy, Setting

TITLE = "No-op build: everything is cached, and nothing is written"


NOTHING = ("--output", "type=cacheonly")


def run(setting: Setting, rounds: int | None, output: Sequence[str] = NOTHING, title: str = TITLE) -> Found:
    rounds = rounds or 15
    # Only a build without an output can have an empty result.
    with_empty = (EMPTY,) if output == NOTHING else ()
    builds = alternate(ways(setting, output, with_empty), rounds, warm_up=2, status=setting.report.status)
    return {"title": title, "rounds": rounds, **tables(times(builds))}


def ways(setting: Setting, output: Sequence[str], more: Sequence[str] = ()) -> dict[str, Callable[[int], Build]]:
    """Slipway, then the two ways of the baseline, then others."""
    copies = {OURS: setting.ours(), BUILT_IN: setting.baseline(), IMAGE: setting.baseline_by_image()}
    copies |= {name: setting.by_empty_frontend() for name in more}
    return {name: functools.partial(build, copy, options(setting, output, name)) for name, copy in copies.items() if copy}


def build(copy: Copy, words: Sequence[str], _: int) -> Build:
    return copy.build(*words)


def options(setting: Setting, output: Sequence[str], name: str) -> list[str]:
    """Each way writes a separate image."""
    image = setting.image_name(name.lower().replace(" ", "-").replace(",", ""))
    return [word.replace("IMAGE", image) for word in output]


def tables(found: Times) -> Found:
    """Tables of wall times and their ratios."""
    return {
        "tables": [
            {"title": "wall time of `docker buildx build`", "unit": "seconds", "rows": found["seconds"]},
            {"title": "ratio of each pair", "unit": "ratio", "rows": found["ratios"]},
        ]
    }
