package import Codecs
package import LocalPlatform

/// Something that happened while the stack was served.
package enum Happening: Sendable {
    /// A request was answered.
    case request(Request)
    /// An invocation ended.
    case invocation(Invocation)
    /// An event was put on a bus.
    case event(Event)
    /// An event, a message or a schedule was handed to its receiver, or given up.
    case delivery(Delivery)
    /// A function sent a mail.
    case mail(StoredMail, function: String)
    /// A call to a service of AWS was refused.
    case refusal(function: String, operation: String, type: String, message: String)
    /// Anything else that somebody who looks on should know.
    case note(String)

    package struct Request: Sendable {
        package var id: String
        package var method: String
        /// Without the query, which may hold what is nobody's business.
        package var path: String
        /// `GET /wallet`; nil where no route matched.
        package var route: String?
        /// The function that answered; nil where the gateway did.
        package var function: String?
        package var status: Int
        package var microseconds: Int64

        package init(
            id: String, method: String, path: String, route: String?, function: String?, status: Int,
            microseconds: Int64
        ) {
            self.id = id
            self.method = method
            self.path = path
            self.route = route
            self.function = function
            self.status = status
            self.microseconds = microseconds
        }
    }

    package struct Invocation: Sendable {
        package var function: String
        package var cause: InvocationCause
        package var report: InvocationReport
        /// `errorType` of the failure; nil where the function answered.
        package var errorType: String?
        /// What Lambda and the function wrote meanwhile.
        package var log: [String]

        package init(
            function: String, cause: InvocationCause, report: InvocationReport, errorType: String?, log: [String]
        ) {
            self.function = function
            self.cause = cause
            self.report = report
            self.errorType = errorType
            self.log = log
        }
    }

    package struct Event: Sendable {
        package var event: BusEvent
        /// Names of the rules that matched.
        package var rules: [String]

        package init(event: BusEvent, rules: [String]) {
            self.event = event
            self.rules = rules
        }
    }

    package struct Delivery: Sendable {
        /// The event's id, or the schedule's name.
        package var source: String
        /// The rule or the schedule that names the receiver.
        package var rule: String
        /// Name of the function or, for what waits in one, the queue.
        package var target: String
        package var attempts: Int
        package var outcome: Outcome

        package enum Outcome: Sendable, Equatable {
            case delivered
            /// Tried again at that time.
            case retrying(Timestamp)
            /// Given up; the name of the file that keeps it.
            case deadLetter(String)
        }

        package init(source: String, rule: String, target: String, attempts: Int, outcome: Outcome) {
            self.source = source
            self.rule = rule
            self.target = target
            self.attempts = attempts
            self.outcome = outcome
        }
    }
}
