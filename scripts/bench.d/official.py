"""The official Dockerfile frontend as an image, for comparison.

The private engine cannot pull public images, so the image is built from its Go module, in the version of the engine's
BuildKit, with the labels of the published image. With your own engine, it is the published image.
"""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess

PUBLIC = "docker/dockerfile:1"
MODULE = "github.com/moby/buildkit"
DOCKERFILE = """\
FROM scratch
COPY dockerfile-frontend /bin/dockerfile-frontend
LABEL moby.buildkit.frontend.network.none="true" \\
      moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts"
ENTRYPOINT ["/bin/dockerfile-frontend"]
"""


class Missing(Exception):
    """The image is not available; the message says why."""


def program(minor: str, folder: pathlib.Path) -> str:
    """Compiles the frontend of BuildKit `minor` (such as 0.25) into a folder; returns its version."""
    if not shutil.which("go"):
        raise Missing("building it from its Go module requires `go`, which is not installed")
    # Builds inside the module, whose own rules apply: `go install module@version` refuses it because of its exclude
    # lines.
    env = os.environ | {"CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}

    def go(*args: str, cwd: str | pathlib.Path) -> str:
        done = subprocess.run(["go", *args], env=env, cwd=cwd, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Missing(f"`go {args[0]}` failed: {done.stderr.strip()[-300:]}")
        return done.stdout

    versions = json.loads(go("list", "-m", "-versions", "-json", MODULE, cwd=folder))["Versions"]
    releases = [version for version in versions if re.fullmatch(rf"v{re.escape(minor)}\.\d+", version)]
    if not releases:
        raise Missing(f"its Go module has no release {minor}")
    version = max(releases, key=lambda text: int(text.rpartition(".")[2]))
    source = json.loads(go("mod", "download", "-json", f"{MODULE}@{version}", cwd=folder))["Dir"]
    target = str(pathlib.Path(folder) / "dockerfile-frontend")
    go("build", "-trimpath", "-ldflags", "-s -w", "-o", target, "./frontend/dockerfile/cmd/dockerfile-frontend", cwd=source)
    return str(version)
