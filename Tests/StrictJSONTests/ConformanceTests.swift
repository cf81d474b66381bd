import StrictJSON
import Testing

/// One text of JSONTestSuite (github.com/nst/JSONTestSuite, test_parsing), by the name it has there.
struct ConformanceCase: CustomTestStringConvertible, Sendable {
    let name: String
    let bytes: [UInt8]

    init(_ name: String, _ text: String) {
        self.name = name
        bytes = Array(text.utf8)
    }

    init(_ name: String, bytes: [UInt8]) {
        self.name = name
        self.bytes = bytes
    }

    var testDescription: String { name }
}

@Suite struct ConformanceTests {
    @Test("I76: JSONTestSuite: a text that every parser must accept is accepted", arguments: acceptedCases)
    func accepts(_ testCase: ConformanceCase) throws {
        _ = try JSONDocument(parsing: testCase.bytes)
    }

    @Test("I76: JSONTestSuite: a text that every parser must refuse is refused", arguments: refusedCases)
    func refuses(_ testCase: ConformanceCase) {
        #expect(throws: JSONError.self) { try JSONDocument(parsing: testCase.bytes) }
    }

    @Test("JSONTestSuite: where the suite leaves it open, a text that we accept", arguments: openAccepted)
    func acceptsOpen(_ testCase: ConformanceCase) throws {
        _ = try JSONDocument(parsing: testCase.bytes)
    }

    @Test("JSONTestSuite: where the suite leaves it open, a text that we refuse", arguments: openRefused)
    func refusesOpen(_ testCase: ConformanceCase, code: JSONError.Code) {
        #expect { try JSONDocument(parsing: testCase.bytes) } throws: { ($0 as? JSONError)?.code == code }
    }

    @Test("JSONTestSuite: a duplicate name is allowed by the suite and refused by us", arguments: duplicateCases)
    func refusesDuplicates(_ testCase: ConformanceCase) {
        #expect { try JSONDocument(parsing: testCase.bytes) } throws: {
            ($0 as? JSONError)?.code == .duplicateMember
        }
    }
}
