"""What the shop's people look at."""

from bookshop_telemetry import GREETING, logger
from flask import Flask, jsonify

log = logger("admin")
app = Flask(__name__)


@app.get("/healthz")
def healthz():
    return jsonify(status="ok", greeting=GREETING)


@app.get("/")
def index():
    log.info("index")
    return "<h1>Bookshop</h1>"
