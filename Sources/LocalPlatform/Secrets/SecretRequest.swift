/// What requests of Secrets Manager have in common.
struct SecretRequest {
    let id: String

    /// Throws where `SecretId` is missing, or it or one of the members `texts` is no text.
    init(_ request: JSONTree, texts: [String]) throws(AWSFailure) {
        for name in ["SecretId"] + texts where request[name] != nil && request[name]?.text == nil {
            throw AWSFailure(400, "SerializationException", "\(name) is no text.")
        }
        guard let id = request["SecretId"]?.text, (1...2_048).contains(id.utf8.count) else {
            throw AWSFailure.validation("SecretId has 1 to 2048 characters.")
        }
        self.id = id
    }

    /// The secret; throws where there is none.
    func secret(_ store: SecretStore) throws -> SecretRecord {
        guard let secret = try store.secret(id) else { throw Self.unknown }
        return secret
    }

    static let unknown = AWSFailure(
        400, "ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}
