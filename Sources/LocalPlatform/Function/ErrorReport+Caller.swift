internal import LocalRuntimeAPI
internal import StrictJSON

extension ErrorReport {
    /// What Lambda hands to the caller: the posted body without `errorCause`, which goes to X-Ray.
    ///
    /// A body of another type passes through as it is.
    var bodyForCaller: [UInt8] {
        guard contentType == "application/vnd.aws.lambda.error.cause+json",
            case .object(let members)? = try? JSONTree(parsing: body)
        else { return body }
        var visible: [UInt8] = []
        JSONTree.object(members.filter { $0.name != "errorCause" }).writeJSON(to: &visible)
        return visible
    }
}
