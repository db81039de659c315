"""The goals: the maximum ratio of Slipway's time to the Dockerfile's, in each row."""

from __future__ import annotations

from spread import Spread

ALONE = dict.fromkeys(("cold", "no-op", "edit", "shared", "lockfile", "readme"), 1.0) | {"fresh": 0.7}
BAKED = {"cold": 0.8, "no-op": 1.0, "edit": 0.5, "lockfile": 1.0, "readme": 0.3, "fresh": 0.4}
# For a repository whose bench.json says so: a system as a whole, all of its services in one bake.
NAMED = {"systems": {"cold": 0.6, "no-op": 1.0, "edit": 0.5, "shared": 0.7, "lockfile": 1.0, "readme": 0.3, "fresh": 0.4}}


def of(kind: str, name: str | None) -> dict[str, float]:
    """The goals of a comparison: of one service (`one`), or of all services of a repository with goals of this name."""
    return ALONE if kind == "one" else NAMED[name] if name else BAKED


def verdict(ratios: Spread, goal: float | None) -> str:
    """Compares the median as printed; the spread shows how reliable it is."""
    if goal is None:
        return "-"
    return f"<={goal:.2f} " + ("MET" if round(ratios["median"], 2) <= goal else "MISSED")
