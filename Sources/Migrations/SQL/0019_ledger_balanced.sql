-- The check of new entries counts the legs that wait only where it needs them: when the header is not written yet.
--
-- A fold writes entries of transactions that have their header; for them the count was read and not used.

set local role nerdwork_owner;

create or replace function ledger.require_balanced() returns trigger
language plpgsql set search_path = pg_catalog, pg_temp as $$
declare
    v_new record;
    v_waiting record;
    v_written record;
    v_legs smallint;
begin
    for v_new in
        select n.transaction_id, sum(n.amount) as total, count(*) as legs from new_entries n group by n.transaction_id
    loop
        select t.legs into v_legs from ledger.transactions t where t.transaction_id = v_new.transaction_id;
        if found then
            -- One statement, one snapshot: another account's fold may move a leg from one table to the other meanwhile.
            select sum(l.amount) as total, count(*) as legs into v_written
              from (select e.amount from ledger.entries e where e.transaction_id = v_new.transaction_id
                    union all
                    select d.amount from ledger.deferred_entries d where d.transaction_id = v_new.transaction_id) l;
            if v_written.total <> 0 or v_written.legs <> v_legs then
                raise exception 'transaction % is complete', v_new.transaction_id using errcode = 'NW008';
            end if;
        else
            select coalesce(sum(d.amount), 0) as total, count(*) as legs into v_waiting
              from ledger.deferred_entries d where d.transaction_id = v_new.transaction_id;
            if v_new.total + v_waiting.total <> 0 or v_new.legs + v_waiting.legs < 2 then
                raise exception 'transaction %: % entries with sum %', v_new.transaction_id,
                    v_new.legs + v_waiting.legs, v_new.total + v_waiting.total using errcode = 'NW004';
            end if;
        end if;
    end loop;
    return null;
end
$$;
