internal import LocalPlatform
import Testing

/// Source: CloudFormation user guide, "Parameters".
@Suite("Parameters of a template")
struct ParameterRuleTests {
    private static func value(_ declaration: String, _ given: String?) throws -> String? {
        let text =
            #"{"Parameters":{"P":{\#(declaration)}},"Resources":{},"Outputs":{"O":{"Value":{"Fn::Join":["|",[{"Ref":"P"}]]}}}}"#
        let list =
            #"{"Parameters":{"P":{\#(declaration)}},"Resources":{},"Outputs":{"O":{"Value":{"Fn::Join":["|",{"Ref":"P"}]}}}}"#
        let isList = declaration.contains("List")
        let template = try Template(
            parsing: Array((isList ? list : text).utf8), overrides: given.map { ["P": $0] } ?? [:])
        return template.outputs["O"]
    }

    private static let values: [(String, String, Bool)] = [
        (#""Type":"String""#, "anything", true), (#""Type":"String""#, "", true),
        (#""Type":"Number""#, "12.5", true), (#""Type":"Number""#, "twelve", false),
        (#""Type":"Number""#, "nan", false),
        (#""Type":"Number","MinValue":1,"MaxValue":"10""#, "10", true),
        (#""Type":"Number","MinValue":1,"MaxValue":"10""#, "0", false),
        (#""Type":"Number","MinValue":1,"MaxValue":"10""#, "10.5", false),
        (#""Type":"String","MinLength":2,"MaxLength":"3""#, "ab", true),
        (#""Type":"String","MinLength":2,"MaxLength":"3""#, "a", false),
        (#""Type":"String","MinLength":2,"MaxLength":"3""#, "abcd", false),
        (#""Type":"String","AllowedValues":["on","off"]"#, "on", true),
        (#""Type":"String","AllowedValues":["on","off"]"#, "On", false),
        (#""Type":"Number","AllowedValues":[1,3]"#, "3", true),
        (#""Type":"Number","AllowedValues":[1,3]"#, "2", false),
        (#""Type":"String","AllowedPattern":"[a-z]+""#, "abc", true),
        (#""Type":"String","AllowedPattern":"[a-z]+""#, "abc1", false),
        (#""Type":"String","AllowedPattern":"|https://[^/?#]+""#, "", true),
        (#""Type":"String","AllowedPattern":"|https://[^/?#]+""#, "http://a", false),
        (#""Type":"CommaDelimitedList","AllowedValues":["a","b"]"#, "a, b", true),
        (#""Type":"CommaDelimitedList","AllowedValues":["a","b"]"#, "a,c", false),
        (#""Type":"List<Number>""#, "80,443", true), (#""Type":"List<Number>""#, "80,http", false),
        (#""Type":"List<AWS::EC2::Subnet::Id>""#, "subnet-a,subnet-b", true),
    ]

    @Test("What a value must be is checked, with nothing but the whole of it matching a pattern", arguments: values)
    func given(declaration: String, value: String, isTaken: Bool) throws {
        guard !isTaken else {
            let expected = value.split(separator: ",").map { $0.drop { $0 == " " } }.joined(separator: "|")
            #expect(try Self.value(declaration, value) == (declaration.contains("List") ? expected : value))
            return
        }
        let error = #expect(throws: LocalError.self) { try Self.value(declaration, value) }
        #expect(error?.status == .usage && error?.description.contains("parameter P") == true)
    }

    @Test("A secret value is not repeated, and the template's own words are used where it has some")
    func words() {
        let secret = #""Type":"String","NoEcho":true,"AllowedPattern":"[0-9]+""#
        #expect(
            #expect(throws: LocalError.self) { try Self.value(secret, "hunter2") }?.description.contains("hunter2")
                == false)
        let own = #""Type":"String","AllowedPattern":"[0-9]+","ConstraintDescription":"digits only""#
        #expect(
            #expect(throws: LocalError.self) { try Self.value(own, "x") }?.description.contains("digits only") == true)
    }

    private static let defaults: [(String, String)] = [
        (#""Type":"String","Default":"d""#, "d"), (#""Type":"String""#, "local-P"), (#""Type":"Number""#, "1"),
        (#""Type":"Number","MinValue":5"#, "5"), (#""Type":"String","AllowedValues":["a","b"]"#, "a"),
        (#""Type":"CommaDelimitedList","Default":"a,b""#, "a|b"),
    ]

    @Test("What nobody gives is the default, else made up after its type", arguments: defaults)
    func missing(declaration: String, value: String) throws {
        #expect(try Self.value(declaration, nil) == value)
    }

    @Test(
        "A declaration that CloudFormation would refuse is refused",
        arguments: [
            #""Type":"Text""#, #""Default":"x""#, #""Type":"String","Pattern":"x""#,
            #""Type":"String","Default":"x","AllowedValues":["a"]"#, #""Type":"Number","Default":"x""#,
            #""Type":"String","Default":"x","AllowedPattern":"(""#,
        ])
    func declarations(declaration: String) {
        #expect(#expect(throws: LocalError.self) { try Self.value(declaration, nil) }?.status == .data)
    }

    @Test("Values of this machine are not held to what AWS needs")
    func standIns() throws {
        let template = try Template(
            parsing: Array(
                #"{"Parameters":{"P":{"Type":"String","AllowedPattern":"https://.+"}},"Resources":{},"Outputs":{"O":{"Value":{"Ref":"P"}}}}"#
                    .utf8), standIns: ["P": "http://127.0.0.1:8787", "Unknown": "x"])
        #expect(template.outputs == ["O": "http://127.0.0.1:8787"])
    }

    private static let rules = #"""
        "Rules":{"Together":{"RuleCondition":{"Fn::Equals":[{"Ref":"P"},"on"]},"Assertions":[
          {"Assert":{"Fn::Not":[{"Fn::Equals":[{"Ref":"Q"},""]}]},"AssertDescription":"P needs Q."},
          {"Assert":{"Fn::Contains":[["a","b"],{"Ref":"Q"}]}},
          {"Assert":{"Fn::EachMemberIn":[{"Ref":"L"},["x","y"]]}},
          {"Assert":{"Fn::EachMemberEquals":[{"Ref":"L"},"x"]}}]}}
        """#

    private static let ruled: [([String: String], String?)] = [
        ([:], nil), (["P": "on", "Q": "a"], nil), (["P": "on"], "P needs Q."), (["Q": "z"], nil),
        (["P": "on", "Q": "c"], "Together"), (["P": "on", "Q": "b", "L": "x,z"], "Together"),
        (["P": "on", "Q": "b", "L": "x,y"], "Together"), (["P": "on", "Q": "b", "L": "x,x"], nil),
    ]

    @Test("Rules say which values go together", arguments: ruled)
    func together(values: [String: String], complaint: String?) throws {
        let parameters =
            #""P":{"Type":"String","Default":"off"},"Q":{"Type":"String","Default":""},"L":{"Type":"CommaDelimitedList","Default":"x"}"#
        let text = Array(#"{"Parameters":{\#(parameters)},\#(Self.rules),"Resources":{}}"#.utf8)
        guard let complaint else {
            _ = try Template(parsing: text, overrides: values)
            return
        }
        let error = #expect(throws: LocalError.self) { try Template(parsing: text, overrides: values) }
        #expect(error?.status == .usage && error?.description.contains(complaint) == true)
    }
}
