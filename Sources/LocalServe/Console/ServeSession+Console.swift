internal import LocalPlatform

extension ServeSession {
    /// What the console shows of this session, and what it may ask of it.
    func consoleSources() -> ConsoleSources {
        let (events, schedules, access) = (events, schedules, aws.access)
        return ConsoleSources(
            journal: journal, mailbox: aws.mailbox, database: database.configuration,
            deadLetters: DeadLetterSource(
                list: { events.deadLetters(limit: LocalConsole.maximumLetters).map(ConsoleLetter.init) },
                replay: { name throws(LocalError) in
                    switch try events.replay(name) {
                    case .delivered: ConsoleOutcome(succeeded: true, message: "It was taken, and the letter is gone.")
                    case .failed(let type, let message):
                        ConsoleOutcome(succeeded: false, message: "It failed again: \(type). \(message)")
                    }
                }),
            schedules: ScheduleSource(
                list: { schedules.upcoming(count: 3).map(ConsoleSchedule.init) }, now: { schedules.now },
                run: { name throws(LocalError) in
                    try schedules.run(name)
                    return ConsoleOutcome(succeeded: true, message: "\(name) was started.")
                }),
            secrets: secretSource(), permissions: { access.all },
            put: { source, type, detail throws(LocalError) in
                try events.put(source: source, detailType: type, detail: detail)
            })
    }

    private func secretSource() -> SecretSource {
        let secrets = template.secrets.compactMap { secret in
            secret.rotator.map { ConsoleSecret(name: secret.name, function: $0) }
        }
        return SecretSource(list: { secrets }, rotate: rotations.rotate)
    }
}

extension ConsoleLetter {
    fileprivate init(_ letter: DeadLetter) {
        self.init(
            name: letter.name, time: letter.time, title: letter.payload["detail-type"]?.text ?? letter.origin.rule,
            target: letter.origin.queue ?? letter.function,
            errorType: letter.errorType.isEmpty ? letter.condition : letter.errorType,
            errorMessage: letter.errorMessage.isEmpty ? nil : letter.errorMessage, attempts: letter.attempts,
            payload: letter.payload)
    }
}

extension ConsoleSchedule {
    fileprivate init(_ runs: UpcomingRuns) {
        self.init(
            name: runs.name, expression: runs.expression, zone: runs.zone, function: runs.function, next: runs.times)
    }
}
