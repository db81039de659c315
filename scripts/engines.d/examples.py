"""Builds an example on an engine as `docker buildx bake` builds it, and starts one of its images."""

from __future__ import annotations

import dataclasses
import json
import os
import pathlib
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import Any

from engine import Engine, Problem
from private import CHECKOUT, Frontend
from stand_ins import LEFT_OUT
from stand_ins import names as all_examples

FOLDER = CHECKOUT / "examples"
# A build that takes longer hangs.
LIMIT = "2400"
SECONDS_TO_START = 180


@dataclasses.dataclass(frozen=True)
class Start:
    """An image of an example that starts alone, the port that it listens on, and a path that answers."""

    target: str
    port: int
    path: str = "/"
    env_file: str = ""


STARTS = {
    "chorus": Start("presence-service", 8081, "/health", "services.env"),
    "erp-nexus": Start("frontend", 3000, "/health", "nexus.env"),
    "evaonline": Start("api", 8000, "/health", "evaonline.env"),
    "go-distroless": Start("distroless", 8080, "/health", "service.env"),
    "go-workspace": Start("gateway", 8080, "/healthz"),
    "hello-go": Start("hello", 8080, "/healthz"),
    "hello-node": Start("hello", 3000, "/health"),
    "java-workspace": Start("catalog", 8080),
    "node-workspace": Start("gateway", 3000, "/health"),
    "php-service": Start("guestbook", 8080, "/healthz"),
    "python-workspace": Start("api", 8000, "/healthz"),
    "ruby-service": Start("greeter", 8080, "/healthz"),
    "rust-workspace": Start("catalog", 8080),
    "static-site": Start("site", 8080),
    "worker-flow": Start("queue", 8080, "/health", "services.env"),
}
# What the Dockerfile frontend of an engine without named contexts cannot do.
NEEDS_CONTEXTS = {"dockerfile-takes-target": "impossible: the Dockerfile frontend has named contexts since BuildKit 0.10"}
# What examines a finished image, on one line, which that engine cannot do either.
EXAMINATIONS = re.compile(r",?\s*\b(budget|tests|scan): \{(?:[^{}]|\{[^{}]*\})*\}")
WITHOUT = "without budgets, tests and scans of images, which need BuildKit 0.10"
# A Dockerfile takes a target of a spec, and a spec a target of a Dockerfile. See `Definition.mixed`.
MIXED = {"dockerfile-takes-target": Start("mixed", 8080, "/healthz"), "target-takes-dockerfile": Start("mixed", 8080)}
# What a spec takes, as any name that no registry has.
BASE = "base.invalid/base:1"
MIXED_SPEC = f"""# syntax=ghcr.io/acme/slipway:1
version: 1
images:
  mixed: {{ runtime: "{BASE}", entrypoint: [httpd, -f, -p, "8080", -h, /www], expose: [8080], healthcheck: none }}
"""


@dataclasses.dataclass(frozen=True)
class Result:
    """What became of an example: `ok`, `failed` or `left out`, the time of its build, and a message."""

    state: str
    seconds: float = 0.0
    message: str = ""

    def summary(self) -> str:
        time = f" {self.seconds:.0f} s" if self.seconds else ""
        return f"{self.state}{time}{': ' if self.message else ''}{self.message}"


def names() -> list[str]:
    return [*all_examples(CHECKOUT), *MIXED]


def attempt(engine: Engine, frontend: Frontend, name: str, folder: pathlib.Path) -> Result:
    """Builds an example in a copy, and starts an image of it."""
    reasons = LEFT_OUT | (NEEDS_CONTEXTS if frontend.has_policy else {})
    if name in reasons:
        return Result("left out", message=reasons[name])
    start = (STARTS | MIXED)[name]
    tag = f"slipway-engines/{name}:{start.target}"
    seconds, note = 0.0, ""
    try:
        definition = Definition(engine, frontend, folder)
        targets = definition.mixed(name) if name in MIXED else definition.example(name)
        note = definition.note
        targets[start.target] |= {"tags": [tag], "output": ["type=docker"]}
        path = folder.parent / f"{name}.bake.json"
        path.write_text(json.dumps({"group": {"default": {"targets": list(targets)}}, "target": targets}))
        builder = ["--builder", engine.builder] if engine.builder else []
        os.environ["BUILDX_BAKE_ENTITLEMENTS_FS"] = "0"
        command = ["timeout", LIMIT, "docker", "buildx", "bake", *builder, "--progress", "plain", "--file", str(path)]
        begin = time.monotonic()
        done = subprocess.run(command, cwd=folder, env=engine.env, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - begin
        if done.returncode != 0:
            raise Problem(f"the build failed:\n{done.stderr}")
        run(engine, tag, start, folder)
    except Problem as problem:
        return Result("failed", seconds, message_of(str(problem)))
    finally:
        if engine.docker("image", "ls", "--quiet", tag):
            engine.docker("image", "rm", "--force", tag)
    return Result("ok", seconds, note)


def message_of(text: str) -> str:
    """The part of an output that says what is wrong, in one line."""
    lines = [line.strip() for line in text.splitlines()[1:] if line.strip()] or [text]
    errors = [line for line in lines if re.match(r"(?i)(error|ERROR): ", line)]
    return (errors[-1] if errors else " · ".join(lines[-4:]))[:600]


class Definition:
    """What `bake` builds, for one engine."""

    def __init__(self, engine: Engine, frontend: Frontend, folder: pathlib.Path) -> None:
        self.engine = engine
        self.frontend = frontend
        self.folder = folder
        # What was done to make it build.
        self.note = ""
        words = engine.inputs
        self.contexts = dict(word.split("=", 1) for option, word in zip(words[::2], words[1::2]) if option == "--build-context")
        self.secrets = [word for option, word in zip(words[::2], words[1::2]) if option == "--secret"]

    def example(self, name: str) -> dict[str, dict[str, Any]]:
        """All targets that a bake of the example builds by default, in a copy of its files."""
        shutil.copytree(FOLDER / name, self.folder, symlinks=True)
        self.name_frontend()
        answer = self.engine.docker(
            "run", "--rm", "--network", "none", "--volume", f"{self.folder}:/work", "--workdir", "/work",
            self.frontend.image, "bake", "--format", "json",
        )
        targets = json.loads(answer)
        return {target: self.spec(targets["target"][target]["target"]) for target in targets["group"]["default"]["targets"]}

    def mixed(self, name: str) -> dict[str, dict[str, Any]]:
        """Two targets of which one takes the other: a program of hello-go, or a web server made by a Dockerfile."""
        if name == "dockerfile-takes-target":
            shutil.copytree(FOLDER / "hello-go", self.folder, symlinks=True)
            (self.folder / "mixed.Dockerfile").write_text("FROM hello\nLABEL mixed=yes\n")
            targets = {"hello": self.spec("hello"), "mixed": self.dockerfile() | {"contexts": {"hello": "target:hello"}}}
        else:
            self.folder.mkdir()
            (self.folder / "slipway.yaml").write_text(MIXED_SPEC)
            busybox = self.contexts["busybox:1.37"].removeprefix("docker-image://")
            (self.folder / "mixed.Dockerfile").write_text(f"FROM {busybox}\nRUN mkdir /www && echo served >/www/index.html\n")
            mixed = self.spec("mixed")
            mixed["contexts"] = mixed.get("contexts", {}) | {BASE: "target:base"}
            targets = {"base": self.dockerfile(), "mixed": mixed}
        self.name_frontend()
        return targets

    def dockerfile(self) -> dict[str, Any]:
        return {"context": str(self.folder), "dockerfile": "mixed.Dockerfile", "output": ["type=cacheonly"]}

    def spec(self, target: str) -> dict[str, Any]:
        common = {"context": str(self.folder), "dockerfile": "slipway.yaml", "target": target, "secret": self.secrets, "output": ["type=cacheonly"]}
        if self.frontend.has_policy:
            return common
        return common | {"args": {"BUILDKIT_SYNTAX": self.frontend.image}, "contexts": dict(self.contexts)}

    def name_frontend(self) -> None:
        """Names the frontend in the file, and images in Dockerfiles, if nothing else can. Such an engine examines no images."""
        if not self.frontend.has_policy:
            return
        path = self.folder / "slipway.yaml"
        text, removed = EXAMINATIONS.subn("", path.read_text().partition("\n")[2])
        self.note = WITHOUT if removed else ""
        path.write_text(f"# syntax={self.frontend.image}\n{text}")
        dockerfile = self.folder / "Dockerfile"
        if dockerfile.exists():
            text = dockerfile.read_text()
            for name, stand_in in self.contexts.items():
                text = re.sub(rf"(?<=[ =]){re.escape(name)}(?=\s)", stand_in.removeprefix("docker-image://"), text)
            dockerfile.write_text(text)


def run(engine: Engine, image: str, start: Start, folder: pathlib.Path) -> None:
    """Starts an image, and waits until it answers and, if it has a health check, is healthy."""
    options = ["--read-only", "--tmpfs", "/tmp", "--publish", f"127.0.0.1:0:{start.port}"]
    if start.env_file:
        options += ["--env-file", str(folder / start.env_file)]
    container = engine.docker("run", "--detach", *options, image)
    try:
        address = ""

        def answers() -> str:
            nonlocal address
            address = address or engine.docker("port", container, str(start.port)).splitlines()[0]
            return request(f"http://{address}{start.path}")

        wait(answers, engine, container)
        state = json.loads(engine.docker("inspect", "--format", "{{json .State}}", container))
        if "Health" in state:
            wait(lambda: "" if health(engine, container) == "healthy" else "it is not healthy", engine, container)
    finally:
        engine.docker("rm", "--force", "--volumes", container)


def health(engine: Engine, container: str) -> str:
    return engine.docker("inspect", "--format", "{{.State.Health.Status}}", container)


def request(url: str) -> str:
    """An empty text if a server answers without an error of its own, otherwise what is wrong."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return "" if answer.status < 500 else f"status {answer.status}"
    except urllib.error.HTTPError as error:
        return "" if error.code < 500 else f"status {error.code}"
    except OSError as error:
        return str(error)


def wait(wrong: Callable[[], str], engine: Engine, container: str) -> None:
    """Waits until nothing is wrong."""
    end = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            said = wrong()
        except Problem as problem:
            said = str(problem)
        if not said:
            return
        state = engine.docker("inspect", "--format", "{{.State.Status}}", container)
        if state != "running" or time.monotonic() > end:
            raise Problem(f"the container does not work:\nERROR: {state}: {said}: {engine.docker('logs', '--tail', '5', container)}")
        time.sleep(0.5)
