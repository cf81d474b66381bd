/// A program that is run to its end.
package enum Command {
    /// Runs a program and returns its exit status and what it wrote, at most the last 64 KiB.
    ///
    /// - Parameter isInterruptible: whether an interruption ends it; false for what stops other things.
    package static func run(
        _ executable: String, _ arguments: [String], environment: [String: String], folder: String,
        isInterruptible: Bool = false
    ) throws(LocalError) -> (status: Int32, output: String) {
        let child = try ChildProcess(executable, arguments: arguments, environment: environment, folder: folder)
        var output: [UInt8] = []
        var ending = child.poll()
        while true {
            while let part = child.output.read(), !part.isEmpty { output += part }
            if let ending {
                return (
                    ending.status ?? 128 + (ending.signal ?? 0), String(decoding: output.suffix(65_536), as: UTF8.self)
                )
            }
            if isInterruptible { try Interruption.check() }
            child.output.waitUntilReadable(milliseconds: 5)
            ending = child.poll()
        }
    }
}
