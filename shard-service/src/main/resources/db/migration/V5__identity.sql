-- Which database this is, so that an index that was kept knows whether it is of this one. After a restore from a backup, a
-- new one makes all replicas build their index anew: update documents.identity set id = gen_random_uuid().
create table identity (
    id uuid primary key default gen_random_uuid()
);

insert into identity default values;
