#include "integration/redis/certificates.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "servers/child_process.hpp"

namespace contrail::test {

namespace {

/// Makes a key and a certificate for it: signed by itself, unless `more` names an authority.
void request(const Certificate& made, const std::string& subject, const std::vector<std::string>& more) {
    servers::Command command;
    command.arguments = {"openssl",
                         "req",
                         "-x509",
                         "-newkey",
                         "ec",
                         "-pkeyopt",
                         "ec_paramgen_curve:P-256",
                         "-nodes",
                         "-days",
                         "3650",
                         "-subj",
                         "/CN=" + subject,
                         "-keyout",
                         made.key_file,
                         "-out",
                         made.cert_file};
    command.arguments.insert(command.arguments.end(), more.begin(), more.end());
    command.if_not_found = "apt-get install openssl";
    const auto null = servers::open_for_append("/dev/null");
    command.standard_error = null.get();
    if (!servers::run(command).success()) throw std::runtime_error("openssl made no " + made.cert_file);
    // Redis of root runs as another user.
    std::filesystem::permissions(made.key_file, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
}

}  // namespace

Authority::Authority(std::filesystem::path directory, const std::string& name)
    : directory_(std::move(directory)),
      self_(files(name)) {
    request(self_, name, {});
}

Certificate Authority::sign(const std::string& file_name, const std::string& names) const {
    Certificate made = files(file_name);
    request(made, file_name,
            {"-CA", self_.cert_file, "-CAkey", self_.key_file, "-addext", "subjectAltName=" + names,
             "-addext", "basicConstraints=critical,CA:FALSE"});
    return made;
}

Certificate Authority::files(const std::string& file_name) const {
    return {directory_ / (file_name + ".pem"), directory_ / (file_name + ".key")};
}

}  // namespace contrail::test
