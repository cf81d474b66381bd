import LambdaRuntime
import Logging
import Platform
import Synchronization

// A function for LambdaRuntimeTests: it does what the first word of the event says.

struct SecretError: Error, CustomStringConvertible {
    var description: String { "password=hunter2" }
}

@inline(never) func divide(_ number: Int, by divisor: Int) -> Int {
    number / divisor
}

func describe(_ context: InvocationContext) -> [UInt8] {
    let fields: [(String, String?)] = [
        ("requestID", context.requestID), ("invocationID", context.invocationID), ("trace", context.traceID),
        ("traceVariable", RuntimeEnvironment.variable("_X_AMZN_TRACE_ID")), ("tenant", context.tenantID),
        ("arn", context.invokedFunctionARN), ("remaining", String(context.remainingMilliseconds())),
        ("process", String(getpid())),
    ]
    return Array(fields.map { "\($0.0)=\($0.1 ?? "nil")" }.joined(separator: "\n").utf8)
}

func sleep(milliseconds: Int) {
    var time = timespec()
    time.tv_sec = milliseconds / 1000
    time.tv_nsec = milliseconds % 1000 * 1_000_000
    _ = unsafe nanosleep(&time, nil)
}

/// Says that it begins, and waits until the folder has a file of that name, at most a minute.
func wait(forFile name: String, in folder: String) {
    OutputProbe.say("waits \(name)")
    for _ in 0..<30_000 where unsafe access("\(folder)/\(name)", F_OK) != 0 { sleep(milliseconds: 2) }
}

func writeLogs(threads: Int, lines: Int) {
    let writers = (0..<threads).compactMap { writer in
        SystemThread.start {
            let logger = Logger(label: "writer")
            let filler = String(repeating: "x", count: 9_000)
            for line in 0..<lines {
                logger.info(
                    "\(filler)", metadata: ["writer": .stringConvertible(writer), "line": .stringConvertible(line)])
            }
        }
    }
    for writer in writers { writer.join() }
}

func answer(_ payload: [UInt8], _ context: InvocationContext) throws -> [UInt8] {
    let words = String(decoding: payload.prefix(200), as: UTF8.self).split(separator: " ").map(String.init)
    let number = words.dropFirst().first.flatMap { Int($0) } ?? 0
    switch words.first {
    case "context": return describe(context)
    case "large": return [UInt8](repeating: 0x20, count: number)
    case "fail": throw FunctionError(type: "Function.Refused", message: String(decoding: payload, as: UTF8.self))
    case "secret": throw SecretError()
    case "badtype": throw FunctionError(type: "unhandled error", message: "")
    case "meet": try MeetingPoint.meet(number)
    case "wait": wait(forFile: context.requestID, in: words.last ?? "")
    case "crash": return [UInt8(divide(1, by: number))]
    case "logs": writeLogs(threads: number, lines: words.last.flatMap { Int($0) } ?? 0)
    default: break
    }
    return payload
}

LambdaRuntime.run { environment in
    if environment["PROBE_INITIALIZATION"] == "fails" {
        throw InitializationError(message: "PROBE_VARIABLE is not set")
    }
    environment.onShutdown { OutputProbe.say("closed") }
    if let milliseconds = environment["PROBE_AFTER_RESPONSE"].flatMap({ Int($0) }) {
        let folder = environment["PROBE_GATE"]
        environment.onResponseSent { context in
            sleep(milliseconds: milliseconds)
            if let folder { wait(forFile: context.requestID, in: folder) }
            OutputProbe.say("after \(context.requestID)")
        }
        environment.onResponseSent { OutputProbe.say("then \($0.requestID)") }
    }
    return answer
}

enum OutputProbe {
    static func say(_ text: String) {
        let bytes = Array((text + "\n").utf8)
        _ = unsafe write(STDERR_FILENO, bytes, bytes.count)
    }
}

/// Where invocations wait for each other.
enum MeetingPoint {
    private static let present = Mutex(0)

    /// Returns as soon as so many invocations are here at the same time.
    static func meet(_ number: Int) throws {
        present.withLock { $0 += 1 }
        for _ in 0..<4_000 {
            if present.withLock({ $0 >= number }) { return }
            sleep(milliseconds: 5)
        }
        throw FunctionError(type: "Function.Alone", message: "nobody came")
    }
}
