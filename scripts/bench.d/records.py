"""Progress records of a build (`--progress rawjson`): what ran, what was cached, and when.

A vertex starts and completes once for each thing that the engine does with it: computing its cache key, then perhaps
running it. Its span is from its first start to its last completion; a cached vertex has a flag. A bake has a stream of
records for each target, with the target's name before the vertex's own: a step that two targets share is in both
streams.
"""

from __future__ import annotations

import base64
import contextlib
import datetime
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class Vertex:
    """One line of the progress display. Times are seconds since the epoch."""

    def __init__(self, digest: str, target: str | None = None) -> None:
        self.digest = digest
        self.target = target
        self.name = ""
        self.cached = False
        self.starts: set[float] = set()
        self.ends: set[float] = set()

    @property
    def start(self) -> float:
        return min(self.starts)

    @property
    def end(self) -> float:
        return max(self.ends)

    @property
    def run_seconds(self) -> float:
        """Time of its last run: for a step that was not cached, the time of the step itself."""
        return self.end - max(self.starts)

    @property
    def ran(self) -> bool:
        """Whether this is a step of the image that was executed. Lookups, transfers, bases and the export do not count."""
        return not self.cached and self.name.startswith("[") and not self.name.startswith(("[internal]", "[context ")) and "] FROM " not in self.name


def messages(log: str) -> list[dict[str, Any]]:
    """The parsed records; other lines are the client's own output, which may show a file with braces."""
    found = []
    for line in log.splitlines():
        if line.startswith("{"):
            with contextlib.suppress(json.JSONDecodeError):
                found.append(json.loads(line))
    return found


def printed(log: str) -> list[str]:
    """The lines that steps printed."""
    parts = [base64.b64decode(one["data"]) for message in messages(log) for one in message.get("logs") or []]
    return b"".join(parts).decode(errors="replace").splitlines()


def read(log: str, targets: Sequence[str] = ()) -> list[Vertex]:
    """The vertices of a build that both started and completed, in the order of their start. `targets` are those of a
    bake with more than one."""
    vertices: dict[tuple[str, str | None], Vertex] = {}
    for message in messages(log):
        for record in message.get("vertexes") or []:
            target, name = split_name(record.get("name", ""), targets)
            vertex = vertices.setdefault((record["digest"], target), Vertex(record["digest"], target))
            vertex.name = name or vertex.name
            if is_canceled_lookup(record):
                vertex.starts.discard(seconds(record["started"]))
                continue
            vertex.cached |= record.get("cached", False)
            if record.get("started"):
                vertex.starts.add(seconds(record["started"]))
            if record.get("completed"):
                vertex.ends.add(seconds(record["completed"]))
    return sorted((v for v in vertices.values() if v.starts and v.ends), key=lambda vertex: vertex.start)


def is_canceled_lookup(record: Mapping[str, Any]) -> bool:
    """Whether the engine only canceled checksums for a cache lookup, because another build had found the result: it
    reports this as a start and an end."""
    if not record.get("error", "").endswith("context canceled") or not record.get("completed"):
        return False
    return seconds(record["completed"]) - seconds(record["started"]) < 0.02


def split_name(name: str, targets: Sequence[str]) -> tuple[str | None, str]:
    """Splits the target that a bake writes before a name from the rest: `[api internal] load …` and `[api] exporting
    …`."""
    for target in targets:
        if name.startswith(f"[{target}] "):
            return target, name.removeprefix(f"[{target}] ")
        if name.startswith(f"[{target} "):
            return target, "[" + name.removeprefix(f"[{target} ")
    return None, name


def seconds(text: str) -> float:
    """Parses RFC 3339 with any number of digits; the engine writes nanoseconds."""
    whole, _, fraction = text.removesuffix("Z").partition(".")
    return datetime.datetime.fromisoformat(whole + "+00:00").timestamp() + float("0." + (fraction or "0"))


def find(vertices: Iterable[Vertex], words: str) -> Vertex | None:
    """The only vertex whose name contains these words."""
    found = [vertex for vertex in vertices if words in vertex.name]
    return found[0] if len(found) == 1 else None
