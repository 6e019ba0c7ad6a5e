#include "archive/verify.hpp"

#include "archive/compressed_file.hpp"
#include "contrail/error.hpp"

namespace contrail::archive {

Verified verify(const Folder& folder, const std::function<void(const std::string&)>& on_flaw) {
    Verified verified;
    const auto flaw = [&](const std::string& text) {
        ++verified.flaws;
        on_flaw(text);
    };
    Record record;
    for (const File& file : folder.check_contents(flaw).files) {
        if (verified.files++ == 0) verified.first = file.trailer.first;
        verified.last = file.trailer.last;
        verified.bytes += std::filesystem::file_size(file.path);
        verified.content_bytes += file.trailer.content_bytes;
        try {
            FileReader reader(file);
            while (reader.next(record)) ++verified.records;
        } catch (const Error& error) {
            if (error.retry() != Retry::never) throw;
            flaw(error.what());
        }
    }
    return verified;
}

}  // namespace contrail::archive
