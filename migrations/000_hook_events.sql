-- The log of hook events as it stands before migration 004: the starting point, one row a firing of a hook.
-- Plain SQL in one transaction: psql, PGlite and node-postgres run it as it is. It creates everything or nothing.

begin;

create table hook_events (
  id uuid not null,
  source character varying(255) not null,
  action character varying(255) not null,
  resource character varying(255) not null,
  resource_id character varying(255) not null,
  payload jsonb not null default '{}',
  metadata jsonb not null default '{}',
  processed boolean not null default false,
  processing_errors text[],
  retry_count integer not null default 0,
  created_at timestamp with time zone not null default now(),
  processed_at timestamp with time zone,
  constraint hook_events_pkey primary key (id),
  constraint hook_events_retry_count_check check (retry_count between 0 and 10),
  constraint hook_events_processed_at_check check (processed_at is null or processed_at >= created_at)
);

create index idx_hook_events_source_action on hook_events (source, action);
create index idx_hook_events_processed on hook_events (processed, created_at desc) where not processed;
create index idx_hook_events_created_at on hook_events (created_at desc);
create index idx_hook_events_retry on hook_events (retry_count, created_at) where retry_count > 0;

comment on table hook_events is
  'One row for each firing of a hook of an AI coding assistant; written once, then marked as processed.';
comment on column hook_events.id is 'Identity of the event, given by the logger.';
comment on column hook_events.source is 'The hook that fired, e.g. PostToolUse.';
comment on column hook_events.action is 'What happened, e.g. tool_completion.';
comment on column hook_events.resource is 'The kind of thing it happened to, e.g. tool.';
comment on column hook_events.resource_id is 'Which one: a tool name, an agent name, a session id or a correlation id.';
comment on column hook_events.payload is 'What the hook reported; any JSON.';
comment on column hook_events.metadata is 'What the logger added, session_id above all; any JSON.';
comment on column hook_events.processed is 'Whether a worker has dealt with the event.';
comment on column hook_events.processing_errors is 'What went wrong while dealing with it; null when nothing did.';
comment on column hook_events.retry_count is 'How often a worker has tried again, 0 to 10.';
comment on column hook_events.created_at is 'When the hook fired.';
comment on column hook_events.processed_at is 'When a worker was done; null before, never earlier than created_at.';
comment on constraint hook_events_pkey on hook_events is 'An event is logged once.';
comment on constraint hook_events_retry_count_check on hook_events is 'Workers give up after ten retries.';
comment on constraint hook_events_processed_at_check on hook_events is 'Nothing is processed before it happened.';
comment on index idx_hook_events_source_action is 'Events of one hook, or of one action of it.';
comment on index idx_hook_events_processed is 'The worker''s queue: what is not processed yet, newest first.';
comment on index idx_hook_events_created_at is 'The newest events of all hooks.';
comment on index idx_hook_events_retry is 'Events that had to be tried again, by number of retries.';

commit;
