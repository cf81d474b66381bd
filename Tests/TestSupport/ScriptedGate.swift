internal import Foundation

/// The gate of a scripted function, at which it says that it came and waits: what is to happen meanwhile does not depend
/// on how fast the machine is.
extension ScriptedFunction {
    /// Bash functions for `handle` and `afterwards`: `gate` waits until the gate is open, `meet` until as many processes
    /// as the event, a number, says work at that event.
    ///
    /// Without the folder nobody waits: a process that was killed leaves its subshell behind.
    static func gate(in folder: String) -> String {
        """
        gate() {
            touch "\(folder)/came-$$"
            until [ -e "\(folder)/open" ] || [ ! -e "\(folder)" ]; do sleep 0.01; done
        }
        meet() {
            touch "\(folder)/met-$event-$$"
            until [ "$(ls "\(folder)" | grep -c "^met-$event-")" -ge "$event" ] || [ ! -e "\(folder)" ]; do sleep 0.01; done
        }
        """
    }

    /// Waits until a process stands before the gate.
    package func waitForArrival() throws {
        for _ in 0..<6_000 {
            let names = try FileManager.default.contentsOfDirectory(atPath: folder)
            if names.contains(where: { $0.hasPrefix("came-") }) { return }
            usleep(10_000)
        }
        throw HarnessError("nobody came to the gate within a minute")
    }

    package func openGate() throws {
        try Data().write(to: URL(fileURLWithPath: "\(folder)/open"))
    }

    package func remove() {
        try? FileManager.default.removeItem(atPath: folder)
    }
}
