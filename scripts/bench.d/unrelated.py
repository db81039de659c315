"""A file at the root of the context changes that has nothing to do with the program and is in no ignore file."""

import records
import steps
from noop import tables
from pairs import alternate, times
from setting import BUILT_IN, OURS

TITLE = "An unrelated file of the context changes (NOTES.txt), nothing is written"


def run(setting, rounds):
    rounds = rounds or 7
    copies = {OURS: setting.ours(), BUILT_IN: setting.baseline()}

    def note_and_build(number, name):
        copies[name].write("NOTES.txt", f"note {setting.id}-{number}\n")
        return copies[name].build("--output", "type=cacheonly")

    builds = alternate({name: lambda number, name=name: note_and_build(number, name) for name in copies}, rounds, status=setting.report.status)
    lines = ["steps that ran in the last round:"]
    for name, done in builds.items():
        names = [steps.short(vertex.name) for vertex in records.read(done[-1].log) if vertex.ran]
        lines.append(f"  {name}: {'; '.join(names) or 'none'}")
    return {"title": TITLE, "rounds": rounds, **tables(times(builds)), "lines": lines}
