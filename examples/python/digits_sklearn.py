"""Classifiers of handwritten digits in scikit-learn, tracked by autologging.

Needs `pip install mlflow scikit-learn`, and MLFLOW_TRACKING_URI in the
environment: http://127.0.0.1:5000 for a Millrace that runs on this machine.
"""

import mlflow
from sklearn.datasets import load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.neighbors import KNeighborsClassifier
from sklearn.svm import SVC

MODELS = {
    "logistic": LogisticRegression(max_iter=2000, C=0.1),
    "neighbours": KNeighborsClassifier(n_neighbors=3),
    "svm": SVC(gamma=0.001, C=10),
}


def main() -> None:
    mlflow.set_experiment("handwritten-digits-sklearn")
    mlflow.sklearn.autolog()
    features, labels = load_digits(return_X_y=True)
    train_x, test_x, train_y, test_y = train_test_split(features, labels, test_size=0.2, random_state=7)

    with mlflow.start_run(run_name="classifiers") as parent:
        for name, model in MODELS.items():
            with mlflow.start_run(run_name=name, nested=True):
                model.fit(train_x, train_y)
                mlflow.log_metric("val_accuracy", model.score(test_x, test_y))

    runs = mlflow.search_runs(
        filter_string=f"tags.mlflow.parentRunId = '{parent.info.run_id}'",
        order_by=["metrics.val_accuracy DESC"],
    )
    print(runs[["tags.mlflow.runName", "metrics.val_accuracy"]].to_string(index=False))
    assert len(runs) == len(MODELS), "every model has a run"
    assert runs["metrics.val_accuracy"].iloc[0] > 0.95, "the best model learned something"


if __name__ == "__main__":
    main()
