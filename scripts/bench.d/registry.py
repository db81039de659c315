"""Reads and removes the tags of the benchmark in the private engine's registry, through the registry's API."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

REPOSITORY = "slipway-bench"
MANIFESTS = ", ".join((
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
))


def url_of(registry: str) -> str:
    return f"http://{registry}/v2/{REPOSITORY}/manifests/"


def get(registry: str, repository: str, path: str) -> bytes:
    """A manifest or a blob."""
    with urllib.request.urlopen(urllib.request.Request(f"http://{registry}/v2/{repository}/{path}", headers={"Accept": MANIFESTS})) as answer:
        return bytes(answer.read())


def image_size(image: str) -> int:
    """The size that the registry sends for a single-platform image: its compressed layers and its config."""
    registry, _, tag = image.partition(f"/{REPOSITORY}:")
    manifest = json.loads(get(registry, REPOSITORY, f"manifests/{tag}"))
    return int(sum(layer["size"] for layer in manifest["layers"]) + manifest["config"]["size"])


def remove(registry: str, tag: str) -> None:
    """Removes the manifest of a tag in our repository, and so the tag."""
    url = url_of(registry)
    try:
        with urllib.request.urlopen(urllib.request.Request(url + tag, method="HEAD", headers={"Accept": MANIFESTS})) as answer:
            digest = answer.headers["Docker-Content-Digest"]
        urllib.request.urlopen(urllib.request.Request(url + digest, method="DELETE")).close()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
