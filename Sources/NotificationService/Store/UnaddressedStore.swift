import PostgresClient

/// The statements about mail that waits for an address.
enum UnaddressedStore {
    /// Holds back others who keep mail for these users until the transaction ends, so that it is counted.
    ///
    /// In one order for everybody, so that two never wait for each other.
    static func lock(_ userIDs: [String]) -> SQL {
        """
        select pg_advisory_xact_lock(locks.key)
          from (
            select distinct hashtextextended(users.id, 6809) as key from unnest(\(userIDs)) as users(id) order by key
          ) as locks
        """
    }

    /// Keeps the mail, unless it is kept or written down already, or too many wait for its user.
    static func keep(_ mail: UnaddressedMail, limit: Int32) -> SQL {
        """
        insert into notification.unaddressed (dedupe_key, user_id, template, event_at, expires_at, event)
        select \(mail.dedupeKey), \(mail.userID), \(mail.template), \(mail.time), \(mail.expiresAt), \(mail.event)
         where (select count(*) from notification.unaddressed u where u.user_id = \(mail.userID)) < \(limit)
           and not exists (select from notification.messages m where m.dedupe_key = \(mail.dedupeKey))
        on conflict (dedupe_key) do nothing
        """
    }

    /// Which of these keys wait; in a statement after those that keep them.
    static func waiting(_ keys: [String]) -> SQL {
        "select dedupe_key from notification.unaddressed where dedupe_key = any (\(keys))"
    }

    /// Only one process at a time gives up and addresses, so that nobody waits for another's rows; false where another
    /// one is at it.
    static let begin: SQL = "select pg_try_advisory_xact_lock(6810) as is_ours"

    /// Takes away what is no longer worth sending.
    static func giveUp(limit: Int32) -> SQL {
        """
        delete from notification.unaddressed where dedupe_key = any (array(
            select u.dedupe_key from notification.unaddressed u where u.expires_at <= clock_timestamp()
             order by u.expires_at limit \(limit)))
        returning user_id, dedupe_key, template, event_at, expires_at, event
        """
    }

    /// Takes the mail of one user whose address is known by now, in the order of its events; no row where there is none.
    static let take: SQL = """
        with known as (
            select w.user_id from notification.unaddressed w
              join notification.recipients r on r.user_id = w.user_id and r.delete_at > clock_timestamp()
             order by w.event_at, w.dedupe_key limit 1
        ), taken as (
            delete from notification.unaddressed u using known where u.user_id = known.user_id returning u.*
        )
        select user_id, dedupe_key, template, event_at, expires_at, event from taken order by event_at, dedupe_key
        """

    static func decode(_ row: Row) throws(DatabaseError) -> UnaddressedMail {
        UnaddressedMail(
            userID: try row.decode("user_id"), dedupeKey: try row.decode("dedupe_key"),
            template: try row.decode("template"), time: try row.decode("event_at"),
            expiresAt: try row.decode("expires_at"), event: try row.decode("event"))
    }
}
