-- Runs of the audit that go on where an earlier one stopped, and the months that it has sealed.

set local role nerdwork_owner;

reset role;
