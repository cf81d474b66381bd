import AuthKeys
import Codecs
import TestSupport
import Testing

/// What exists outside of a run: the stored document, and the two places where verifiers read.
private struct World {
    var stored: AuthKeyDocument?
    /// Since when each key has been in the table, and in the bucket.
    var places: [[String: Timestamp]] = [[:], [:]]
    /// When each key that ever signed began to, and when it ended.
    var signed: [String: (from: Timestamp, until: Timestamp?)] = [:]
    /// Keys that may sign without having been published: the first one, and what replaced a revoked one.
    var exempt: Set<String> = []
    var revoked: Set<String> = []

    mutating func store(_ document: AuthKeyDocument, _ now: Timestamp) {
        let former = stored?.active?.kid
        stored = document
        guard let active = document.active?.kid, active != former else { return }
        if let former {
            signed[former]?.until = now
        }
        if former.map({ revoked.contains($0) }) ?? true { exempt.insert(active) }
        signed[active] = (now, nil)
    }

    mutating func publish(_ document: AuthKeyDocument, place: Int, _ now: Timestamp) {
        let kept = document.published.map { ($0.kid, places[place][$0.kid] ?? now) }
        places[place] = Dictionary(uniqueKeysWithValues: kept)
    }
}

@Suite("Whatever clocks and crashes do, the rotation")
struct KeyRotationPropertyTests {
    static let seeds = (0..<16).map(UInt64.init)

    /// One run, cut off behind `steps` of its steps.
    private func run(
        _ world: inout World, _ wish: KeyRotation.Wish, _ now: Timestamp, cutAfter steps: Int,
        _ generate: () throws -> AuthKeyDocument.KeyPair, check: (World) -> Void
    ) throws {
        var left = steps
        func isCut() -> Bool {
            left -= 1
            return left < 0
        }
        let (document, changes) = try KeyRotation.advance(world.stored ?? .empty, wish, now: now, generate: generate)
        if !changes.isEmpty {
            if isCut() { return }
            if case .revoke(let kid) = wish { world.revoked.insert(kid) }
            world.store(document, now)
            check(world)
        }
        for place in world.places.indices {
            if isCut() { return }
            world.publish(document, place: place, now)
            check(world)
        }
        guard let marked = document.markedPublished(now: now), !isCut() else { return }
        world.store(marked, now)
        check(world)
    }

    private func check(_ world: World, _ now: Timestamp, _ seed: UInt64) {
        guard let document = world.stored, let active = document.active else { return }
        let comment: Comment = "seed \(seed) at \(now.millisecondsSince1970)"
        #expect(document.signing.count { $0.state == .active } == 1, comment)
        #expect(document.published.count <= 3, comment)
        #expect(
            document.signing.allSatisfy { ($0.privateKey != nil) == ["next", "active"].contains($0.state.rawValue) })
        for place in world.places {
            #expect(place.count <= 3, comment)
            // What signs was known a day before it began to.
            if !world.exempt.contains(active.kid), let began = world.signed[active.kid]?.from {
                let since = place[active.kid]
                #expect(since.map { $0.later(Samples.day) <= began } == true, comment)
            }
            // What has signed is known for a day longer than it can have: a process may not have heard of it for a day.
            for (kid, time) in world.signed where !world.revoked.contains(kid) {
                guard let until = time.until, now < until.later(2 * Samples.day) else { continue }
                #expect(world.exempt.contains(kid) || place[kid] != nil, comment)
            }
        }
    }

    private func wish(_ random: inout SeededRandom, _ world: World) -> KeyRotation.Wish {
        switch Int.random(in: 0..<40, using: &random) {
        case 0: .newRoot
        case 1: world.stored?.signing.randomElement(using: &random).map { .revoke(kid: $0.kid) } ?? .nothing
        default: .nothing
        }
    }

    @Test("never signs with an unknown key, keeps what has signed, and has one key that signs", arguments: seeds)
    func invariants(stream: UInt64) throws {
        var random = SeededRandom(stream: stream)
        var world = World()
        var now = Samples.start
        let generate = Samples.inventor()
        let pauses = [0, 1, Samples.hour / 60, Samples.hour, 6 * Samples.hour, Samples.day, 10 * Samples.day]
        for _ in 0..<400 {
            let pause = pauses.randomElement(using: &random) ?? 0
            now = now.later(Int64.random(in: 0...max(pause, 1), using: &random))
            let steps = Int.random(in: 0...6, using: &random)
            try run(&world, wish(&random, world), now, cutAfter: steps, generate) { check($0, now, random.seed) }
            check(world, now, random.seed)
        }
        #expect(world.signed.count > 2)
    }

    @Test("comes to rest in one uncut run, wherever the runs before it were cut", arguments: seeds)
    func converges(stream: UInt64) throws {
        var random = SeededRandom(stream: stream)
        var world = World()
        var now = Samples.start
        let generate = Samples.inventor()
        for _ in 0..<100 {
            now = now.later(Int64.random(in: 0...40 * Samples.day, using: &random))
            for _ in 0..<Int.random(in: 0...3, using: &random) {
                let steps = Int.random(in: 0...4, using: &random)
                try run(&world, wish(&random, world), now, cutAfter: steps, generate) { _ in }
            }
            try run(&world, .nothing, now, cutAfter: .max, generate) { _ in }
            let rested = try #require(world.stored)
            #expect(try KeyRotation.advance(rested, now: now, generate: generate).changes.isEmpty)
            #expect(rested.markedPublished(now: now) == nil)
            for place in world.places { #expect(Set(place.keys) == Set(rested.published.map(\.kid))) }
        }
    }

    @Test("keeps the document whole when the clock jumps to and fro", arguments: seeds.prefix(10))
    func jumpingClock(stream: UInt64) throws {
        var random = SeededRandom(stream: stream)
        var document = AuthKeyDocument.empty
        let generate = Samples.inventor()
        for _ in 0..<300 {
            let now = Samples.start.later(Int64.random(in: -500 * Samples.day...500 * Samples.day, using: &random))
            document = try KeyRotation.advance(document, now: now, generate: generate).document
            if Bool.random(using: &random) { document = document.markedPublished(now: now) ?? document }
            #expect(try AuthKeyDocument(parsing: document.json).json == document.json)
        }
    }
}
