"""Tags of the bench in the private engine's registry: made, and taken away again, through the registry's API."""

import urllib.error
import urllib.request

REPOSITORY = "slipway-bench"
MANIFESTS = ", ".join((
    "application/vnd.oci.image.index.v1+json",
    "application/vnd.oci.image.manifest.v1+json",
    "application/vnd.docker.distribution.manifest.list.v2+json",
    "application/vnd.docker.distribution.manifest.v2+json",
))


def remove(registry, tag):
    """Removes what a tag of our repository names, and so the tag."""
    url = f"http://{registry}/v2/{REPOSITORY}/manifests/"
    try:
        with urllib.request.urlopen(urllib.request.Request(url + tag, method="HEAD", headers={"Accept": MANIFESTS})) as answer:
            digest = answer.headers["Docker-Content-Digest"]
        urllib.request.urlopen(urllib.request.Request(url + digest, method="DELETE")).close()
    except urllib.error.HTTPError as error:
        if error.code != 404:
            raise
