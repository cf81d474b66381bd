-- What proves the books to somebody outside: a tree of hashes and sums over all accounts, its roots, their anchors.
--
-- A leaf is a balance row as the audit verified it; an inner node hashes its two children and adds up their sums. Each
-- night's tree differs from the one before in the paths of the accounts that moved, and only these are made anew. They
-- wait under the number of the next root, in pieces of a transaction each, until that root is written: who asks in
-- between gets the values of the root before, which every row keeps.
--
-- Error of the evidence: NW020 a root that does not follow from the tree and the root before it.

set local role nerdwork_owner;

create table ledger.evidence_leaves (
    position bigint not null constraint evidence_leaves_pkey primary key,
    account_id bigint not null,
    root_id bigint not null,
    seq bigint,
    balance bigint,
    former_seq bigint,
    former_balance bigint,
    stripe smallint not null,
    head bytea,
    former_head bytea,
    constraint evidence_leaves_account unique (account_id, stripe),
    constraint evidence_leaves_position check (position >= 0)
) with (fillfactor = 70);
comment on table ledger.evidence_leaves is 'The leaf of each balance row; its position is given once, in order of appearance.';
comment on column ledger.evidence_leaves.root_id is 'The first root with these values; roots before it have the former ones.';

create table ledger.evidence_nodes (
    position bigint not null,
    root_id bigint not null,
    level smallint not null,
    hash bytea not null,
    sum numeric(39) not null,
    former_hash bytea,
    former_sum numeric(39),
    constraint evidence_nodes_pkey primary key (level, position),
    constraint evidence_nodes_hash check (octet_length(hash) = 32)
) with (fillfactor = 70);
comment on table ledger.evidence_nodes is 'Nodes of the tree, leaves on level 0; a place without row is empty: 32 zero bytes, sum 0.';

create table ledger.roots (
    root_id bigint not null constraint roots_pkey primary key,
    run_id bigint not null constraint roots_run unique,
    made_at timestamptz not null,
    leaf_count bigint not null,
    total numeric(39) not null,
    deferred_total numeric(39) not null,
    root_hash bytea not null,
    previous_root_hash bytea not null,
    previous_record_hash bytea not null,
    record_hash bytea not null,
    constraint roots_number check (root_id >= 1),
    constraint roots_leaves check (leaf_count >= 1),
    constraint roots_balanced check (total + deferred_total = 0),
    constraint roots_hashes check (octet_length(root_hash) = 32 and octet_length(previous_root_hash) = 32
        and octet_length(previous_record_hash) = 32 and octet_length(record_hash) = 32)
);
comment on table ledger.roots is 'One record for each clean audit, chained; docs/evidence.md tells what record_hash is of.';
comment on column ledger.roots.run_id is 'The run of the audit that verified what the root stands for.';

create table ledger.anchors (
    root_id bigint not null constraint anchors_pkey primary key constraint anchors_root references ledger.roots,
    object_key text collate "C" not null constraint anchors_object_key unique,
    attempts integer not null default 0,
    unsure boolean not null default false,
    failure text collate "C",
    anchored_at timestamptz,
    constraint anchors_failure check (octet_length(failure) <= 128)
);
comment on table ledger.anchors is 'Whether each root stands outside the database, under which key.';
comment on column ledger.anchors.unsure is 'An attempt has begun whose outcome is unknown: the object may be there already.';

-- Hashes -------------------------------------------------------------------------------------------------------------

create function ledger.leaf_hash(p_account bigint, p_stripe smallint, p_seq bigint, p_balance bigint, p_head bytea)
returns bytea language sql immutable strict parallel safe
return sha256('\x00'::bytea || int8send(p_account) || int2send(p_stripe) || int8send(p_seq) || int8send(p_balance)
    || p_head);

-- 16 bytes in two's complement. Most sums fit into 8, and then the others are their sign.
create function ledger.int128_send(p_number numeric) returns bytea
language sql immutable strict parallel safe
return case
    when p_number between 0 and 9223372036854775807 then '\x0000000000000000'::bytea || int8send(p_number::bigint)
    when p_number between -9223372036854775808 and -1 then '\xffffffffffffffff'::bytea || int8send(p_number::bigint)
    else int8send(div(p_number - mod(mod(p_number, 18446744073709551616) + 18446744073709551616, 18446744073709551616),
            18446744073709551616)::bigint)
        || int8send((mod(mod(p_number, 18446744073709551616) + 27670116110564327424, 18446744073709551616)
            - 9223372036854775808)::bigint) end;

create function ledger.node_hash(p_left bytea, p_left_sum numeric, p_right bytea, p_right_sum numeric) returns bytea
language sql immutable strict parallel safe
return sha256('\x01'::bytea || p_left || ledger.int128_send(p_left_sum) || p_right || ledger.int128_send(p_right_sum));

-- Levels above the leaves: the tree is padded to a power of two.
create function ledger.tree_height(p_leaves bigint) returns integer
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp as $$
declare
    v_height integer := 0;
    v_places numeric := 1;
begin
    while v_places < p_leaves loop
        v_places := v_places * 2;
        v_height := v_height + 1;
    end loop;
    return v_height;
end
$$;

-- The night ----------------------------------------------------------------------------------------------------------

-- Makes the nodes above the given ones anew, on the levels from p_first to p_last.
create function ledger.stage_nodes(p_root bigint, p_below bigint[], p_first integer, p_last integer) returns void
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_positions bigint[] := p_below;
begin
    for v_level in p_first..p_last loop
        select array_agg(distinct b.position >> 1) into v_positions from unnest(v_positions) b(position);
        insert into ledger.evidence_nodes as n (level, position, root_id, hash, sum)
        select v_level, p.position, p_root,
               ledger.node_hash(coalesce(l.hash, z.hash), coalesce(l.sum, 0), coalesce(r.hash, z.hash),
                   coalesce(r.sum, 0)),
               coalesce(l.sum, 0) + coalesce(r.sum, 0)
          from unnest(v_positions) p(position)
         cross join (select decode(repeat('00', 32), 'hex') as hash) z
          left join ledger.evidence_nodes l on l.level = v_level - 1 and l.position = p.position * 2
          left join ledger.evidence_nodes r on r.level = v_level - 1 and r.position = p.position * 2 + 1
            on conflict (level, position) do update
           set former_hash = case when n.root_id = p_root then n.former_hash else n.hash end,
               former_sum = case when n.root_id = p_root then n.former_sum else n.sum end,
               hash = excluded.hash, sum = excluded.sum, root_id = p_root;
    end loop;
end
$$;

-- Begins the next root: gives balance rows that are new their positions, and says which blocks of 1024 leaves differ
-- from the checkpoints. One pass over the accounts, none over entries; what is staged for the root already, by a run
-- that was ended before, does not differ any more.
create function ledger.begin_root(out root_id bigint, out blocks bigint[])
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
begin
    perform pg_advisory_xact_lock(hashtextextended('ledger.roots', 0));
    root_id := (select coalesce(max(r.root_id), 0) + 1 from ledger.roots r);
    insert into ledger.evidence_leaves (position, account_id, stripe, root_id)
    select (select coalesce(max(l.position), -1) from ledger.evidence_leaves l)
               + row_number() over (order by k.account_id, k.stripe),
           k.account_id, k.stripe, begin_root.root_id
      from ledger.checkpoints k
     where not exists (select from ledger.evidence_leaves l
                        where l.account_id = k.account_id and l.stripe = k.stripe);
    select coalesce(array_agg(distinct l.position >> 10), '{}') into blocks
      from ledger.evidence_leaves l
      join ledger.checkpoints k on k.account_id = l.account_id and k.stripe = l.stripe
     where (k.seq, k.balance, k.head) is distinct from (l.seq, l.balance, l.head);
end
$$;

-- Brings one block's leaves to their checkpoints, and with them the nodes inside the block; returns how many leaves.
create function ledger.stage_leaves(p_block bigint) returns integer
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
declare
    v_root bigint;
    v_changed bigint[];
begin
    perform pg_advisory_xact_lock(hashtextextended('ledger.roots', 0));
    v_root := (select coalesce(max(r.root_id), 0) + 1 from ledger.roots r);
    with changed as (
        update ledger.evidence_leaves l
           set former_seq = case when l.root_id = v_root then l.former_seq else l.seq end,
               former_balance = case when l.root_id = v_root then l.former_balance else l.balance end,
               former_head = case when l.root_id = v_root then l.former_head else l.head end,
               seq = k.seq, balance = k.balance, head = k.head, root_id = v_root
          from ledger.checkpoints k
         where l.position >= p_block << 10 and l.position < (p_block + 1) << 10
           and k.account_id = l.account_id and k.stripe = l.stripe
           and (k.seq, k.balance, k.head) is distinct from (l.seq, l.balance, l.head)
        returning l.position, l.account_id, l.stripe, l.seq, l.balance, l.head),
    hashed as (
        insert into ledger.evidence_nodes as n (level, position, root_id, hash, sum)
        select 0, c.position, v_root, ledger.leaf_hash(c.account_id, c.stripe, c.seq, c.balance, c.head), c.balance
          from changed c
            on conflict (level, position) do update
           set former_hash = case when n.root_id = v_root then n.former_hash else n.hash end,
               former_sum = case when n.root_id = v_root then n.former_sum else n.sum end,
               hash = excluded.hash, sum = excluded.sum, root_id = v_root
        returning n.position)
    select array_agg(h.position) into v_changed from hashed h;
    if v_changed is null then
        return 0;
    end if;
    perform ledger.stage_nodes(v_root, v_changed, 1,
        least(10, ledger.tree_height((select max(l.position) + 1 from ledger.evidence_leaves l))));
    return cardinality(v_changed);
end
$$;

-- Joins the blocks up to the root of the tree, which becomes a root when `ledger.add_root` writes it down.
create function ledger.finish_tree(
    out root_id bigint, out made_at timestamptz, out root_hash bytea, out total text, out leaf_count bigint,
    out previous_root_hash bytea, out previous_record_hash bytea)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
#variable_conflict use_column
declare
    v_height integer;
    v_blocks bigint[];
begin
    perform pg_advisory_xact_lock(hashtextextended('ledger.roots', 0));
    select r.root_id, r.root_hash, r.record_hash into root_id, previous_root_hash, previous_record_hash
      from ledger.roots r order by r.root_id desc limit 1;
    root_id := coalesce(root_id, 0) + 1;
    previous_root_hash := coalesce(previous_root_hash, decode(repeat('00', 32), 'hex'));
    previous_record_hash := coalesce(previous_record_hash, decode(repeat('00', 32), 'hex'));
    leaf_count := (select max(l.position) + 1 from ledger.evidence_leaves l);
    v_height := ledger.tree_height(leaf_count);
    if v_height > 10 then
        select array_agg(n.position) into v_blocks
          from ledger.evidence_nodes n where n.level = 10 and n.root_id = finish_tree.root_id;
        if v_blocks is not null then
            perform ledger.stage_nodes(root_id, v_blocks, 11, v_height);
        end if;
    end if;
    select n.hash, n.sum::text into root_hash, total
      from ledger.evidence_nodes n where n.level = v_height and n.position = 0;
    made_at := date_trunc('milliseconds', clock_timestamp());
end
$$;

-- Writes a root down; once for each run.
create function ledger.add_root(
    p_run bigint, p_root bigint, p_made_at timestamptz, p_root_hash bytea, p_total numeric, p_leaf_count bigint,
    p_deferred_total numeric, p_previous_root_hash bytea, p_previous_record_hash bytea, p_record_hash bytea)
returns void language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    perform pg_advisory_xact_lock(hashtextextended('ledger.roots', 0));
    if not exists (
        select from ledger.evidence_nodes n
         where n.level = ledger.tree_height(p_leaf_count) and n.position = 0 and n.hash = p_root_hash
           and n.sum = p_total and p_leaf_count = (select max(l.position) + 1 from ledger.evidence_leaves l))
        or not exists (
            select from (
                select coalesce(max(r.root_id), 0) + 1 as root,
                       coalesce((array_agg(r.root_hash))[1], decode(repeat('00', 32), 'hex')) as root_hash,
                       coalesce((array_agg(r.record_hash))[1], decode(repeat('00', 32), 'hex')) as record_hash
                  from (select * from ledger.roots o order by o.root_id desc limit 1) r) n
             where (n.root, n.root_hash, n.record_hash)
                 = (p_root, p_previous_root_hash, p_previous_record_hash))
    then
        raise exception 'the root does not follow from the tree and the root before it' using errcode = 'NW020';
    end if;
    insert into ledger.roots (root_id, run_id, made_at, root_hash, total, leaf_count, deferred_total,
            previous_root_hash, previous_record_hash, record_hash)
        values (p_root, p_run, p_made_at, p_root_hash, p_total, p_leaf_count, p_deferred_total,
            p_previous_root_hash, p_previous_record_hash, p_record_hash);
    insert into ledger.anchors (root_id, object_key)
        values (p_root, format('anchors/%s/%s.json', to_char(p_made_at at time zone 'UTC', 'YYYY-MM-DD'), p_root));
end
$$;

-- An attempt to write an anchor begins; whether an earlier one may have written it.
create function ledger.begin_anchor(p_root bigint, out was_unsure boolean)
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    select a.unsure into was_unsure from ledger.anchors a
     where a.root_id = p_root and a.anchored_at is null for update;
    update ledger.anchors a set attempts = a.attempts + 1, unsure = true
     where a.root_id = p_root and a.anchored_at is null;
end
$$;

-- How it ended: without failure the anchor stands.
create function ledger.end_anchor(p_root bigint, p_failure text, p_unsure boolean) returns void
language sql security definer set search_path = pg_catalog, pg_temp as $$
    update ledger.anchors a
       set failure = left(p_failure, 128), unsure = p_unsure,
           anchored_at = case when p_failure is null then clock_timestamp() end
     where a.root_id = p_root and a.anchored_at is null
$$;

-- Reading ------------------------------------------------------------------------------------------------------------

-- The path of an account's first balance row to the newest root; no row before there is one that has the account.
create function ledger.proof(p_account text)
returns table (account_id bigint, stripe smallint, seq bigint, balance bigint, head bytea, place bigint,
    hashes bytea[], sums text[], root_id bigint, made_at timestamptz, root_hash bytea, total text, leaf_count bigint,
    deferred_total text, previous_root_hash bytea, previous_record_hash bytea, anchored boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select l.account_id, l.stripe, v.seq, v.balance, v.head, l.position, path.hashes, path.sums, r.root_id, r.made_at,
           r.root_hash, r.total::text, r.leaf_count, r.deferred_total::text, r.previous_root_hash,
           r.previous_record_hash, exists (select from ledger.anchors a
                                            where a.root_id = r.root_id and a.anchored_at is not null)
      from (select * from ledger.roots o order by o.root_id desc limit 1) r
      join ledger.accounts a on a.reference = p_account
      join ledger.evidence_leaves l on l.account_id = a.account_id and l.stripe = 0 and l.position < r.leaf_count
     cross join lateral (
           select case when l.root_id <= r.root_id then l.seq else l.former_seq end as seq,
                  case when l.root_id <= r.root_id then l.balance else l.former_balance end as balance,
                  case when l.root_id <= r.root_id then l.head else l.former_head end as head) v
     cross join lateral (
           select coalesce(array_agg(coalesce(s.hash, decode(repeat('00', 32), 'hex')) order by h.level), '{}')
                      as hashes,
                  coalesce(array_agg(coalesce(s.sum, 0)::text order by h.level), '{}') as sums
             from generate_series(0, ledger.tree_height(r.leaf_count) - 1) h(level)
             left join lateral (
                   select case when n.root_id <= r.root_id then n.hash else n.former_hash end as hash,
                          case when n.root_id <= r.root_id then n.sum else n.former_sum end as sum
                     from ledger.evidence_nodes n
                    where n.level = h.level and n.position = (l.position >> h.level) # 1) s on true) path
     where v.seq is not null
$$;

create trigger append_only before update or delete or truncate on ledger.roots
    for each statement execute function ledger.refuse_change();
create trigger no_truncate before truncate on ledger.evidence_leaves
    for each statement execute function ledger.refuse_change();
create trigger no_truncate before truncate on ledger.evidence_nodes
    for each statement execute function ledger.refuse_change();
create trigger no_truncate before truncate on ledger.anchors
    for each statement execute function ledger.refuse_change();
alter table ledger.roots enable always trigger append_only;
alter table ledger.evidence_leaves enable always trigger no_truncate;
alter table ledger.evidence_nodes enable always trigger no_truncate;
alter table ledger.anchors enable always trigger no_truncate;

revoke all on all functions in schema ledger from public;
grant select on ledger.evidence_leaves, ledger.evidence_nodes, ledger.roots, ledger.anchors
    to nerdwork_ledger_audit, nerdwork_reader;
grant execute on function ledger.begin_root(), ledger.stage_leaves(bigint), ledger.finish_tree(),
    ledger.add_root(bigint, bigint, timestamptz, bytea, numeric, bigint, numeric, bytea, bytea, bytea),
    ledger.begin_anchor(bigint), ledger.end_anchor(bigint, text, boolean)
    to nerdwork_ledger_audit;
grant execute on function ledger.proof(text) to nerdwork_wallet;

reset role;
