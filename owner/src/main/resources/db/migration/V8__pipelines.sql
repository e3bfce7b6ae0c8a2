-- A pipeline is jobs that feed each other: its stages. A job's barrier holds what it is fed until all of that is there;
-- proceed: also without what is DEAD; released_at: when it went on. fan_in: how many results a REDUCE makes one of, at
-- most; reduce_by: which of them belong together, as order_by says it, null: all.
create table owner.pipeline (
	id         bigint      generated always as identity primary key,
	name       text        not null,
	source     text        not null,
	created_at timestamptz not null default clock_timestamp()
);

alter table owner.job
	add column pipeline    bigint   references owner.pipeline,
	add column stage       text,
	add column barrier     text     check (barrier in ('JOIN', 'REDUCE')),
	add column fan_in      smallint check (fan_in >= 2),
	add column reduce_by   text,
	add column proceed     boolean  not null default false,
	add column released_at timestamptz,
	add check ((pipeline is null) = (stage is null));
create unique index job_stage on owner.job (pipeline, stage) where pipeline is not null;

-- Which job's results are items of which. prefix: goes before their ids, where several jobs feed one. buffer: so many may
-- wait in to_job before no more of from_job is sent out; null: any number.
create table owner.feed (
	from_job bigint  not null references owner.job,
	to_job   bigint  not null references owner.job,
	prefix   text    not null,
	buffer   integer check (buffer > 0),
	primary key (from_job, to_job),
	check (from_job < to_job)
);
create index feed_to on owner.feed (to_job);

-- What an item contains: content; or the output of the item origin_item of origin_job; or, where that is null, the item
-- origin_item (null: of its own id) of its job's source; or, where level is not 0, the results that are reduced_by it.
-- reduce_key: which results belong together.
alter table owner.item
	add column content     bytea    check (octet_length(content) <= 1048576),
	add column origin_job  bigint,
	add column origin_item text,
	add column level       smallint not null default 0,
	add column reduce_key  text,
	add column reduced_by  text;
create index item_unreduced on owner.item (job, reduce_key, id collate "C") where reduce_key is not null and reduced_by is null;
-- Whether a job has any: asked for each that runs, with every look.
create index item_open on owner.item (job) where state not in ('DONE', 'DEAD');
create index item_reduced on owner.item (job, reduced_by) where reduced_by is not null;
