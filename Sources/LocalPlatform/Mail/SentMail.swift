package import Codecs

/// A mail that a function handed to SES, checked.
package struct SentMail: Sendable {
    package internal(set) var messageID = ""
    package internal(set) var sentAt = Timestamp(millisecondsSince1970: 0)
    package internal(set) var from = ""
    package internal(set) var to: [String] = []
    package internal(set) var subject = ""
    package internal(set) var text: String?
    package internal(set) var html: String?
    package internal(set) var headers: [(name: String, value: String)] = []
    package internal(set) var tags: [(name: String, value: String)] = []
    package internal(set) var configurationSet: String?

    /// The value of the tag `template`: what kind of mail it is.
    package var template: String {
        tags.first { $0.name == "template" }?.value ?? "mail"
    }
}
