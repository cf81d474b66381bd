import LocalPlatform
import LocalServe
import Testing

@Suite("Faults on purpose")
struct FaultTests {
    private static func rule(_ kind: FaultPlan.Kind, _ frequency: FaultPlan.Frequency = .every(2)) -> FaultPlan.Rule {
        FaultPlan.Rule(kind: kind, frequency: frequency, function: nil)
    }

    @Test(
        "are read as the command line writes them",
        arguments: [
            ("kill", FaultPlan.Kind.function(.kill), .every(10), nil),
            ("413=5%", .function(.tooLarge), .percent(5), nil),
            ("throttle@wallet=3", .throttle, .every(3), "wallet"),
            ("freeze@auth=0.5%", .function(.freeze), .percent(0.5), "auth"),
        ] as [(String, FaultPlan.Kind, FaultPlan.Frequency, String?)])
    func reading(text: String, kind: FaultPlan.Kind, frequency: FaultPlan.Frequency, function: String?) throws {
        let rule = try FaultPlan.Rule(text, functions: ["wallet", "auth"])
        #expect(rule == FaultPlan.Rule(kind: kind, frequency: frequency, function: function))
    }

    @Test(
        "are refused in any other form",
        arguments: ["", "burn", "kill=", "kill=0", "kill=101%", "kill=-1", "kill@nobody", "kill=NaN%", "kill=5%%"])
    func refusal(text: String) {
        #expect(throws: LocalError.self) { try FaultPlan.Rule(text, functions: ["wallet"]) }
    }

    @Test("happen as often as they are asked for, and to the named function alone")
    func frequency() throws {
        let plan = FaultPlan([try FaultPlan.Rule("kill@a=3", functions: ["a"])])
        let faults = (1...9).map { _ in plan.next(for: "a") }
        #expect(faults.indices.filter { faults[$0] != nil } == [2, 5, 8])
        #expect(plan.next(for: "b") == nil)
        let always = FaultPlan([Self.rule(.throttle, .percent(100))])
        #expect((1...20).allSatisfy { _ in always.next(for: "a") == .throttle })
    }

    @Test("kill: the process ends in the middle, and the next invocation has another one")
    func kill() throws {
        let served = try ServedFunction(handle: "sleep 0.5; printf $$", faults: [Self.rule(.function(.kill))])
        let first = try served.invoke().text
        #expect(try served.invoke().errorType == "Runtime.ExitError")
        #expect(try served.invoke().text != first)
    }

    @Test("timeout: the process stands still until Lambda ends it")
    func timeout() throws {
        let served = try ServedFunction(
            handle: "printf 1", timeoutSeconds: 1, faults: [Self.rule(.function(.timeout))])
        #expect(try served.invoke().text == "1")
        let late = try served.invoke()
        #expect(late.errorType == "Sandbox.Timedout" && late.text.contains("Task timed out after 1.00 seconds"))
        #expect(try served.invoke().text == "1")
    }

    @Test("413: the answer is refused, and the process goes on")
    func tooLarge() throws {
        let served = try ServedFunction(handle: "printf $$", faults: [Self.rule(.function(.tooLarge))])
        let first = try served.invoke().text
        #expect(try served.invoke().errorType == "Function.ResponseSizeTooLarge")
        #expect(try served.invoke().text == first)
    }

    @Test("throttle: the function does not see the event")
    func throttle() throws {
        let served = try ServedFunction(handle: "printf 1", faults: [Self.rule(.throttle)])
        #expect(try served.invoke().text == "1")
        #expect(try served.invoke().isThrottled)
        #expect(served.invocations.count == 2 && served.invocations[1].errorType == "TooManyRequestsException")
    }

    /// A function that does not try again sees the same event once more, as Lambda's own server would have it.
    @Test("reset: the response is lost on its way, and the event comes again")
    func reset() throws {
        let served = try ServedFunction(
            handle: "echo seen >&2; printf 1", faults: [Self.rule(.function(.reset), .every(1))])
        #expect(try served.invoke().text == "1")
        #expect(served.invocations.first?.log.count { $0 == "seen" } == 2)
    }
}
