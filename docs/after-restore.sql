-- Run this once after each restore of the system of record, as the owner of its tables, while no owner, shard, gateway or worker
-- runs:
--     psql --set ON_ERROR_STOP=1 --single-transaction --file after-restore.sql …
-- A restore takes every counter back, and what was counted since the backup is remembered outside of the database. This moves
-- the counters past all of that, so that whoever holds something of the time that is lost loses. It is safe to run it twice.

-- Workers compare terms, and their ledgers compare items, within one database: it is another one now.
update owner.identity set id = gen_random_uuid();

-- A grant is the last term + 1. A million is more grants than come between backup and restore, and the API server keeps a term
-- in 32 bits. Nobody holds a role: the holder of the backup must be granted it anew.
update owner.lease set term = term + 1000000, expires_at = clock_timestamp();

-- Tokens of locks are versions of locks. No lock is held: the owners see each as expired and say so to those who watch it.
select setval('owner.lock_version', nextval('owner.lock_version') + 1000000000000);
update owner.named_lock set expires_at = clock_timestamp() where holder is not null;

-- Numbers that people and messages know: no new job or pipeline gets one that a lost one had.
select setval(pg_get_serial_sequence('owner.job', 'id'), nextval(pg_get_serial_sequence('owner.job', 'id')) + 1000000);
select setval(pg_get_serial_sequence('owner.pipeline', 'id'), nextval(pg_get_serial_sequence('owner.pipeline', 'id')) + 1000000);
select setval(pg_get_serial_sequence('owner.topology_change', 'id'), nextval(pg_get_serial_sequence('owner.topology_change', 'id')) + 1000000);

-- A change that was under way is over: before its switch it is rolled back, after it what it left behind is gone with the
-- replicas' indexes.
update owner.topology_change
   set state = case state when 'PREPARING' then 'ROLLED_BACK' else 'DONE' end,
       reason = 'The database was restored from a backup', finished_at = clock_timestamp()
 where state in ('PREPARING', 'SWITCHED');

-- Gateways and shards that know a lost topology take a newer one only.
update owner.topology
   set epoch = epoch + 1000000, updated_at = clock_timestamp(),
       document = jsonb_set(document, '{epoch}', to_jsonb(epoch + 1000000));

-- What is in flight at the backup is sent again, with its next attempt, as soon as an owner looks.
update owner.item set due_at = clock_timestamp() where state in ('QUEUED', 'RUNNING');

-- The owner alone, without shards, has no schema "documents".
do $$
begin
	if to_regclass('documents.identity') is not null then
		-- Every replica builds its index anew.
		update documents.identity set id = gen_random_uuid();
		-- An ETag is a version: no new version of a document gets one that a lost version had.
		update documents.slot_version set version = version + 1000000000000;
		-- Where replicas were; those that start announce themselves.
		delete from documents.replica;
		delete from documents.heat;
	end if;
end
$$;
