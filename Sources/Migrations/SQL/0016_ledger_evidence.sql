-- What proves the books to somebody outside: a tree of hashes and sums over all accounts, its roots, their anchors.

set local role nerdwork_owner;

reset role;
