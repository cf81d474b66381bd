internal import Codecs
internal import Platform

/// What a function does between an answer that Lambda took and the next invocation.
struct AfterResponse {
    /// With less time left, in milliseconds, an action could only be interrupted.
    static let minimumMilliseconds: Int64 = 50

    var actions: [(InvocationContext) -> Void] = []

    /// Runs the actions, as far as the invocation's time reaches.
    func run(_ context: InvocationContext, now: () -> Timestamp = SystemClock.now) {
        for action in actions where context.remainingMilliseconds(at: now()) >= Self.minimumMilliseconds {
            action(context)
        }
    }
}
