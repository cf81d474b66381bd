internal import Codecs
internal import Mail

/// Reads and checks a `SendEmail` request of SES v2 as the service does (API reference, `SendEmail` and its types).
struct SendEmailRequest {
    /// What SES knows of the account.
    let account: TemplateMail

    static let maximumReceivers = 50
    static let maximumHeaders = 15
    static let maximumTags = 50

    func read(_ request: JSONTree) throws(AWSFailure) -> SentMail {
        try refuseWhatIsNotPlayed(request)
        var mail = SentMail()
        mail.from = try sender(request)
        mail.to = try receivers(request)
        let simple = request["Content"]?["Simple"] ?? .null
        mail.subject = try required(simple["Subject"], "Subject")
        mail.text = try content(simple["Body"]?["Text"], "Text")
        mail.html = try content(simple["Body"]?["Html"], "Html")
        guard mail.text != nil || mail.html != nil else { throw .badRequest("The body has neither Text nor Html.") }
        mail.headers = try pairs(simple["Headers"], "Headers", atMost: Self.maximumHeaders, check: Self.checkHeader)
        mail.tags = try pairs(request["EmailTags"], "EmailTags", atMost: Self.maximumTags, check: Self.checkTag)
        mail.configurationSet = try configurationSet(request)
        return mail
    }

    /// Members that would change what is sent, and that the local stack does not look at.
    private func refuseWhatIsNotPlayed(_ request: JSONTree) throws(AWSFailure) {
        // Nothing is tracked here, so that switching tracking off is done already.
        let known = [
            "FromEmailAddress", "Destination", "Content", "EmailTags", "ConfigurationSetName", "ConfigurationOverrides",
        ]
        let places: [(JSONTree, [String], String)] = [
            (request, known, ""), (request["Content"] ?? .null, ["Simple"], "Content."),
            (request["Content"]?["Simple"] ?? .null, ["Subject", "Body", "Headers"], "Content.Simple."),
            (request["Destination"] ?? .null, ["ToAddresses"], "Destination."),
            (request["ConfigurationOverrides"] ?? .null, ["Tracking"], "ConfigurationOverrides."),
        ]
        for (tree, names, place) in places {
            for member in tree.members where !names.contains(member.name) && !Self.isEmpty(member.value) {
                throw .badRequest("\(place)\(member.name) is not played by the local stack.")
            }
        }
    }

    private static func isEmpty(_ tree: JSONTree) -> Bool {
        tree == .null || tree == .array([])
    }

    private func sender(_ request: JSONTree) throws(AWSFailure) -> String {
        guard let text = request["FromEmailAddress"]?.text, !text.isEmpty else {
            throw .badRequest("FromEmailAddress is missing.")
        }
        guard let sender = Sender(text) else { throw .badRequest("Illegal address") }
        let address = sender.address.canonical
        let domain = String(address.split(separator: "@").last ?? "")
        guard account.identities.contains(where: { $0 == address || $0 == domain || domain.hasSuffix(".\($0)") }) else {
            throw AWSFailure(
                400, "MessageRejected",
                "Email address is not verified. The following identities failed the check in region US-EAST-1: \(text)")
        }
        return text
    }

    private func receivers(_ request: JSONTree) throws(AWSFailure) -> [String] {
        let addresses = request["Destination"]?["ToAddresses"]?.elements ?? []
        guard !addresses.isEmpty else { throw .badRequest("Destination has no address.") }
        guard addresses.count <= Self.maximumReceivers else { throw .badRequest("Recipient count exceeds 50.") }
        var receivers: [String] = []
        for address in addresses {
            guard let text = address.text, let receiver = Sender(text) else { throw .badRequest("Illegal address") }
            receivers.append(receiver.address.text)
        }
        return receivers
    }

    private func required(_ tree: JSONTree?, _ name: String) throws(AWSFailure) -> String {
        guard let text = try content(tree, name) else { throw .badRequest("\(name) is missing.") }
        return text
    }

    /// The text of a `Content` object; without a character set it is 7-bit ASCII.
    private func content(_ tree: JSONTree?, _ name: String) throws(AWSFailure) -> String? {
        guard let tree, tree != .null else { return nil }
        guard let data = tree["Data"]?.text else { throw .badRequest("\(name).Data is missing.") }
        let charset = tree["Charset"]?.text?.lowercased() ?? "us-ascii"
        guard charset == "utf-8" || charset == "us-ascii" && data.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw .badRequest("\(name) does not fit its character set.")
        }
        return data
    }

    private func configurationSet(_ request: JSONTree) throws(AWSFailure) -> String? {
        guard let name = request["ConfigurationSetName"]?.text else { return nil }
        guard account.configurationSets[name] != nil else {
            throw AWSFailure(404, "NotFoundException", "Configuration set <\(name)> does not exist.")
        }
        return name
    }

    private func pairs(
        _ tree: JSONTree?, _ member: String, atMost limit: Int,
        check: (_ name: String, _ value: String) throws(AWSFailure) -> Void
    ) throws(AWSFailure) -> [(name: String, value: String)] {
        let elements = tree?.elements ?? []
        guard elements.count <= limit else { throw .badRequest("\(member) has more than \(limit) elements.") }
        var pairs: [(name: String, value: String)] = []
        for element in elements {
            guard let name = element["Name"]?.text, let value = element["Value"]?.text else {
                throw .badRequest("\(member) has an element without Name or Value.")
            }
            try check(name, value)
            guard !pairs.contains(where: { $0.name.lowercased() == name.lowercased() }) else {
                throw .badRequest("\(member) has \(name) twice.")
            }
            pairs.append((name, value))
        }
        return pairs
    }

    private static func checkTag(_ name: String, _ value: String) throws(AWSFailure) {
        for text in [name, value] {
            let isValid = text.utf8.allSatisfy { byte in
                ASCII.isLetterOrDigit(byte) || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
            guard (1...256).contains(text.utf8.count), isValid else {
                throw .badRequest("A tag has a name or a value with a character that tags cannot have.")
            }
        }
    }

    private static func checkHeader(_ name: String, _ value: String) throws(AWSFailure) {
        guard MailHeader(name, value) != nil else { throw .badRequest("The header \(name.prefix(64)) is malformed.") }
        guard !ownHeaders.contains(name.lowercased()) else { throw .badRequest("SES sets the header \(name) itself.") }
    }

    /// Headers that a simple message may not set (SES developer guide, "Header fields").
    private static let ownHeaders: Set<String> = [
        "bcc", "cc", "content-disposition", "content-transfer-encoding", "content-type", "date", "from", "message-id",
        "mime-version", "reply-to", "return-path", "sender", "subject", "to",
    ]
}
