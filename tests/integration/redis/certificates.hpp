#pragma once

#include <filesystem>
#include <string>

namespace contrail::test {

/// A certificate and its key, as PEM files.
struct Certificate {
    std::string cert_file;
    std::string key_file;
};

/// An authority of a test's own, made with the openssl program.
class Authority {
public:
    /// Keeps its files in `directory`, which must exist.
    Authority(std::filesystem::path directory, const std::string& name);

    [[nodiscard]] const std::string& ca_file() const noexcept { return self_.cert_file; }

    /// `names`: as in a certificate's subjectAltName, such as `DNS:localhost,IP:127.0.0.1`.
    [[nodiscard]] Certificate sign(const std::string& file_name, const std::string& names) const;

    /// The same, but it expired yesterday.
    [[nodiscard]] Certificate sign_expired(const std::string& file_name, const std::string& names) const;

private:
    [[nodiscard]] Certificate files(const std::string& file_name) const;

    std::filesystem::path directory_;
    Certificate self_;
};

}  // namespace contrail::test
