"""Finds books by their titles and authors."""

from bookshop_catalog import find
from bookshop_telemetry import GREETING, logger
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

log = logger("search")


async def healthz(request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok", "greeting": GREETING})


async def search(request: Request) -> JSONResponse:
    text = request.query_params.get("q", "")
    log.info("search", text=text)
    return JSONResponse([book.model_dump() for book in find(text)])


app = Starlette(routes=[Route("/healthz", healthz), Route("/search", search)])
