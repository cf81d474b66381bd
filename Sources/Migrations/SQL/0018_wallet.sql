-- The wallet's requests: asked once, answered the same for ever.

set local role nerdwork_owner;

reset role;
