package import Codecs
package import Mail

/// Tells the owner of a sign-in from a device that was not seen before.
package struct NewDeviceMail: Sendable, MailBody {
    /// Such as `Firefox on Linux`; it comes from the device itself, so anyone can make it up.
    package let device: UserText?
    /// Such as `Lagos, Nigeria`; guessed from the network address.
    package let place: UserText?
    package let occurredAt: Timestamp

    package init(device: UserText?, place: UserText?, occurredAt: Timestamp) {
        self.device = device
        self.place = place
        self.occurredAt = occurredAt
    }

    var kind: MailKind { MailKind("new-device", .security) }

    func english(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "New sign-in to your account",
            preview: "A device that we did not know signed in.",
            title: "A new device signed in",
            blocks: [
                .paragraph(
                    """
                    Someone signed in to your Nerdwork+ account on a device that we had not seen before. If it \
                    was you, all is well.
                    """),
                .facts(facts(.english)),
            ],
            notYou: .newPassword(.english, site),
            reason: MailContent.accountReason(.english))
    }

    func french(_ site: BaseURL) -> MailContent {
        MailContent(
            subject: "Nouvelle connexion à votre compte",
            preview: "Un appareil inconnu s'est connecté.",
            title: "Un nouvel appareil s'est connecté",
            blocks: [
                .paragraph(
                    """
                    Quelqu'un s'est connecté à votre compte Nerdwork+ depuis un appareil que nous ne \
                    connaissions pas. Si c'était vous, tout va bien.
                    """),
                .facts(facts(.french)),
            ],
            notYou: .newPassword(.french, site),
            reason: MailContent.accountReason(.french))
    }

    private func facts(_ locale: MailLocale) -> [Fact] {
        let names: (device: Phrase, place: Phrase) =
            locale == .english ? ("Device", "Near") : ("Appareil", "Près de")
        let known = [device.map { Fact(names.device, "\($0)") }, place.map { Fact(names.place, "\($0)") }]
        return known.compactMap { $0 } + [.when(occurredAt, locale)]
    }
}
