"""A first build: no step is cached, and the cache mounts are empty. In both ways, base images are already on the
engine."""

from __future__ import annotations

import functools

import steps
from engine import Build
from noop import options, tables
from pairs import alternate, times
from report import Found
from setting import BUILT_IN, OURS, Setting
from spread import spread

TITLE = "Cold build, with --load: modules downloaded, everything compiled; base images are on the engine"
OUTPUT = ("--no-cache", "--load", "--provenance", "false", "--tag", "IMAGE")


def run(setting: Setting, rounds: int | None) -> Found:
    rounds = rounds or 3
    copies = {OURS: setting.ours(), BUILT_IN: setting.baseline()}
    for name in copies:
        # Pulls the base images into the engine.
        copies[name].build("--output", "type=cacheonly")

    def build(number: int, name: str) -> Build:
        # No earlier build may help: neither its layers nor its cache mounts.
        copies[name].replace("go.mod", "\ngo ", f"\n// {setting.id}-{number}\ngo ")
        namespace = setting.namespace(f"{number}-{list(copies).index(name)}")
        done = copies[name].build("--build-arg", f"BUILDKIT_CACHE_MOUNT_NS={namespace}", *options(setting, OUTPUT, name))
        setting.remove_cache_mounts()
        return done

    builds = alternate({name: functools.partial(build, name=name) for name in copies}, rounds, warm_up=0, status=setting.report.status)
    found = tables(times(builds))
    for words, title in ((steps.DEPENDENCIES, "the dependency step alone"), (steps.COMPILE, "the compile step alone")):
        rows = {name: spread([steps.the(one, words).run_seconds for one in done]) for name, done in builds.items()}
        found["tables"].append({"title": f"{title}, by the engine's records", "unit": "seconds", "rows": rows})
    return {"title": TITLE, "rounds": rounds, **found}
