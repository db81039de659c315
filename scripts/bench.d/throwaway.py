"""The benchmark's own engine: BuildKit's newest daemon, in a folder that is deleted with it. Only the benchmark uses
it.

So a cold build runs on an engine with only base images, and a fresh runner is an empty engine. No other cache
interferes, and none is lost.
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

# What remains if only base images are kept: layers from a registry.
PULLED = "pulled from "


def newest(checkout: pathlib.Path) -> str:
    """The BuildKit that scripts/testbed/buildkitd builds, as major.minor."""
    for line in (checkout / "tests/llb-oracle/solve/go.mod").read_text().splitlines():
        name, _, version = line.strip().partition(" ")
        if name == "github.com/moby/buildkit":
            return ".".join(version.lstrip("v").split(".")[:2])
    raise Problem("tests/llb-oracle/solve/go.mod does not name a BuildKit")


class Throwaway(Engine):
    def __init__(self, checkout: pathlib.Path, work: pathlib.Path) -> None:
        super().__init__()
        self.checkout = pathlib.Path(checkout)
        self.builder = f"slipway-bench-{os.getpid()}"
        self.env = os.environ | {"BUILDX_CONFIG": str(work / "buildx"), "BUILDX_BAKE_ENTITLEMENTS_FS": "0"}
        # The platform of all builds; otherwise, the platforms of a spec would be compared with the single one of a
        # Dockerfile.
        self.platform = "linux/" + {"x86_64": "amd64", "aarch64": "arm64"}.get(os.uname().machine, os.uname().machine)
        self.daemon: subprocess.Popen[str] | None = None

    def start(self) -> None:
        """Starts an empty engine."""
        self.stop()
        if not self.registry or os.geteuid() != 0:
            raise Problem("this requires an engine that can be emptied: SLIPWAY_ENGINE_MODE=testbed make bench, as root")
        command = [str(self.checkout / "scripts/testbed/buildkitd"), "run", "sh", "-c", 'echo "$BUILDKIT_HOST" && read -r _ || true']
        # In a new session: Ctrl-C must not stop it before its builds have been told to stop.
        self.daemon = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True)
        assert self.daemon.stdout
        host = self.daemon.stdout.readline().strip()
        if not host:
            self.stop()
            raise Problem("scripts/testbed/buildkitd did not start; its output is above")
        self.docker("buildx", "create", "--name", self.builder, "--driver", "remote", host)
        for _ in range(100):
            if "running" in self.docker("buildx", "inspect", self.builder):
                return
            time.sleep(0.1)
        raise Problem("the benchmark's own engine does not respond")

    def stop(self) -> None:
        if not self.daemon:
            return
        subprocess.run(["docker", "buildx", "rm", "--keep-state", self.builder], env=self.env, capture_output=True, check=False)
        assert self.daemon.stdin
        self.daemon.stdin.close()
        self.daemon.wait()
        self.daemon = None

    def keep_bases_only(self) -> None:
        """Removes everything that builds left: results, sources and cache mounts."""
        for _ in range(20):
            left = [record for record, what in self.records() if not what.startswith(PULLED)]
            if not left:
                return
            # A record can be removed only when no other record depends on it, so this takes several turns.
            self.docker("buildx", "prune", "--builder", self.builder, "--all", "--force", "--filter", f"id=^({'|'.join(left)})$")
        raise Problem("the benchmark's own engine does not release its cache")

    def records(self) -> list[tuple[str, str]]:
        """Pairs of id and description of the records in the cache."""
        record, found = "", []
        for line in self.docker("buildx", "du", "--builder", self.builder, "--verbose").splitlines():
            if line.startswith("ID:"):
                record = line.removeprefix("ID:").strip()
            elif line.startswith("Description:"):
                found.append((record, line.removeprefix("Description:").strip()))
        return found

    def version(self) -> str:
        return newest(self.checkout)

    def bake(self, definition: Mapping[str, Any], folder: pathlib.Path, *args: str) -> Build:
        """Runs `docker buildx bake` with a definition as JSON, and a folder as its context."""
        path = folder.parent / f"{folder.name}.bake.json"
        path.write_text(json.dumps(definition))
        return self.run(["docker", "buildx", "bake", "--builder", self.builder, "--progress", "rawjson", "--file", str(path), *args], cwd=folder)
