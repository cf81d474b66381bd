internal import CLocalSystem

/// A request to end early: the interrupt key, or SIGTERM or SIGHUP.
///
/// It only sets a mark. What waits long looks at the mark and throws, so that everything that was started is stopped on
/// the way out. A second one ends the process at once.
package enum Interruption {
    /// To be called once, before anything is started (`sigaction`).
    package static func catchSignals() {
        nerdwork_catch_interrupts()
    }

    /// Whether somebody has asked to end.
    package static var isRequested: Bool { nerdwork_is_interrupted() }

    /// Throws `.interrupted` when somebody has asked to end.
    package static func check() throws(LocalError) {
        if nerdwork_is_interrupted() { throw LocalError(.interrupted, "Interrupted; everything is stopped.") }
    }
}
