internal import ArgumentParser
internal import Codecs
internal import LocalPlatform
internal import Platform

/// Plays the main job: a reader signs up, reads a comic, is rewarded, and tips a friend.
struct Play: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Play the main job: sign up, verify, sign in, read, be rewarded, tip, sign out.",
        discussion: """
            Every step is a request through the routes of template.json, or an event on its bus, to the real functions. Each \
            run is about two new readers.
            """)

    @Flag(help: "Print the lines that Lambda and the functions log.")
    var logs = false

    @Flag(help: "Do not build the functions first where their sources are newer than their executables.")
    var noBuild = false

    @OptionGroup var options: SharedOptions

    func run() throws {
        let console = Console(quiet: options.quiet)
        try reportingErrors(console) { () throws(LocalError) in
            let narrator = Narrator(console, printsResults: false)
            let logs = logs
            let run = try StackRun(try Project(options), options, build: !noBuild, narrator) {
                if logs { console.log($0) }
            }
            defer { run.stack.stop() }
            var story = try Story(run, console)
            try story.play()
        }
    }
}
