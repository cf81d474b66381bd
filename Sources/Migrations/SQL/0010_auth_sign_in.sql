-- Signing in, attempts and rates, sessions and their refresh tokens.

set local role nerdwork_owner;

reset role;
