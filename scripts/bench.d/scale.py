"""Time and memory of the command line as the project grows: each series at N, 2N and 4N.

Runs without an engine. Time is the CPU time of the process, so a busy machine has little effect; the fastest round
counts.
"""

from __future__ import annotations

import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence

from report import Found
from series import SERIES, Series
from setting import Plain

TITLE = "Time and memory of `slipway check` and `slipway plan` at N, 2N and 4N"
NEEDS_ENGINE = False
# A process that takes longer is killed; one that takes more memory fails. The figure is replaced by a note.
SECONDS, GIB = 60, 4
FACTORS = (1, 2, 4)

# Seconds, bytes, and how the process ended.
Cell = tuple[float, int, int]


def run(setting: Plain, rounds: int | None) -> Found:
    rounds = rounds or 3
    program = binary(setting)
    found: Found = {"title": TITLE, "rounds": rounds, "lines": [heading()], "notes": [], "values": {}}
    with tempfile.TemporaryDirectory(prefix="slipway-scale-") as work:
        for name, series in SERIES.items():
            sizes = [series.first * factor for factor in FACTORS]
            folders = []
            for size in sizes:
                folders.append(pathlib.Path(work) / f"{name}-{size}")
                folders[-1].mkdir()
                series.make(folders[-1], size)
            for command in series.commands:
                setting.report.status(f"{name}: {command}")
                cells = [best(program, command, folder, rounds) for folder in folders]
                found["values"][f"{name} {command}"] = [{"size": size, "seconds": seconds, "bytes": memory, "status": status} for size, (seconds, memory, status) in zip(sizes, cells)]
                found["lines"].append(line(series, command, sizes, cells))
            for folder in folders:
                shutil.rmtree(folder)
    found["notes"].append("× is the factor when the size doubles: about 2 is linear growth, 4 is quadratic")
    return found


def binary(setting: Plain) -> str:
    """The release program, built unless it is given."""
    given = os.environ.get("SLIPWAY_BIN")
    if given:
        return given
    setting.report.status("cargo build --release --package slipway")
    subprocess.run(["cargo", "build", "--release", "--package", "slipway", "--locked", "--quiet"], cwd=setting.checkout, check=True)
    return str(setting.checkout / "target/release/slipway")


def best(program: str, command: str, folder: pathlib.Path, rounds: int) -> Cell:
    """Seconds, bytes and status of the fastest round; a killed command is not repeated."""
    done = []
    for _ in range(rounds):
        done.append(once(program, command, folder))
        if done[-1][2] < 0:
            break
    return min(done)


def once(program: str, command: str, folder: pathlib.Path) -> Cell:
    """CPU time of the process, its peak memory, and how it ended."""
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        process = subprocess.Popen([program, command, str(folder), "-f", str(folder / "slipway.yaml")], stdout=nowhere, stderr=nowhere, preexec_fn=limit)
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss * 1024, process.returncode


def limit() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (GIB << 30, GIB << 30))


def heading() -> str:
    return f"{'':60}{'N':>7}{'time: N':>10}{'2N':>9}{'4N':>9}{'×':>6}{'×':>6}{'memory: N':>12}{'2N':>7}{'4N':>7}{'×':>6}{'×':>6}"


def line(series: Series, command: str, sizes: Sequence[int], cells: Sequence[Cell]) -> str:
    seconds = [cell[0] for cell in cells]
    memory = [cell[1] for cell in cells]
    text = f"{command}: {series.title:{58 - len(command)}}{sizes[0]:>7}"
    text += f"{shown(cells[0], 10)}{shown(cells[1], 9)}{shown(cells[2], 9)}" + growth(seconds, 0.005)
    text += f"{memory[0] / 2**20:>9.0f} MB{memory[1] / 2**20:>7.0f}{memory[2] / 2**20:>7.0f}" + growth(memory, 1 << 20)
    return text


def shown(cell: Cell, width: int) -> str:
    seconds, _, status = cell
    if status == -signal.SIGXCPU or status == -signal.SIGKILL:
        return f"{f'> {SECONDS} s':>{width}}"
    if status not in (0, 1):
        return f"{f'ended: {status}':>{width}}"
    mark = "!" if status else ""
    return f"{f'{mark}{seconds * 1000:.0f} ms':>{width}}"


def growth(values: Sequence[float], least: float) -> str:
    """The ratio of each value to the one before; empty for values that are too small."""
    pairs = zip(values, values[1:])
    return "".join(f"{after / before:>6.1f}" if before > least else f"{'':>6}" for before, after in pairs)
