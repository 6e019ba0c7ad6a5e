#pragma once

#include <string>

namespace contrail {

/// Where the servers are, and the names of log and schema there.
struct Settings {
    /// libpq connection string or URI: `postgres://user@host/database?sslmode=verify-full`. The streamer
    /// needs a direct connection; producers and consumers may go through a pooler.
    std::string database_url{};
    /// Where the log is: a Redis server, `redis://user:password@host:6379/0` (`rediss://` for TLS) or
    /// `unix:///run/redis.sock?db=0`; the master that sentinels name, `redis+sentinel://host,host/master`; a
    /// Redis Cluster, `redis+cluster://host,host`; or a topic, `kafka://host,host/topic` (docs/configuration.md).
    std::string log_url{};
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

    /// Reads DATABASE_URL, LOG_URL (or, where that is not set, REDIS_URL), STREAM_NAME, CONTRAIL_SCHEMA,
    /// REDIS_CA_FILE, REDIS_CERT_FILE, REDIS_KEY_FILE and REDIS_TLS_VERIFY (`no` to turn off). A URL may be given
    /// by file: DATABASE_URL_FILE names the file that holds it. Throws Error (Retry::never) if one of the two URLs
    /// is missing, or its file cannot be read.
    static Settings from_environment();
};

}  // namespace contrail
