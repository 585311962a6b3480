"""MLflow's commands: experiments, runs, artifacts, and a project that is run."""

import csv
import os
import sys
import tempfile
from pathlib import Path

from claims import MLFLOW_3
from click.testing import CliRunner
from mlflow import MlflowClient
from mlflow.cli import cli

client = MlflowClient()


def experiments_and_runs() -> None:
    say("experiments", "create", "-n", "compat-commands")
    experiment_id = client.get_experiment_by_name("compat-commands").experiment_id
    run_id = client.create_run(experiment_id, run_name="by a command").info.run_id
    client.log_metric(run_id, "m", 1.5)
    assert "compat-commands" in say("experiments", "search")
    if MLFLOW_3:
        assert "compat-commands" in say("experiments", "get", "-x", experiment_id)
    assert run_id in say("runs", "list", "--experiment-id", experiment_id)
    assert '"m": 1.5' in say("runs", "describe", "--run-id", run_id)
    say("runs", "delete", "--run-id", run_id)
    assert run_id not in say("runs", "list", "--experiment-id", experiment_id)
    assert run_id in say("runs", "list", "--experiment-id", experiment_id, "--view", "deleted_only")
    say("runs", "restore", "--run-id", run_id)
    with tempfile.TemporaryDirectory() as folder:
        say("experiments", "csv", "-x", experiment_id, "-o", f"{folder}/runs.csv")
        (row,) = csv.DictReader(Path(folder, "runs.csv").read_text().splitlines())
        assert (row["run_id"], row["metrics.m"]) == (run_id, "1.5")
    say("experiments", "rename", "-x", experiment_id, "--new-name", "compat-commanded")
    say("experiments", "delete", "-x", experiment_id)
    assert "compat-commanded" in say("experiments", "search", "--view", "deleted_only")
    say("experiments", "restore", "-x", experiment_id)
    assert client.get_experiment_by_name("compat-commanded").lifecycle_stage == "active"


def files() -> None:
    run_id = client.create_run(client.create_experiment("compat-command-files")).info.run_id
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "one.txt").write_text("one")
        Path(folder, "two").mkdir()
        Path(folder, "two", "three.txt").write_text("three")
        say("artifacts", "log-artifact", "-l", f"{folder}/one.txt", "-r", run_id, "-a", "in")
        say("artifacts", "log-artifacts", "-l", folder, "-r", run_id)
        assert "two/three.txt" in say("artifacts", "list", "-r", run_id, "-a", "two")
        say("artifacts", "download", "-r", run_id, "-d", f"{folder}/back")
        assert Path(folder, "back", "two", "three.txt").read_text() == "three"
        assert Path(folder, "back", "in", "one.txt").read_text() == "one"
        say("artifacts", "download", "-u", f"runs:/{run_id}/two/three.txt", "-d", f"{folder}/again")
        assert Path(folder, "again", "three.txt").read_text() == "three"


def project() -> None:
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    where = str(Path(__file__).parent / "project")
    options = ["--env-manager", "local", "--experiment-name", "compat-project", "--run-name", "quick", "-P", "steps=4"]
    say("run", where, *options)
    (run,) = client.search_runs([client.get_experiment_by_name("compat-project").experiment_id])
    assert (run.info.run_name, run.info.status) == ("quick", "FINISHED")
    assert run.data.params == {"rate": "0.5", "steps": "4"} and run.data.metrics == {"left": 0.125}
    assert run.data.tags["mlflow.project.entryPoint"] == "main" and run.data.tags["mlflow.source.type"] == "PROJECT"
    assert [f.path for f in client.list_artifacts(run.info.run_id)] == ["report.txt"]


def say(*words: str) -> str:
    # `set_experiment` of other parts leaves this, which the commands take for an option.
    answer = CliRunner().invoke(cli, words, env={"MLFLOW_EXPERIMENT_ID": None})
    assert answer.exit_code == 0, (words, answer.output, answer.exception)
    return answer.output


PARTS = [experiments_and_runs, files, project]
