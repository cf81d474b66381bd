internal import Codecs
internal import LocalPlatform
internal import Platform

extension EventWorkers {
    /// Does one job on a worker's thread.
    func perform(_ number: Int, _ job: DeliveryDesk.Job) {
        switch job {
        case .delivery(let delivery): perform(number, delivery)
        case .batch(let messages, let name): perform(number, messages, name)
        }
    }

    // MARK: Asynchronous invocations

    private func perform(_ number: Int, _ delivery: WaitingDelivery) {
        let (verdict, result) = invoke(delivery.function, delivery.payload, for: delivery.cause)
        // A function that is stopped with the stack has not failed: the delivery stays with what waits.
        if verdict != .succeeded, floor.isStopping { return }
        var delivery = delivery
        delivery.failures += verdict == .failed ? 1 : 0
        delivery.throttles = verdict == .throttled ? delivery.throttles + 1 : 0
        delivery.requestID = delivery.requestID ?? result?.report.requestID
        settle(number, delivery, verdict, result)
    }

    private func settle(
        _ number: Int, _ delivery: WaitingDelivery, _ verdict: AsynchronousRetry.Verdict, _ result: InvocationResult?
    ) {
        let now = SystemClock.now()
        guard let function = try? template.function(named: delivery.function) else {
            journal.record(.note("An event is for \(delivery.function), which template.json no longer has."))
            return tryAgain(number, delivery, at: now.advanced(byMilliseconds: 60_000))
        }
        let step = retry.step(
            after: verdict, failures: delivery.failures, throttles: delivery.throttles,
            ageMilliseconds: now.millisecondsSince1970 - delivery.takenAt.millisecondsSince1970, of: function)
        switch step {
        case .done:
            record(delivery.origin, delivery.function, delivery.failures + 1, .delivered)
            floor.withDesk { $0.finish(number) }
        case .again(let milliseconds): tryAgain(number, delivery, at: now.advanced(byMilliseconds: milliseconds))
        case .givenUp(let condition):
            let name = keep(
                delivery.payload, function, delivery.origin, condition: condition, count: delivery.failures,
                last: result, requestID: delivery.requestID)
            guard let name else { return tryAgain(number, delivery, at: now.advanced(byMilliseconds: 10_000)) }
            record(delivery.origin, delivery.function, delivery.failures, .deadLetter(name))
            floor.withDesk { $0.finish(number) }
        }
    }

    private func tryAgain(_ number: Int, _ delivery: WaitingDelivery, at time: Timestamp) {
        record(delivery.origin, delivery.function, delivery.failures, .retrying(time))
        floor.withDesk {
            $0.finish(number)
            $0.add(delivery, due: time)
        }
    }

    // MARK: Queues

    private func perform(_ number: Int, _ messages: [WaitingMessage], _ name: String) {
        guard let (queue, functionName) = template.queue(named: name),
            let function = try? template.function(named: functionName)
        else { return }
        let batch = QueueBatch(messages.map(\.message), of: queue)
        let (verdict, result) = invoke(functionName, batch.payload, for: .queue(name))
        if verdict != .succeeded, floor.isStopping { return }
        let failed = result.map(batch.failures) ?? Set(messages.map(\.message.id))
        let now = SystemClock.now()
        var waiting: [WaitingMessage] = []
        for message in messages where failed.contains(message.message.id) {
            if let again = giveBack(message, verdict, result, queue, function, now) { waiting.append(again) }
        }
        for message in messages where !failed.contains(message.message.id) {
            record(message.origin, functionName, message.message.receives, .delivered)
        }
        floor.withDesk { desk in
            desk.finish(number)
            for message in waiting { desk.add(message, to: queue, of: functionName) }
        }
    }

    /// What is done with a message that failed: it is hidden for a while; nil where it was given up.
    private func giveBack(
        _ message: WaitingMessage, _ verdict: AsynchronousRetry.Verdict, _ result: InvocationResult?,
        _ queue: TemplateQueue, _ function: TemplateFunction, _ now: Timestamp
    ) -> WaitingMessage? {
        var message = message
        if verdict == .throttled {
            message.message.receives -= 1
            message.visibleAt = now.advanced(byMilliseconds: retry.throttleDelay(1))
        } else if message.message.receives >= queue.maximumReceives {
            let name = keep(
                Array(message.message.body.utf8), function, message.origin, condition: "RetriesExhausted",
                count: message.message.receives, last: result, requestID: result?.report.requestID)
            if let name {
                record(message.origin, function.name, message.message.receives, .deadLetter(name))
                return nil
            }
            message.visibleAt = now.advanced(byMilliseconds: 10_000)
        } else {
            message.visibleAt = now.advanced(byMilliseconds: retry.inProportion(Double(queue.visibilitySeconds)))
        }
        record(message.origin, function.name, message.message.receives, .retrying(message.visibleAt))
        return message
    }

    // MARK: Both

    /// What came of an invocation; one that could not be made is like a throttled one.
    private func invoke(
        _ function: String, _ payload: [UInt8], for cause: InvocationCause
    ) -> (AsynchronousRetry.Verdict, InvocationResult?) {
        do throws(LocalError) {
            let result = try invoker.invoke(function, payload, for: cause)
            return (AsynchronousRetry.verdict(of: result), result)
        } catch {
            if !floor.isStopping { journal.record(.note("An event waits for \(function): \(error)")) }
            return (.throttled, nil)
        }
    }

    /// Keeps a dead letter and returns its name; nil where that fails, which is said.
    private func keep(
        _ payload: [UInt8], _ function: TemplateFunction, _ origin: DeadLetters.Origin, condition: String, count: Int,
        last: InvocationResult?, requestID: String?
    ) -> String? {
        do throws(LocalError) {
            let path = try letters.keep(
                payload, of: function, origin, condition: condition, count: count, last: last, requestID: requestID)
            return path.split(separator: "/").last.map(String.init)
        } catch {
            journal.record(.note("A dead letter cannot be kept; its event waits on: \(error)"))
            return nil
        }
    }

    private func record(
        _ origin: DeadLetters.Origin, _ function: String, _ attempts: Int, _ outcome: Happening.Delivery.Outcome
    ) {
        journal.record(
            .delivery(
                Happening.Delivery(
                    source: origin.source, rule: origin.rule, target: origin.queue ?? function, attempts: attempts,
                    outcome: outcome)))
    }
}
