package import LambdaRuntime
import Mail
import MailTemplates
package import ServiceKit

/// What a deployment decides about mail.
package struct NotificationSettings: Sendable {
    /// The secret that the events' senders seal with, by its ARN.
    let sealingSecret: String
    /// The service's own secret, by its ARN.
    let secret: String
    let sender: Sender
    let operators: EmailAddress
    let mail: MailSettings
    /// Nil where the account has none; then SES reports nothing, and an unknown outcome is settled by the lease alone.
    let securityConfigurationSet: String?
    let productConfigurationSet: String?

    /// Reads the variables; throws for one that is missing or wrong, which the error names.
    package init(_ environment: Environment) throws(InitializationError) {
        sealingSecret = try environment.required("EVENT_SEALING_SECRET_ARN")
        secret = try environment.required("NOTIFICATION_SECRET_ARN")
        guard let sender = Sender(try environment.required("MAIL_FROM")) else {
            throw Environment.error("MAIL_FROM", "must be an address, or a plain name and <address>")
        }
        guard let operators = EmailAddress(try environment.required("OPERATORS_EMAIL")) else {
            throw Environment.error("OPERATORS_EMAIL", "must be an address")
        }
        guard let site = BaseURL(try environment.required("SITE_URL")) else {
            throw Environment.error("SITE_URL", "must be an https:// URL without query")
        }
        guard let api = BaseURL(try environment.required("API_URL")) else {
            throw Environment.error("API_URL", "must be an https:// URL without query")
        }
        self.sender = sender
        self.operators = operators
        mail = MailSettings(site: site, api: api)
        securityConfigurationSet = environment.optional("MAIL_SECURITY_CONFIGURATION_SET")
        productConfigurationSet = environment.optional("MAIL_PRODUCT_CONFIGURATION_SET")
    }

    /// Security mail has a configuration set, and with it a reputation, of its own.
    func configurationSet(for stream: SendingStream) -> String? {
        switch stream {
        case .security: securityConfigurationSet
        case .product: productConfigurationSet
        }
    }
}
