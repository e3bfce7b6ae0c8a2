-- How often the keys of each slot are asked for at each replica, and which most. The owner reads it.
create table heat (
    shard    smallint    not null,
    replica  text        not null,
    -- Requests per second by slot; the first is slot 0.
    rates    real[]      not null,
    -- The length in seconds of the window behind the rates.
    seconds  real        not null,
    -- [{key, requestsPerSecond, error}], hottest first.
    hot_keys jsonb       not null,
    seen_at  timestamptz not null default clock_timestamp(),
    primary key (shard, replica)
);
