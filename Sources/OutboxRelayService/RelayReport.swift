/// What one run of the relay did.
package struct RelayReport: Hashable, Sendable {
    /// Events that the bus accepted.
    package var published = 0
    /// Events that stay for a later attempt.
    package var postponed = 0
    /// Events that were given up in this run.
    package var dead = 0

    package init() {}
}
