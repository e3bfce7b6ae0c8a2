-- Who had which lease when: the last hundred of all leases, for people.
create table lease_transition (
	name   text        not null,
	term   bigint      not null,
	holder text        not null,
	since  timestamptz not null,
	until  timestamptz,
	how    text        check (how in ('RELEASED', 'EXPIRED')),
	primary key (name, term),
	check ((until is null) = (how is null))
);
create index lease_transition_since on lease_transition (since);

-- expires_at = '-infinity': the lease is kept elsewhere, and this row only refuses the effects of older terms.

-- There was one lease for all that an owner does. Each role's terms go on above its terms, and whoever holds it from an
-- older release is refused from now on.
insert into lease (name, holder, term, acquired_at, expires_at)
select role, holder, term, acquired_at, clock_timestamp()
  from lease, (values ('jobs'), ('topology')) as roles (role)
 where name = 'owner'
    on conflict (name) do nothing;
delete from lease where name = 'owner';
