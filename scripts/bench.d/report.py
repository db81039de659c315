"""The report, printed and written to the JSON and Markdown files with the same values."""

from __future__ import annotations

import datetime
import os
import pathlib
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import plot
import ratio_table
from engine import Engine

BEGIN, END = "<!-- ratios: begin (scripts/bench --update writes what is between these lines) -->", "<!-- ratios: end -->"
WIDTH = 52

# What a measurement found: `title`, `rounds`, `tables`, `lines`, `notes`, and values for the JSON file.
Found = dict[str, Any]


class Report:
    def __init__(self, engine: Engine | None) -> None:
        self.engine = engine
        self.data: dict[str, Any] = {"measurements": {}}
        self.text: list[str] = []
        self.facts: list[str] = []

    def say(self, line: str = "") -> None:
        self.clear()
        self.text.append(line)
        print(line, flush=True)

    def fact(self, line: str) -> None:
        """Adds a fact that applies to the whole report."""
        self.clear()
        self.facts.append(line)
        print(line, flush=True)

    def status(self, text: str) -> None:
        """A status line for people who watch; the next one overwrites it."""
        if sys.stderr.isatty():
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def complain(self, text: str) -> None:
        """A problem, for the person who runs the benchmark; it is not part of the report."""
        self.clear()
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def clear(self) -> None:
        if sys.stderr.isatty():
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def machine(self) -> None:
        now = datetime.datetime.now(datetime.timezone.utc)
        cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[0]
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
        self.data |= {"date": now.isoformat(timespec="seconds"), "cores": cores, "memory_gib": memory, "load": load}
        self.data["engine"] = self.engine.versions() if self.engine else "none"
        self.say(f"Slipway's bench, {now:%Y-%m-%d %H:%M} UTC")
        self.say(f"machine: {cores} cores, {memory:.0f} GiB of memory, load {load:.2f} at the start")
        self.say(f"engine:  {self.data['engine']}")
        if load > cores:
            self.say(f"WARNING: the load is above the number of cores ({cores}): times are from a busy machine, and ratios are less reliable")

    def close(self) -> None:
        self.data["load_at_end"] = os.getloadavg()[0]

    def add(self, name: str, result: Found) -> None:
        """Prints a measurement: a title, tables, notes. measurements.py describes its shape."""
        self.data["measurements"][name] = result
        self.say()
        rounds = result.get("rounds")
        self.say(f"[{name}] {result['title']}" + (f"; rounds: {rounds}" if rounds else ""))
        now = datetime.datetime.now(datetime.timezone.utc)
        self.say(f"  done {now:%Y-%m-%d %H:%M} UTC, load {os.getloadavg()[0]:.2f} then")
        for table in result.get("tables", []):
            self.table(table)
        for line in result.get("lines", []):
            self.say(f"  {line}".rstrip())
        for note in result.get("notes", []):
            self.say(f"  note: {note}")

    def table(self, table: Mapping[str, Any]) -> None:
        """Prints rows of min, median and max, in the unit of the table."""
        unit, factor, digits = UNITS[table["unit"]]
        self.say(f"  {table.get('title', ''):{WIDTH}}{'min':>9}{'median':>9}{'max':>9}")
        for name, row in table["rows"].items():
            cells = "".join(f"{row[column] * factor:>9.{digits}f}" for column in ("min", "median", "max"))
            self.say(f"    {name:{WIDTH - 2}}{cells} {unit}".rstrip())

    def update(self, page: pathlib.Path, failed: Sequence[str]) -> None:
        """Writes this report to the file of figures beside a Markdown page, and the table of ratios between the marks of
        that page, and the plots that it shows to a folder with its name.
        Keeps the figures of measurements and rows that did not run now, or failed."""
        before, begin, rest = page.read_text().partition(BEGIN)
        _, end, after = rest.partition(END)
        if not begin or not end:
            raise SystemExit(f"bench: {page} has no `{BEGIN}` … `{END}`")
        figures = page.with_name(page.stem + "-figures.txt")
        head, found = sections(self.text)
        _, known = sections(figures.read_text().splitlines() if figures.is_file() else [])
        known |= {name: ratio_table.with_earlier(lines, known.get(name, [])) for name, lines in found.items() if name not in failed}
        parts = [head + self.facts, *known.values()]
        figures.write_text("\n\n".join("\n".join(part).strip("\n") for part in parts) + "\n")
        for name, drawn in plot.plots(known).items():
            file = page.with_suffix("") / f"{name}.svg"
            if f"({page.stem}/{file.name})" in after:
                file.parent.mkdir(exist_ok=True)
                file.write_text(drawn)
        page.write_text(f"{before}{BEGIN}\n\n{ratio_table.tables(known)}\n{END}{after}")


def sections(lines: Iterable[str]) -> tuple[list[str], dict[str, list[str]]]:
    """The lines before the first measurement, and name → lines of each."""
    head: list[str] = []
    found: dict[str, list[str]] = {}
    into = head
    for line in lines:
        if line.startswith("["):
            into = found[line[1:].partition("]")[0]] = []
        into.append(line)
    return head, found


UNITS = {"seconds": ("s", 1, 3), "milliseconds": ("ms", 1000, 1), "ratio": ("×", 1, 2)}
