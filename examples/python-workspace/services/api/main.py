"""The books, as JSON."""

from bookshop_catalog import BOOKS, Book
from bookshop_telemetry import GREETING, logger
from fastapi import FastAPI, HTTPException

log = logger("api")
app = FastAPI(title="Bookshop")


@app.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok", "greeting": GREETING}


@app.get("/books")
def books() -> list[Book]:
    return BOOKS


@app.get("/books/{number}")
def book(number: int) -> Book:
    log.info("book", number=number)
    for book in BOOKS:
        if book.id == number:
            return book
    raise HTTPException(status_code=404)
