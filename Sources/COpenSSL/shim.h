#ifndef NERDWORK_COPENSSL_SHIM_H
#define NERDWORK_COPENSSL_SHIM_H

// SHA256_Init and its companions are deprecated in favour of EVP, which reads OpenSSL's configuration and loads its
// providers at first use: more than a millisecond of a cold start, against 15 microseconds.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#endif
