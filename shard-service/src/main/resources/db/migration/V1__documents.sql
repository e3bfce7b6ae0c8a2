-- One row a slot. A writer takes the next version of its slot here and keeps the row locked until it commits: so the
-- versions of a slot become visible in their order, without gaps, and "everything after version v" misses nothing.
create table slot_version (
    slot    smallint primary key check (slot between 0 and 1023),
    version bigint   not null default 0
);

insert into slot_version (slot) select generate_series(0, 1023);

-- The system of record. A deleted document stays as an empty row, so that replicas learn of the deletion by its version.
create table document (
    id         text collate "C" primary key check (octet_length(id) between 1 and 512),
    slot       smallint    not null references slot_version,
    version    bigint      not null,
    deleted    boolean     not null default false,
    title      text        not null,
    body       text        not null,
    attributes jsonb       not null,
    updated_at timestamptz not null default now()
);

create unique index document_slot_version on document (slot, version);
