-- Numbers versions, and so tokens, of all locks: they rise even when a lock's row is deleted and made anew.
create sequence lock_version;

-- A lock that nobody holds, or held until expires_at by the database's clock. The version changes with each event.
create table named_lock (
	name       text        collate "C" primary key,
	version    bigint      not null default 0,
	holder     text,
	token      bigint,
	attempt    text,
	expires_at timestamptz,
	value      bytea       check (octet_length(value) <= 65536),
	value_type text,
	changed_at timestamptz not null default clock_timestamp(),
	check ((holder is null) = (token is null) and (holder is null) = (expires_at is null)),
	check ((value is null) = (value_type is null))
);
create index named_lock_expiry on named_lock (expires_at) where holder is not null;
create index named_lock_unused on named_lock (changed_at) where holder is null and value is null;

-- What happened to a lock, the last hundred of each. previous is the version before: who knows it has missed nothing.
create table lock_event (
	name     text        collate "C" not null references named_lock on delete cascade,
	version  bigint      not null,
	previous bigint      not null,
	type     text        not null check (type in ('acquired', 'released', 'expired', 'value')),
	holder   text,
	token    bigint,
	at       timestamptz not null default clock_timestamp(),
	primary key (name, version)
);
