"""What the scripts beside this one say about a client's call, whatever MLflow's version."""

import mlflow
from mlflow.exceptions import MlflowException

MLFLOW_3 = mlflow.__version__.startswith("3.")


def refused(call) -> str:
    try:
        call()
    except MlflowException as error:
        return error.error_code
    raise AssertionError("this was not refused")
