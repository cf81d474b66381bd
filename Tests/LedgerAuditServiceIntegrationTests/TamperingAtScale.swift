import LedgerAuditService

private let fees: Int64 = 9_223_372_036_854_775_805
private let revenue: Int64 = 9_223_372_036_854_775_806
/// The transaction whose leg waits for a fold, and one whose leg was folded.
private let waiting = "(select transaction_id from ledger.deferred_entries limit 1)"
private let folded = """
    (select transaction_id from ledger.entries where account_id = \(fees) order by seq desc limit 1)
    """
private let quiet = "(select account_id from ledger.accounts where reference = 'wallet:quiet')"

extension Tampering {
    /// The chain of hashes: what leaves every number in agreement.
    static let heads = [
        Tampering(
            "a head is changed", .brokenHead,
            "update ledger.balances set head = sha256('x') where account_id = \(poor)"),
        Tampering(
            "a head of what is verified is changed", .brokenHead,
            "update ledger.balances set head = sha256('x') where account_id = \(quiet)"),
        Tampering(
            "a transaction is rewritten with its entries, balances and fingerprint", .brokenHead,
            """
            update ledger.balances b set balance = balance + sign(e.amount)
              from ledger.entries e where e.transaction_id = \(newest) and b.account_id = e.account_id and b.stripe = 0;
            update ledger.entries set amount = amount + sign(amount), balance_after = balance_after + sign(amount)
             where transaction_id = \(newest);
            update ledger.transactions t
               set fingerprint = (select ledger.fingerprint(t.type, array_agg(a.reference), array_agg(e.amount))
                                    from ledger.entries e join ledger.accounts a on a.account_id = e.account_id
                                   where e.transaction_id = t.transaction_id)
             where t.transaction_id = \(newest)
            """),
        Tampering(
            "a transaction is dated otherwise with its entries and balances", .brokenHead,
            """
            update ledger.balances b set last_at = b.last_at + interval '1 microsecond'
              from ledger.entries e
             where e.transaction_id = \(newest) and b.account_id = e.account_id and b.seq = e.seq and b.stripe = e.stripe;
            update ledger.entries set created_at = created_at + interval '1 microsecond' where transaction_id = \(newest);
            update ledger.transactions t
               set created_at = (select max(created_at) from ledger.entries e where e.transaction_id = t.transaction_id)
             where transaction_id = \(newest)
            """),
        Tampering(
            "a checkpoint's head is falsified", full: .checkpointMismatch, incremental: .brokenHead,
            "update ledger.checkpoints set head = sha256('x') where account_id = \(quiet)"),
    ]

    /// Stripes, and entries that are still to be written.
    static let modes = [
        Tampering(
            "a stripe is deleted", .stripeMissing,
            "delete from ledger.balances where account_id = \(revenue) and stripe > 0 and seq = 0"),
        Tampering(
            "a wallet gets a second row", .stripeUnexpected,
            "insert into ledger.balances (account_id, stripe, minimum_balance) values (\(poor), 1, 0)"),
        Tampering(
            "an amount is moved between two stripes", .balanceMismatch,
            """
            update ledger.balances set balance = balance - 1 where account_id = \(revenue) and balance > 0;
            update ledger.balances set balance = balance + 1
             where account_id = \(revenue)
               and stripe = (select min(stripe) from ledger.balances where account_id = \(revenue) and seq = 0)
            """),
        Tampering(
            "the entries of a stripe are given to another", .sequenceGap,
            """
            update ledger.entries set stripe = (stripe + 1) % 3
             where account_id = \(revenue) and transaction_id in (
                 select transaction_id from ledger.entries where account_id = \(revenue) order by created_at desc limit 1)
            """),
        Tampering(
            "what waits for a fold is raised", .netNotZero, "update ledger.deferred_entries set amount = amount + 1"),
        Tampering(
            "what waits for a fold is raised: its transaction shows it", .unbalanced,
            "update ledger.deferred_entries set amount = amount + 1"),
        Tampering("what waits for a fold is deleted", .netNotZero, "delete from ledger.deferred_entries"),
        Tampering(
            "what waits for a fold is deleted: its transaction shows it", .wrongLegCount,
            "delete from ledger.deferred_entries"),
        Tampering(
            "what waits for a fold is dated otherwise", .deferredMismatch,
            "update ledger.deferred_entries set created_at = created_at + interval '1 second'"),
        Tampering(
            "what waits for a fold is given to a wallet", .deferredMismatch,
            "update ledger.deferred_entries set account_id = \(quiet)"),
        Tampering(
            "what waits for a fold loses its transaction", .deferredOrphan,
            "delete from ledger.transactions where transaction_id = \(waiting)"),
        Tampering(
            "something is deferred that nobody asked for", .deferredOrphan,
            "insert into ledger.deferred_entries values (gen_random_uuid(), \(fees), 5, now())"),
        Tampering(
            "something is deferred for a rejected transaction", .deferredOfRejected,
            "insert into ledger.deferred_entries values (\(rejected), \(fees), 5, now())"),
        Tampering(
            "a transaction denies that a leg of it waits", .deferredMismatch,
            "update ledger.transactions set deferred = 0 where transaction_id = \(waiting)"),
        Tampering(
            "what was folded is to be folded again", .deferredMismatch,
            """
            insert into ledger.deferred_entries
            select e.transaction_id, e.account_id, e.amount, t.created_at
              from ledger.entries e join ledger.transactions t on t.transaction_id = e.transaction_id
             where e.transaction_id = \(folded) and e.account_id = \(fees)
            """),
        Tampering(
            "a folded entry is deleted", .sequenceGap,
            "delete from ledger.entries where transaction_id = \(folded) and account_id = \(fees)"),
        Tampering(
            "a folded entry is dated before its transaction", .timeMismatch,
            """
            update ledger.entries set created_at = created_at - interval '1 second'
             where transaction_id = \(folded) and account_id = \(fees)
            """),
    ]

    static let reversals = [
        Tampering(
            "a reversal names a transaction that is not there", .reversalOfNothing,
            "update ledger.transactions set reverses = gen_random_uuid() where reverses is not null"),
        Tampering(
            "a reversal names a rejected transaction", .reversalOfNothing,
            "update ledger.transactions set reverses = \(rejected) where reverses is not null"),
        Tampering(
            "a reversal names another transaction", .reversalMismatch,
            "update ledger.transactions set reverses = \(newest) where reverses is not null"),
        Tampering(
            "a transaction is reversed twice", .reversedTwice,
            """
            drop index ledger.transactions_reversed_once;
            update ledger.transactions
               set type = 5, reverses = (select reverses from ledger.transactions where reverses is not null)
             where transaction_id = \(newest)
            """),
        Tampering(
            "the index is dropped that lets a transaction be reversed once", .indexMissing,
            "drop index ledger.transactions_reversed_once"),
    ]

    static let holds = [
        Tampering(
            "what is held is lowered", .heldMismatch, "update ledger.balances set held = held - 1 where held > 0"),
        Tampering(
            "an open hold is raised", .heldMismatch, "update ledger.holds set amount = amount + 1 where status = 0"),
        Tampering("an open hold is deleted", .heldMismatch, "delete from ledger.holds where status = 0"),
        Tampering(
            "a hold is resolved and nothing given back", .heldMismatch,
            "update ledger.holds set status = 2, resolved_at = now() where status = 0"),
        Tampering(
            "a hold is given to another account", .heldMismatch,
            "update ledger.holds set account_id = \(quiet) where status = 0"),
        Tampering(
            "more is said to be captured than was paid", .holdMismatch,
            "update ledger.holds set captured = captured + 1 where status = 1"),
        Tampering(
            "a capture names another transaction", .holdMismatch,
            "update ledger.holds set transaction_id = \(newest) where status = 1"),
        Tampering(
            "a capture names a transaction that is not there", .holdMismatch,
            "update ledger.holds set transaction_id = gen_random_uuid() where status = 1"),
    ]

    /// A sealed month: an incremental audit reads a slice of it, so these change every slice.
    static let months = [
        Tampering(
            "amounts of a sealed month are changed", .sealedMonthChanged,
            "update ledger.entries set amount = amount * 2 where created_at < '2021-01-01'"),
        Tampering(
            "running balances of a sealed month are changed", .sealedMonthChanged,
            "update ledger.entries set balance_after = balance_after + 1 where created_at < '2021-01-01'"),
        Tampering(
            "entries of a sealed month are deleted", .sealedMonthChanged,
            "delete from ledger.entries where created_at < '2021-01-01'"),
        Tampering(
            "entries of a sealed month are moved to another", .sealedMonthChanged,
            """
            update ledger.entries set created_at = created_at + interval '400 days' where created_at < '2021-01-01'
            """),
        Tampering(
            "transactions change places in a sealed month", .sealedMonthChanged,
            """
            update ledger.entries set transaction_id = md5(transaction_id::text)::uuid where created_at < '2021-01-01'
            """),
        Tampering(
            "the digests of a sealed month are changed", .sealedMonthChanged,
            "update ledger.sealed_slices set digest = sha256(digest)"),
        Tampering(
            "a sealed month takes entries again", .triggerMissing, "drop trigger sealed on ledger.entries_2020_01"),
        Tampering(
            "a service role may seal what it likes", .excessPrivilege,
            "grant update on ledger.sealed_slices to nerdwork_ledger_audit"),
    ]
}
