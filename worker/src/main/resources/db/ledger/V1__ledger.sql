-- One line for each item whose effect is in this database. It is inserted in the transaction of the effect.
create table item (
    owner_database text not null,
    job text not null,
    id text not null,
    -- SHA-256 of the content that had the effect.
    digest bytea not null,
    output bytea,
    finished_at timestamptz not null default clock_timestamp(),
    primary key (owner_database, job, id)
);
