/// `{{resolve:…}}`: a value that CloudFormation takes from Systems Manager or Secrets Manager while it deploys.
///
/// Source: CloudFormation user guide, "Get values stored in other services using dynamic references".
enum DynamicReference {
    /// What it stands for locally: the value itself stays in AWS.
    static let localValue = "local"

    private static let services: Set<Substring> = ["secretsmanager", "ssm", "ssm-secure"]

    /// The text with each reference replaced.
    ///
    /// Throws `.data` for one without an end or of another service.
    static func replaced(in text: String, at path: String) throws(LocalError) -> String {
        var result = ""
        var rest = Substring(text)
        while let start = rest.firstRange(of: "{{resolve:") {
            let reference = rest[start.upperBound...]
            guard let end = reference.firstRange(of: "}}"), let colon = reference.firstIndex(of: ":"),
                colon < end.lowerBound, services.contains(reference[..<colon])
            else {
                throw LocalError(.data, "template.json has a malformed dynamic reference at \(path).")
            }
            result += rest[..<start.lowerBound] + localValue
            rest = rest[end.upperBound...]
        }
        return result + rest
    }
}
