#ifndef NERDWORK_COPENSSL_SHIM_H
#define NERDWORK_COPENSSL_SHIM_H

// SHA256_Init and its companions are deprecated in favour of EVP, which reads OpenSSL's configuration and loads its
// providers at first use: more than a millisecond of a cold start, against 15 microseconds.
#define OPENSSL_SUPPRESS_DEPRECATED

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>

// A macro of macros, which Swift does not import.
static const int NERDWORK_EVP_PKEY_PUBLIC_KEY = EVP_PKEY_PUBLIC_KEY;

// OSSL_PARAM_BLD keeps the names' pointers, which for a text of Swift's would not last.
static inline const char *nerdwork_rsa_n(void) { return OSSL_PKEY_PARAM_RSA_N; }
static inline const char *nerdwork_rsa_e(void) { return OSSL_PKEY_PARAM_RSA_E; }

#endif
