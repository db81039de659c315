"""The API: it takes calculations, leaves the work to workers, and gives the results."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid4

from fastapi import FastAPI, HTTPException, Response
from pydantic import BaseModel, Field

from evaonline import database, tasks


class Day(BaseModel):
    """The weather of a day."""

    date: date
    t_min: Annotated[float, Field(ge=-60, le=60)]
    t_max: Annotated[float, Field(ge=-60, le=60)]
    humidity: Annotated[float, Field(ge=0, le=100)]
    wind: Annotated[float, Field(ge=0, le=60)]
    radiation: Annotated[float, Field(ge=0, le=60)]


class Place(BaseModel):
    latitude: Annotated[float, Field(ge=-66, le=66)]
    elevation: Annotated[float, Field(ge=-430, le=8850)]


class Request(BaseModel):
    place: Place
    weather: Annotated[list[Day], Field(min_length=1, max_length=3660)]


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    database.create_tables()
    yield


app = FastAPI(title="EVAonline", lifespan=lifespan)


@app.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@app.get("/health/deep")
def deep(response: Response) -> dict[str, str]:
    """Asks the database and the queue, too."""
    states = {}
    for name, ask in {"postgres": database.ping, "redis": ping_queue}.items():
        try:
            ask()
            states[name] = "ok"
        except Exception as error:
            states[name], response.status_code = type(error).__name__, 503
    return states


def ping_queue() -> None:
    with tasks.app.connection_for_read(connect_timeout=3) as connection:
        connection.ensure_connection(max_retries=1)


@app.post("/calculations", status_code=202)
def calculate(request: Request, response: Response) -> dict[str, Any]:
    identifier = uuid4()
    database.add(identifier)
    asked = request.model_dump(mode="json")
    tasks.calculate.delay(str(identifier), asked["place"], asked["weather"])
    response.headers["Location"] = f"/calculations/{identifier}"
    return {"id": identifier, "status": "pending"}


@app.get("/calculations/{identifier}")
def result(identifier: UUID) -> dict[str, Any]:
    found = database.find(identifier)
    if found is None:
        raise HTTPException(404, "no such calculation")
    return found


@app.get("/summary")
def summary() -> dict[str, Any]:
    found = database.summary()
    if found is None:
        raise HTTPException(404, "no summary yet")
    return found
