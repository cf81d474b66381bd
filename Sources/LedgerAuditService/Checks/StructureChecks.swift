/// Whether the guards that keep the books right are still in place.
///
/// A replaced function body is not seen: whoever can do that is the owner.
enum StructureChecks {
    static let all = [triggers, otherTriggers, rules, constraints, partitions, indexes, privileges, functions]

    private static let tables = """
        select to_regclass('ledger.entries')::oid as id, 'ledger.entries' as name, 'entries' as kind
        union all
        select i.inhrelid, i.inhrelid::regclass::text, 'entries' from pg_inherits i
         where i.inhparent = (select to_regclass('ledger.entries'))
        union all
        select to_regclass(n.name)::oid, n.name, n.kind
          from (values ('ledger.transactions', 'append_only'), ('ledger.audits', 'append_only'),
                       ('ledger.sealed_months', 'append_only'), ('ledger.sealed_slices', 'append_only'),
                       ('ledger.flags', 'append_only'), ('ledger.deferred_entries', 'waiting'),
                       ('ledger.roots', 'append_only'), ('ledger.evidence_leaves', 'kept'),
                       ('ledger.evidence_nodes', 'kept'), ('ledger.anchors', 'kept'),
                       ('ledger.accounts', 'kept'), ('ledger.balances', 'kept'),
                       ('ledger.holds', 'kept')) n(name, kind)
        """

    // pg_trigger.tgtype: 1 for each row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate; tgenabled A: fires always.
    private static let expectedTriggers = """
        select t.id, t.name, x.trigger, x.function, x.type
          from (\(tables)) t
          join (values ('entries', 'append_only', 'refuse_change', 58), ('entries', 'balanced', 'require_balanced', 4),
                       ('append_only', 'append_only', 'refuse_change', 58),
                       ('waiting', 'append_only', 'refuse_change', 50),
                       ('waiting', 'complete', 'require_open_transaction', 4),
                       ('waiting', 'folded', 'require_folded', 8),
                       ('kept', 'no_truncate', 'refuse_change', 34)) x(kind, trigger, function, type)
            on x.kind = t.kind
        union all
        select to_regclass(n.name)::oid, n.name, 'sealed', 'refuse_change', 7
          from (select 'ledger.' || to_char(m.month, '"entries_"YYYY"_"MM') as name from ledger.sealed_months m) n
        """

    static let triggers = FindingQuery.fixed(
        "triggers",
        """
        select 'trigger_missing'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               format('%s on %s', e.trigger, e.name) as detail
          from (\(expectedTriggers)) e
         where not exists (
               select from pg_trigger g join pg_proc p on p.oid = g.tgfoid
                where g.tgrelid = e.id and g.tgname = e.trigger and g.tgenabled = 'A' and g.tgtype = e.type
                  and g.tgqual is null and p.proname = e.function and p.pronamespace = (select to_regnamespace('ledger')))
        """)

    static let otherTriggers = FindingQuery.fixed(
        "other triggers",
        """
        select 'trigger_unexpected'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               format('%s on %s', g.tgname, g.tgrelid::regclass) as detail
          from pg_trigger g join pg_class c on c.oid = g.tgrelid
         where c.relnamespace = (select to_regnamespace('ledger')) and not g.tgisinternal
           and not exists (select from (\(expectedTriggers)) e where e.id = g.tgrelid and e.trigger = g.tgname)
        """)

    static let rules = FindingQuery.fixed(
        "rules",
        """
        select 'rule_unexpected'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               format('%s on %s', r.rulename, r.ev_class::regclass) as detail
          from pg_rewrite r join pg_class c on c.oid = r.ev_class
         where c.relnamespace = (select to_regnamespace('ledger')) and c.relkind in ('r', 'p')
        """)

    static let constraints = FindingQuery.fixed(
        "constraints",
        """
        with actual as materialized (
            select k.conrelid, k.conname, pg_get_constraintdef(k.oid) as definition
              from pg_constraint k where k.connamespace = (select to_regnamespace('ledger')) and k.convalidated)
        select 'constraint_missing'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               format('%s on %s', e.name, e.relation) as detail
          from (select to_regclass(x.relation)::oid as id, x.relation, x.name, x.definition from (values
                    ('ledger.accounts', 'accounts_pkey', 'PRIMARY KEY (account_id)'),
                    ('ledger.accounts', 'accounts_reference_key', 'UNIQUE (reference)'),
                    ('ledger.accounts', 'accounts_kind', null),
                    ('ledger.balances', 'balances_pkey', 'PRIMARY KEY (account_id, stripe)'),
                    ('ledger.balances', 'balances_held', 'CHECK ((held >= 0))'),
                    ('ledger.balances', 'balances_minimum', 'CHECK (((balance - held) >= minimum_balance))'),
                    ('ledger.transactions', 'transactions_pkey', 'PRIMARY KEY (transaction_id)'),
                    ('ledger.transactions', 'transactions_outcome', null),
                    ('ledger.transactions', 'transactions_type', null)) x(relation, name, definition)
                union all
                select t.id, t.name, x.name, x.definition
                  from (\(tables)) t
                 cross join (values ('entries_amount', 'CHECK ((amount <> 0))'),
                                    ('entries_seq', 'CHECK ((seq >= 1))')) x(name, definition)
                 where t.kind = 'entries') e
         where not exists (
               select from actual k
                where k.conrelid = e.id and k.conname = e.name
                  and k.definition = coalesce(e.definition, k.definition) and k.definition <> 'CHECK (true)')
        """)

    static let partitions = FindingQuery.fixed(
        "partitions",
        """
        select 'partition_missing'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               'the default partition of ledger.entries'::text as detail
         where not exists (
               select from pg_partitioned_table p
                where p.partrelid = (select to_regclass('ledger.entries')) and p.partdefid <> 0)
        union all
        select 'partition_detached', null, null, c.oid::regclass::text
          from pg_class c
         where c.relnamespace = (select to_regnamespace('ledger')) and c.relkind = 'r' and c.relname like 'entries\\_%'
           and not exists (select from pg_inherits i
                            where i.inhrelid = c.oid and i.inhparent = (select to_regclass('ledger.entries'))
                              and not i.inhdetachpending)
        """)

    /// One position of an account is one entry: by a unique index on each partition.
    static let indexes = FindingQuery.fixed(
        "indexes",
        """
        with actual as materialized (
            select i.indrelid, pg_get_indexdef(i.indexrelid) as definition
              from pg_index i join pg_class c on c.oid = i.indrelid
             where c.relnamespace = (select to_regnamespace('ledger'))
               and i.indisunique and i.indisvalid and i.indpred is null)
        select 'index_missing'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               t.name || ' (account_id, stripe, seq)' as detail
          from (\(tables)) t join pg_class c on c.oid = t.id and c.relkind = 'r'
         where t.kind = 'entries' and not exists (
               select from actual i
                where i.indrelid = t.id and i.definition like '%btree (account_id, stripe, seq)')
        union all
        select 'index_missing', null, null, 'ledger.transactions (reverses)'
         where not exists (
               select from pg_index i
                where i.indrelid = (select to_regclass('ledger.transactions')) and i.indisunique and i.indisvalid
                  and pg_get_indexdef(i.indexrelid)
                      like '%btree (reverses) WHERE ((reverses IS NOT NULL) AND (status = 0))')
        """)

    private static let roles = """
        select 'public' as name union all
        select rolname from pg_roles
         where rolname in ('nerdwork_auth', 'nerdwork_loyalty', 'nerdwork_ledger_audit', 'nerdwork_notification',
                           'nerdwork_wallet', 'nerdwork_relay', 'nerdwork_reader')
        """

    /// Nobody but the posting function writes.
    ///
    /// A superuser among the service roles shows here too, and one that may write by way of another role. Of all other
    /// roles only what was granted to them by name.
    static let privileges = FindingQuery.fixed(
        "privileges",
        """
        select 'excess_privilege'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               format('%s may %s %s', r.name, p.name, c.oid::regclass) as detail
          from (\(roles)) r
         cross join pg_class c
         cross join (values ('INSERT'), ('UPDATE'), ('DELETE'), ('TRUNCATE'), ('TRIGGER')) p(name)
         where c.relnamespace = (select to_regnamespace('ledger')) and c.relkind in ('r', 'p')
           and (has_table_privilege(r.name, c.oid, p.name)
                or (p.name in ('INSERT', 'UPDATE') and has_any_column_privilege(r.name, c.oid, p.name)))
           and (r.name, c.relname::text, p.name) not in (\(Grants.tables))
        union all
        select 'excess_privilege', null, null, format('%s may %s %s', r.rolname, g.privilege_type, g.relation::regclass)
          from (select c.oid as relation, a.grantee, a.privilege_type
                  from pg_class c cross join lateral aclexplode(c.relacl) a
                 where c.relnamespace = (select to_regnamespace('ledger')) and a.grantee <> c.relowner
                union
                select c.oid, a.grantee, a.privilege_type
                  from pg_class c join pg_attribute n on n.attrelid = c.oid cross join lateral aclexplode(n.attacl) a
                 where c.relnamespace = (select to_regnamespace('ledger')) and a.grantee <> c.relowner) g
          join pg_roles r on r.oid = g.grantee
         where g.privilege_type <> 'SELECT' and r.rolname not in (select s.name from (\(roles)) s)
        """)

    static let functions = FindingQuery.fixed(
        "functions",
        """
        with own as materialized (
            select p.oid, p.proname::text as name from pg_proc p
             where p.pronamespace = (select to_regnamespace('ledger')))
        select 'excess_privilege'::text as code, null::bigint[] as accounts, null::uuid as transaction_id,
               format('%s may execute %s', r.name, p.oid::regprocedure) as detail
          from own p
         cross join (\(roles)) r
         where has_function_privilege(r.name, p.oid, 'EXECUTE')
           and (r.name, p.name) not in (\(Grants.functions))
        union all
        select 'excess_privilege', null, null, format('%s may execute %s', r.rolname, p.oid::regprocedure)
          from pg_proc p cross join lateral aclexplode(p.proacl) a join pg_roles r on r.oid = a.grantee
         where p.pronamespace = (select to_regnamespace('ledger')) and a.grantee <> p.proowner
           and r.rolname not in (select s.name from (\(roles)) s)
        """)
}
