import json
import logging
from urllib.request import urlopen
from uuid import uuid4

import pytest
from evaonline import api, database, logs, tasks
from evaonline.pulse import LIMIT, Pulse
from fastapi.testclient import TestClient

DAY = {"date": "2025-07-06", "t_min": 12.3, "t_max": 21.5, "humidity": 73.5, "wind": 2.078, "radiation": 22.07}


@pytest.fixture
def client() -> TestClient:
    return TestClient(api.app)  # Without `with`, it does not connect to the database.


def test_a_calculation_becomes_a_task(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    added, sent = [], []
    monkeypatch.setattr(database, "add", added.append)
    monkeypatch.setattr(tasks.calculate, "delay", lambda *arguments: sent.append(arguments))
    answer = client.post("/calculations", json={"place": {"latitude": 50.8, "elevation": 100}, "weather": [DAY]})
    assert answer.status_code == 202
    assert [str(identifier) for identifier in added] == [sent[0][0]] == [answer.json()["id"]]
    assert sent[0][2] == [DAY]


def test_weather_that_cannot_be_is_refused(client: TestClient) -> None:
    body = {"place": {"latitude": 50.8, "elevation": 100}, "weather": [DAY | {"humidity": 120}]}
    assert client.post("/calculations", json=body).status_code == 422


def test_a_task_stores_its_result(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = []
    monkeypatch.setattr(database, "finish", lambda *arguments: stored.append(arguments))
    identifier = uuid4()
    tasks.calculate(str(identifier), {"latitude": 50.8, "elevation": 100}, [DAY])
    assert stored[0][:2] == (identifier, "done")
    assert stored[0][2][0]["date"] == DAY["date"]


def test_an_unknown_calculation(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "find", lambda _: None)
    assert client.get(f"/calculations/{uuid4()}").status_code == 404


def test_health_depends_on_the_pulse() -> None:
    pulse = Pulse()
    server = pulse.serve(port=0)
    with urlopen(f"http://127.0.0.1:{server.server_port}/health") as answer:
        assert answer.status == 200
    pulse.last -= LIMIT
    assert not pulse.is_alive()
    server.shutdown()


def test_logs_are_json() -> None:
    record = logging.LogRecord("shop", logging.INFO, "", 0, "%d days", (3,), None)
    assert json.loads(logs.JsonFormatter().format(record))["message"] == "3 days"
