-- Signals of fraud, counted where rewards and tips are posted, shown by the audit; and reads recorded many at a time.

set local role nerdwork_owner;

-- What is watched, and how much of it is ordinary. A leaky bucket for each subject: what is noted fills it, time empties
-- it. A kind without a row is not watched. Operators change rows; postings read them.
create table ledger.signal_rules (
    kind smallint constraint signal_rules_pkey primary key,
    -- 0 flag, 1 block
    action smallint not null default 0,
    -- One of so many is noted, with that weight: a subject that many share is no row that many wait for.
    sample smallint not null default 1,
    capacity integer not null,
    refill_per_hour integer not null,
    name text not null constraint signal_rules_name_key unique,
    constraint signal_rules_kind check (kind between 1 and 5),
    constraint signal_rules_action check (action between 0 and 1),
    constraint signal_rules_sample check (sample between 1 and 256),
    constraint signal_rules_sizes check (
        capacity between 0 and 1000000000 and refill_per_hour between 0 and 1000000000)
);
comment on table ledger.signal_rules is
    'Above capacity a signal is raised; refill_per_hour is what leaks out of a bucket in an hour.';
insert into ledger.signal_rules (kind, name, capacity, refill_per_hour, sample) values
    (1, 'reads-per-reader', 100, 60, 1),
    (2, 'reads-per-comic', 100000, 50000, 16),
    (3, 'rewards-per-device', 40, 4, 1),
    (4, 'rewards-per-address', 500, 100, 4),
    (5, 'circular-tips', 0, 0, 1);

create table ledger.signal_buckets (
    level double precision not null default 0,
    -- The newest moment that was noted; a subject that is new was empty before everything.
    updated_at timestamptz not null default '2000-01-01 00:00:00+00',
    -- Indexed, and changed once a day: all other updates stay on their page (HOT).
    touched_on date not null default '2000-01-01',
    kind smallint not null,
    subject text collate "C" not null,
    constraint signal_buckets_pkey primary key (kind, subject),
    constraint signal_buckets_level check (level >= 0),
    constraint signal_buckets_subject check (octet_length(subject) between 1 and 128)
) with (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000);
comment on column ledger.signal_buckets.subject is
    'A reader, a comic, or SHA-256 of a device or an address in hexadecimal digits: these are nowhere in clear.';
create index signal_buckets_touched on ledger.signal_buckets (touched_on);

create table ledger.flags (
    flag_id bigint generated always as identity constraint flags_pkey primary key,
    transaction_id uuid not null,
    at timestamptz not null default clock_timestamp(),
    level double precision not null,
    kind smallint not null,
    action smallint not null,
    subject text not null,
    constraint flags_once unique (transaction_id, kind)
);
comment on table ledger.flags is
    'Signals that were raised: action 0 noted only, 1 the read earned nothing or the tip was refused. '
    'transaction_id is the read''s or the tip''s, whether or not it was posted.';

-- Who gave whom lately, for tips that come back. A tip that was not posted in the end does not count.
create table ledger.tip_edges (
    transaction_id uuid constraint tip_edges_pkey primary key,
    at timestamptz not null,
    giver text collate "C" not null,
    taker text collate "C" not null
);
create index tip_edges_path on ledger.tip_edges (giver, taker, at);
create index tip_edges_at on ledger.tip_edges using brin (at);

create trigger append_only before update or delete or truncate on ledger.flags
    for each statement execute function ledger.refuse_change();
alter table ledger.flags enable always trigger append_only;

-- Notes reads in order, and says of each whether a rule blocks it: such a read fills no bucket.
--
-- Devices and addresses are empty where the event names none; only what is to be rewarded counts for them.
-- Locks: buckets in ascending order, before anything of the ledger. Which reads of a sampled kind are noted follows from
-- their ids, so that nobody's retry changes it.
create function ledger.note_reads(
    p_ids uuid[], p_times timestamptz[], p_readers text[], p_comics text[], p_devices text[], p_addresses text[],
    p_rewarded boolean[]) returns boolean[]
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_blocked boolean[] := array_fill(false, array[cardinality(p_ids)]);
    -- One element for each read and kind, ordered by read:
    v_places integer[];
    v_kinds smallint[];
    v_subjects text[];
    v_amounts integer[];
    v_capacities integer[];
    v_refills integer[];
    v_actions smallint[];
    v_buckets integer[];
    -- One element for each bucket, ordered by kind and subject:
    v_levels double precision[];
    v_times timestamptz[];
    v_flags integer[] := '{}';      -- elements of v_places that are over their capacity
    v_filled double precision[] := '{}';
    v_first integer := 1;
    v_last integer;
    v_bucket integer;
    v_time timestamptz;
    v_stops boolean;
begin
    select array_agg(t.place::integer order by t.place, t.kind), array_agg(t.kind order by t.place, t.kind),
           array_agg(t.subject order by t.place, t.kind), array_agg(t.sample::integer order by t.place, t.kind),
           array_agg(t.capacity order by t.place, t.kind), array_agg(t.refill_per_hour order by t.place, t.kind),
           array_agg(t.action order by t.place, t.kind), array_agg(t.bucket::integer order by t.place, t.kind)
      into v_places, v_kinds, v_subjects, v_amounts, v_capacities, v_refills, v_actions, v_buckets
      from (
        select r.place, k.kind, k.subject, s.sample, s.capacity, s.refill_per_hour, s.action,
               dense_rank() over (order by k.kind, k.subject collate "C") as bucket
          from unnest(p_ids, p_readers, p_comics, p_devices, p_addresses, p_rewarded)
                   with ordinality r(id, reader, comic, device, address, rewarded, place)
         cross join lateral (values
                   (1::smallint, r.reader, true), (2::smallint, r.comic, true),
                   (3::smallint, r.device, r.rewarded), (4::smallint, r.address, r.rewarded)) k(kind, subject, counts)
          join ledger.signal_rules s on s.kind = k.kind
         where k.counts and k.subject <> '' and get_byte(uuid_send(r.id), 15) % s.sample = 0) t;
    if v_places is null then
        return v_blocked;
    end if;

    -- A second look only where the purge took a bucket away in between.
    loop
        insert into ledger.signal_buckets (kind, subject)
            select distinct u.kind, u.subject collate "C" from unnest(v_kinds, v_subjects) u(kind, subject)
             order by u.kind, u.subject collate "C"
            on conflict on constraint signal_buckets_pkey do nothing;
        select array_agg(l.level order by l.kind, l.subject), array_agg(l.updated_at order by l.kind, l.subject)
          into v_levels, v_times
          from (
            select b.kind, b.subject, b.level, b.updated_at
              from (select distinct u.kind, u.subject from unnest(v_kinds, v_subjects) u(kind, subject)) w
              join ledger.signal_buckets b on b.kind = w.kind and b.subject = w.subject
             order by b.kind, b.subject
               for no key update of b) l;
        exit when cardinality(v_levels) = (select max(u.bucket) from unnest(v_buckets) u(bucket));
    end loop;

    while v_first <= cardinality(v_places) loop
        v_time := p_times[v_places[v_first]];
        v_stops := false;
        v_last := v_first;
        while v_last <= cardinality(v_places) and v_places[v_last] = v_places[v_first] loop
            v_bucket := v_buckets[v_last];
            v_filled[v_last] := v_amounts[v_last] + greatest(0, v_levels[v_bucket] - v_refills[v_last]
                * greatest(0, extract(epoch from v_time - v_times[v_bucket])::double precision) / 3600);
            if v_filled[v_last] > v_capacities[v_last] then
                v_flags := v_flags || v_last;
                v_stops := v_stops or v_actions[v_last] = 1;
            end if;
            v_last := v_last + 1;
        end loop;
        if v_stops then
            v_blocked[v_places[v_first]] := true;
        else
            for v_touch in v_first..v_last - 1 loop
                v_bucket := v_buckets[v_touch];
                v_levels[v_bucket] := v_filled[v_touch];
                v_times[v_bucket] := greatest(v_times[v_bucket], v_time);
            end loop;
        end if;
        v_first := v_last;
    end loop;

    update ledger.signal_buckets b
       set level = w.level, updated_at = w.updated_at, touched_on = (w.updated_at at time zone 'UTC')::date
      from (select distinct u.kind, u.subject, v_levels[u.bucket] as level, v_times[u.bucket] as updated_at
              from unnest(v_kinds, v_subjects, v_buckets) u(kind, subject, bucket)) w
     where b.kind = w.kind and b.subject = w.subject;
    if v_flags <> '{}' then
        insert into ledger.flags (transaction_id, level, kind, action, subject)
            select p_ids[v_places[f.touch]], v_filled[f.touch], v_kinds[f.touch],
                   case when v_blocked[v_places[f.touch]] then v_actions[f.touch] else 0 end, v_subjects[f.touch]
              from unnest(v_flags) f(touch)
            on conflict on constraint flags_once do nothing;
    end if;
    return v_blocked;
end
$$;

-- Notes a tip before it is posted, and says whether a rule refuses it: NWT that comes back to its giver within a day, by
-- way of at most two others. Nothing waits here. Two tips of one circle that are posted at the same moment do not see
-- each other; the next one sees both.
create function ledger.note_tip(
    p_transaction uuid, p_from text, p_to text, p_amount bigint, p_now timestamptz) returns boolean
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_rule ledger.signal_rules;
    v_steps integer;
begin
    if p_transaction is null or p_from is null or p_to is null or p_amount is null or p_now is null then
        raise exception 'malformed tip' using errcode = 'NW001';
    end if;
    select * into v_rule from ledger.signal_rules s where s.kind = 5;
    if not found then
        return false;
    end if;
    select min(c.steps) into v_steps
      from (
        select 2 as steps
          from ledger.tip_edges e
          join ledger.transactions t on t.transaction_id = e.transaction_id and t.status = 0
         where e.giver = p_to and e.taker = p_from and e.at > p_now - interval '24 hours'
        union all
        select 3
          from ledger.tip_edges e
          join ledger.transactions t on t.transaction_id = e.transaction_id and t.status = 0
          join ledger.tip_edges f on f.giver = e.taker and f.taker = p_from and f.at > p_now - interval '24 hours'
          join ledger.transactions u on u.transaction_id = f.transaction_id and u.status = 0
         where e.giver = p_to and e.at > p_now - interval '24 hours') c;
    if v_steps > v_rule.capacity then
        insert into ledger.flags (transaction_id, at, level, kind, action, subject)
            values (p_transaction, p_now, v_steps, 5, v_rule.action, p_from)
            on conflict on constraint flags_once do nothing;
        if v_rule.action = 1 then
            return true;
        end if;
    end if;
    insert into ledger.tip_edges (transaction_id, at, giver, taker) values (p_transaction, p_now, p_from, p_to)
        on conflict on constraint tip_edges_pkey do nothing;
    return false;
end
$$;

-- Forgets what was last touched 30 days ago, at most so many rows of each table; returns how many went. Flags stay.
create function ledger.forget_signals(p_limit integer default 10000) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_buckets bigint;
    v_edges bigint;
begin
    -- Rows that somebody uses at the moment stay until the next time.
    delete from ledger.signal_buckets b
     where (b.kind, b.subject) in (
        select o.kind, o.subject from ledger.signal_buckets o
         where o.touched_on < (now() at time zone 'UTC')::date - 30
         limit greatest(1, least(p_limit, 100000)) for update skip locked);
    get diagnostics v_buckets = row_count;
    delete from ledger.tip_edges e
     where e.transaction_id in (
        select o.transaction_id from ledger.tip_edges o where o.at < now() - interval '30 days'
         limit greatest(1, least(p_limit, 100000)));
    get diagnostics v_edges = row_count;
    return v_buckets + v_edges;
end
$$;

revoke all on function
    ledger.note_reads(uuid[], timestamptz[], text[], text[], text[], text[], boolean[]),
    ledger.note_tip(uuid, text, text, bigint, timestamptz), ledger.forget_signals(integer) from public;
grant execute on function ledger.note_reads(uuid[], timestamptz[], text[], text[], text[], text[], boolean[])
    to nerdwork_loyalty;
grant execute on function ledger.note_tip(uuid, text, text, bigint, timestamptz) to nerdwork_wallet;
grant execute on function ledger.forget_signals(integer) to nerdwork_ledger_audit;
grant select on ledger.signal_rules, ledger.signal_buckets, ledger.flags, ledger.tip_edges
    to nerdwork_ledger_audit, nerdwork_reader;

-- Reads ----------------------------------------------------------------------------------------------------------------

alter table loyalty.reads drop constraint reads_outcome_known,
    add constraint reads_outcome_known check (outcome between 0 and 4);
comment on column loyalty.reads.outcome is
    '0 rewarded, 1 daily cap reached, 2 the comic already counted that day, 3 the reader''s wallet is closed, '
    '4 blocked by a rule of ledger.signal_rules';

-- Records reads that were decided under their readers' locks, with everything that follows from them: signals, postings
-- treasury → reader, the day's totals, the announcements. At most 100, and at most one of each reader.
--
-- One way for one read and for many, so that they cannot differ. Returns what was recorded in the order of the arrays:
-- the decision, or the closed wallet (3) or the block (4) in its place, which earn nothing and count for nothing.
create function loyalty.record_reads(
    p_ids uuid[], p_times timestamptz[], p_readers text[], p_comics text[], p_devices text[], p_addresses text[],
    p_outcomes smallint[], p_points bigint[], p_bonuses bigint[], p_streaks integer[], p_lengthens boolean[],
    p_fingerprints uuid[], p_announcements uuid[])
returns table (outcome smallint, points bigint, streak_bonus bigint, streak_days integer, balance bigint)
language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_count integer := cardinality(p_ids);
    v_amounts bigint[];
    v_blocked boolean[];
    v_posted integer[];
    v_balances bigint[] := array_fill(null::bigint, array[v_count]);
    v_place integer;
    v_row record;
begin
    if v_count is null or v_count not between 1 and 100
        or (select count(distinct r.reader) from unnest(p_readers) r(reader)) <> v_count
    then
        raise exception 'malformed reads' using errcode = 'NW001';
    end if;
    select array_agg(a.points + a.bonus order by a.place) into v_amounts
      from unnest(p_points, p_bonuses) with ordinality a(points, bonus, place);
    v_blocked := ledger.note_reads(p_ids, p_times, p_readers, p_comics, p_devices, p_addresses,
        array(select a.amount > 0 from unnest(v_amounts) with ordinality a(amount, place) order by a.place));
    select coalesce(array_agg(a.place::integer order by a.place), '{}') into v_posted
      from unnest(v_amounts, v_blocked) with ordinality a(amount, blocked, place)
     where a.amount > 0 and not a.blocked;

    for v_row in select * from loyalty.post_rewards(v_posted, p_ids, p_readers, p_comics, v_amounts, p_fingerprints) loop
        v_balances[v_row.place] := v_row.balance;
        if v_row.status <> 0 then
            p_outcomes[v_row.place] := 3;
        end if;
    end loop;
    for v_place in 1..v_count loop
        if v_blocked[v_place] then
            p_outcomes[v_place] := 4;
        end if;
        if p_outcomes[v_place] > 2 then
            p_points[v_place] := 0;
            p_bonuses[v_place] := 0;
        end if;
    end loop;

    insert into loyalty.reads
            (read_id, read_at, day, reader, comic, streak_days, outcome, points, streak_bonus, balance)
        select r.id, r.at, (r.at at time zone 'UTC')::date, r.reader, r.comic, r.streak, r.outcome, r.points, r.bonus,
               r.balance
          from unnest(p_ids, p_times, p_readers, p_comics, p_streaks, p_outcomes, p_points, p_bonuses, v_balances)
                   r(id, at, reader, comic, streak, outcome, points, bonus, balance);
    -- Adds to the day's totals what counts.
    insert into loyalty.reading_days as days (reader, day, streak, reads, points, streak_bonus)
        select r.reader, (r.at at time zone 'UTC')::date, r.streak, 1, r.points, r.bonus
          from unnest(p_times, p_readers, p_streaks, p_outcomes, p_points, p_bonuses)
                   r(at, reader, streak, outcome, points, bonus)
         where r.outcome in (0, 1)
        on conflict on constraint reading_days_pkey do update
        set reads = days.reads + 1, points = days.points + excluded.points,
            streak_bonus = days.streak_bonus + excluded.streak_bonus;
    -- Tells the days behind a day that came late that their run begins earlier than they knew.
    if true = any (p_lengthens) then
        update loyalty.reading_days d set streak = d.streak + r.streak
          from unnest(p_times, p_readers, p_streaks, p_outcomes, p_lengthens) r(at, reader, streak, outcome, lengthens)
         where r.lengthens and r.outcome in (0, 1) and d.reader = r.reader
           and d.day > (r.at at time zone 'UTC')::date and d.streak = d.day - (r.at at time zone 'UTC')::date;
    end if;
    insert into outbox.events (event_id, aggregate, source, detail_type, detail)
        select r.announcement, 'reader:' || r.reader, 'nerdwork.loyalty', 'RewardGranted',
               jsonb_build_object('version', 1, 'userId', r.reader, 'comicId', r.comic, 'amount', r.points + r.bonus,
                   'transactionId', r.id, 'balance', r.balance)
          from unnest(p_ids, p_readers, p_comics, p_points, p_bonuses, p_announcements, v_balances)
                   with ordinality r(id, reader, comic, points, bonus, announcement, balance, place)
         where r.balance is not null
         order by r.place;
    return query
        select r.outcome, r.points, r.bonus, r.streak, r.balance
          from unnest(p_outcomes, p_points, p_bonuses, p_streaks, v_balances)
                   with ordinality r(outcome, points, bonus, streak, balance, place)
         order by r.place;
end
$$;

-- Posts the rewards of the reads at these places: one call of the ledger, however many they are.
create function loyalty.post_rewards(
    p_places integer[], p_ids uuid[], p_readers text[], p_comics text[], p_amounts bigint[], p_fingerprints uuid[])
returns table (place integer, status smallint, balance bigint)
language plpgsql set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_count integer := cardinality(p_places);
    v_place integer := p_places[1];
begin
    if v_count = 1 then
        return query
            select v_place, p.status, p.balances[2]
              from ledger.post(p_ids[v_place], 1::smallint, p_fingerprints[v_place],
                  array['treasury', 'wallet:' || p_readers[v_place]], array[-p_amounts[v_place], p_amounts[v_place]],
                  jsonb_build_object('comicId', p_comics[v_place])) p;
    elsif v_count > 1 then
        return query
            select p_places[p.place], p.status, p.balances[2]
              from (
                select array_agg(p_ids[u.place] order by u.n) as ids, array_agg(1::smallint) as types,
                       array_agg(p_fingerprints[u.place] order by u.n) as fingerprints,
                       array_agg(jsonb_build_object('comicId', p_comics[u.place]) order by u.n) as metadata
                  from unnest(p_places) with ordinality u(place, n)) h
             cross join (
                select array_agg(u.n::integer order by u.n, l.leg) as postings,
                       array_agg(case l.leg when 1 then 'treasury' else 'wallet:' || p_readers[u.place] end
                           order by u.n, l.leg) as accounts,
                       array_agg(case l.leg when 1 then -p_amounts[u.place] else p_amounts[u.place] end
                           order by u.n, l.leg) as amounts
                  from unnest(p_places) with ordinality u(place, n) cross join (values (1), (2)) l(leg)) g
             cross join lateral ledger.post_batch(
                h.ids, h.types, h.fingerprints, g.postings, g.accounts, g.amounts, h.metadata) p;
    end if;
end
$$;

revoke all on function
    loyalty.record_reads(uuid[], timestamptz[], text[], text[], text[], text[], smallint[], bigint[], bigint[],
        integer[], boolean[], uuid[], uuid[]),
    loyalty.post_rewards(integer[], uuid[], text[], text[], bigint[], uuid[]) from public;
grant execute on function
    loyalty.record_reads(uuid[], timestamptz[], text[], text[], text[], text[], smallint[], bigint[], bigint[],
        integer[], boolean[], uuid[], uuid[]),
    loyalty.post_rewards(integer[], uuid[], text[], text[], bigint[], uuid[])
    to nerdwork_loyalty;

reset role;
