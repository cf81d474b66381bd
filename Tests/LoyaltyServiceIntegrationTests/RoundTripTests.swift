import Codecs
import LambdaRuntime
import PostgresClient
import ServiceKit
import TestSupport
import Testing

@testable import LoyaltyService

@Suite("What a read costs")
struct RoundTripTests {
    @Test(
        "Two round trips to the database, whether or not its event is published afterwards", arguments: [false, true])
    func roundTrips(isPublished: Bool) throws {
        try withDatabase { database in
            let proxy = try FaultProxy(to: database.server)
            defer { proxy.stop() }
            let session = Database(proxy.through(try database.configuration(as: "nerdwork_loyalty")))
            let written = WrittenEvents(isPublished: isPublished)
            let gate = LoyaltyHarness.gate(session, LoyaltyHarness.noon)
            let service = LoyaltyService(
                database: session, gate: gate, written: written, now: { LoyaltyHarness.noon })
            let handler = service.dispatcher.handle
            func deliver(_ id: String) throws {
                let event = LoyaltyHarness.comicRead(id, comic: id)
                _ = try handler(event, InvocationContext(requestID: "request", deadline: SystemTime.inOneMinute))
            }
            // The first one connects and prepares the statements.
            try deliver("first")
            #expect(written.take().count == (isPublished ? 1 : 0))
            proxy.arm(nil)
            try deliver("second")
            #expect(proxy.roundTrips == 2)
            proxy.arm(nil)
            try deliver("second")
            #expect(proxy.roundTrips == 2)
            let noted = written.take().map(\.description)
            let ids = try database.connect().query("select event_id::text as id from outbox.events order by position")
            #expect(try noted == (isPublished ? [ids[1].decode("id")] : []), "and a repeated delivery writes nothing")
        }
    }
}
