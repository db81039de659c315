"""The same, but the image is loaded into the engine's store each time."""

from __future__ import annotations

import noop
from report import Found
from setting import Setting

TITLE = "No-op build with --load: everything is cached, and the image gets its name again"
# Provenance contains the time of the build, so each image would be different.
OUTPUT = ("--load", "--provenance", "false", "--tag", "IMAGE")


def run(setting: Setting, rounds: int | None) -> Found:
    return noop.run(setting, rounds or 11, OUTPUT, TITLE)
