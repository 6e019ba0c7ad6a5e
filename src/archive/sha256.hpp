#pragma once

#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace contrail::archive {

/// SHA-256 of bytes that come in pieces.
class Sha256 {
public:
    Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    ~Sha256();

    void add(std::string_view bytes);
    /// In hexadecimal digits. Nothing can be added afterwards.
    [[nodiscard]] std::string digest();

private:
    evp_md_ctx_st* context_;
};

}  // namespace contrail::archive
