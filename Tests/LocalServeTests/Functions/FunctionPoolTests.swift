import LocalPlatform
import LocalServe
import Platform
import TestSupport
import Testing

@Suite("A pool of functions' processes")
struct FunctionPoolTests {
    @Test("starts a process for each invocation of a moment, and uses them again")
    func concurrency() throws {
        let served = try ServedFunction(handle: "meet; printf $$")
        let first = Set(served.invokeTogether(3).map(\.text))
        #expect(first.count == 3)
        let second = Set(served.invokeTogether(2).map(\.text))
        #expect(second.count == 2 && second.isSubset(of: first))
        #expect(served.pool.processes.count == 3)
        #expect(served.invocations.count { $0.report.initMicroseconds != nil } == 3)
    }

    @Test("lets invocations wait where the machine has no more processes, and throttles beyond that")
    func waiting() throws {
        let served = try ServedFunction(handle: "gate; printf $$", processes: 1, waiting: 1)
        let results = served.invokeTogether(3, opensGateWhenThrottled: true)
        #expect(results.count { !$0.isFailure } == 2)
        #expect(results.count { $0.isThrottled } == 1)
        #expect(Set(results.filter { !$0.isFailure }.map(\.text)).count == 1)
    }

    /// Lambda API reference, `Invoke`: TooManyRequestsException, ReservedFunctionConcurrentInvocationLimitExceeded.
    @Test("throttles at once where the function's reserved concurrency is used")
    func reserved() throws {
        let served = try ServedFunction(
            handle: "gate; printf 1", properties: #","ReservedConcurrentExecutions":1"#)
        let results = served.invokeTogether(2, opensGateWhenThrottled: true)
        #expect(results.count { $0.text == "1" } == 1)
        let refused = try #require(results.first { $0.isThrottled })
        #expect(refused.errorType == "TooManyRequestsException" && refused.text.contains("Rate Exceeded."))
    }

    @Test("replaces a process that died while it was idle, at no cost for the next invocation")
    func idleDeath() throws {
        let served = try ServedFunction(handle: "printf $$")
        for _ in 1...5 {
            let pid = try served.invoke().text
            #expect(served.pool.processes.map { String($0.identifier) } == [pid])
            kill(try #require(pid_t(pid)), SIGKILL)
            // The signal only begins its end, which whoever started it can see once it is a zombie (proc(5), `stat`).
            while let text = try? Files.read("/proc/\(pid)/stat"),
                !String(decoding: text, as: UTF8.self).contains(") Z ")
            {
                usleep(1_000)
            }
            let next = try served.invoke()
            #expect(!next.isFailure && next.text != pid, "\(next.text)")
        }
    }

    @Test("tells of a process that died while it worked, and starts another one for the next invocation")
    func workingDeath() throws {
        let served = try ServedFunction(handle: #"[ "$event" = '"die"' ] && kill -9 $$; printf $$"#)
        let pid = try served.invoke().text
        let failed = try served.invoke(#""die""#)
        #expect(failed.errorType == "Runtime.ExitError" && failed.text.contains("signal: killed"), "\(failed.text)")
        let next = try served.invoke()
        #expect(!next.isFailure && next.text != pid)
    }

    @Test("answers before the function has done what it does after its response")
    func earlyAnswer() throws {
        let served = try ServedFunction(handle: "printf 1", afterwards: "gate; echo afterwards >&2")
        let answer = try served.pool.answer(
            ServedFunction.name, Array("{}".utf8), for: .person, withinMilliseconds: 60_000)
        #expect(answer?.text == "1" && served.invocations.isEmpty)
        try served.script.openGate()
        let entry = served.journal.wait(after: 0, limit: 1, milliseconds: 60_000).first
        guard case .invocation(let invocation)? = entry?.happening else {
            throw HarnessError("\(String(describing: entry))")
        }
        #expect(invocation.log.contains("afterwards"))
    }

    @Test("who waits for an answer no longer than so many milliseconds gets none, and the function goes on")
    func patience() throws {
        let served = try ServedFunction(handle: "gate; printf 1")
        let late = try served.pool.answer(
            ServedFunction.name, Array("{}".utf8), for: .person, withinMilliseconds: 50)
        #expect(late == nil)
        try served.script.openGate()
        #expect(!served.journal.wait(after: 0, limit: 1, milliseconds: 60_000).isEmpty)
        #expect(served.invocations.first?.errorType == nil)
    }

    @Test("an invocation stands in the journal with its cause, its report and its lines")
    func journal() throws {
        let served = try ServedFunction(handle: "echo hello >&2; printf 1")
        _ = try served.invoke(for: .schedule("Nightly"))
        let invocation = try #require(served.invocations.first)
        #expect(invocation.cause == .schedule("Nightly") && invocation.function == ServedFunction.name)
        #expect(invocation.errorType == nil && invocation.report.initMicroseconds != nil)
        #expect(invocation.log.count == 4 && invocation.log[1] == "hello", "\(invocation.log)")
        #expect(invocation.log[0].hasPrefix("START ") && invocation.log[3].hasPrefix("REPORT "))
    }

    @Test("a new build is taken with the next invocation, and what runs is not lost")
    func replace() throws {
        let served = try ServedFunction(handle: #"[ "$event" = 1 ] && gate; printf $$"#)
        let old = try served.invoke().text
        let working = Collected<String>()
        concurrently(2) { [pool = served.pool, script = served.script] number in
            if number == 0 {
                working.append((try? pool.invoke(ServedFunction.name, Array("1".utf8), for: .person).text) ?? "")
            } else {
                try? script.waitForArrival()
                pool.replace(package: ServedFunction.name)
                try? script.openGate()
            }
        }
        #expect(working.all == [old])
        let new = try served.invoke()
        #expect(!new.isFailure && new.text != old)
    }

    @Test("leaves no process behind when it stops, though one works")
    func stop() throws {
        let served = try ServedFunction(handle: "sleep 30; printf 1")
        let pool = served.pool
        let errors = Collected<LocalError>()
        concurrently(2) { number in
            if number == 0 {
                do throws(LocalError) {
                    _ = try pool.invoke(ServedFunction.name, Array("{}".utf8), for: .person)
                } catch {
                    errors.append(error)
                }
            } else {
                while pool.processes.isEmpty { usleep(5_000) }
                pool.stop(graceMilliseconds: 50)
            }
        }
        #expect(errors.all.map(\.status) == [.interrupted])
        #expect(pool.processes.isEmpty)
        #expect(throws: LocalError.self) { try served.invoke() }
    }

    @Test("an executable that is not there is said, not waited for")
    func missing() throws {
        let served = try ServedFunction(handle: "printf 1")
        let pool = FunctionPool(
            served.template.functions,
            settings: .init(executables: try ExecutableShelf("/nowhere"), databases: [:], aws: nil),
            journal: Journal())
        defer { pool.stop(graceMilliseconds: 0) }
        #expect(throws: LocalError.self) { try pool.invoke(ServedFunction.name, [], for: .person) }
        #expect(throws: LocalError.self) { try pool.invoke("unknown", [], for: .person) }
    }
}
