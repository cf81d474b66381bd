internal import LocalPlatform
import Testing

/// The two ways of `ComicRead` to loyalty, as the template wires them.
@Suite("Delivery of ComicRead")
struct ComicReadDeliveryTests {
    private func properties(_ name: String) throws -> JSONTree {
        try #require(try Repository.resources().first { $0.name == name }?.properties)
    }

    private func reads(_ delivery: String) throws -> TemplateTarget {
        let template = try Repository.template(["ComicReadDelivery": delivery])
        #expect(template.unsupported == [])
        let targets = template.rules.filter { $0.name == "LoyaltyOnComicRead" }.flatMap(\.targets)
        #expect(targets.count == 1)
        return try #require(targets.first)
    }

    @Test("Is direct unless a parameter says otherwise, then through a queue; to the same function in both")
    func ways() throws {
        #expect(try reads("direct").queue == nil)
        let usual = try Repository.template().rules.first { $0.name == "LoyaltyOnComicRead" }
        #expect(usual?.targets.first?.queue == nil)
        let queue = try #require(try reads("queue").queue)
        #expect(queue.batchSize == 100 && queue.reportsFailures && queue.maximumReceives == 20)
        #expect(try Set([reads("direct").function, reads("queue").function]) == ["loyalty"])
    }

    /// Source: Lambda developer guide, "Using Lambda with Amazon SQS", "Configuring a queue".
    @Test("Hides a message for six times the function's time and the window at least, then gives it up elsewhere")
    func times() throws {
        let queue = try properties("ComicReads")
        let mapping = try properties("ComicReadsMapping")
        let timeout = try Repository.template().function(named: "loyalty").timeoutSeconds
        let window = try #require(mapping["MaximumBatchingWindowInSeconds"]?.scalarText.flatMap { Int($0) })
        let hidden = try #require(queue["VisibilityTimeout"]?.scalarText.flatMap { Int($0) })
        #expect(hidden >= 6 * timeout + window && window >= 1)
        let redrive = queue["RedrivePolicy"]
        #expect(redrive?["deadLetterTargetArn"]?["Fn::GetAtt"]?.elements.first?.text == "ComicReadsDeadLetters")
        #expect(mapping["ScalingConfig"]?["MaximumConcurrency"] != nil)
        let permission = try Repository.tree("template.json")["Resources"]?["LoyaltyOnComicReadPermission"]
        #expect(permission?["Condition"]?.text == "ReadsAreDirect")
    }

    @Test("Gives loyalty's role the queue only where it is read, and nothing but reading")
    func access() throws {
        let resources = try Repository.tree("template.json")["Resources"]
        let policies = try Repository.resources(ofType: "AWS::IAM::Policy").map(\.name)
        #expect(policies == ["ComicReadsAccess"])
        let policy = try properties("ComicReadsAccess")
        #expect(policy["Roles"]?.elements.compactMap { $0["Ref"]?.text } == ["LoyaltyRole"])
        let statements = policy["PolicyDocument"]?["Statement"]?.elements ?? []
        #expect(
            statements.flatMap { $0["Action"]?.elements.compactMap(\.text) ?? [] } == [
                "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
            ])
        #expect(statements.map { $0["Resource"]?["Fn::GetAtt"]?.elements.first?.text } == ["ComicReads"])
        for name in resources?.members.map(\.name).filter({ $0.hasPrefix("ComicReads") }) ?? [] {
            #expect(resources?[name]?["Condition"]?.text == "ReadsAreQueued", "\(name)")
        }
    }
}
