"""Models that are logged, found and loaded; those of MLflow 3 are things of their own, with params and metrics."""

import mlflow
import numpy
import pandas
from claims import MLFLOW_3, refused
from mlflow import MlflowClient
from mlflow.models import infer_signature
from sklearn.datasets import load_iris
from sklearn.linear_model import LogisticRegression

REQUIREMENTS = ["scikit-learn"]  # told, since to find out takes MLflow a process for each model
client = MlflowClient()
features, labels = load_iris(return_X_y=True, as_frame=True)


class Doubler(mlflow.pyfunc.PythonModel):
    def predict(self, context, model_input: list[float], params=None) -> list[float]:
        return [2 * x for x in model_input]


def models() -> None:
    mlflow.set_experiment("compat-models")
    model = LogisticRegression(max_iter=300).fit(features, labels)
    signature = infer_signature(features, model.predict(features))
    with mlflow.start_run() as run:
        info = mlflow.sklearn.log_model(
            model, "model", signature=signature, input_example=features[:2], pip_requirements=REQUIREMENTS
        )
        mlflow.pyfunc.log_model("doubler", python_model=Doubler(), pip_requirements=REQUIREMENTS)
    uri = f"runs:/{run.info.run_id}/model"
    assert info.signature == mlflow.models.get_model_info(uri).signature == signature
    for found in [info.model_uri, uri]:
        assert (mlflow.sklearn.load_model(found).predict(features) == model.predict(features)).all()
        assert (mlflow.pyfunc.load_model(found).predict(features) == model.predict(features)).all()
    assert (mlflow.models.Model.load(uri).load_input_example(uri) == features[:2]).all(axis=None)
    assert mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/doubler").predict([1.5]) == [3.0]
    refused(lambda: mlflow.pyfunc.load_model(f"runs:/{run.info.run_id}/nothing"))


def logged_models() -> None:
    experiment = mlflow.set_experiment("compat-logged-models")
    with mlflow.start_run() as run:
        ids = [log_step(step) for step in range(3)]
    outputs = client.get_run(run.info.run_id).outputs.model_outputs
    assert {(o.model_id, o.step) for o in outputs} == {(model_id, step) for step, model_id in enumerate(ids)}
    model = mlflow.get_logged_model(ids[1])
    assert (model.name, model.status, model.source_run_id) == ("steps", "READY", run.info.run_id)
    assert model.params == {"number": "1"} and model.tags["kind"] == "linear"
    assert mlflow.last_logged_model().model_id == ids[2]

    found = finder(experiment, ids)
    assert found() == [0, 1, 2] and found("name = 'steps' AND params.number = '1'") == [1]
    assert found("tags.kind = 'linear'", max_results=2) == [0, 1] and found("name LIKE 'no%'") == []
    table = mlflow.search_logged_models([experiment.experiment_id])
    assert isinstance(table, pandas.DataFrame) and set(table["name"]) == {"steps"}

    mlflow.set_logged_model_tags(model.model_id, {"best": "no", "gone": "soon"})
    mlflow.delete_logged_model_tag(model.model_id, "gone")
    mlflow.log_model_params({"late": "1"}, model.model_id)
    model = mlflow.get_logged_model(model.model_id)
    assert model.tags["best"] == "no" and "gone" not in model.tags and model.params["late"] == "1"
    client.delete_logged_model(model.model_id)
    assert found() == [0, 2]
    assert refused(lambda: mlflow.get_logged_model(model.model_id)) == "RESOURCE_DOES_NOT_EXIST"


def metrics_of_models() -> None:
    experiment = mlflow.set_experiment("compat-metrics-of-models")
    rows = mlflow.data.from_pandas(features, name="iris")
    with mlflow.start_run() as run:
        ids = [log_step(step) for step in range(3)]
        for step, model_id in enumerate(ids):
            mlflow.log_metric("accuracy", 0.5 + step / 10, step=step, model_id=model_id, dataset=rows)
            mlflow.log_metric("loss", 1 - step / 10, step=step, model_id=model_id)
    assert client.get_run(run.info.run_id).data.metrics == {"accuracy": 0.7, "loss": 0.8}
    metrics = mlflow.get_logged_model(ids[1]).metrics
    assert {(m.key, m.value, m.dataset_name) for m in metrics} == {("accuracy", 0.6, "iris"), ("loss", 0.9, None)}
    assert {(m.run_id, m.model_id) for m in metrics} == {(run.info.run_id, ids[1])}

    found = finder(experiment, ids)
    iris = [{"dataset_name": "iris", "dataset_digest": rows.digest}]
    assert found("metrics.accuracy > 0.55") == [1, 2]
    assert found("metrics.accuracy >= 0.6", datasets=iris) == [1, 2]
    assert found("metrics.loss > 0", datasets=iris) == []
    assert found(order_by=[{"field_name": "metrics.loss"}]) == [2, 1, 0]
    best_on_iris = {"field_name": "metrics.accuracy", "ascending": False, "dataset_name": "iris"}
    assert found(order_by=[best_on_iris]) == [2, 1, 0]


def external_models() -> None:
    mlflow.set_experiment("compat-external-models")
    outside = mlflow.create_external_model(name="outside", model_type="agent", params={"url": "https://example.org"})
    assert (outside.status, outside.model_type) == ("READY", "agent")
    begun = mlflow.initialize_logged_model(name="begun")
    assert begun.status == "PENDING" and mlflow.finalize_logged_model(begun.model_id, "FAILED").status == "FAILED"
    with mlflow.start_run() as user:
        mlflow.log_input(model=mlflow.entities.LoggedModelInput(outside.model_id))
    assert [i.model_id for i in client.get_run(user.info.run_id).inputs.model_inputs] == [outside.model_id]
    acting = mlflow.set_active_model(name="acting").model_id
    assert mlflow.get_active_model_id() == acting and mlflow.get_logged_model(acting).name == "acting"
    assert mlflow.set_active_model(name="acting").model_id == acting
    mlflow.clear_active_model()


def log_step(step: int) -> str:
    info = mlflow.sklearn.log_model(
        LogisticRegression(max_iter=300, C=1 + step).fit(features, labels),
        name="steps",
        params={"number": step},
        tags={"kind": "linear"},
        step=step,
        pip_requirements=REQUIREMENTS,
    )
    return info.model_id


def finder(experiment, ids: list[str]):
    """Searches an experiment for the places in `ids` of the models found."""

    def found(text=None, **kwargs) -> list[int]:
        oldest_first = {"order_by": [{"field_name": "creation_time"}], **kwargs}
        models = mlflow.search_logged_models([experiment.experiment_id], text, output_format="list", **oldest_first)
        return [ids.index(model.model_id) for model in models]

    return found


def evaluation() -> None:
    mlflow.set_experiment("compat-evaluation")
    rows = pandas.DataFrame({"truth": labels, "said": numpy.where(labels == 2, 1, labels)})
    data = mlflow.data.from_pandas(rows, targets="truth", predictions="said", name="said")
    with mlflow.start_run() as run:
        result = mlflow.models.evaluate(data=data, model_type="classifier", evaluators="default")
    read = client.get_run(run.info.run_id)
    assert abs(read.data.metrics["accuracy_score"] - 2 / 3) < 1e-9 and result.metrics["accuracy_score"] > 0.66
    assert "confusion_matrix.png" in {f.path for f in client.list_artifacts(run.info.run_id)}
    assert [i.dataset.name for i in read.inputs.dataset_inputs] == ["said"]


PARTS = [models, evaluation, *([logged_models, external_models, metrics_of_models] if MLFLOW_3 else [])]
