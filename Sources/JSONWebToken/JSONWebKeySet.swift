/// Public keys by their identifiers (RFC 7517, section 5).
package struct JSONWebKeySet: Sendable {
    package init() {}
}
