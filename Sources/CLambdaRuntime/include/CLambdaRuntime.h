// What the runtime needs and Swift cannot do: code that is safe inside a signal handler, and thread-local storage that
// such code may read. No allocation, no locks, no calls but those that signal-safety(7) allows.
#ifndef NERDWORK_CLAMBDARUNTIME_H
#define NERDWORK_CLAMBDARUNTIME_H

#include <stdbool.h>
#include <stddef.h>

/// Fixes name service look-ups to files and DNS, so that a static executable never loads the host's NSS libraries.
void nerdwork_configure_name_service(void);

/// Makes a crash write one JSON line with the current request id to stderr before the process dies of the signal.
///
/// Signals that somebody else handles already (Swift's own backtracer) are left alone.
void nerdwork_install_crash_report(void);

/// Makes SIGTERM call `nerdwork_terminate`.
void nerdwork_install_termination(void);

/// Gives the calling thread its own stack for signal handlers, so that a stack overflow is reported as well.
void nerdwork_use_signal_stack(void);

/// Remembers the request that the calling thread works on; 0 bytes for none. Bytes that would need escaping in JSON
/// become '?'; what does not fit is cut.
void nerdwork_set_request(const char *bytes, size_t count);

/// The request that the calling thread works on, ended by NUL; empty for none.
const char *nerdwork_current_request(void);

/// Asks the loops to end: wakes each one that waits for an invocation, lets the others finish.
void nerdwork_terminate(void);

/// Whether the process is ending.
bool nerdwork_is_terminating(void);

/// Takes a place in the table of loops; -1 when it is full.
int nerdwork_loop_claim(void);

/// Tells the socket by which a loop speaks with the Runtime API.
///
/// Returns whether it may be used: not for waiting when the process is ending.
bool nerdwork_loop_set_socket(int loop, int socket);

/// Says that a loop begins or ends to wait for an invocation; only then may its socket be shut down.
void nerdwork_loop_set_waiting(int loop, bool waiting);

#endif
