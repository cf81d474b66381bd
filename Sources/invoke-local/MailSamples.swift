internal import ArgumentParser
internal import LocalPlatform
internal import Mail
internal import MailTemplates

/// Writes every mail in every language, with typical values: for whoever designs or translates them.
struct MailSamples: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "samples", abstract: "Write every mail in each language as .html and .eml, with an index page.")

    @Option(name: .customLong("out"), help: "Folder to write to.")
    var folder = ".nerdwork/mail/samples"

    @Flag(help: "Say nothing but the result.")
    var quiet = false

    func run() throws {
        let console = Console(quiet: quiet)
        try reportingErrors(console) { () throws(LocalError) in
            let gallery = try MailGallery()
            try Files.makeFolder(folder)
            for file in gallery.files { try Files.write(file.content, to: "\(folder)/\(file.name)") }
            console.note("Open \(folder)/index.html in a browser.")
            console.result(folder)
        }
    }
}
