import AuthKeys
import Codecs
package import LambdaRuntime
import Logging
import ServiceKit

extension AuthService {
    /// The keys of now; throws 503 where there are none.
    func currentKeys(_ context: InvocationContext) throws(Problem) -> AuthKeySnapshot {
        do throws(AuthKeyError) {
            return try keys.current(deadline: context.deadline)
        } catch {
            context.logger.error("\(error)")
            throw .unavailable
        }
    }

    /// The seal for the personal part of events; throws 503 where its secret cannot be had.
    func eventSeal(_ context: InvocationContext) throws(Problem) -> EventSeal {
        do {
            return try seals.current(deadline: context.deadline)
        } catch {
            context.logger.error("the secret that events are sealed with cannot be had")
            throw .unavailable
        }
    }

    /// Fetches keys that have become old, after a response, so that the next request finds new ones.
    package func refreshKeys(after context: InvocationContext) {
        let limit = now().advanced(byMilliseconds: Self.refreshMilliseconds)
        guard let failure = keys.refreshIfOld(deadline: min(limit, context.deadline)) else { return }
        context.logger.warning("the keys are not renewed: \(failure)")
    }

    /// The longest that it may take, in milliseconds: the next request waits for it.
    private static let refreshMilliseconds: Int64 = 1_500
}
