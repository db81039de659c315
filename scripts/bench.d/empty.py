"""A frontend that answers with an empty result at once: no frontend in an image can be faster."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess

from official import Missing

EXAMPLE = "empty_frontend"
DOCKERFILE = f"""\
FROM scratch
COPY {EXAMPLE} /{EXAMPLE}
LABEL moby.buildkit.frontend.network.none="true" \\
      moby.buildkit.frontend.caps="moby.buildkit.frontend.inputs,moby.buildkit.frontend.subrequests,moby.buildkit.frontend.contexts"
ENTRYPOINT ["/{EXAMPLE}"]
"""


def program(checkout: pathlib.Path, folder: pathlib.Path) -> None:
    """Compiles it into a folder, as a static program."""
    if not shutil.which("cargo"):
        raise Missing("compiling it requires `cargo`, which is not installed")
    versions = subprocess.run(["rustc", "--version", "--verbose"], capture_output=True, text=True, check=True).stdout
    host = versions.partition("host: ")[2].split()[0]
    if "linux" not in host:
        raise Missing("it can be compiled only on Linux")
    # A target is named so that build scripts and macros are not static.
    command = ["cargo", "build", "--quiet", "--release", "--locked", "--package", "buildkit-proto", "--features", "grpc", "--example", EXAMPLE, "--target", host]
    output = pathlib.Path(os.environ.get("CARGO_TARGET_DIR", checkout / "target"))
    env = os.environ | {"RUSTFLAGS": "-C target-feature=+crt-static", "CARGO_TARGET_DIR": str(output)}
    done = subprocess.run(command, cwd=checkout, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Missing(f"it does not compile: {done.stderr.strip()[-300:]}")
    shutil.copy(output / host / "release/examples" / EXAMPLE, folder / EXAMPLE)
