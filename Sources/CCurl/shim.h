#ifndef NERDWORK_CCURL_SHIM_H
#define NERDWORK_CCURL_SHIM_H

#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, and Swift cannot call variadic C functions.
// Each wrapper fixes the type that libcurl reads for the options of that kind: a wrong one is undefined behaviour.

/// An option that takes a `long`.
static inline CURLcode nerdwork_curl_set_long(CURL *handle, CURLoption option, long value)
{
    return curl_easy_setopt(handle, option, value);
}

/// An option that takes a `curl_off_t`, which is no `long` on every platform.
static inline CURLcode nerdwork_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value)
{
    return curl_easy_setopt(handle, option, value);
}

/// An option that takes a C string, which libcurl copies.
static inline CURLcode nerdwork_curl_set_text(CURL *handle, CURLoption option, const char *value)
{
    return curl_easy_setopt(handle, option, value);
}

/// An option that takes a pointer, which libcurl keeps: it must outlive the transfer.
static inline CURLcode nerdwork_curl_set_pointer(CURL *handle, CURLoption option, const void *value)
{
    return curl_easy_setopt(handle, option, value);
}

/// CURLOPT_HTTPHEADER; libcurl keeps the list: it must outlive the transfer.
static inline CURLcode nerdwork_curl_set_headers(CURL *handle, struct curl_slist *list)
{
    return curl_easy_setopt(handle, CURLOPT_HTTPHEADER, list);
}

/// CURLOPT_WRITEFUNCTION or CURLOPT_HEADERFUNCTION.
static inline CURLcode nerdwork_curl_set_sink(
    CURL *handle, CURLoption option, size_t (*sink)(char *, size_t, size_t, void *))
{
    return curl_easy_setopt(handle, option, sink);
}

/// CURLOPT_OPENSOCKETFUNCTION.
static inline CURLcode nerdwork_curl_set_socket_opener(
    CURL *handle, curl_socket_t (*opener)(void *, curlsocktype, struct curl_sockaddr *))
{
    return curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, opener);
}

/// The socket that libcurl would open itself; a function because `struct curl_sockaddr` ends in a `struct sockaddr`
/// whose real length is only known at run time.
static inline curl_socket_t nerdwork_curl_open_socket(const struct curl_sockaddr *address)
{
#ifdef SOCK_CLOEXEC
    return socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
#else
    return socket(address->family, address->socktype, address->protocol);
#endif
}

/// A fact about the last transfer that is a `long`; 0 where libcurl does not know it.
static inline long nerdwork_curl_get_long(CURL *handle, CURLINFO info)
{
    long value = 0;
    curl_easy_getinfo(handle, info, &value);
    return value;
}

/// A fact about the last transfer that is a `curl_off_t`; -1 where libcurl does not know it.
static inline curl_off_t nerdwork_curl_get_offset(CURL *handle, CURLINFO info)
{
    curl_off_t value = -1;
    curl_easy_getinfo(handle, info, &value);
    return value;
}

#endif
