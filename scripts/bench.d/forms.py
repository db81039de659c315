"""One service in several forms: on distroless, on scratch, compressed, and with init. Sizes, and the time that a
container takes to start."""

from __future__ import annotations

import pathlib
import time
from collections.abc import Callable
from functools import partial

from engine import Build
from pairs import alternate, times
from report import Found
from setting import BUILT_IN, EXAMPLE, OURS, TARGET, Copy, Setting
from sizes import Size, image_sizes, megabytes

TITLE = "One service in several forms: sizes, and containers that start"

# The program of the example, which ends as soon as it could listen.
PROGRAM, LISTENS, ENDS = "cmd/hello/main.go", "if err := server.ListenAndServe()", "os.Exit(0)\n\tif err := server.ListenAndServe()"

CONTENTS = (
    "Slipway's images have a health check, and its probe of 0.3 MB; on scratch also users, /tmp and time zones. Those of the Dockerfiles do not."
)
PROBE = '    healthcheck: { http: ":8080/healthz" }\n'
SPECS = {
    "distroless": PROBE,
    "scratch": PROBE + "    runtime: scratch\n",
    "scratch, init": PROBE + "    runtime: scratch\n    init: true\n",
    "scratch, UPX": PROBE + "    runtime: scratch\n    compress: upx\n",
}

# The form has no start time: a debugger runs its program.
DEBUG = "    variants: { debug: {} }\n"

UPX = """
FROM debian:trixie-slim AS small
RUN --mount=type=secret,id=ca,target=/run/secrets/ca.pem \\
    apt-get update && apt-get install -y --no-install-recommends upx-ucl
COPY --from=build /out/hello /out/hello
RUN upx-ucl -qq --best --lzma /out/hello
"""


def dockerfile(text: str, form: str) -> str:
    """The Dockerfile of the example in another form. A Dockerfile has no probe of its own, so it has no health check."""
    if form == "distroless":
        return text
    start, _, end = text.partition("FROM gcr.io/")
    end = end.partition("\n")[2]
    if form == "scratch, UPX":
        start, end = start + UPX.lstrip(), end.replace("--from=build", "--from=small")
    return f"{start}\nFROM scratch\nCOPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/\n{end}"


def run(setting: Setting, rounds: int | None) -> Found:
    rounds = rounds or 25
    copies: dict[str, Copy] = {}
    for form, keys in SPECS.items():
        copies[f"{form}, {OURS}"] = copy = setting.ours()
        copy.replace(copy.file, "    # The probe of `ping` asks from outside.\n    healthcheck: none\n", keys)
    for form in ("distroless", "scratch", "scratch, UPX"):
        copies[f"{form}, {BUILT_IN}"] = copy = setting.baseline()
        copy.write(copy.file, dockerfile((setting.checkout / EXAMPLE / copy.file).read_text(), form))
    sizes: dict[str, Size] = {}
    shared = []
    ways: dict[str, Callable[[int], Build]] = {}
    for number, (name, copy) in enumerate(copies.items()):
        setting.report.status(f"building: {name}")
        if setting.engine.store == "containerd":
            sizes[name] = image_sizes(pathlib.Path(f"{copy.folder}.tar"), copy.build)
            if name in (f"distroless, {OURS}", f"scratch, {OURS}"):
                form = name.replace(OURS, f"debug, {OURS}")
                copy.replace(copy.file, PROBE, PROBE + DEBUG)
                sizes[form] = image_sizes(pathlib.Path(f"{copy.folder}-debug.tar"), partial(copy.build, "--target", f"{TARGET}/debug"))
                ships = sizes[name]["digests"]
                equal = sum(digest in sizes[form]["digests"] for digest in ships)
                shared.append(f"{form}: {equal} of the {len(ships)} layers that ship are in it; that of the program is compiled for Delve")
        copy.replace(PROGRAM, LISTENS, ENDS)
        image = setting.image_name(f"form-{number}")
        copy.build("--load", "--provenance", "false", "--tag", image)
        ways[name] = partial(start, setting, image)
    builds = alternate(ways, rounds, warm_up=2, status=setting.report.status)
    found = times(builds)
    lines = [f"{'':44}{'compressed':>12}{'unpacked':>12}{'layers':>8}"]
    lines += [f"{name:44}{megabytes(one['compressed']):>12}{megabytes(one['unpacked']):>12}{one['layers']:>8}" for name, one in sizes.items()]
    table = {"title": "wall time of `docker run --rm` of a program that ends at once", "unit": "seconds", "rows": found["seconds"]}
    return {"title": TITLE, "rounds": rounds, "tables": [table], "lines": lines, "notes": [*shared, CONTENTS], "sizes": sizes}


def start(setting: Setting, image: str, _: int) -> Build:
    begin = time.perf_counter()
    setting.engine.docker("run", "--rm", "--network", "none", image)
    return Build(time.perf_counter() - begin, "")
