"""Changes a file at the root of the context that the program does not use and no ignore file excludes."""

from __future__ import annotations

import functools

import records
import steps
from engine import Build
from noop import tables
from pairs import alternate, times
from report import Found
from setting import BUILT_IN, OURS, Setting

TITLE = "An unrelated file of the context changes (NOTES.txt), nothing is written"


def run(setting: Setting, rounds: int | None) -> Found:
    rounds = rounds or 7
    copies = {OURS: setting.ours(), BUILT_IN: setting.baseline()}

    def note_and_build(number: int, name: str) -> Build:
        copies[name].write("NOTES.txt", f"note {setting.id}-{number}\n")
        return copies[name].build("--output", "type=cacheonly")

    builds = alternate({name: functools.partial(note_and_build, name=name) for name in copies}, rounds, status=setting.report.status)
    lines = ["steps that ran in the last round:"]
    for name, done in builds.items():
        names = [steps.short(vertex.name) for vertex in records.read(done[-1].log) if vertex.ran]
        lines.append(f"  {name}: {'; '.join(names) or 'none'}")
    return {"title": TITLE, "rounds": rounds, **tables(times(builds)), "lines": lines}
