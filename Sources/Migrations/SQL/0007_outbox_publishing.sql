-- How events leave the outbox: claimed with a lease, sent to the bus, settled; each step commits on its own.
--
-- Whoever dies between two steps leaves a lease that runs out, and the event is sent again: nothing is lost, and a
-- consumer may see an event twice. Only the first waiting event of an aggregate can be claimed, so that the bus gets
-- the events of an aggregate one after the other. An event that was given up (dead_at) no longer holds up the others.

set local role nerdwork_owner;

alter table outbox.events
    add column dead_at timestamptz,
    -- Events from before this migration belong to the relay.
    add column writer text not null default 'nerdwork_relay',
    add constraint events_one_end check (published_at is null or dead_at is null),
    -- One event with a time that cannot be computed with would stop the relay for all.
    add constraint events_created_at check (created_at >= '1970-01-01 00:00Z' and created_at < '9000-01-01 00:00Z');
alter table outbox.events alter column writer set default session_user;

comment on table outbox.events is
    'Outgoing events, in the order of position; waiting ones have neither published_at nor dead_at.';
comment on column outbox.events.next_attempt_at is
    'Nobody claims the event until then: the end of a lease, or of a back-off after a failure.';
comment on column outbox.events.attempts is 'How often the event was claimed; also tells one claim from another.';
comment on column outbox.events.dead_at is 'When the event was given up; outbox.revive lets it wait again.';
comment on column outbox.events.writer is 'The role that wrote the event; a service publishes its own only.';

-- The relay publishes whatever is here, so that nobody may write what another service would be believed for. Whoever
-- has no policy writes nothing; the functions below run as the table's owner, whom policies do not concern.
alter table outbox.events enable row level security;
create policy loyalty_writes on outbox.events for insert to nerdwork_loyalty with check (source = 'nerdwork.loyalty');
create policy ledger_audit_writes on outbox.events for insert to nerdwork_ledger_audit
    with check (source = 'nerdwork.ledger');
create policy wallet_writes on outbox.events for insert to nerdwork_wallet with check (source = 'nerdwork.wallet');
-- What may be read is decided by columns: writers see ids, for `on conflict` and `returning`.
create policy readable on outbox.events for select
    to nerdwork_reader, nerdwork_loyalty, nerdwork_ledger_audit, nerdwork_wallet using (true);

-- Small, however many published events there are.
drop index outbox.events_unpublished;
create index events_waiting on outbox.events (position) where published_at is null and dead_at is null;
create index events_waiting_aggregate on outbox.events (aggregate, position)
    where published_at is null and dead_at is null;
create index events_dead on outbox.events (dead_at) where dead_at is not null;
-- For the purge.
create index events_published on outbox.events (published_at) where published_at is not null;

-- The events with these ids, claimed for p_lease, ten minutes at most; the other functions have chosen and locked them.
--
-- A consumer dedupes by detail.id, because the bus gives every copy an id of its own; a member of that name that the
-- writer put there does not count.
create function outbox.lease(p_events uuid[], p_lease interval)
returns table (event_id uuid, attempts integer, age_milliseconds bigint, created_at timestamptz, source text,
    detail_type text, detail text)
-- Statistics may date from a time when most events were waiting: this must never scan the table.
language sql set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
    with leased as (
        update outbox.events e set attempts = e.attempts + 1,
               next_attempt_at = clock_timestamp() + least(p_lease, interval '10 minutes')
         where e.event_id = any (p_events)
        returning e.*)
    select l.event_id, l.attempts,
        greatest(0, extract(epoch from clock_timestamp() - l.created_at) * 1000)::bigint, l.created_at, l.source,
        l.detail_type, (l.detail || jsonb_build_object('id', l.event_id))::text
      from leased l order by l.position
$$;

-- Claims due events, the oldest first; at most one of each aggregate. For the relay.
create function outbox.claim(p_limit integer, p_lease interval)
returns table (event_id uuid, attempts integer, age_milliseconds bigint, created_at timestamptz, source text,
    detail_type text, detail text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off set jit = off as $$
declare
    v_limit constant integer := least(p_limit, 100);
    v_first uuid[];
    v_chosen uuid[];
    v_oldest bigint;
begin
    -- The oldest few are enough, unless they belong to few aggregates or wait for their next attempt: then all are
    -- looked at, once, because one look-up for each would make the time grow with the square of what waits.
    -- More are chosen than are claimed, because others may hold some of them.
    foreach v_oldest in array array[200, null] loop
        v_first := array(
            select f.event_id
              from (select distinct on (o.aggregate) o.event_id, o.position, o.next_attempt_at
                      from (select w.event_id, w.aggregate, w.position, w.next_attempt_at from outbox.events w
                             where w.published_at is null and w.dead_at is null
                             order by w.position limit v_oldest) o
                     order by o.aggregate, o.position) f
             where f.next_attempt_at <= clock_timestamp()
             order by f.position limit 4 * v_limit);
        -- A row that another claim has changed since it was chosen is judged again. With coalesce it is found by its
        -- id: the statistics of an outbox that is empty at most times make the index of what waits look cheaper.
        v_chosen := array(
            select e.event_id from outbox.events e
             where e.event_id = any (v_first) and coalesce(e.published_at, e.dead_at) is null
               and e.next_attempt_at <= clock_timestamp()
             order by e.position limit v_limit for update of e skip locked);
        exit when cardinality(v_chosen) = v_limit;
    end loop;
    return query select * from outbox.lease(v_chosen, p_lease);
end
$$;

-- Claims those of these events that the caller itself wrote and that are the next of their aggregate and due.
create function outbox.claim_own(p_events uuid[], p_lease interval)
returns table (event_id uuid, attempts integer, age_milliseconds bigint, created_at timestamptz, source text,
    detail_type text, detail text)
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off as $$
begin
    return query select * from outbox.lease(array(
        select e.event_id from outbox.events e
         where e.event_id = any (p_events[1:100]) and e.writer = session_user
           and coalesce(e.published_at, e.dead_at) is null and e.next_attempt_at <= clock_timestamp()
           and e.position = (
               select min(w.position) from outbox.events w
                where w.aggregate = e.aggregate and w.published_at is null and w.dead_at is null)
         order by e.position for update of e skip locked), p_lease);
end
$$;

-- Books what became of claimed events: 0 published, 1 again after so many milliseconds, 2 given up.
--
-- A failure counts only while the claim that it belongs to is the newest; that the bus has the event always counts.
-- The ids come in ascending order, so that two callers never wait for each other.
create function outbox.settle(
    p_events uuid[], p_attempts integer[], p_outcomes smallint[], p_codes text[], p_delays bigint[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off as $$
declare
    v_relay constant boolean := pg_has_role(session_user, 'nerdwork_relay', 'member');
    v_count integer;
begin
    -- In one order, so that two callers who settle the same events never wait for each other.
    perform from outbox.events e
      where e.event_id = any (p_events) and (e.writer = session_user or v_relay) order by e.event_id for update;
    update outbox.events e
       set published_at = case when s.outcome = 0 then clock_timestamp() end,
           dead_at = case when s.outcome = 2 then clock_timestamp() end,
           next_attempt_at = case s.outcome
               when 1 then clock_timestamp() + s.delay * interval '1 millisecond' else e.next_attempt_at end,
           last_error = nullif(s.code, '')
      from unnest(p_events, p_attempts, p_outcomes, p_codes, p_delays) s(event_id, attempts, outcome, code, delay)
     where e.event_id = s.event_id and e.published_at is null and s.outcome between 0 and 2
       and (s.outcome = 0 or (e.attempts = s.attempts and e.dead_at is null))
       and (e.writer = session_user or v_relay);
    get diagnostics v_count = row_count;
    return v_count;
end
$$;

-- Lets events that were given up wait again, and returns how many they were. For operators.
--
-- They go behind what their aggregates have waiting: their own place in the order is lost already.
create function outbox.revive(p_events uuid[]) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_count integer;
begin
    update outbox.events e
       set dead_at = null, attempts = 0, next_attempt_at = '-infinity', position = default
     where e.event_id = any (p_events) and e.dead_at is not null;
    get diagnostics v_count = row_count;
    return v_count;
end
$$;

-- What is still to be done: for the metrics.
create function outbox.backlog(out waiting bigint, out oldest_seconds double precision, out dead bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
    select (select count(*) from outbox.events e where e.published_at is null and e.dead_at is null),
        coalesce((select greatest(0, extract(epoch from clock_timestamp() - e.created_at))::double precision
            from outbox.events e where e.published_at is null and e.dead_at is null order by e.position limit 1), 0),
        (select count(*) from outbox.events e where e.dead_at is not null)
$$;

-- Deletes at most p_limit events that were published more than 30 days ago, and returns how many they were.
create function outbox.purge(p_limit integer) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp set enable_seqscan = off as $$
declare
    v_count integer;
begin
    delete from outbox.events where event_id = any (array(
        select e.event_id from outbox.events e where e.published_at < now() - interval '30 days'
         order by e.published_at limit least(p_limit, 10000) for update skip locked));
    get diagnostics v_count = row_count;
    return v_count;
end
$$;

revoke all on all functions in schema outbox from public;
-- The relay reads and changes events through these functions alone.
revoke all on outbox.events from nerdwork_relay;
revoke update (published_at, next_attempt_at, attempts, last_error) on outbox.events from nerdwork_relay;
grant execute on function outbox.claim(integer, interval), outbox.backlog(), outbox.purge(integer) to nerdwork_relay;
grant execute on function outbox.settle(uuid[], integer[], smallint[], text[], bigint[])
    to nerdwork_relay, nerdwork_loyalty, nerdwork_ledger_audit, nerdwork_wallet;
grant execute on function outbox.claim_own(uuid[], interval)
    to nerdwork_loyalty, nerdwork_ledger_audit, nerdwork_wallet;

reset role;
