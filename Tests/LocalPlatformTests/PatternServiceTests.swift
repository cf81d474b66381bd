internal import LocalPlatform
import Testing

/// Answers of AWS itself (`TestEventPattern`), as localstack/localstack (Apache-2.0) recorded them in
/// `tests/aws/services/events/event_pattern_templates`: a file's name tells the answer, and the name is given here.
@Suite("Patterns: answers of the service")
struct PatternServiceTests {
    @Test(
        "Match as EventBridge does",
        arguments: [
            ("arrays_empty_null_NEG", #"{"resources":[null]}"#, #"{"resources":[]}"#, false),
            (
                "content_anything_wildcard_empty", #"{"detail":{"FilePath":[{"anything-but":{"wildcard":""}}]}}"#,
                #"{"detail":{"FilePath":"dir/init/file"}}"#, true
            ),
            (
                "content_anything_prefix_list_int",
                #"{"detail":{"state":[{"anything-but":{"prefix":["init","test"]}}]}}"#, #"{"detail":{"state":12}}"#,
                true
            ),
            (
                "content_ip_address_bad_type_NEG", #"{"detail":{"sourceIPAddress":[{"cidr":"10.0.0.0/24"}]}}"#,
                #"{"detail":{"sourceIPAddress":123}}"#, false
            ),
            (
                "nested_json_NEG", #"{"detail":{"my-key":["my-value"]}}"#,
                #"{"detail":"{\"my-key\": \"my-value\"}"}"#, false
            ),
            (
                "exists_dynamodb_NEG", #"{"dynamodb":{"presentKey":[{"exists":true}]}}"#,
                #"{"dynamodb":{"id":{"S":"test1234"},"presentKey":{"S":"test123"}}}"#, false
            ),
            (
                "or-exists",
                #"{"dynamodb":{"NewImage":{"homemade":{"S":[{"anything-but":["roses"]},{"exists":false}]}}}}"#,
                #"{"dynamodb":{"NewImage":{"homemade":{"N":"789"}}}}"#, true
            ),
            (
                "or-exists-parent",
                #"{"dynamodb":{"NewImage":{"homemade":{"S":[{"anything-but":["roses"]},{"exists":false}]}}}}"#,
                #"{"dynamodb":{"NewImage":{"purchased":{"N":"789"}}}}"#, true
            ),
            (
                "content_ignorecase_empty_NEG", #"{"detail":{"value":[{"equals-ignore-case":""}]}}"#,
                #"{"detail":{"value":"test-value"}}"#, false
            ),
            (
                "complex_or",
                #"{"detail":{"$or":[{"c-count":[{"numeric":[">",0,"<=",5]}]},{"d-count":[{"numeric":["<",10]}]},{"x-limit":[{"numeric":["=",3.018e2]}]}]}}"#,
                #"{"detail":{"c-count":0,"d-count":0,"x-limit":9.018e2}}"#, true
            ),
            (
                "test_event_pattern_with_escape_characters",
                #"{"detail":{"escape_star":["*"],"escape_backslash":["\\"]}}"#,
                #"{"detail":{"escape_star":"*","escape_backslash":"\\"}}"#, true
            ),
            (
                "test_put_events_with_rule_pattern_anything_but",
                #"{"detail":{"command":[{"anything-but":["no-message"]}]}}"#,
                #"{"detail":{"command":null,"payload":"baz"}}"#, true
            ),
        ])
    func match(name: String, rule: String, event: String, expected: Bool) throws {
        let pattern = try EventPattern(JSONTree(parsing: Array(rule.utf8)), of: "Rule")
        #expect(try pattern.matches(JSONTree(parsing: Array(event.utf8))) == expected, "\(name)")
    }

    @Test(
        "Refuse what EventBridge refuses",
        arguments: [
            ("int_nolist_EXC", #"{"int":42}"#), ("string_nolist_EXC", #"{"string":"my-value"}"#),
            ("arrays_empty_EXC", #"{"resources":[]}"#),
            ("content_numeric_operatorcasing_EXC", #"{"detail":{"equal":[{"NUMERIC":["=",5]}]}}"#),
            ("operator_case_sensitive_EXC", #"{"my_key":[{"EXISTS":true}]}"#),
            ("content_numeric_EXC", #"{"detail":{"c-count":[{"numeric":[">",0,">",0]}]}}"#),
            (
                "content_anything_prefix_ignorecase_EXC",
                #"{"detail":{"FileName":[{"anything-but":{"prefix":{"equals-ignore-case":"file"}}}]}}"#
            ),
            ("content_ip_address_bad_mask_EXC", #"{"detail":{"sourceIPAddress":[{"cidr":"bad-/64filter"}]}}"#),
            (
                "content_anything_but_string_list_null_type_EXC",
                #"{"detail":{"state":[{"anything-but":["stopped",null]}]}}"#
            ),
            (
                "content_anything_but_ignorecase_list_EXC",
                #"{"detail":{"state":[{"anything-but":{"equals-ignore-case":[123,456]}}]}}"#
            ),
        ])
    func refuse(name: String, rule: String) throws {
        let tree = try JSONTree(parsing: Array(rule.utf8))
        #expect(throws: LocalError.self, "\(name)") { try EventPattern(tree, of: "Rule") }
    }
}
