"""A plot of a comparison as SVG: a bar for each row, from 1 to the median ratio, with the range of the rounds.

The scale is logarithmic, so half the time and twice the time have the same length. Like the table of ratios, a plot is
made from the text of the figures.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import ratio_table
import rows

TICKS = (1 / 32, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4)
LEFT, WIDTH, RIGHT, TOP, STEP = 86, 480, 70, 62, 26
FASTER, SLOWER, LINE, TEXT = "#2e7d5b", "#c2571a", "#8a8f98", "#1f2328"


class Bar(NamedTuple):
    """A row of a plot."""

    row: str
    median: float
    least: float
    most: float


def bars(lines: Sequence[str]) -> list[Bar]:
    """The rows of a comparison, in the order of the table."""
    found = ratio_table.ratios(lines)
    return [Bar(row, *found[row]) for row in rows.ALL if row in found]


def x(ratio: float) -> float:
    """Ratios beyond the first and the last tick are drawn there."""
    first, last = math.log2(TICKS[0]), math.log2(TICKS[-1])
    return LEFT + WIDTH * (min(max(math.log2(max(ratio, TICKS[0])), first), last) - first) / (last - first)


def svg(title: str, found: Sequence[Bar]) -> str:
    bottom = TOP + STEP * len(found)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {LEFT + WIDTH + RIGHT} {bottom + 14}" '
        f'font-family="sans-serif" font-size="13" role="img">',
        f"<title>{title}</title>",
        '<rect width="100%" height="100%" fill="#ffffff"/>',
        text(LEFT, 22, f"{title}: time of Slipway / time of the Dockerfiles", "start"),
    ]
    for tick in TICKS:
        at = x(tick)
        lines.append(f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{TOP - 8}" y2="{bottom}" stroke="{LINE}" stroke-width="{1.5 if tick == 1 else 0.4}"/>')
        lines.append(text(at, TOP - 14, f"1/{round(1 / tick)}" if tick < 1 else f"{tick}"))
    for number, bar in enumerate(found):
        middle = TOP + STEP * number + STEP / 2
        low, high = sorted((x(1), x(bar.median)))
        color = FASTER if bar.median <= 1 else SLOWER
        lines.append(text(LEFT - 8, middle + 4, bar.row, "end"))
        lines.append(f'<rect x="{low:.1f}" y="{middle - 8}" width="{high - low:.1f}" height="16" fill="{color}"/>')
        lines.append(f'<line x1="{x(bar.least):.1f}" x2="{x(bar.most):.1f}" y1="{middle}" y2="{middle}" stroke="{TEXT}" stroke-width="1.5"/>')
        lines.append(text(LEFT + WIDTH + 10, middle + 4, f"{bar.median:.2f}", "start"))
    return "\n".join([*lines, "</svg>"]) + "\n"


def text(at: float, down: float, words: str, anchor: str = "middle") -> str:
    return f'<text x="{at:.1f}" y="{down:g}" text-anchor="{anchor}" fill="{TEXT}">{words}</text>'


def plots(sections: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Name → plot of each comparison of all services of a repository."""
    found = {}
    for name, lines in sections.items():
        what, _, kind = name.partition(":")
        if kind == "all" and (of := bars(lines)):
            found[what] = svg(what, of)
    return found
