"""Which steps of a build ran, and whether they are the expected ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import records
from engine import Build, Problem
from records import Vertex

DEPENDENCIES, COMPILE = "go mod download", "go build"


class Targets(Protocol):
    """What is required of a way to build."""

    targets: tuple[str, ...]

    @property
    def services(self) -> list[str]: ...


def compile_seconds(build: Build) -> float:
    """Time of the compile step itself, as the engine recorded it."""
    step = the(build, COMPILE)
    if step.cached:
        raise Problem(f"the compile step `{step.name}` was cached but had to run")
    return step.run_seconds


def the(build: Build, words: str) -> Vertex:
    step = records.find(steps(build), words)
    if not step:
        raise Problem(f"the records of the build must have exactly one step `{words}`")
    return step


def steps(build: Build) -> list[Vertex]:
    return [vertex for vertex in records.read(build.log) if vertex.name.startswith("[") and not vertex.name.startswith(("[internal]", "[context "))]


def ran(build: Build) -> list[str]:
    """Names of the executed steps."""
    return [vertex.name for vertex in records.read(build.log) if vertex.ran]


def check_edit(build: Build) -> None:
    """Checks a build after an edit of a source file: dependencies are cached, one command ran (the compile step), and
    apart from it only copies."""
    if not the(build, DEPENDENCIES).cached:
        raise Problem(f"the dependency step ran after a source edit: {ran(build)}")
    compile_seconds(build)
    others = [name for name in ran(build) if COMPILE not in name and "COPY" not in name and "assemble" not in name]
    if others:
        raise Problem(f"more than the compile step ran after a source edit: {others}")


def short(name: str, width: int = 70) -> str:
    return name if len(name) <= width else name[: width - 1] + "…"


def executed(build: Build, way: Targets) -> dict[str, int]:
    """The number of executed steps for each service of a way; a shared step counts for each service that waited for
    it."""
    vertices = records.read(build.log, way.targets)
    if not way.targets:
        return {way.services[0]: len({vertex.digest for vertex in vertices if vertex.ran})}
    return {target: len({vertex.digest for vertex in vertices if vertex.ran and vertex.target == target}) for target in way.services}


def spent(build: Build, targets: Sequence[str] = (), count: int = 4, least: float = 0.1) -> list[str]:
    """Describes where the wall time of a build went: the client, the frontends and transfers, the steps, the export;
    and the longest spans that a user would notice."""
    vertices = records.read(build.log, targets)
    first, last = min(vertex.start for vertex in vertices), max(vertex.end for vertex in vertices)
    # In a bake, the target that ended last: the others export while it still compiles.
    slowest = max(vertices, key=lambda vertex: vertex.end).target
    of_it = [vertex for vertex in vertices if vertex.target == slowest]
    begin = min((vertex.start for vertex in of_it if is_step(vertex)), default=last)
    end = min((vertex.start for vertex in of_it if vertex.name.startswith("exporting") and vertex.start >= begin), default=last)
    spans: dict[str, tuple[float, str]] = {}
    for vertex in vertices:
        # A base image that a step needs is pulled and unpacked although it counts as cached.
        if vertex.run_seconds >= least:
            name = f"{vertex.target}: {vertex.name}" if vertex.target else vertex.name
            spans[vertex.digest] = max(spans.get(vertex.digest, (0, "")), (vertex.run_seconds, short(name, 60)))
    return [
        f"{build.seconds:.2f} s: client {build.seconds - (last - first):.2f}, before the first step {begin - first:.2f}, steps {end - begin:.2f}, export {last - end:.2f}",
        *(f"  {seconds:.2f} {name}" for seconds, name in sorted(spans.values(), reverse=True)[:count]),
    ]


def is_step(vertex: Vertex) -> bool:
    """Whether it is a step of the image's graph: not a lookup, a transfer for a frontend or an export."""
    return vertex.name.startswith("[") and not vertex.name.startswith(("[internal] load", "[context ", "[auth]")) and "load metadata for" not in vertex.name
