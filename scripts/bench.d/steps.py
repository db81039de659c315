"""Which steps of a build ran, and whether they are those that had to."""

import records
from engine import Problem

DEPENDENCIES, COMPILE = "go mod download", "go build"


def compile_seconds(build):
    """Time of the compile step itself, as the engine recorded it."""
    step = the(build, COMPILE)
    if step.cached:
        raise Problem(f"the compile step `{step.name}` was cached where it had to run")
    return step.run_seconds


def the(build, words):
    step = records.find(steps(build), words)
    if not step:
        raise Problem(f"the records of a build have no single step `{words}`")
    return step


def steps(build):
    return [vertex for vertex in records.read(build.log) if vertex.name.startswith("[") and not vertex.name.startswith(("[internal]", "[context "))]


def ran(build):
    """Names of the steps that were carried out."""
    return [vertex.name for vertex in records.read(build.log) if vertex.ran]


def check_edit(build):
    """After an edit of a source file: dependencies cached, one command ran (the compile step), and else only copies."""
    if not the(build, DEPENDENCIES).cached:
        raise Problem(f"the dependency step ran after a source edit: {ran(build)}")
    compile_seconds(build)
    others = [name for name in ran(build) if COMPILE not in name and "COPY" not in name and "assemble" not in name]
    if others:
        raise Problem(f"more than the compile step ran after a source edit: {others}")


def short(name, width=70):
    return name if len(name) <= width else name[: width - 1] + "…"
