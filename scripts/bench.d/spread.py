"""Minimum, median and maximum; and pairs of values."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import TypedDict


class Spread(TypedDict):
    """Of some values."""

    min: float
    median: float
    max: float
    values: list[float]


def spread(values: Iterable[float]) -> Spread:
    values = list(values)
    return {"min": min(values), "median": statistics.median(values), "max": max(values), "values": values}


def ratios(ours: Iterable[float], theirs: Iterable[float]) -> Spread:
    """Ours by theirs, pair by pair: a machine that is slower for a moment is so for both halves of a pair."""
    return spread([a / b for a, b in zip(ours, theirs)])
