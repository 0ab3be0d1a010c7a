"""A clerk of the cemetery at the console, without a browser."""

from typing import Any

from apiflask import APIFlask
from werkzeug.test import Client, TestResponse

from backend.core.ids import new_id


def signed_in(app: APIFlask, name: str) -> Client:
    client = app.test_client()
    client.post("/console/login", data={"username": name, "password": "secret"})
    return client


def send(client: Client, path: str, **said: Any) -> TestResponse:
    page = client.get("/console/cemeteries/").get_data(as_text=True)
    token = page.split('name="csrf-token" content="')[1].split('"')[0]
    return client.post(path, data={"csrf_token": token, "key": str(new_id()), **said})
