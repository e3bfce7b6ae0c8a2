-- Who owns what until when. All times are the database's: no application's clock takes part.
create table lease (
	name        text        primary key,
	holder      text        not null,
	term        bigint      not null check (term > 0),
	acquired_at timestamptz not null,
	expires_at  timestamptz not null
);

-- One row: the topology in force. Written by the elected owner alone, read by the shards.
create table topology (
	singleton  boolean     primary key default true check (singleton),
	epoch      bigint      not null,
	term       bigint      not null,
	document   jsonb       not null,
	updated_at timestamptz not null default now()
);

create table job (
	id          bigint      generated always as identity primary key,
	source      text        not null,
	handler     text        not null,
	parameters  jsonb       not null,
	state       text        not null default 'LISTING' check (state in ('LISTING', 'RUNNING', 'DONE', 'FAILED')),
	reason      text,
	skipped     jsonb       not null default '{}',
	created_at  timestamptz not null default clock_timestamp(),
	listed_at   timestamptz,
	finished_at timestamptz
);
create index job_active on job (id) where state in ('LISTING', 'RUNNING');

-- due_at: when a PENDING or RETRY item may be enqueued; by when news of a QUEUED or RUNNING item must have come.
create table item (
	job           bigint      not null references job,
	id            text        not null check (octet_length(id) between 1 and 512),
	state         text        not null default 'PENDING'
	                          check (state in ('PENDING', 'QUEUED', 'RUNNING', 'DONE', 'RETRY', 'DEAD')),
	size          bigint      not null,
	attempt       integer     not null default 0,
	attempt_limit integer     not null,
	due_at        timestamptz not null default clock_timestamp(),
	worker        text,
	reason        text,
	took_ms       bigint,
	queued_at     timestamptz,
	started_at    timestamptz,
	finished_at   timestamptz,
	primary key (job, id)
);
create index item_due on item (due_at) where state in ('PENDING', 'RETRY');
create index item_in_flight on item (due_at) where state in ('QUEUED', 'RUNNING');
create index item_dead on item (job, id) where state = 'DEAD';
