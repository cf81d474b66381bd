internal import AWSClient

/// What CloudFront shows the functions, which take the secret's current version and the one before it.
///
/// A rotation leaves CloudFront with the version before. Another one would leave it with none that counts, and nobody
/// would get in. So the stack gives CloudFront a version by its id, and says here which one as soon as CloudFront shows it
/// everywhere; only a version that is shown can be replaced.
struct OriginSecret {
    let id: String
    let versions: SecretVersions

    /// The id of the version that the functions take first.
    func currentVersion() throws -> String {
        guard let current = try versions.describe(id).version(at: .current) else {
            throw ProvisionError.secret("the one of the front door has no current version")
        }
        return current.id
    }

    /// Remembers that CloudFront shows this version and no other; false where that was known.
    func markShown(_ version: String) throws -> Bool {
        let shown = try versions.describe(id).version(at: .shown)?.id
        guard shown?.utf8.elementsEqual(version.utf8) != true else { return false }
        try versions.markShown(id, version, shown)
        return true
    }

    /// Throws `ProvisionError.rotation` unless CloudFront shows the current version.
    func demandShown() throws {
        guard let current = try versions.describe(id).version(at: .current), current.stands(at: .shown) else {
            throw ProvisionError.rotation(
                "CloudFront does not show the current version of origin; it will after the next deployment")
        }
    }
}
