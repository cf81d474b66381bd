-- Signals of fraud: counted where rewards and tips are posted, shown by the audit.

set local role nerdwork_owner;

reset role;
