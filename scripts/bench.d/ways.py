"""The ways to build a workspace: from its spec, and from its Dockerfiles; one service alone, and all of them in one
bake.

Every way has its own copy of the workspace, and pushes its images to the registry of this machine, as a runner would.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from engine import Build, Problem
from throwaway import Throwaway
from workspace import Tree

SLIPWAY, DOCKERFILE, PINNED = "Slipway", "Dockerfile", "Dockerfile, # syntax="
SPEC = "slipway.yaml"

# A target of `docker buildx bake`, by the name of its service. `dockerfile` is relative to `context`.
Definition = dict[str, dict[str, Any]]
# The name of a service's cache in the registry.
Ref = Callable[[str], str]


class Way:
    """`definition` says how each service is built. `syntax` is the frontend that the first line of each file names, or
    None for the engine's own."""

    # The targets of a bake: their names are before the names of its steps.
    targets: tuple[str, ...] = ()

    def __init__(self, engine: Throwaway, tree: Tree, image: Callable[[str], str], definition: Definition, syntax: str | None) -> None:
        self.engine, self.tree, self.image, self.definition = engine, tree, image, definition
        for one in definition.values():
            set_syntax(file_of(tree, one), syntax)

    @property
    def services(self) -> list[str]:
        """The services that a build makes, with the edited one first."""
        workspace = self.tree.workspace
        return [workspace.service] + [one for one in workspace.services if self.targets and one != workspace.service]

    def output(self, service: str) -> str:
        return f"type=image,name={self.image(service)},push=true"


class Alone(Way):
    """One service, by `docker buildx build`."""

    def build(self, *args: str) -> Build:
        service = self.tree.workspace.service
        one = self.definition[service]
        options = ["--file", str(file_of(self.tree, one)), "--output", self.output(service), "--provenance", "false"]
        options += ["--platform", self.engine.platform, *(("--target", one["target"]) if "target" in one else ())]
        options += [word for name, value in one.get("args", {}).items() for word in ("--build-arg", f"{name}={value}")]
        return self.engine.build(*options, *args, str(self.tree.folder / one["context"]))

    def cache_to(self, ref: Ref) -> list[str]:
        return ["--cache-to", f"type=registry,ref={ref(self.services[0])},mode=max"]

    def cache_from(self, ref: Ref) -> list[str]:
        return ["--cache-from", f"type=registry,ref={ref(self.services[0])}"]


class Baked(Way):
    """All services, by `docker buildx bake`."""

    def __init__(self, engine: Throwaway, tree: Tree, image: Callable[[str], str], definition: Definition, syntax: str | None) -> None:
        super().__init__(engine, tree, image, definition, syntax)
        self.targets = tuple(definition)
        # The options of `docker buildx build` for base images and secrets, in the form that `bake` takes.
        given = list(zip(engine.inputs[::2], engine.inputs[1::2]))
        self.contexts = dict(value.split("=", 1) for option, value in given if option == "--build-context")
        self.secrets = [value for option, value in given if option == "--secret"]

    def build(self, *args: str, only: Sequence[str] | None = None) -> Build:
        """Builds all services, or only some."""
        target = {
            name: one
            | {"contexts": one.get("contexts", {}) | self.contexts, "secret": self.secrets, "output": [self.output(name)]}
            | {"attest": ["type=provenance,disabled=true"], "platforms": [self.engine.platform]}
            for name, one in self.definition.items()
            if only is None or name in only
        }
        return self.engine.bake({"group": {"default": {"targets": list(target)}}, "target": target}, self.tree.folder, *args)

    # Each target has its own cache; otherwise, only the last one to end would be kept.
    def cache_to(self, ref: Ref) -> list[str]:
        return [word for name in self.targets for word in ("--set", f"{name}.cache-to=type=registry,ref={ref(name)},mode=max")]

    def cache_from(self, ref: Ref) -> list[str]:
        return [word for name in self.targets for word in ("--set", f"{name}.cache-from=type=registry,ref={ref(name)}")]


AnyWay = Alone | Baked


def file_of(tree: Tree, one: Mapping[str, Any]) -> pathlib.Path:
    """The spec or Dockerfile of a target."""
    return pathlib.Path(tree.folder, one["context"], one["dockerfile"])


def of_spec(tree: Tree) -> Definition:
    """From a spec: a target for each service."""
    return {name: {"context": ".", "dockerfile": SPEC, "target": name} for name in tree.workspace.services}


def of_file(tree: Tree) -> Definition:
    """The one service that the workspace's single Dockerfile builds."""
    return {tree.workspace.service: {"context": ".", "dockerfile": "baseline/Dockerfile"}}


def of_dockerfiles(tree: Tree) -> Definition:
    """From the Dockerfiles that a repository of its own describes."""
    return {name: {"context": "."} | tree.workspace.facts["dockerfiles"][name] for name in tree.workspace.services}


def of_hcl(tree: Tree) -> Definition:
    """The workspace's own definition of a bake, under the names of the services."""
    # Secrets are set below; one in the definition would be looked up among the files.
    command = ["docker", "buildx", "bake", "--file", "baseline/docker-bake.hcl", "--print", "--set", "*.secrets=id=ca,src=/dev/null"]
    done = subprocess.run(command, cwd=tree.folder, env=os.environ | {"BUILDX_BAKE_ENTITLEMENTS_FS": "0"}, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise Problem(f"{tree.workspace.folder.name}/baseline/docker-bake.hcl: {done.stderr.strip()[-300:]}")
    targets, found = json.loads(done.stdout)["target"], {}
    for service in tree.workspace.services:
        names = [name for name, one in targets.items() if name == service or service in one.get("args", {}).values()]
        if len(names) != 1:
            raise Problem(f"{tree.workspace.folder.name}/baseline/docker-bake.hcl has no single target for {service}")
        found[service] = {key: value for key, value in targets[names[0]].items() if key in ("context", "dockerfile", "target", "args", "contexts")}
    return found


def set_syntax(path: pathlib.Path, image: str | None) -> None:
    """Makes the first line of a file name a frontend, or removes that line."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("# syntax=")]
    path.write_text("\n".join([f"# syntax={image}"] * bool(image) + lines) + "\n")
