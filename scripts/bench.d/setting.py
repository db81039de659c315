"""What measurements share: temporary copies of the example, the frontends to compare, and the cleanup."""

from __future__ import annotations

import contextlib
import fcntl
import functools
import itertools
import os
import pathlib
import shutil
import signal
import tempfile
import time

import empty
import official
import registry
from engine import Build, Engine, Problem
from official import Missing
from report import Report
from throwaway import Throwaway

EXAMPLE = "examples/hello-go"
TARGET = "hello"
OURS, BUILT_IN, IMAGE, EMPTY = "Slipway", "Dockerfile, built in", "Dockerfile, frontend image", "empty frontend image"


class Copy:
    """A copy of the example, built in one way."""

    def __init__(self, engine: Engine, folder: pathlib.Path, file: str, *args: str) -> None:
        self.engine, self.folder, self.file, self.args = engine, folder, file, args

    def build(self, *args: str) -> Build:
        return self.engine.build("--file", str(self.folder / self.file), *self.args, *args, str(self.folder))

    def set_syntax(self, image: str) -> None:
        """Makes the first line of the file name a frontend."""
        path = self.folder / self.file
        lines = [line for line in path.read_text().splitlines() if not line.startswith("# syntax=")]
        path.write_text("\n".join([f"# syntax={image}", *lines]) + "\n")

    def replace(self, path: str, old: str, new: str) -> None:
        """Edits a file; it must contain the old words."""
        text = (self.folder / path).read_text()
        if old not in text:
            raise Problem(f"{EXAMPLE}/{path} no longer has `{old}`, which the benchmark edits")
        (self.folder / path).write_text(text.replace(old, new))

    def write(self, path: str, text: str) -> None:
        (self.folder / path).write_text(text)


class Plain:
    """The setting of measurements without an engine."""

    def __init__(self, checkout: pathlib.Path, report: Report) -> None:
        self.checkout, self.report = checkout, report


class Setting(Plain):
    """A setting with an engine, for a `with` statement, which cleans up at its end."""

    def __init__(self, engine: Engine, checkout: pathlib.Path, report: Report) -> None:
        super().__init__(checkout, report)
        self.engine = engine
        self.id = str(os.getpid())
        self.stack = contextlib.ExitStack()
        self.numbers = itertools.count(1)

    def __enter__(self) -> Setting:
        with contextlib.ExitStack() as stack:
            self.alone(stack)
            self.work = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="slipway-bench-")))
            stack.callback(self.remove_images)
            stack.callback(self.remove_cache_mounts)
            self.stack = stack
            self.frontend = self.tag_frontend()
            self.stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        # A second Ctrl-C must not interrupt the cleanup.
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.stack.close()
        signal.signal(signal.SIGINT, before)

    def alone(self, stack: contextlib.ExitStack) -> None:
        """Takes a lock: two benchmarks at once would affect each other's times."""
        lock = stack.enter_context(open(__file__, encoding="utf-8"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Problem("another benchmark of this checkout is running") from None

    # The frontends

    def tag_frontend(self) -> str:
        """Tags the frontend separately, so a new build of the frontend does not change what is measured."""
        if not self.engine.registry:
            return self.engine.frontend
        image = self.own_tag("slipway")
        self.engine.docker("buildx", "imagetools", "create", "--tag", image, self.engine.frontend)
        return image

    @functools.cached_property
    def dockerfile_frontend(self) -> str | None:
        """The official frontend of the engine's version as an image, or None."""
        return self.make_dockerfile_frontend(self.engine.buildkit())

    @functools.cached_property
    def newest_dockerfile_frontend(self) -> str | None:
        """The same, for the version of the benchmark's own engine."""
        return self.make_dockerfile_frontend(self.throwaway.version())

    def make_dockerfile_frontend(self, minor: str) -> str | None:
        try:
            if not self.engine.registry:
                return self.public_dockerfile_frontend()
            self.report.status("building the official Dockerfile frontend from its Go module")
            folder = self.work / f"dockerfile-frontend-{minor}"
            folder.mkdir()
            version = official.program(minor, folder)
            (folder / "Dockerfile").write_text(official.DOCKERFILE)
            image = self.own_tag(f"dockerfile-{minor}")
            self.engine.build("--provenance", "false", "--output", f"type=image,name={image},push=true", str(folder))
            self.stack.callback(self.remove_image, image)
            self.report.fact(f"compared with: the official Dockerfile frontend {version}, built from its Go module")
            return image
        except (Missing, Problem) as why:
            self.report.fact(f"left out: the official Dockerfile frontend as an image ({why})")
            return None

    @functools.cached_property
    def empty_frontend(self) -> str | None:
        """The image of a frontend that answers with an empty result at once, or None."""
        try:
            self.report.status("building the empty frontend")
            folder = self.folder("empty-frontend")
            empty.program(self.checkout, folder)
            (folder / "Dockerfile").write_text(empty.DOCKERFILE)
            if self.engine.registry:
                image = self.own_tag("empty")
                output = ["--output", f"type=image,name={image},push=true"]
            else:
                image = self.image_name("empty")
                output = ["--load", "--tag", image]
            self.engine.build("--provenance", "false", *output, str(folder))
            self.stack.callback(self.remove_image, image)
            return image
        except (Missing, Problem) as why:
            self.report.fact(f"left out: the empty frontend ({why})")
            return None

    def public_dockerfile_frontend(self) -> str:
        try:
            self.engine.docker("buildx", "imagetools", "inspect", official.PUBLIC)
        except Problem:
            raise Missing(f"{official.PUBLIC} cannot be pulled here") from None
        self.report.fact(f"compared with: {official.PUBLIC}")
        return official.PUBLIC

    @functools.cached_property
    def throwaway(self) -> Throwaway:
        """The benchmark's own engine, not started yet."""
        engine = Throwaway(self.checkout, self.work)
        self.stack.callback(engine.stop)
        return engine

    @functools.cache  # noqa: B019 -- there is one setting, which lives as long as the program
    def own_tag(self, name: str) -> str:
        tag = f"{name}-{self.id}"
        self.stack.callback(registry.remove, self.engine.registry, tag)
        return f"{self.engine.registry}/{registry.REPOSITORY}:{tag}"

    # The copies

    def ours(self) -> Copy:
        copy = Copy(self.engine, self.copy(), "slipway.yaml", "--target", TARGET, *self.label())
        copy.set_syntax(self.frontend)
        return copy

    def baseline(self) -> Copy:
        return Copy(self.engine, self.copy(), "baseline/Dockerfile", *self.label())

    def baseline_by_image(self) -> Copy | None:
        """The baseline through the official frontend as an image, or None."""
        if not self.dockerfile_frontend:
            return None
        copy = self.baseline()
        copy.set_syntax(self.dockerfile_frontend)
        return copy

    def by_empty_frontend(self) -> Copy | None:
        """A build that makes nothing, or None."""
        if not self.empty_frontend:
            return None
        copy = self.baseline()
        copy.set_syntax(self.empty_frontend)
        return copy

    def folder(self, name: str) -> pathlib.Path:
        return pathlib.Path(tempfile.mkdtemp(dir=self.work, prefix=f"{name}-"))

    def copy(self) -> pathlib.Path:
        return pathlib.Path(shutil.copytree(self.checkout / EXAMPLE, self.folder("hello-go"), dirs_exist_ok=True))

    def number(self) -> int:
        """A new number each time, so that no two edits make the same text."""
        return next(self.numbers)

    # Data and its removal

    def label(self) -> tuple[str, str]:
        return ("--label", f"slipway.bench={self.id}")

    def image_name(self, name: str) -> str:
        return f"slipway-bench/{name}:{self.id}"

    def namespace(self, name: str) -> str:
        """A prefix for cache mounts that nothing else uses."""
        return f"slipway-bench-{self.id}-{name}"

    def remove_image(self, image: str) -> None:
        # It may not be in the store.
        with contextlib.suppress(Problem):
            self.engine.docker("image", "rm", "--force", image)

    def remove_images(self) -> None:
        """Removes tagged and untagged images, found by their label."""
        images = self.engine.docker("image", "ls", "--all", "--quiet", "--filter", f"label=slipway.bench={self.id}").split()
        for image in dict.fromkeys(images):
            self.remove_image(image)

    def remove_cache_mounts(self) -> None:
        """Removes the cache mounts of our own namespaces, and nothing else. An interrupted build releases them a little
        later."""
        for _ in range(10):
            ours = self.own_cache_mounts()
            if not ours:
                return
            for record in ours:
                self.engine.docker("buildx", "prune", "--all", "--force", "--filter", f"id={record}")
            time.sleep(0.3)

    def own_cache_mounts(self) -> list[str]:
        """The ids of their records."""
        record, ours = "", set()
        for line in self.engine.docker("buildx", "du", "--verbose").splitlines():
            if line.startswith("ID:"):
                record = line.removeprefix("ID:").strip()
            elif self.namespace("") in line:
                # The id of a mount is at the end of its description, which may have many lines.
                ours.add(record)
        return sorted(ours)
