"""What a private engine can build of the examples: its base images come from Debian's packages."""

from __future__ import annotations

import os
import pathlib
import subprocess

from engine import Problem

# Beside the base images that the end-to-end tests need.
BASES = (
    *("--tests", "node:20-trixie-slim", "gcr.io/distroless/nodejs20-debian13:nonroot"),
    "gcr.io/distroless/static-debian13:debug-nonroot",
)
# Examples that it cannot build.
LEFT_OUT = {"dotnet-service": "not run: Debian has no .NET"}


def names(checkout: pathlib.Path) -> list[str]:
    """All examples."""
    return sorted(path.parent.name for path in (checkout / "examples").glob("*/slipway.yaml"))


def make_bases(checkout: pathlib.Path) -> None:
    """Makes what is missing on the engine of the environment, and names all of it there."""
    if subprocess.run(["scripts/engine", "base", *BASES], cwd=checkout, check=False).returncode != 0:
        raise Problem("scripts/engine could not make the base images; its output is above")
    contexts = subprocess.run(["scripts/engine", "contexts"], cwd=checkout, stdout=subprocess.PIPE, text=True, check=True)
    os.environ["SLIPWAY_CONTEXTS"] = contexts.stdout.strip()
