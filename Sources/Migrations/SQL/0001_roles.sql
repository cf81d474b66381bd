-- One role for each service and one that owns everything, so that no service can do more than its own work.
--
-- Nobody logs in as a role made here until the deployment says so. Roles belong to the whole server, so another
-- database may have made them already, or may be making them at this moment; both are fine.
-- Runs as a superuser or, in AWS, as the master user, who may create roles and owns the database but is no superuser.

do $$
declare
    v_role text;
begin
    foreach v_role in array array[
        'nerdwork_owner', 'nerdwork_loyalty', 'nerdwork_ledger_audit', 'nerdwork_wallet', 'nerdwork_relay',
        'nerdwork_reader']
    loop
        if not exists (select from pg_catalog.pg_roles where rolname = v_role) then
            begin
                execute format('create role %I nologin', v_role);
            exception when duplicate_object or unique_violation then
                null; -- another database's migration was faster
            end;
        end if;
    end loop;

    -- Creating a schema for another role needs membership in it; a superuser is a member of every role.
    if not pg_catalog.pg_has_role(current_user, 'nerdwork_owner', 'member') then
        execute format('grant nerdwork_owner to %I', current_user);
    end if;
end
$$;

-- Settings live on the role, because a SET sent by the function would pin a connection proxy's session.
-- They take effect when the role itself logs in.
do $$
declare
    v_role text;
    v_setting text[];
begin
    foreach v_role in array array[
        'nerdwork_loyalty', 'nerdwork_ledger_audit', 'nerdwork_wallet', 'nerdwork_relay', 'nerdwork_reader']
    loop
        foreach v_setting slice 1 in array array[
            ['jit', 'off'],                                    -- compiling costs more than our short statements
            ['plan_cache_mode', 'force_generic_plan'],         -- the same plan in every environment
            ['lock_timeout', '5s'],
            ['statement_timeout', '60s'],                      -- last resort; callers set their deadline's own
            ['idle_in_transaction_session_timeout', '15s'],    -- a frozen function must not keep locks
            ['timezone', 'UTC']]
        loop
            continue when exists (
                select from pg_catalog.pg_db_role_setting s join pg_catalog.pg_roles r on r.oid = s.setrole
                 where r.rolname = v_role and s.setdatabase = 0
                   and exists (select from unnest(s.setconfig) c where split_part(c, '=', 1) ilike v_setting[1]));
            begin
                execute format('alter role %I set %I = %L', v_role, v_setting[1], v_setting[2]);
            exception when internal_error or unique_violation then
                null; -- "tuple concurrently updated": another database's migration is setting the same value
            end;
        end loop;
    end loop;
end
$$;

-- Functions that run with their owner's rights must never meet an object that a caller made, so callers make none.
revoke all on schema public from public;

do $$
begin
    execute format('revoke temporary on database %I from public', current_database());
end
$$;
