#include "integration/redis/certificates.hpp"

#include <stdexcept>
#include <utility>
#include <vector>

#include "servers/child_process.hpp"

namespace contrail::test {

namespace {

/// Runs the openssl program, which makes `file`.
void openssl(const std::vector<std::string>& arguments, const std::string& file) {
    servers::Command command;
    command.arguments = {"openssl"};
    command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
    command.if_not_found = "apt-get install openssl";
    const auto null = servers::open_for_append("/dev/null");
    command.standard_error = null.get();
    if (!servers::run(command).success()) throw std::runtime_error("openssl made no " + file);
}

/// Makes a key and a certificate for `subject`. With no further arguments, it signs itself.
void request(const Certificate& made, const std::string& subject, const std::vector<std::string>& more) {
    std::vector<std::string> arguments{
        "req",         "-x509", "-newkey",     "ec",    "-pkeyopt",       "ec_paramgen_curve:P-256",
        "-nodes",      "-days", "3650",        "-subj", "/CN=" + subject, "-keyout",
        made.key_file, "-out",  made.cert_file};
    arguments.insert(arguments.end(), more.begin(), more.end());
    openssl(arguments, made.cert_file);
    // Redis that root starts runs as another user.
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

// `openssl req` accepts no date in the past; `openssl x509` does.
Certificate Authority::sign_expired(const std::string& file_name, const std::string& names) const {
    const Certificate made = sign(file_name, names);
    const std::string request_file = directory_ / (file_name + ".csr");
    openssl({"req", "-new", "-key", made.key_file, "-subj", "/CN=" + file_name, "-addext",
             "subjectAltName=" + names, "-out", request_file},
            request_file);
    openssl({"x509", "-req", "-in", request_file, "-copy_extensions", "copy", "-CA", self_.cert_file,
             "-CAkey", self_.key_file, "-CAcreateserial", "-days", "-1", "-out", made.cert_file},
            made.cert_file);
    return made;
}

Certificate Authority::files(const std::string& file_name) const {
    return {directory_ / (file_name + ".pem"), directory_ / (file_name + ".key")};
}

}  // namespace contrail::test
