import StrictJSON
import Testing

@Suite struct ReaderTests {
    private func error(_ text: String, limits: JSONLimits = .default) -> JSONError? {
        do {
            _ = try JSONDocument(parsing: text, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    @Test("An error of the text names the value that began last and the byte")
    func placesOfSyntaxErrors() {
        #expect(error(#"{"a":[1,{"b":tru}]}"#) == JSONError(code: .syntax, pointer: "/a/1/b", offset: 16))
        #expect(error(#"{"a":1,"a":2}"#) == JSONError(code: .duplicateMember, pointer: "/a", offset: 8))
        #expect(error(#"[0,{"x":{"k":1,"l":2,"\u006b":3}}]"#)?.pointer == "/1/x/?")
        #expect(error("[1] x") == JSONError(code: .syntax, pointer: "/0", offset: 4))
    }

    @Test("No error shows a member's name that could be personal data, or any value")
    func errorsHideContent() throws {
        let text = error(#"{"reader@example.com":{"secret-value":"a"},"reader@example.com":1}"#)
        #expect(text?.description == #"JSON duplicateMember at "/?", byte 44"#)
        let root = try JSONDocument(parsing: #"{"reader@example.com":"hunter2"}"#).root
        let failure = #expect(throws: JSONError.self) { try root.refuseUnknownMembers(except: []) }
        #expect(failure?.description.contains("hunter2") == false)
        #expect(failure?.pointer == "/?")
    }

    @Test("Names are compared as the bytes they mean: escapes count as equal, canonical equivalents do not")
    func duplicateNames() throws {
        #expect(error(#"{"a":1,"\u0061":2}"#)?.code == .duplicateMember)
        #expect(error(#"{"\u00e9":1,"é":2}"#)?.code == .duplicateMember)
        #expect(error("{\"\u{e9}\":1,\"e\u{301}\":2}") == nil)
        #expect(error("{\"K\":1,\"\u{212A}\":2}") == nil)
        #expect(error(#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1}]}"#) == nil)
    }

    @Test("An object of 100,000 members is checked for duplicates in time that grows with its size")
    func manyMembers() throws {
        var text = "{"
        for number in 0..<100_000 { text += "\"member\(number)\":0," }
        let started = ContinuousClock.now
        #expect(error(text + "\"last\":0}") == nil)
        #expect(error(text + "\"member99999\":0}")?.code == .duplicateMember)
        // In pairs it would be 10 billion comparisons.
        #expect(ContinuousClock.now - started < .seconds(20))
    }

    @Test("Each limit refuses the text that passes it by one and accepts the one that meets it")
    func limits() {
        let limits = JSONLimits(maximumBytes: 12, maximumDepth: 2, maximumValues: 5)
        #expect(error("[[0]]       ", limits: limits) == nil)
        #expect(error("[[0]]        ", limits: limits)?.code == .size)
        #expect(error("[[[]]]", limits: limits)?.code == .depth)
        #expect(error("[0,0,0,0]", limits: limits) == nil)
        #expect(error("[0,0,0,0,0]", limits: limits)?.code == .size)
    }

    @Test("A double at the edge of its range is read, one beyond it is refused")
    func rangeOfNumbers() throws {
        #expect(try JSONDocument(parsing: "1.7976931348623157e308").root.double() == Double.greatestFiniteMagnitude)
        #expect(try JSONDocument(parsing: "5e-324").root.double() == Double.leastNonzeroMagnitude)
        #expect(try JSONDocument(parsing: "0.0e-999").root.double() == 0)
        #expect(error("1.8e308")?.code == .number)
        #expect(error("1e-400")?.code == .number)
        #expect(error(String(repeating: "9", count: 400))?.code == .number)
    }

    @Test(
        "An integer is read only as written whole and within its range",
        arguments: [
            ("9223372036854775807", Int64.max, nil), ("-9223372036854775808", Int64.min, nil), ("-0", 0, nil),
            ("9223372036854775808", nil, .range), ("100000000000000000000", nil, .range), ("1.0", nil, .type),
            ("1e2", nil, .type), (#""1""#, nil, .type), ("true", nil, .type), ("null", nil, .type),
        ] as [(String, Int64?, JSONError.Code?)])
    func integers(_ text: String, _ number: Int64?, _ code: JSONError.Code?) throws {
        let value = try JSONDocument(parsing: text).root
        do {
            #expect(try value.integer() == number)
        } catch {
            #expect(error.code == code)
        }
    }

    @Test(
        "A string is decoded to the scalars that RFC 8259 section 7 names",
        arguments: [
            (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{c}\n\r\t"), (#""\uD834\uDD1E""#, "\u{1D11E}"),
            (#""\u00e9é€𝄞""#, "\u{e9}\u{e9}\u{20ac}\u{1D11E}"), (#""""#, ""), (#""\uDBFF\uDFFF""#, "\u{10FFFF}"),
        ])
    func strings(_ text: String, _ expected: String) throws {
        let value = try JSONDocument(parsing: text).root
        #expect(try Array(value.string().utf8) == Array(expected.utf8))
        #expect(value.matches(expected))
        #expect(!value.matches(expected + "x"))
    }

    @Test("A string that is too long, or holds U+0000, is refused unless allowed")
    func limitsOfStrings() throws {
        let root = try JSONDocument(parsing: #"["abcd","a\u0000b","\u0061bcd"]"#).root
        let values = Array(try root.elements)
        #expect(try values[0].string(maximumBytes: 4) == "abcd")
        for index in [0, 2] {
            #expect(throws: JSONError(code: .range, pointer: "/\(index)", offset: index == 0 ? 2 : 20)) {
                try values[index].string(maximumBytes: 3)
            }
        }
        #expect(throws: JSONError.self) { try values[1].string() }
        #expect(try values[1].string(allowsNUL: true) == "a\0b")
    }

    @Test("Members are found by name, a missing one is named, and null counts as absent where that is asked")
    func members() throws {
        let root = try JSONDocument(parsing: #"{"a":{"b":[1,null]},"n":null,"x":1}"#).root
        #expect(try root.member("a").member("b").elements.map(\.isNull) == [false, true])
        #expect(try root.optional("n")?.kind == nil)
        #expect(try root.member("n").isNull)
        #expect(try root.optional("missing")?.kind == nil)
        #expect(throws: JSONError(code: .missingMember, pointer: "/a/c", offset: 5)) {
            try root.member("a").member("c")
        }
        #expect(throws: JSONError(code: .type, pointer: "/x", offset: 33)) { try root.member("x").member("y") }
        #expect(throws: JSONError(code: .unknownMember, pointer: "/x", offset: 33)) {
            try root.refuseUnknownMembers(except: ["a", "n"])
        }
        #expect(try root.members.map(\.name) == ["a", "n", "x"])
        #expect(try String(decoding: root.member("a").rawBytes, as: UTF8.self) == #"{"b":[1,null]}"#)
    }
}
