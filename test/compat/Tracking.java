import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.mlflow.api.proto.Service.CreateExperiment;
import org.mlflow.api.proto.Service.CreateRun;
import org.mlflow.api.proto.Service.ExperimentTag;
import org.mlflow.api.proto.Service.FileInfo;
import org.mlflow.api.proto.Service.Metric;
import org.mlflow.api.proto.Service.Param;
import org.mlflow.api.proto.Service.Run;
import org.mlflow.api.proto.Service.RunInfo;
import org.mlflow.api.proto.Service.RunStatus;
import org.mlflow.api.proto.Service.RunTag;
import org.mlflow.api.proto.Service.ViewType;
import org.mlflow.tracking.ActiveRun;
import org.mlflow.tracking.ExperimentsPage;
import org.mlflow.tracking.MlflowClient;
import org.mlflow.tracking.MlflowClientException;
import org.mlflow.tracking.MlflowContext;
import org.mlflow.tracking.RunsPage;

/** MLflow's Java client over the API of the server in MLFLOW_TRACKING_URI; fails at the first difference. */
public class Tracking {
  static final MlflowClient client = new MlflowClient(System.getenv("MLFLOW_TRACKING_URI"));

  public static void main(String[] args) throws Exception {
    experiments();
    runs();
    search();
    activeRuns();
    artifacts();
    models();
    System.out.println("all held");
  }

  static void experiments() {
    String id =
        client.createExperiment(
            CreateExperiment.newBuilder()
                .setName("java")
                .addTags(ExperimentTag.newBuilder().setKey("team").setValue("vision"))
                .build());
    client.setExperimentTag(id, "stage", "test");
    var experiment = client.getExperimentByName("java").orElseThrow();
    same(id, experiment.getExperimentId());
    same(
        Map.of("team", "vision", "stage", "test"),
        experiment.getTagsList().stream().collect(Collectors.toMap(t -> t.getKey(), t -> t.getValue())));
    refused("RESOURCE_ALREADY_EXISTS", () -> client.createExperiment("java"));
    refused("RESOURCE_DOES_NOT_EXIST", () -> client.getExperiment("987654"));
    same(false, client.getExperimentByName("nobody").isPresent());

    String other = client.createExperiment("java other");
    client.renameExperiment(other, "java renamed");
    client.deleteExperiment(other);
    same("deleted", client.getExperiment(other).getLifecycleStage());
    same(List.of("java"), names(client.searchExperiments("name LIKE 'java%'")));
    client.restoreExperiment(other);
    List<String> order = List.of("name ASC");
    var page = client.searchExperiments("name LIKE 'java%'", ViewType.ALL, 1, order);
    same(List.of("java"), names(page));
    same(List.of("java renamed"), names((ExperimentsPage) page.getNextPage()));
  }

  static void runs() {
    String experimentId = client.createExperiment("java runs");
    RunInfo info =
        client.createRun(
            CreateRun.newBuilder()
                .setExperimentId(experimentId)
                .setRunName("first")
                .setStartTime(1000)
                .addTags(RunTag.newBuilder().setKey("a").setValue("1"))
                .build());
    String id = info.getRunId();
    same(List.of("first", RunStatus.RUNNING, 1000L), List.of(info.getRunName(), info.getStatus(), info.getStartTime()));
    client.logParam(id, "rate", "0.1");
    refused("INVALID_PARAMETER_VALUE", () -> client.logParam(id, "rate", "0.2"));
    client.logMetric(id, "loss", 0.5, 10, 1);
    client.logMetric(id, "loss", 0.25, 11, 2);
    client.logMetric(id, "odd", Double.NaN);
    client.logMetric(id, "great", Double.POSITIVE_INFINITY);
    client.logBatch(
        id,
        IntStream.range(0, 100).mapToObj(i -> metric("accuracy", i / 100.0, i)).toList(),
        List.of(Param.newBuilder().setKey("depth").setValue("3").build()),
        List.of(RunTag.newBuilder().setKey("b").setValue("zwei ü").build()));
    client.setTag(id, "c", "3");
    client.deleteTag(id, "a");
    client.setTerminated(id, RunStatus.FAILED, 5000);

    Run run = client.getRun(id);
    same(List.of(RunStatus.FAILED, 5000L), List.of(run.getInfo().getStatus(), run.getInfo().getEndTime()));
    Map<String, Double> metrics =
        run.getData().getMetricsList().stream().collect(Collectors.toMap(Metric::getKey, Metric::getValue));
    same(List.of(0.25, 0.99), List.of(metrics.get("loss"), metrics.get("accuracy")));
    same(true, metrics.get("odd").isNaN());
    same(true, metrics.get("great") > 1e308);
    same(
        Map.of("rate", "0.1", "depth", "3"),
        run.getData().getParamsList().stream().collect(Collectors.toMap(Param::getKey, Param::getValue)));
    Map<String, String> tags =
        run.getData().getTagsList().stream().collect(Collectors.toMap(RunTag::getKey, RunTag::getValue));
    same(List.of("zwei ü", "3", false), List.of(tags.get("b"), tags.get("c"), tags.containsKey("a")));
    same(
        List.of(1L, 2L),
        client.getMetricHistory(id, "loss").stream().map(Metric::getStep).toList());
    same(100, client.getMetricHistory(id, "accuracy").size());

    client.deleteRun(id);
    refused("INVALID_PARAMETER_VALUE", () -> client.logMetric(id, "loss", 1));
    same(0, client.listRunInfos(experimentId).size());
    client.restoreRun(id);
    same(1, client.listRunInfos(experimentId).size());
    refused("RESOURCE_DOES_NOT_EXIST", () -> client.getRun("0".repeat(32)));
  }

  static void search() {
    String experimentId = client.createExperiment("java search");
    for (int i = 0; i < 25; i++) {
      String id = client.createRun(experimentId).getRunId();
      client.logMetric(id, "m", i);
      client.logParam(id, "p", String.valueOf(i % 3));
    }
    List<String> all = List.of(experimentId);
    same(4, client.searchRuns(all, "metrics.m > 20").size());
    same(8, client.searchRuns(all, "params.p = '1' and attributes.status = 'RUNNING'").size());
    refused("INVALID_PARAMETER_VALUE", () -> client.searchRuns(all, "metrics.m >"));
    List<Double> found = new ArrayList<>();
    RunsPage page = client.searchRuns(all, "", ViewType.ACTIVE_ONLY, 7, List.of("metrics.m DESC"));
    for (; ; page = (RunsPage) page.getNextPage()) {
      page.getItems().forEach(run -> found.add(run.getData().getMetrics(0).getValue()));
      if (!page.hasNextPage()) break;
    }
    same(IntStream.range(0, 25).mapToObj(i -> 24.0 - i).toList(), found);
  }

  static void activeRuns() {
    MlflowContext context = new MlflowContext(client).setExperimentName("java search");
    ActiveRun parent = context.startRun("parent");
    parent.logParams(Map.of("a", "1", "b", "two"));
    parent.logMetrics(Map.of("x", 1.0, "y", 2.0), 3);
    parent.logMetric("x", 3, 4);
    parent.setTags(Map.of("t", "1"));
    ActiveRun child = context.startRun("child", parent.getId());
    child.endRun(RunStatus.KILLED);
    parent.endRun();
    Run run = client.getRun(parent.getId());
    same(List.of("parent", RunStatus.FINISHED), List.of(run.getInfo().getRunName(), run.getInfo().getStatus()));
    same(
        Map.of("x", 3.0, "y", 2.0),
        run.getData().getMetricsList().stream().collect(Collectors.toMap(Metric::getKey, Metric::getValue)));
    var children =
        client.searchRuns(
            List.of(context.getExperimentId()), "tags.mlflow.parentRunId = '" + parent.getId() + "'");
    same(List.of(child.getId()), children.stream().map(RunInfo::getRunId).toList());
    same(RunStatus.KILLED, children.get(0).getStatus());
    context.withActiveRun("inside", inside -> inside.logMetric("x", 1));
    same(1, client.searchRuns(List.of(context.getExperimentId()), "run_name = 'inside'").size());
  }

  /** The client has MLflow's Python package carry the files. */
  static void artifacts() throws Exception {
    Path folder = Files.createTempDirectory("millrace-java-");
    Files.createDirectories(folder.resolve("sub"));
    Files.writeString(folder.resolve("one.txt"), "one");
    Files.writeString(folder.resolve("sub/zwei ü.txt"), "zwei");
    String id = client.createRun(client.createExperiment("java artifacts")).getRunId();
    client.logArtifacts(id, folder.toFile(), "all");
    same(Set.of("all"), paths(client.listArtifacts(id)));
    same(Set.of("all/one.txt", "all/sub"), paths(client.listArtifacts(id, "all")));
    Path read = client.downloadArtifacts(id, "all").toPath();
    same("zwei", Files.readString(read.resolve("sub/zwei ü.txt")));
  }

  static void models() {
    String name = "{\"name\": \"java model\"";
    client.sendPost("registered-models/create", name + "}");
    client.sendPost("model-versions/create", name + ", \"source\": \"s3://bucket/model\"}");
    client.sendPost("model-versions/create", name + ", \"source\": \"s3://bucket/other\"}");
    same("2", client.getLatestVersions("java model").get(0).getVersion());
    same("s3://bucket/model", client.getModelVersion("java model", "1").getSource());
    same("s3://bucket/model", client.getModelVersionDownloadUri("java model", "1"));
    same("java model", client.getRegisteredModel("java model").getName());
    same(2, client.searchModelVersions("name = 'java model'").getItems().size());
  }

  static Metric metric(String key, double value, long step) {
    return Metric.newBuilder().setKey(key).setValue(value).setStep(step).setTimestamp(100 + step).build();
  }

  static List<String> names(ExperimentsPage page) {
    return page.getItems().stream().map(e -> e.getName()).toList();
  }

  static Set<String> paths(List<FileInfo> files) {
    return files.stream().map(FileInfo::getPath).collect(Collectors.toSet());
  }

  static void same(Object expected, Object found) {
    if (!expected.equals(found)) throw new AssertionError("expected " + expected + ", found " + found);
  }

  static void refused(String code, Runnable call) {
    try {
      call.run();
    } catch (MlflowClientException error) {
      if (error.toString().contains(code)) return;
      throw new AssertionError("expected " + code + ", found " + error);
    }
    throw new AssertionError("this was not refused");
  }
}
