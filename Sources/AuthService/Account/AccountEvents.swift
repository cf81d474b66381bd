import Codecs
import ServiceKit

extension AuthEvents.Subject {
    init(_ caller: EnteredCaller) {
        self.init(id: caller.userID, locale: caller.locale, address: caller.email)
    }
}

extension AuthService {
    /// The events that this request causes; 503 where they cannot be sealed.
    func authEvents(_ signedIn: SignedInRequest) throws(Problem) -> AuthEvents {
        AuthEvents(seal: try eventSeal(signedIn.context), at: signedIn.time)
    }
}
