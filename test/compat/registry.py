"""MLflow's own client over the model registry of the server in MLFLOW_TRACKING_URI; fails at the first difference."""

import mlflow
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

client = MlflowClient()


def models() -> None:
    model = client.create_registered_model("digits", tags={"team": "vision"}, description="Reads digits")
    assert (model.name, model.tags, model.description) == ("digits", {"team": "vision"}, "Reads digits")
    assert refused(lambda: client.create_registered_model("digits")) == "RESOURCE_ALREADY_EXISTS"
    assert refused(lambda: client.create_registered_model("a/b")) == "INVALID_PARAMETER_VALUE"
    client.set_registered_model_tag("digits", "tier", "1")
    client.delete_registered_model_tag("digits", "team")
    client.update_registered_model("digits", "Reads handwritten digits")
    read = client.get_registered_model("digits")
    assert (read.tags, read.description) == ({"tier": "1"}, "Reads handwritten digits")
    client.create_registered_model("letters")
    assert [m.name for m in client.search_registered_models()] == ["digits", "letters"]
    assert [m.name for m in client.search_registered_models("name LIKE 'd%'")] == ["digits"]
    assert [m.name for m in client.search_registered_models("tags.tier = '1'")] == ["digits"]
    first = client.search_registered_models(max_results=1, order_by=["name DESC"])
    rest = client.search_registered_models(max_results=1, order_by=["name DESC"], page_token=first.token)
    assert [m.name for m in [*first, *rest]] == ["letters", "digits"] and not rest.token
    client.rename_registered_model("letters", "glyphs")
    client.delete_registered_model("glyphs")
    assert refused(lambda: client.get_registered_model("glyphs")) == "RESOURCE_DOES_NOT_EXIST"


def versions() -> None:
    for number in range(1, 5):
        version = client.create_model_version("digits", f"s3://bucket/{number}", tags={"n": str(number)})
        assert int(version.version) == number and version.status == "READY"
    client.delete_model_version("digits", "4")
    assert int(client.create_model_version("digits", "s3://bucket/5").version) == 5
    client.update_model_version("digits", "1", "The first")
    client.set_model_version_tag("digits", "1", "checked", "yes")
    client.delete_model_version_tag("digits", "1", "n")
    read = client.get_model_version("digits", "1")
    assert (read.description, read.tags, read.current_stage) == ("The first", {"checked": "yes"}, "None")
    assert client.get_model_version_download_uri("digits", "1") == "s3://bucket/1"
    assert refused(lambda: client.get_model_version("digits", "4")) == "RESOURCE_DOES_NOT_EXIST"
    assert refused(lambda: client.create_model_version("digits", "/etc/passwd")) == "INVALID_PARAMETER_VALUE"
    found = client.search_model_versions("name = 'digits'", order_by=["version_number ASC"])
    assert [int(v.version) for v in found] == [1, 2, 3, 5]
    assert [int(v.version) for v in client.search_model_versions("tags.checked = 'yes'")] == [1]

    client.transition_model_version_stage("digits", "1", "Production")
    client.transition_model_version_stage("digits", "2", "production", archive_existing_versions=True)
    assert client.get_model_version("digits", "1").current_stage == "Archived"
    latest = {v.current_stage: int(v.version) for v in client.get_latest_versions("digits")}
    assert latest == {"Production": 2, "Archived": 1, "None": 5}
    assert [int(v.version) for v in client.get_latest_versions("digits", stages=["Production"])] == [2]

    client.set_registered_model_alias("digits", "champion", "2")
    client.set_registered_model_alias("digits", "champion", "3")
    assert int(client.get_model_version_by_alias("digits", "champion").version) == 3
    assert client.get_registered_model("digits").aliases == {"champion": "3"}
    assert refused(lambda: client.set_registered_model_alias("digits", "v3", "3")) == "INVALID_PARAMETER_VALUE"
    client.delete_registered_model_alias("digits", "champion")
    assert refused(lambda: client.get_model_version_by_alias("digits", "champion")) == "INVALID_PARAMETER_VALUE"


def trained() -> None:
    from sklearn.datasets import load_iris
    from sklearn.linear_model import LogisticRegression

    features, labels = load_iris(return_X_y=True, as_frame=True)
    model = LogisticRegression(max_iter=300).fit(features, labels)
    mlflow.set_experiment("registry")
    with mlflow.start_run() as run:
        mlflow.sklearn.log_model(model, name="model", registered_model_name="iris", input_example=features[:2])
    client.set_registered_model_alias("iris", "champion", "1")
    client.transition_model_version_stage("iris", "1", "Staging")
    again = mlflow.register_model(f"runs:/{run.info.run_id}/model", "iris")
    assert int(again.version) == 2 and again.run_id == run.info.run_id
    copied = client.copy_model_version("models:/iris@champion", "iris-live")
    assert int(copied.version) == 1 and copied.source == "models:/iris/1"
    for uri in ["iris/1", "iris/2", "iris/latest", "iris@champion", "iris/Staging", "iris-live/1"]:
        loaded = mlflow.pyfunc.load_model(f"models:/{uri}")
        assert (loaded.predict(features) == model.predict(features)).all(), uri


def prompts() -> None:
    first = mlflow.genai.register_prompt("greeting", "Hello {{ name }}", commit_message="one", tags={"lang": "en"})
    assert first.version == 1 and first.variables == {"name"}
    chat = [{"role": "system", "content": "Be kind"}, {"role": "user", "content": "{{ question }}"}]
    mlflow.genai.register_prompt("greeting", chat, commit_message="two", response_format={"type": "object"})
    mlflow.genai.set_prompt_alias("greeting", "live", 1)
    assert mlflow.genai.load_prompt("prompts:/greeting@live").format(name="you") == "Hello you"
    second = mlflow.genai.load_prompt("greeting", version=2)
    assert second.template == chat and second.response_format == {"type": "object"}
    assert [p.name for p in mlflow.genai.search_prompts()] == ["greeting"]
    assert "greeting" not in [m.name for m in client.search_registered_models()]
    assert mlflow.genai.load_prompt("greeting", version=9, allow_missing=True) is None
    client.set_prompt_tag("greeting", "team", "support")
    assert client.get_prompt("greeting").tags["team"] == "support"
    client.set_prompt_version_tag("greeting", "1", "checked", "yes")
    assert [int(p.version) for p in client.search_prompt_versions("greeting")] == [2, 1]
    mlflow.genai.delete_prompt_alias("greeting", "live")
    client.delete_prompt_version("greeting", "1")
    client.delete_prompt_version("greeting", "2")
    client.delete_prompt("greeting")
    assert client.get_prompt("greeting") is None


def refused(call) -> str:
    try:
        call()
    except MlflowException as error:
        return error.error_code
    raise AssertionError("this was not refused")


if __name__ == "__main__":
    for part in [models, versions, trained, prompts]:
        part()
        print(part.__name__)
    print("all held")
