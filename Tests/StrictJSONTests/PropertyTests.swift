import StrictJSON
import TestSupport
import Testing

/// A value made up for a test, apart from the reader's own types.
private indirect enum Sample: Equatable {
    case null
    case bool(Bool)
    case integer(Int64)
    case string([UInt8])
    case array([Sample])
    case object([Member])

    struct Member: Equatable {
        let name: [UInt8]
        let value: Sample
    }

    static func random(depth: Int, _ generator: inout SeededRandom) -> Sample {
        switch Int.random(in: 0..<(depth > 0 ? 6 : 4), using: &generator) {
        case 0: return .null
        case 1: return .bool(Bool.random(using: &generator))
        case 2: return .integer(Int64.random(in: .min ... .max, using: &generator))
        case 3: return .string(Array(text(&generator).utf8))
        case 4:
            let count = Int.random(in: 0..<5, using: &generator)
            return .array((0..<count).map { _ in random(depth: depth - 1, &generator) })
        default:
            // The position in the name keeps the names of one object apart.
            let count = Int.random(in: 0..<(depth == 3 ? 60 : 5), using: &generator)
            return .object(
                (0..<count).map {
                    Member(name: Array("\($0)\(text(&generator))".utf8), value: random(depth: depth - 1, &generator))
                })
        }
    }

    private static func text(_ generator: inout SeededRandom) -> String {
        var text = String.UnicodeScalarView()
        for _ in 0..<Int.random(in: 0..<20, using: &generator) {
            let limits: [UInt32] = [0x20, 0x80, 0x800, 0x10000, 0x110000]
            let code = UInt32.random(in: 0..<limits[Int.random(in: 0..<5, using: &generator)], using: &generator)
            if let scalar = Unicode.Scalar(code) { text.append(scalar) }
        }
        return String(text)
    }

    init(_ value: JSONValue) throws {
        switch value.kind {
        case .null: self = .null
        case .bool: self = .bool(try value.bool())
        case .number: self = .integer(try value.integer())
        case .string: self = .string(try value.utf8())
        case .array: self = .array(try value.elements.map { try Sample($0) })
        case .object:
            self = .object(try value.members.map { Member(name: Array($0.name.utf8), value: try Sample($0.value)) })
        }
    }
}

extension Sample: JSONWritable {
    func writeJSON(to output: inout [UInt8]) {
        switch self {
        case .null: Int?.none.writeJSON(to: &output)
        case .bool(let value): value.writeJSON(to: &output)
        case .integer(let value): value.writeJSON(to: &output)
        case .string(let value): String(decoding: value, as: UTF8.self).writeJSON(to: &output)
        case .array(let values): values.writeJSON(to: &output)
        case .object(let members):
            JSONWriter.object { writer in
                for member in members { writer.member(String(decoding: member.name, as: UTF8.self), member.value) }
            }.writeJSON(to: &output)
        }
    }
}

@Suite struct PropertyTests {
    @Test("What is written reads back as the same value")
    func roundTrip() throws {
        var generator = SeededRandom(stream: 3)
        for round in 0..<300 {
            let sample = Sample.random(depth: 3, &generator)
            var writer = JSONWriter()
            writer.value(sample)
            let read = try Sample(JSONDocument(parsing: writer.bytes).root)
            #expect(read == sample, "NERDWORK_TEST_SEED=\(generator.seed), round \(round)")
        }
    }

    @Test("A damaged text is refused or read, and never ends the process")
    func mutations() throws {
        var generator = SeededRandom(stream: 4)
        var refused = 0
        for _ in 0..<300 {
            var writer = JSONWriter()
            writer.value(Sample.random(depth: 3, &generator))
            for _ in 0..<20 where !isRead(damaged(writer.bytes, &generator)) { refused += 1 }
        }
        #expect(refused > 0, "NERDWORK_TEST_SEED=\(generator.seed)")
    }

    @Test("Every beginning of a text of one object is refused, and the whole is read")
    func beginnings() throws {
        let text = Array(#"{"a\u00e9":[1.5e3,-2,true,false,null,"\uD834\uDD1E é€𝄞"],"b":{"c":""}}"#.utf8)
        for length in 0..<text.count { #expect(!isRead(Array(text[..<length]))) }
        #expect(isRead(text))
    }

    private func isRead(_ bytes: [UInt8]) -> Bool {
        do {
            // Reading every value touches what the tape says about the damaged text.
            _ = try? Sample(JSONDocument(parsing: bytes).root)
            _ = try JSONDocument(parsing: bytes)
            return true
        } catch {
            _ = error.description
            return false
        }
    }

    private func damaged(_ bytes: [UInt8], _ generator: inout SeededRandom) -> [UInt8] {
        var bytes = bytes
        for _ in 0...Int.random(in: 0..<4, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes.insert("{}[]\",:\\u0-e".utf8.randomElement(using: &generator) ?? 0, at: place)
            default: bytes.removeSubrange(place..<min(bytes.count, place + 5))
            }
        }
        return bytes
    }
}
