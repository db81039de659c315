"""The engines of the matrix: which there are, how each is started, and what it gets.

scripts/engine makes each from packages of Debian, in one folder with one registry, so that base images are made once.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import pathlib
import shutil
import subprocess
import tempfile
from collections.abc import Iterator

from container import Container
from engine import Engine, Problem
from stand_ins import BASES
from throwaway import Throwaway, newest

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
FOLDER = pathlib.Path(os.environ.get("SLIPWAY_ENGINES_DIR", CHECKOUT / ".engine/matrix")).resolve()


@dataclasses.dataclass(frozen=True)
class Row:
    """An engine: its name, the suite of Debian that has it, and the store of its images."""

    name: str
    suite: str
    store: str
    # How BuildKit's newest daemon runs, which builds: `remote` beside the engine, in a `container` of it, or `rootless`
    # in one. The engine then only runs the images. Without it, the engine builds.
    daemon: str = ""
    # Whether `--build-context` replaces images, and BUILDKIT_SYNTAX the frontend. Otherwise, the file names the frontend,
    # whose policy has the images.
    named_contexts: bool = True


ROWS = (
    Row("docker-20.10", "bookworm", "graphdriver", named_contexts=False),
    Row("docker-26.1", "trixie", "containerd"),
    Row("docker-28.5", "forky", "containerd"),
    Row("docker-28.5-classic", "forky", "graphdriver"),
    Row("buildkit", "forky", "containerd", daemon="remote"),
    Row("buildkit-container", "forky", "containerd", daemon="container"),
    Row("buildkit-rootless", "forky", "containerd", daemon="rootless"),
)


@dataclasses.dataclass(frozen=True)
class Frontend:
    """The frontend image, and whether it knows where the images are."""

    image: str
    has_policy: bool


@contextlib.contextmanager
def started(row: Row) -> Iterator[tuple[Engine, Frontend]]:
    """An engine that runs and has nothing in its cache. It is stopped afterwards, and its data removed."""
    before = dict(os.environ)
    image = frontend(before)
    try:
        up(row)
        os.environ["SLIPWAY_FRONTEND"] = image
        with tempfile.TemporaryDirectory(prefix="slipway-engines-") as work:
            # Debian's clients of all suites know it.
            os.environ["BUILDX_NO_DEFAULT_ATTESTATIONS"] = "1"
            if not row.daemon:
                engine = Engine()
                yield engine, Frontend(image if row.named_contexts else with_policy(engine, image, pathlib.Path(work)), not row.named_contexts)
                return
            folder = pathlib.Path(work)
            daemon = Throwaway(CHECKOUT, folder) if row.daemon == "remote" else Container(CHECKOUT, folder, FOLDER / "buildkit", row.daemon)
            try:
                daemon.start()
                yield daemon, Frontend(image, False)
            finally:
                daemon.stop()
    finally:
        os.environ.clear()
        os.environ.update(before)
        down(row)


def versions(row: Row, engine: Engine) -> dict[str, str]:
    """What is known about an engine: its Docker, BuildKit, buildx and store, or how BuildKit's daemon runs."""
    buildkit = newest(CHECKOUT) if row.daemon else engine.buildkit()
    buildx = engine.docker("buildx", "version").split()[1].partition("+")[0].lstrip("v")
    docker = "" if row.daemon else engine.docker("version", "--format", "{{.Server.Version}}").partition("+")[0]
    return {"docker": docker, "buildkit": buildkit, "buildx": buildx, "store": "" if row.daemon else engine.store, "daemon": row.daemon}


def scripts(*command: str, **variables: str) -> str:
    """Runs a script of the checkout for the engines' folder."""
    private = {"SLIPWAY_ENGINE_DIR": str(FOLDER), "SLIPWAY_ENGINE_MODE": "testbed"}
    done = subprocess.run(command, cwd=CHECKOUT, env=os.environ | private | variables, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{' '.join(command)} failed; its output is above")
    return done.stdout


def up(row: Row) -> None:
    """Starts an engine, with an empty cache, and makes the environment that of its client."""
    down(row)
    scripts("scripts/engine", "up", SLIPWAY_ENGINE_SUITE=row.suite, SLIPWAY_ENGINE_STORE=row.store)
    scripts("scripts/engine", "base", *BASES)
    told = scripts("bash", "-c", 'eval "$(scripts/engine env)" && env -0')
    for name, _, value in (line.partition("=") for line in told.split("\0") if "=" in line):
        os.environ[name] = value
    os.environ["SLIPWAY_CONTEXTS"] = scripts("scripts/engine", "contexts").strip()


def down(row: Row) -> None:
    """Stops the engine of the folder, whichever it is, and removes the images and the cache of this one."""
    scripts("scripts/engine", "down")
    shutil.rmtree(FOLDER / "data" / f"{row.suite}-{row.store}", ignore_errors=True)


def frontend(environment: dict[str, str]) -> str:
    """The frontend image in the registry of the matrix, which one of the newer engines builds for all."""
    if environment.get("SLIPWAY_FRONTEND"):
        return environment["SLIPWAY_FRONTEND"]
    if not built:
        builder = next(row for row in ROWS if row.suite == "forky")
        scripts("scripts/engine", "down")
        scripts("scripts/engine", "up", SLIPWAY_ENGINE_SUITE=builder.suite, SLIPWAY_ENGINE_STORE=builder.store)
        built.append(scripts("scripts/frontend", SLIPWAY_PROGRESS="plain").strip())
    return built[0]


built: list[str] = []


def with_policy(engine: Engine, image: str, work: pathlib.Path) -> str:
    """The frontend as a platform team publishes it: its policy says where images are."""
    where = dict(word.split("=docker-image://", 1) for word in engine.inputs if "=docker-image://" in word)
    lines = "".join(f'    "{name}": "{stand_in}"\n' for name, stand_in in where.items())
    (work / "org.yaml").write_text(f"version: 1\npolicy:\n  images:\n{lines}")
    (work / "Dockerfile").write_text(f"FROM {image}\nCOPY org.yaml /etc/slipway/org.yaml\n")
    tag = f"{engine.registry}/slipway:engines"
    engine.docker("buildx", "build", "--quiet", "--tag", tag, "--load", str(work))
    engine.docker("push", "--quiet", tag)
    return tag
