"""What workers do, and what beat makes them do regularly."""

import logging
from typing import Any
from uuid import UUID

from celery import Celery, signals
from celery.beat import Scheduler

from evaonline import logs
from evaonline.pulse import pulse
from evaonline.settings import settings

log = logging.getLogger(__name__)
logs.configure(settings().log_level)

app = Celery("evaonline", broker=settings().redis_url)
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    worker_send_task_events=True,
    broker_connection_retry_on_startup=True,
    beat_scheduler="evaonline.tasks:Beat",
    beat_max_loop_interval=5,
    beat_schedule={"summarize": {"task": "evaonline.summarize", "schedule": settings().summary_interval}},
)


class Beat(Scheduler):
    """Keeps its schedule in memory: after a restart, intervals begin anew."""

    def tick(self, *arguments: Any, **options: Any) -> float:
        pulse.beat()
        return super().tick(*arguments, **options)


@signals.setup_logging.connect
def keep_logging(**_: Any) -> None:
    """Celery does not change the logs if somebody listens to this signal."""


@signals.worker_init.connect
def prepare(**_: Any) -> None:
    from evaonline import database

    database.create_tables()
    database.engine().dispose()  # Processes of the pool do not share connections.


@signals.worker_ready.connect
@signals.beat_init.connect
def serve_health(**_: Any) -> None:
    pulse.serve()


@signals.heartbeat_sent.connect
def feel_pulse(**_: Any) -> None:
    pulse.beat()


@app.task(name="evaonline.calculate")
def calculate(identifier: str, place: dict[str, float], weather: list[dict[str, Any]]) -> None:
    """Calculates what the API was asked for."""
    import pandas as pd

    from evaonline import database, evapotranspiration

    try:
        days = evapotranspiration.reference(pd.DataFrame(weather), place["latitude"], place["elevation"])
    except Exception:
        database.finish(UUID(identifier), "failed", None)
        raise
    database.finish(UUID(identifier), "done", days.to_dict("records"))
    log.info("calculated %d days of %s", len(days), identifier)


@app.task(name="evaonline.summarize")
def summarize() -> None:
    """Counts the calculations."""
    from evaonline import database

    log.info("%d calculations are done", database.summarize())
