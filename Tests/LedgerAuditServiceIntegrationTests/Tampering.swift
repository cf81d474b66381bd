import LedgerAuditService
import Testing

/// One way to falsify the books, and what the audit must say to it.
///
/// It may report more that follows from it.
struct Tampering: Sendable {
    let name: String
    /// What a superuser does while the triggers are off.
    let script: String
    /// The finding of a full audit.
    let full: FindingCode
    /// The finding of an incremental audit; nil for what only a full audit sees.
    let incremental: FindingCode?

    init(_ name: String, _ code: FindingCode, _ script: String) {
        self.init(name, full: code, incremental: code, script)
    }

    init(_ name: String, full: FindingCode, incremental: FindingCode?, _ script: String) {
        self.name = name
        self.script = script
        self.full = full
        self.incremental = incremental
    }
}

/// The rows that the scripts falsify: `(…)` of the books of `TamperingTests`.
let poor = "(select account_id from ledger.accounts where reference = 'wallet:poor')"
let newest = """
    (select transaction_id
      from ledger.transactions where status = 0 order by created_at desc limit 1)
    """
private let oldest = """
    (select transaction_id
      from ledger.transactions where status = 0 and created_at > '2021-01-01' order by created_at limit 1)
    """
let rejected = """
    (select transaction_id
      from ledger.transactions where status = 1 order by created_at desc limit 1)
    """
let newestOfPoor = "(select max(seq) from ledger.entries where account_id = \(poor))"

extension Tampering {
    static let all = balances + newEntries + newTransactions + old + guards + heads + modes + reversals + holds + months

    /// Balance rows and accounts: an incremental audit reads them all.
    static let balances = [
        Tampering(
            "a balance is raised", .balanceMismatch,
            "update ledger.balances set balance = balance + 1 where account_id = \(poor)"),
        Tampering(
            "a balance is raised: the net shows it", .netNotZero,
            "update ledger.balances set balance = balance + 1 where account_id = \(poor)"),
        Tampering(
            "an amount is moved between two balances", .balanceMismatch,
            """
            update ledger.balances set balance = balance + 1 where account_id = \(poor);
            update ledger.balances set balance = balance - 1 where account_id = 9223372036854775807
            """),
        Tampering(
            "a wallet is emptied below zero and its floor removed", .walletNegative,
            """
            update ledger.balances set minimum_balance = null, balance = -1 where account_id = \(poor)
            """),
        Tampering(
            "a wallet's floor is removed", .minimumRemoved,
            "update ledger.balances set minimum_balance = null where account_id = \(poor)"),
        Tampering(
            "a balance is put below its floor without the constraint", .belowMinimum,
            """
            alter table ledger.balances drop constraint balances_minimum;
            update ledger.balances set balance = -1 where account_id = \(poor)
            """),
        Tampering(
            "a hold is made negative without the constraint", .heldNegative,
            """
            alter table ledger.balances drop constraint balances_held;
            update ledger.balances set held = -1 where account_id = \(poor)
            """),
        Tampering(
            "a wallet with a balance is closed", .closedWithBalance,
            "update ledger.balances set closed_at = now() where account_id = \(poor)"),
        Tampering(
            "a position is set back", .sequenceWentBack,
            "update ledger.balances set seq = 0, balance = 0 where account_id = \(poor)"),
        Tampering(
            "a position is set forward", .sequenceGap,
            "update ledger.balances set seq = seq + 1 where account_id = \(poor)"),
        Tampering(
            "the time of the newest entry is changed", .lastTimeMismatch,
            "update ledger.balances set last_at = last_at + interval '1 second' where account_id = \(poor)"),
        Tampering(
            "a balance row is deleted", .accountWithoutBalance,
            "delete from ledger.balances where account_id = \(poor)"),
        Tampering(
            "an account is deleted", .balanceWithoutAccount, "delete from ledger.accounts where account_id = \(poor)"),
        Tampering(
            "a system account is renamed", .systemAccountMissing,
            "update ledger.accounts set reference = 'mine' where reference = 'fees'"),
        Tampering(
            "a checkpoint is falsified together with its balance", .netNotZero,
            """
            update ledger.balances set balance = balance + 1 where account_id = \(poor);
            update ledger.checkpoints set balance = balance + 1 where account_id = \(poor)
            """),
    ]

    /// Entries that are new since the last audit.
    static let newEntries = [
        Tampering(
            "an amount is changed", .brokenChain,
            "update ledger.entries set amount = amount + 1 where account_id = \(poor) and seq = \(newestOfPoor)"),
        Tampering(
            "an amount is changed: its transaction shows it", .unbalanced,
            "update ledger.entries set amount = amount + 1 where account_id = \(poor) and seq = \(newestOfPoor)"),
        Tampering(
            "an amount and the balances after it are changed", .balanceMismatch,
            """
            update ledger.entries set amount = amount + 1, balance_after = balance_after + 1
             where account_id = \(poor) and seq = \(newestOfPoor)
            """),
        Tampering(
            "the amounts, running balances and balances of a whole transaction are changed", .fingerprintMismatch,
            """
            update ledger.balances b set balance = b.balance + sign(e.amount)
              from ledger.entries e where e.transaction_id = \(newest) and b.account_id = e.account_id;
            update ledger.entries set amount = amount + sign(amount), balance_after = balance_after + sign(amount)
             where transaction_id = \(newest)
            """),
        Tampering(
            "a running balance is changed to the largest number", .brokenChain,
            """
            update ledger.entries set balance_after = 9223372036854775807
             where account_id = \(poor) and seq = \(newestOfPoor)
            """),
        Tampering(
            "an entry is deleted", .sequenceGap,
            "delete from ledger.entries where account_id = \(poor) and seq = \(newestOfPoor)"),
        Tampering(
            "an entry is deleted: its transaction has one leg", .oneLegged,
            "delete from ledger.entries where account_id = \(poor) and seq = \(newestOfPoor)"),
        Tampering(
            "an entry is moved to another position", .sequenceGap,
            "update ledger.entries set seq = seq + 5 where account_id = \(poor) and seq = \(newestOfPoor)"),
        Tampering(
            "two entries change places", .brokenChain,
            """
            update ledger.entries set seq = seq + 1000 where account_id = \(poor) and seq >= \(newestOfPoor) - 1;
            update ledger.entries
               set seq = (select sum(seq) from ledger.entries where account_id = \(poor) and seq > 1000) - 1000 - seq
             where account_id = \(poor) and seq > 1000
            """),
        Tampering(
            "an entry is given to another account", .sequenceGap,
            """
            update ledger.entries
               set account_id = (select account_id from ledger.accounts where reference = 'wallet:quiet'), seq = 50
             where account_id = \(poor) and seq = \(newestOfPoor)
            """),
        Tampering(
            "an entry is dated back", .timeWentBack,
            """
            update ledger.entries set created_at = created_at - interval '1 hour'
             where account_id = \(poor) and seq = \(newestOfPoor)
            """),
        Tampering(
            "a balanced pair of entries is put behind two balances", .ghostEntry,
            """
            insert into ledger.entries
            select transaction_id, account_id, seq + 100, amount, balance_after, now(), 0
              from ledger.entries where transaction_id = \(newest)
            """),
        Tampering(
            "an entry is put at a position that is verified already", .entryBehindCheckpoint,
            """
            insert into ledger.entries
            select transaction_id, account_id, 1, amount, balance_after, now() + interval '40 days', 0
              from ledger.entries where account_id = \(poor) and seq = \(newestOfPoor)
            """),
        Tampering(
            "an entry names an account that does not exist", .entryWithoutAccount,
            "update ledger.entries set account_id = 4711 where account_id = \(poor) and seq = \(newestOfPoor)"),
        Tampering(
            "an entry names a transaction that does not exist", .orphanEntry,
            """
            update ledger.entries set transaction_id = gen_random_uuid()
             where account_id = \(poor) and seq = \(newestOfPoor)
            """),
        Tampering(
            "entries are given to a rejected transaction", .entriesOfRejected,
            "update ledger.entries set transaction_id = \(rejected) where transaction_id = \(newest)"),
    ]

    /// Transactions that are new since the last audit.
    static let newTransactions = [
        Tampering(
            "a transaction is deleted under its entries", .orphanEntry,
            "delete from ledger.transactions where transaction_id = \(newest)"),
        Tampering(
            "the entries of a transaction are deleted", .transactionWithoutEntries,
            "delete from ledger.entries where transaction_id = \(newest)"),
        Tampering(
            "the entries of a transaction are deleted and both balances put back", .transactionWithoutEntries,
            """
            update ledger.balances b
               set balance = b.balance - e.amount, seq = b.seq - 1,
                   last_at = (select p.created_at from ledger.entries p
                               where p.account_id = b.account_id and p.seq = b.seq - 1)
              from ledger.entries e where e.transaction_id = \(newest) and b.account_id = e.account_id;
            delete from ledger.entries where transaction_id = \(newest)
            """),
        Tampering(
            "a transaction without entries is written", .transactionWithoutEntries,
            "insert into ledger.transactions values (gen_random_uuid(), gen_random_uuid(), now(), 1, 0, null, 2)"),
        Tampering(
            "a posted transaction is declared rejected", .entriesOfRejected,
            "update ledger.transactions set status = 1, reason = 1, legs = 0 where transaction_id = \(newest)"),
        Tampering(
            "a rejected transaction is declared posted", .transactionWithoutEntries,
            "update ledger.transactions set status = 0, reason = null, legs = 2 where transaction_id = \(rejected)"),
        Tampering(
            "the number of legs is changed", .wrongLegCount,
            "update ledger.transactions set legs = 3 where transaction_id = \(newest)"),
        Tampering(
            "a transaction without entries is written under the lowest identifier", .transactionWithoutEntries,
            """
            insert into ledger.transactions
            values ('00000000-0000-0000-0000-000000000000', gen_random_uuid(), now(), 1, 0, null, 2)
            """),
        Tampering(
            "a transaction is dated back before the last audit, its entries not", .timeMismatch,
            "update ledger.transactions set created_at = created_at - interval '90 days' where transaction_id = \(newest)"
        ),
        Tampering(
            "a transaction is dated forward", .timeMismatch,
            "update ledger.transactions set created_at = created_at + interval '1 minute' where transaction_id = \(newest)"
        ),
        Tampering(
            "the type is changed", .fingerprintMismatch,
            "update ledger.transactions set type = 4 where transaction_id = \(newest)"),
    ]

    /// What lies before the checkpoints: a full audit only.
    static let old = [
        Tampering(
            "the amount of a verified entry is changed", full: .brokenChain, incremental: nil,
            "update ledger.entries set amount = amount + 1 where transaction_id = \(oldest)"),
        Tampering(
            "a verified entry is deleted", full: .sequenceGap, incremental: nil,
            "delete from ledger.entries where transaction_id = \(oldest) and amount > 0"),
        Tampering(
            "a verified transaction's type is changed", full: .fingerprintMismatch, incremental: nil,
            "update ledger.transactions set type = 4 where transaction_id = \(oldest)"),
        Tampering(
            "a quiet wallet is given to somebody else", full: .fingerprintMismatch, incremental: nil,
            "update ledger.accounts set reference = 'wallet:thief' where reference = 'wallet:quiet'"),
        Tampering(
            "the end of verification is set to a time still to come", full: .unbalanced, incremental: .unbalanced,
            """
            alter table ledger.audits drop constraint audits_verified_until;
            update ledger.audits set verified_until = now() + interval '1 year';
            update ledger.entries set amount = amount + 1 where account_id = \(poor) and seq = \(newestOfPoor)
            """),
        Tampering(
            "a checkpoint is falsified", full: .checkpointMismatch, incremental: .balanceMismatch,
            """
            update ledger.checkpoints set balance = balance + 1
             where account_id = (select account_id from ledger.accounts where reference = 'wallet:quiet')
            """),
        Tampering(
            "a ghost entry is dated back before the last audit", full: .ghostEntry, incremental: nil,
            """
            insert into ledger.entries
            select transaction_id, account_id, seq + 100, amount, balance_after, created_at - interval '90 days', 0
              from ledger.entries where transaction_id = \(oldest)
            """),
    ]

    /// The guards: an incremental audit reads them all.
    static let guards = [
        Tampering(
            "a trigger is disabled on the parent", .triggerMissing,
            "alter table ledger.entries disable trigger append_only"),
        Tampering(
            "a trigger fires in ordinary sessions only", .triggerMissing,
            "alter table ledger.transactions enable trigger append_only"),
        Tampering(
            "a trigger is dropped from one partition", .triggerMissing,
            "drop trigger balanced on ledger.entries_default"),
        Tampering(
            "a trigger is replaced by one of the same name that does less", .triggerMissing,
            """
            drop trigger append_only on ledger.audits;
            create trigger append_only before truncate on ledger.audits
                for each statement execute function ledger.refuse_change();
            alter table ledger.audits enable always trigger append_only
            """),
        Tampering(
            "a trigger is added", .triggerUnexpected,
            """
            create trigger extra before insert on ledger.transactions
                for each statement execute function ledger.refuse_change()
            """),
        Tampering(
            "a rule swallows inserts", .ruleUnexpected,
            "create rule swallow as on insert to ledger.transactions do instead nothing"),
        Tampering(
            "a constraint is dropped", .constraintMissing,
            "alter table ledger.balances drop constraint balances_minimum"),
        Tampering(
            "a constraint is replaced by one that allows everything", .constraintMissing,
            """
            alter table ledger.balances drop constraint balances_minimum;
            alter table ledger.balances add constraint balances_minimum check (true)
            """),
        Tampering(
            "a constraint is left unvalidated", .constraintMissing,
            """
            alter table ledger.balances drop constraint balances_held;
            alter table ledger.balances add constraint balances_held check (held >= 0) not valid
            """),
        Tampering("an index is dropped", .indexMissing, "drop index ledger.entries_default_position"),
        Tampering(
            "a partition is detached", .partitionDetached,
            "alter table ledger.entries detach partition ledger.entries_default"),
        Tampering(
            "the default partition is missing", .partitionMissing,
            "alter table ledger.entries detach partition ledger.entries_default"),
        Tampering(
            "a service role may insert entries", .excessPrivilege,
            "grant insert on ledger.entries to nerdwork_loyalty"),
        Tampering(
            "a service role may update one column", .excessPrivilege,
            "grant update (balance) on ledger.balances to nerdwork_wallet"),
        Tampering(
            "another service's role may change balances", .excessPrivilege,
            "grant update on ledger.balances to nerdwork_notification"),
        Tampering(
            "a role of no service may insert entries", .excessPrivilege,
            "grant insert on ledger.entries to pg_monitor"),
        Tampering(
            "a role of no service may change one column", .excessPrivilege,
            "grant update (held) on ledger.balances to pg_monitor"),
        Tampering(
            "a role of no service may call an inner function", .excessPrivilege,
            "grant execute on function ledger.close_account(text) to pg_monitor"),
        Tampering(
            "the wallet may post by itself", .excessPrivilege,
            "grant execute on function ledger.post(uuid, int2, uuid, text[], int8[], jsonb, uuid) to nerdwork_wallet"),
        Tampering(
            "another service's role may call an inner function", .excessPrivilege,
            "grant execute on function ledger.fold(text, integer) to nerdwork_auth"),
        Tampering("everybody may delete", .excessPrivilege, "grant delete on ledger.transactions to public"),
        Tampering(
            "a service role may call an inner function", .excessPrivilege,
            "grant execute on function ledger.close_account(text) to nerdwork_loyalty"),
        Tampering(
            "a service role may make triggers", .excessPrivilege,
            "grant references, trigger on ledger.balances to nerdwork_wallet"),
        Tampering(
            "everybody may call an inner function", .excessPrivilege,
            "grant execute on function ledger.close_account(text) to public"),
    ]
}
