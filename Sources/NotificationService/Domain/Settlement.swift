/// What an attempt's outcome means for the message.
enum Settlement: Hashable, Sendable {
    case sent(sesMessageID: String)
    /// Again after so many milliseconds.
    case queued(code: String, delay: Int64)
    case failed(code: String)
    /// The lease runs out after so many milliseconds, unless SES reports the message before.
    case leased(code: String, milliseconds: Int64)

    /// Decides; an unknown outcome keeps the lease, because the mail may be on its way.
    static func after(
        _ outcome: SendOutcome, attempts: Int, policy: SendingPolicy, random: Double
    ) -> Settlement {
        switch outcome {
        case .accepted(let id): .sent(sesMessageID: id)
        case .refused(let code): .failed(code: code)
        case .stopped(let code): .queued(code: code, delay: 0)
        case .throttled(let code), .notSent(let code):
            .queued(code: code, delay: policy.backOff(afterAttempts: attempts, random: random))
        case .unknown(let code): .leased(code: code, milliseconds: policy.lease(afterAttempts: attempts))
        }
    }
}
