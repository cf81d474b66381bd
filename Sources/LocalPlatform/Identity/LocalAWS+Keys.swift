internal import AuthKeys
package import JSONWebToken

extension LocalAWS {
    /// The keys of access tokens as `provision` has published them.
    package func publishedKeys() throws(LocalError) -> JSONWebKeySet {
        guard let bytes = published(DiscoveryDocument.keysPath), let set = try? JSONWebKeySet(parsing: bytes) else {
            throw LocalError(.software, "\(LocalKeys.maker) has published no key set.")
        }
        return set
    }
}
