internal import AWSClient

/// What a secret is used for, as far as its rotation must know.
struct RotationTarget {
    /// How the report calls the secret.
    let name: String
    /// Throws where the current value must not be replaced yet.
    var mayReplace: () throws -> Void = {}
    /// Makes the next value from the current one.
    var make: (_ current: [UInt8]) throws -> [UInt8]
    /// Brings a value to where it is used; false where it was there already.
    var set: (_ value: [UInt8]) throws -> Bool
    /// Uses a value; throws where that fails.
    var test: (_ value: [UInt8]) throws -> Void
    /// Runs a step while no other changes what the secret is used for.
    var exclusively: (_ step: () throws -> Bool) throws -> Bool
}

/// The steps in which Secrets Manager rotates a secret.
///
/// Each may be repeated, come late or be cut off anywhere: what it does, it does from what the service and the target say
/// at that moment, and what is done already is left alone. A version that is current has been rotated; one that is
/// neither that nor pending belongs to a rotation that was given up, and is not touched.
struct SecretRotation {
    let versions: SecretVersions
    let target: RotationTarget

    /// Does one step; false where nothing was left to do.
    func run(_ request: RotationRequest) throws -> Bool {
        try target.exclusively {
            guard try isPending(request) else { return false }
            switch request.step {
            case .create: return try create(request)
            case .set: return try target.set(try pendingValue(request))
            case .test:
                try target.test(try pendingValue(request))
                return true
            case .finish: return try finish(request)
            }
        }
    }

    /// Whether the version still is to become the current one; false where it is that already.
    private func isPending(_ request: RotationRequest) throws -> Bool {
        let secret = try versions.describe(request.secret)
        guard secret.isRotationEnabled != false else {
            throw ProvisionError.rotation("\(target.name) is not to be rotated")
        }
        guard let version = secret.version(request.token) else {
            throw ProvisionError.rotation("the version is none of \(target.name), or of a rotation that was given up")
        }
        if version.stands(at: .current) { return false }
        guard version.stands(at: .pending) else {
            throw ProvisionError.rotation("the version of \(target.name) is not pending")
        }
        return true
    }

    /// A value that was made is kept: it may be where it is used already.
    private func create(_ request: RotationRequest) throws -> Bool {
        guard try versions.fetch(request.secret, .pending, request.token) == nil else { return false }
        guard let current = try versions.fetch(request.secret, .current, nil) else {
            throw ProvisionError.rotation("\(target.name) has no current value")
        }
        try target.mayReplace()
        try versions.propose(request.secret, try target.make(current), request.token)
        return true
    }

    private func pendingValue(_ request: RotationRequest) throws -> [UInt8] {
        guard let value = try versions.fetch(request.secret, .pending, request.token) else {
            throw ProvisionError.rotation("the version of \(target.name) has no value yet")
        }
        return value
    }

    /// Makes the version the current one, if it is good for its use at this moment.
    private func finish(_ request: RotationRequest) throws -> Bool {
        try target.test(try pendingValue(request))
        try target.mayReplace()
        guard let former = try versions.describe(request.secret).version(at: .current) else {
            throw ProvisionError.rotation("\(target.name) has no current version")
        }
        do {
            try versions.promote(request.secret, request.token, former.id)
        } catch {
            // The answer may have got lost, or another was faster.
            guard (try? isPending(request)) == false else { throw error }
        }
        return true
    }
}
