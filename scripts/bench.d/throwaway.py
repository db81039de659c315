"""An engine of the bench's own, in which nothing ever happened but the bench: BuildKit's newest daemon, in a folder that goes with it.

So a cold build is one on an engine that holds base images and nothing else, and a fresh runner is an engine that holds nothing at all;
no cache of somebody else's has to be worked around, and none is lost.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import time
from collections.abc import Mapping
from typing import Any

from engine import Build, Engine, Problem

# What is kept where only the base images shall be there: layers that came from a registry.
PULLED = "pulled from "


class Throwaway(Engine):
    def __init__(self, checkout: pathlib.Path, work: pathlib.Path) -> None:
        super().__init__()
        self.checkout = pathlib.Path(checkout)
        self.builder = f"slipway-bench-{os.getpid()}"
        self.env = os.environ | {"BUILDX_CONFIG": str(work / "buildx"), "BUILDX_BAKE_ENTITLEMENTS_FS": "0"}
        # What a spec has as its platforms would be compared with the one of a Dockerfile.
        self.platform = "linux/" + {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
        self.daemon: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """An engine with nothing in it."""
        self.stop()
        if not self.registry or os.geteuid() != 0:
            raise Problem("it takes an engine that can be wiped: SLIPWAY_ENGINE_MODE=testbed make bench, as root")
        command = [str(self.checkout / "scripts/testbed/buildkitd"), "run", "sh", "-c", 'echo "$BUILDKIT_HOST" && read -r _ || true']
        # In a session of its own: an interrupt must not end it before what runs on it has been told to end.
        self.daemon = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self.daemon.stdout
        host = self.daemon.stdout.readline().strip()
        if not host:
            self.stop()
            raise Problem("scripts/testbed/buildkitd did not start; what it says is above")
        self.docker("buildx", "create", "--name", self.builder, "--driver", "remote", host)
        for _ in range(100):
            if "running" in self.docker("buildx", "inspect", self.builder):
                return
            time.sleep(0.1)
        raise Problem("the bench's own engine does not answer")

    def stop(self) -> None:
        if not self.daemon:
            return
        subprocess.run(["docker", "buildx", "rm", "--keep-state", self.builder], env=self.env, capture_output=True, check=False)
        assert self.daemon.stdin
        self.daemon.stdin.close()
        self.daemon.wait()
        self.daemon = None

    def keep_bases_only(self) -> None:
        """Removes all that builds left: results, sources and cache mounts."""
        for _ in range(20):
            left = [record for record, what in self.records() if not what.startswith(PULLED)]
            if not left:
                return
            # A record goes when nothing is built on it any more, so it takes several turns.
            self.docker("buildx", "prune", "--builder", self.builder, "--all", "--force", "--filter", f"id=^({'|'.join(left)})$")
        raise Problem("the bench's own engine does not let go of its cache")

    def records(self) -> list[tuple[str, str]]:
        """Pairs of id and description of what is in the cache."""
        record, found = "", []
        for line in self.docker("buildx", "du", "--builder", self.builder, "--verbose").splitlines():
            if line.startswith("ID:"):
                record = line.removeprefix("ID:").strip()
            elif line.startswith("Description:"):
                found.append((record, line.removeprefix("Description:").strip()))
        return found

    def version(self) -> str:
        """The BuildKit that scripts/testbed/buildkitd builds, as major.minor."""
        for line in (self.checkout / "tests/llb-oracle/solve/go.mod").read_text().splitlines():
            name, _, version = line.strip().partition(" ")
            if name == "github.com/moby/buildkit":
                return ".".join(version.lstrip("v").split(".")[:2])
        raise Problem("tests/llb-oracle/solve/go.mod does not name a BuildKit")

    def bake(self, definition: Mapping[str, Any], folder: pathlib.Path, *args: str) -> Build:
        """Runs `docker buildx bake` with a definition as JSON in a folder, which is its context."""
        path = folder.parent / f"{folder.name}.bake.json"
        path.write_text(json.dumps(definition))
        return self.run(["docker", "buildx", "bake", "--builder", self.builder, "--progress", "rawjson", "--file", str(path), *args], cwd=folder)
