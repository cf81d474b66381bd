import AWSClient
import Synchronization
import TestSupport

@testable import ProvisionService

/// Secrets Manager's versions and labels as its API reference describes them, cut off where a test says so.
final class SecretsStandIn: Sendable {
    struct Version: Sendable {
        var value: [UInt8]?
        var stages: Set<SecretStage>
    }

    struct State: Sendable {
        var secrets: [String: [String: Version]] = [:]
        var isRotationEnabled: Bool? = true
        var calls = 0
        var cut: KeyPlacesStandIn.Cut?
    }

    let state = Mutex(State())

    /// Ends a run at that call; nil lets it come to its end.
    func cut(_ cut: KeyPlacesStandIn.Cut?) {
        state.withLock { state in
            state.cut = cut
            state.calls = 0
        }
    }

    /// Stores a first value.
    func create(_ secret: String, _ value: String) {
        state.withLock { $0.secrets[secret] = ["first": Version(value: Array(value.utf8), stages: [.current])] }
    }

    /// What `RotateSecret` does before it calls the function.
    func beginRotation(_ secret: String, _ token: String) {
        state.withLock { state in
            for id in (state.secrets[secret] ?? [:]).keys { state.secrets[secret]?[id]?.stages.remove(.pending) }
            state.secrets[secret]?[token] = Version(value: nil, stages: [.pending])
        }
    }

    func value(_ secret: String, _ stage: SecretStage) -> String? {
        state.withLock { state in
            let version = state.secrets[secret]?.values.first { $0.stages.contains(stage) }
            return version?.value.map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The version at that stage.
    func version(_ secret: String, _ stage: SecretStage) -> String? {
        state.withLock { state in state.secrets[secret]?.first { $0.value.stages.contains(stage) }?.key }
    }

    var versions: SecretVersions {
        SecretVersions(
            fetch: { secret, stage, id in
                try self.perform { state in
                    let found = state.secrets[secret]?.first { entry in
                        entry.value.stages.contains(stage) && (id == nil || id == entry.key)
                    }
                    return found?.value.value
                }
            },
            describe: { secret in
                try self.perform { state in
                    let versions = (state.secrets[secret] ?? [:]).filter { !$0.value.stages.isEmpty }
                    return SecretDescription(
                        isRotationEnabled: state.isRotationEnabled,
                        versions: versions.map { .init(id: $0.key, stages: $0.value.stages.map(\.rawValue)) })
                }
            },
            propose: { secret, value, id in
                try self.perform { state in
                    guard state.secrets[secret]?[id]?.value == nil else { return }
                    state.secrets[secret]?[id] = Version(value: value, stages: [.pending])
                }
            },
            promote: { secret, id, former in
                try self.perform { state in
                    guard state.secrets[secret]?[former]?.stages.contains(.current) == true else {
                        throw HarnessError("AWSCURRENT is not attached to \(former)")
                    }
                    for other in (state.secrets[secret] ?? [:]).keys {
                        state.secrets[secret]?[other]?.stages.remove(.previous)
                    }
                    state.secrets[secret]?[former]?.stages.remove(.current)
                    state.secrets[secret]?[former]?.stages.insert(.previous)
                    state.secrets[secret]?[id]?.stages.insert(.current)
                }
            },
            markShown: { secret, id, former in
                try self.perform { state in
                    let holder = state.secrets[secret]?.first { $0.value.stages.contains(.shown) }?.key
                    guard holder == former, state.secrets[secret]?[id] != nil else {
                        throw HarnessError("the label is not attached to \(former ?? "nothing")")
                    }
                    if let former { state.secrets[secret]?[former]?.stages.remove(.shown) }
                    state.secrets[secret]?[id]?.stages.insert(.shown)
                }
            })
    }

    private func perform<Value>(_ body: (inout State) throws -> Value) throws -> Value {
        try state.withLock { state in
            state.calls += 1
            if state.cut == .init(call: state.calls, isAfter: false) { throw KeyPlacesStandIn.WasCut() }
            let value = try body(&state)
            if state.cut == .init(call: state.calls, isAfter: true) { throw KeyPlacesStandIn.WasCut() }
            return value
        }
    }
}
