internal import CLocalSystem
internal import Platform
package import PostgresClient
internal import Synchronization

/// Stands between libpq and the server on a loopback port: counts, and cuts or stalls at a chosen message.
///
/// Only messages after the login count. A fault happens once; then the proxy is transparent again.
package final class FaultProxy: Sendable {
    package enum Side: Sendable, CaseIterable {
        case client, server
    }

    package enum Fault: Sendable, Equatable {
        /// Closes both sides when this side sends another message after so many.
        case cut(Side, after: Int)
        /// Swallows everything from that message on, both ways, and keeps the sockets open.
        case stall(Side, after: Int)
    }

    private struct State {
        var fault: Fault?
        var counts: [Side: Int] = [:]
        var ofClient: [[UInt8]] = []
        var lastSpeaker = Side.server
        var roundTrips = 0
    }

    private let state = Mutex(State())
    private let listener: Int32
    private let upstream: String
    /// The loopback port that it listens on.
    package let port: UInt16

    package init(to server: PostgresServer) throws {
        upstream = "\(server.socketDirectory)/.s.PGSQL.5432"
        (listener, port) = try Sockets.listen()
        SystemThread.start { [self] in accept() }?.detach()
    }

    /// Not before the last who could shut it down is gone: its number may be somebody else's by then.
    deinit {
        _ = close(listener)
    }

    /// Ends the listening; open connections go on until one side closes them.
    package func stop() {
        _ = shutdown(listener, Int32(SHUT_RDWR))
    }

    /// The same configuration, by way of the proxy.
    package func through(_ configuration: ConnectionConfiguration) -> ConnectionConfiguration {
        var changed = configuration
        changed.hosts = ["127.0.0.1"]
        changed.ports = [port]
        return changed
    }

    /// Counts from zero, with this fault ahead.
    package func arm(_ fault: Fault?) {
        state.withLock { $0 = State(fault: fault) }
    }

    /// Whether the fault is still to come.
    package var isArmed: Bool { state.withLock { $0.fault != nil } }

    /// How often the client spoke after the server had: each costs a journey there and back.
    package var roundTrips: Int { state.withLock { $0.roundTrips } }

    /// The client's messages since it was armed, each with its type byte and length (protocol 3.0, section 55.7).
    package var messagesOfClient: [[UInt8]] { state.withLock { $0.ofClient } }

    /// Messages of one side.
    package func messageCount(from side: Side) -> Int { state.withLock { $0.counts[side] ?? 0 } }
}

extension FaultProxy {
    private enum Verdict {
        case pass, cut, stall
    }

    private func accept() {
        while true {
            let client = nerdwork_accept(listener)
            guard client >= 0 else { break }
            Sockets.sendAtOnce(client)
            guard let server = Sockets.connect(path: upstream) else {
                _ = close(client)
                continue
            }
            SystemThread.start { [self] in
                relay(client: client, server: server)
                _ = close(client)
                _ = close(server)
            }?.detach()
        }
    }

    /// Copies both ways until one side closes or the fault comes.
    private func relay(client: Int32, server: Int32) {
        var splitters: [Side: MessageSplitter] = [.client: .init(ofClient: true), .server: .init(ofClient: false)]
        var loggedIn = false
        var descriptors = [
            pollfd(fd: client, events: Int16(POLLIN), revents: 0),
            pollfd(fd: server, events: Int16(POLLIN), revents: 0),
        ]
        while true {
            guard unsafe poll(&descriptors, 2, -1) > 0 else { return }
            for (index, side) in Side.allCases.enumerated() where descriptors[index].revents != 0 {
                let bytes = Sockets.receive(descriptors[index].fd)
                guard !bytes.isEmpty else { return }
                for message in splitters[side]?.take(bytes) ?? [] {
                    let verdict = loggedIn ? verdict(on: side, message) : .pass
                    if side == .server, message.first == UInt8(ascii: "Z") { loggedIn = true }
                    switch verdict {
                    case .pass: guard Sockets.send(side == .client ? server : client, message) else { return }
                    case .cut: return
                    case .stall: return swallow(client)
                    }
                }
            }
        }
    }

    private func verdict(on side: Side, _ message: [UInt8]) -> Verdict {
        state.withLock { state in
            if side == .client { state.ofClient.append(message) }
            let count = state.counts[side] ?? 0
            state.counts[side] = count + 1
            if side == .client, state.lastSpeaker == .server { state.roundTrips += 1 }
            state.lastSpeaker = side
            switch state.fault {
            case .cut(side, let after) where count >= after:
                state.fault = nil
                return .cut
            case .stall(side, let after) where count >= after:
                state.fault = nil
                return .stall
            default: return .pass
            }
        }
    }

    private func swallow(_ client: Int32) {
        while !Sockets.receive(client).isEmpty {}
    }
}
