-- What an item that is DONE has led to, as its worker said; null if nothing.
alter table item add column output bytea check (octet_length(output) <= 1048576);
