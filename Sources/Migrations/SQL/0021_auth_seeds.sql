-- The seed of a second factor follows the current root, as a password does: with the next code that is right.

set local role nerdwork_owner;

-- Stores a seed that was encrypted anew; for the transaction of `auth.accept_step`, which has locked the row. Does nothing
-- where it is stored under that key already.
create function auth.renew_seed(p_user uuid, p_factor uuid, p_sealed bytea, p_key smallint) returns void
language sql security definer set search_path = pg_catalog, pg_temp
begin atomic
    update auth.totp_factors t set secret_sealed = p_sealed, secret_key = p_key
     where t.user_id = p_user and t.factor_id = p_factor and t.confirmed_at is not null and t.secret_key <> p_key;
end;

revoke all on function auth.renew_seed(uuid, uuid, bytea, smallint) from public;
grant execute on function auth.renew_seed(uuid, uuid, bytea, smallint) to nerdwork_auth;

reset role;
