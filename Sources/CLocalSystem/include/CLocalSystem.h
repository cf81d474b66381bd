#ifndef C_LOCAL_SYSTEM_H
#define C_LOCAL_SYSTEM_H

// System calls beyond POSIX, which Swift's module of the C library leaves out. With them a descriptor is closed in
// child processes from its first moment on: a fork by another thread cannot come in between.

#include <spawn.h>
#include <stdbool.h>

/// Both ends of a pipe, close-on-exec (pipe2). 0, or -1 and errno.
int nerdwork_pipe(int ends[2]);

/// The next connection of a listening socket, close-on-exec (accept4). The descriptor, or -1 and errno.
int nerdwork_accept(int listener);

/// Makes the spawned process start in a folder (posix_spawn_file_actions_addchdir_np, glibc 2.29). 0, or an error number.
int nerdwork_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder);

/// Remembers the first SIGINT, SIGTERM or SIGHUP instead of ending; the second one ends the process as usual (sigaction).
void nerdwork_catch_interrupts(void);

/// Whether one of them has come.
bool nerdwork_is_interrupted(void);

#endif
