-- What each replica of a shard announces of itself: where it is and how far. The owner reads it, and through it routers.
create table replica (
    shard          smallint    not null,
    replica        text        not null,
    uri            text        not null,
    -- The topology in force as far as it knows.
    epoch          bigint      not null,
    -- The newest topology, in force or to come, of which its index has everything that its shard owns.
    prepared_epoch bigint      not null,
    seen_at        timestamptz not null default clock_timestamp(),
    primary key (shard, replica)
);
