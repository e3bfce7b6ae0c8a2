-- Where the replica runs, as routers name zones; null if it did not say. A replica of the version before says nothing of it.
alter table replica add column zone text;
