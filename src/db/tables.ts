import type { Generated } from 'kysely'

/** The schema as Kysely sees it; `migrations.ts` makes it. Times are milliseconds since 1970. */
export interface Tables {
  millrace_schema: { version: number }
  experiments: {
    /** Negative for an experiment that came with an id too long for a number; that is `long_id`, also in what belongs to it. */
    id: Generated<number>
    long_id: string | null
    name: string
    artifact_location: string
    lifecycle_stage: Lifecycle
    creation_time: number
    last_update_time: number
  }
  experiment_tags: { experiment: number; key: string; value: string }
  /** The names of metrics, params and tags, once for each experiment. */
  keys: { id: Generated<number>; experiment: number; kind: KeyKind; name: string }
  runs: {
    id: Generated<number>
    run_id: string
    experiment: number
    long_experiment_id: string | null
    name: string
    user_id: string
    status: string
    start_time: number
    end_time: number | null
    deleted_time: number | null
    artifact_uri: string
    lifecycle_stage: Lifecycle
    /** When anything of the run was last written: what live pages follow. */
    updated_at: number
  }
  params: { run: number; key: number; value: string }
  tags: { run: number; key: number; value: string }
  metric_series: {
    run: number
    key: number
    /** The greatest (step, timestamp, value). NaN is value 0 with `last_is_nan` 1. */
    last_step: number
    last_timestamp: number
    last_value: number
    last_is_nan: number
    /** Of the values that are numbers; null while there is none. */
    min: number | null
    max: number | null
    count: number
    /** Points of the series that are still in `metric_tail`. */
    unsealed: number
  }
  /** Recent points, as they came; `at` is how many points the series had before. */
  metric_tail: { run: number; key: number; at: number; points: Uint8Array }
  /** Older points, many to a row, compressed. */
  metric_chunks: {
    id: Generated<number>
    run: number
    key: number
    first_step: number
    last_step: number
    count: number
    points: Uint8Array
  }
  datasets: {
    id: Generated<number>
    experiment: number
    name: string
    digest: string
    source_type: string
    source: string
    schema: string | null
    profile: string | null
  }
  inputs: { id: Generated<number>; run: number; dataset: number }
  input_tags: { input: number; name: string; value: string }
  /** Logged models that a run used (`in`) or made (`out`). */
  run_models: { run: number; direction: 'in' | 'out'; model_id: string; step: number }
  logged_models: {
    id: Generated<number>
    model_id: string
    experiment: number
    long_experiment_id: string | null
    name: string
    model_type: string
    source_run_id: string
    artifact_uri: string
    status: string
    lifecycle_stage: Lifecycle
    creation_time: number
    last_update_time: number
  }
  logged_model_params: { model: number; key: string; value: string }
  logged_model_tags: { model: number; key: string; value: string }
  /** Metrics that were logged of a model, beside the series of the run; a dataset that was not named is ''. */
  logged_model_metrics: {
    model: number
    key: string
    run: number
    timestamp: number
    step: number
    value: number
    is_nan: number
    dataset_name: string
    dataset_digest: string
  }
  registered_models: {
    id: Generated<number>
    name: string
    description: string
    deployment_job_id: string
    /** 1 for a prompt: what carries the tag `mlflow.prompt.is_prompt`. */
    is_prompt: number
    /** The highest number that a version had ever; none is given twice. */
    last_version: number
    creation_time: number
    last_update_time: number
  }
  registered_model_tags: { model: number; key: string; value: string }
  model_versions: {
    model: number
    version: number
    stage: string
    description: string | null
    source: string
    /** Where the files are: what `source` led to. */
    storage_location: string
    run_id: string
    run_link: string
    model_id: string
    /** The version that this one is a copy of. */
    copied_model: number | null
    copied_version: number | null
    creation_time: number
    last_update_time: number
  }
  model_version_tags: { model: number; version: number; key: string; value: string }
  model_aliases: { model: number; alias: string; version: number }
  /** Moves to another stage that wait for somebody to decide. */
  transition_requests: {
    id: Generated<number>
    model: number
    version: number
    stage: string
    user_id: string
    time: number
    comment: string
  }
  /** Every change to the registry; a row is never changed. `model` stays after the model is gone. */
  registry_events: {
    id: Generated<number>
    time: number
    user_id: string
    action: string
    model: number
    name: string
    version: number | null
    key: string | null
    before: string | null
    after: string | null
    comment: string | null
  }
  webhooks: {
    id: Generated<number>
    webhook_id: string
    name: string
    description: string
    url: string
    /** As `webhook-secrets.ts` seals it. */
    secret: string | null
    /** That of the wire, or `DELETED`. */
    status: string
    creation_time: number
    last_update_time: number
  }
  webhook_events: { event: string; webhook: number }
  /** The outbox: what webhooks are to be told, and what became of it. */
  webhook_deliveries: {
    id: Generated<number>
    delivery_id: string
    webhook: number
    event: string
    body: string
    time: number
    state: string
    attempts: number
    last_attempt_at: number | null
    /** When it is due; while it is being sent, when who sends it counts as gone; null when nothing more is to be done. */
    next_attempt_at: number | null
    response_status: number | null
    error: string | null
  }
  /** What has been imported from where; `mark` is what it was like there. */
  imported: { source: string; kind: string; name: string; mark: string }
}

export type KeyKind = 'metric' | 'param' | 'tag'
export type Lifecycle = 'active' | 'deleted'
