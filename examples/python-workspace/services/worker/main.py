"""Fetches what other shops say of a book, until it has been told."""

import os

import httpx
from bookshop_telemetry import logger
from tenacity import retry, stop_after_attempt, wait_fixed

log = logger("worker")


@retry(stop=stop_after_attempt(3), wait=wait_fixed(0.1), reraise=True)
def fetch(url: str) -> int:
    return httpx.get(url, timeout=5).status_code


def main() -> None:
    url = os.environ.get("SHOP_URL")
    if url is None:
        log.info("nothing to do")
        return
    log.info("fetched", url=url, status=fetch(url))


if __name__ == "__main__":
    main()
