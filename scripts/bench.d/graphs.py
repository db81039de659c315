"""Reading specs, and building and marshaling graphs (LLB), without an engine: the printed results of the crates' own
benchmarks."""

from __future__ import annotations

import shutil
import subprocess

from report import Found
from setting import Plain

TITLE = "Specs and graphs: from text to typed specs, and from typed operations to bytes, in one process alone"
# If planning gets a benchmark, add its crate here.
CRATES = ["slipway-spec", "buildkit-llb"]


def run(setting: Plain, _: int | None) -> Found:
    found: Found = {"title": TITLE, "lines": [], "notes": []}
    if not shutil.which("cargo"):
        found["notes"].append("left out: `cargo` is not installed")
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
