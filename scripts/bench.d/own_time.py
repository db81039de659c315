"""Where the time of a no-op build goes, from the engine's progress records.

The records show what the engine does for a frontend, not the frontend's process. The frontend starts with the first
lookup or transfer that it requests, and ends with the end of the last one. So the boundary between "start" and "work"
is a few milliseconds late, and the one between "work" and "hand over" equally early.
"""

from __future__ import annotations

import noop
import records
from engine import Build, Problem
from pairs import alternate
from records import Vertex
from report import Found
from setting import IMAGE, OURS, Setting
from spread import spread

TITLE = "Where a no-op build's time goes"

CLIENT = "client: before the first, after the last record"
FIND = "find: the file, and the frontend's image"
START = "start: image found → frontend's first request"
WORK = "work: first request → last answer"
HAND_OVER = "hand over: last answer → first step looked at"
GRAPH = "graph: every step looked at, all cached"
WHOLE = "whole: wall time"


def run(setting: Setting, rounds: int | None) -> Found:
    rounds = rounds or 15
    builds = alternate(noop.ways(setting, ("--output", "type=cacheonly")), rounds, warm_up=2, status=setting.report.status)
    image = {OURS: setting.frontend, IMAGE: setting.dockerfile_frontend}
    tables = []
    for name, done in builds.items():
        parts = [phases(build, image.get(name)) for build in done]
        rows = {part: spread([one[part] for one in parts]) for part in parts[0]}
        tables.append({"title": name, "unit": "milliseconds", "rows": rows})
    return {"title": TITLE, "rounds": rounds, "tables": tables, "notes": ["rows are medians of their own, so they do not add up exactly"]}


def phases(build: Build, image: str | None) -> dict[str, float]:
    """Splits a build into phases. `image` is the frontend's, None for the built-in one."""
    vertices = records.read(build.log)
    first, last = vertices[0].start, max(vertex.end for vertex in vertices)
    found = {CLIENT: build.seconds - (last - first)}
    begin = first
    if image:
        found_at = [vertex.end for vertex in vertices if image in vertex.name and vertex.name.startswith("docker-image://")]
        if not found_at:
            raise Problem("the records do not show the frontend's image")
        begin = max(found_at)
        found[FIND] = begin - first
    later = [vertex for vertex in vertices if vertex.start >= begin]
    graph = min(vertex.start for vertex in later if not is_lookup(vertex))
    asked = [vertex for vertex in later if is_lookup(vertex) and vertex.end <= graph]
    if image:
        found[START] = min(vertex.start for vertex in asked) - begin
    answered = max(vertex.end for vertex in asked)
    found[WORK] = answered - min(vertex.start for vertex in asked)
    found[HAND_OVER] = graph - answered
    found[GRAPH] = last - graph
    found[WHOLE] = build.seconds
    return found


def is_lookup(vertex: Vertex) -> bool:
    """Whether the frontend requested it, and it is not part of the returned graph."""
    return vertex.name.startswith("[internal] load") or "load metadata for" in vertex.name or vertex.name.startswith("resolve image config")
