/** The revision of the schema that MLflow 3.17.2 opens. */
export const MLFLOW_REVISION = 'dc11669786a5'

/** The tables of MLflow 3.17.2 in a SQLite file; where a table refers to another, that one comes first. */
export const MLFLOW_SCHEMA = `
  create table alembic_version (
    version_num varchar(32) not null, primary key (version_num)
  );
  create table experiments (
    experiment_id integer not null, name varchar(256) not null, artifact_location varchar(256), lifecycle_stage
    varchar(32), creation_time bigint, last_update_time bigint, workspace varchar(63) default 'default' not null,
    primary key (experiment_id), unique (workspace, name), check (lifecycle_stage in ('active', 'deleted'))
  );
  create index idx_experiments_workspace on experiments (workspace);
  create index idx_experiments_workspace_creation_time on experiments (workspace, creation_time);
  create table trace_info (
    request_id varchar(50) not null, experiment_id integer not null, timestamp_ms bigint not null,
    execution_time_ms bigint, status varchar(50) not null, client_request_id varchar(50), request_preview
    varchar(1000), response_preview varchar(1000), db_payload_generation integer default '0' not null, trace_name
    varchar(4096), session_id varchar(250), input_tokens bigint, output_tokens bigint, total_tokens bigint,
    cache_read_input_tokens bigint, cache_creation_input_tokens bigint, cache_creation_input_tokens_above_1hr
    bigint, input_cost float, output_cost float, total_cost float, primary key (request_id), foreign key
    (experiment_id) references experiments (experiment_id) on delete cascade
  );
  create index index_trace_info_experiment_id_session_id on trace_info (experiment_id, session_id);
  create index index_trace_info_experiment_id_timestamp_ms on trace_info (experiment_id, timestamp_ms);
  create index index_trace_info_timestamp_ms_request_id on trace_info (timestamp_ms, request_id);
  create table assessments (
    assessment_id varchar(50) not null, trace_id varchar(50) not null, name varchar(250) not null, assessment_type
    varchar(20) not null, value text not null, error text, created_timestamp bigint not null,
    last_updated_timestamp bigint not null, source_type varchar(50) not null, source_id varchar(250), run_id
    varchar(32), span_id varchar(50), rationale text, overrides varchar(50), valid boolean not null,
    assessment_metadata text, experiment_id integer, trace_timestamp_ms bigint, aggregate_value float,
    is_numeric_value boolean default 0 not null, primary key (assessment_id), foreign key (trace_id) references
    trace_info (request_id) on delete cascade
  );
  create index idx_assessments_exp_name_valid on assessments (experiment_id, name, valid);
  create index idx_assessments_exp_trace_ts on assessments (experiment_id, trace_timestamp_ms);
  create index idx_assessments_exp_trace_ts_name on assessments (experiment_id, trace_timestamp_ms, name);
  create index index_assessments_assessment_type on assessments (assessment_type);
  create index index_assessments_last_updated_timestamp on assessments (last_updated_timestamp);
  create index index_assessments_run_id_created_timestamp on assessments (run_id, created_timestamp);
  create index index_assessments_trace_id_created_timestamp on assessments (trace_id, created_timestamp);
  create table budget_policies (
    budget_policy_id varchar(36) not null, budget_unit varchar(32) not null, budget_amount float not null,
    duration_unit varchar(32) not null, duration_value integer not null, target_scope varchar(32) not null,
    budget_action varchar(32) not null, created_by varchar(255), created_at bigint not null, last_updated_by
    varchar(255), last_updated_at bigint not null, workspace varchar(63) default 'default' not null, target_value
    varchar(255), primary key (budget_policy_id)
  );
  create index idx_budget_policies_target_value on budget_policies (target_value);
  create index idx_budget_policies_workspace on budget_policies (workspace);
  create table datasets (
    dataset_uuid varchar(36) not null, experiment_id integer not null, name varchar(500) not null, digest
    varchar(36) not null, dataset_source_type varchar(36) not null, dataset_source text not null, dataset_schema
    text, dataset_profile text, primary key (experiment_id, name, digest), foreign key (experiment_id) references
    experiments (experiment_id) on delete cascade
  );
  create index index_datasets_dataset_uuid on datasets (dataset_uuid);
  create index index_datasets_experiment_id_dataset_source_type on datasets (experiment_id, dataset_source_type);
  create table endpoints (
    endpoint_id varchar(36) not null, name varchar(255), created_by varchar(255), created_at bigint not null,
    last_updated_by varchar(255), last_updated_at bigint not null, routing_strategy varchar(64),
    fallback_config_json text, experiment_id integer, usage_tracking boolean default '0' not null, workspace
    varchar(63) default 'default' not null, primary key (endpoint_id), unique (workspace, name), foreign key
    (experiment_id) references experiments (experiment_id) on delete set null
  );
  create index idx_endpoints_workspace on endpoints (workspace);
  create table endpoint_bindings (
    endpoint_id varchar(36) not null, resource_type varchar(50) not null, resource_id varchar(255) not null,
    created_at bigint not null, created_by varchar(255), last_updated_at bigint not null, last_updated_by
    varchar(255), display_name varchar(255), primary key (endpoint_id, resource_type, resource_id), foreign key
    (endpoint_id) references endpoints (endpoint_id) on delete cascade
  );
  create table secrets (
    secret_id varchar(36) not null, secret_name varchar(255) not null, encrypted_value blob not null, wrapped_dek
    blob not null, kek_version integer not null, masked_value varchar(500) not null, provider varchar(64),
    auth_config text, description text, created_by varchar(255), created_at bigint not null, last_updated_by
    varchar(255), last_updated_at bigint not null, workspace varchar(63) default 'default' not null, primary key
    (secret_id), unique (workspace, secret_name)
  );
  create index idx_secrets_workspace on secrets (workspace);
  create table model_definitions (
    model_definition_id varchar(36) not null, name varchar(255) not null, secret_id varchar(36), provider
    varchar(64) not null, model_name varchar(256) not null, created_by varchar(255), created_at bigint not null,
    last_updated_by varchar(255), last_updated_at bigint not null, workspace varchar(63) default 'default' not
    null, primary key (model_definition_id), unique (workspace, name), foreign key (secret_id) references secrets
    (secret_id) on delete set null
  );
  create index idx_model_definitions_workspace on model_definitions (workspace);
  create index index_model_definitions_provider on model_definitions (provider);
  create index index_model_definitions_secret_id on model_definitions (secret_id);
  create table endpoint_model_mappings (
    mapping_id varchar(36) not null, endpoint_id varchar(36) not null, model_definition_id varchar(36) not null,
    weight float not null, created_by varchar(255), created_at bigint not null, linkage_type varchar(64) default
    'PRIMARY' not null, fallback_order integer, primary key (mapping_id), foreign key (model_definition_id)
    references model_definitions (model_definition_id), foreign key (endpoint_id) references endpoints
    (endpoint_id) on delete cascade
  );
  create index index_endpoint_model_mappings_endpoint_id on endpoint_model_mappings (endpoint_id);
  create index index_endpoint_model_mappings_model_definition_id on endpoint_model_mappings (model_definition_id);
  create unique index unique_endpoint_model_linkage_mapping
    on endpoint_model_mappings (endpoint_id, model_definition_id, linkage_type);
  create table endpoint_tags (
    key varchar(250) not null, value varchar(5000), endpoint_id varchar(36) not null, primary key (key,
    endpoint_id), foreign key (endpoint_id) references endpoints (endpoint_id) on delete cascade
  );
  create index index_endpoint_tags_endpoint_id on endpoint_tags (endpoint_id);
  create table entity_associations (
    association_id varchar(36) not null, source_type varchar(36) not null, source_id varchar(36) not null,
    destination_type varchar(36) not null, destination_id varchar(36) not null, created_time bigint, primary key
    (source_type, source_id, destination_type, destination_id)
  );
  create index index_entity_associations_association_id on entity_associations (association_id);
  create index index_entity_associations_reverse_lookup
    on entity_associations (destination_type, destination_id, source_type, source_id);
  create table evaluation_datasets (
    dataset_id varchar(36) not null, name varchar(255) not null, schema text, profile text, digest varchar(64),
    created_time bigint, last_update_time bigint, created_by varchar(255), last_updated_by varchar(255), workspace
    varchar(63) default 'default' not null, primary key (dataset_id)
  );
  create index idx_evaluation_datasets_workspace on evaluation_datasets (workspace);
  create index index_evaluation_datasets_created_time on evaluation_datasets (created_time);
  create index index_evaluation_datasets_name on evaluation_datasets (name);
  create table evaluation_dataset_records (
    dataset_record_id varchar(36) not null, dataset_id varchar(36) not null, inputs json not null, expectations
    json, tags json, source json, source_id varchar(36), source_type varchar(255), created_time bigint,
    last_update_time bigint, created_by varchar(255), last_updated_by varchar(255), input_hash varchar(64) not
    null, outputs json, primary key (dataset_record_id), unique (dataset_id, input_hash), foreign key (dataset_id)
    references evaluation_datasets (dataset_id) on delete cascade
  );
  create index index_evaluation_dataset_records_dataset_id on evaluation_dataset_records (dataset_id);
  create table evaluation_dataset_tags (
    dataset_id varchar(36) not null, key varchar(255) not null, value varchar(5000), primary key (dataset_id,
    key), foreign key (dataset_id) references evaluation_datasets (dataset_id) on delete cascade
  );
  create index index_evaluation_dataset_tags_dataset_id on evaluation_dataset_tags (dataset_id);
  create table experiment_tags (
    key varchar(250) not null, value text, experiment_id integer not null, primary key (key, experiment_id),
    foreign key (experiment_id) references experiments (experiment_id)
  );
  create table scorers (
    experiment_id integer not null, scorer_name varchar(256) not null, scorer_id varchar(36) not null, primary key
    (scorer_id), foreign key (experiment_id) references experiments (experiment_id) on delete cascade
  );
  create unique index index_scorers_experiment_id_scorer_name on scorers (experiment_id, scorer_name);
  create table scorer_versions (
    scorer_id varchar(36) not null, scorer_version integer not null, serialized_scorer text not null,
    creation_time bigint, primary key (scorer_id, scorer_version), foreign key (scorer_id) references scorers
    (scorer_id) on delete cascade
  );
  create index index_scorer_versions_scorer_id on scorer_versions (scorer_id);
  create table guardrails (
    guardrail_id varchar(36) not null, name varchar(255) not null, scorer_id varchar(36) not null, scorer_version
    integer not null, stage varchar(32) not null, action varchar(32) not null, action_endpoint_id varchar(36),
    created_by varchar(255), created_at bigint not null, last_updated_by varchar(255), last_updated_at bigint not
    null, workspace varchar(63) default 'default' not null, primary key (guardrail_id), foreign key
    (action_endpoint_id) references endpoints (endpoint_id) on delete set null, foreign key (scorer_id,
    scorer_version) references scorer_versions (scorer_id, scorer_version)
  );
  create index idx_guardrails_scorer on guardrails (scorer_id, scorer_version);
  create index idx_guardrails_workspace on guardrails (workspace);
  create table guardrail_configs (
    endpoint_id varchar(36) not null, guardrail_id varchar(36) not null, execution_order integer, created_by
    varchar(255), created_at bigint not null, workspace varchar(63) default 'default' not null, primary key
    (endpoint_id, guardrail_id), foreign key (guardrail_id) references guardrails (guardrail_id) on delete
    cascade, foreign key (endpoint_id) references endpoints (endpoint_id) on delete cascade
  );
  create index idx_guardrail_configs_endpoint_id on guardrail_configs (endpoint_id);
  create index idx_guardrail_configs_guardrail_id on guardrail_configs (guardrail_id);
  create table input_tags (
    input_uuid varchar(36) not null, name varchar(255) not null, value varchar(500) not null, primary key
    (input_uuid, name)
  );
  create table inputs (
    input_uuid varchar(36) not null, source_type varchar(36) not null, source_id varchar(36) not null,
    destination_type varchar(36) not null, destination_id varchar(36) not null, step bigint default '0' not null,
    primary key (source_type, source_id, destination_type, destination_id)
  );
  create index index_inputs_destination_type_destination_id_source_type
    on inputs (destination_type, destination_id, source_type);
  create index index_inputs_input_uuid on inputs (input_uuid);
  create table runs (
    run_uuid varchar(32) not null, name varchar(250), source_type varchar(20), source_name varchar(500),
    entry_point_name varchar(50), user_id varchar(256), status varchar(9), start_time bigint, end_time bigint,
    source_version varchar(50), lifecycle_stage varchar(20), artifact_uri varchar(200), experiment_id integer,
    deleted_time bigint, primary key (run_uuid), foreign key (experiment_id) references experiments
    (experiment_id), check (lifecycle_stage in ('active', 'deleted')), check (source_type in ('NOTEBOOK', 'JOB',
    'LOCAL', 'UNKNOWN', 'PROJECT')), check (status in ('SCHEDULED', 'FAILED', 'FINISHED', 'RUNNING', 'KILLED'))
  );
  create table issues (
    issue_id varchar(36) not null, experiment_id integer not null, name varchar(250) not null, description text
    not null, status varchar(50) not null, severity varchar(50), root_causes text, source_run_id varchar(32),
    categories text, created_timestamp bigint not null, last_updated_timestamp bigint not null, created_by
    varchar(255), primary key (issue_id), foreign key (source_run_id) references runs (run_uuid) on delete set
    null, foreign key (experiment_id) references experiments (experiment_id) on delete cascade
  );
  create index index_issues_experiment_id on issues (experiment_id);
  create index index_issues_source_run_id on issues (source_run_id);
  create index index_issues_status on issues (status);
  create table jobs (
    id varchar(36) not null, creation_time bigint not null, job_name varchar(500) not null, params text not null,
    timeout float, status integer not null, result text, retry_count integer not null, last_update_time bigint not
    null, workspace varchar(63) default 'default' not null, status_details json, creator varchar(255),
    executor_backend varchar(255), lease_expires_at bigint, status_message text, progress json,
    progress_updated_at bigint, token_hash varchar(64), scoped_permissions json, next_attempt_at bigint, primary
    key (id)
  );
  create index index_jobs_name_status_creation_time on jobs (job_name, workspace, status, creation_time);
  create index index_jobs_status_lease_expires_at on jobs (status, lease_expires_at);
  create table job_locks (
    lock_key varchar(255) not null, job_id varchar(36) not null, acquired_at bigint not null, primary key
    (lock_key), foreign key (job_id) references jobs (id) on delete cascade
  );
  create index index_job_locks_job_id on job_locks (job_id);
  create table label_schemas (
    schema_id varchar(36) not null, experiment_id integer not null, name varchar(250) not null, type varchar(16)
    not null, instruction text, enable_comment boolean default '0' not null, input_type varchar(32) not null,
    input_config text not null, created_by varchar(255), created_time bigint not null, last_update_time bigint not
    null, is_default boolean default 0 not null, primary key (schema_id), unique (experiment_id, name), foreign
    key (experiment_id) references experiments (experiment_id) on delete cascade
  );
  create index index_label_schemas_experiment_id on label_schemas (experiment_id);
  create table latest_metrics (
    key varchar(250) not null, value float not null, timestamp bigint, step bigint not null, is_nan boolean not
    null, run_uuid varchar(32) not null, primary key (key, run_uuid), foreign key (run_uuid) references runs
    (run_uuid), check (is_nan in (0, 1))
  );
  create index index_latest_metrics_run_uuid on latest_metrics (run_uuid);
  create table logged_models (
    model_id varchar(36) not null, experiment_id integer not null, name varchar(500) not null, artifact_location
    varchar(1000) not null, creation_timestamp_ms bigint not null, last_updated_timestamp_ms bigint not null,
    status integer not null, lifecycle_stage varchar(32), model_type varchar(500), source_run_id varchar(32),
    status_message varchar(1000), primary key (model_id), foreign key (experiment_id) references experiments
    (experiment_id) on delete cascade, check (lifecycle_stage in ('active', 'deleted'))
  );
  create table logged_model_metrics (
    model_id varchar(36) not null, metric_name varchar(500) not null, metric_timestamp_ms bigint not null,
    metric_step bigint not null, metric_value float, experiment_id integer not null, run_id varchar(32) not null,
    dataset_uuid varchar(36), dataset_name varchar(500), dataset_digest varchar(36), primary key (model_id,
    metric_name, metric_timestamp_ms, metric_step, run_id), foreign key (run_id) references runs (run_uuid) on
    delete cascade, foreign key (model_id) references logged_models (model_id) on delete cascade, foreign key
    (experiment_id) references experiments (experiment_id)
  );
  create index index_logged_model_metrics_model_id on logged_model_metrics (model_id);
  create table logged_model_params (
    model_id varchar(36) not null, experiment_id integer not null, param_key varchar(255) not null, param_value
    text not null, primary key (model_id, param_key), foreign key (model_id) references logged_models (model_id)
    on delete cascade, foreign key (experiment_id) references experiments (experiment_id)
  );
  create table logged_model_tags (
    model_id varchar(36) not null, experiment_id integer not null, tag_key varchar(255) not null, tag_value text
    not null, primary key (model_id, tag_key), foreign key (model_id) references logged_models (model_id) on
    delete cascade, foreign key (experiment_id) references experiments (experiment_id)
  );
  create table mcp_servers (
    workspace varchar(63) default 'default' not null, name varchar(256) not null, display_name varchar(256),
    description text, icons json, created_by varchar(256), last_updated_by varchar(256), created_at bigint not
    null, last_updated_at bigint not null, primary key (workspace, name)
  );
  create table mcp_access_endpoints (
    id varchar(36) not null, workspace varchar(63) default 'default' not null, server_name varchar(256) not null,
    server_version varchar(128), server_alias varchar(256), url varchar(2048) not null, transport_type varchar(32)
    default 'streamable-http' not null, created_by varchar(256), last_updated_by varchar(256), created_at bigint
    not null, last_updated_at bigint not null, primary key (id), foreign key (workspace, server_name) references
    mcp_servers (workspace, name) on update cascade on delete cascade
  );
  create index ix_mcp_access_endpoints_alias on mcp_access_endpoints (workspace, server_name, server_alias);
  create index ix_mcp_access_endpoints_server_name on mcp_access_endpoints (workspace, server_name);
  create index ix_mcp_access_endpoints_version on mcp_access_endpoints (workspace, server_name, server_version);
  create table mcp_server_aliases (
    workspace varchar(63) default 'default' not null, name varchar(256) not null, alias varchar(256) not null,
    version varchar(128) not null, primary key (workspace, name, alias), foreign key (workspace, name) references
    mcp_servers (workspace, name) on update cascade on delete cascade
  );
  create table mcp_server_tags (
    workspace varchar(63) default 'default' not null, name varchar(256) not null, key varchar(250) not null, value
    varchar(5000), primary key (workspace, name, key), foreign key (workspace, name) references mcp_servers
    (workspace, name) on update cascade on delete cascade
  );
  create table mcp_server_versions (
    workspace varchar(63) default 'default' not null, name varchar(256) not null, version varchar(128) not null,
    version_major integer not null, version_minor integer not null, version_patch integer not null,
    version_prerelease_sort_key varchar(512) not null, server_json json not null, status varchar(20) default
    'draft' not null, tools json, source varchar(512), connect_options json, created_by varchar(256),
    last_updated_by varchar(256), created_at bigint not null, last_updated_at bigint not null, primary key
    (workspace, name, version), foreign key (workspace, name) references mcp_servers (workspace, name) on update
    cascade on delete cascade
  );
  create index idx_mcp_server_versions_latest
    on mcp_server_versions (workspace, name, status, version_major desc, version_minor desc, version_patch desc);
  create table mcp_server_version_tags (
    workspace varchar(63) default 'default' not null, name varchar(256) not null, version varchar(128) not null,
    key varchar(250) not null, value varchar(5000), primary key (workspace, name, version, key), foreign key
    (workspace, name, version) references mcp_server_versions (workspace, name, version) on update cascade on
    delete cascade
  );
  create table metrics (
    key varchar(250) not null, value float not null, timestamp bigint not null, run_uuid varchar(32) not null,
    step bigint default '0' not null, is_nan boolean default '0' not null, primary key (key, timestamp, step,
    run_uuid, value, is_nan), foreign key (run_uuid) references runs (run_uuid), check (is_nan in (0, 1))
  );
  create index index_metrics_run_uuid on metrics (run_uuid);
  create index index_metrics_run_uuid_key_step on metrics (run_uuid, key, step);
  create table registered_models (
    name varchar(256) not null, creation_time bigint, last_updated_time bigint, description varchar(5000),
    workspace varchar(63) default 'default' not null, primary key (workspace, name)
  );
  create index idx_registered_models_workspace on registered_models (workspace);
  create table model_versions (
    name varchar(256) not null, version integer not null, creation_time bigint, last_updated_time bigint,
    description varchar(5000), user_id varchar(256), current_stage varchar(20), source varchar(500), run_id
    varchar(32), status varchar(20), status_message varchar(500), run_link varchar(500), storage_location
    varchar(500), workspace varchar(63) default 'default' not null, primary key (workspace, name, version),
    foreign key (workspace, name) references registered_models (workspace, name) on update cascade
  );
  create table model_version_tags (
    key varchar(250) not null, value text, name varchar(256) not null, version integer not null, workspace
    varchar(63) default 'default' not null, primary key (workspace, key, name, version), foreign key (workspace,
    name, version) references model_versions (workspace, name, version) on update cascade
  );
  create index idx_model_version_tags_workspace_name_version on model_version_tags (workspace, name, version);
  create table online_scoring_configs (
    online_scoring_config_id varchar(36) not null, scorer_id varchar(36) not null, sample_rate float not null,
    experiment_id integer not null, filter_string text, primary key (online_scoring_config_id), foreign key
    (experiment_id) references experiments (experiment_id), foreign key (scorer_id) references scorers (scorer_id)
    on delete cascade
  );
  create table params (
    key varchar(250) not null, value varchar(8000) not null, run_uuid varchar(32) not null, primary key (key,
    run_uuid), foreign key (run_uuid) references runs (run_uuid)
  );
  create index index_params_run_uuid on params (run_uuid);
  create table registered_model_aliases (
    alias varchar(256) not null, version integer not null, name varchar(256) not null, workspace varchar(63)
    default 'default' not null, primary key (workspace, name, alias), foreign key (workspace, name) references
    registered_models (workspace, name) on update cascade on delete cascade
  );
  create table registered_model_tags (
    key varchar(250) not null, value varchar(5000), name varchar(256) not null, workspace varchar(63) default
    'default' not null, primary key (workspace, key, name), foreign key (workspace, name) references
    registered_models (workspace, name) on update cascade
  );
  create index idx_registered_model_tags_workspace_name on registered_model_tags (workspace, name);
  create table review_queues (
    queue_id varchar(36) not null, experiment_id integer not null, name varchar(250) not null, queue_type
    varchar(16) not null, created_by varchar(255), creation_time_ms bigint not null, last_update_time_ms bigint
    not null, name_key varchar(250) not null, primary key (queue_id), unique (experiment_id, name_key), foreign
    key (experiment_id) references experiments (experiment_id) on delete cascade
  );
  create index index_review_queues_experiment_id on review_queues (experiment_id);
  create table review_queue_items (
    queue_id varchar(36) not null, item_type varchar(16) not null, item_id varchar(50) not null, status
    varchar(16) not null, completed_by varchar(250), completed_time_ms bigint, creation_time_ms bigint not null,
    last_update_time_ms bigint not null, primary key (queue_id, item_id), foreign key (queue_id) references
    review_queues (queue_id) on delete cascade
  );
  create index index_review_queue_items_item_id on review_queue_items (item_id);
  create index index_review_queue_items_queue_id_status on review_queue_items (queue_id, status);
  create table review_queue_label_schemas (
    queue_id varchar(36) not null, schema_id varchar(36) not null, primary key (queue_id, schema_id), foreign key
    (queue_id) references review_queues (queue_id) on delete cascade
  );
  create index index_review_queue_label_schemas_schema_id on review_queue_label_schemas (schema_id);
  create table review_queue_users (
    queue_id varchar(36) not null, user_id varchar(250) not null, primary key (queue_id, user_id), foreign key
    (queue_id) references review_queues (queue_id) on delete cascade
  );
  create index index_review_queue_users_user_id on review_queue_users (user_id);
  create table scheduler_leases (
    lease_key varchar(255) not null, acquired_at bigint not null, ttl_seconds integer not null, primary key
    (lease_key)
  );
  create table spans (
    trace_id varchar(50) not null, experiment_id integer not null, span_id varchar(50) not null, parent_span_id
    varchar(50), name text, type varchar(500), status varchar(50) not null, start_time_unix_nano bigint not null,
    end_time_unix_nano bigint, duration_ns bigint generated always as (end_time_unix_nano - start_time_unix_nano)
    stored, content text not null, input_cost float, output_cost float, total_cost float, model_name varchar(500),
    model_provider varchar(500), primary key (trace_id, span_id), foreign key (trace_id) references trace_info
    (request_id) on delete cascade, foreign key (experiment_id) references experiments (experiment_id)
  );
  create index idx_spans_cost_exp_time_cover on spans (experiment_id, start_time_unix_nano);
  create index idx_spans_cost_trace_time_cover on spans (trace_id, start_time_unix_nano);
  create index index_spans_experiment_id_duration on spans (experiment_id, duration_ns);
  create index index_spans_experiment_id_start_time on spans (experiment_id, start_time_unix_nano);
  create index index_spans_experiment_id_status_type on spans (experiment_id, status, type);
  create index index_spans_experiment_id_type_status on spans (experiment_id, type, status);
  create table span_metrics (
    trace_id varchar(50) not null, span_id varchar(50) not null, key varchar(250) not null, value float, primary
    key (trace_id, span_id, key), foreign key (trace_id, span_id) references spans (trace_id, span_id) on delete
    cascade
  );
  create index index_span_metrics_trace_id_span_id on span_metrics (trace_id, span_id);
  create table sql_assessment_daily_rollups (
    id integer not null, experiment_id integer not null, rollup_day date not null, metric_name varchar(250) not
    null, grouping_set varchar(50) not null, sample_count bigint not null, sum_value float, min_value float,
    max_value float, primary key (id)
  );
  create index idx_assessment_rollups_lookup
    on sql_assessment_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set);
  create table sql_span_cost_daily_rollups (
    id integer not null, experiment_id integer not null, rollup_day date not null, metric_name varchar(250) not
    null, grouping_set varchar(50) not null, model_name varchar(500), model_provider varchar(500), sample_count
    bigint not null, sum_value float, min_value float, max_value float, primary key (id)
  );
  create index idx_span_cost_rollups_lookup
    on sql_span_cost_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, model_name, model_provider);
  create table sql_trace_metric_daily_rollups (
    id integer not null, experiment_id integer not null, rollup_day date not null, metric_name varchar(250) not
    null, grouping_set varchar(50) not null, trace_status varchar(50), sample_count bigint not null, sum_value
    float, min_value float, max_value float, p50_value float, p90_value float, p99_value float, primary key (id)
  );
  create index idx_trace_rollups_lookup
    on sql_trace_metric_daily_rollups (experiment_id, rollup_day, metric_name, grouping_set, trace_status);
  create table sql_trace_rollup_rebuild_queue (
    experiment_id integer not null, rollup_day date not null, rollup_family varchar(50) not null, primary key
    (experiment_id, rollup_day, rollup_family)
  );
  create table tags (
    key varchar(250) not null, value varchar(8000), run_uuid varchar(32) not null, primary key (key, run_uuid),
    foreign key (run_uuid) references runs (run_uuid)
  );
  create index index_tags_run_uuid on tags (run_uuid);
  create table trace_metrics (
    request_id varchar(50) not null, key varchar(250) not null, value float, primary key (request_id, key),
    foreign key (request_id) references trace_info (request_id) on delete cascade
  );
  create index index_trace_metrics_request_id on trace_metrics (request_id);
  create table trace_request_metadata (
    key varchar(250) not null, value varchar(8000), request_id varchar(50) not null, primary key (key,
    request_id), foreign key (request_id) references trace_info (request_id) on delete cascade
  );
  create index index_trace_request_metadata_request_id on trace_request_metadata (request_id);
  create table trace_tags (
    key varchar(250) not null, value varchar(8000), request_id varchar(50) not null, primary key (key,
    request_id), foreign key (request_id) references trace_info (request_id) on delete cascade
  );
  create index index_trace_tags_request_id on trace_tags (request_id);
  create table webhooks (
    webhook_id varchar(256) not null, name varchar(256) not null, description varchar(1000), url varchar(500) not
    null, status varchar(20) default 'ACTIVE' not null, secret varchar(1000), creation_timestamp bigint,
    last_updated_timestamp bigint, deleted_timestamp bigint, workspace varchar(63) default 'default' not null,
    primary key (webhook_id)
  );
  create index idx_webhooks_name on webhooks (name);
  create index idx_webhooks_status on webhooks (status);
  create index idx_webhooks_workspace on webhooks (workspace);
  create table webhook_events (
    webhook_id varchar(256) not null, entity varchar(50) not null, action varchar(50) not null, primary key
    (webhook_id, entity, action), foreign key (webhook_id) references webhooks (webhook_id) on delete cascade
  );
  create index idx_webhook_events_action on webhook_events (action);
  create index idx_webhook_events_entity on webhook_events (entity);
  create index idx_webhook_events_entity_action on webhook_events (entity, action);
  create table workspaces (
    name varchar(63) not null, description text, default_artifact_root text, trace_archival_location text,
    trace_archival_retention varchar(32), primary key (name)
  );
  create trigger prevent_secrets_aad_mutation before update on secrets
  when old.secret_id <> new.secret_id or old.secret_name <> new.secret_name
  begin select raise(abort, 'a secret is encrypted together with its id and name'); end;
  insert into alembic_version values ('${MLFLOW_REVISION}');
  insert into workspaces (name, description) values ('default', 'What belongs to no other workspace');
`
