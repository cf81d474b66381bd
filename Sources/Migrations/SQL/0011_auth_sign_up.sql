-- Signing up, addresses and their proof, forgotten passwords.

set local role nerdwork_owner;

reset role;
