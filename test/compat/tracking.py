"""MLflow's own client over the tracking API of the server in MLFLOW_TRACKING_URI; fails at the first difference."""

import math
import time

import artifacts
import autologging
import command_line
import fluent
import mlflow
import models
import pandas
from claims import MLFLOW_3, refused
from mlflow import MlflowClient
from mlflow.entities import Metric, Param, RunTag, ViewType

client = MlflowClient()


def experiments() -> str:
    experiment_id = client.create_experiment("compat", tags={"team": "vision"})
    found = client.get_experiment_by_name("compat")
    assert found.experiment_id == experiment_id and found.tags == {"team": "vision"}
    assert found.lifecycle_stage == "active" and found.creation_time > 0
    client.set_experiment_tag(experiment_id, "stage", "test")
    assert client.get_experiment(experiment_id).tags == {"team": "vision", "stage": "test"}
    if MLFLOW_3:
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


if __name__ == "__main__":
    runs(experiments())
    in_turn = [search, *fluent.PARTS, *artifacts.PARTS, *models.PARTS, *autologging.PARTS, *command_line.PARTS]
    for part in in_turn:
        began = time.time()
        part()
        print(f"{part.__module__}.{part.__name__}: {time.time() - began:.1f} s")
    print("all held")
