"""The tables, and what services do with them."""

from functools import lru_cache
from typing import Any
from uuid import UUID

from sqlalchemy import (
    JSON,
    Column,
    DateTime,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    Uuid,
    create_engine,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from evaonline.settings import settings

metadata = MetaData()
calculations = Table(
    "calculations",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("status", String, nullable=False),
    Column("days", JSON),
    Column("created", DateTime(timezone=True), server_default=func.now(), nullable=False),
)
summaries = Table(
    "summaries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("calculations", Integer, nullable=False),
    Column("updated", DateTime(timezone=True), nullable=False),
)


@lru_cache
def engine() -> Engine:
    """The connections of this process."""
    return create_engine(settings().database, pool_pre_ping=True, connect_args={"connect_timeout": 3})


def create_tables() -> None:
    """Creates tables that do not exist. Of several services that start, one does it, and the others wait."""
    with engine().begin() as connection:
        connection.execute(text("SELECT pg_advisory_xact_lock(1)"))
        metadata.create_all(connection)


def ping() -> None:
    """Fails if the database does not answer."""
    with engine().connect() as connection:
        connection.execute(text("SELECT 1"))


def add(identifier: UUID) -> None:
    """Adds a calculation that waits for a worker."""
    with engine().begin() as connection:
        connection.execute(insert(calculations).values(id=identifier, status="pending"))


def finish(identifier: UUID, status: str, days: list[dict[str, Any]] | None) -> None:
    """Stores the result of a calculation."""
    with engine().begin() as connection:
        connection.execute(
            update(calculations).where(calculations.c.id == identifier).values(status=status, days=days)
        )


def find(identifier: UUID) -> dict[str, Any] | None:
    """A calculation."""
    with engine().connect() as connection:
        row = connection.execute(select(calculations).where(calculations.c.id == identifier)).mappings().first()
        return dict(row) if row else None


def summarize() -> int:
    """Counts what is done, and stores the number."""
    with engine().begin() as connection:
        done = select(func.count()).select_from(calculations).where(calculations.c.status == "done")
        count = connection.execute(done).scalar_one()
        values = {"calculations": count, "updated": func.now()}
        row = upsert(summaries).values(id=1, **values)
        connection.execute(row.on_conflict_do_update(index_elements=["id"], set_=values))
        return count


def summary() -> dict[str, Any] | None:
    """The last summary."""
    with engine().connect() as connection:
        row = connection.execute(select(summaries.c.calculations, summaries.c.updated)).mappings().first()
        return dict(row) if row else None
