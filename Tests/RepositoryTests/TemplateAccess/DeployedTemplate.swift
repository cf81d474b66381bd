@testable internal import LocalPlatform

/// template.json as CloudFormation would deploy it with certain parameters: conditions decided, references resolved.
struct DeployedTemplate: Sendable {
    let template: Template
    let reader: TemplateReader

    init(_ parameters: [String: String] = [:]) throws {
        let tree = try Repository.tree("template.json")
        template = try Template(tree, overrides: parameters)
        reader = try TemplateReader(TemplateValues(tree, overrides: parameters, standIns: [:]))
    }

    /// Logical name and properties of the resources of a type that are made.
    func resources(_ type: String) throws -> [(name: String, properties: JSONTree)] {
        try reader.values.resourceNames(ofType: type).compactMap { name in
            guard let resource = try reader.values.resource(name) else { return nil }
            return (name, try reader.properties(of: resource, name))
        }
    }

    /// The ARN of a resource.
    func arn(_ name: String) throws -> String {
        try reader.values.attribute("Arn", of: name).text ?? ""
    }

    /// Deployments that, together, make every resource: some parameters exclude each other.
    static let variants = 0..<4

    /// One of the deployments, read once; the first has every parameter's default, the front door's as well, of which
    /// there is none on this machine.
    static func variant(_ index: Int) throws -> DeployedTemplate {
        try all[index].get()
    }

    private static let all = parameters.map { chosen in Result { try DeployedTemplate(chosen) } }

    private static let parameters: [[String: String]] = [
        ["FrontDoor": "on"],
        [
            "FrontDoor": "on", "ComicReadDelivery": "queue", "DatabaseKind": "instance", "DatabaseStandby": "on",
            "AccountTrail": "on", "AccountDetector": "on",
            "PublicBucketRule": "recorder", "InterfaceEndpoints": "on", "ReservedConcurrency": "10",
            "PasswordConcurrency": "5", "AlarmEmail": "a@example.org",
        ],
        [
            "FrontDoor": "off", "SiteUrl": "https://www.example.org", "TokenIssuer": "https://issuer.example.org",
            "AllowedOrigins": "https://www.example.org", "ApiUrl": "https://api.example.org",
        ],
        [
            "FrontDoor": "on", "DomainName": "www.example.org", "HostedZoneId": "Z123",
            "ApiDomainName": "api.example.org",
            "DatabaseStandby": "on", "PublicBucketRule": "rule",
        ],
    ]
}
