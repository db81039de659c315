"""Minimum, median and maximum; and pairs of values."""

import statistics


def spread(values):
    return {"min": min(values), "median": statistics.median(values), "max": max(values), "values": list(values)}


def ratios(ours, theirs):
    """Ours by theirs, pair by pair: a machine that is slower for a moment is so for both halves of a pair."""
    return spread([a / b for a, b in zip(ours, theirs)])
