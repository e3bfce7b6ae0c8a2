-- Which database the terms are of: those of another one, or of one that was made anew, are not compared with them. After a
-- restore from a backup, which takes terms back, a new one makes workers begin to compare anew:
-- update owner.identity set id = gen_random_uuid().
create table identity (
	id uuid primary key default gen_random_uuid()
);

insert into identity default values;
