"""The table of ratios: a line for each row of a comparison, a column for each language or repository.

It is made from the text of the figures, so a table never has a value that the figures do not have.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import rows
from ways import DOCKERFILE, PINNED

# `edit      Dockerfile   1.91s    1.72s   1.11  1.10-1.12  <=1.00 MISSED`; the name of the other way may have spaces.
LINE = re.compile(r"^ *([a-z-]+) +(\S.*?) +[\d.]+s +[\d.]+s +([\d.]+) +([\d.]+-[\d.]+) +(?:<=([\d.]+) (MET|MISSED)|-)")


def matches(lines: Sequence[str]) -> dict[str, re.Match[str]]:
    """Row → its line, of one comparison. Where a row has both ways of the Dockerfile, the one with a frontend image
    counts."""
    found = {}
    for way in (DOCKERFILE, PINNED):
        for match in filter(None, map(LINE.match, lines)):
            if match[1] in rows.ALL and match[2] == way:
                found[match[1]] = match
    return found


def with_earlier(new: Sequence[str], old: Sequence[str]) -> list[str]:
    """The lines of a comparison, and below them an earlier one of the same name, if it has rows that the new one lacks."""
    measured = matches(new)
    kept = [line for line in old[1:] if not ((of := LINE.match(line)) and of[1] in measured)]
    if not measured or not any(map(LINE.match, kept)):
        return list(new)
    return [*"\n".join(new).rstrip("\n").split("\n"), "", *"\n".join(kept).strip("\n").split("\n")]


def cells(lines: Sequence[str]) -> dict[str, str]:
    """Row → ratio with its range. A missed goal is bold."""
    return {row: f"**{of[3]}** ({of[4]})" if of[6] == "MISSED" else f"{of[3]} ({of[4]})" for row, of in matches(lines).items()}


def ratios(lines: Sequence[str]) -> dict[str, tuple[float, float, float]]:
    """Row → median, minimum and maximum."""
    found = {}
    for row, of in matches(lines).items():
        least, most = of[4].split("-")
        found[row] = float(of[3]), float(least), float(most)
    return found


def tables(sections: Mapping[str, Sequence[str]]) -> str:
    """One Markdown table for each kind of comparison: one service, several in one bake."""
    kinds: dict[str, dict[str, dict[str, str]]] = {}
    for name, lines in sections.items():
        what, _, kind = name.partition(":")
        if (of := cells(lines)) and kind:
            kinds.setdefault({"one": "One service"}.get(kind, "All services in one bake"), {})[what] = of
    parts = []
    for title, columns in sorted(kinds.items(), reverse=True):
        head = f"| {title} | " + " | ".join(columns) + " |\n|---" + "|---" * len(columns) + "|\n"
        body = [[of.get(row, "") for of in columns.values()] for row in rows.ALL]
        parts.append(head + "".join(f"| {row} | " + " | ".join(line) + " |\n" for row, line in zip(rows.ALL, body) if any(line)))
    return "\n".join(parts)
