-- Holds: parts of a balance that are promised, until they are captured, released or too old.

set local role nerdwork_owner;

reset role;
