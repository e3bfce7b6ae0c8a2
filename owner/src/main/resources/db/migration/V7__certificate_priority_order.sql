-- certificate: what a job that is DONE proves, null until then. reopened: how often an item was put back, so that a
-- certificate is never of items that have changed since they were read.
alter table owner.job
	add column certificate jsonb,
	add column reopened    integer  not null default 0,
	add column priority    smallint not null default 4 check (priority between 0 and 9),
	add column order_by    text;

-- seq: the order of the list. order_key: items of a job with the same one are worked on one after the other; those whose turn
-- has not come are due at 'infinity'.
alter table owner.item
	add column seq       bigint generated always as identity,
	add column order_key text;

drop index owner.item_due;
create index item_due on owner.item (job, due_at, seq) where state in ('PENDING', 'RETRY');
create index item_order on owner.item (job, order_key, seq) where order_key is not null and state not in ('DONE', 'DEAD');
