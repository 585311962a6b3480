"""MLflow's own client over the webhooks of the server in MLFLOW_TRACKING_URI, which may call this machine over http."""

import base64
import hashlib
import hmac
import json
import queue
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from mlflow import MlflowClient
from mlflow.entities.webhook import WebhookStatus
from mlflow.exceptions import MlflowException

SECRET = "a secret with ünïcode"
ALL = [
    "registered_model.created",
    "model_version.created",
    "model_version_tag.set",
    "model_version_tag.deleted",
    "model_version_alias.created",
    "model_version_alias.deleted",
    "prompt.created",
    "prompt_version.created",
    "prompt_tag.set",
    "prompt_tag.deleted",
    "prompt_version_tag.set",
    "prompt_version_tag.deleted",
    "prompt_alias.created",
    "prompt_alias.deleted",
    "budget_policy.exceeded",
]
client = MlflowClient()
received = queue.Queue()


class Listener(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        received.put((self.path, dict(self.headers), body))
        self.send_response(500 if self.path == "/broken" else 200)
        self.end_headers()
        self.wfile.write(b"what the receiver says")

    def log_message(self, *_):
        pass


def manage(base: str) -> None:
    hook = client.create_webhook("first", f"{base}/x", ["registered_model.created"], description="told", secret=SECRET)
    assert (hook.name, hook.url, hook.description, hook.status) == ("first", f"{base}/x", "told", WebhookStatus.ACTIVE)
    assert hook.creation_timestamp == hook.last_updated_timestamp > 0 and hook.secret is None
    second = client.create_webhook("second", f"{base}/y", ["prompt_tag.set", "prompt.created"], status="DISABLED")
    assert {str(event) for event in client.get_webhook(second.webhook_id).events} == {"prompt_tag.set", "prompt.created"}
    assert client.get_webhook(second.webhook_id).status == WebhookStatus.DISABLED

    page = client.list_webhooks(max_results=1)
    rest = client.list_webhooks(max_results=1, page_token=page.token)
    assert [each.name for each in [*page, *rest]] == ["second", "first"] and not rest.token

    changed = client.update_webhook(second.webhook_id, name="renamed", events=["model_version.created"], status="ACTIVE")
    assert (changed.name, changed.url, str(changed.events[0])) == ("renamed", f"{base}/y", "model_version.created")
    assert changed.last_updated_timestamp >= changed.creation_timestamp

    for name in ["", "-x", "x y", "x" * 64]:
        assert refused(lambda: client.create_webhook(name, f"{base}/z", ["prompt.created"])) == "INVALID_PARAMETER_VALUE"
    for url in ["", "ftp://127.0.0.1/", "http://", "nothing"]:
        assert refused(lambda: client.create_webhook("x", url, ["prompt.created"])) == "INVALID_PARAMETER_VALUE"
    for each in [hook, second]:
        client.delete_webhook(each.webhook_id)
        assert refused(lambda: client.get_webhook(each.webhook_id)) == "RESOURCE_DOES_NOT_EXIST"
    assert refused(lambda: client.delete_webhook(hook.webhook_id)) == "RESOURCE_DOES_NOT_EXIST"
    assert list(client.list_webhooks()) == []


def test_calls(base: str) -> None:
    hook = client.create_webhook("tested", f"{base}/tested", ALL, secret=SECRET)
    for event in ALL:
        result = client.test_webhook(hook.webhook_id, event)
        assert result.success and result.response_status == 200 and result.error_message is None
        assert next_event()[0] == event
    client.update_webhook(hook.webhook_id, url=f"{base}/broken")
    assert not client.test_webhook(hook.webhook_id).success
    client.delete_webhook(hook.webhook_id)
    time.sleep(0.1)
    while not received.empty():
        received.get()


def events(base: str) -> None:
    client.create_webhook("all", f"{base}/all", ALL, secret=SECRET)

    client.create_registered_model("modél", tags={"z": "1", "a": "\u2028"}, description="of \U0001f642")
    expect("registered_model.created", {"name": "modél", "tags": {"z": "1", "a": "\u2028"}, "description": "of \U0001f642"})
    client.create_registered_model("bare")
    expect("registered_model.created", {"name": "bare", "tags": {}, "description": ""})

    client.create_model_version("bare", "s3://bucket/model", tags={"z": "1", "a": "2"}, description="first")
    expect(
        "model_version.created",
        {
            "name": "bare",
            "version": "1",
            "source": "s3://bucket/model",
            "run_id": None,
            "tags": {"z": "1", "a": "2"},
            "description": "first",
        },
    )
    run = client.create_run("0").info
    client.create_model_version("bare", f"{run.artifact_uri}/model", run_id=run.run_id)
    expect(
        "model_version.created",
        {
            "name": "bare",
            "version": "2",
            "source": f"{run.artifact_uri}/model",
            "run_id": run.run_id,
            "tags": {},
            "description": None,
        },
    )
    client.set_model_version_tag("bare", "1", "k", "v")
    expect("model_version_tag.set", {"name": "bare", "version": "1", "key": "k", "value": "v"})
    client.delete_model_version_tag("bare", "1", "k")
    expect("model_version_tag.deleted", {"name": "bare", "version": "1", "key": "k"})
    client.set_registered_model_alias("bare", "champion", "2")
    expect("model_version_alias.created", {"name": "bare", "alias": "champion", "version": "2"})
    client.delete_registered_model_alias("bare", "champion")
    expect("model_version_alias.deleted", {"name": "bare", "alias": "champion"})

    client.set_registered_model_tag("bare", "k", "v")  # told of prompts alone
    client.transition_model_version_stage("bare", "1", "Staging")
    client.update_registered_model("bare", description="changed")

    client.create_prompt("greeting", description="polite", tags={"team": "x"})
    expect("prompt.created", {"name": "greeting", "tags": {"team": "x"}, "description": "polite"})
    client.create_prompt_version("greeting", "Hello {{name}}", tags={"tone": "kind"})
    expect(
        "prompt_version.created",
        {
            "name": "greeting",
            "version": "1",
            "template": "Hello {{name}}",
            "tags": {"tone": "kind"},
            "description": None,
        },
    )
    client.set_prompt_tag("greeting", "k", "v")
    expect("prompt_tag.set", {"name": "greeting", "key": "k", "value": "v"})
    client.delete_prompt_tag("greeting", "k")
    expect("prompt_tag.deleted", {"name": "greeting", "key": "k"})
    client.set_prompt_version_tag("greeting", "1", "k", "v")
    expect("prompt_version_tag.set", {"name": "greeting", "version": "1", "key": "k", "value": "v"})
    client.delete_prompt_version_tag("greeting", "1", "k")
    expect("prompt_version_tag.deleted", {"name": "greeting", "version": "1", "key": "k"})
    client.set_prompt_alias("greeting", "live", 1)
    expect("prompt_alias.created", {"name": "greeting", "alias": "live", "version": "1"})
    client.delete_prompt_alias("greeting", "live")
    expect("prompt_alias.deleted", {"name": "greeting", "alias": "live"})

    client.register_prompt("farewell", "Bye {{name}}", commit_message="first")
    expect("prompt.created", None)
    expect("prompt_version.created", None)
    expect("prompt_tag.set", {"name": "farewell", "key": "_mlflow_experiment_ids", "value": ",0,"})
    time.sleep(0.5)
    assert received.empty(), received.get()


def expect(event: str, data: dict | None) -> None:
    """The next body is, byte for byte, what MLflow writes of this event."""
    found, text = next_event()
    assert found == event, (found, event)
    if data is not None:
        entity, action = event.split(".")
        stamp = re.search(r'"timestamp": "(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00)"', text)[1]
        assert text == json.dumps({"entity": entity, "action": action, "timestamp": stamp, "data": data}), text


def next_event() -> tuple[str, str]:
    _, headers, body = received.get(timeout=10)
    headers = {name.lower(): value for name, value in headers.items()}
    identity, stamp = headers["x-mlflow-delivery-id"], headers["x-mlflow-timestamp"]
    assert abs(time.time() - int(stamp)) < 10 and headers["content-type"] == "application/json"
    signed = hmac.new(SECRET.encode(), f"{identity}.{stamp}.".encode() + body, hashlib.sha256).digest()
    assert headers["x-mlflow-signature"] == f"v1,{base64.b64encode(signed).decode()}"
    message = json.loads(body)
    return f"{message['entity']}.{message['action']}", body.decode()


def refused(call) -> str:
    try:
        call()
    except MlflowException as error:
        return error.error_code
    raise AssertionError("this was not refused")


if __name__ == "__main__":
    listener = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{listener.server_port}"
    manage(address)
    test_calls(address)
    events(address)
    print("all held")
