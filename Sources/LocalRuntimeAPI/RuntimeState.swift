/// What Lambda's side of the Runtime API knows, and what it answers; pure, without sockets.
///
/// The rules are those of AWS's Runtime Interface Emulator: the request id is checked before the state, and a second
/// `next` while an invocation runs delivers the same invocation again.
struct RuntimeState {
    /// What a post is answered with.
    struct Answer: Equatable {
        let status: Int
        /// Nil for acceptance.
        let errorType: String?

        static let accepted = Answer(status: 202, errorType: nil)
        static let invalidRequestID = Answer(status: 400, errorType: "InvalidRequestID")
        static let invalidTransition = Answer(status: 403, errorType: "InvalidStateTransition")
        static let timedOut = Answer(status: 410, errorType: "InvokeTimeout")
        static let tooLarge = Answer(status: 413, errorType: "RequestEntityTooLarge")
    }

    private enum Phase {
        case running
        case answered
        case abandoned
    }

    /// The largest response, in bytes: 6 MiB and 100 bytes.
    static let maximumResponseBytes = 6 * 1024 * 1024 + 100

    let concurrency: Int
    private(set) var isReady = false
    /// Whether the last thing that the runtime did was to ask for an invocation that there was not.
    private(set) var isIdle = false
    private(set) var initializationError: ErrorReport?
    private var queue: [LocalInvocation] = []
    private var delivered: [(invocation: LocalInvocation, phase: Phase)] = []
    private var outcomes: [String: InvocationOutcome] = [:]
    /// Whose responses are too large, whatever their size: for trying what a function does then.
    private var refused: Set<String> = []

    init(concurrency: Int) {
        self.concurrency = concurrency
    }

    mutating func enqueue(_ invocation: LocalInvocation) {
        queue.append(invocation)
    }

    /// Whether an invocation waits for a poller.
    var hasWaiting: Bool { !queue.isEmpty }

    /// Whether a poller has been given the invocation, and may have begun with it.
    func isDelivered(_ requestID: String) -> Bool {
        index(of: requestID) != nil
    }

    /// Takes the response to an invocation as too large.
    mutating func refuseResponse(to requestID: String) {
        refused.insert(requestID)
    }

    /// The invocation for a poller; nil while there is none.
    mutating func next() -> LocalInvocation? {
        isReady = true
        isIdle = false
        if concurrency == 1, let last = delivered.last, last.phase == .running { return last.invocation }
        isIdle = queue.isEmpty
        guard !queue.isEmpty else { return nil }
        let invocation = queue.removeFirst()
        forgetOldest()
        delivered.append((invocation, .running))
        return invocation
    }

    /// Puts an invocation that could not be delivered back to the front.
    mutating func undeliver(_ requestID: String) {
        guard concurrency > 1, let index = index(of: requestID), delivered[index].phase == .running else { return }
        queue.insert(delivered.remove(at: index).invocation, at: 0)
    }

    mutating func respond(_ requestID: String, body: [UInt8]) -> Answer {
        guard let index = index(of: requestID) else { return .invalidRequestID }
        if let refusal = refusal(of: delivered[index].phase) { return refusal }
        delivered[index].phase = .answered
        let fits = refused.remove(requestID) == nil && body.count <= Self.maximumResponseBytes
        outcomes[requestID] = fits ? .response(body) : .tooLarge
        return fits ? .accepted : .tooLarge
    }

    mutating func fail(_ requestID: String, _ report: ErrorReport) -> Answer {
        guard let index = index(of: requestID) else { return .invalidRequestID }
        if let refusal = refusal(of: delivered[index].phase) { return refusal }
        delivered[index].phase = .answered
        outcomes[requestID] = .failure(report)
        return .accepted
    }

    mutating func failInitialization(_ report: ErrorReport) -> Answer {
        guard !isReady, initializationError == nil else { return .invalidTransition }
        initializationError = report
        return .accepted
    }

    /// Gives an invocation up: its later answer gets 410.
    mutating func abandon(_ requestID: String, reason: String) {
        queue.removeAll { $0.requestID == requestID }
        guard outcomes[requestID] == nil else { return }
        outcomes[requestID] = .abandoned(reason)
        if let index = index(of: requestID) { delivered[index].phase = .abandoned }
    }

    /// Takes the outcome out.
    mutating func takeOutcome(of requestID: String) -> InvocationOutcome? {
        outcomes.removeValue(forKey: requestID)
    }

    private func index(of requestID: String) -> Int? {
        delivered.lastIndex { $0.invocation.requestID == requestID }
    }

    private func refusal(of phase: Phase) -> Answer? {
        switch phase {
        case .running: nil
        case .answered: .invalidTransition
        case .abandoned: .timedOut
        }
    }

    private mutating func forgetOldest() {
        while delivered.count >= concurrency, let index = delivered.firstIndex(where: { $0.phase != .running }) {
            delivered.remove(at: index)
        }
    }
}
