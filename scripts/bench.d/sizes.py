"""Sizes of images, from their own manifests: what a registry sends, and the size unpacked."""

from __future__ import annotations

import json
import pathlib
import tarfile
import zlib
from collections.abc import Callable
from typing import TypedDict

from engine import Build, Problem
from report import Found
from setting import BUILT_IN, OURS, Setting

TITLE = "Sizes, for this engine's platform"


class Size(TypedDict):
    """The sizes of an image, in bytes."""

    compressed: int
    unpacked: int
    layers: int
    digests: list[str]


def run(setting: Setting, _: int | None) -> Found:
    if setting.engine.store != "containerd":
        return {"title": TITLE, "notes": ["left out: the classic image store cannot write OCI layouts"]}
    found = {f"frontend image, {OURS}": frontend(setting, "ours", setting.frontend)}
    if setting.dockerfile_frontend:
        found["frontend image, official Dockerfile frontend"] = frontend(setting, "official", setting.dockerfile_frontend)
    for name, copy in ((OURS, setting.ours()), (BUILT_IN, setting.baseline())):
        found[f"image of hello, {name}"] = image_sizes(copy.folder.with_suffix(".tar"), copy.build)
    lines = [f"{'':44}{'compressed':>12}{'unpacked':>12}{'layers':>8}"]
    lines += [f"{name:44}{megabytes(one['compressed']):>12}{megabytes(one['unpacked']):>12}{one['layers']:>8}" for name, one in found.items()]
    return {"title": TITLE, "lines": lines, "sizes": found}


def frontend(setting: Setting, name: str, image: str) -> Size:
    folder = setting.work / f"size-{name}"
    folder.mkdir()
    (folder / "Dockerfile").write_text(f"FROM {image}\n")
    return image_sizes(folder / "image.tar", lambda *args: setting.engine.build(*args, *setting.label(), str(folder)))


def image_sizes(path: pathlib.Path, build: Callable[..., Build]) -> Size:
    """Builds into an OCI layout, which keeps a registry's layers unchanged, and adds up their sizes."""
    build("--provenance", "false", "--output", f"type=oci,dest={path}")
    with tarfile.open(path) as layout:

        def read(name: str) -> bytes:
            file = layout.extractfile(name)
            if not file:
                raise Problem(f"the OCI layout has no file {name}")
            return file.read()

        def blob(digest: str) -> bytes:
            return read("blobs/" + digest.replace(":", "/"))

        manifest = json.loads(read("index.json"))["manifests"][0]
        while "layers" not in (content := json.loads(blob(manifest["digest"]))):
            manifest = content["manifests"][0]
        compressed = sum(layer["size"] for layer in content["layers"]) + content["config"]["size"]
        unpacked = sum(unpacked_size(blob(layer["digest"]), layer["mediaType"]) for layer in content["layers"])
    digests = [layer["digest"] for layer in content["layers"]]
    return {"compressed": compressed, "unpacked": unpacked, "layers": len(digests), "digests": digests}


def unpacked_size(data: bytes, media_type: str) -> int:
    if media_type.endswith("gzip"):
        return len(zlib.decompress(data, wbits=31))
    if media_type.endswith("tar"):
        return len(data)
    raise Problem(f"a layer has the media type {media_type}, which the benchmark cannot measure")


def megabytes(size: float) -> str:
    return f"{size / 1e6:.2f} MB"
