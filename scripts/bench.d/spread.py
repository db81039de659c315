"""Minimum, median and maximum of values, and of ratios."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from typing import TypedDict


class Spread(TypedDict):
    """The spread of some values."""

    min: float
    median: float
    max: float
    values: list[float]


def spread(values: Iterable[float]) -> Spread:
    values = list(values)
    return {"min": min(values), "median": statistics.median(values), "max": max(values), "values": values}


def ratios(ours: Iterable[float], theirs: Iterable[float]) -> Spread:
    """Ratios of ours to theirs, pair by pair: a temporary slowdown affects both values of a pair."""
    return spread([a / b for a, b in zip(ours, theirs)])
