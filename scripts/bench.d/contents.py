"""What is in the images of a repository, from its spec and from its Dockerfiles: layers, bytes with and without the
base, files, user, and whether there is a shell.

Both ways build all services in one bake, on the benchmark's own engine, and push them to the registry. What is counted
is what the registry has.
"""

from __future__ import annotations

import json
import tarfile
import zlib
from collections.abc import Iterable
from io import BytesIO
from typing import NamedTuple

import registry
from engine import Problem
from report import Found
from setting import Setting
from sizes import megabytes
from ways import DOCKERFILE, SLIPWAY, Baked, of_dockerfiles, of_spec
from workspace import Workspace

SHELLS = {"bin/sh", "bin/bash", "bin/busybox", "usr/bin/sh", "usr/bin/bash", "busybox/sh"}
HEAD = f"{'image':34}{'layers':>7}{'packed':>11}{'no base':>11}{'unpacked':>11}{'no base':>11}{'files':>8}  {'user':22}shell"


class Layer(NamedTuple):
    """A layer: the size that the registry sends, that of its archive, and the names of what is no folder."""

    packed: int
    unpacked: int
    names: frozenset[str]


class Contents:
    """The measurement for one repository."""

    ROWS = ()

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace
        self.TITLE = f"{workspace.folder.name}, what is in the images; layers that images share count once in `all`"

    def run(self, setting: Setting, _rounds: int | None) -> Found:
        engine = setting.throwaway
        engine.start()
        bases = base_layers(engine.inputs)
        found: Found = {"title": self.TITLE, "lines": [HEAD], "images": {}}
        for name, definition in ((SLIPWAY, of_spec), (DOCKERFILE, of_dockerfiles)):
            setting.report.status(f"{self.workspace.name}, contents: {name}")
            tree = self.workspace.copy(setting.folder(f"{self.workspace.name}-contents"))
            image = lambda service, name=name: setting.own_tag(f"{self.workspace.name}-contents-{name.lower()}-{service}")  # noqa: E731
            way = Baked(engine, tree, image, definition(tree), setting.frontend if name == SLIPWAY else None)
            way.build()
            known: dict[str, Layer] = {}
            for service in self.workspace.services:
                layers, config = image_layers(way.image(service), known)
                found["lines"].append(line(f"{name}: {service}", layers, bases, known, config.get("User") or "root"))
                found["images"][f"{name}: {service}"] = [*layers]
            found["lines"].append(line(f"{name}: all", known, bases, known, ""))
        return found


def line(name: str, digests: Iterable[str], bases: set[str], known: dict[str, Layer], user: str) -> str:
    """One image, or all together. A layer that a base image has belongs to the base."""
    of = {digest: known[digest] for digest in digests}
    own = [layer for digest, layer in of.items() if digest not in bases]
    names = frozenset().union(*(layer.names for layer in of.values()))
    cells = [sum(layer.packed for layer in part) for part in (of.values(), own)] + [sum(layer.unpacked for layer in part) for part in (of.values(), own)]
    figures = "".join(f"{megabytes(cell):>11}" for cell in cells)
    files = f"{len(names):>8}" if user else f"{'':8}"
    return f"{name:34}{len(of):>7}{figures}{files}  {user:22}{'' if not user else 'yes' if names & SHELLS else 'no'}".rstrip()


def image_layers(image: str, known: dict[str, Layer]) -> tuple[list[str], dict[str, str]]:
    """The digests of an image's layers, and what its config says of containers. New layers are added to `known`."""
    where, _, tag = image.partition(f"/{registry.REPOSITORY}:")
    manifest = json.loads(registry.get(where, registry.REPOSITORY, f"manifests/{tag}"))
    for layer in manifest["layers"]:
        if layer["digest"] not in known:
            data = registry.get(where, registry.REPOSITORY, f"blobs/{layer['digest']}")
            if not layer["mediaType"].endswith("gzip"):
                raise Problem(f"a layer has the media type {layer['mediaType']}, which the benchmark cannot measure")
            known[layer["digest"]] = read(data)
    config = json.loads(registry.get(where, registry.REPOSITORY, f"blobs/{manifest['config']['digest']}"))
    return [layer["digest"] for layer in manifest["layers"]], config.get("config", {})


def read(data: bytes) -> Layer:
    unpacked = zlib.decompress(data, wbits=31)
    with tarfile.open(fileobj=BytesIO(unpacked)) as archive:
        names = frozenset(member.name.removeprefix("./") for member in archive if not member.isdir())
    return Layer(len(data), len(unpacked), names)


def base_layers(inputs: Iterable[str]) -> set[str]:
    """The layers of all images that stand in for public ones. On an engine without stand-ins, the base is not told
    apart."""
    found = set()
    for word in inputs:
        _, image, reference = word.partition("=docker-image://")
        where, _, rest = reference.partition("/")
        repository, _, tag = rest.partition(":")
        if image:
            content = json.loads(registry.get(where, repository, f"manifests/{tag.partition('@')[0]}"))
            for one in content.get("manifests", [{"digest": ""}]):
                part = json.loads(registry.get(where, repository, f"manifests/{one['digest']}")) if one["digest"] else content
                found |= {layer["digest"] for layer in part.get("layers", [])}
    return found
