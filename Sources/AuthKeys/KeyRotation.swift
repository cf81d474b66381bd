package import Codecs

/// One change of the stored keys.
package enum KeyChange: Hashable, Sendable {
    case addRoot
    /// Makes a key pair: the very first one signs at once, every other is published and waits.
    case generate(AuthKeyDocument.State)
    /// Lets a key sign; the one that did is retired, and its private half forgotten.
    case activate(kid: String)
    /// From now on the key neither signs nor verifies.
    case revoke(kid: String)
    /// Forgets the key.
    case drop(kid: String)
}

/// Decides how the keys change with time; pure.
///
/// There is always a next key, published long before it is needed: in an emergency it takes over at once, and everybody
/// knows it already.
package enum KeyRotation {
    private static let hour: Int64 = 3_600_000
    private static let day: Int64 = 24 * hour
    /// How long a key signs, in milliseconds.
    package static let activeMilliseconds = 90 * day
    /// How long a key is published before it signs, and a root stored before anything is made with it; gateways keep what
    /// they have read for two hours, processes theirs for `staleMilliseconds`.
    package static let publicationMilliseconds = day
    /// How long a process that cannot reach the store goes on with the keys that it has.
    package static let staleMilliseconds = day
    /// How long a retired key is published: a day after the last signature that it can have made.
    package static let retirementMilliseconds = staleMilliseconds + day
    /// How long is remembered that a key was revoked.
    package static let revocationMilliseconds = 90 * day
    /// A root that is younger answers the wish for a new one, so that wishing again after a failure adds no second.
    package static let newRootMilliseconds = hour

    /// The first change that is due; nil where everything is as it should be.
    ///
    /// Made again and again, with each change applied, it comes to an end: the order in which crashes and calls meet
    /// does not matter.
    package static func next(_ document: AuthKeyDocument, now: Timestamp) -> KeyChange? {
        if document.roots.isEmpty { return .addRoot }
        if let forgotten = document.signing.first(where: { isOver($0, now) }) { return .drop(kid: forgotten.kid) }
        let waiting = document.signing.first { $0.state == .next }
        guard let active = document.active else {
            return waiting.map { .activate(kid: $0.kid) } ?? .generate(.active)
        }
        guard let waiting else {
            return document.published.count < AuthKeyDocument.Limits.publishedKeys ? .generate(.next) : nil
        }
        let isFree = !document.signing.contains { $0.state == .retired }
        let isDue = hasPassed(activeMilliseconds, since: active.activatedAt, now)
        let isKnown = hasPassed(publicationMilliseconds, since: waiting.publishedAt, now)
        return isFree && isDue && isKnown ? .activate(kid: waiting.kid) : nil
    }

    /// Whether the key has done its time.
    private static func isOver(_ key: AuthKeyDocument.SigningKey, _ now: Timestamp) -> Bool {
        switch key.state {
        case .next, .active: false
        case .retired: hasPassed(retirementMilliseconds, since: key.retiredAt, now)
        case .revoked: hasPassed(revocationMilliseconds, since: key.retiredAt, now)
        }
    }

    private static func hasPassed(_ milliseconds: Int64, since moment: Timestamp?, _ now: Timestamp) -> Bool {
        guard let moment else { return false }
        return now >= moment.advanced(byMilliseconds: milliseconds)
    }
}

extension KeyRotation {
    /// What somebody wants beside what time asks for.
    package enum Wish: Hashable, Sendable {
        case nothing
        /// The key with this identifier is known to others: it ends at once.
        case revoke(kid: String)
        case newRoot
    }

    /// The change that the wish asks for; nil where it is fulfilled.
    ///
    /// Throws `.unknownKey` for a key that never was, or that is forgotten.
    package static func change(
        for wish: Wish, _ document: AuthKeyDocument, now: Timestamp
    ) throws(AuthKeyError) -> KeyChange? {
        switch wish {
        case .nothing: return nil
        case .revoke(let kid):
            guard let index = document.index(of: kid) else { throw .unknownKey }
            return document.signing[index].state == .revoked ? nil : .revoke(kid: document.signing[index].kid)
        case .newRoot:
            guard let newest = document.roots.last else { return nil }
            return hasPassed(newRootMilliseconds, since: newest.createdAt ?? .distantPast, now) ? .addRoot : nil
        }
    }

    /// The document with every change that is due, and the changes in their order; the same document where none is.
    ///
    /// - Parameter generate: makes a key pair.
    /// - Throws: what `generate` throws, `.unknownKey`, `.tooManyRoots`, `.cryptography`.
    package static func advance(
        _ document: AuthKeyDocument, _ wish: Wish = .nothing, now: Timestamp,
        generate: () throws -> AuthKeyDocument.KeyPair = { try AuthKeyDocument.KeyPair.generate() }
    ) throws -> (document: AuthKeyDocument, changes: [KeyChange]) {
        var document = document
        var changes: [KeyChange] = []
        if let change = try change(for: wish, document, now: now) {
            try document.apply(change, now: now, generate)
            changes.append(change)
        }
        while let change = next(document, now: now) {
            try document.apply(change, now: now, generate)
            changes.append(change)
        }
        try document.validate()
        return (document, changes)
    }
}

extension Timestamp {
    fileprivate static let distantPast = Timestamp(millisecondsSince1970: .min)
}
