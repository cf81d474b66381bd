/// The events of auth that cause mail; the raw values are their detail-types.
enum AuthEvent: String, CaseIterable, Sendable {
    case emailVerificationRequested = "EmailVerificationRequested"
    case signUpRepeated = "SignUpRepeated"
    case userSignedUp = "UserSignedUp"
    case passwordResetRequested = "PasswordResetRequested"
    case passwordChanged = "PasswordChanged"
    case newDeviceSignedIn = "NewDeviceSignedIn"
    case signInLocked = "SignInLocked"
    case emailChangeRequested = "EmailChangeRequested"
    case emailChanged = "EmailChanged"
    case multiFactorChanged = "MultiFactorChanged"
    case recoveryCodeUsed = "RecoveryCodeUsed"
    case sessionRevoked = "SessionRevoked"
    case accountDeletionRequested = "AccountDeletionRequested"

    static let source = "nerdwork.auth"
}
