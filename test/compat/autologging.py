"""What MLflow logs by itself while other libraries fit their models."""

import json

import mlflow
import numpy
from claims import MLFLOW_3
from mlflow import MlflowClient
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

client = MlflowClient()


def everything() -> None:
    """`mlflow.autolog()` begins a run for each model that is fitted. It skips what was turned off, so it comes first."""
    experiment = mlflow.set_experiment("compat-autolog")
    features, labels = load_iris(return_X_y=True)
    mlflow.autolog(log_models=False, silent=True, extra_tags={"by": "itself"})
    LogisticRegression(max_iter=300).fit(features, labels)
    Ridge().fit(features, labels)
    mlflow.autolog(disable=True, silent=True)
    found = client.search_runs([experiment.experiment_id], "tags.by = 'itself'", order_by=["start_time ASC"])
    assert [r.data.tags["estimator_name"] for r in found] == ["LogisticRegression", "Ridge"]
    assert [r.info.status for r in found] == ["FINISHED", "FINISHED"] and mlflow.active_run() is None


def scikit_learn() -> None:
    mlflow.set_experiment("compat-scikit-learn")
    features, labels = load_iris(return_X_y=True, as_frame=True)
    mlflow.sklearn.autolog(log_input_examples=True)
    with mlflow.start_run() as run:
        model = LogisticRegression(max_iter=300).fit(features, labels)
        model.score(features, labels)
    mlflow.sklearn.autolog(disable=True)
    run = client.get_run(run.info.run_id)
    assert run.data.params["max_iter"] == "300" and run.data.metrics["training_accuracy_score"] > 0.9
    assert run.data.metrics["LogisticRegression_score_features"] > 0.9
    assert run.data.tags["estimator_name"] == "LogisticRegression"
    assert "training_confusion_matrix.png" in {f.path for f in client.list_artifacts(run.info.run_id)}
    assert {t.value for i in run.inputs.dataset_inputs for t in i.tags} >= {"train"}
    again = mlflow.sklearn.load_model(f"runs:/{run.info.run_id}/model")
    assert (again.predict(features) == model.predict(features)).all()
    if MLFLOW_3:
        (output,) = run.outputs.model_outputs
        logged = mlflow.get_logged_model(output.model_id)
        assert logged.source_run_id == run.info.run_id and logged.status == "READY"
        loaded = mlflow.pyfunc.load_model(f"models:/{output.model_id}")
        assert (loaded.predict(features) == model.predict(features)).all()
    else:
        assert json.loads(run.data.tags["mlflow.log-model.history"])[0]["artifact_path"] == "model"


def grid_search() -> None:
    experiment = mlflow.set_experiment("compat-grid-search")
    features, labels = load_diabetes(return_X_y=True)
    mlflow.sklearn.autolog(max_tuning_runs=None, log_models=False, log_datasets=False)
    with mlflow.start_run() as run:
        pipeline = make_pipeline(StandardScaler(), Ridge())
        GridSearchCV(pipeline, {"ridge__alpha": [0.1, 1, 10, 100, 1000, 10000]}, cv=3).fit(features, labels)
    mlflow.sklearn.autolog(disable=True)
    read = client.get_run(run.info.run_id)
    assert read.data.metrics["best_cv_score"] > 0.3 and float(read.data.params["best_ridge__alpha"]) <= 1000
    files = {f.path for f in client.list_artifacts(run.info.run_id)}
    assert {"cv_results.csv", "estimator.html"} <= files
    tried = client.search_runs(
        [experiment.experiment_id],
        f"tags.mlflow.parentRunId = '{run.info.run_id}'",
        order_by=["metrics.mean_test_score DESC"],
    )
    assert len(tried) == 6 and tried[0].data.params["ridge__alpha"] == read.data.params["best_ridge__alpha"]
    scores = [r.data.metrics["mean_test_score"] for r in tried]
    assert scores == sorted(scores, reverse=True) and all(r.info.status == "FINISHED" for r in tried)


def lightgbm() -> None:
    import lightgbm

    mlflow.set_experiment("compat-lightgbm")
    features, labels = load_diabetes(return_X_y=True, as_frame=True)
    train = lightgbm.Dataset(features[:300], labels[:300])
    held_out = lightgbm.Dataset(features[300:], labels[300:], reference=train)
    mlflow.lightgbm.autolog()
    with mlflow.start_run() as run:
        options = {"objective": "regression", "metric": ["l2", "l1"], "num_threads": 1, "verbose": -1}
        booster = lightgbm.train(options, train, 25, valid_sets=[train, held_out], valid_names=["train", "held out"])
    mlflow.lightgbm.autolog(disable=True)
    curves(run.info.run_id, ["train-l2", "held out-l1"], 25)
    read = client.get_run(run.info.run_id)
    assert read.data.params["objective"] == "regression" and read.data.params["num_boost_round"] == "25"
    files = {f.path for f in client.list_artifacts(run.info.run_id)}
    assert {"feature_importance_gain.json", "feature_importance_split.png"} <= files
    loaded = mlflow.lightgbm.load_model(f"runs:/{run.info.run_id}/model")
    assert numpy.allclose(loaded.predict(features), booster.predict(features))


def xgboost() -> None:
    import xgboost

    mlflow.set_experiment("compat-xgboost")
    features, labels = load_iris(return_X_y=True, as_frame=True)
    mlflow.xgboost.autolog(log_models=False)
    with mlflow.start_run() as run:
        xgboost.XGBClassifier(n_estimators=15, max_depth=2, n_jobs=1).fit(
            features, labels, eval_set=[(features, labels)], verbose=False
        )
    mlflow.xgboost.autolog(disable=True)
    curves(run.info.run_id, ["validation_0-mlogloss"], 15)
    assert client.get_run(run.info.run_id).data.params["max_depth"] == "2"
    assert client.list_artifacts(run.info.run_id)[0].path == "feature_importance_weight.json"


def curves(run_id: str, keys: list[str], points: int) -> None:
    for key in keys:
        history = client.get_metric_history(run_id, key)
        assert [m.step for m in history] == list(range(points)), key
        assert history[-1].value < history[0].value, key
        assert client.get_run(run_id).data.metrics[key] == history[-1].value


PARTS = [everything, scikit_learn, grid_search, lightgbm, xgboost]
