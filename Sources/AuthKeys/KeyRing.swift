/// The keys that the auth service works with, fetched when first needed and again when they are old.
package final class KeyRing {
    package init() {}
}

@available(*, unavailable)
extension KeyRing: Sendable {}
