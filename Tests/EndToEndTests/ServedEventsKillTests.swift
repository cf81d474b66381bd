import Codecs
import LocalServe
import Platform
import PostgresClient
import Synchronization
import TestSupport
import Testing

@testable import LocalPlatform

/// Reads on the bus of a served stack: real processes of loyalty that are killed, and the stack itself stopped half-way.
@Suite("Events of a served stack survive the death of their function", .serialized)
struct ServedEventsKillTests {
    @Test("Each read is rewarded once, delivered by itself or through a queue", arguments: ["direct", "queue"])
    func rewards(way: String) throws {
        try withDatabase { database in
            var random = SeededRandom(stream: way == "direct" ? 20_000 : 20_001)
            let plan = ReadingPlan(readCount: 200, readers: 10, repeated: 1.0 / 3, random: &random)
            let stage = try ServedStage(database, parameters: ["ComicReadDelivery": way])
            defer { stage.remove() }
            let half = plan.deliveries.count / 2
            let first = try stage.run(plan.deliveries[..<half].map { stage.event(plan.reads[$0]) }, seed: random.next())
            {
                // Stopped while two thirds of it wait.
                $0.waiting < half * 2 / 3
            }
            let left = try stage.waitingEvents()
            let second = try stage.run(
                plan.deliveries[half...].map { stage.event(plan.reads[$0]) }, seed: random.next()
            ) {
                $0.waitUntilIdle(milliseconds: 10)
            }
            let comment = Comment(rawValue: "NERDWORK_TEST_SEED=\(random.seed), \(first) and \(second) kills")
            #expect(left > 0, comment)
            // A queue's messages come in batches, of which there are few.
            #expect(first + second >= (way == "direct" ? 4 : 1), comment)
            #expect(try stage.waitingEvents() == 0, comment)
            // Who is killed three times under one event has a dead letter; its replay makes up for it.
            #expect(try stage.replayAll(), comment)
            #expect(try Self.balances(database) == plan.expectedBalances, comment)
            let reads: Int64 = try database.connect().query("select count(*) as reads from loyalty.reads").only()
                .decode("reads")
            #expect(reads == Int64(plan.reads.count), comment)
        }
    }

    private static func balances(_ database: TestDatabase) throws -> [String: Int64] {
        let rows = try database.connect().query(
            """
            select a.reference, b.balance from ledger.accounts a join ledger.balances b using (account_id)
            where a.kind = 1
            """)
        var balances: [String: Int64] = [:]
        for row in rows {
            let reference: String = try row.decode("reference")
            balances[String(reference.dropFirst("wallet:".count))] = try row.decode("balance")
        }
        return balances
    }
}

/// The part of a served stack that events need: the repository's template, real executables and a test's database.
private final class ServedStage {
    private let project = try? TemporaryProject()
    private let folder: String
    private let template: Template
    private let database: LocalDatabase

    init(_ database: TestDatabase, parameters: [String: String]) throws {
        folder = try #require(project?.folder)
        template = try Template(parsing: Files.read("\(folder)/template.json"), overrides: parameters)
        self.database = try LocalDatabase(url: database.url())
    }

    func remove() { database.stop() }

    func event(_ read: ReadingPlan.Read) -> BusEvent {
        BusEvent(
            bus: "nerdwork", id: read.eventID, source: "nerdwork.comic", detailType: "ComicRead", time: read.time,
            resources: [],
            detail: .object([
                .init(name: "userId", value: .string(read.reader)), .init(name: "comicId", value: .string(read.comic)),
                .init(name: "timestamp", value: .number(String(read.time.millisecondsSince1970))),
            ]))
    }

    /// Serves until it is enough, with loyalty's processes being killed; returns how many were.
    func run(_ events: [BusEvent], seed: UInt64, until isEnough: (EventWorkers) -> Bool) throws -> Int {
        let aws = try LocalAWS(folder: folder, template: template, keyFolder: "\(folder)/user") { _ in }
        let journal = Journal()
        let pool = try pool(aws, journal)
        let workers = EventWorkers(
            template: template, bus: aws.bus, invoker: pool, journal: journal, folder: folder,
            options: .init(retrySeconds: 0.05))
        for event in events { #expect(aws.bus.put(event)) }
        try workers.start()
        let isDone = Mutex(false)
        let kills = Mutex(0)
        let killer = SystemThread.start { Self.kill(seed, workers, kills) { isDone.withLock { $0 } } }
        let deadline = SystemClock.monotonicNanoseconds() + 60_000_000_000
        // Nothing is on the desk before the first event is.
        usleep(50_000)
        while !isEnough(workers), SystemClock.monotonicNanoseconds() < deadline { usleep(2_000) }
        isDone.withLock { $0 = true }
        workers.halt()
        pool.stop(graceMilliseconds: 200)
        workers.finish()
        killer?.join()
        return kills.withLock { $0 }
    }

    /// How many events, deliveries and messages the file holds.
    func waitingEvents() throws -> Int {
        let tree = try JSONTree(parsing: Files.read("\(folder)/waiting-events.json"))
        return ["events", "deliveries", "messages"].reduce(0) { $0 + (tree[$1]?.elements.count ?? 0) }
    }

    /// Replays every dead letter; false where one is left.
    func replayAll() throws -> Bool {
        let aws = try LocalAWS(folder: folder, template: template, keyFolder: "\(folder)/user") { _ in }
        let journal = Journal()
        let pool = try pool(aws, journal)
        defer { pool.stop(graceMilliseconds: 200) }
        let workers = EventWorkers(
            template: template, bus: aws.bus, invoker: pool, journal: journal, folder: folder)
        for letter in workers.deadLetters() { #expect(try workers.replay(letter.name) == .delivered) }
        return workers.deadLetters().isEmpty
    }

    private func pool(_ aws: LocalAWS, _ journal: Journal) throws -> FunctionPool {
        var databases: [String: DatabaseVariables] = [:]
        for function in template.functions { databases[function.name] = try database.variables(for: function) }
        return FunctionPool(
            template.functions,
            settings: .init(
                executables: try ExecutableShelf(Files.parent(of: BuiltProducts.path(of: "loyalty"))),
                databases: databases, aws: aws),
            journal: journal)
    }

    /// Kills a process of loyalty after each five to twenty-five deliveries.
    private static func kill(
        _ seed: UInt64, _ workers: EventWorkers, _ kills: borrowing Mutex<Int>, until isDone: () -> Bool
    ) {
        var random = SeededRandom(seed: seed)
        var next = Int.max
        while !isDone() {
            usleep(UInt32.random(in: 0...3_000, using: &random))
            let waiting = workers.waiting
            guard waiting <= next, let victim = processes().randomElement(using: &random) else { continue }
            if Platform.kill(victim, SIGKILL) == 0 { kills.withLock { $0 += 1 } }
            next = waiting - Int.random(in: 5...25, using: &random)
        }
    }

    /// The processes of loyalty that this one has started.
    private static func processes() -> [pid_t] {
        let own = Files.names(in: "/proc/self/task").flatMap { thread in
            let text = (try? Files.read("/proc/self/task/\(thread)/children")) ?? []
            return String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
        }
        return own.filter { Files.resolved("/proc/\($0)/exe")?.hasSuffix("/loyalty") ?? false }
    }
}
