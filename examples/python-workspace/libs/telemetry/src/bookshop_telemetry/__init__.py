"""Log lines that machines can read, the same for every program of the shop."""

import structlog

structlog.configure(
    processors=[
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.JSONRenderer(),
    ]
)

GREETING = "Welcome to the bookshop"


def logger(program: str):
    """A logger that names its program in every line."""
    return structlog.get_logger(program=program)
