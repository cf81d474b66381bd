import Codecs
import Foundation
import LambdaRuntime
import ServiceKit
import StrictJSON
import Synchronization
import TestSupport
import Testing

@testable import AuthService

@Suite("What hashes passwords does not hold up the rest")
struct BulkheadTests {
    /// The template keeps the functions apart (`OpenAPIDocumentTests`); the database is what they share.
    @Test("I79: while a sign-in is stuck in one function, another one refreshes a session of the same account")
    func refreshDuringSignIn() throws {
        try withDatabase { database in
            let light = try AuthStage(database)
            let person = try light.person("ada@example.com")
            let token = try light.login(person, native: true).text("refresh_token")
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            // What the server answers is swallowed, so that the invocation waits in vain until its time is up.
            proxy.arm(.stall(.server, after: 0))
            let clock = light.clock
            let statuses = Mutex<[Int]>([0, 0])
            concurrently(2) { index in
                let status =
                    try? index == 0 ? stuckSignIn(database, clock, proxy) : refresh(database, clock, proxy, token)
                statuses.withLock { $0[index] = status ?? 0 }
            }
            #expect(statuses.withLock { $0 } == [503, 200])
        }
    }

    private func stuckSignIn(_ database: TestDatabase, _ clock: AuthClock, _ proxy: FaultProxy) throws -> Int {
        let stage = try AuthStage(database, clock: clock, through: proxy)
        let body = #"{"email":"ada@example.com","password":"correct horse battery"}"#
        let context = InvocationContext(requestID: "r", deadline: StageDeadline.in(milliseconds: 5_000))
        let payload = StageRequest("POST", "/auth/login", body).payload
        return try StageAnswer(stage.service.dispatcher.handle(payload, context)).status
    }

    private func refresh(
        _ database: TestDatabase, _ clock: AuthClock, _ proxy: FaultProxy, _ token: String
    ) throws -> Int {
        let stage = try AuthStage(database, clock: clock)
        while proxy.isArmed { usleep(5_000) }
        let body = #"{"refresh_token":"\#(token)"}"#
        return try stage.call(StageRequest("POST", "/auth/token/refresh", body, native: true)).status
    }
}
