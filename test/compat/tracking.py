"""MLflow's own client over the tracking API of the server in MLFLOW_TRACKING_URI; fails at the first difference."""

import json
import math
import os
import tempfile
import time
from pathlib import Path

import matplotlib.pyplot
import mlflow
import numpy
import pandas
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunStatus, RunTag, ViewType
from mlflow.exceptions import MlflowException
from PIL import Image

matplotlib.use("Agg")
client = MlflowClient()


def experiments() -> str:
    experiment_id = client.create_experiment("compat", tags={"team": "vision"})
    found = client.get_experiment_by_name("compat")
    assert found.experiment_id == experiment_id and found.tags == {"team": "vision"}
    assert found.lifecycle_stage == "active" and found.creation_time > 0
    client.set_experiment_tag(experiment_id, "stage", "test")
    client.delete_experiment_tag(experiment_id, "team")
    assert client.get_experiment(experiment_id).tags == {"stage": "test"}
    assert refused(lambda: client.create_experiment("compat")) == "RESOURCE_ALREADY_EXISTS"
    assert client.get_experiment_by_name("nobody") is None
    assert refused(lambda: client.get_experiment("987654")) == "RESOURCE_DOES_NOT_EXIST"

    other = client.create_experiment("compat-other")
    client.rename_experiment(other, "compat-renamed")
    client.delete_experiment(other)
    assert client.get_experiment(other).lifecycle_stage == "deleted"
    names = lambda **kwargs: [e.name for e in client.search_experiments(order_by=["name"], **kwargs)]
    assert names(filter_string="name LIKE 'compat%'") == ["compat"]
    assert names(filter_string="name LIKE 'compat%'", view_type=ViewType.ALL) == ["compat", "compat-renamed"]
    assert names(filter_string="tags.stage = 'test'") == ["compat"]
    client.restore_experiment(other)
    first = client.search_experiments(max_results=1, order_by=["name"], filter_string="name ILIKE 'COMPAT%'")
    rest = client.search_experiments(
        max_results=5, order_by=["name"], filter_string="name ILIKE 'COMPAT%'", page_token=first.token
    )
    assert [e.name for e in [*first, *rest]] == ["compat", "compat-renamed"] and not rest.token
    return experiment_id


def runs(experiment_id: str) -> None:
    run = client.create_run(experiment_id, start_time=1000, tags={"a": "1"}, run_name="first")
    run_id = run.info.run_id
    assert (run.info.run_name, run.info.status, run.info.start_time) == ("first", "RUNNING", 1000)
    client.log_param(run_id, "rate", 0.1)
    client.log_param(run_id, "rate", 0.1)
    assert refused(lambda: client.log_param(run_id, "rate", 0.2)) == "INVALID_PARAMETER_VALUE"
    client.log_metric(run_id, "loss", 0.5, timestamp=10, step=1)
    client.log_metric(run_id, "loss", 0.25, timestamp=11, step=2)
    client.log_metric(run_id, "loss", 0.75, timestamp=12, step=0)
    client.log_metric(run_id, "odd", float("nan"))
    client.log_metric(run_id, "great", float("inf"))
    client.log_batch(
        run_id,
        metrics=[Metric("acc", i / 10, 100 + i, i) for i in range(10)],
        params=[Param("depth", "3"), Param("empty", "")],
        tags=[RunTag("b", "2")],
    )
    client.set_tag(run_id, "c", "3")
    client.delete_tag(run_id, "a")
    client.update_run(run_id, status="FAILED", name="second")
    read = client.get_run(run_id)
    assert (read.info.run_name, read.info.status) == ("second", "FAILED")
    assert read.data.params == {"rate": "0.1", "depth": "3", "empty": ""}
    assert read.data.metrics["loss"] == 0.25 and read.data.metrics["acc"] == 0.9
    assert math.isnan(read.data.metrics["odd"]) and read.data.metrics["great"] > 1e308
    assert {"b": "2", "c": "3"}.items() <= read.data.tags.items() and "a" not in read.data.tags
    history = client.get_metric_history(run_id, "loss")
    assert [(m.step, m.value) for m in history] == [(1, 0.5), (2, 0.25), (0, 0.75)]
    assert len(client.get_metric_history(run_id, "acc")) == 10
    client.set_terminated(run_id, end_time=5000)
    assert client.get_run(run_id).info.end_time == 5000

    client.delete_run(run_id)
    assert refused(lambda: client.log_metric(run_id, "loss", 1)) == "INVALID_PARAMETER_VALUE"
    assert run_id not in [r.info.run_id for r in client.search_runs([experiment_id])]
    assert run_id in [r.info.run_id for r in client.search_runs([experiment_id], run_view_type=ViewType.DELETED_ONLY)]
    client.restore_run(run_id)
    assert client.get_run(run_id).info.lifecycle_stage == "active"
    assert refused(lambda: client.get_run("0" * 32)) == "RESOURCE_DOES_NOT_EXIST"


def search() -> None:
    experiment_id = client.create_experiment("compat-search")
    for i in range(25):
        run = client.create_run(experiment_id, start_time=i + 1000, run_name=f"run {i}", tags={"parity": "even" if i % 2 == 0 else "odd"})
        client.log_batch(
            run.info.run_id,
            metrics=[Metric("m", float(i), 1, 0)] if i != 7 else [],
            params=[Param("p", str(i % 3)), Param("with space", "x")],
        )
        client.set_terminated(run.info.run_id, "FINISHED" if i % 5 else "KILLED", end_time=i + 2000)

    def found(filter_string: str, order_by=("attributes.start_time ASC",)) -> list[int]:
        return [r.info.start_time - 1000 for r in client.search_runs([experiment_id], filter_string, order_by=list(order_by))]

    assert found("") == list(range(25))
    assert found("metrics.m > 20") == [21, 22, 23, 24]
    assert found("metrics.m <= 2 and tags.parity = 'even'") == [0, 2]
    assert found("params.p = '1' and metrics.`m` < 5") == [1, 4]
    assert found('params."with space" = "x" and metrics.m = 3') == [3]
    assert found("attributes.status = 'KILLED' and metrics.m != 0") == [5, 10, 15, 20]
    assert found("attributes.run_name LIKE 'run 1_'") == list(range(10, 20))
    assert found("tags.parity ILIKE 'EV%' and attributes.end_time > 2020") == [22, 24]
    assert found("attributes.start_time >= 1023") == [23, 24]
    ids = [r.info.run_id for r in client.search_runs([experiment_id], max_results=2)]
    assert len(found(f"attributes.run_id IN ('{ids[0]}', '{ids[1]}')")) == 2
    assert found("", ["metrics.m DESC"])[:3] == [24, 23, 22] and found("", ["metrics.m DESC"])[-1] == 7
    assert found("", ["params.p ASC", "metrics.m DESC"])[:2] == [24, 21]
    for bad in ["metrics.m >", "foo.bar = 1", "metrics.m = 'x'", "params.p > 3", "attributes.nope = 'a'"]:
        assert refused(lambda: found(bad)) == "INVALID_PARAMETER_VALUE", bad

    pages, token = [], None
    while True:
        page = client.search_runs([experiment_id], order_by=["metrics.m DESC"], max_results=7, page_token=token)
        pages.append([r.info.start_time - 1000 for r in page])
        token = page.token
        if not token:
            break
    assert [len(p) for p in pages] == [7, 7, 7, 4] and sorted(sum(pages, [])) == list(range(25))
    table = mlflow.search_runs(experiment_names=["compat-search"], filter_string="metrics.m > 20")
    assert isinstance(table, pandas.DataFrame) and list(table["metrics.m"]) == [24, 23, 22, 21]


def fluent() -> None:
    mlflow.set_experiment("compat-fluent")
    with mlflow.start_run(run_name="parent", description="# A note") as parent:
        mlflow.log_params({"a": 1, "b": "two"})
        mlflow.log_metrics({"x": 1.0, "y": 2.0}, step=3)
        with mlflow.start_run(run_name="child", nested=True) as child:
            mlflow.log_metric("x", 5)
        data = mlflow.data.from_numpy(numpy.ones((4, 2)), targets=numpy.zeros(4), name="ones")
        mlflow.log_input(data, context="training", tags={"kind": "toy"})
    run = client.get_run(parent.info.run_id)
    assert run.info.status == "FINISHED" and run.data.tags["mlflow.note.content"] == "# A note"
    assert client.get_run(child.info.run_id).data.tags["mlflow.parentRunId"] == parent.info.run_id
    (used,) = run.inputs.dataset_inputs
    assert used.dataset.name == "ones" and {t.key: t.value for t in used.tags}["mlflow.data.context"] == "training"
    assert json.loads(used.dataset.profile)["features_shape"] == [4, 2]

    with mlflow.start_run(run_id=parent.info.run_id):
        mlflow.log_metric("x", 2.0, step=4)
    assert client.get_run(parent.info.run_id).data.metrics["x"] == 2.0
    try:
        with mlflow.start_run() as failing:
            raise ValueError("on purpose")
    except ValueError:
        assert client.get_run(failing.info.run_id).info.status == "FAILED"

    with mlflow.start_run() as asynchronous:
        for step in range(50):
            mlflow.log_metric("async", step, step=step, synchronous=False)
        mlflow.log_params({f"p{i}": i for i in range(20)}, synchronous=False).wait()
    mlflow.flush_async_logging()
    assert len(client.get_metric_history(asynchronous.info.run_id, "async")) == 50
    assert mlflow.last_active_run().info.run_id == asynchronous.info.run_id


def artifacts() -> None:
    mlflow.set_experiment("compat-artifacts")
    with tempfile.TemporaryDirectory() as folder, mlflow.start_run() as run:
        (Path(folder) / "sub").mkdir()
        (Path(folder) / "one.txt").write_text("one")
        (Path(folder) / "sub" / "zwei ü.bin").write_bytes(os.urandom(3_000_000))
        mlflow.log_artifact(f"{folder}/one.txt", "in/side")
        mlflow.log_artifacts(folder, "all")
        mlflow.log_text("Grüße", "texts/hello.txt")
        mlflow.log_dict({"k": [1, 2]}, "d.yaml")
        mlflow.log_dict({"k": [1, 2]}, "d.json")
        mlflow.log_image(Image.new("RGB", (4, 4), (255, 0, 0)), "red.png")
        for step in range(3):
            mlflow.log_image(numpy.zeros((8, 8, 3), dtype=numpy.uint8), key="grid", step=step)
        figure, axes = matplotlib.pyplot.subplots()
        axes.plot([1, 2, 3])
        mlflow.log_figure(figure, "plot.png")
        mlflow.log_table({"q": ["a", "b"], "score": [1, 2]}, "table.json")
        mlflow.log_table({"q": ["c"], "score": [3]}, "table.json")
        run_id = run.info.run_id
        listed = {f.path: (f.is_dir, f.file_size) for f in client.list_artifacts(run_id)}
        assert listed["all"] == (True, None) and listed["d.yaml"][0] is False
        assert [f.path for f in client.list_artifacts(run_id, "all/sub")] == ["all/sub/zwei ü.bin"]
        local = client.download_artifacts(run_id, "all")
        assert Path(local, "sub", "zwei ü.bin").read_bytes() == (Path(folder) / "sub" / "zwei ü.bin").read_bytes()
        assert mlflow.artifacts.load_text(f"{run.info.artifact_uri}/texts/hello.txt") == "Grüße"
        assert mlflow.artifacts.load_dict(f"runs:/{run_id}/d.json") == {"k": [1, 2]}
        assert mlflow.artifacts.load_image(f"{run.info.artifact_uri}/red.png").size == (4, 4)
        assert len(mlflow.load_table("table.json", run_ids=[run_id])) == 3
        assert client.list_artifacts(run_id, "nothing/here") == []


def models() -> None:
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    mlflow.set_experiment("compat-models")
    features, labels = load_iris(return_X_y=True, as_frame=True)
    mlflow.sklearn.autolog(log_input_examples=True)
    with mlflow.start_run() as run:
        model = LogisticRegression(max_iter=300).fit(features, labels)
    mlflow.sklearn.autolog(disable=True)
    run = client.get_run(run.info.run_id)
    assert run.data.params["max_iter"] == "300" and run.data.metrics["training_accuracy_score"] > 0.9
    (output,) = run.outputs.model_outputs
    logged = mlflow.get_logged_model(output.model_id)
    assert logged.source_run_id == run.info.run_id and logged.status == "READY"
    loaded = mlflow.pyfunc.load_model(f"models:/{output.model_id}")
    assert (loaded.predict(features) == model.predict(features)).all()
    again = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert (again.predict(features) == model.predict(features)).all()


def refused(call) -> str:
    try:
        call()
    except MlflowException as error:
        return error.error_code
    raise AssertionError("this was not refused")


if __name__ == "__main__":
    began = time.time()
    runs(experiments())
    for part in [search, fluent, artifacts, models]:
        part()
        print(f"{part.__name__}: {time.time() - began:.1f} s")
    print("all held")
