internal import StrictJSON

/// What one run of the relay did.
package struct RelayReport: Hashable, Sendable {
    /// Events that the bus accepted.
    package var published = 0
    /// Attempts that failed, so that the event stays for a later one.
    package var postponed = 0
    /// Events that were given up in this run.
    package var dead = 0
    /// Published events that were old enough to be deleted.
    package var purged = 0
    /// Whether the run ended because the bus took nothing, and not because nothing was due.
    package var busIsFailing = false

    package init() {}

    /// The function's answer, and what its log shows.
    var json: JSONWriter {
        JSONWriter.object {
            $0.member("published", published)
            $0.member("postponed", postponed)
            $0.member("dead", dead)
            $0.member("purged", purged)
            $0.member("busIsFailing", busIsFailing)
        }
    }
}
