import Foundation
import LocalRuntimeAPI
import Testing

/// A folder in which the probe looks for permission to go on, a file for each invocation; removed at the end.
///
/// What happens before and after does not depend on how fast the machine is.
final class Gate {
    let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "nerdwork-gate-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    /// An event whose handler waits until `open`.
    var event: LocalInvocation { LocalInvocation(payload: Array("wait \(folder)".utf8)) }

    /// Waits until the probe stands before the gate.
    func waitForArrival(of invocation: LocalInvocation, at probe: Probe) throws {
        for _ in 0..<Probe.patience / 2 {
            if probe.process.log.contains("waits \(invocation.requestID)") { return }
            pause(milliseconds: 2)
        }
        try #require(probe.process.log.contains("waits \(invocation.requestID)"))
    }

    func open(for invocation: LocalInvocation) {
        _ = FileManager.default.createFile(atPath: "\(folder)/\(invocation.requestID)", contents: nil)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
