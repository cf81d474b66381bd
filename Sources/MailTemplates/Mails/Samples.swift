internal import Codecs
internal import Mail

extension MailTemplate {
    /// Every mail with values such as occur, for designers and tests; the times are fixed.
    package static let samples: [MailTemplate] = accountSamples + walletSamples + operatorSamples

    private static var accountSamples: [MailTemplate] {
        guard let token = LinkSecret("sJ4nR0yq2Xw8d1hZkB7uTfVgQ3mLpE9c5aYtWiCoKxM"),
            let address = EmailAddress("ada.obi@mail.example")
        else { return [] }
        let (device, place) = (UserText("Firefox on Linux"), UserText("Lagos, Nigeria"))
        return [
            .verify(VerifyMail(token: token, expiresAt: soon)), .alreadyRegistered(AlreadyRegisteredMail()),
            .welcome(WelcomeMail(name: UserText("Ada Obi"))), .reset(ResetMail(token: token, expiresAt: soon)),
            .passwordChanged(PasswordChangedMail(occurredAt: now)),
            .newDevice(NewDeviceMail(device: device, place: place, occurredAt: now)),
            .lockout(LockoutMail(until: soon, occurredAt: now)),
            .emailChangeConfirm(EmailChangeConfirmMail(token: token, expiresAt: soon)),
            .emailChangeNotice(EmailChangeNoticeMail(newAddress: address, cancelToken: token, expiresAt: soon)),
            .emailChanged(EmailChangedMail(newAddress: address, occurredAt: now)),
            .multiFactorOn(MultiFactorOnMail(occurredAt: now)),
            .multiFactorOff(MultiFactorOffMail(passwordRetired: false, occurredAt: now)),
            .recoveryCodeUsed(RecoveryCodeUsedMail(remaining: 7, occurredAt: now)),
            .sessionRevoked(SessionRevokedMail(occurredAt: now)),
            .accountDeletion(
                AccountDeletionMail(purgeAt: now.advanced(byMilliseconds: 30 * 86_400_000), occurredAt: now)),
        ]
    }

    private static var walletSamples: [MailTemplate] {
        let transaction = UUID(high: 0x019A_9F3C_7B20_8A41, low: 0x9D3E_5C12_77F0_4B6A)
        return [
            .tipReceived(TipReceivedMail(amount: Quantity(50), transaction: transaction, occurredAt: now)),
            .purchaseReceipt(PurchaseReceiptMail(amount: Quantity(1_200), transaction: transaction, occurredAt: now)),
            .reversal(ReversalMail(amount: Quantity(-1_200), transaction: transaction, occurredAt: now)),
            .grant(GrantMail(amount: Quantity(500), transaction: transaction, occurredAt: now)),
        ]
    }

    private static var operatorSamples: [MailTemplate] {
        [.ledgerAuditFailed(auditSample), .weeklyDigest(digestSample)]
    }

    private static var auditSample: LedgerAuditFailedMail {
        let findings: [(String, Int64)] = [
            ("balance_mismatch", 2), ("broken_chain", 1), ("transaction_without_entries", 14),
        ]
        let reason = "The time for the audit was over before the last 1,204 accounts were read."
        return LedgerAuditFailedMail(
            findings: findings.compactMap { code, count in
                UserText(code).map { .init(code: $0, count: Quantity(count)) }
            },
            examples: auditExamples,
            unfinished: [("account_chains", reason)].compactMap { check, reason in
                guard let check = UserText(check), let reason = UserText(reason, maximumScalars: 200) else {
                    return nil
                }
                return .init(check: check, reason: reason)
            },
            accounts: Quantity(48_210), entries: Quantity(1_730_544), transactions: Quantity(865_272), occurredAt: now)
    }

    private static var auditExamples: [LedgerAuditFailedMail.Example] {
        let transaction = UUID(high: 0x019A_9F3C_7B20_8A41, low: 0x9D3E_5C12_77F0_4B6A)
        let examples: [(String, [Int64], UUID?, String)] = [
            ("balance_mismatch", [17], nil, "stored 107, entries give 100"),
            ("broken_chain", [18], transaction, "position 42 states a balance of 95, the entries before it give 90"),
            ("transaction_without_entries", [], transaction, "2 entries expected, none found"),
        ]
        return examples.compactMap { code, accounts, transaction, detail in
            UserText(code).map {
                .init(
                    code: $0, accounts: accounts, transaction: transaction,
                    detail: UserText(detail, maximumScalars: LedgerAuditFailedMail.maximumDetail))
            }
        }
    }

    private static var digestSample: WeeklyDigestMail {
        let amounts: [Int64] = [
            8_120, 7_460, 9_905, 12_340, 15_870, 14_015, 6_230, 0, 7_990, 10_450, 11_225, 16_480, 17_005, 9_310,
        ]
        let accounts: [(String, Int64)] = [
            ("creator-7f3a9c", 184_220), ("creator-01bd44", 97_310), ("revenue", 61_045), ("reader-55e0a1", 12_400),
            ("reader-9a77f2", 9_975),
        ]
        return WeeklyDigestMail(
            week: 47, supply: Quantity(2_418_330),
            rewardsPerDay: amounts.enumerated().map { position, amount in
                .init(
                    day: now.day.advanced(by: position - amounts.count), amount: Quantity(amount),
                    count: Quantity(amount / 5))
            },
            topAccounts: accounts.compactMap { name, balance in
                UserText(name).map { .init(account: $0, balance: Quantity(balance)) }
            })
    }

    /// 21 November 2026, 09:08 UTC.
    private static let now = Timestamp(millisecondsSince1970: 1_795_252_080_000)
    private static let soon = now.advanced(byMilliseconds: 3_600_000)
}
