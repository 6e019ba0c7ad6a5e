#include "cli/build_details.hpp"

#include <libpq-fe.h>
#include <openssl/crypto.h>

#include <CLI/Version.hpp>
#include <boost/version.hpp>

#include "contrail/version.hpp"

namespace contrail::cli {

namespace {

/// 150018 as `15.18`.
std::string libpq_text(int number) {
    return std::to_string(number / 10'000) + '.' + std::to_string(number % 10'000);
}

std::string compiler_text() {
#ifdef __clang__
    return "clang " __clang_version__;
#else
    return "gcc " __VERSION__;
#endif
}

std::string boost_text() {
    return std::to_string(BOOST_VERSION / 100'000) + '.' + std::to_string(BOOST_VERSION / 100 % 1'000);
}

}  // namespace

std::string_view release() {
    return version;
}

std::string_view release_date() {
    return CONTRAIL_RELEASE_DATE;
}

std::string build_details(const std::string& program) {
    return program + ' ' + std::string(release()) + "\n\ncompiler: " + compiler_text() +
           ", " CONTRAIL_BUILD_TYPE + "\nlibpq: " + libpq_text(PQlibVersion()) +
           "\nOpenSSL: " + OpenSSL_version(OPENSSL_VERSION_STRING) + "\nBoost: " + boost_text() +
           "\nCLI11: " CLI11_VERSION;
}

}  // namespace contrail::cli
