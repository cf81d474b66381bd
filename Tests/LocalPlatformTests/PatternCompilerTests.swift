internal import LocalPlatform
import Testing

/// Rules, events and answers of aws/event-ruler's `JsonRuleCompilerTest` (Apache-2.0); the comments name the test.
@Suite("Patterns: event-ruler's tests of its compiler")
struct PatternCompilerTests {
    private static func matches(_ event: String, _ rule: String) throws -> Bool {
        let pattern = try EventPattern(JSONTree(parsing: Array(rule.utf8)), of: "Rule")
        return pattern.matches(try JSONTree(parsing: Array(event.utf8)))
    }

    /// `JsonRuleCompilerTest.testBigNumbers`, `.testVariantForms`; README, "JSON keys with dots".
    @Test(
        "JsonRuleCompilerTest, numbers, addresses and dots",
        arguments: [
            (#"{"account":[123456789012]}"#, #"{"account":123456789012}"#, true),
            (#"{"account":[123456789012]}"#, #"{"account":123456789013}"#, false),
            (#"{"a":[133.3]}"#, #"{"a":133.3}"#, true),
            (#"{"a":[{"numeric":[">",120,"<=",140]}]}"#, #"{"a":133.3}"#, true),
            (#"{"b":["192.0.2.0"]}"#, #"{"b":"192.0.2.0"}"#, true),
            (#"{"b":["::1"]}"#, #"{"b":"0:0:0:0:0:0:0:1"}"#, true),
            (#"{"b":[{"cidr":"192.0.2.0/24"}]}"#, #"{"b":"192.0.2.0"}"#, true),
            (#"{"b":[{"cidr":"192.0.2.7/24"}]}"#, #"{"b":"192.0.2.1"}"#, true),
            (#"{"b":[{"cidr":"192.0.2.0/24"}]}"#, #"{"b":"192.0.3.0"}"#, false),
            (#"{"b":[{"cidr":"2001:db8::/32"}]}"#, #"{"b":"2001:0DB8:0:1::ff"}"#, true),
            (#"{"b":[{"cidr":"2001:db8::/32"}]}"#, #"{"b":"2001:db9::"}"#, false),
            (#"{"b":[{"cidr":"10.0.0.0/8"}]}"#, #"{"b":"10.0.0"}"#, false),
            (#"{"detail":{"state":{"status":["running"]}}}"#, #"{"detail":{"state.status":"running"}}"#, true),
            (#"{"detail":{"state.status":["running"]}}"#, #"{"detail":{"state":{"status":"running"}}}"#, true),
            (#"{"detail.state":["halted"]}"#, #"{"detail":{"state":"halted"}}"#, true),
        ])
    func variants(rule: String, event: String, expected: Bool) throws {
        #expect(try Self.matches(event, rule) == expected)
    }

    private static let notification = #"""
        {"detail":{"detail-type":"EC2 Instance State-change Notification",
        "resources":"arn:aws:ec2:us-east-1:123456789012:instance/i-000000aaaaaa00000",
        "info":{"state-status":"running","state-count":{"count":100}},"c-count":1,"d-count":8},
        "news":{"newsProviders":"p1","newCondition1":"news111","newCondition2":"news222"}}
        """#

    /// `JsonRuleCompilerTest.testBasicFunctionOfOrRelationshipRules` and `…And…`: `$and` is a field like any other.
    @Test(
        "JsonRuleCompilerTest, $or",
        arguments: [
            (
                #"""
                {"detail":{"$or":[{"c-count":[{"numeric":[">",0,"<=",5]}]},{"d-count":[{"numeric":["<",10]}]},
                {"x-limit":[{"numeric":["=",3.018e2]}]}]}}
                """#, true
            ),
            (
                #"""
                {"detail":{"detail-type":["EC2 Instance State-change Notification"],"info":
                {"state-status":["initializing","running"],"state-count":{"count":[100]}},
                "$or":[{"c-count":[{"numeric":[">",0,"<=",5]}]},{"d-count":[{"numeric":["<",10]}]}]},
                "news":{"newsProviders":["p1","p2"],"$or":[{"newCondition1":["news111"]},{"newCondition2":["news222"]}]}}
                """#, true
            ),
            (#"{"detail":{"$or":[{"c-count":[2]},{"d-count":[9]}]}}"#, false),
            (#"{"detail":{"$or":[{"c-count":[2]},{"d-count":[8],"$or":[{"x":[1]},{"c-count":[1]}]}]}}"#, true),
        ])
    func alternatives(rule: String, expected: Bool) throws {
        #expect(try Self.matches(Self.notification, rule) == expected)
    }
}
