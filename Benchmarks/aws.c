// Plays AWS for scripts/bench: the least that Secrets Manager, SES v2 and EventBridge can answer. It checks nothing.
//
//   aws FILE
//
// Prints the port it listens on at 127.0.0.1. The first PutEvents body with ten entries goes to FILE, for
// floor-publish. One thread; it ends with the process that started it.

#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { CONNECTIONS = 64, INPUT = 1 << 20, BATCH = 10 };

struct connection {
    int fd;
    size_t length;
    char *input; // a NUL after the last byte
};

static struct connection connections[CONNECTIONS];
static int listener, open_count;
static const char *capture;

static int count_entries(const char *body)
{
    int count = 0;
    // Inside an event's detail, which is text, the quotes are escaped.
    for (; (body = strstr(body, "\"DetailType\":")); body++)
        count++;
    return count;
}

static void keep(const char *body, size_t length)
{
    FILE *file = fopen(capture, "w");
    if (!file || fwrite(body, 1, length, file) != length || fclose(file))
        exit(73);
    capture = NULL;
}

static int put_events(char *out, const char *body, size_t length)
{
    int count = count_entries(body), n = sprintf(out, "{\"FailedEntryCount\":0,\"Entries\":[");
    if (count == BATCH && capture)
        keep(body, length);
    for (int i = 0; i < count; i++)
        n += sprintf(out + n, "%s{\"EventId\":\"11710aed-b79e-4468-a20b-bb3c0c3b4860\"}", i ? "," : "");
    return n + sprintf(out + n, "]}");
}

static bool head_has(const struct connection *c, const char *body, const char *text)
{
    return memmem(c->input, body - c->input, text, strlen(text));
}

static int answer_body(char *out, const struct connection *c, const char *body, size_t length)
{
    if (head_has(c, body, "AWSEvents.PutEvents"))
        return put_events(out, body, length);
    if (head_has(c, body, "secretsmanager.GetSecretValue"))
        return sprintf(out, "{\"ARN\":\"arn\",\"Name\":\"name\",\"VersionId\":\"EXAMPLE1-90ab-cdef-fedc-ba987EXAMPLE\","
                            "\"SecretString\":\"0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQR\"}");
    return sprintf(out, "{\"MessageId\":\"0100018f2c5a7c1e-6f0f1a2b-0000-4000-8000-000000000000-000000\"}");
}

static void drop(struct connection *c)
{
    close(c->fd);
    free(c->input);
    *c = connections[--open_count];
}

// Answers the request at the start of the buffer; false while it is not whole.
static bool serve(struct connection *c)
{
    static char out[16384], body_out[8192];
    char *end = memmem(c->input, c->length, "\r\n\r\n", 4);
    char *field = end ? strcasestr(c->input, "\r\ncontent-length:") : NULL;
    size_t length = field && field < end ? strtoul(field + 17, NULL, 10) : 0;
    size_t total = end ? end + 4 - c->input + length : 0;
    if (!end || c->length < total)
        return false;
    int n = answer_body(body_out, c, end + 4, length);
    n = sprintf(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%.*s", n, n, body_out);
    memmove(c->input, c->input + total, c->length + 1 - total);
    c->length -= total;
    return write(c->fd, out, n) == n;
}

static void read_some(struct connection *c)
{
    ssize_t n = read(c->fd, c->input + c->length, INPUT - c->length);
    if (n <= 0) {
        drop(c);
        return;
    }
    c->length += n;
    c->input[c->length] = 0;
    while (serve(c))
        ;
}

static void accept_one(void)
{
    int one = 1, fd = accept(listener, NULL, NULL);
    if (fd < 0)
        return;
    if (open_count == CONNECTIONS) {
        close(fd);
        return;
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    // Not cleared: a page counts only once something is written to it.
    connections[open_count++] = (struct connection){.fd = fd, .input = malloc(INPUT + 1)};
}

static void loop(void)
{
    for (;;) {
        struct pollfd polled[CONNECTIONS + 1] = {{.fd = listener, .events = POLLIN}};
        int count = open_count;
        for (int i = 0; i < count; i++)
            polled[i + 1] = (struct pollfd){.fd = connections[i].fd, .events = POLLIN};
        poll(polled, count + 1, -1);
        for (int i = count; i > 0; i--)
            if (polled[i].revents)
                read_some(&connections[i - 1]);
        if (polled[0].revents)
            accept_one();
    }
}

int main(int argc, char **argv)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    if (argc != 2)
        return 64;
    capture = argv[1];
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_IGN);
    listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, CONNECTIONS) ||
        getsockname(listener, (struct sockaddr *)&address, &size))
        return 71;
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    loop();
}
