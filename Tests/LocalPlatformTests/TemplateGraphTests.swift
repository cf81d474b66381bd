internal import LocalPlatform
import Testing

/// What CloudFormation refuses before it makes anything.
@Suite("References and conditions of a template")
struct TemplateGraphTests {
    private static func read(_ conditions: String, _ resources: String, outputs: String = "") throws -> Template {
        try Template(
            parsing: Array(
                #"{"Parameters":{"P":{"Type":"String","Default":"x"}},"Conditions":{\#(conditions)},"Resources":{\#(resources)},"Outputs":{\#(outputs)}}"#
                    .utf8))
    }

    private static func queue(_ name: String, _ value: String, more: String = "") -> String {
        #""\#(name)":{"Type":"AWS::SQS::Queue"\#(more),"Properties":{"QueueName":\#(value)}}"#
    }

    private static let never = #""Never":{"Fn::Equals":["a","b"]}"#

    private static let circular: [(String, String)] = [
        (queue("A", #"{"Ref":"A"}"#), "A → A"),
        (queue("A", #"{"Ref":"B"}"#) + "," + queue("B", #"{"Fn::GetAtt":["A","Arn"]}"#), "A → B → A"),
        (
            queue("A", #"{"Fn::Sub":"x${B.Arn}"}"#) + "," + queue("B", #""b""#, more: #","DependsOn":["A"]"#),
            "A → B → A"
        ),
        (
            queue("C", #"{"Fn::GetAtt":"A.Arn"}"#) + "," + queue("A", #"{"Fn::If":["Never","a",{"Ref":"A"}]}"#),
            "A → A"
        ),
    ]

    @Test("A circle of resources is named, whatever it is made of", arguments: circular)
    func circles(resources: String, circle: String) {
        let error = #expect(throws: LocalError.self) { try Self.read(Self.never, resources) }
        #expect(error?.status == .data && error?.description.hasSuffix(": \(circle).") == true, "\(circle)")
    }

    @Test("The branch that is not taken makes no circle, and no reference")
    func branches() throws {
        let resources = Self.queue("A", #"{"Fn::If":["Never",{"Ref":"A"},"a"]}"#)
        #expect(try Self.read(Self.never, resources).idle.map(\.type) == ["AWS::SQS::Queue"])
        let gone = Self.queue("B", #""b""#, more: #","Condition":"Never""#)
        let uses = Self.queue("A", #"{"Fn::If":["Never",{"Ref":"B"},"a"]}"#)
        #expect(try Self.read(Self.never, "\(gone),\(uses)").idle.map(\.count) == [1])
        // What the conditions take away is not waited for.
        let waits = Self.queue("A", #""a""#, more: #","DependsOn":"B""#)
        #expect(try Self.read(Self.never, "\(gone),\(waits)").idle.map(\.count) == [1])
    }

    private static let dangling: [(String, String)] = [
        (queue("A", #"{"Ref":"Nobody"}"#), "Nobody"),
        (queue("A", #""a""#, more: #","DependsOn":"Nobody""#), "Nobody"),
        (queue("A", #""a""#, more: #","Condition":"Nothing""#), "Nothing"),
        (
            queue("A", #"{"Ref":"B"}"#) + "," + queue("B", #""b""#, more: #","Condition":"Never""#),
            "Never takes away"
        ),
        (#""A":{"Properties":{}}"#, "no Type"), (#""A":{"Type":"AWS::SQS::Queue","Depends":"B"}"#, "Depends"),
    ]

    @Test("What leads nowhere is named", arguments: dangling)
    func nowhere(resources: String, mentions: String) {
        let error = #expect(throws: LocalError.self) { try Self.read(Self.never, resources) }
        #expect(error?.status == .data && error?.description.contains(mentions) == true, "\(mentions)")
    }

    private static let wrongConditions: [(String, String)] = [
        (#""A":{"Fn::Not":[{"Condition":"A"}]}"#, "A → A"),
        (#""A":{"Condition":"B"},"B":{"Fn::Not":[{"Condition":"A"}]}"#, "A → B → A"),
        (#""A":{"Fn::Equals":[{"Fn::GetAtt":["Q","Arn"]},"a"]}"#, "Q"),
        (#""A":{"Fn::Equals":[{"Ref":"Q"},"a"]}"#, "Q"),
        (#""A":{"Fn::Equals":["a"]}"#, "Fn::Equals"), (#""A":{"Fn::And":[{"Condition":"A"}]}"#, "Fn::And"),
        (#""A":{"Fn::Contains":[["a"],"a"]}"#, "Fn::Contains"), (#""A":true"#, "no condition"),
        (#""A":{"Fn::Not":[{"Condition":"Nothing"}]}"#, "Nothing"),
    ]

    @Test("Conditions that wait for each other, use resources or are none are refused", arguments: wrongConditions)
    func conditions(conditions: String, mentions: String) {
        let error = #expect(throws: LocalError.self) { try Self.read(conditions, Self.queue("Q", #""q""#)) }
        #expect(error?.description.contains(mentions) == true, "\(error?.description ?? "")")
    }

    @Test("Outputs are texts, those whose condition holds")
    func outputs() throws {
        let outputs = #""Url":{"Value":{"Ref":"Q"}},"None":{"Condition":"Never","Value":{"Ref":"Nobody"}}"#
        let template = try Self.read(Self.never, Self.queue("Q", #""q""#), outputs: outputs)
        #expect(template.outputs == ["Url": "https://sqs.us-east-1.amazonaws.com/123456789012/q"])
        #expect(throws: LocalError.self) { try Self.read("", "", outputs: #""A":{"Value":["a"]}"#) }
        #expect(throws: LocalError.self) { try Self.read("", "", outputs: #""A":{"Value":{"Ref":"Nobody"}}"#) }
    }

    @Test("A type that nobody has thought about is named, and refused where somebody wants all or nothing")
    func unsupported() throws {
        let template = try Self.read("", #""New":{"Type":"AWS::New::Thing"},"K":{"Type":"AWS::KMS::Key"}"#)
        #expect(template.unsupported.map(\.name) == ["New"] && template.unsupported.map(\.type) == ["AWS::New::Thing"])
        #expect(template.idle.map(\.type) == ["AWS::KMS::Key"])
        let error = #expect(throws: LocalError.self) { try template.refuseUnsupported() }
        #expect(error?.status == .configuration && error?.description.contains("New (AWS::New::Thing)") == true)
        try Self.read("", #""K":{"Type":"AWS::KMS::Key"}"#).refuseUnsupported()
    }

    @Test("What a played resource asks for beyond what is played is named")
    func unplayed() throws {
        let template = try Self.read(
            "",
            #""F":{"Type":"AWS::Lambda::Function","Properties":{"FunctionName":"f","Handler":"h","Code":{"S3Key":"f.zip"},"Layers":["a"]}}"#
        )
        #expect(template.unsupported.map(\.name) == ["F"])
        #expect(template.unsupported.first?.reason.hasPrefix("Layers") == true)
    }

    @Test("A section that is not known, and more resources than CloudFormation takes, are refused")
    func limits() {
        #expect(throws: LocalError.self) {
            try Template(parsing: Array(#"{"Transform":"AWS::Serverless-2016-10-31"}"#.utf8))
        }
        let many = (0...500).map { #""Q\#($0)":{"Type":"AWS::SQS::Queue"}"# }.joined(separator: ",")
        let error = #expect(throws: LocalError.self) { try Self.read("", many) }
        #expect(error?.description.contains("500 Resources") == true)
    }
}
