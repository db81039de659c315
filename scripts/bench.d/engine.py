"""The engine and its client: runs docker, and reads versions."""

from __future__ import annotations

import os
import pathlib
import re
import subprocess
import time

import records


class Problem(Exception):
    """An error for people, shown without a stack trace."""


class Build:
    """A successful build: its wall time in seconds, and its progress records as buildx printed them."""

    def __init__(self, seconds: float, log: str) -> None:
        self.seconds = seconds
        self.log = log


class Engine:
    """The engine that the environment names; see scripts/with-engine."""

    # The builder for buildx; empty for the selected one.
    builder = ""
    env: dict[str, str] | None = None

    def __init__(self) -> None:
        self.frontend = os.environ["SLIPWAY_FRONTEND"]
        self.registry = os.environ.get("SLIPWAY_REGISTRY", "")
        self.store = os.environ.get("SLIPWAY_STORE", "containerd")
        self.inputs = os.environ.get("SLIPWAY_CONTEXTS", "").split("\n") if os.environ.get("SLIPWAY_CONTEXTS") else []
        if os.environ.get("SLIPWAY_CA"):
            self.inputs += ["--secret", f"id=ca,src={os.environ['SLIPWAY_CA']}"]

    def build(self, *args: str) -> Build:
        """Runs `docker buildx build` with the base images of this engine, and measures its wall time."""
        builder = ["--builder", self.builder] if self.builder else []
        return self.run(["docker", "buildx", "build", *builder, "--progress", "rawjson", *self.inputs, *args])

    def run(self, command: list[str], cwd: pathlib.Path | None = None) -> Build:
        """Runs a command that prints progress records."""
        start = time.perf_counter()
        done = subprocess.run(command, cwd=cwd, env=self.env, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - start
        if done.returncode != 0:
            words = [line for line in done.stderr.splitlines() if not line.startswith("{")]
            raise Problem("this build failed: " + " ".join(command) + "\n" + "\n".join([*records.printed(done.stderr)[-20:], *words[-20:]]))
        return Build(seconds, done.stderr)

    def docker(self, *args: str) -> str:
        """Runs a docker command and returns its output. Ctrl-C does not reach it, so it can clean up."""
        done = subprocess.run(["docker", *args], env=self.env, capture_output=True, text=True, check=False, start_new_session=True)
        if done.returncode != 0:
            raise Problem(f"docker {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout.strip()

    def buildkit(self) -> str:
        """The version of BuildKit as major.minor. Debian's engines do not report it, so it follows from the engine's
        release."""
        found = re.search(r"^BuildKit version: *v?(\d+\.\d+)", self.docker("buildx", "inspect"), re.MULTILINE)
        if found and found[1] != "0.0":
            return found[1]
        release = self.docker("version", "--format", "{{.Server.Version}}")
        known = {"28.5": "0.25", "26.1": "0.13", "20.10": "0.8"}
        return known.get(".".join(release.split(".")[:2]), "unknown")

    def versions(self) -> str:
        server = self.docker("version", "--format", "{{.Server.Version}}")
        buildx = re.search(r"\d+\.\d+\.\d+", self.docker("buildx", "version"))
        return f"Docker {server}, BuildKit {self.buildkit()}, buildx {buildx[0] if buildx else '?'}, {self.store} store"
