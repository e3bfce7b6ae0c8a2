-- Who works, with how many items at a time, as their reports say. finish_by: when a job is wanted to be over.
create table owner.worker (
	id          text        primary key,
	concurrency integer     not null check (concurrency between 1 and 10000),
	seen_at     timestamptz not null default clock_timestamp()
);

alter table owner.job add column finish_by timestamptz;
