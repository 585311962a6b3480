import sys

import mlflow

rate, steps = float(sys.argv[1]), int(sys.argv[2])
with mlflow.start_run():
    for step in range(steps):
        mlflow.log_metric("left", rate**step, step=step)
    mlflow.log_text(f"{steps} steps", "report.txt")
