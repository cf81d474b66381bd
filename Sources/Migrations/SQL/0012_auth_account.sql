-- What a signed-in person and an administrator do with an account; what is no longer needed goes.

set local role nerdwork_owner;

reset role;
