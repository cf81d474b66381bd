#define _GNU_SOURCE
#include "CLocalSystem.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

int nerdwork_pipe(int ends[2]) {
    return pipe2(ends, O_CLOEXEC);
}

int nerdwork_accept(int listener) {
    return accept4(listener, NULL, NULL, SOCK_CLOEXEC);
}

int nerdwork_spawn_in_folder(posix_spawn_file_actions_t *actions, const char *folder) {
    return posix_spawn_file_actions_addchdir_np(actions, folder);
}

static volatile sig_atomic_t interrupted = 0;

static void remember(int number) {
    (void)number;
    interrupted = 1;
}

void nerdwork_catch_interrupts(void) {
    struct sigaction action = {.sa_handler = remember, .sa_flags = SA_RESTART | SA_RESETHAND};
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGHUP, &action, NULL);
}

bool nerdwork_is_interrupted(void) {
    return interrupted != 0;
}
