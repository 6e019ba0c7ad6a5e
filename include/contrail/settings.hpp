#pragma once

#include <string>

namespace contrail {

/// Where the servers are, and the names of log and schema there.
struct Settings {
    /// libpq connection string or URI: `postgres://user@host/database?sslmode=verify-full`. The streamer
    /// needs a direct connection; producers and consumers may go through a pooler.
    std::string database_url{};
    /// `redis://`, `rediss://` (TLS) or `unix://`, as in `redis://user:password@host:6379/0` and
    /// `unix:///run/redis.sock?db=0`.
    std::string redis_url{};
    /// The log's name: in Redis, the key of its stream.
    std::string stream_name = "contrail";
    /// Schema of Contrail's own tables.
    std::string schema = "contrail";
    /// PEM files for `rediss://`: authorities to trust instead of the system's, and a client certificate
    /// with its key. Empty: the system's authorities, no client certificate.
    std::string redis_ca_file{};
    std::string redis_cert_file{};
    std::string redis_key_file{};
    /// False accepts any certificate, also an impostor's.
    bool redis_tls_verify = true;

    /// Reads DATABASE_URL, REDIS_URL, STREAM_NAME, CONTRAIL_SCHEMA, REDIS_CA_FILE, REDIS_CERT_FILE,
    /// REDIS_KEY_FILE and REDIS_TLS_VERIFY (`no` to turn off). Throws Error (Retry::never) if one of the
    /// two URLs is missing.
    static Settings from_environment();
};

}  // namespace contrail
