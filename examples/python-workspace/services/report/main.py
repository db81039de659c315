"""Writes the report of the day."""

import os

import psycopg
from bookshop_telemetry import GREETING, logger
from jinja2 import Template

log = logger("report")
PAGE = Template("{{ greeting }}: {{ orders }} orders")


def orders() -> int:
    address = os.environ.get("DATABASE_URL")
    if address is None:
        return 0
    with psycopg.connect(address) as connection:
        row = connection.execute("select count(*) from orders").fetchone()
    return row[0] if row else 0


def main() -> None:
    log.info("libpq", version=psycopg.pq.version())
    print(PAGE.render(greeting=GREETING, orders=orders()))


if __name__ == "__main__":
    main()
