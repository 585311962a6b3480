import type { Dialect } from './db.ts'

/** The tables of the model registry. */
export const registryTables = ({ type, clustered }: Dialect): string[] => [
  `create table registered_models (
    id ${type.id},
    name text not null unique,
    description text not null,
    deployment_job_id text not null,
    is_prompt bigint not null,
    last_version bigint not null,
    creation_time bigint not null,
    last_update_time bigint not null
  )`,
  `create index registered_models_by_update on registered_models (last_update_time desc, name)`,
  `create table registered_model_tags (
    model bigint not null references registered_models(id) on delete cascade,
    key text not null,
    value text not null,
    primary key (model, key)
  )${clustered}`,
  `create table model_versions (
    model bigint not null references registered_models(id) on delete cascade,
    version bigint not null,
    stage text not null,
    description text,
    source text not null,
    storage_location text not null,
    run_id text not null,
    run_link text not null,
    model_id text not null,
    copied_model bigint,
    copied_version bigint,
    creation_time bigint not null,
    last_update_time bigint not null,
    primary key (model, version)
  )${clustered}`,
  `create index model_versions_by_stage on model_versions (model, stage, version)`,
  `create index model_versions_by_update on model_versions (last_update_time desc, model, version)`,
  `create index model_versions_by_run on model_versions (run_id)`,
  `create index model_versions_by_model_id on model_versions (model_id)`,
  `create index model_versions_by_copied on model_versions (copied_model, copied_version)`,
  `create table model_version_tags (
    model bigint not null,
    version bigint not null,
    key text not null,
    value text not null,
    primary key (model, version, key),
    foreign key (model, version) references model_versions(model, version) on delete cascade
  )${clustered}`,
  `create table model_aliases (
    model bigint not null,
    alias text not null,
    version bigint not null,
    primary key (model, alias),
    foreign key (model, version) references model_versions(model, version) on delete cascade
  )${clustered}`,
  `create index model_aliases_by_version on model_aliases (model, version)`,
  `create table transition_requests (
    id ${type.id},
    model bigint not null,
    version bigint not null,
    stage text not null,
    user_id text not null,
    time bigint not null,
    comment text not null,
    foreign key (model, version) references model_versions(model, version) on delete cascade
  )`,
  `create index transition_requests_by_version on transition_requests (model, version)`,
  `create table registry_events (
    id ${type.id},
    time bigint not null,
    user_id text not null,
    action text not null,
    model bigint not null,
    name text not null,
    version bigint,
    key text,
    before text,
    after text,
    comment text
  )`,
  `create index registry_events_by_model on registry_events (model, id)`,
  `create index registry_events_by_name on registry_events (name, id)`,
  `create table webhooks (
    id ${type.id},
    webhook_id text not null unique,
    name text not null,
    description text not null,
    url text not null,
    secret text,
    status text not null,
    creation_time bigint not null,
    last_update_time bigint not null
  )`,
  `create table webhook_events (
    event text not null,
    webhook bigint not null references webhooks(id),
    primary key (event, webhook)
  )${clustered}`,
  `create index webhook_events_by_webhook on webhook_events (webhook)`,
  `create table webhook_deliveries (
    id ${type.id},
    delivery_id text not null unique,
    webhook bigint not null references webhooks(id),
    event text not null,
    body text not null,
    time bigint not null,
    state text not null,
    attempts bigint not null,
    last_attempt_at bigint,
    next_attempt_at bigint,
    response_status bigint,
    error text
  )`,
  `create index webhook_deliveries_by_webhook on webhook_deliveries (webhook, id)`,
  `create index webhook_deliveries_due on webhook_deliveries (next_attempt_at, time)`,
  `create index webhook_deliveries_due_by_webhook on webhook_deliveries (webhook, next_attempt_at, id)`,
  `create index webhook_deliveries_sending on webhook_deliveries (webhook) where state = 'SENDING'`,
]
