internal import LocalPlatform
import Testing

/// What aws/event-ruler's `JsonRuleCompilerTest` (Apache-2.0) calls good and bad, without what is no JSON at all.
@Suite("Patterns: what is refused when it is loaded")
struct PatternRefusalTests {
    private static func compile(_ rule: String) throws {
        _ = try EventPattern(JSONTree(parsing: Array(rule.utf8)), of: "MyRule")
    }

    /// `testCompile`, `testPrefixEqualsIgnoreCaseCompile`, `testSuffixEqualsIgnoreCaseCompile`.
    @Test(
        "Operands that are good",
        arguments: [
            #"{"prefix":{"equals-ignore-case":"child"}}"#, #"{"suffix":{"equals-ignore-case":"child"}}"#, "1",
            #"{"prefix":"child"}"#, #"{"suffix":"child"}"#, #"{"anything-but":"child"}"#,
            #"{"anything-but":["child0","child1","child2"]}"#, #"{"anything-but":[111,222,333]}"#,
            #"{"anything-but":111}"#, #"{"anything-but":{"prefix":"foo"}}"#,
            #"{"anything-but":{"prefix":["abc","123"]}}"#, #"{"anything-but":{"suffix":"foo"}}"#,
            #"{"anything-but":{"suffix":["abc","123"]}}"#, #"{"anything-but":{"equals-ignore-case":"rule"}}"#,
            #"{"anything-but":{"equals-ignore-case":""}}"#, #"{"anything-but":{"equals-ignore-case":["abc","123"]}}"#,
            #"{"anything-but":{"equals-ignore-case":["abc",""]}}"#, #"{"anything-but":{"wildcard":"foo*bar"}}"#,
            #"{"anything-but":{"wildcard":""}}"#, #"{"anything-but":{"wildcard":["foo*bar","*foobar*"]}}"#,
            #"{"anything-but":{"wildcard":["foo*bar",""]}}"#, #"{"exactly":"child"}"#, #"{"exists":true}"#,
            #"{"exists":false}"#, #"{"cidr":"10.0.0.0/8"}"#, #"{"equals-ignore-case":"abc"}"#,
            #"{"wildcard":"a*b*c"}"#, #"{"wildcard":"a\\*b\\\\c"}"#,
        ])
    func good(operand: String) throws {
        try Self.compile(#"{"a":[\#(operand)]}"#)
    }

    /// `testCompile`, `badPatternTypes`.
    @Test(
        "Operands that are bad",
        arguments: [
            #"{"x":2}"#, #"{"exactly":33}"#, #"{"prefix":"child","foo":[]}"#, #"{"prefix":3}"#, #"{"prefix":[1,2,3]}"#,
            #"{"suffix":"child","foo":[]}"#, #"{"suffix":3}"#, #"{"suffix":[1,2,3]}"#, #"{"foo":"child"}"#,
            #"{"cidr":"foo"}"#, #"{"anything-but":"child","foo":[]}"#, #"{"anything-but":["child0",111,"child2"]}"#,
            #"{"anything-but":{"foo":3}}"#, #"{"anything-but":{"prefix":27}}"#, #"{"anything-but":{"prefix":""}}"#,
            #"{"anything-but":{"prefix":"foo","a":1}}"#, #"{"anything-but":{"prefix":"foo"},"x":1}"#,
            #"{"anything-but":{"prefix":["1",""]}}"#, #"{"anything-but":{"prefix":[1,2,3]}}"#,
            #"{"anything-but":{"suffix":27}}"#, #"{"anything-but":{"suffix":""}}"#,
            #"{"anything-but":{"suffix":"foo","a":1}}"#, #"{"anything-but":{"suffix":"foo"},"x":1}"#,
            #"{"anything-but":{"suffix":["1",""]}}"#, #"{"anything-but":{"suffix":[1,2,3]}}"#,
            #"{"anything-but":{"equals-ignore-case":[1,2,3]}}"#, #"{"anything-but":{"wildcard":27}}"#,
            #"{"anything-but":{"wildcard":"foo","a":1}}"#, #"{"anything-but":{"wildcard":"foo"},"x":1}"#,
            #"{"anything-but":{"wildcard":"foo**bar"}}"#, #"{"anything-but":{"wildcard":"foo*bar\\"}}"#,
            #"{"anything-but":{"wildcard":["1","foo**bar"]}}"#, #"{"anything-but":{"wildcard":["1","foo*bar\\"]}}"#,
            #"{"anything-but":{"wildcard":[1,2,3]}}"#, #"{"equals-ignore-case":5}"#,
            #"{"equals-ignore-case":["abc"]}"#, #"{"prefix":{"invalid-expression":["abc"]}}"#,
            #"{"prefix":{"equals-ignore-case":5}}"#, #"{"prefix":{"equals-ignore-case":["abc"]}}"#,
            #"{"prefix":{"equals-ignore-case":"abc","test":"def"}}"#,
            #"{"prefix":{"equals-ignore-case":"abc"},"test":"def"}"#, #"{"suffix":{"invalid-expression":["abc"]}}"#,
            #"{"suffix":{"equals-ignore-case":5}}"#, #"{"suffix":{"equals-ignore-case":["abc"]}}"#,
            #"{"suffix":{"equals-ignore-case":"abc","test":"def"}}"#,
            #"{"suffix":{"equals-ignore-case":"abc"},"test":"def"}"#, #"{"wildcard":5}"#, #"{"wildcard":["abc"]}"#,
            #"{"wildcard":"a\\b"}"#, #"{"wildcard":"a**b"}"#, #"{"exists":"badString"}"#,
            #"{"exists":true,"extraKey":"extraValue"}"#, "{}", "[]",
        ])
    func bad(operand: String) throws {
        let error = #expect(throws: LocalError.self) { try Self.compile(#"{"outer":{"a":[\#(operand)]}}"#) }
        #expect(error?.status == .configuration)
        #expect(error?.description.hasPrefix("The pattern of the rule MyRule is refused: /outer/a ") == true)
    }

    /// `testNumericExpressions`.
    @Test("Numeric comparisons")
    func numeric() throws {
        let numbers = ["3.8", "0.00000033", "-4e-8", "55555"]
        let goods =
            ["=", "<", ">", "<=", ">="].flatMap { symbol in numbers.map { #"["\#(symbol)",\#($0)]"# } } + [
                #"[">",0,"<",1]"#, #"[">=",0,"<",1]"#, #"[">",0,"<=",1]"#, #"[">=",0,"<=",1]"#,
            ]
        for good in goods { try Self.compile(#"{"x":[{"numeric":\#(good)}]}"#) }
        let bads =
            ["=", "<", ">=", "<="].flatMap { symbol in
                [#"["\#(symbol)",true]"#, #"["\#(symbol)",2.0e22]"#, #"["\#(symbol)","-4e-8"]"#, #"["\#(symbol)"]"#]
            } + [
                #"["<>",1,">",0]"#, #"["==",1,">",0]"#, #"["<",1,">",0]"#, #"[">",1,"<",1]"#, #"[">",30,"<",1]"#,
                #"[">",1,"<",30,false]"#, "[]",
            ]
        for bad in bads {
            #expect(throws: LocalError.self, "\(bad)") { try Self.compile(#"{"x":[{"numeric":\#(bad)}]}"#) }
        }
    }

    /// `CIDRTest.SpotMalformedCIDRs`; 32 and 128 bits are too many (`CIDR.cidr`).
    @Test(
        "Blocks of addresses",
        arguments: [
            "192.168.0.1/33", "foo", "foo/bar/baz", "192.168.0.1/foo", "192.168.0.1/-3424", "snorkle/3",
            "10.10.10.10.10/3", "2.1.0.-1/3", "2400:6500:3:3:3:3:3:3:3:3FF00::36FB:1F80/122",
            "2400:6500:3:3:-5:3:3:3:3:3FF00::36FB:1F80/122", "2400:6500:3:3:3:3:FFFFFFFFFFF:3:3:3FF00::36FB:1F80/122",
            "2400:6500:FF00::36FB:1F80/222", "10.0.0.1/32", "2001:db8::1/128", "700.168.0.1/8", "192.168.0.1",
        ])
    func blocks(text: String) throws {
        #expect(throws: LocalError.self) { try Self.compile(#"{"a":[{"cidr":"\#(text)"}]}"#) }
    }

    /// `CIDRTest.TestToString` and `.TestCorrectRanges`: first and last addresses inside, their neighbours outside.
    @Test(
        "Blocks of addresses reach from end to end",
        arguments: [
            ("10.0.0.0/24", "10.0.0.0", "10.0.0.255", "10.0.1.0"),
            ("13.32.0.0/15", "13.32.0.0", "13.33.255.255", "13.31.255.255"),
            ("27.0.0.0/22", "27.0.0.0", "27.0.3.255", "27.0.4.0"),
            ("52.76.128.0/17", "52.76.128.0", "52.76.255.255", "52.76.127.255"),
            (
                "2400:6500:FF00::36FB:1F80/122", "2400:6500:ff00:0:0:0:36fb:1f80", "2400:6500:FF00::36FB:1FBF",
                "2400:6500:FF00::36FB:1FC0"
            ),
            ("2600:1F14::/35", "2600:1f14::", "2600:1F14:1FFF:FFFF:FFFF:FFFF:FFFF:FFFF", "2600:1F14:2000::"),
            ("0.0.0.0/0", "0.0.0.0", "255.255.255.255", "::1"),
        ])
    func ranges(block: String, first: String, last: String, outside: String) throws {
        let pattern = try EventPattern(JSONTree(parsing: Array(#"{"a":[{"cidr":"\#(block)"}]}"#.utf8)), of: "R")
        let found = [first, last, outside].map { pattern.matches(.object([.init(name: "a", value: .string($0))])) }
        #expect(found == [true, true, false])
    }

    @Test(
        "Patterns are refused with the place",
        arguments: [
            ("{}", "the pattern must be an object"), ("[]", "the pattern must be an object"),
            (#"{"a":1}"#, "/a must be an object or a list"), (#"{"a":{"b":{}}}"#, "/a/b must be an object"),
            (#"{"a":{"b":[]}}"#, "/a/b must be an object or a list"),
            (#"{"$or":[{"a":[1]}]}"#, "/$or needs at least two alternatives"),
            (#"{"d":{"$or":{"a":[1]}}}"#, "/d/$or needs at least two alternatives"),
            (#"{"$or":[{"a":[1]},{"b":1}]}"#, "/$or/1/b must be an object or a list"),
            (#"{"$or":[{"a":[1]},{}]}"#, "/$or/1 must be an object"),
            (#"{"$or":[{"numeric":[1]},{"prefix":["abc"]}]}"#, "/$or/0/numeric has a name that is reserved"),
            (#"{"a":[{"NUMERIC":["=",5]}]}"#, #"/a uses the operator "NUMERIC""#),
        ])
    func places(rule: String, mentions: String) throws {
        let error = #expect(throws: LocalError.self) { try Self.compile(rule) }
        #expect(error?.description.contains(mentions) == true, "\(error?.description ?? "")")
    }

    @Test("Patterns that would be too many alternatives, or too long, are refused")
    func limits() throws {
        let two = #"{"a":[1]},{"b":[2]}"#
        let branches = (0..<10).map { #""f\#($0)":{"$or":[\#(two)]}"# }.joined(separator: ",")
        #expect(throws: LocalError.self) { try Self.compile("{\(branches)}") }
        try Self.compile("{\((0..<9).map { #""f\#($0)":{"$or":[\#(two)]}"# }.joined(separator: ","))}")
        #expect(throws: LocalError.self) { try Self.compile(#"{"a":["\#(String(repeating: "x", count: 4096))"]}"#) }
    }
}
