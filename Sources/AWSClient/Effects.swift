internal import Codecs

/// What the client takes from the outside beside the network, so that tests decide it.
struct Effects {
    let now: () -> Timestamp
    /// Waits that many milliseconds.
    let sleep: (Int64) -> Void
    /// From 0 to 1.
    let random: () -> Double
}
