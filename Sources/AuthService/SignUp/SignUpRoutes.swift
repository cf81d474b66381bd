import ServiceKit

extension AuthService {
    /// Nothing here answers GET: programs that follow the links in mails must not use up what is in them.
    func addSignUp(to dispatcher: inout EventDispatcher) {
        dispatcher.post("/auth/signup") { try self.signUp($0, $1) }
        dispatcher.post("/auth/signup/resend") { try self.resendVerification($0, $1) }
        dispatcher.post("/auth/verify-email") { try self.verifyEmail($0, $1) }
        dispatcher.post("/auth/password/forgot") { try self.forgotPassword($0, $1) }
        dispatcher.post("/auth/password/reset") { try self.resetPassword($0, $1) }
        dispatcher.post("/auth/password/change") { try self.changePassword($0, $1) }
        dispatcher.post("/auth/email/change") { try self.changeEmail($0, $1) }
        dispatcher.post("/auth/email/change/confirm") { try self.confirmEmailChange($0, $1) }
        dispatcher.post("/auth/email/change/cancel") { try self.cancelEmailChange($0, $1) }
    }
}
