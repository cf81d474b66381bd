/// Functions by the names that others call them: a name, an ARN, and both with an alias or a version.
extension TemplateValues {
    /// The number of every version of the template: locally there is one code.
    static let onlyVersion = "1"

    /// The ARN of an `AWS::Lambda::Alias` or an `AWS::Lambda::Version`, which is its function's with a qualifier.
    func qualifiedARN(of resource: JSONTree, _ name: String) throws(LocalError) -> String {
        let isAlias = resource["Type"]?.text == "AWS::Lambda::Alias"
        let alias = isAlias ? try physicalName(of: resource, logicalName: name) : Self.onlyVersion
        let reference = try functionReference(of: resource, name)
        return "arn:aws:lambda:us-east-1:123456789012:function:\(reference.name):\(alias)"
    }

    /// What the property `FunctionName` of a resource says.
    func functionReference(of resource: JSONTree, _ name: String) throws(LocalError) -> FunctionReference {
        let value = resource["Properties"]?["FunctionName"] ?? .null
        guard let text = try Intrinsics(values: self).resolve(value, at: "\(name)/FunctionName")?.text, !text.isEmpty
        else {
            throw LocalError(.data, "The resource \(name) of template.json has no FunctionName.")
        }
        return FunctionReference(text)
    }

    /// Names of the aliases of a function, in the template's order.
    func aliases(ofFunction functionName: String) throws(LocalError) -> [String] {
        var aliases: [String] = []
        for name in resourceNames(ofType: "AWS::Lambda::Alias") {
            guard let resource = try resource(name), try functionReference(of: resource, name).name == functionName
            else { continue }
            aliases.append(try physicalName(of: resource, logicalName: name))
        }
        return aliases
    }

    /// The logical name of the function that AWS knows by this name; nil when there is none.
    func logicalName(ofFunction functionName: String) throws(LocalError) -> String? {
        for name in resourceNames(ofType: "AWS::Lambda::Function") {
            guard let resource = try resource(name) else { continue }
            if try physicalName(of: resource, logicalName: name) == functionName { return name }
        }
        return nil
    }

    /// Whether the function has a version or an alias of that name.
    func hasQualifier(_ qualifier: String, function: String) throws(LocalError) -> Bool {
        if qualifier == "$LATEST" { return true }
        if try aliases(ofFunction: function).contains(qualifier) { return true }
        guard qualifier == Self.onlyVersion else { return false }
        for name in resourceNames(ofType: "AWS::Lambda::Version") {
            guard let resource = try resource(name) else { continue }
            if try functionReference(of: resource, name).name == function { return true }
        }
        return false
    }
}

/// A function as AWS lets it be named (Lambda API reference, `Invoke`, `FunctionName`).
struct FunctionReference: Equatable {
    let name: String
    /// The alias or the version; nil where none is named.
    let qualifier: String?

    /// Takes `name`, `name:qualifier`, the ARN of a function, version or alias, and the URI by which API Gateway
    /// invokes one (`arn:aws:apigateway:REGION:lambda:path/2015-03-31/functions/ARN/invocations`).
    init(_ text: String) {
        var rest = Substring(text)
        if rest.hasPrefix("arn:"), rest.contains(":apigateway:"), let start = rest.firstRange(of: "/functions/") {
            rest = rest[start.upperBound...]
            if rest.hasSuffix("/invocations") { rest = rest.dropLast("/invocations".count) }
        }
        if let start = rest.firstRange(of: ":function:") { rest = rest[start.upperBound...] }
        let parts = rest.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        name = parts[0]
        qualifier = parts.count == 2 ? parts[1] : nil
    }
}
