import Codecs
import TestSupport

/// What `auth.refresh_session` must do, written a second time and without a database.
struct RefreshModel: Hashable {
    enum Operation: Hashable {
        case use(counter: Int64)
        case signOut
        case suspend
        case activate
        case promote
        case demote

        /// As `model.apply` takes it.
        var number: Int16 {
            switch self {
            case .use: 0
            case .signOut: 1
            case .suspend: 2
            case .activate: 3
            case .promote: 4
            case .demote: 5
            }
        }

        var counter: Int64 {
            if case .use(let counter) = self { return counter }
            return 0
        }
    }

    /// Milliseconds since the epoch, as all times here.
    let createdAt: Int64
    var counter: Int64 = 0
    var rotatedAt: Int64
    var replacedAt: [Int64] = []
    var replays = 0
    var lastSeen: Int64
    var expires: Int64
    var idle: Int64
    var ended: String?
    var isAdmin = false
    var isActive = true
    /// Thousandths of a token.
    var tokens: Int64 = 60_000
    var tokensAt: Int64?

    init(now: Int64) {
        createdAt = now
        rotatedAt = now
        lastSeen = now
        expires = now + 30 * 86_400_000
        idle = 14 * 86_400_000
    }

    /// What the operation comes to; nil for one that has no outcome.
    mutating func apply(_ operation: Operation, at now: Int64) -> String? {
        switch operation {
        case .use(let shown): return use(shown, now)
        case .signOut: ended = ended ?? "signed_out"
        case .suspend: isActive = false
        case .activate: isActive = true
        case .promote: isAdmin = true
        case .demote: isAdmin = false
        }
        return nil
    }

    private mutating func use(_ shown: Int64, _ now: Int64) -> String {
        if ended == "refresh_reuse" { return "revoked" }
        guard ended == nil, isActive, now < expires, now < lastSeen + idle, shown < 4_294_967_295 else {
            return "ended"
        }
        if shown > counter { return "ahead" }
        if shown == counter {
            guard takeToken(now) else { return "throttled" }
            rotate(now)
            return "rotated"
        }
        let age = counter - shown
        let grace: Int64 = isAdmin ? 10_000 : 30_000
        let isAtOnce = now < rotatedAt + 2_000
        guard age <= replacedAt.count, now < replacedAt[Int(age) - 1] + grace, replays < 5 || isAtOnce else {
            ended = "refresh_reuse"
            return "reused"
        }
        guard takeToken(now) else { return "throttled" }
        if !isAtOnce { replays += 1 }
        return "replayed"
    }

    private mutating func rotate(_ now: Int64) {
        counter += 1
        rotatedAt = now
        replacedAt = Array(([now] + replacedAt).prefix(8))
        replays = 0
        lastSeen = now
        if isAdmin {
            idle = 3_600_000
            expires = min(expires, createdAt + 43_200_000)
        }
    }

    /// One token a second, sixty at most.
    private mutating func takeToken(_ now: Int64) -> Bool {
        let available = min(60_000, tokens + max(0, now - (tokensAt ?? now)))
        guard available >= 1_000 else { return false }
        tokens = available - 1_000
        tokensAt = now
        return true
    }
}
