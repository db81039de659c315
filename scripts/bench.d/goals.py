"""The goals: the maximum ratio of Slipway's time to the Dockerfile's, in each row."""

from __future__ import annotations

from spread import Spread

ALONE = dict.fromkeys(("cold", "no-op", "edit", "shared", "lockfile", "readme"), 1.0) | {"fresh": 0.7}
BAKED = {"cold": 0.8, "no-op": 1.0, "edit": 0.5, "lockfile": 1.0, "readme": 0.3, "fresh": 0.4}


def verdict(ratios: Spread, goal: float | None) -> str:
    """Compares the median as printed; the spread shows how reliable it is."""
    if goal is None:
        return "-"
    return f"<={goal:.2f} " + ("MET" if round(ratios["median"], 2) <= goal else "MISSED")
