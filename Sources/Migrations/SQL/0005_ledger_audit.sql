-- What the nightly audit may write: its checkpoints and its reports. It reads everything and changes nothing else.

set local role nerdwork_owner;

grant insert, update on ledger.checkpoints to nerdwork_ledger_audit;
grant insert on ledger.audits to nerdwork_ledger_audit;

-- The newest time up to which transactions have been verified is asked for at every run.
create index audits_verified on ledger.audits (verified_until desc) where verified_until is not null;

reset role;
