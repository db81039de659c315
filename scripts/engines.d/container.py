"""BuildKit's newest daemon in a container, as root or rootless: a builder of the driver `docker-container`.

Its image is made from Debian's packages and from programs that Go builds, because no public registry can be reached.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess

from engine import Engine

# A step reaches Debian's mirror through the network of the engine.
DOCKERFILE = """\
FROM {base}
RUN apt-get update \\
 && apt-get install --yes --no-install-recommends runc ca-certificates git rootlesskit uidmap slirp4netns \\
 && ln -s /usr/sbin/runc /usr/bin/buildkit-runc
COPY buildkitd buildctl /usr/bin/
"""
ENDS = {
    "container": """\
VOLUME /var/lib/buildkit
ENTRYPOINT ["buildkitd"]
""",
    "rootless": """\
RUN useradd --create-home --uid 1000 user \\
 && mkdir -p /run/user/1000 /home/user/.local/share/buildkit \\
 && chown -R user /run/user/1000 /home/user
USER 1000:1000
ENV HOME=/home/user USER=user XDG_RUNTIME_DIR=/run/user/1000
ENV BUILDKIT_HOST=unix:///run/user/1000/buildkit/buildkitd.sock
VOLUME /home/user/.local/share/buildkit
ENTRYPOINT ["rootlesskit", "buildkitd"]
""",
}
CONFIG = """\
[worker.oci]
  gc = false
[registry."{registry}"]
  http = true
"""


class Container(Engine):
    """A builder of the driver `docker-container` on the engine of the environment."""

    def __init__(self, checkout: pathlib.Path, work: pathlib.Path, programs: pathlib.Path, kind: str) -> None:
        super().__init__()
        self.solve = checkout / "tests/llb-oracle/solve"
        self.work = work
        self.programs = programs
        self.kind = kind
        self.builder = f"slipway-{kind}-{os.getpid()}"
        self.env = os.environ | {"BUILDX_CONFIG": str(work / "buildx"), "BUILDX_BAKE_ENTITLEMENTS_FS": "0"}

    def start(self) -> None:
        image = self.image()
        config = self.work / "buildkitd.toml"
        config.write_text(CONFIG.format(registry=self.registry))
        self.docker(
            *("buildx", "create", "--name", self.builder, "--driver", "docker-container", "--bootstrap"),
            # The registry listens on the machine's loopback address only.
            *("--driver-opt", f"image={image}", "--driver-opt", "network=host", "--buildkitd-config", str(config)),
        )

    def stop(self) -> None:
        subprocess.run(["docker", "buildx", "rm", "--force", self.builder], env=self.env, capture_output=True, check=False)

    def image(self) -> str:
        """The image of the daemon, built and pushed."""
        folder = self.work / "daemon"
        folder.mkdir()
        for program in ("buildkitd", "buildctl"):
            self.program(program, folder / program)
        base = next(word.partition("=docker-image://")[2] for word in self.inputs if word.startswith("debian:trixie-slim="))
        (folder / "Dockerfile").write_text(DOCKERFILE.format(base=base) + ENDS[self.kind])
        image = f"{self.registry}/buildkit:{self.kind}"
        self.docker("buildx", "build", "--builder", "default", "--quiet", "--tag", image, "--load", str(folder))
        self.docker("push", "--quiet", image)
        return image

    def program(self, name: str, to: pathlib.Path) -> None:
        """Builds a program of BuildKit's module, once for all runs, as scripts/testbed/buildkitd does."""
        version, folder = self.go("list", "-m", "-f", "{{.Version}} {{.Dir}}", "github.com/moby/buildkit", folder=self.solve).split()
        kept = self.programs / version / name
        if not kept.exists():
            self.go("build", "-buildvcs=false", "-ldflags", "-s -w", "-o", str(kept), f"./cmd/{name}", folder=pathlib.Path(folder))
        shutil.copy(kept, to)

    def go(self, *args: str, folder: pathlib.Path) -> str:
        env = os.environ | {"CGO_ENABLED": "0"}
        return subprocess.run(["go", *args], cwd=folder, env=env, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
