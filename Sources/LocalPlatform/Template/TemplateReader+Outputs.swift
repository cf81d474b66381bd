extension TemplateReader {
    /// The values of the outputs whose condition holds.
    func outputs(_ section: JSONTree?) throws(LocalError) -> [String: String] {
        var outputs: [String: String] = [:]
        for output in section?.members ?? [] {
            if let condition = output.value["Condition"]?.text, try !values.holds(condition: condition) { continue }
            let place = "the output \(output.name)"
            let needed = output.value["Value"] ?? .null
            _ = try TemplateGraph(values).references(in: needed, at: place)
            guard let text = try Intrinsics(values: values).resolve(needed, at: place)?.scalarText else {
                throw LocalError(.data, "The output \(output.name) of template.json has no text as its Value.")
            }
            outputs[output.name] = text
        }
        return outputs
    }

    /// What of the resources that are played the local stack does not do.
    func unplayed() throws(LocalError) -> [UnsupportedResource] {
        var found: [UnsupportedResource] = []
        for name in values.declaredNames {
            guard let resource = try values.resource(name), let type = resource["Type"]?.text else { continue }
            let properties = try properties(of: resource, name)
            for (member, reason) in Self.unplayedMembers[type] ?? [] where properties[member] != nil {
                found.append(UnsupportedResource(name: name, type: type, reason: "\(member): \(reason)"))
            }
        }
        return found
    }

    /// Members that change what a resource does, each with what the local stack leaves out.
    private static let unplayedMembers: [String: [(String, String)]] = [
        "AWS::Lambda::Function": [
            ("DeadLetterConfig", "events that fail go to the destination on failure alone"),
            ("FileSystemConfigs", "there is no file system but the machine's"),
            ("ImageConfig", "functions are executables, not images"), ("Layers", "functions have no layers"),
            ("SnapStart", "processes are started, not restored"),
        ],
        "AWS::SecretsManager::Secret": [("ReplicaRegions", "there is one region")],
        "AWS::S3::Bucket": [
            ("NotificationConfiguration", "nobody is told of objects"), ("WebsiteConfiguration", "no site is served"),
            ("ReplicationConfiguration", "there is one region"),
        ],
    ]
}

/// How large a template may be (CloudFormation user guide, "Understand CloudFormation quotas").
enum TemplateLimits {
    /// Bytes of a template that is deployed through Amazon S3.
    static let bytes = 1_048_576

    private static let sections: [(name: String, most: Int)] = [
        ("Resources", 500), ("Parameters", 200), ("Mappings", 200), ("Outputs", 200),
    ]

    private static let known: Set<String> = [
        "AWSTemplateFormatVersion", "Conditions", "Description", "Mappings", "Metadata", "Outputs", "Parameters",
        "Resources", "Rules",
    ]

    /// Throws `.data` for what CloudFormation would refuse, `.configuration` for what is not known here.
    static func check(_ tree: JSONTree) throws(LocalError) {
        for section in tree.members where !known.contains(section.name) {
            throw LocalError(
                .configuration, "template.json has the section \(section.name), which invoke-local does not know.")
        }
        for section in sections where (tree[section.name]?.members.count ?? 0) > section.most {
            throw LocalError(.data, "template.json has more than \(section.most) \(section.name).")
        }
    }
}
