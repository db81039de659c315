"""Each round changes one line of a source file."""

from __future__ import annotations

import functools

import steps
from engine import Build
from noop import options, tables
from pairs import alternate, times
from report import Found
from setting import BUILT_IN, OURS, Setting
from spread import spread

TITLE = "One-line source edit, with --load: from the edit to an image that can run"
FILE, WORDS = "cmd/hello/main.go", "hello %s listens on"
OUTPUT = ("--load", "--provenance", "false", "--tag", "IMAGE")


def run(setting: Setting, rounds: int | None) -> Found:
    rounds = rounds or 7
    copies = {OURS: setting.ours(), BUILT_IN: setting.baseline()}
    words = dict.fromkeys(copies, WORDS)

    def edit_and_build(number: int, name: str) -> Build:
        # The program contains the words, so it must be linked again as well.
        new = f"{WORDS} (edit {setting.id}-{number})"
        copies[name].replace(FILE, words[name], new)
        words[name] = new
        build = copies[name].build(*options(setting, OUTPUT, name))
        steps.check_edit(build)
        return build

    ways = {name: functools.partial(edit_and_build, name=name) for name in copies}
    # The first build of a copy may download dependencies, which is not part of an edit.
    for name in copies:
        copies[name].build("--output", "type=cacheonly")
    builds = alternate(ways, rounds, status=setting.report.status)
    found = tables(times(builds))
    own = {name: spread([steps.compile_seconds(build) for build in done]) for name, done in builds.items()}
    found["tables"].append({"title": "the compile step alone, by the engine's records", "unit": "seconds", "rows": own})
    lines = ["checked in every round: the dependency step was cached; of commands only the compile step ran. Steps that ran:"]
    lines += [f"  {name}: {'; '.join(steps.short(step) for step in steps.ran(done[-1]))}" for name, done in builds.items()]
    return {"title": TITLE, "rounds": rounds, **found, "lines": lines}
