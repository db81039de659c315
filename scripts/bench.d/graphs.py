"""Reading specs, and building and marshalling graphs (LLB), without an engine: the crates' own benches, as they print their results."""

from __future__ import annotations

import shutil
import subprocess

from report import Found
from setting import Plain

TITLE = "Specs and graphs: from text to typed specs, and from typed operations to bytes, in one process alone"
# Where the way from a spec to its graph gets a bench, its crate goes here as well.
CRATES = ["slipway-spec", "buildkit-llb"]


def run(setting: Plain, _: int | None) -> Found:
    found: Found = {"title": TITLE, "lines": [], "notes": []}
    if not shutil.which("cargo"):
        found["notes"].append("left out: there is no `cargo` here")
        return found
    for crate in CRATES:
        setting.report.status(f"cargo bench --package {crate} (compiles it first)")
        command = ["cargo", "bench", "--package", crate, "--bench", "*", "--locked", "--quiet"]
        done = subprocess.run(command, cwd=setting.checkout, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            found["notes"].append(f"left out: `cargo bench --package {crate}` failed: {done.stderr.strip()[-200:]}")
            continue
        found["lines"] += [f"cargo bench --package {crate}", *("  " + line for line in done.stdout.splitlines() if line.strip())]
    return found
