extension TemplateReader {
    /// The queue that has this ARN, and the name of the function that its messages go to; nil when it is no queue.
    ///
    /// Throws `.configuration` for a queue that no function reads, and for one that keeps an order.
    func queue(_ arn: String, usedBy user: String) throws(LocalError) -> (queue: TemplateQueue, function: String)? {
        for name in values.resourceNames(ofType: "AWS::SQS::Queue")
        where try values.attribute("Arn", of: name).text == arn {
            guard let resource = try values.resource(name) else { continue }
            let properties = try properties(of: resource, name)
            guard !properties.isTrue("FifoQueue") else {
                throw LocalError(.configuration, "\(name) is a FIFO queue, which invoke-local does not know.")
            }
            let mapping = try mapping(of: arn, name, usedBy: user)
            // Left out in silence, the one would hand out what it should not, the other what it must not.
            for member in ["FilterCriteria", "Enabled"]
            where mapping.properties[member].map({ $0.scalarText != "true" }) ?? false {
                throw LocalError(
                    .configuration, "\(mapping.name) has \(member) that invoke-local does not know.")
            }
            let scaling = mapping.properties["ScalingConfig"] ?? .object([])
            let redrive = properties["RedrivePolicy"] ?? .object([])
            let types = mapping.properties["FunctionResponseTypes"]?.elements.compactMap(\.text) ?? []
            let queue = TemplateQueue(
                name: name, arn: arn,
                batchSize: try number(
                    "BatchSize", of: mapping.properties, mapping.name, range: 1...10_000, default: 10),
                batchingSeconds: try number(
                    "MaximumBatchingWindowInSeconds", of: mapping.properties, mapping.name, range: 0...300, default: 0),
                visibilitySeconds: try number(
                    "VisibilityTimeout", of: properties, name, range: 0...43_200, default: 30),
                // Without dead letters SQS delivers until the message is too old; here that must end.
                maximumReceives: try number("maxReceiveCount", of: redrive, name, range: 1...1000, default: 10),
                reportsFailures: types.contains("ReportBatchItemFailures"),
                maximumConcurrency: scaling["MaximumConcurrency"] == nil
                    ? nil : try number("MaximumConcurrency", of: scaling, mapping.name, range: 2...1000, default: 2))
            return (queue, mapping.function)
        }
        return nil
    }

    private func mapping(
        of arn: String, _ queue: String, usedBy user: String
    ) throws(LocalError) -> (name: String, properties: JSONTree, function: String) {
        for name in values.resourceNames(ofType: "AWS::Lambda::EventSourceMapping") {
            guard let resource = try values.resource(name) else { continue }
            let properties = try properties(of: resource, name)
            guard properties["EventSourceArn"]?.text == arn else { continue }
            return (
                name, properties, try functionName(try text("FunctionName", of: properties, name), usedBy: name)
            )
        }
        throw LocalError(.configuration, "\(user) targets the queue \(queue), which no function reads.")
    }
}
