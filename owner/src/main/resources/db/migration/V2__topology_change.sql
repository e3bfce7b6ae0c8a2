-- A change of the topology, from its plan to the end of what it left behind. The shards read the one that is under way.
create table topology_change (
	id          bigint      generated always as identity primary key,
	state       text        not null default 'PREPARING'
	                        check (state in ('PREPARING', 'SWITCHED', 'DONE', 'ROLLED_BACK')),
	reason      text,
	source      jsonb       not null,
	target      jsonb       not null,
	term        bigint,
	started_at  timestamptz not null default clock_timestamp(),
	switched_at timestamptz,
	finished_at timestamptz
);
-- One at a time.
create unique index topology_change_under_way on topology_change ((true)) where state in ('PREPARING', 'SWITCHED');
