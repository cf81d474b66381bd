internal import Codecs
internal import Platform
internal import PostgresClient

/// Runs the real relay when functions have left events in the outbox, as its schedule does each minute.
struct OutboxSweep {
    let database: LocalDatabase
    let template: Template

    /// Name of the function that publishes what is left.
    static let relay = "outbox-relay"

    /// What is in the outbox and has not reached the bus.
    struct Backlog: Equatable {
        /// Could be published now.
        var due = 0
        /// Waits for a lease or a back-off to end.
        var later = 0
        /// Was given up.
        var dead = 0
    }

    /// Empty where the database has no outbox, or an older one.
    func backlog() throws(LocalError) -> Backlog {
        let connection = try database.connection()
        do throws(DatabaseError) {
            guard
                try connection.query("select to_regclass('outbox.events_waiting') is not null as there").only()
                    .decode("there", as: Bool.self)
            else { return Backlog() }
            let row = try connection.query(
                """
                select count(*) filter (where dead_at is null and next_attempt_at <= clock_timestamp()) as due,
                       count(*) filter (where dead_at is null and next_attempt_at > clock_timestamp()) as later,
                       count(*) filter (where dead_at is not null) as dead
                  from outbox.events where published_at is null
                """
            ).only()
            return Backlog(
                due: Int(try row.decode("due", as: Int64.self)), later: Int(try row.decode("later", as: Int64.self)),
                dead: Int(try row.decode("dead", as: Int64.self)))
        } catch {
            throw LocalError(.unavailable, "The outbox cannot be read: \(error).")
        }
    }

    /// The event of the relay's schedule, as Scheduler would send it now; nil where the template has no such schedule.
    func scheduledEvent() -> [UInt8]? {
        let now = SystemClock.now()
        return template.schedules.first { $0.target.function == Self.relay }?
            .payload(at: now, execution: "local-\(now.millisecondsSince1970)")
    }
}
