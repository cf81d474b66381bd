internal import PostgresClient

/// Begins runs, finds those that are to go on, and stores how far they have come.
enum RunQueries {
    // A key of two numbers of its own; held by the session, so it ends with it.
    static let lock: SQL = "select pg_try_advisory_lock(1853190247, 1) as locked"
    static let unlock: SQL = "select pg_advisory_unlock(1853190247, 1)"

    /// Unfinished runs that are young enough to go on with.
    ///
    /// An incremental one belongs to its night: after a day a new cut is worth more, and what is verified stays so by the
    /// checkpoints.
    private static let young = """
        r.finished_at is null and r.started_at > clock_timestamp()
            - case when r.mode = 'full' then interval '14 days' else interval '1 day' end
        """

    /// The unfinished run of a mode.
    static func unfinished(_ mode: AuditMode) -> SQL {
        """
        select r.run_id, r.started_at::text as started, r.progress
          from ledger.audit_runs r where r.mode = \(mode.rawValue) and \(raw: young)
        """
    }

    /// The mode of the run that is to go on, the night's before a full one; or that of one to begin, where the night has
    /// none yet.
    static let pending = SQL(
        raw: """
            select coalesce(
                (select r.mode from ledger.audit_runs r where \(young) order by r.mode desc limit 1),
                (select 'incremental' where not exists (
                    select from ledger.audit_runs r
                     where r.mode = 'incremental' and r.started_at > clock_timestamp() - interval '12 hours'))) as mode
            """)

    static func abandon(_ mode: AuditMode) -> SQL {
        """
        update ledger.audit_runs r set finished_at = clock_timestamp(), state = 'abandoned'
         where r.mode = \(mode.rawValue) and r.finished_at is null
        """
    }

    /// The cuts of runs that are over, some rows at a time.
    static let clean: SQL = """
        delete from ledger.audit_cut c
         where ctid = any (array(
               select n.ctid from ledger.audit_cut n
                where not exists (select from ledger.audit_runs r where r.run_id = n.run_id and r.finished_at is null)
                limit 20000))
        """

    /// Begins a run: one statement, so one snapshot, for the balances that differ from what is verified and for the sums.
    ///
    /// In that snapshot everything adds up, because a posting and a fold commit as a whole. A full audit starts every
    /// account at nothing.
    static func cut(_ mode: AuditMode) -> SQL {
        let full = mode == .full
        return """
            with run as (
                insert into ledger.audit_runs (mode, started_at, updated_at)
                values (\(mode.rawValue), clock_timestamp(), clock_timestamp()) returning run_id, started_at),
            cut as (
                insert into ledger.audit_cut (run_id, account_id, stripe, seq, balance, last_at, head,
                    from_seq, from_balance, from_at, from_head)
                select run.run_id, b.account_id, b.stripe, b.seq, b.balance, b.last_at, b.head,
                       case when \(full) then 0 else coalesce(k.seq, 0) end,
                       case when \(full) then 0 else coalesce(k.balance, 0) end,
                       case when \(full) then '-infinity' else coalesce(k.last_at, '-infinity') end,
                       case when \(full) or k.head is null then decode(repeat('00', 32), 'hex') else k.head end
                  from run cross join ledger.balances b
                  left join ledger.checkpoints k on k.account_id = b.account_id and k.stripe = b.stripe
                 where \(full) or k.account_id is null
                    or (k.seq, k.balance, k.last_at, k.head) is distinct from (b.seq, b.balance, b.last_at, b.head)),
            amounts as (
                select b.account_id, b.balance as amount, b.stripe = 0 as is_account, false as is_deferred
                  from ledger.balances b
                union all
                select d.account_id, d.amount, false, true from ledger.deferred_entries d),
            totals as (
                select coalesce(case when a.kind = 0 then a.reference end, 'wallets') as name,
                       sum(m.amount)::text as amount, count(*) filter (where m.is_account) as accounts,
                       count(*) filter (where m.is_deferred) as deferred,
                       coalesce(sum(m.amount) filter (where m.is_deferred), 0)::text as deferred_amount
                  from amounts m left join ledger.accounts a on a.account_id = m.account_id
                 group by 1)
            select run.run_id, run.started_at::text as started, t.name, t.amount, t.accounts, t.deferred, t.deferred_amount
              from run left join totals t on true
             order by t.name
            """
    }

    /// Signals of fraud since the last report.
    static let flags: SQL = """
        select coalesce(r.name, f.kind::text) as kind, count(*) as count
          from ledger.flags f left join ledger.signal_rules r on r.kind = f.kind
         where f.at >= coalesce((select max(n.started_at) from ledger.audits n), '-infinity')
         group by 1 order by 1
        """

    static func store(_ run: Int64, _ record: [UInt8]) -> SQL {
        """
        update ledger.audit_runs r set progress = \(json: record), updated_at = clock_timestamp()
         where r.run_id = \(run) and r.finished_at is null
        """
    }

    /// Whether an earlier invocation has left a report of the run in this state.
    static func wasReported(_ run: Int64, _ state: AuditState) -> SQL {
        """
        select exists (
            select from ledger.audits a where a.run_id = \(run) and a.state = \(state.rawValue)) as reported
        """
    }

    static func conclude(_ run: Int64, _ state: AuditState) -> SQL {
        """
        update ledger.audit_runs r set finished_at = clock_timestamp(), state = \(state.rawValue)
         where r.run_id = \(run) and r.finished_at is null
        """
    }
}
