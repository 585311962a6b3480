"""Files of runs, of every kind that MLflow's fluent functions write, through the server."""

import os
import tempfile
from pathlib import Path

import matplotlib.pyplot
import mlflow
import numpy
from mlflow import MlflowClient
from PIL import Image

matplotlib.use("Agg")
client = MlflowClient()


def files() -> None:
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


PARTS = [files]
