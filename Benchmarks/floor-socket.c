// The floor: the least a Lambda custom runtime can do, an echo over one raw keep-alive socket.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

static char input[8 << 20];
static int fd;

// Takes one chunk and the last, empty one, which is what the server here sends; true when both are there.
static bool unchunk(char **body, size_t *length, const char *end)
{
    if (end - *body < 5 || memcmp(end - 5, "0\r\n\r\n", 5))
        return false;
    *length = strtoul(*body, body, 16);
    *body += 2;
    return true;
}

// Reads one response; returns where its body is.
static char *receive(size_t *length)
{
    char *body = NULL;
    for (size_t have = 0;;) {
        ssize_t n = read(fd, input + have, sizeof input - 1 - have);
        if (n <= 0)
            exit(1);
        input[have += n] = 0;
        char *head_end = strstr(input, "\r\n\r\n");
        if (!head_end)
            continue;
        char *field = strcasestr(input, "\r\ncontent-length:");
        body = head_end + 4;
        if (!field || field > head_end) {
            if (unchunk(&body, length, input + have))
                return body;
        } else if (input + have >= body + (*length = strtoul(field + 17, NULL, 10))) {
            return body;
        }
    }
}

static void open_connection(const char *api)
{
    char host[64];
    int port, one = 1;
    struct sockaddr_in address = {.sin_family = AF_INET};
    if (!api || sscanf(api, "%63[^:]:%d", host, &port) != 2 || !inet_pton(AF_INET, host, &address.sin_addr))
        exit(64);
    address.sin_port = htons(port);
    fd = socket(AF_INET, SOCK_STREAM, 0);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(fd, (struct sockaddr *)&address, sizeof address))
        exit(1);
}

int main(void)
{
    const char *api = getenv("AWS_LAMBDA_RUNTIME_API");
    char next[256], head[512];
    open_connection(api);
    int next_length = snprintf(next, sizeof next, "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: %s\r\n\r\n", api);
    for (;;) {
        size_t length;
        if (write(fd, next, next_length) != next_length)
            return 1;
        char *body = receive(&length), *id = strcasestr(input, "\r\nlambda-runtime-aws-request-id: ");
        if (!id)
            return 1;
        id += 33;
        int n = snprintf(head, sizeof head,
                         "POST /2018-06-01/runtime/invocation/%.*s/response HTTP/1.1\r\nHost: %s\r\nContent-Length: %zu\r\n\r\n",
                         (int)strcspn(id, "\r"), id, api, length);
        struct iovec parts[] = {{head, n}, {body, length}};
        if (writev(fd, parts, 2) != (ssize_t)(n + length))
            return 1;
        receive(&length);
    }
}
