"""MLflow's own client: `make URI` fills a store with all that a run can hold, `read URI` prints everything as JSON."""

import json
import math
import sys
import tempfile
from pathlib import Path

import mlflow
from mlflow import MlflowClient
from mlflow.entities import Dataset, DatasetInput, InputTag, LoggedModelInput, LoggedModelOutput, Metric, Param, ViewType

command, uri = sys.argv[1:]
mlflow.set_tracking_uri(uri)
client = MlflowClient()


def make() -> None:
    experiment = client.create_experiment("first", tags={"team": "vision", "note": "two\nlines"})
    for i, status in enumerate(["FINISHED", "FAILED", "KILLED", "RUNNING"]):
        run_id = client.create_run(experiment, 1000 + i, {"a": "1", "nested/key": "x\ny"}, f"run {i}").info.run_id
        points = [Metric("loss", 1 / (step + 1), 5000 + step, step) for step in range(1500 if i == 0 else 30)]
        odd = [
            Metric("bad", math.nan, 1, 0),
            Metric("bad", math.inf, 2, 0),
            Metric("bad", -math.inf, 3, 1),
            Metric("late", 2.0, 9, 5),
            Metric("late", 1.0, 8, -3),
            Metric("val/acc", 0.5, 10, 0),
            Metric("val/acc", 0.5, 10, 0),
        ]
        for start in range(0, len(points), 900):
            client.log_batch(run_id, metrics=points[start : start + 900])
        client.log_batch(run_id, odd, [Param("lr", str(i)), Param("net/depth", "12"), Param("long", "x" * 3000)])
        dataset = Dataset("train", f"digest{i % 2}", "local", '{"uri": "data"}', '{"columns": []}', '{"rows": 3}')
        client.log_inputs(run_id, [DatasetInput(dataset, [InputTag("mlflow.data.context", "training")])])
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "a.txt").write_text(f"hello {i}")
            client.log_artifact(run_id, str(Path(folder, "a.txt")), "sub")
        if status != "RUNNING":
            client.set_terminated(run_id, status, 9000 + i)
    client.delete_run(run_id)
    gone = client.create_experiment("gone")
    run_id = client.create_run(gone, 5).info.run_id
    client.log_param(run_id, "p", "1")
    client.delete_experiment(gone)
    if hasattr(client, "create_logged_model"):
        make_model(experiment)


def make_model(experiment: str) -> None:
    model_id = client.create_logged_model(experiment, "net", tags={"t": "1"}, params={"p": "2"}, model_type="x").model_id
    run_id = client.create_run(experiment, 7, run_name="with a model").info.run_id
    client.log_outputs(run_id, [LoggedModelOutput(model_id, step=7)])
    client.log_inputs(run_id, models=[LoggedModelInput(model_id)])
    client.log_metric(run_id, "f1", 0.5, 77, 0, model_id=model_id, dataset_name="train", dataset_digest="digest0")
    client.finalize_logged_model(model_id, "READY")
    client.set_terminated(run_id, end_time=8)


def read() -> dict:
    experiments = client.search_experiments(ViewType.ALL)
    return {
        "experiments": {
            e.experiment_id: [e.name, e.lifecycle_stage, e.creation_time, e.last_update_time, e.tags]
            for e in experiments
            if e.name != "Default"
        },
        "runs": {
            run.info.run_id: read_run(run)
            for run in client.search_runs([e.experiment_id for e in experiments], run_view_type=ViewType.ALL)
        },
        "models": [read_model(model) for model in models(experiments)],
    }


def models(experiments: list) -> list:
    if not hasattr(client, "search_logged_models"):
        return []
    return list(client.search_logged_models([e.experiment_id for e in experiments]))


def read_run(run) -> dict:
    info, data = run.info, run.data
    run = client.get_run(info.run_id)  # a search leaves out the models that a run used
    inputs = run.inputs.dataset_inputs if run.inputs else []
    artifacts = client.list_artifacts(info.run_id, "sub")
    return {
        "info": [info.experiment_id, info.run_name, info.status, info.start_time, info.end_time, info.lifecycle_stage],
        "user": info.user_id,
        "params": data.params,
        "tags": data.tags,
        "latest": {key: repr(finite(value)) for key, value in data.metrics.items()},
        "points": {
            key: sorted({(m.step, m.timestamp, repr(finite(m.value))) for m in client.get_metric_history(info.run_id, key)})
            for key in data.metrics
        },
        "inputs": sorted([*vars(i.dataset).values(), *[[t.key, t.value] for t in i.tags]].__repr__() for i in inputs),
        "models": [m.model_id for m in getattr(run.inputs, "model_inputs", None) or []],
        "outputs": [[m.model_id, m.step] for m in getattr(getattr(run, "outputs", None), "model_outputs", [])],
        "artifacts": [[a.path, Path(client.download_artifacts(info.run_id, a.path)).read_text()] for a in artifacts],
    }


def finite(value: float) -> float:
    """A file store keeps infinities, a database does not."""
    return math.copysign(sys.float_info.max, value) if math.isinf(value) else value


def read_model(model) -> list:
    metrics = [[m.key, m.value, m.timestamp, m.step, m.run_id, m.dataset_name, m.dataset_digest] for m in model.metrics or []]
    return [model.model_id, model.name, str(model.status), model.model_type, model.tags, model.params, metrics]


if command == "make":
    make()
else:
    print(json.dumps(read(), sort_keys=True))
