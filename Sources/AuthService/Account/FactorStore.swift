import Codecs
import PostgresClient
import ServiceKit

/// The second factor and its recovery codes; the caller has been let in by `Entry`.
enum FactorStore {
    /// A seed as it is stored, with what it is bound to.
    struct StoredSeed: Sendable {
        let factorID: UUID
        let sealed: [UInt8]
        let keyID: Int16
    }

    /// What the owner may know of the factor: no row where there is none.
    static let state: SQL = """
        select created_at, confirmed_at,
            (select count(*) from auth.recovery_codes c
             where c.user_id = t.user_id and c.used_at is null) as codes_left
        from auth.totp_factors t where user_id = auth.current_user_id()
        """

    /// Puts an unconfirmed factor in the place of an unconfirmed one; no row where a confirmed one is there.
    static func start(_ seed: StoredSeed, now: Timestamp, _ entry: AuditEntry) -> SQL {
        """
        with started as (
            insert into auth.totp_factors (user_id, factor_id, secret_sealed, secret_key, created_at)
            values (auth.current_user_id(), \(seed.factorID), \(seed.sealed), \(seed.keyID), \(now))
            on conflict (user_id) do update
                set factor_id = excluded.factor_id, secret_sealed = excluded.secret_sealed,
                    secret_key = excluded.secret_key, created_at = excluded.created_at, last_step = -1, failures = 0,
                    locked_until = null
                where totp_factors.confirmed_at is null
            returning factor_id
        ), noted as (
            \(audit: entry) where exists (select from started)
        )
        select factor_id from started
        """
    }

    /// The seed that waits for its first code, and whether one is confirmed already.
    static let unconfirmed: SQL = """
        select factor_id, secret_sealed, secret_key, confirmed_at is not null as is_confirmed
        from auth.totp_factors where user_id = auth.current_user_id()
        """

    static func decodeSeed(_ row: Row) throws(DatabaseError) -> StoredSeed {
        StoredSeed(
            factorID: try row.decode("factor_id"), sealed: try row.decode("secret_sealed"),
            keyID: try row.decode("secret_key"))
    }

    /// Makes the factor count, with the step of its first code used up, new recovery codes in the place of all others,
    /// and a session that has now seen both factors; no row where the factor is not the one that was read.
    static func confirm(
        _ factor: UUID, step: UInt64, session: UUID, codes: StoredCodes, now: Timestamp, _ entry: AuditEntry,
        _ event: OutboxEvent
    ) -> SQL {
        """
        with confirmed as (
            update auth.totp_factors set confirmed_at = \(now), last_step = \(Int64(clamping: step))
            where user_id = auth.current_user_id() and factor_id = \(factor) and confirmed_at is null
            returning user_id
        ), old as (
            delete from auth.recovery_codes using confirmed where recovery_codes.user_id = confirmed.user_id
        ), new as (
            insert into auth.recovery_codes (user_id, code_mac, code_key)
            select user_id, decode(mac, 'hex'), \(codes.keyID) from confirmed, unnest(\(codes.macs)) as mac
        ), raised as (
            update auth.sessions set acr = 'aal2', authenticated_at = \(now),
                amr = array(select distinct unnest(amr || array['otp']) order by 1)
            from confirmed where sessions.user_id = confirmed.user_id and session_id = \(session)
        ), noted as (
            \(audit: entry) where exists (select from confirmed)
        ), announced as (
            \(announcing: event) where exists (select from confirmed)
        )
        select user_id from confirmed
        """
    }

    /// Takes the factor away, and from the sessions what they owed to it; no row where there was none.
    ///
    /// `was_confirmed` tells whether it counted; only then anybody needs to hear of it.
    static func remove(_ entry: AuditEntry) -> SQL {
        """
        with removed as (
            delete from auth.totp_factors where user_id = auth.current_user_id()
            returning user_id, confirmed_at is not null as was_confirmed
        ), codes as (
            delete from auth.recovery_codes using removed where recovery_codes.user_id = removed.user_id
        ), lowered as (
            update auth.sessions set acr = 'aal1', amr = array_remove(array_remove(amr, 'otp'), 'rec')
            from removed where sessions.user_id = removed.user_id and revoked_at is null
        ), noted as (
            \(audit: entry) where exists (select from removed where was_confirmed)
        )
        select was_confirmed from removed
        """
    }

    /// Whether the caller's password is long enough beside a factor only; behind `remove` it signs nobody in any more.
    static let password: SQL = "select password_needs_factor from auth.users where user_id = auth.current_user_id()"

    /// Recovery codes as they are stored.
    struct StoredCodes {
        /// In hexadecimal digits.
        let macs: [String]
        let keyID: Int16
    }

    /// To stand before `replaceCodes` and `remove` in their batch: each of them must see what another request that runs
    /// at the same time has written.
    static let lock: SQL = "select from auth.totp_factors where user_id = auth.current_user_id() for update"

    /// New codes in the place of all others; no row where there is no second factor that they could stand in for.
    static func replaceCodes(_ codes: StoredCodes, _ entry: AuditEntry) -> SQL {
        """
        with factor as (
            select user_id from auth.totp_factors
            where user_id = auth.current_user_id() and confirmed_at is not null
        ), old as (
            delete from auth.recovery_codes using factor where recovery_codes.user_id = factor.user_id
        ), new as (
            insert into auth.recovery_codes (user_id, code_mac, code_key)
            select user_id, decode(mac, 'hex'), \(codes.keyID) from factor, unnest(\(codes.macs)) as mac
        ), noted as (
            \(audit: entry) where exists (select from factor)
        )
        select user_id from factor
        """
    }
}
