import Testing

@testable internal import LocalPlatform

/// Source: IAM user guide, "IAM JSON policy elements: Resource", "Action" and "Variables and tags".
@Suite("Wildcards and variables of policies")
struct PolicyPatternTests {
    private static let arn = "arn:aws:s3:::amzn-s3-demo-bucket"

    private static let resourceTable: [(String, String, Bool)] = [
        ("\(arn)/*/test/*", "\(arn)/1/test/object.jpg", true),
        ("\(arn)/*/test/*", "\(arn)/1/2/3/test/4/object.jpg", true),
        ("\(arn)/*/test/*", "\(arn)/1///test///object.jpg", true),
        ("\(arn)/*/test/*", "\(arn)/1-test/object.jpg", false),
        ("\(arn)/*/test/*", "\(arn)/test/object.jpg", false),
        ("\(arn)/*/test/*", "\(arn)/1/2/test.jpg", false),
        ("\(arn)/*", arn, false), ("*", "arn:aws:s3:::a", true),
        ("arn:aws:logs:us-east-1:1:log-group:/a:*", "arn:aws:logs:us-east-1:1:log-group:/a:log-stream:b", true),
        ("arn:aws:logs:us-east-1:1:log-group:/a*", "arn:aws:logs:us-east-1:1:log-group:/ab:log-stream:c", true),
        ("arn:aws:sns:us-east-1:1:a*z", "arn:aws:sns:us-east-1:1:a:z", false),
        ("arn:aws:sns:us-east-1:1:a?z", "arn:aws:sns:us-east-1:1:a:z", false),
        ("arn:aws:iam::1:user/??", "arn:aws:iam::1:user/ab", true),
        ("arn:aws:iam::1:user/??", "arn:aws:iam::1:user/abc", false),
        ("arn:aws:iam::1:user/Bob", "arn:aws:iam::1:user/bob", false),
        (
            "arn:aws:secretsmanager:us-east-1:1:secret:a-??????",
            "arn:aws:secretsmanager:us-east-1:1:secret:a-Ab1234", true
        ),
        (
            "arn:aws:secretsmanager:us-east-1:1:secret:a-??????", "arn:aws:secretsmanager:us-east-1:1:secret:a",
            false
        ),
        ("", "", true), ("", "a", false), ("**", "", true),
    ]

    @Test("A resource's * reaches over slashes, and over colons only at the end of a part", arguments: resourceTable)
    func resources(pattern: String, resource: String, matches: Bool) throws {
        #expect(try #require(PolicyPattern(pattern, .resource, for: nil)).matches(resource) == matches)
    }

    private static let variableTable: [(String, String, Bool)] = [
        ("home/${aws:username}/*", "home/ada/a", true), ("home/${aws:username}/*", "home/grace/a", false),
        ("home/${AWS:UserName}/*", "home/ada/a", true), ("home/${aws:userid}/*", "home/x/a", false),
        ("${aws:PrincipalTag/team, 'company-wide'}", "company-wide", true),
        ("${aws:username, 'nobody'}", "ada", true), ("a${*}b", "a*b", true), ("a${*}b", "axb", false),
        ("a${?}b${$}", "a?b$", true), ("${many}", "x", false), ("${star}", "anything", false),
        ("${star}", "a*", true), ("$a", "$a", true), ("${aws:username", "ada", false),
    ]

    @Test("A variable is what the request says, and nothing matches where it says nothing", arguments: variableTable)
    func variables(pattern: String, text: String, matches: Bool) {
        let request = PolicyBuilding.request(
            "a:b", "*", ["aws:username": ["ada"], "many": ["x", "y"], "star": ["a*"]])
        #expect((PolicyPattern(pattern, .plain, for: request)?.matches(text) ?? false) == matches)
    }

    @Test("A pattern of many stars takes no time of consequence")
    func manyStars() throws {
        let pattern = String(repeating: "*a", count: 200) + "b"
        let text = String(repeating: "a", count: 2_000)
        #expect(try #require(PolicyPattern(pattern, .plain, for: nil)).matches(text) == false)
    }
}
